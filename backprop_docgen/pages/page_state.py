"""What one page gathers while its template is rendered: the record of its pieces, its choices and problems.

Text that spans several lines stands between private characters until :meth:`PageState.expand` puts it in.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jinja2 import Template

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.number import Condition
from backprop_docgen.pages.pieces import Label, LabelPiece, Piece, pieces_in, token
from backprop_docgen.pages.places import indented
from backprop_docgen.private_characters import BLOCK_CLOSE, BLOCK_OPEN, NOTHING
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.worksheet import Quantity

_BLOCK: Final = re.compile(rf"(?m)^(?P<indent>[^{BLOCK_OPEN}\n]*?){BLOCK_OPEN}(?P<index>\d+){BLOCK_CLOSE}")
_NOTHING: Final = re.compile(f"(?m)^[ \t]*{NOTHING}[ \t{NOTHING}]*\n|[ \t]*{NOTHING}")


_INLINE: Final = "Choose between words; they may refer to it, and hold formulas such as $`x`$."


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


@dataclass(frozen=True)
class Branch:
    """A branch of a choice: its condition (None: otherwise), its text, its situation's name."""

    condition: Condition | None
    text: str
    situation: str = ""


class PageState:
    """The scribe of one page in one language."""

    def __init__(
        self,
        file: str,
        course: Course,
        language: Language,
        source: str = "",
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.file = file
        self.source = source
        self.settings = settings or {}
        self.course = course
        self.language = language
        self.decimals = course.default.network.display.decimals
        self.record: list[Piece] = []  # what the page's tokens stand for, those of all branches of its choices too
        self.places: list[tuple[str | None, int | None]] = []  # where each was put: a template's file and line
        self.problems: list[Problem] = []
        self.blocks: list[str] = []
        self.choices: list[Choice] = []
        self.namespace: dict[str, object] = {"__name__": "__main__"}
        self.shared: dict[str, object] = {}  # what all languages of the page share, by name
        self.render: Callable[[str], str] = str  # a template within this one

    def quantity(self, name: str) -> Quantity:
        """A quantity by its full name; raises QuantityError."""
        return self.course.quantity(name)

    def put(self, piece: Piece) -> str:
        """A token for a piece of the page. Raises TemplateError for more than a page can hold."""
        try:
            mark = token(len(self.record))
        except OverflowError:
            raise TemplateError(Problem("holds more numbers than a page can", self.file)) from None
        self.record.append(piece)
        self.places.append(template_place())
        return mark

    def download(self, kind: str) -> str:
        """A link to a file to take away, from wherever the page's template is."""
        name = "tutorial.ipynb" if kind == "ipynb" else f"values.{kind}"
        own = f"{self.language.code}/" if kind in ("ipynb", "xlsx") else ""  # with words in the page's language
        return f"[{name}]({'../' * (self.file.count('/') - 1)}downloads/{own}{name})"

    def problem(self, message: str, key: str | None = None, advice: str | None = None) -> None:
        """Note what is wrong with the template, at the line that is being rendered."""
        self.note(Problem(message, key=key, advice=advice))

    def note(self, problem: Problem) -> None:
        """Note what is wrong, once; without a place, at the line that is being rendered."""
        if problem.file is None:
            file, line = template_place()
            problem = replace(problem, file=file or self.file, line=problem.line or line)
        if problem not in self.problems:
            self.problems.append(problem)

    def block(self, text: str) -> str:
        """A token for text of several lines, which takes on the indentation of where it stands."""
        self.blocks.append(text)
        return f"{BLOCK_OPEN}{len(self.blocks) - 1}{BLOCK_CLOSE}"

    def refer(self, label: Label) -> str:
        """A link to something numbered, here or on another page."""
        return self.put(LabelPiece(kind=label.kind, label=label.label, line=self.line()))

    def line(self) -> int | None:
        """The line of the page's own template that is being rendered."""
        return template_place(self.file)[1]

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
        texts = tuple(each.text.strip() for each in branches)
        if name is not None and branches[0].condition is None:
            return texts[0] or NOTHING
        if any(piece.block for text in texts for piece in pieces_in(self.expand(text), self.record)):
            self.problem("an equation, a figure or a cell stands in a chosen sentence", advice=_INLINE)
            return ""
        conditions = tuple(None if each.condition is None else each.condition.to_json() for each in branches)
        situations = tuple(each.situation for each in branches) if name is not None else ()
        self.choices.append(Choice(conditions, texts, chosen, self.line(), name, situations))
        return f'<span class="chosen" data-choice="{len(self.choices)}">{texts[chosen]}</span>'

    def expand(self, text: str) -> str:
        """Put the blocks in, each line with the indentation of its token."""
        while _BLOCK.search(text):
            text = _BLOCK.sub(self._indented, text)
        return _NOTHING.sub("", text)

    def _indented(self, match: re.Match[str]) -> str:
        return match["indent"] + indented(match["indent"], self.blocks[int(match["index"])])


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


def error_place(error: BaseException) -> tuple[str | None, int | None]:
    """File and line of the innermost template that an error has come through; None where it is the one at hand."""
    place: tuple[str | None, int | None] = None, None
    traceback = error.__traceback__
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            place = template.name, _line_of(template, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _line_of(template: Template, code_line: int) -> int:
    """Jinja's ``get_corresponding_lineno`` would read the whole table of lines each time."""
    table: list[tuple[int, int]] | None = getattr(template, "_line_table", None)
    if table is None:
        table = template.debug_info
        template._line_table = table  # type: ignore[attr-defined]  # it lives as long as the template
    at = bisect_right(table, code_line, key=lambda pair: pair[1])
    return table[at - 1][0] if at else 1
