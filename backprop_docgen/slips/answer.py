"""What a person answers: a number with the digits that stand there, or a fraction. Dimensionless.

The twin of the browser's ``practice/answer.mjs``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.numbers.numeral import Reason, Written, bare, read, written

EXACT_DIGITS: Final = 15
"""The digits that count for a fraction, or for a power of ten alone."""

_BLANK: Final = r"[ \u00a0\u2007\u2009\u202f]*"
_FRACTION: Final = re.compile(
    rf"{_BLANK}([-−–‐‑+]?){_BLANK}([0-9]{{1,30}}){_BLANK}[/⁄∕]{_BLANK}(0{{0,30}}[1-9][0-9]{{0,29}}){_BLANK}"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A number that was read.

    ``text``: as it was written; ``digits``: significant digits written, 0 of a zero; ``unit``: one unit of the last
    place written, 0 of a fraction or a power of ten alone, which are exact.
    """

    text: str
    value: Fraction
    digits: int
    unit: Fraction


def _in_range(value: Fraction) -> bool:
    """Whether a number has a double, as everything that is computed has: 1e999 and 1e-999 have none."""
    try:
        return value == 0 or float(value) != 0
    except OverflowError:
        return False


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that is no number, or may be two."""

    reason: Reason


def read_answer(text: str, name: str = "") -> Answer | Refused:
    """The number that a text writes; ``name`` is the quantity it is for, which may stand before it: "w5 = 0.4"."""
    number, refused = bare(text, name)
    fraction = None if refused else _FRACTION.fullmatch(number)
    if fraction:
        sign, top, bottom = fraction.groups()
        value = Fraction(int(top), int(bottom)) * (1 if sign in ("", "+") else -1)
        return Answer(text, value, EXACT_DIGITS, Fraction(0))
    literal, found = read(text, name), written(text, name)
    if literal.literal is None or not isinstance(found, Written):
        return Refused(literal.refused or "form")
    value = Fraction(literal.literal)
    if not found.mantissa:
        return Answer(text, value, EXACT_DIGITS, Fraction(0)) if _in_range(value) else Refused("form")
    unit = Fraction(10) ** (int(found.power) - len(found.places))
    if not _in_range(value) or not _in_range(unit):
        return Refused("form")
    return Answer(text, value, len((found.whole + found.places).lstrip("0")), unit)
