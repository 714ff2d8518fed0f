"""What a template holds in its hand: a number with its formula. Printed, it leaves the token of a piece.

A :class:`Reference` is a quantity by its name; arithmetic on numbers gives a :class:`Number` with
a tree of its own. Comparing numbers gives a :class:`Condition`, a tree too, for ``{% when %}``.
"""

from __future__ import annotations

import html
import json
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, Protocol

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.formula.evaluate import Value, evaluate, order
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Product,
    Quotient,
    Sum,
    Symbol,
    difference,
    negative,
    substitute,
    symbols,
)
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.latex.equation import symbolic
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import UNCERTAIN, Printed, printed, rounded
from backprop_docgen.pages.arguments import Kind, takes, whole
from backprop_docgen.pages.offered import Offered, what
from backprop_docgen.pages.pieces import HangingPiece, NumberPiece, Piece, SymbolPiece
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.spreadsheet import cell_name
from backprop_docgen.worksheet.worksheet import Quantity


class Scribe(Protocol):
    """What a number needs to print itself: the worksheets, the language, and the record of its page."""

    language: Language
    decimals: int

    def quantity(self, name: str) -> Quantity:
        """A quantity by its full name; raises QuantityError."""

    def put(self, piece: Piece) -> str:
        """A token for a piece of the page."""


@dataclass(frozen=True)
class Format:
    """How a derived number is printed: by the site's rule, as a percentage, with fixed decimals, as a word."""

    kind: Literal["rule", "percent", "fixed", "integer", "word", "rate"] = "rule"
    places: int = 0
    plus: bool = False
    gender: str = "m"
    noun: bool = True

    def __str__(self) -> str:
        detail = self.gender + ("" if self.noun else "-") if self.kind == "word" else str(self.places)
        return f"{self.kind}:{detail}" + (":+" if self.plus else "")


_MOST_PLACES: Final = 30
_MOST_UPDATES: Final = 10**6
_PLACES: Final = whole(0, _MOST_PLACES)
STEP: Final = Kind(
    f"a whole number of updates from 0 to {_MOST_UPDATES}, or a count such as network.iterations",
    lambda value: _is_step(value.value().double if isinstance(value, Number) else value),
)
_QUANTITY: Final = Kind("a quantity, such as E_total", lambda value: isinstance(value, Reference))
_NUMBER: Final = Kind("a number of the page, such as E_total", lambda value: isinstance(value, Number))


def _is_step(value: object) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and 0 <= value <= _MOST_UPDATES  # type: ignore[operator]  # a number


class Number(Offered):
    """A number of a page, by its tree over full names of quantities."""

    internal = frozenset(
        (
            *("behind", "compare", "formula_json", "function", "literal", "maths"),
            *("printed", "quantity", "style", "text", "tree"),
        )
    )

    def __init__(self, scribe: Scribe, tree: Expression, style: Format = Format()) -> None:
        self._scribe = scribe
        self.tree = tree
        self.style = style

    @property
    def called(self) -> str:
        """It has no name."""
        return "a number of the page"

    def value(self) -> Value:
        """What it is as a plain number, which the live page does not follow: ``x.value().double``."""

        def lookup(name: str) -> Value:
            return self._scribe.quantity(name).number

        return evaluate(self.tree, lookup)

    def printed(self) -> Printed:
        """The number as it is printed by the site's rule."""
        return printed(self.value(), self._scribe.decimals)

    def text(self) -> str:
        """The number as this page writes it, without its mark."""
        value, language, style = self.value(), self._scribe.language, self.style
        number = value.fraction
        if number is None:
            return language.number(self.printed(), style.plus)
        of_rate = rate_places(number) if style.kind == "rate" else 0
        if of_rate is None:
            return language.number(self.printed(), style.plus)
        places = style.places + 2 * (style.kind == "percent") + of_rate
        if style.kind in ("percent", "fixed", "rate") and value.near.error >= Decimal((0, (1,), -places)):
            return language.number(Printed(UNCERTAIN))
        match style.kind:
            case "word":
                return language.word(int(number), style.gender, style.noun)
            case "integer":
                return language.integer(int(number))
            case "percent":
                text = language.percent(number, style.places)
                return f"+{text}" if style.plus and number > 0 else text
            case "rate":
                return language.number(Printed(rounded(number, places).removesuffix(".00")), style.plus)
            case "fixed" if style.places == 0 and not style.plus:
                return language.integer(int(rounded(number, 0)))
            case "fixed":
                return language.number(Printed(rounded(number, style.places)), style.plus)
            case _:
                return language.number(self.printed(), style.plus)

    def __str__(self) -> str:
        return self._scribe.put(self._piece(self.text()))

    def _piece(self, text: str) -> NumberPiece:
        """The number as it is written in each place."""
        value = f' value="{self.value().double!r}"'
        fixed = self.style.kind == "fixed"
        return NumberPiece(text, self.maths(text), self._names, self._maths_names, value + self._mark(), fixed=fixed)

    def maths(self, text: str) -> str:
        """LaTeX of the number, which is ``text`` in a sentence."""
        return self._maths if self.style == Format() else _words_in_maths(text)

    @property
    def _names(self) -> tuple[str, ...]:
        """The quantities that it is made of, as far as it tells them."""
        return tuple(symbols(self.tree))

    _maths_names: tuple[str, ...] = ()

    @property
    def _maths(self) -> str:
        """LaTeX of the number by the site's rule."""
        return self._scribe.language.tex(self.printed())

    def _mark(self) -> str:
        return f' data-expr="{html.escape(self.formula_json, quote=True)}" data-format="{self.style}"'

    @property
    def formula_json(self) -> str:
        """The formula over names of quantities, as JSON without spaces."""
        return json.dumps(to_json(self.tree), separators=(",", ":"))

    def _like(self, tree: Expression) -> Number:
        return Number(self._scribe, tree)

    @property
    def num(self) -> str:
        """The number by the site's rule, for a formula of your own."""
        return str(self if self.style == Format() else self._plainly())

    def _plainly(self) -> Number:
        """The number by the site's rule."""
        return self._like(self.tree)

    @property
    def literal(self) -> str:
        """A Python literal with all digits, as plain text."""
        return _literal(self.value().double)

    @property
    def code(self) -> str:
        """A Python literal for a code cell, which the live page follows."""
        return self._scribe.put(NumberPiece(self.literal, self._maths, behind=self.behind))

    @property
    def behind(self) -> str:
        """What a cell's list says of the number: its quantity's name, or its formula as JSON without spaces."""
        return self.formula_json

    @property
    def signed(self) -> Number:
        """With a plus sign where it is positive."""
        return Number(self._scribe, self.tree, replace(self.style, plus=True))

    @takes(places=_PLACES)
    def percent(self, places: int = 1) -> Number:
        """As a percentage with so many decimals."""
        return Number(self._scribe, self.tree, replace(self.style, kind="percent", places=places))

    @takes(places=_PLACES)
    def fixed(self, places: int) -> Number:
        """With so many decimals."""
        return Number(self._scribe, self.tree, replace(self.style, kind="fixed", places=places))

    @property
    def rate(self) -> Number:
        """With the few decimals that read well aloud, as so much per unit."""
        return Number(self._scribe, self.tree, replace(self.style, kind="rate"))

    @property
    def after(self) -> Number:
        """The same after one update."""
        return self._like(substitute(self.tree, {n: Symbol(_at(n, 1)) for n in symbols(self.tree)}))

    def __add__(self, other: object) -> Number:
        return self._like(_plus(self.tree, _tree(other)))

    def __radd__(self, other: object) -> Number:
        return self._like(Sum((_tree(other), self.tree)))

    def __sub__(self, other: object) -> Number:
        return self._like(difference(self.tree, _tree(other)))

    def __rsub__(self, other: object) -> Number:
        return self._like(difference(_tree(other), self.tree))

    def __mul__(self, other: object) -> Number:
        return self._like(Product((self.tree, _tree(other))))

    def __rmul__(self, other: object) -> Number:
        return self._like(Product((_tree(other), self.tree)))

    def __truediv__(self, other: object) -> Number:
        return self._like(Quotient(self.tree, _tree(other)))

    def __rtruediv__(self, other: object) -> Number:
        return self._like(Quotient(_tree(other), self.tree))

    def __neg__(self) -> Number:
        return self._like(negative(self.tree))

    def __abs__(self) -> Number:
        return self.function("abs")

    def function(self, name: str) -> Number:
        """A function of expressions, applied to the number."""
        return self._like(Function(name, self.tree))

    def __lt__(self, other: object) -> Condition:
        return self.compare("<", other)

    def __le__(self, other: object) -> Condition:
        return self.compare("<=", other)

    def __gt__(self, other: object) -> Condition:
        return self.compare(">", other)

    def __ge__(self, other: object) -> Condition:
        return self.compare(">=", other)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # a tree, not a truth value
        return self.compare("==", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # a tree, not a truth value
        return self.compare("!=", other)

    __hash__ = object.__hash__

    def compare(self, sign: str, other: object) -> Condition:
        """The condition of a sign about this number and another one."""
        return Condition(sign, (self, self._like(_tree(other))))

    def __bool__(self) -> bool:
        raise TemplateError(
            Problem(
                "a number stands in a plain {% if %}",
                advice="Use {% choose %}{% when … %}: then the live page can choose again.",
            )
        )


class Reference(Number):
    """A quantity of a worksheet, by its full name."""

    described = {"full_name": "The quantity's name with its worksheet in front, as plain text."}  # noqa: RUF012

    def __init__(self, scribe: Scribe, full_name: str, style: Format = Format()) -> None:
        super().__init__(scribe, Symbol(full_name), style)
        self.full_name = full_name

    @property
    def called(self) -> str:
        """The quantity's name."""
        return self.full_name

    @property
    def quantity(self) -> Quantity:
        """The quantity itself; raises QuantityError when there is none of that name."""
        return self._scribe.quantity(self.full_name)

    def _mark(self) -> str:
        style = "" if self.style == Format() else f' data-format="{self.style}"'
        return f' data-q="{self.full_name}"{style}'

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.full_name,)

    @property
    def _maths_names(self) -> tuple[str, ...]:  # type: ignore[override]  # of a derived number there are none
        return (self.full_name,) if self.style == Format() else ()

    @property
    def _maths(self) -> str:
        return rf"\htmlData{{q={self.full_name}}}{{{super()._maths}}}"

    def _plainly(self) -> Reference:
        return Reference(self._scribe, self.full_name)

    @property
    def literal(self) -> str:
        """A Python literal with all digits, as plain text; of a count, the whole number."""
        return repr(int(self.value().double)) if self.full_name.startswith("count:") else super().literal

    @property
    def behind(self) -> str:
        """The quantity's name."""
        return self.full_name

    @property
    def name(self) -> str:
        """The quantity's name without its worksheet, as plain text."""
        return self.full_name.rpartition(":")[2]

    @property
    def cell_name(self) -> str:
        """What the quantity's cell is called in the spreadsheet."""
        return cell_name(self.name)

    @property
    def tex(self) -> str:
        """LaTeX of the symbol, for a formula of your own, which is then judged."""
        symbol = self.quantity.symbol
        return self._scribe.put(SymbolPiece(symbol, symbol, name=self.full_name))

    @property
    def sym(self) -> str:
        """The symbol as inline mathematics."""
        return f"$`{self.quantity.symbol}`$"

    @property
    def factor(self) -> str:
        """The number as a factor of a product in a formula: in parentheses where it is negative."""
        maths = rf"\left({self._maths}\right)" if self.printed().negative else self._maths
        names = (self.full_name,)
        return self._scribe.put(HangingPiece(self.text(), maths, (), names, "factor", self.full_name))

    @property
    def relation(self) -> str:
        """= for an exact value, ≈ for a rounded one; in an ``{% equation %}`` it hangs on the quantity."""
        plain, maths = ("=", "=") if self.printed().exact else ("≈", r"\approx")
        return self._scribe.put(HangingPiece(plain, maths, name=self.full_name))

    @takes(others=_QUANTITY)
    def relation_with(self, *others: Reference) -> str:
        """The sign where other numbers stand beside this one: ≈ where one of them is rounded; it hangs on the first."""
        return next((each for each in (self, *others) if not each.printed().exact), self).relation

    @property
    def shown(self) -> str:
        """Symbol and number as inline mathematics."""
        return f"$`{self.quantity.symbol} {self.relation} {self.num}`$"

    @property
    def formula(self) -> str:
        """LaTeX of the quantity's formula in symbols (its symbol where it has none)."""
        tree = self.quantity.tree
        sheet = Name.parse(self.full_name).sheet
        if tree is None or not symbols(tree):
            return self.quantity.symbol
        lookup = lambda name: self._scribe.quantity(f"{sheet}:{name}" if sheet else name)  # noqa: E731 (a local name)
        return symbolic(lookup, self._scribe.language).piece(tree).tex

    @property
    def after(self) -> Reference:
        """The same quantity after one update."""
        return Reference(self._scribe, _at(self.full_name, 1), self.style)

    @takes(step=STEP)
    def at(self, step: Number | float) -> Reference:
        """The same quantity after so many updates (a whole number, or a count)."""
        number = int(step.value().double if isinstance(step, Number) else step)
        return Reference(self._scribe, _at(self.full_name, number), self.style)


def _at(full_name: str, step: int) -> str:
    name = Name.parse(full_name)
    given = name.base == "eta" or name.base.startswith("target_") or name.base[:1] == "i"
    return full_name if given or name.sheet == "count" else str(replace(name, step=step))


def _plus(left: Expression, right: Expression) -> Expression:
    """Left + right; a sum on the left grows by a term, so that a long one does not nest."""
    return Sum((*(left.terms if isinstance(left, Sum) else (left,)), right))


@takes(number=_NUMBER)
def falls(number: Number) -> Condition:
    """True when the first update makes the number smaller."""
    return number.after < number


@takes(number=_NUMBER)
def rises(number: Number) -> Condition:
    """True when the first update makes the number larger."""
    return number.after > number


def rate_places(number: Fraction) -> int | None:
    """How many decimals of a rate are read aloud: three below 1, two from there on; None: as many as it has."""
    size = abs(number)
    if not Fraction(1, 100) <= size < 1000:
        return None
    return 3 if size < Fraction(9995, 10_000) else 2


def _literal(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _words_in_maths(text: str) -> str:
    """LaTeX of a number as it is written in a sentence: a percentage, a count, a word."""
    if not any(character.isdigit() for character in text):
        return rf"\text{{{text}}}"
    for sign, tex in (("−", "-"), (",", "{,}"), ("%", r"\%"), ("\u00a0", r"\,"), ("\u202f", r"\,"), (" ", r"\,")):
        text = text.replace(sign, tex)
    return text


def _tree(operand: object) -> Expression:
    if isinstance(operand, Number):
        return operand.tree
    if isinstance(operand, int | float | str | Fraction) and not isinstance(operand, bool):
        try:
            return Constant(Fraction(str(operand)))
        except (ValueError, ZeroDivisionError):  # no number, or not a finite one
            pass
    raise TemplateError(Problem(f"{what(operand)} is not a number; expected one, such as E_total or 0.5"))


@takes(number=_NUMBER)
def absolute(number: Number) -> Number:
    """The number without its sign."""
    return abs(number)


@takes(number=_NUMBER)
def log(number: Number) -> Number:
    """The natural logarithm of a number."""
    return number.function("log")


_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


ALIKE: Final = "alike"
"""The sign of a condition that holds where two numbers read the same: 0.4 and 0.400000000, say."""

COMPARISONS: Final = (*_COMPARE, ALIKE)
"""The signs of conditions about two numbers."""


class Condition(Offered):
    """A statement about numbers: a comparison, ``alike``, or all, any or not of other conditions."""

    called = "a condition about numbers"
    internal = frozenset(("parts", "sign", "to_json", "truth"))

    def __init__(self, sign: str, parts: Iterable[Number | Condition]) -> None:
        self.sign = sign
        self.parts = tuple(parts)

    @property
    def truth(self) -> bool:
        """Whether it holds for the network at hand (exact values are compared exactly).

        Of a value that is not a number (nan) no comparison holds, and neither does its opposite.
        """
        return self._known() is True

    def _known(self) -> bool | None:
        """True, false, or None where it hangs on a nan (S. C. Kleene's logic of three values)."""
        if self.sign == ALIKE:
            one, other = (part.printed() for part in self.parts if isinstance(part, Number))
            if "nan" in (one.digits, other.digits):
                return None
            try:
                return one.value == other.value
            except ValueError:  # they are no numbers, or giant ones
                return (one.digits, one.exponent) == (other.digits, other.exponent)
        if self.sign in _COMPARE:
            left, right = (part.value() for part in self.parts if isinstance(part, Number))
            found = order(left, right)
            return None if found is None else _COMPARE[self.sign](found, 0)
        known = [part._known() for part in self.parts if isinstance(part, Condition)]
        if self.sign == "not":
            return None if known[0] is None else not known[0]
        decides = self.sign == "any"  # one true part decides "any", one false part "all"
        return decides if decides in known else None if None in known else not decides

    def to_json(self) -> list[object]:
        """As nested lists: ``["<", tree, tree]``, ``["all", condition, …]``."""
        return [self.sign, *(to_json(p.tree) if isinstance(p, Number) else p.to_json() for p in self.parts)]

    def __bool__(self) -> bool:
        raise TemplateError(
            Problem(
                "a condition about numbers stands in a plain {% if %}",
                advice="Use {% choose %}{% when … %}, with all_of(…), any_of(…) and negate(…).",
            )
        )


@takes(one=_NUMBER)
def alike(one: Number, other: object) -> Condition:
    """True when numbers read the same as the site prints them, so that no sentence may contrast them."""
    return one.compare(ALIKE, other)


def all_of(*conditions: object) -> Condition | bool:
    """True when every condition is. What is no condition about numbers is plainly true or false."""
    kept, plain = _apart(conditions)
    if not all(plain):
        return False
    return _joined("all", kept, plain, True)


def any_of(*conditions: object) -> Condition | bool:
    """True when at least one condition is. What is no condition about numbers is plainly true or false."""
    kept, plain = _apart(conditions)
    if any(plain):
        return True
    return _joined("any", kept, plain, False)


@takes()
def negate(condition: object) -> Condition | bool:
    """True when the condition is not."""
    known = _condition(condition)
    return Condition("not", (known,)) if isinstance(known, Condition) else not known


def _condition(given: object) -> object:
    """A condition, or what is plainly true or false. Raises TemplateError for a number."""
    if isinstance(given, Number):
        raise TemplateError(Problem(f"{what(given)} is a number, and no condition", advice="Compare it: x > 0."))
    return given


def _joined(sign: str, kept: list[Condition], plain: list[bool], otherwise: bool) -> Condition | bool:
    """Conditions about numbers, joined; one that only plain truths stood beside stands alone."""
    if plain and len(kept) < 2:
        return kept[0] if kept else otherwise
    return Condition(sign, kept)


def _apart(conditions: Iterable[object]) -> tuple[list[Condition], list[bool]]:
    """Conditions about numbers, and the truth of the others. Raises TemplateError for a number, which is neither."""
    every = [_condition(each) for each in conditions]
    kept = [each for each in every if isinstance(each, Condition)]
    return kept, [bool(each) for each in every if not isinstance(each, Condition)]
