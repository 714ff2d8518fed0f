"""A built page read back: its numbers, formulas, figures and cells in the order in which a reader meets them.

What a page holds, and the way from any of it to its place in the file;
:mod:`backprop_docgen.published.reader` fills it.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Any, Final, TypeAlias

from backprop_docgen.finding import Lines
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.numbers.numerals import Token
from backprop_docgen.settings.ignored import Ignored

BLOCK: Final = "¶"
"""Stands in a page list where a paragraph, an item or a cell of a table begins."""

OFFSET: Final = "data-at-offset"
INDEX: Final = "data-formula-index"
IGNORED: Final = "data-at-ignored"
"""Attributes that reading adds: where an element began in the file, which formula it holds, that it is passed over."""

_START_TAG: Final = re.compile(r"""<[A-Za-z](?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)""")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});|<!--.*?-->", re.DOTALL)
_PLAIN: Final = re.compile("[^&<]+")
_COMMENT: Final = re.compile("<!--.*?-->", re.DOTALL)
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)

Spot: TypeAlias = "int | tuple[Any, bool, int]"
"""An offset in the file; or an element, whether its tail is meant, and a place in that text (looked up when needed)."""


@dataclass(slots=True)
class Item:
    """What the page list knows of: ``key`` names it; ``text`` is what stands on the page; ``data`` its attributes."""

    kind: str
    key: str
    spot: Spot
    text: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Formula:
    """A typeset formula: where it begins, its HTML as it is, its TeX (None: it has none)."""

    offset: int
    html: str
    tex: str | None
    display: bool
    label: str | None = None
    of: str | None = None
    said: tuple[str, ...] = ()
    """Whose the numbers are that carry no mark in it, in order."""


@dataclass(slots=True)
class Cell:
    """A code block: its source, and in a cell its output; the attributes that name the quantities behind both."""

    offset: int
    source: str
    output: str
    data: Mapping[str, str]
    source_spots: list[tuple[int, Any, bool]]
    output_spots: list[tuple[int, Any, bool]]

    @staticmethod
    def place(spots: list[tuple[int, Any, bool]], index: int) -> Spot:
        """Where a character of the source, or of the output, stands in the page."""
        at, element, tail = spots[max(bisect_right(spots, index, key=lambda spot: spot[0]) - 1, 0)]
        return element, tail, index - at


@dataclass(slots=True)
class Block:
    """A stretch of running text with marks for numbers and formulas, and its tokens with their places."""

    text: str
    within: str
    tokens: list[tuple[Token, Spot]]
    frame: bool
    said: tuple[str, ...] = ()
    """Whose the numbers of an element's attributes are, in order."""


@dataclass
class BuiltPage:
    """A page of a built site."""

    url: str
    language: str
    lines: Lines
    root: Any = None
    items: list[Item] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    headings: list[tuple[str, str, str, int]] = field(default_factory=list)
    named_numerals: list[tuple[int, int]] = field(default_factory=list)
    ignored: Mapping[Ignored, list[Any]] = field(default_factory=dict)
    _reached: dict[int, tuple[int, int]] = field(default_factory=dict)

    def keys(self) -> list[str]:
        """The page list: the keys of all items in order."""
        return [item.key for item in self.items]

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all elements."""
        return frozenset(str(each) for each in self.root.xpath("//@id"))

    def article(self) -> Any:
        """The element with the page's own text; in a theme without ``<article>`` the nearest thing to it."""
        return next((found for tag in ("article", "main", "body") for found in self.root.iter(tag)), self.root)

    def at(self, element: Any) -> int:
        """The offset of an element."""
        while element is not None:
            if found := element.get(OFFSET):
                return int(found)
            element = element.getparent()
        return 0

    def offset(self, spot: Spot) -> int:
        """The offset in the file of a place in the page."""
        if isinstance(spot, int):
            return spot
        element, tail, index = spot
        start = self._after(element) if tail else self._inside(element)
        return self._raw(start, index)

    def _raw(self, start: int, index: int) -> int:
        """The offset of the character ``index`` of a text that begins at ``start``, written with entities and comments.

        Places in one text are asked for in order, most of the time: the next one is looked for from the last.
        """
        text, (done, at) = self.lines.text, self._reached.get(start, (0, start))
        if done > index:
            done, at = 0, start
        while done < index and at < len(text):
            if text[at] not in "&<":
                stretch = _PLAIN.match(text, at, at + index - done)
                assert stretch
                at, done = stretch.end(), done + stretch.end() - at
                continue
            match = _ENTITY.match(text, at)
            if match is None:
                at, done = at + 1, done + 1
            else:
                at = match.end()
                done += 0 if match[0].startswith("<!--") else len(unescape(match[0]))
        self._reached[start] = done, at
        while match := _COMMENT.match(text, at):
            at = match.end()
        return at

    def source(self, element: Any, inside: bool) -> tuple[int, str]:
        """Where an element begins, and what stands of it in the file; with ``inside`` what is between its tags."""
        text, end = self.lines.text, self._after(element)
        if not inside:
            return self.at(element), text[self.at(element) : end]
        start = self._inside(element)
        return start, text[start : max(text.rfind("<", start, end), start)]

    def words(self, element: Any) -> str:
        """The text of an element, formulas as plain text, without the link to itself of a heading."""
        index = element.get(INDEX)
        if index is not None and index.isdigit() and int(index) < len(self.formulas):
            return plain(self.formulas[int(index)].tex or "")
        if element.get("class") == "headerlink" or element.get(IGNORED) is not None:
            return ""
        return (element.text or "") + "".join(self.words(child) + (child.tail or "") for child in element)

    def _inside(self, element: Any) -> int:
        if (index := element.get(INDEX)) and index.isdigit() and int(index) < len(self.formulas):
            return self.formulas[int(index)].offset + len(self.formulas[int(index)].html)
        match = _START_TAG.match(self.lines.text, at := self.at(element))
        return match.end() if match else at

    def _after(self, element: Any) -> int:
        """Where an element ends: after as many closing tags of its name as it holds on its last branch."""
        if element.tag in _VOID:
            return self._inside(element)
        same, last = 1, element
        while len(last):
            last = last[-1]
            same += last.tag == element.tag
        at = self._inside(last)
        closing = re.compile(rf"</{re.escape(element.tag)}\s*>", re.IGNORECASE)
        for _ in range(same):
            match = closing.search(self.lines.text, at)
            if match is None:
                break
            at = match.end()
        return at


def digest(text: str, size: int = 8) -> str:
    """A few hexadecimal digits that tell a text from others."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:size]
