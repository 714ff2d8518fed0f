"""Any number of a site computed once more, and printed as its page should print it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from backprop_docgen.errors import BackpropError, Problem, QuantityError
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.formula.tree import Expression, walk
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.number import COMPARISONS, Condition, Format, Number, Reference
from backprop_docgen.pages.pieces import Piece
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.worksheet import Quantity

_FORMAT: Final = re.compile(
    r"(?P<kind>rule|percent|fixed|integer|rate):(?P<places>\d{1,2})(?P<plus>:\+)?|word:(?P<gender>[mf])(?P<alone>-?)"
)
_MAX_TREE: Final = 20_000
_MAX_DEPTH: Final = 40
_UNCOMPUTED: Final = (ValueError, ArithmeticError, RecursionError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Recounted:
    """A number as it should stand: its text in the page's language, its double, and that in full."""

    text: str
    double: float

    @property
    def value(self) -> str:
        """The double as the page's attribute writes it."""
        return repr(self.double)


@dataclass
class Recount:
    """The scribe of one language: computes numbers by their names or formulas, each once.

    ``strict``: doubles must agree to the last bit; else (another machine's functions) within a tolerance.
    """

    course: Course
    language: Language
    strict: bool = True
    decimals: int = field(init=False)
    _known: dict[tuple[str, str | None], Recounted] = field(default_factory=dict)
    _trees: dict[str, Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.decimals = self.course.default.network.display.decimals

    def quantity(self, name: str) -> Quantity:
        """A quantity by its full name; raises QuantityError."""
        return self.course.quantity(name)

    def put(self, piece: Piece) -> str:
        """Nothing is printed on a page here."""
        return piece.plain

    def number(self, behind: str, style: str | None = None) -> Recounted:
        """The number of a name, or of a formula as JSON; raises QuantityError for what is neither."""
        key = (behind, style)
        if key not in self._known:
            self._known[key] = self._number(behind, style)
        return self._known[key]

    def _number(self, behind: str, style: str | None) -> Recounted:
        number = self._behind(behind, Format() if style is None else parse_format(style))
        try:
            return Recounted(number.text(), number.value().double)
        except _UNCOMPUTED as error:
            raise QuantityError(Problem(f"cannot be computed: {error}", key=behind[:80])) from None

    def maths(self, behind: str, style: str | None = None) -> str:
        """The same in a formula, as LaTeX; raises QuantityError."""
        number = self._behind(behind, Format() if style is None else parse_format(style))
        try:
            return number.maths(number.text())
        except _UNCOMPUTED as error:
            raise QuantityError(Problem(f"cannot be computed: {error}", key=behind[:80])) from None

    def value(self, behind: str) -> Value:
        """The value of a name, or of a formula as JSON; raises QuantityError."""
        try:
            return self._behind(behind, Format()).value()
        except _UNCOMPUTED as error:
            raise QuantityError(Problem(f"cannot be computed: {error}", key=behind[:80])) from None

    def _behind(self, behind: str, form: Format) -> Number:
        formula = behind.startswith(("[", '"', "-")) or behind[:1].isdigit()
        return Number(self, self.tree(behind), form) if formula else Reference(self, behind, form)

    def tree(self, text: str) -> Expression:
        """A formula from its JSON, within bounds; raises QuantityError."""
        if text not in self._trees:
            try:
                tree = from_json(json.loads(text))
            except (ValueError, RecursionError):
                raise QuantityError(Problem("is not the formula of a number", key=text[:80])) from None
            if sum(1 for _ in walk(tree)) > _MAX_TREE:
                raise QuantityError(Problem("is too long a formula", key=text[:80]))
            self._trees[text] = tree
        return self._trees[text]

    def agrees(self, text: str, double: float) -> bool:
        """Whether an attribute's text is a double."""
        if text == repr(double):
            return True
        if self.strict:
            return False
        try:
            found = float(text)
        except ValueError:
            return False
        if not (math.isfinite(found) and math.isfinite(double)):
            return repr(found) == repr(double)
        return repr(found) == text and abs(found - double) <= 1e-9 * abs(double)


def parse_format(text: str) -> Format:
    """The inverse of ``str(Format)``; raises QuantityError."""
    match = _FORMAT.fullmatch(text)
    if match is None:
        raise QuantityError(Problem("is no format of a number", key=text[:40]))
    if match["gender"]:
        return Format("word", gender=match["gender"], noun=not match["alone"])
    kind = cast(Literal["rule", "percent", "fixed", "integer", "rate"], match["kind"])
    return Format(kind, int(match["places"]), bool(match["plus"]))


def truth(recount: Recount, condition: object) -> bool:
    """Whether a condition holds, as the page's choices store it; raises QuantityError for what is none."""
    return _condition(recount, condition, 0).truth


def _condition(recount: Recount, data: object, depth: int) -> Condition:
    if depth > _MAX_DEPTH or not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise QuantityError(Problem("is not a condition", key=repr(data)[:80]))
    sign, *parts = data
    if sign in COMPARISONS and len(parts) == 2:
        return Condition(sign, [Number(recount, recount.tree(json.dumps(part))) for part in parts])
    if sign in ("all", "any") or (sign == "not" and len(parts) == 1):
        return Condition(sign, [_condition(recount, part, depth + 1) for part in parts])
    raise QuantityError(Problem("is not a condition", key=repr(data)[:80]))


def reason(error: BackpropError) -> str:
    """The first problem of an error in one line."""
    problem = error.problems[0]
    return ": ".join(part for part in (problem.key, problem.message) if part)
