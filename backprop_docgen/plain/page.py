"""Finished pages in plain Markdown, with the figures that they show as files.

A page goes through Markdown with the site's own extensions, and what has come of it is written anew: so folds, tabs,
lists of attributes and Markdown within HTML are read by who knows them, and none is looked for in the text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from backprop_docgen.figures.coloured import standalone
from backprop_docgen.plain.writer import DRAWN, TRIED, Writer

if TYPE_CHECKING:
    from lxml.etree import _Element
    from markdown import Markdown

FIGURES: Final = "figures"
"""The folder of figures, in that of a page's language."""

_FRONT: Final = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_DRAWINGS: Final = re.compile(r"<svg\b.*?</svg>(?:\s*<svg\b.*?</svg>)*", re.DOTALL)
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_SAID: Final = re.compile(r"<(desc|title)\b[^>]*>(.*?)</\1>", re.DOTALL)
_ONLY_HERE: Final[Mapping[str, Mapping[str, Any]]] = {
    "toc": {"permalink": False, "anchorlink": False},
    "pymdownx.highlight": {"use_pygments": False},
    "backprop_docgen.katex": {"deferred": True},
}
"""What the writer needs of extensions: headings without links, code without colours, formulas as TeX."""


class PlainPage(NamedTuple):
    """A page in plain Markdown, and its figures as SVG, by their addresses from the page."""

    markdown: str
    figures: dict[str, str]


@dataclass(frozen=True)
class Extensions:
    """The Markdown extensions of a site, by name, and their options."""

    names: Sequence[str] = ("backprop_docgen.katex",)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def converter(self) -> Markdown:
        """What converts pages."""
        from markdown import Markdown

        named = (*self.names, *(["backprop_docgen.katex"] if "backprop_docgen.katex" not in self.names else []))
        options = {name: {**self.options.get(name, {}), **_ONLY_HERE.get(name, {})} for name in named}
        return Markdown(extensions=[*named], extension_configs=options)


Address = Callable[[str, str], str | None]
"""Where a link leads, from the name of its page and the link as it stands; None: its words stand alone."""


def plain_pages(pages: Mapping[str, str], extensions: Extensions, address: Address) -> dict[str, PlainPage]:
    """Finished pages in Markdown, by their names (``en/delta.md``), in plain Markdown.

    A place has an anchor where one of these pages links to it; a link to a place that is not there leads to its page.
    """
    read = {name: read_page(html, name) for name, html in converted_pages(pages, extensions).items()}
    places = {name: {*page.root.xpath(".//@id")} for name, page in read.items()}
    linked = {name: set[str]() for name in pages}
    for name, page in read.items():
        for element in page.root.iter("a"):
            target, place = _target(name, element.get("href") or "")
            linked.get(target, set()).add(place)

    def leading(page: str, link: str) -> str | None:
        target, place = _target(page, link)
        there = not place or target not in places or place in places[target] or link.startswith(TRIED)
        return address(page, link if there else link.partition("#")[0] or posixpath.basename(page))

    return {
        name: PlainPage(Writer(partial(leading, name), linked[name]).page(page.root), page.figures)
        for name, page in read.items()
    }


def converted_pages(pages: Mapping[str, str], extensions: Extensions) -> dict[str, str]:
    """Finished pages in Markdown as HTML, with formulas that are not typeset yet."""
    converter = extensions.converter()
    return {name: converter.reset().convert(_FRONT.sub("", text)) for name, text in pages.items()}


def drawings(html: str) -> list[str]:
    """The drawings in a page's HTML that files are made of: of each figure the one in landscape, where it has one."""
    return [_DRAWING.findall(found[0])[-1] for found in _DRAWINGS.finditer(html)]


def _target(page: str, link: str) -> tuple[str, str]:
    """The page that a link leads to, by its name, and the place there; of another site nothing."""
    try:
        found = urlsplit(link)
    except ValueError:  # no address at all
        return "", ""
    if found.scheme or found.netloc:
        return "", ""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page), found.path)) if found.path else page
    return name, unquote(found.fragment)


class ReadPage(NamedTuple):
    """A page as a tree, with its figures as files."""

    root: _Element
    figures: dict[str, str]


def read_page(html: str, name: str, drawn: Callable[[str], str] = standalone) -> ReadPage:
    """A page's HTML as a tree; ``name`` begins the names of its figures, ``drawn`` makes a file of a drawing."""
    from lxml.html import fragment_fromstring

    figures: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        drawing = _DRAWING.findall(match[0])[-1]  # the one in landscape
        said = {kind: unescape(text) for kind, text in _SAID.findall(drawing)}
        file = f"{FIGURES}/{posixpath.splitext(posixpath.basename(name))[0]}-{len(figures) + 1}.svg"
        figures[file] = drawn(drawing)
        return f'<img class="{DRAWN}" src="{file}" alt="{escape(said.get("desc") or said.get("title") or "")}">'

    root = fragment_fromstring(_DRAWINGS.sub(put, html), create_parent="div")
    for element in root.iter("a"):  # the number of an equation or a figure, which is a link to itself
        if any(each.get("id") and element.get("href") == f"#{each.get('id')}" for each in element.iterancestors()):
            element.tag = "strong"
    return ReadPage(root, figures)
