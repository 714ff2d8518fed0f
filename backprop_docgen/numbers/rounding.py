"""The only way from a number to its text and back: exact or rounded, ties, negative zero, scientific.

The rule (the same on every page, in every figure and in the browser):

* an exact value that fits in ``decimals`` places is written bare (0.3775);
* every other one is rounded to ``decimals`` places, zeros kept (0.751365070), ties away from zero;
* a nonzero value that would keep fewer significant digits than :func:`least_digits` (four, with nine decimals), or
  would need more than fifteen digits before the mark, is set in scientific notation with so many (4.386 × 10⁻¹⁰);
* every digit holds: of a value that is known less well, fewer are shown, and an inexact one no larger than the bound
  of its own error (p − p) is rounded to ``decimals`` places, as 0.000000000;
* of what has no two certain digits, that is said instead of a number;
* what rounds to zero has no sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from backprop_docgen.formula import near as fifty
from backprop_docgen.formula.evaluate import Value, decimal_places
from backprop_docgen.formula.near import Near

MINUS: Final = "\N{MINUS SIGN}"
UNCERTAIN: Final = "?"
"""The digits of a number of which nothing is certain."""
_FEWEST: Final = 2  # certain digits of a number
_CERTAIN: Final = 12  # places between an error and the last digit shown, from which on the error does not count
_ROUNDING: Final = Context(prec=200, rounding=ROUND_HALF_UP)
_WHOLE_DIGITS: Final = 15
_LARGEST: Final = 100  # the power of ten of a number that is written with places
_MOST_POWER: Final = 5000
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_BACK: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_PARSED: Final = re.compile(
    r"(?P<sign>[-+−]?)(?P<digits>\d+(?:\.\d+)?)(?:\s*×\s*10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|[eE](?P<exponent>[-+]?\d+))?"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it is printed, before any language has its say.

    ``digits``: sign, digits and a point ("-0.217071535"); ``exponent``: power of ten in scientific
    notation; ``exact``: whether it is the value itself ("=") or rounded ("≈"). Infinite and undefined
    values have ``digits`` "inf", "-inf" or "nan", and those of which nothing is certain "?".
    """

    digits: str
    exponent: int | None = None
    exact: bool = False

    @property
    def finite(self) -> bool:
        """Whether it is a number at all: neither infinite nor undefined."""
        return self.digits[-1].isdigit()

    @property
    def negative(self) -> bool:
        """Whether it begins with a minus."""
        return self.digits.startswith("-")

    @property
    def value(self) -> Fraction:
        """The number that stands on the page; raises ValueError when it is none, or too long to write out."""
        whole, _, places = self.digits.partition(".")
        if abs(self.exponent or 0) > _MOST_POWER:
            raise ValueError(f"a power of ten beyond {_MOST_POWER}")
        return _scaled(int(whole + places), (self.exponent or 0) - len(places))

    @property
    def last_place(self) -> int:
        """The power of ten of the last digit."""
        return (self.exponent or 0) - len(self.digits.partition(".")[2])

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last place printed; 0 for an exact number. Raises ValueError as ``value`` does."""
        if self.exact:
            return Fraction(0)
        if abs(self.exponent or 0) > _MOST_POWER:
            raise ValueError(f"a power of ten beyond {_MOST_POWER}")
        return _scaled(5, self.last_place - 1)

    def text(self, mark: str = ".", plus: bool = False) -> str:
        """As text: ``−0.217071535``, ``4.386 × 10⁻¹⁰`` (the decimal mark is the language's)."""
        sign = MINUS if self.negative else "+" if plus and self.finite and self.digits.strip("0.") else ""
        digits = self.digits.removeprefix("-").replace(".", mark)
        if not self.finite:
            return sign + digits.replace("inf", "∞").replace("nan", "NaN")
        power = "" if self.exponent is None else f"\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{_superscript(self.exponent)}"
        return f"{sign}{digits}{power}"

    def tex(self, mark: str = ".") -> str:
        """As LaTeX: ``-0{,}217071535``, ``4.386 \\times 10^{-10}``."""
        if not self.finite:
            return self.digits.replace("inf", r"\infty").replace("nan", r"\text{NaN}").replace(UNCERTAIN, r"\text{?}")
        digits = self.digits.replace(".", mark if mark == "." else f"{{{mark}}}")
        return digits if self.exponent is None else rf"{digits} \times 10^{{{self.exponent}}}"

    def code(self) -> str:
        """As a Python literal, always with a point."""
        if not self.finite:
            return f"float({self.digits.replace(UNCERTAIN, 'nan')!r})"
        return self.digits if self.exponent is None else f"{self.digits}e{self.exponent}"


def _scaled(number: int, power: int) -> Fraction:
    """``number`` · 10 to the ``power``."""
    return Fraction(number, 10**-power) if power < 0 else Fraction(number * 10**power)


def _superscript(number: int) -> str:
    return str(number).translate(_SUPERSCRIPTS)


def rounded(value: Fraction, places: int) -> str:
    """The value with ``places`` decimals, ties away from zero, never "-0"."""
    scaled = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    digits = str(scaled).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{fraction}" if places else f"{sign}{whole}"


def printed(value: Value, decimals: int = 9) -> Printed:
    """How a value is printed."""
    if value.exact is None:
        return _printed_near(value.near, decimals)
    exact = value.exact
    if abs(exact) < 10**_WHOLE_DIGITS:
        places = decimal_places(exact)
        if places is not None and places <= decimals:
            return Printed(rounded(exact, places), exact=True)
        fixed = rounded(exact, decimals)
        if _significant(fixed) >= least_digits(decimals):
            return Printed(fixed)
    return _powers(value.near.number, least_digits(decimals))


def least_digits(decimals: int) -> int:
    """How many significant digits a printed number has at least, unless it is 0."""
    return max(_FEWEST, min(4, (decimals + 1) // 2))


def _significant(fixed: str) -> int:
    return len(fixed.lstrip("-0.").replace(".", ""))


def _printed_near(near: Near, decimals: int) -> Printed:
    """With as many places as asked for, if they hold; else fewer, or in powers of ten."""
    number, least, fixed = near.number, least_digits(decimals), None
    if not number.is_finite():
        return Printed(str(float(number)))
    if number.copy_abs() < 10**_WHOLE_DIGITS:
        fixed = _certain(near, _fixed, decimals)
        if fixed and (_significant(fixed.digits) >= least or not number or near.noise):
            return fixed
        for places in range(decimals - 1, -1, -1) if fixed is None else ():
            fewer = _certain(near, _fixed, places)
            if fewer and _significant(fewer.digits) >= _FEWEST:
                return fewer
    for digits in range(least, _FEWEST - 1, -1) if number else ():  # a zero has no power of ten
        if powers := _certain(near, _powers, digits):
            return powers
    return fixed or Printed(UNCERTAIN)


def _certain(near: Near, write: Callable[[Decimal, int], Printed], digits: int) -> Printed | None:
    """The number as it is written if every digit holds: off by its error either way, it would be written the same."""
    shown, off = write(near.number, digits), near.error
    if not off or off.adjusted() < shown.last_place - _CERTAIN:  # nearly a point, which may lie on a tie
        return shown
    ends = fifty.total((near, Near(0, off.copy_negate(), off))), fifty.total((near, Near(0, off, off)))
    return shown if all(write(end.number, digits) == shown for end in ends) else None


def _fixed(number: Decimal, places: int) -> Printed:
    """With so many places, ties away from zero, never "-0"."""
    if number and number.adjusted() > _LARGEST:  # a zero may carry any power of ten
        return _powers(number, _FEWEST)  # one end of what a number may be
    text = format(number.quantize(Decimal((0, (1,), -places)), context=_ROUNDING), "f")
    return Printed(text if text.strip("-0.") else text.removeprefix("-"))


def _powers(number: Decimal, digits: int) -> Printed:
    """With so many significant digits and a power of ten."""
    context = Context(prec=digits, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)
    sign, figures, exponent = context.plus(number).as_tuple()
    text = "".join(map(str, figures)).ljust(digits, "0")
    assert isinstance(exponent, int), "an infinite number has no digits"
    return Printed(f"{'-' if sign else ''}{text[0]}.{text[1:]}", exponent + len(figures) - 1)


def parse(text: str, mark: str = ".") -> Printed:
    """Read a printed number back, in text or in code; the inverse of the functions above.

    Whether it was exact cannot be read off the text, so it counts as rounded. Raises ValueError.
    """
    plain = text.strip().replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", " ")
    match = _PARSED.fullmatch(plain.replace(mark, ".") if mark != "." else plain)
    if not match:
        raise ValueError(f"{text!r} is not a number as this site prints them")
    power = match["power"].translate(_BACK) if match["power"] else match["exponent"]
    sign = "-" if match["sign"] in ("-", MINUS) else ""
    return Printed(sign + match["digits"], int(power) if power else None)
