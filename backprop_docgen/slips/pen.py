"""Slips of the pen: what a right number becomes on the way to the paper. Dimensionless.

The twin of the browser's ``practice/pen.mjs``.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

_LEAST: Final = -6  # a number whose first digit stands further right is written with a power of ten


def pen_slips(right: float, digits: int) -> list[tuple[str, float]]:
    """Each rule of the pen with the number that comes out.

    ``sign-lost``, ``point-moved``, ``digits-swapped`` (two unlike neighbours of the digits written),
    ``comma-thousands`` (the decimal mark read as one that groups). ``digits``: significant digits to which the number
    is written, halves away from zero. Of 0, and of what is no number, there are none.
    """
    if not right or not math.isfinite(right):
        return []
    sign, power, written = _written(right, digits)
    found = [("sign-lost", -right), ("point-moved", right * 10), ("point-moved", right / 10)]
    for index in range(len(written) - 1):
        one, other = written[index], written[index + 1]
        if one != other:
            swapped = written[:index] + other + one + written[index + 2 :]
            found.append(("digits-swapped", float(f"{sign}{swapped}e{power}")))
    if power < 0 and len(written) + power > _LEAST:
        found.append(("comma-thousands", float(sign + written)))
    return [(rule, number) for rule, number in found if math.isfinite(number)]


def _written(number: float, digits: int) -> tuple[str, int, str]:
    """Sign, power of ten of the last digit, and digits of a number as it is written; a double is its literal."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(repr(number)))
    sign, places, exponent = rounded.as_tuple()
    assert isinstance(exponent, int)  # it is finite
    text = "".join(map(str, places)).ljust(digits, "0")
    return "-" if sign else "", exponent - (len(text) - len(places)), text
