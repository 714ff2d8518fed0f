"""Whether the equations of a page hold for a reader with a calculator, read from the page's MathML alone.

Sides without letters are computed from their printed numbers by the interval rule; neighbours must meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.check.mathml import Matrix, Side, relations
from backprop_docgen.numbers.interval import Interval, follow
from backprop_docgen.numbers.rounding import Printed

_ROUNDING: Final = Fraction(1, 2**50)
"""A few units of a double's last place: what fifteen decimals of a number above one may be off by."""


@dataclass(frozen=True)
class Broken:
    """Two neighbouring sides that do not meet."""

    left: str
    right: str
    sign: str
    why: str


def broken_relations(html: str, decimals: int, mark: str) -> Iterator[Broken]:
    """The relations of a typeset formula that do not hold."""
    for whole, sign, other in relations(html, decimals, mark):
        if whole.shape != other.shape:
            yield Broken(whole.text, other.text, sign, "the two sides have other shapes")
            continue
        for left, right in zip(whole.entries(), other.entries(), strict=True):
            yield from _relation(left, sign, right)


def _relation(left: Side, sign: str, right: Side) -> Iterator[Broken]:
    try:
        low, high = left.interval()
        least, most = right.interval()
    except (ValueError, OverflowError, ZeroDivisionError):
        return  # not bounded: it excludes nothing
    rounding = max(abs(low), abs(high)) * _ROUNDING if _rounded(left, right) else Fraction(0)
    if high + rounding < least or most < low - rounding:
        yield Broken(left.text, right.text, sign, "the two sides do not meet, however the rounded numbers are read")
    elif sign == "=" and not _equal_as_written(left, right):
        why = "both sides are exact, and differ" if low == high and least == most else "a rounded number takes ≈"
        yield Broken(left.text, right.text, sign, why)


def _rounded(left: Side, right: Side) -> bool:
    """Whether some numeral is rounded: then the values behind were computed in doubles."""
    return any(not number.exact for side in (left, right) for number in side.numbers.values())


def _equal_as_written(left: Side, right: Side) -> bool:
    """Whether two sides are equal when every numeral is taken for exact."""

    def point(side: Side) -> Interval:
        def exact(name: str) -> Printed:
            number = side.numbers[name]
            return Printed(number.digits, number.exponent, True)

        assert not isinstance(side.tree, Matrix)
        return follow(side.tree, exact)

    try:
        (low, high), (least, most) = point(left), point(right)
    except (ValueError, OverflowError, ZeroDivisionError):
        return True
    return low <= most and least <= high
