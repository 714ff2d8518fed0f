"""What one page gathers while its template is rendered: what it shows, its labels, choices and problems.

Text that spans several lines, or that is known only when all pages are rendered (the number of an
equation), stands in the page as a token of private characters until :meth:`PageState.expand` and
:func:`resolve` put it in.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jinja2 import Template

from backprop_docgen.errors import Problem
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.number import Condition
from backprop_docgen.private_characters import BLOCK_CLOSE, BLOCK_OPEN, LABEL_CLOSE, LABEL_OPEN, NOTHING
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.worksheet import Quantity

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Drawer

_BLOCK: Final = re.compile(rf"(?m)^(?P<indent>[^{BLOCK_OPEN}\n]*?){BLOCK_OPEN}(?P<index>\d+){BLOCK_CLOSE}")
_NOTHING: Final = re.compile(f"(?m)^[ \t]*{NOTHING}[ \t{NOTHING}]*\n|[ \t]*{NOTHING}")
_MARKER: Final = re.compile(r" *(?:[-*+]|\d+\.) +")
_LABEL: Final = re.compile(
    f"{LABEL_OPEN}(?P<bare>!?)(?P<kind>[a-z]+) (?P<label>[^{LABEL_CLOSE}]*){LABEL_CLOSE}"
)


@dataclass(frozen=True)
class Label:
    """Something numbered: an equation ("eq") or a figure ("fig"), by its label."""

    kind: str
    label: str

    @property
    def anchor(self) -> str:
        """The id of the element in the page."""
        return f"{self.kind}-" + re.sub(r"[^A-Za-z0-9_-]+", "-", self.label)

    def token(self, bare: bool = False) -> str:
        """Stands for a link to the number (``bare``: for the number alone) until all numbers are known."""
        return f"{LABEL_OPEN}{'!' if bare else ''}{self.kind} {self.label}{LABEL_CLOSE}"


@dataclass(frozen=True)
class Choice:
    """A chosen sentence: conditions as trees (None: otherwise), texts, which one stands, the template's line.

    ``name`` is what the choice is called where its situations are named, ``situations`` what each of them is.
    """

    conditions: tuple[list[object] | None, ...]
    texts: tuple[str, ...]
    chosen: int
    line: int | None = None
    name: str | None = None
    situations: tuple[str, ...] = ()


@dataclass
class Record:
    """What a stretch of a page brings with it, if it stays: quantities shown, labels, problems."""

    shown: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    references: list[tuple[Label, int | None]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    cells: int = 0


@dataclass(frozen=True)
class Branch:
    """A branch of a choice: its condition (None: otherwise), its text, what that brings, its situation's name."""

    condition: Condition | None
    text: str
    record: Record
    situation: str = ""


class PageState:
    """The scribe of one page in one language."""

    def __init__(self, file: str, course: Course, language: Language, figures: Drawer | None = None) -> None:
        self.file = file
        self.course = course
        self.language = language
        self.figures = figures
        self.decimals = course.default.network.display.decimals
        self.record = Record()
        self.problems: list[Problem] = []
        self.blocks: list[str] = []
        self.choices: list[Choice] = []
        self.namespace: dict[str, object] = {"__name__": "__main__"}
        self.shared: dict[str, object] = {}  # what all languages of the page share, by name

    def quantity(self, name: str) -> Quantity:
        """A quantity by its full name; raises QuantityError."""
        return self.course.quantity(name)

    def show(self, name: str) -> None:
        """Note that the page shows a quantity."""
        self.record.shown.append(name)

    def download(self, kind: str) -> str:
        """A link to the file of all values, from wherever the page's template is."""
        return f"[values.{kind}]({'../' * (self.file.count('/') - 1)}downloads/values.{kind})"

    def problem(self, message: str, key: str | None = None, advice: str | None = None) -> None:
        """Note what is wrong with the template, at the line that is being rendered."""
        file, line = template_place()
        self.problems.append(Problem(message, file or self.file, line, key=key, advice=advice))

    def block(self, text: str) -> str:
        """A token for text of several lines, which takes on the indentation of where it stands."""
        self.blocks.append(text)
        return f"{BLOCK_OPEN}{len(self.blocks) - 1}{BLOCK_CLOSE}"

    def label(self, kind: str, label: str) -> Label:
        """Number something under a label."""
        found = Label(kind, label)
        self.record.labels.append(found)
        return found

    def refer(self, label: Label) -> str:
        """A link to something numbered, here or on another page."""
        self.record.references.append((label, template_place(self.file)[1]))
        return label.token()

    @contextmanager
    def stretch(self) -> Iterator[Record]:
        """Gather what a stretch of the page brings with it, apart from the page's own record."""
        outer, inner = self.record, Record()
        self.record = inner
        try:
            yield inner
        finally:
            self.record = outer

    def keep(self, record: Record) -> None:
        """Let a stretch stay."""
        self.record.shown += record.shown
        self.record.labels += record.labels
        self.record.references += record.references
        self.record.figures += record.figures
        self.record.cells += record.cells

    def choose(self, branches: Sequence[Branch], name: str | None = None) -> str:
        """The text of the first branch whose condition holds; all are kept for the live page.

        A text that no number decides stands as it is; an empty one goes, with its line.
        """
        chosen = next((i for i, each in enumerate(branches) if each.condition is None or each.condition.truth), None)
        if chosen is None:
            what = "none of these situations holds here" if name else "no {% when %} holds here"
            advice = "Let the last situation be true." if name else "End with {% otherwise %}."
            self.problem(what, advice=advice)
            return ""
        self.keep(branches[chosen].record)
        texts = tuple(each.text.strip() for each in branches)
        if name is not None and branches[0].condition is None:
            return texts[0] or NOTHING
        conditions = tuple(None if each.condition is None else each.condition.to_json() for each in branches)
        situations = tuple(each.situation for each in branches) if name is not None else ()
        self.choices.append(Choice(conditions, texts, chosen, template_place(self.file)[1], name, situations))
        return f'<span class="chosen" data-choice="{len(self.choices)}">{texts[chosen]}</span>'

    def expand(self, text: str) -> str:
        """Put the blocks in, each line with the indentation of its token."""
        while _BLOCK.search(text):
            text = _BLOCK.sub(self._indented, text)
        return _NOTHING.sub("", text)

    def _indented(self, match: re.Match[str]) -> str:
        indent, lines = match["indent"], self.blocks[int(match["index"])].split("\n")
        if _MARKER.fullmatch(indent):  # under a list marker the rest is set in by four, as Python-Markdown wants it
            inner = " " * (len(indent) - len(indent.lstrip()) + 4)
            return "\n".join([indent + lines[0], *((inner + line).rstrip() for line in lines[1:])])
        if indent.strip(" >"):  # in the middle of a line there is nothing to indent
            return indent + "\n".join(lines)
        return "\n".join((indent + line).rstrip() for line in lines)


def template_place(file: str | None = None) -> tuple[str | None, int | None]:
    """File and line of the innermost template that is being rendered, as Jinja's own tracebacks find it.

    With a file: the line of that template, which may have called a macro of another one.
    """
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template) and file in (None, template.name):
            return template.name, _line_of(template, frame.f_lineno)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return None, None


def _line_of(template: Template, code_line: int) -> int:
    """Jinja's ``get_corresponding_lineno`` would read the whole table of lines each time."""
    table: list[tuple[int, int]] | None = getattr(template, "_line_table", None)
    if table is None:
        table = template.debug_info
        template._line_table = table  # type: ignore[attr-defined]  # it lives as long as the template
    at = bisect_right(table, code_line, key=lambda pair: pair[1])
    return table[at - 1][0] if at else 1


def resolve(text: str, link: Callable[[Label], str], bare: Callable[[Label], str]) -> str:
    """Put the links to numbered things in, and their bare numbers."""

    def put(match: re.Match[str]) -> str:
        label = Label(match["kind"], match["label"])
        return bare(label) if match["bare"] else link(label)

    return _LABEL.sub(put, text)
