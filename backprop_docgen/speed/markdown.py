"""Markdown → HTML for MkDocs's pages: known from the store, converted ahead on the other core, or here.

A conversion hangs on the page's text, on where all pages are (for its links), and on the Markdown
extensions; not on the page's numbers, which are tokens in it. It is kept, with what was said while it was made
(a broken link, whatever the log level), if all extensions are known to read nothing else; every build says that
again. What search takes from a page is made with it, of the page with its numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import mkdocs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.meta import get_data

from backprop_docgen.speed.log_capture import listening, say
from backprop_docgen.speed.parallel import Shared
from backprop_docgen.speed.search_ahead import Entries, entries, index_of, take_from
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.versions import as_tested

KIND: Final = "conversions"
FILLED: Final = "filled"
"""What the store calls pages with their numbers, and what search takes from them."""
_PURE: Final = frozenset(
    (
        *("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "sane_lists"),
        *("smarty", "tables", "toc", "pymdownx.details", "pymdownx.highlight", "pymdownx.inlinehilite"),
        *("pymdownx.keys", "pymdownx.mark", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist"),
        "backprop_docgen.katex",
    )
)
Conversion = dict[str, Any]
"""What MkDocs takes from a page's Markdown, as JSON knows it."""
Done = tuple[Conversion, Any, Entries | None]
"""A conversion, what filling has made of it, and what search takes from the page (None: it asks by itself)."""
_LEAST: Final = 40_000
"""Fewer characters are not worth a copy of the process."""


class Filler(Protocol):
    """Puts the numbers of pages into their HTML."""

    def fill(self, page: Page) -> str:
        """A converted page's HTML with its numbers."""

    def made(self, page: Page) -> Any:
        """What filling has made of a page, as JSON knows it; None where something is wrong with it."""

    def take(self, page: Page, made: Any) -> None:
        """Take that for what filling the page would make."""


class ConvertedPage(Page):
    """A page of the site that takes its HTML from ``conversions``; ``named`` is the title that ``nav`` gives it."""

    conversions: Conversions
    home: bool
    named: str | None

    @classmethod
    def become(cls, page: Page, conversions: Conversions) -> None:
        """Make one of a page of the navigation."""
        home = page.is_homepage
        named = vars(page).get("title")  # MkDocs keeps one that nobody has set out of the object
        page.__class__ = cls
        vars(page).update(conversions=conversions, home=home, named=named)

    @property
    def is_homepage(self) -> bool:
        """Also true of the home page of a language that doesn't stand at the root."""
        return self.home or super().is_homepage

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Convert the page's Markdown."""
        self.conversions.render(self)

    def convert(self, config: MkDocsConfig, files: Files) -> None:
        """Convert it here, as MkDocs does."""
        super().render(config, files)


class Conversions:
    """The conversions of one build."""

    def __init__(self, store: Store, config: MkDocsConfig, files: Files) -> None:
        self.store = store
        self.config = config
        self.files = files
        self._base = _base(config, files)
        self._filler: Filler
        self._fingerprints: Mapping[str, str] = {}
        self._known: dict[tuple[str, str], Done] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._shared: Shared[Done] | None = None
        self._entries: dict[str, tuple[str, str, Entries]] = {}
        self._index = index_of(config) if as_tested("mkdocs-material") else None
        if self._index is not None:
            take_from(self._index, self._entries_of)

    def prepare(self, sources: Mapping[str, str], filler: Filler, fingerprints: Mapping[str, str]) -> None:
        """Look up what is known of pages (text by source file), and let the other core begin with the others.

        ``fingerprints`` tell what each page with its numbers hangs on.
        """
        self._filler, self._fingerprints = filler, fingerprints
        new: list[tuple[ConvertedPage, str]] = []
        for file in self.files.documentation_pages():
            if isinstance(file.page, ConvertedPage) and file.src_uri in sources:
                text, file.page.meta = get_data(sources[file.src_uri])
                conversion, filled = self._load(KIND, file.page, text), self._load(FILLED, file.page, text)
                if conversion is None or filled is None:
                    new.append((file.page, text))
                else:
                    self._known[file.src_uri, text] = conversion, *filled
        if sum(len(text) for _, text in new) > _LEAST:
            self._places = {(page.file.src_uri, text): at for at, (page, text) in enumerate(new)}
            self._shared = Shared(lambda at: self._convert(*new[at]), len(new))

    def render(self, page: ConvertedPage) -> None:
        """Give a page its HTML, contents, title and anchors."""
        text = page.markdown or ""
        known = self._known.get((page.file.src_uri, text)) or self._ahead(page.file.src_uri, text)
        conversion, made, found = known or self._convert(page, text)
        self._apply(page, conversion)
        say(conversion["said"])
        if made is not None:
            self._filler.take(page, made)
        if found is not None:
            self._entries[page.file.src_uri] = self._filler.fill(page), _meta(page), found

    def end(self) -> None:
        """Leave nothing running."""
        if self._shared is not None:
            self._shared.end()

    def _ahead(self, source: str, text: str) -> Done | None:
        """What the other core made of a page."""
        at = self._places.get((source, text))
        return self._shared.result(at) if self._shared is not None and at is not None else None

    def _convert(self, page: ConvertedPage, text: str) -> Done:
        """Convert a page's text, here or in the copy; its conversion may be known from other numbers."""
        conversion = self._load(KIND, page, text)
        if conversion is None:
            page.markdown = text
            with listening() as said:
                page.convert(self.config, self.files)
            conversion = _conversion(page) | {"said": said}
            self._save(KIND, page, text, conversion)
        self._apply(page, conversion)
        page.content = self._filler.fill(page)
        made = self._filler.made(page)
        found = None if self._index is None else entries(self._index, page)
        if made is not None:
            self._save(FILLED, page, text, (made, found))
        return conversion, made, found

    def _load(self, kind: str, page: Page, text: str) -> Any:
        return self.store.load(kind, self._key(kind, page, text)) if self._base else None

    def _save(self, kind: str, page: Page, text: str, made: object) -> None:
        if self._base:
            self.store.save(kind, self._key(kind, page, text), made)

    def _key(self, kind: str, page: Page, text: str) -> str:
        numbers = self._fingerprints.get(page.file.src_uri, "") if kind == FILLED else ""
        search = str(type(self._index)) if kind == FILLED else ""
        named = page.named if isinstance(page, ConvertedPage) and page.named else ""
        return digest(self._base or "", page.file.src_uri, _meta(page), text, named, numbers, search)

    def _apply(self, page: Page, known: Conversion) -> None:
        page.content = known["content"]
        page.toc = TableOfContents([_link(entry) for entry in known["toc"]])
        page._title_from_render = known["title"]
        page.present_anchor_ids = set(known["anchors"])
        page.links_to_anchors = {}
        for source, anchor, link in known["links"]:
            file = self.files.src_uris[source]
            page.links_to_anchors.setdefault(file, {})[anchor] = link

    def _entries_of(self, page: Page) -> Entries | None:
        """The search entries of a page, if it is still as it was when they were made."""
        content, meta, found = self._entries.get(page.file.src_uri, (None, None, None))
        return found if (content, meta) == (page.content, _meta(page)) else None


def _conversion(page: Page) -> Conversion:
    links = page.links_to_anchors or {}
    return {
        "content": page.content,
        "toc": [_entry(link) for link in page.toc],
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": [(file.src_uri, anchor, link) for file, found in links.items() for anchor, link in found.items()],
    }


def _meta(page: Page) -> str:
    """A page's front matter: search entries hang on it, too."""
    return json.dumps(page.meta, default=str, sort_keys=True)


def _entry(link: AnchorLink) -> list[Any]:
    return [link.title, link.id, link.level, [_entry(child) for child in link.children]]


def _link(entry: Sequence[Any]) -> AnchorLink:
    title, anchor, level, children = entry
    link = AnchorLink(title, anchor, level)
    link.children = [_link(child) for child in children]
    return link


def _base(config: MkDocsConfig, files: Files) -> str | None:
    """A digest of what all conversions hang on; None where they may hang on more."""
    names = config.markdown_extensions
    if not all(isinstance(name, str) and name in _PURE for name in names):
        return None
    places = sorted((file.src_uri, file.url, file.inclusion.value) for file in files)
    try:
        generator = mkdocs.__name__  # what was said while one converted is said to its own loggers
        settings = json.dumps([generator, names, config.mdx_configs, places, dict(config.validation.links), config.nav])
    except TypeError:  # functions among the settings
        return None
    return digest(settings)
