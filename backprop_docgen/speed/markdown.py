"""Markdown → HTML for MkDocs's pages: known from the store, converted ahead on the other core, or here.

A conversion hangs on the page's text, on where all pages are (for its links), and on the Markdown
extensions. It is kept, with what was said while it was made (a broken link, whatever the log level), if all
extensions are known to read nothing else; every build says that again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.meta import get_data

from backprop_docgen.pages.choice_texts import take_branches
from backprop_docgen.speed.log_capture import listening, say
from backprop_docgen.speed.parallel import Shared
from backprop_docgen.speed.placeholders import Taken, stray, take
from backprop_docgen.speed.search_ahead import Entries, entries, index_of, take_from
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.versions import as_tested

KIND: Final = "conversions"
SHAPES: Final = "shapes"
"""What the store calls conversions with placeholders in the places of the numbers."""
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
_LEAST: Final = 40_000
"""Fewer characters are not worth a copy of the process."""


class ConvertedPage(Page):
    """A page of the site that takes its HTML from ``conversions``."""

    def __init__(self, file: File, config: MkDocsConfig, conversions: Conversions) -> None:
        self.home = file.page is not None and file.page.is_homepage  # it takes the place of that page
        super().__init__(None, file, config)
        self.conversions = conversions

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
        self._known: dict[tuple[str, str], Conversion] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._shared: Shared[Conversion] | None = None
        self._entries: dict[str, tuple[str, str, Entries]] = {}
        self._with_placeholders = as_tested("Markdown")
        self._index = index_of(config) if as_tested("mkdocs-material") else None
        if self._index is not None:
            take_from(self._index, self._entries_of)

    def prepare(self, sources: Mapping[str, str]) -> None:
        """Look up what is known of pages (text by source file), and let the other core begin with the others."""
        new: list[tuple[ConvertedPage, str]] = []
        for file in self.files.documentation_pages():
            if isinstance(file.page, ConvertedPage) and file.src_uri in sources:
                text, file.page.meta = get_data(sources[file.src_uri])
                known = self._load(KIND, file.src_uri, _meta(file.page), text)
                if known is None:
                    new.append((file.page, text))
                else:
                    self._known[file.src_uri, text] = known
        if sum(len(text) for _, text in new) > _LEAST:
            self._places = {(page.file.src_uri, text): at for at, (page, text) in enumerate(new)}
            self._shared = Shared(lambda at: self._convert_ahead(*new[at]), len(new))

    def render(self, page: ConvertedPage) -> None:
        """Give a page its HTML, contents, title and anchors."""
        text = page.markdown or ""
        known = self._known.get((page.file.src_uri, text)) or self._ahead(page.file.src_uri, text)
        if known is None:
            known = self._convert(page, text)
            self._save(KIND, page.file.src_uri, _meta(page), text, known)
        else:
            self._apply(page, known)
        say(known["said"])
        if known["entries"] is not None:
            content, _ = take_branches(known["content"])
            self._entries[page.file.src_uri] = content, known["meta"], known["entries"]

    def end(self) -> None:
        """Leave nothing running."""
        if self._shared is not None:
            self._shared.end()

    def _ahead(self, source: str, text: str) -> Conversion | None:
        """What the other core made of a page."""
        at = self._places.get((source, text))
        return self._shared.result(at) if self._shared is not None and at is not None else None

    def _convert_ahead(self, page: ConvertedPage, text: str) -> Conversion:
        """In the copy: the conversion of a page."""
        conversion = self._convert(page, text)
        self._save(KIND, page.file.src_uri, _meta(page), text, conversion)
        return conversion

    def _convert(self, page: ConvertedPage, text: str) -> Conversion:
        """Convert a page's text: with placeholders, which may be known from other numbers, or else as it is."""
        taken = take(text) if self._with_placeholders else Taken(text, ())
        shape = self._load(SHAPES, page.file.src_uri, "", taken.text)
        if shape is None:
            page.markdown = taken.text
            shape = self._converted(page)
            self._save(SHAPES, page.file.src_uri, "", taken.text, shape)
        page.markdown = text
        content = taken.put(shape["content"])
        if content is None or stray(json.dumps({**shape, "content": ""}, ensure_ascii=False)):
            conversion = self._converted(page)
        else:
            conversion = {**shape, "content": content, "anchors": [*shape["anchors"], *taken.anchors()]}
            self._apply(page, conversion)
        found = None if self._index is None else entries(self._index, page)
        return conversion | {"meta": _meta(page), "entries": found}

    def _converted(self, page: ConvertedPage) -> Conversion:
        """What MkDocs makes of a page, and what is said meanwhile."""
        with listening() as said:
            page.convert(self.config, self.files)
        return _conversion(page) | {"said": said}

    def _load(self, kind: str, source: str, meta: str, text: str) -> Conversion | None:
        if not self._base:
            return None
        found: Conversion | None = self.store.load(kind, digest(self._base, source, meta, text))
        return found

    def _save(self, kind: str, source: str, meta: str, text: str, conversion: Conversion) -> None:
        if self._base:
            self.store.save(kind, digest(self._base, source, meta, text), conversion)

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
        settings = json.dumps([names, config.mdx_configs, places, dict(config.validation.links), config.nav])
    except TypeError:  # functions among the settings
        return None
    return digest(settings)
