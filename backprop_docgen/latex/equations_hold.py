"""Whether the equations of a formula hold for a reader with a calculator, read from its TeX alone.

Sides that are all numbers are computed by the interval rule; neighbours must meet.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.evaluate import Value
from backprop_docgen.formula.tree import Expression, symbols
from backprop_docgen.latex.arithmetic import Leaf, Symbols
from backprop_docgen.latex.relations import Side, relations
from backprop_docgen.numbers.interval import spread
from backprop_docgen.worksheet.agreement import tolerance
from backprop_docgen.worksheet.worksheet import Quantity

BROKEN: Final = "does not hold"
ROUNDED: Final = "a rounded number takes ≈"
_ROUNDING: Final = Fraction(1, 2**50)
"""A few units of a double's last place: what fifteen decimals of a number above one may be off by."""
_UNDERFLOW: Final = Fraction(1, 2**1000)
"""What doubles near nothing may be off by."""


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
    """What the symbol of a quantity stands for: its exact value, or its double as well as it is known."""
    if quantity.exact is not None:
        return Leaf((quantity.exact, quantity.exact), (quantity.exact, quantity.exact), True)
    known = tolerance(Value(quantity.value, quantity.exact, quantity.bound))
    if not math.isfinite(quantity.value) or not math.isfinite(known):
        return None
    middle, off = Fraction(quantity.value), Fraction(known) + _UNDERFLOW
    return Leaf((middle - off, middle + off), (middle - off, middle + off), False)


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

    @property
    def rounded(self) -> bool:
        """Whether some number is rounded: then the values behind were computed in doubles."""
        return any(not self.side.leaves[name].exact for name in symbols(self.tree))


def _why(left: _Entry, sign: str, right: _Entry) -> str:
    """Why a relation does not hold; "" where it does, or is not bounded: that excludes nothing."""
    try:
        low, high = left.interval()
        least, most = right.interval()
        slack = max(abs(low), abs(high)) * _ROUNDING + _UNDERFLOW if left.rounded or right.rounded else Fraction(0)
        if high + slack < least or most < low - slack:
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
