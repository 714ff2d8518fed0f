"""Whether the equations of a formula hold for a reader with a calculator, read from its TeX alone.

Sides that are all numbers are computed by the interval rule; neighbours must meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.tree import Expression
from backprop_docgen.latex.arithmetic import Leaf, Symbols
from backprop_docgen.latex.relations import Side, relations
from backprop_docgen.numbers.interval import spread
from backprop_docgen.worksheet.worksheet import Quantity

BROKEN: Final = "does not hold"
ROUNDED: Final = "a rounded number takes ≈"


@dataclass(frozen=True)
class Broken:
    """Two neighbouring sides that do not meet."""

    left: str
    right: str
    sign: str
    why: str

    def __str__(self) -> str:
        return f"{BROKEN}: {self.left} {self.sign} {self.right} ({self.why})"


def value_of(quantity: Quantity) -> Leaf | None:
    """What the symbol of a quantity stands for: its exact value, or fifty digits as well as they are known."""
    value, off = quantity.number.fraction, quantity.number.error
    if value is None or off is None:
        return None
    return Leaf((value - off, value + off), (value - off, value + off), quantity.exact is not None)


def broken_relations(tex: str, decimals: int, mark: str, symbols: Symbols = lambda _: None) -> Iterator[Broken]:
    """The relations of a formula that do not hold; ``symbols`` tells what its private characters stand for."""
    for left, sign, right in relations(tex, decimals, mark, symbols):
        if left.shape != right.shape:
            yield Broken(left.text, right.text, sign, "the two sides have other shapes")
            continue
        for one, other in zip(left.entries(), right.entries(), strict=True):
            why = _why(_Entry(one, left), sign, _Entry(other, right))
            if why:
                yield Broken(left.text, right.text, sign, why)


@dataclass(frozen=True)
class _Entry:
    """A number of a side: all of it, or an entry of a matrix."""

    tree: Expression
    side: Side

    def interval(self) -> tuple[Fraction, Fraction]:
        """All that it may be; raises ValueError or OverflowError where that is not bounded."""
        return spread(self.tree, lambda name: self.side.leaves[name].interval)

    def written(self) -> tuple[Fraction, Fraction]:
        """The same when every numeral is taken for exact."""
        return spread(self.tree, lambda name: self.side.leaves[name].written)


def _why(left: _Entry, sign: str, right: _Entry) -> str:
    """Why a relation does not hold; "" where it does, or is not bounded: that excludes nothing."""
    try:
        low, high = left.interval()
        least, most = right.interval()
        if high < least or most < low:
            return "the two sides do not meet, however the rounded numbers are read"
        if sign == "=" and not _equal_as_written(left, right):
            return "both sides are exact, and differ" if low == high and least == most else ROUNDED
    except (ValueError, OverflowError, ZeroDivisionError):
        pass
    return ""


def _equal_as_written(left: _Entry, right: _Entry) -> bool:
    """Whether two sides are equal when every numeral is taken for exact."""
    (low, high), (least, most) = left.written(), right.written()
    return low <= most and least <= high
