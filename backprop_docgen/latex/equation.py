"""LaTeX from trees, by rule tables: symbol = formula = numbers put in ≈ value.

It stands on one line; where that does not fit, the page breaks it (``assets/formulas/breaks.mjs``). Every numeral of a
quantity carries ``\\htmlData{q=NAME}{…}``; the numerals of the formula itself (½, 1) carry nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.evaluate import Value
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol, symbols
from backprop_docgen.numbers.interval import Reading, read
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import Printed, printed
from backprop_docgen.worksheet.worksheet import Quantity

APPROX: Final = r"\approx"

_MOST_DECIMALS: Final = 24


class Rank(IntEnum):
    """How tightly a piece of LaTeX holds together; a weaker piece inside a stronger one takes parentheses."""

    SUM = 1
    PRODUCT = 2
    FRACTION = 3
    ATOM = 4


@dataclass(frozen=True)
class Piece:
    """A piece of LaTeX: its source, its rank, and whether it begins with a minus."""

    tex: str
    rank: Rank
    minus: bool = False


@dataclass(frozen=True)
class FunctionRule:
    """How a function is set: LaTeX around the argument ``{0}``, parentheses or not."""

    template: str
    rank: Rank = Rank.ATOM


FUNCTION_RULES: Final[Mapping[str, FunctionRule]] = {
    "exp": FunctionRule(r"e^{{{0}}}"),
    "abs": FunctionRule(r"\left|{0}\right|"),
    "log": FunctionRule(r"\ln\left({0}\right)"),
    "tanh": FunctionRule(r"\tanh\left({0}\right)"),
    "softplus": FunctionRule(r"\ln\left(1 + e^{{{0}}}\right)"),
    "relu": FunctionRule(r"\max\left(0{separator}\, {0}\right)"),
    "step": FunctionRule(r"\left[\,{0} > 0\,\right]"),
    "leaky_relu": FunctionRule(r"\operatorname{{lrelu}}\left({0}\right)"),
    "leaky_step": FunctionRule(r"\max\left(\tfrac{{1}}{{100}}{separator}\, \left[\,{0} > 0\,\right]\right)"),
}


class Typesetter:
    """Sets trees with one way of writing their leaves; ``leaf`` gives the piece of a quantity."""

    def __init__(self, leaf: Callable[[str], Piece], language: Language) -> None:
        self.leaf = leaf
        self.language = language

    def piece(self, tree: Expression, leading: bool = True) -> Piece:
        """The whole tree as one piece; ``leading``: nothing stands to its left that a minus could hit."""
        match tree:
            case Symbol(name):
                return _signed(self.leaf(name), leading)
            case Constant(number):
                return _signed(self._constant(number), leading)
            case Sum(terms):
                return _row([self._term(term, index == 0, leading) for index, term in enumerate(terms)], Rank.SUM)
            case Product((Constant(Fraction(numerator=-1, denominator=1)), *rest)):
                inner = self._inside(Product(tuple(rest)) if len(rest) > 1 else rest[0], Rank.PRODUCT, False)
                return _signed(Piece(f"-{inner.tex}", Rank.PRODUCT, minus=True), leading)
            case Product(factors):
                pieces = [self._factor(factor, index == 0, leading) for index, factor in enumerate(factors)]
                return _row(pieces, Rank.PRODUCT)
            case Power(base, exponent):
                inner = self._inside(base, Rank.ATOM, leading=False)
                return Piece(f"{inner.tex}^{{{exponent}}}", Rank.ATOM)
            case Quotient(numerator, denominator):
                top, bottom = self.piece(numerator), self.piece(denominator)
                return Piece(rf"\frac{{{top.tex}}}{{{bottom.tex}}}", Rank.FRACTION)
            case Function(name, argument):
                rule, inner = FUNCTION_RULES[name], self.piece(argument)
                return Piece(rule.template.format(inner.tex, separator=self.language.list_separator), rule.rank)

    def _constant(self, number: Fraction) -> Piece:
        value = printed(Value(float(number), number, 0.0), 15)
        if not value.exact:
            top, bottom = abs(number.numerator), number.denominator
            sign = "-" if number < 0 else ""
            return Piece(rf"{sign}\frac{{{top}}}{{{bottom}}}", Rank.FRACTION, number < 0)
        if number == Fraction(1, 2):
            return Piece(r"\frac{1}{2}", Rank.FRACTION)
        return Piece(self.language.tex(value), Rank.ATOM, number < 0)

    def _term(self, term: Expression, first: bool, leading: bool) -> Piece:
        if first:
            return self._inside(term, Rank.PRODUCT, leading)
        match term:
            case Product((Constant(Fraction(numerator=-1, denominator=1)), *rest)):
                sign, term = "-", Product(tuple(rest)) if len(rest) > 1 else rest[0]
            case _:
                sign = "+"
        inner = self._inside(term, Rank.PRODUCT, leading=False)
        return Piece(f"{sign} {inner.tex}", Rank.SUM)

    def _factor(self, factor: Expression, first: bool, leading: bool) -> Piece:
        inner = self._inside(factor, Rank.FRACTION, leading and first)
        return inner if first else Piece(rf"\cdot {inner.tex}", Rank.PRODUCT)

    def _inside(self, tree: Expression, least: Rank, leading: bool) -> Piece:
        piece = self.piece(tree, leading)
        # inside parentheses a minus leads again
        return _parenthesised(self.piece(tree)) if piece.rank < least else piece


def _row(pieces: Sequence[Piece], rank: Rank) -> Piece:
    """Terms or factors beside one another."""
    if len(pieces) == 1:
        return pieces[0]
    return Piece(" ".join(piece.tex for piece in pieces), rank, pieces[0].minus)


def _signed(piece: Piece, leading: bool) -> Piece:
    return _parenthesised(piece) if piece.minus and not leading else piece


def _parenthesised(piece: Piece) -> Piece:
    return Piece(rf"\left({piece.tex}\right)", Rank.ATOM)


@dataclass(frozen=True)
class Equation:
    """A finished equation: LaTeX, and the names of the quantities whose numbers it shows, in order."""

    tex: str
    names: tuple[str, ...]


def symbolic(lookup: Callable[[str], Quantity], language: Language) -> Typesetter:
    """Writes quantities as their symbols."""

    def leaf(name: str) -> Piece:
        symbol = lookup(name).symbol
        rank = Rank.FRACTION if symbol.startswith(r"\frac") else Rank.ATOM
        return Piece(symbol, rank)

    return Typesetter(leaf, language)


def numeral(name: str, number: Printed, language: Language) -> Piece:
    """A quantity's number, marked with its name."""
    rank = Rank.PRODUCT if number.exponent is not None else Rank.ATOM
    return Piece(rf"\htmlData{{q={name}}}{{{language.tex(number)}}}", rank, number.negative)


def numeric(operand: Callable[[str], Printed], language: Language, sheet: str = "") -> Typesetter:
    """Writes quantities as their printed numbers."""
    prefix = f"{sheet}:" if sheet else ""
    return Typesetter(lambda name: numeral(prefix + name, operand(name), language), language)


def print_quantity(quantity: Quantity, decimals: int) -> Printed:
    """A quantity as it is printed everywhere."""
    return printed(quantity.number, decimals)


def operands(
    tree: Expression, lookup: Callable[[str], Quantity], result: Printed, decimals: int
) -> dict[str, Printed]:
    """The operands' printed numbers, with as many digits as the equation needs to hold for its reader.

    Where no number of digits leads to the result, those with which it may hold are enough.
    """
    best: dict[str, Printed] = {}
    reading: Reading | None = None
    for digits in range(decimals, _MOST_DECIMALS + 1):
        found = {name: print_quantity(lookup(name), digits) for name in symbols(tree)}
        try:
            reads = read(tree, found.__getitem__, result)
        except ValueError:  # something is no number
            return best or found
        if reading is None or reads.value > reading.value:
            best, reading = found, reads
        if reads is Reading.TRUE:
            break
    return best


def ladder(
    quantity: Quantity,
    lookup: Callable[[str], Quantity],
    language: Language,
    decimals: int,
    sheet: str = "",
) -> Equation:
    """The display equation of one quantity: symbol = formula = numbers put in ≈ value.

    A quantity with a formula of its own only; raises ValueError for one without a tree.
    """
    if quantity.tree is None:
        raise ValueError(f"{quantity.name} has no formula")
    result = print_quantity(quantity, decimals)
    numbers = operands(quantity.tree, lookup, result, decimals)
    prefix = f"{sheet}:" if sheet else ""
    value = numeral(prefix + quantity.name, result, language).tex
    names = [prefix + name for name in symbols(quantity.tree)]
    if not names:  # a number of the file, or a constant such as ∂net/∂b = 1
        return Equation(f"{quantity.symbol} = {value}", (prefix + quantity.name,))
    all_exact = all(number.exact for number in numbers.values())
    tex = f"{quantity.symbol} = {symbolic(lookup, language).piece(quantity.tree).tex}"
    if isinstance(quantity.tree, Symbol):
        names = []  # a copy: the number put in is the value itself
    else:
        put_in = numeric(numbers.__getitem__, language, sheet).piece(quantity.tree).tex
        tex += f" {'=' if all_exact else APPROX} {put_in}"
    tex += f" {'=' if result.exact and all_exact else APPROX} {value}"
    return Equation(tex, (*names, prefix + quantity.name))


def definition(quantity: Quantity, lookup: Callable[[str], Quantity], language: Language) -> str:
    """Symbol and formula without numbers, as LaTeX."""
    if quantity.tree is None:
        raise ValueError(f"{quantity.name} has no formula")
    return f"{quantity.symbol} = {symbolic(lookup, language).piece(quantity.tree).tex}"
