"""What the theme's pages lack for those who cannot see them."""

from __future__ import annotations

import re

_SEARCH = re.compile(r'(<div class="md-search" data-md-component="search" role="dialog")>')
_SEARCH_WORDS = re.compile(r'<input [^>]*class="md-search__input"[^>]* placeholder="([^"]*)"')
_EMPTY_HEAD = re.compile(r"<th((?: [^>]*)?)></th>")


def finish_page(html: str) -> str:
    """The page with a name for its search dialog; an empty corner of a table is no heading of anything."""
    if words := _SEARCH_WORDS.search(html):
        html = _SEARCH.sub(lambda match: f'{match[1]} aria-label="{words[1]}">', html, count=1)
    return _EMPTY_HEAD.sub(r"<td\1></td>", html)
