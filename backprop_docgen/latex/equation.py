"""LaTeX from trees, by rule tables: symbol = formula = numbers put in ≈ value.

The ladder is left-aligned and broken so that it fits a phone. Every numeral of a quantity carries
``\\htmlData{q=NAME}{…}``; the numerals of the formula itself (½, 1) carry nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from backprop_docgen.formula.evaluate import Value
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol, symbols
from backprop_docgen.numbers.interval import Reading, read
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import Printed, printed
from backprop_docgen.worksheet.worksheet import Quantity

LINE: Final = 33.0
"""How many digits fit a line on a phone (360 px)."""

_MOST_DECIMALS: Final = 24


class Rank(IntEnum):
    """How tightly a piece of LaTeX holds together; a weaker piece inside a stronger one takes parentheses."""

    SUM = 1
    PRODUCT = 2
    FRACTION = 3
    ATOM = 4


@dataclass(frozen=True)
class Piece:
    """A piece of LaTeX: its source, its rank, its width in digits, and whether it begins with a minus."""

    tex: str
    rank: Rank
    width: float
    minus: bool = False


@dataclass(frozen=True)
class FunctionRule:
    """How a function is set: LaTeX around the argument ``{0}``, the width this adds, parentheses or not."""

    template: str
    width: float
    rank: Rank = Rank.ATOM


FUNCTION_RULES: Final[Mapping[str, FunctionRule]] = {
    "exp": FunctionRule(r"e^{{{0}}}", 1),
    "abs": FunctionRule(r"\left|{0}\right|", 1),
    "log": FunctionRule(r"\ln\left({0}\right)", 3),
    "tanh": FunctionRule(r"\tanh\left({0}\right)", 5),
    "softplus": FunctionRule(r"\ln\left(1 + e^{{{0}}}\right)", 6),
    "relu": FunctionRule(r"\max\left(0{separator}\, {0}\right)", 7),
    "step": FunctionRule(r"\left[\,{0} > 0\,\right]", 4),
    "leaky_relu": FunctionRule(r"\operatorname{{lrelu}}\left({0}\right)", 6),
    "leaky_step": FunctionRule(r"\max\left(\tfrac{{1}}{{100}}{separator}\, \left[\,{0} > 0\,\right]\right)", 10),
}


def symbol_width(tex: str) -> float:
    """About how wide a symbol is set, in digits."""
    fraction = re.fullmatch(r"(?:\\left\()?\\frac\{(.*)\}\{(\\partial .*)\}(?:\\right\)(.*))?", tex)
    if fraction:
        return 0.5 + max(symbol_width(fraction[1]), symbol_width(fraction[2])) + (2 if fraction[3] else 0)
    scripts = re.sub(r"\\text|[{}_^\\]", "", re.sub(r"\\(partial|eta|delta)", "d", tex))
    small = sum(len(re.sub(r"\\text|[{}]", "", part)) for part in re.findall(r"[_^](\{[^{}]*(?:\{[^{}]*\})?\})", tex))
    return len(scripts) - 0.35 * small


class Typesetter:
    """Sets trees with one way of writing their leaves; ``leaf`` gives the piece of a quantity."""

    def __init__(self, leaf: Callable[[str], Piece], language: Language) -> None:
        self.leaf = leaf
        self.language = language

    def piece(self, tree: Expression, leading: bool = True) -> Piece:
        """The whole tree as one piece; ``leading``: nothing stands to its left that a minus could hit."""
        parts = self.parts(tree, leading)
        if len(parts) == 1:
            return parts[0]
        rank = Rank.SUM if isinstance(tree, Sum) else Rank.PRODUCT
        return Piece(" ".join(p.tex for p in parts), rank, sum(p.width for p in parts), parts[0].minus)

    def parts(self, tree: Expression, leading: bool = True) -> list[Piece]:
        """The tree cut where a line may be broken: between terms, or between factors."""
        match tree:
            case Symbol(name):
                return [self._signed(self.leaf(name), leading)]
            case Constant(number):
                return [self._signed(self._constant(number), leading)]
            case Sum(terms):
                return [self._term(term, index == 0, leading) for index, term in enumerate(terms)]
            case Product((Constant(Fraction(numerator=-1, denominator=1)), *rest)):
                inner = self._inside(Product(tuple(rest)) if len(rest) > 1 else rest[0], Rank.PRODUCT, False)
                minus = Piece(f"-{inner.tex}", Rank.PRODUCT, inner.width + 1, minus=True)
                return [self._signed(minus, leading)]
            case Product(factors):
                return [self._factor(factor, index == 0, leading) for index, factor in enumerate(factors)]
            case Power(base, exponent):
                inner = self._inside(base, Rank.ATOM, leading=False)
                return [Piece(f"{inner.tex}^{{{exponent}}}", Rank.ATOM, inner.width + 0.7)]
            case Quotient(numerator, denominator):
                top, bottom = self.piece(numerator), self.piece(denominator)
                width = max(top.width, bottom.width) + 0.5
                return [Piece(rf"\frac{{{top.tex}}}{{{bottom.tex}}}", Rank.FRACTION, width)]
            case Function(name, argument):
                rule, inner = FUNCTION_RULES[name], self.piece(argument)
                tex = rule.template.format(inner.tex, separator=self.language.list_separator)
                return [Piece(tex, rule.rank, inner.width + rule.width)]

    def _constant(self, number: Fraction) -> Piece:
        value = printed(Value(float(number), number, 0.0), 15)
        if not value.exact:
            top, bottom = abs(number.numerator), number.denominator
            sign = "-" if number < 0 else ""
            return Piece(rf"{sign}\frac{{{top}}}{{{bottom}}}", Rank.FRACTION, 1.5, number < 0)
        if number == Fraction(1, 2):
            return Piece(r"\frac{1}{2}", Rank.FRACTION, 1)
        return Piece(self.language.tex(value), Rank.ATOM, len(value.digits), number < 0)

    def _term(self, term: Expression, first: bool, leading: bool) -> Piece:
        if first:
            return self._inside(term, Rank.PRODUCT, leading)
        match term:
            case Product((Constant(Fraction(numerator=-1, denominator=1)), *rest)):
                sign, term = "-", Product(tuple(rest)) if len(rest) > 1 else rest[0]
            case _:
                sign = "+"
        inner = self._inside(term, Rank.PRODUCT, leading=False)
        return Piece(f"{sign} {inner.tex}", Rank.SUM, inner.width + 2)

    def _factor(self, factor: Expression, first: bool, leading: bool) -> Piece:
        inner = self._inside(factor, Rank.FRACTION, leading and first)
        return inner if first else Piece(rf"\cdot {inner.tex}", Rank.PRODUCT, inner.width + 1.5)

    def _inside(self, tree: Expression, least: Rank, leading: bool) -> Piece:
        piece = self.piece(tree, leading)
        # inside parentheses a minus leads again
        return _parenthesised(self.piece(tree)) if piece.rank < least else piece

    @staticmethod
    def _signed(piece: Piece, leading: bool) -> Piece:
        return _parenthesised(piece) if piece.minus and not leading else piece


def _parenthesised(piece: Piece) -> Piece:
    return Piece(rf"\left({piece.tex}\right)", Rank.ATOM, piece.width + 1.5)


@dataclass(frozen=True)
class Equation:
    """A finished ladder: LaTeX, and the names of the quantities whose numbers it shows, in order."""

    tex: str
    names: tuple[str, ...]


def symbolic(lookup: Callable[[str], Quantity], language: Language) -> Typesetter:
    """Writes quantities as their symbols."""

    def leaf(name: str) -> Piece:
        symbol = lookup(name).symbol
        rank = Rank.FRACTION if symbol.startswith(r"\frac") else Rank.ATOM
        return Piece(symbol, rank, symbol_width(symbol))

    return Typesetter(leaf, language)


def numeral(name: str, number: Printed, language: Language) -> Piece:
    """A quantity's number, marked with its name."""
    rank = Rank.PRODUCT if number.exponent is not None else Rank.ATOM
    width = len(number.digits) + (0 if number.exponent is None else 5)
    return Piece(rf"\htmlData{{q={name}}}{{{language.tex(number)}}}", rank, width, number.negative)


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
    line: float = LINE,
) -> Equation:
    """The display equation of one quantity: symbol = formula = numbers put in ≈ value.

    A quantity with a formula of its own only; raises ValueError for one without a tree.
    """
    if quantity.tree is None:
        raise ValueError(f"{quantity.name} has no formula")
    result = print_quantity(quantity, decimals)
    numbers = operands(quantity.tree, lookup, result, decimals)
    prefix = f"{sheet}:" if sheet else ""
    left = Piece(quantity.symbol, Rank.ATOM, symbol_width(quantity.symbol))
    formula = symbolic(lookup, language).parts(quantity.tree)
    rows = _rows("", left, "=", formula, line)
    value = numeral(prefix + quantity.name, result, language)
    names = [prefix + name for name in symbols(quantity.tree)]
    all_exact = all(number.exact for number in numbers.values())
    if not names:  # a number of the file, or a constant such as ∂net/∂b = 1
        return Equation(_aligned(_rows("", left, "=", [value], line)), (prefix + quantity.name,))
    put_in = numeric(numbers.__getitem__, language, sheet).parts(quantity.tree)
    relation = "=" if result.exact and all_exact else r"\approx"
    if isinstance(quantity.tree, Symbol):
        names = []  # a copy: the number put in is the value itself
    else:
        rows += _rows(r"\quad ", None, "=" if all_exact else r"\approx", put_in, line)
    rows += _rows(r"\quad ", None, relation, [value], line)
    return Equation(_aligned(rows), (*names, prefix + quantity.name))


def definition(quantity: Quantity, lookup: Callable[[str], Quantity], language: Language) -> str:
    """Symbol and formula without numbers, as LaTeX."""
    if quantity.tree is None:
        raise ValueError(f"{quantity.name} has no formula")
    left = Piece(quantity.symbol, Rank.ATOM, symbol_width(quantity.symbol))
    return _aligned(_rows("", left, "=", symbolic(lookup, language).parts(quantity.tree), LINE))


def _rows(indent: str, left: Piece | None, relation: str, parts: list[Piece], line: float) -> list[str]:
    """Left side, relation and parts, broken into rows that fit; later rows are set in."""
    used = 2.0 + (left.width + 1 if left else 2.0)
    rows, row = [], f"{indent}{left.tex + ' ' if left else ''}{relation}"
    for index, part in enumerate(parts):
        if used + part.width > line and (index or (left and used > 4 and used + part.width > line + 4)):
            rows.append(row)
            row, used = rf"\qquad {{}}{part.tex}" if index else rf"\quad {part.tex}", 4.0 + part.width
        else:
            row, used = f"{row} {part.tex}", used + part.width
    return [*rows, row]


def _gap(above: str, below: str) -> str:
    """A line break, with more air before a new relation and around fractions."""
    air = 0.2 + 0.2 * below.startswith(r"\quad") + 0.25 * (r"\frac" in above) + 0.15 * (r"\frac" in below)
    return rf" \\[{air:.2g}em] "


def _aligned(rows: list[str]) -> str:
    """Left-aligned rows, with some air before each new relation."""
    if len(rows) == 1:
        return rows[0]
    breaks = [_gap(above, below) for above, below in pairwise(rows)]
    lines = [f"& {row}" for row in rows]
    body = lines[0] + "".join(gap + text for gap, text in zip(breaks, lines[1:], strict=True))
    return rf"\begin{{aligned}} {body} \end{{aligned}}"
