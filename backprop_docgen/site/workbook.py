"""``values.xlsx``: the worksheet as a spreadsheet that computes. Whoever changes a given number sees all follow.

One sheet a stage of the computation; each quantity is a named cell with its formula over the names of others
(:mod:`backprop_docgen.worksheet.spreadsheet`), beside it the number that the site has.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from backprop_docgen.formula.tree import Expression, symbols
from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.latex.formula import formula_text
from backprop_docgen.network.file import to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import Printed
from backprop_docgen.site.data_files import abridged
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.describe import describe
from backprop_docgen.worksheet.names import Name, without_example
from backprop_docgen.worksheet.spreadsheet import bearable, cell_name, in_cells, spreadsheet_formula
from backprop_docgen.worksheet.worksheet import Quantity

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet as Sheet

_LONGEST: Final = 8192  # characters of a formula that Excel takes
_KIND: Final = "workbook"
_MADE: Final = datetime(2000, 1, 1)  # always the same, so that the file is
_NO_NUMBER: Final = "#NUM!"
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")  # in the title of a sheet
_LONGEST_TITLE: Final = 31
_HEADS: Final = 5  # the row of the columns' heads, from 0
_COLUMNS: Final = {"name": 18, "meaning": 60, "value": 18, "on the site": 18, "name of the cell": 30, "formula": 60}
"""The heads of the columns, in English, and how wide they are."""
_NAME, _MEANING, _VALUE, _SITE, _CELL, _FORMULA = range(len(_COLUMNS))


@dataclass(frozen=True)
class Stage:
    """A sheet: its title in English (``number``: of a hidden layer where there are several), and its quantities."""

    title: str
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A quantity, and how its cell comes to a number: by a ``formula``; None: it is ``given``, or else fixed."""

    quantity: Quantity
    formula: str | None
    given: bool

    @property
    def fixed(self) -> bool:
        """Whether it follows nothing."""
        return self.formula is None and not self.given


def address(language: str) -> str:
    """Where the file of a language is, below the site."""
    return f"downloads/{language}/values.xlsx"


def workbook(course: Course, language: Language, store: Store | None = None) -> bytes | None:
    """The file in a language; None of a network that is too large for a spreadsheet."""
    key = digest(to_toml(course.default.network), language.code, repr(sorted(language.strings.items())))
    kept = store.read(_KIND, key) if store else None
    if kept is None:
        kept = _made(course, language) or b""
        if store:
            store.write(_KIND, key, kept)
    return kept or None


def _made(course: Course, language: Language) -> bytes | None:
    network, found = course.default.network, cells(course)
    if not found:
        return None
    from xlsxwriter import Workbook  # a tenth of a second, for what is not kept alone

    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as file:
        writing = _Writing(file, language, network.display.decimals)
        introduction = [*_INTRODUCTION, *([_FIXED] if any(cell.fixed for cell in found.values()) else [])]
        for place, stage in enumerate(stages(topology(network), list(found))):
            writing.sheet(stage, [found[name] for name in stage.names], () if place else introduction)
        file.set_properties({"title": language.translate("Every value"), "created": _MADE})
    return stream.getvalue()


def cells(course: Course) -> dict[str, Cell]:
    """The cells by the names of their quantities, in order; none of too many."""
    network, worksheet = course.default.network, course.default.worksheet
    names = in_cells(worksheet)
    bearable_ones = _bearable(network, worksheet.marks())
    held, given = set(names), _given(topology(network))
    found: dict[str, Cell] = {}
    for name in names:
        quantity = worksheet[name]
        tree, formula = bearable_ones.get(name, quantity.tree), None
        is_given = without_example(name)[0] in given
        if tree is not None and not is_given and held.issuperset(symbols(tree)):
            formula = "=" + spreadsheet_formula(tree, lambda operand: worksheet[operand].tree)
            if len(formula) > _LONGEST:
                formula = None
        found[name] = Cell(quantity, formula, is_given)
    return found


def _bearable(network: Network, marks: Sequence[str]) -> Mapping[str, Expression]:
    if network.loss != "binary_cross_entropy":
        return {}
    outputs = topology(network).outputs
    afters = [mark + step for mark in ("", *marks) for step in ("", "@1")]
    return {name: tree for after in afters for name, tree in bearable(outputs, after).items()}


def _given(names: Topology) -> set[str]:
    targets = (f"target_{neuron}" for neuron in names.outputs)
    return {*names.inputs, *targets, "eta", *names.all_weights(), *names.all_biases()}


def stages(names: Topology, order: Sequence[str]) -> list[Stage]:
    """The sheets, in the order of the computation; ``order`` has the names of all quantities."""
    last = len(names.neurons) - 1
    layers = _layers(names)
    given = _given(names)

    def stage(name: str) -> tuple[str, int]:
        parts = Name.parse(name)
        top, _, bottom = parts.base.partition("/d")
        family = parts.base.partition("_")[0]
        if parts.base in given:
            return ("Update" if parts.step else "Given numbers"), 0
        if top == "dE_sequential":
            return "Update", 0
        if parts.step:
            return ("Next gradients" if bottom or family == "delta" else "Next step"), 0
        if family in ("net", "out") and not bottom:
            return "Forward pass", 0
        if not bottom and family != "delta":
            return "Loss", 0
        layer = layers[bottom if top.startswith("dE_") else top.removeprefix("d") if bottom else parts.base]
        return ("Output layer", 0) if layer == last else ("Hidden layer", 0 if last == 1 else layer + 1)

    found: dict[tuple[str, int], list[str]] = {}
    for name in order:
        found.setdefault(stage(name), []).append(name)
    places = {title: place for place, title in enumerate(TITLES)}
    keys = sorted(found, key=lambda key: (places[key[0]], -key[1]))
    return [Stage(title, number, tuple(found[title, number])) for title, number in keys]


TITLES: Final = (
    *("Given numbers", "Forward pass", "Loss", "Output layer", "Hidden layer"),
    *("Update", "Next step", "Next gradients"),
)
"""The titles of the sheets, in their order; of hidden layers the last one comes first."""


_INTRODUCTION: Final = (
    "Change a coloured number: all that follows from it is computed anew, up to the next step.",
    "What differs from the site stands out. The sheets are protected, without a password.",
)
_FIXED: Final = "A number in italics stays as it is: what it comes from has no cells here, or too many."


def _layers(names: Topology) -> dict[str, int]:
    """The layer of what a gradient belongs to: a parameter, or something of a neuron."""
    found: dict[str, int] = {}
    for layer, neurons in enumerate(names.neurons):
        found |= dict.fromkeys(names.parameters(layer), layer)
        found |= {f"{family}_{neuron}": layer for neuron in neurons for family in ("net", "out", "delta")}
    return found


class _Writing:
    """Writes sheet after sheet of a file."""

    def __init__(self, file: Workbook, language: Language, decimals: int) -> None:
        self._file, self._language, self._decimals = file, language, decimals
        self._formats: dict[tuple[str, str], Format] = {}

    def sheet(self, stage: Stage, found: Sequence[Cell], introduction: Sequence[str]) -> None:
        """One stage, below what is said of the file."""
        say = self._language.translate
        title = say("Hidden layer {number}" if stage.number else stage.title, number=stage.number)
        sheet = self._file.add_worksheet(_FORBIDDEN.sub("", title)[:_LONGEST_TITLE])
        sheet.write_string(0, 0, title, self._format("title"))
        for row, text in enumerate(introduction, 1):
            sheet.write_string(row, 0, say(text))
        for column, (head, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(column, column, width)
            kind = {_VALUE: "head of numbers", _SITE: "head of numbers", _CELL: "head of names"}.get(column, "head")
            sheet.write_string(_HEADS, column, say(head), self._format(kind))
        for row, cell in enumerate(found, _HEADS + 1):
            self._row(sheet, row, cell)
        self._finish(sheet, len(found))

    def _row(self, sheet: Sheet, row: int, cell: Cell) -> None:
        quantity = cell.quantity
        printed = print_quantity(quantity, self._decimals)
        kind = "given" if cell.given else "fixed" if cell.fixed else "computed"
        style, beside = self._format(kind, _pattern(printed)), self._format("site", _pattern(printed))
        sheet.write_string(row, _NAME, quantity.name)
        sheet.write_string(row, _MEANING, describe(quantity.name, self._language))
        shown = replace(quantity, tree=abridged(quantity.tree)) if cell.fixed else quantity
        sheet.write_string(row, _FORMULA, formula_text(shown))
        finite = math.isfinite(quantity.value)
        if cell.formula is not None:
            sheet.write_formula(row, _VALUE, cell.formula, style, quantity.value if finite else _NO_NUMBER)
        elif finite:
            sheet.write_number(row, _VALUE, quantity.value, style)
        else:
            sheet.write_formula(row, _VALUE, "=NA()", style, "#N/A")
        if finite and printed.finite:
            sheet.write_number(row, _SITE, quantity.value, beside)
        else:
            sheet.write_string(row, _SITE, self._language.number(printed), beside)
        name = cell_name(quantity.name)
        sheet.write_string(row, _CELL, name, self._format("name"))
        self._file.define_name(name, f"='{sheet.get_name()}'!$C${row + 1}")

    def _finish(self, sheet: Sheet, count: int) -> None:
        """Heads that stay, changed numbers that stand out, formulas that nobody types over by mistake."""
        begin, end = _HEADS + 1, _HEADS + count
        sheet.freeze_panes(begin, 1)
        changed = f"=ABS($C{begin + 1}-$D{begin + 1})>1E-9*ABS($D{begin + 1})+1E-15"
        style = self._format("changed")
        sheet.conditional_format(begin, _VALUE, end, _VALUE, {"type": "formula", "criteria": changed, "format": style})
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADS)
        allowed = ("format_cells", "format_columns", "format_rows", "sort", "autofilter")
        sheet.protect("", dict.fromkeys(allowed, True))

    def _format(self, kind: str, pattern: str = "General") -> Format:
        if (kind, pattern) not in self._formats:
            self._formats[kind, pattern] = self._file.add_format(_STYLES[kind] | {"num_format": pattern})
        return self._formats[kind, pattern]


_HEAD: Final[dict[str, object]] = {"bold": True, "bottom": 1, "bg_color": "#ECEFF1"}
_STYLES: Final[Mapping[str, dict[str, object]]] = {
    "title": {"bold": True, "font_size": 16},
    "head": _HEAD,
    "head of numbers": {**_HEAD, "align": "right"},
    "head of names": {**_HEAD, "indent": 1},
    "name": {"indent": 1},
    "given": {"bg_color": "#FFF3C4", "border": 1, "border_color": "#B8860B", "locked": False},
    "computed": {},
    "fixed": {"italic": True},
    "site": {"font_color": "#455A64"},
    "changed": {"bold": True, "font_color": "#8E0000"},
}


def _pattern(number: Printed) -> str:
    """The spreadsheet's pattern that shows a number as it is printed: with its places, or as a power of ten."""
    if not number.finite or (number.exact and number.exponent is None):
        return "General"
    places = len(number.digits.partition(".")[2])
    digits = f"0.{'0' * places}" if places else "0"
    return digits if number.exponent is None else f"{digits}E+00"
