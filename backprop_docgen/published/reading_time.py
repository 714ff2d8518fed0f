"""How long a built page takes: its words, its displayed equations, its predictions, its lines of code, in minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from backprop_docgen.published.page import INDEX, BuiltPage

WORDS_A_MINUTE: Final = 180
EQUATIONS_A_MINUTE: Final = 3
LINES_A_MINUTE: Final = 20
"""A prediction takes a minute; so does a question, with all that stands in it."""

_UNREAD: Final = frozenset({"svg", "math", "pre", "script", "style", "template"})
"""What has no words to be read: code is counted in lines, formulas one by one, figures not at all."""

_PLACE: Final = re.compile(r"(\d+)\D+\d+\D*$")
"""The line above a counted page: "Tutorial · 3 of 9"."""


@dataclass(frozen=True)
class ReadingTime:
    """What there is to read and to do on a page; ``number`` is its place among the counted pages, if it has one."""

    url: str
    language: str
    number: int | None
    words: int
    equations: int
    predictions: int
    code_lines: int

    @property
    def minutes(self) -> float:
        """The whole in minutes, for a reader who works along."""
        return (
            self.words / WORDS_A_MINUTE
            + self.equations / EQUATIONS_A_MINUTE
            + self.predictions
            + self.code_lines / LINES_A_MINUTE
        )


def reading_time(page: BuiltPage) -> ReadingTime:
    """Count a page's own text, without what stands around it."""
    article = page.article()
    return ReadingTime(
        page.url,
        page.language,
        _number(page.root),
        len("".join(_text(article)).split()),
        sum(
            page.formulas[int(each.get(INDEX))].display
            for each in article.iter()
            if each.get(INDEX) and not _asked(each)
        ),
        sum("question" in _classes(each) for each in article.iter("details")),
        sum(_lines(each) for each in article.iter("pre") if _highlighted(each)),
    )


def _number(root: Any) -> int | None:
    for each in root.iter("p"):
        if "bp-place" in _classes(each):
            found = _PLACE.search("".join(each.itertext()))
            return int(found[1]) if found else None
    return None


def _text(element: Any) -> Iterator[str]:
    """The text of an element in pieces, parted where an element begins or ends."""
    read = isinstance(element.tag, str) and element.tag not in _UNREAD and "bp-quiz" not in _classes(element)
    if read and element.get(INDEX) is None:
        yield f"{element.text or ''} "
        for child in element:
            yield from _text(child)
            yield f" {child.tail or ''}"


def _lines(code: Any) -> int:
    return sum(bool(line.strip()) for line in "".join(code.itertext()).split("\n"))


def _asked(element: Any) -> bool:
    return any("bp-quiz" in _classes(each) for each in element.iterancestors("section"))


def _highlighted(code: Any) -> bool:
    return any("highlight" in _classes(each) for each in code.iterancestors("div"))


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split()
