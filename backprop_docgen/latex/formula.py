"""A quantity's formula by itself, without the marks that pages need: in symbols, with numbers put in, as plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backprop_docgen.formula.tree import symbols
from backprop_docgen.latex.equation import (
    APPROX,
    Piece,
    Rank,
    Typesetter,
    ladder,
    numeric,
    operands,
    print_quantity,
    symbolic,
)
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.latex.written import unmarked
from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.worksheet import Quantity

_PLAIN: Final = Language("en")


def formula_tex(quantity: Quantity, lookup: Callable[[str], Quantity]) -> str | None:
    """LaTeX of a quantity's formula in symbols; None where it has none."""
    if quantity.tree is None or not symbols(quantity.tree):
        return None
    return symbolic(lookup, _PLAIN).piece(quantity.tree).tex


def formula_text(quantity: Quantity) -> str:
    """A quantity's formula as plain text over the names of quantities; "" where it has none."""
    if quantity.tree is None or not symbols(quantity.tree):
        return ""
    names = Typesetter(lambda name: Piece(rf"\text{{{name}}}", Rank.ATOM), _PLAIN)
    return plain(names.piece(quantity.tree).tex)


def substituted_tex(quantity: Quantity, lookup: Callable[[str], Quantity], decimals: int) -> str | None:
    """LaTeX of a quantity's formula with the printed numbers put in; None where it has none."""
    if quantity.tree is None or not symbols(quantity.tree):
        return None
    numbers = operands(quantity.tree, lookup, print_quantity(quantity, decimals), decimals)
    return unmarked(numeric(numbers.__getitem__, _PLAIN).piece(quantity.tree).tex)


def equation_tex(quantity: Quantity, lookup: Callable[[str], Quantity], language: Language, decimals: int) -> str:
    """LaTeX of the equation that pages display; of a quantity without a formula, symbol and value."""
    if quantity.tree is not None:
        return unmarked(ladder(quantity, lookup, language, decimals).tex)
    number = print_quantity(quantity, decimals)
    return f"{quantity.symbol} {'=' if number.exact else APPROX} {language.tex(number)}"
