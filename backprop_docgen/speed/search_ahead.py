"""Search entries made together with a page's HTML, and so on either core, or known from the store.

Material's search plugin parses each finished page, one after the other. Here pages are parsed ahead, and tags are
told from text in less time; what is made of them, and the index, stay Material's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Final

from material.plugins.search.plugin import Parser
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

Entries = list[dict[str, Any]]
_CODE: Final = re.compile(r"<pre[ >].*?</pre>", re.DOTALL)
_COLOUR: Final = re.compile(r'<span(?: (?:class|id)="[^"<>]*")*>|</span>')
_TAG: Final = re.compile(r'<(/?)([a-z][a-z0-9-]*)((?:\s+[\w:.@-]+(?:="[^"]*")?)*)\s*(/?)>')
_ATTRIBUTE: Final = re.compile(r'([\w:.@-]+)(?:="([^"]*)")?')
_RAW: Final = re.compile(
    r"<(?:script|style|iframe|noembed|noframes|plaintext|xmp)\b"
    r'|<(title|textarea)\b(?:[^"<>]|"[^"]*")*>[^<]*+(?!</\1>)'
)
"""Elements whose content is no HTML. Which of them Python's parser knows differs between its versions; with nothing
but text in them that makes no difference to the last two (figures have a title)."""


def index_of(config: MkDocsConfig) -> Any | None:
    """The index of Material's search plugin; None where the site has another search, or none."""
    for plugin in config.plugins.values():
        index = getattr(plugin, "search_index", None)
        if type(index).__module__ == "material.plugins.search.plugin":
            return index
    return None


def entries(index: Any, page: Page) -> Entries:
    """What the index would take from a page."""
    content = page.content
    page.content = _CODE.sub(_plain, content or "")
    own = type(index)(**index.config)
    # from here on as in its add_entry_from_context, but for the parser
    if not (page.meta.get("search") or {}).get("exclude"):
        parser = _TidyParser()
        parser.feed(page.content)
        parser.close()
        for section in parser.data:
            if not section.is_excluded():
                own.create_entry_for_section(section, page.toc, page.url, page)
    page.content = content
    return list(own.entries)


class _TidyParser(Parser):  # type: ignore[misc]  # it has no types
    """Material's, which takes tidy HTML tag by tag; of any other, Python's parser (in twice the time) makes sense."""

    def feed(self, html: str) -> None:
        pieces = _TAG.split(html)
        if any("<" in text for text in pieces[::5]) or _RAW.search(html):
            super().feed(html)
            return
        for at in range(0, len(pieces), 5):
            if text := pieces[at]:
                self.handle_data(unescape(text))
            if at + 1 == len(pieces):
                break
            closing, name, attributes, empty = pieces[at + 1 : at + 5]
            if closing:
                self.handle_endtag(name)
                continue
            found = _ATTRIBUTE.finditer(attributes) if attributes else ()
            self.handle_starttag(name, [(each[1].lower(), each[2] and unescape(each[2])) for each in found])
            if empty:
                self.handle_endtag(name)


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
