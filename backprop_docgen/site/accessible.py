"""What the theme's and Markdown's pages lack for those who cannot see them, and for a validator."""

from __future__ import annotations

import re

_SEARCH = re.compile(r'(<div class="md-search" data-md-component="search" role="dialog")>')
_SEARCH_WORDS = re.compile(r'<input [^>]*class="md-search__input"[^>]* placeholder="([^"]*)"')
_FOR_MARKDOWN = re.compile(r'(<(?:div|figure|figcaption)(?: [^<>]*?)?) markdown(?:="[^"]*")?(?=[ >])')  # left in a fold
_EMPTY_HEAD = re.compile(r"<th((?: [^>]*)?)></th>")


def finish_page(html: str) -> str:
    """The page with a name for its search dialog; an empty corner of a table is no heading of anything.

    An attribute that was meant for Markdown is none of HTML's. Doing it twice changes nothing.
    """
    if words := _SEARCH_WORDS.search(html):
        html = _SEARCH.sub(lambda match: f'{match[1]} aria-label="{words[1]}">', html, count=1)
    html = _FOR_MARKDOWN.sub(r"\1", html)
    return _EMPTY_HEAD.sub(r"<td\1></td>", html)
