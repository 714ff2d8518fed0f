"""Search entries made together with a page's HTML, and so on either core, or known from the store.

Material's search plugin parses each finished page, one after the other. Its index, and what it makes of
a page, stay its own; only when it does so changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from .branches import take_branches

Entries = list[dict[str, Any]]
_CODE: Final = re.compile(r"<pre[ >].*?</pre>", re.DOTALL)
_COLOUR: Final = re.compile(r'<span(?: (?:class|id)="[^"<>]*")*>|</span>')


def index_of(config: MkDocsConfig) -> Any | None:
    """The index of Material's search plugin; None where the site has another search, or none."""
    for plugin in config.plugins.values():
        index = getattr(plugin, "search_index", None)
        if type(index).__module__ == "material.plugins.search.plugin":
            return index
    return None


def entries(index: Any, page: Page) -> Entries:
    """What the index would take from a converted page (without the texts of its choices)."""
    content = page.content
    page.content = _CODE.sub(_plain, take_branches(content or "")[0])
    own = type(index)(**index.config)
    own.add_entry_from_context(page)
    page.content = content
    return list(own.entries)


def _plain(match: re.Match[str]) -> str:
    """Code without its colours, which are most of a page's elements, and leave no trace in the index."""
    plain = _COLOUR.sub("", match[0])
    return match[0] if "<span" in plain else plain


def take_from(index: Any, known: Callable[[Page], Entries | None]) -> None:
    """Let the index take a page's entries from ``known``; it parses those pages of which that gives None."""
    parse = index.add_entry_from_context

    def add(page: Page) -> None:
        found = known(page)
        if found is None:
            parse(page)
        else:
            index.entries += found

    index.add_entry_from_context = add
