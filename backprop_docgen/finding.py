"""One thing that a check has found: what, where, what was expected; and the way from an offset to a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CODES: Final = {
    "wrong": "a number that is not what its quantity is",
    "value": "the value attribute is not the quantity's double",
    "unknown": "a name or a formula that no worksheet knows",
    "missing": "the page list has it, the page has not",
    "extra": "the page has it, the page list has not",
    "untraceable": "a number that belongs to no quantity and no allowance",
    "equation": "an equation that does not hold, or is not the worksheet's",
    "copies": "the copies of a formula (KaTeX's HTML, MathML, TeX) differ",
    "figure": "a figure that is not drawn from the worksheet",
    "cell": "a code cell whose numbers are not the worksheet's",
    "choice": "a chosen sentence that does not match its condition",
    "reference": "a number of an equation or a figure that is not its place",
    "download": "a download that is not the worksheet's",
    "search": "the search index does not say what the page says",
    "worksheet": "a stored worksheet that does not follow from its network or its formulas",
    "parity": "the languages differ",
    "typed": "a number typed by hand",
    "template": "a template that stops the build",
    "raw": "a template's own text where readers would see it",
    "unused": "an allowance that matches nothing",
    "stale": "the site was built from something else",
    "hidden": "numbers that readers do not see as they stand in the file",
    "foreign": "a script, a style, a frame or a module that could change what readers see",
    "changed": "a file that is not the one that was built",
    "note": "nothing wrong, but worth knowing",
}
"""Every kind of finding, with what it means."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding, for people and programs.

    ``file`` is as the user knows it, ``line`` and ``column`` count from 1 (in characters); ``text`` is
    what stands there, ``expected`` what should; ``source`` is the line's text around it, for a caret.
    """

    code: str
    file: str
    line: int
    column: int
    message: str
    text: str = ""
    expected: str | None = None
    advice: str | None = None
    source: str = ""
    caret: int = 0

    @property
    def wrong(self) -> bool:
        """Whether something is wrong; a note only tells."""
        return self.code != "note"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


class Lines:
    """A file's text, its name, and where its lines begin."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    @property
    def starts(self) -> list[int]:
        """Where each line begins."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        return self._starts

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, from 1."""
        return self.starts[min(line, len(self.starts)) - 1] + column - 1

    def finding(
        self,
        code: str,
        offset: int,
        message: str,
        text: str = "",
        expected: str | None = None,
        advice: str | None = None,
    ) -> Finding:
        """A finding at an offset, with a stretch of its line."""
        offset = min(max(offset, 0), len(self.text))
        line, column = self.place(offset)
        start = max(offset - column + 1, offset - _BEFORE)
        end = self.text.find("\n", offset, start + _WIDTH)
        end = min(len(self.text), start + _WIDTH) if end < 0 else end
        return Finding(
            code, self.file, line, column, message, text, expected, advice, self.text[start:end], offset - start
        )


_BEFORE: Final = 40
_WIDTH: Final = 110


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file and place; of several at one place with one text the first stays."""
    seen: dict[tuple[str, int, int, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.file, finding.line, finding.column, finding.text or finding.message), finding)
    return sorted(seen.values(), key=lambda f: (f.file, f.line, f.column))
