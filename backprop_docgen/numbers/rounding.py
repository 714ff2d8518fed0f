"""The only way from a number to its text and back: exact or rounded, ties, negative zero, scientific.

The rule (the same on every page, in every figure and in the browser):

* an exact value that fits in ``decimals`` places is written bare (0.3775);
* every other one is rounded to ``decimals`` places, zeros kept (0.751365070), ties away from zero;
* a nonzero value that would keep fewer than four significant digits, or would need more than
  fifteen digits before the mark, is set in scientific notation with four (4.386 × 10⁻¹⁰);
* digits that are nothing but rounding error are not shown: an inexact value no larger than the bound
  of its own error (p − p over doubles) is rounded to ``decimals`` places too, as 0.000000000;
* what rounds to zero has no sign.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.evaluate import decimal_places

MINUS: Final = "\N{MINUS SIGN}"
SIGNIFICANT: Final = 4
_WHOLE_DIGITS: Final = 15
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
    values have ``digits`` "inf", "-inf" or "nan".
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
        """The number that stands on the page; raises ValueError when it is not finite."""
        whole, _, places = self.digits.partition(".")
        return _scaled(int(whole + places), (self.exponent or 0) - len(places))

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last place printed; 0 for an exact number."""
        if self.exact:
            return Fraction(0)
        _, _, places = self.digits.partition(".")
        return _scaled(5, (self.exponent or 0) - len(places) - 1)

    def text(self, mark: str = ".", plus: bool = False) -> str:
        """As text: ``−0.217071535``, ``4.386 × 10⁻¹⁰`` (the decimal mark is the language's)."""
        sign = MINUS if self.negative else "+" if plus and self.finite and self.value else ""
        digits = self.digits.removeprefix("-").replace(".", mark)
        if not self.finite:
            return sign + digits.replace("inf", "∞").replace("nan", "NaN")
        power = "" if self.exponent is None else f"\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{_superscript(self.exponent)}"
        return f"{sign}{digits}{power}"

    def tex(self, mark: str = ".") -> str:
        """As LaTeX: ``-0{,}217071535``, ``4.386 \\times 10^{-10}``."""
        if not self.finite:
            return self.digits.replace("inf", r"\infty").replace("nan", r"\text{NaN}")
        digits = self.digits.replace(".", mark if mark == "." else f"{{{mark}}}")
        return digits if self.exponent is None else rf"{digits} \times 10^{{{self.exponent}}}"

    def code(self) -> str:
        """As a Python literal, always with a point."""
        if not self.finite:
            return f"float({self.digits!r})"
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


def printed(value: float, exact: Fraction | None = None, decimals: int = 9, bound: float = 0.0) -> Printed:
    """How a value is printed; ``exact`` is its rational value where that is known.

    ``bound``: the absolute bound of the rounding error of ``value``.
    """
    if exact is None and not math.isfinite(value):
        return Printed(str(value))
    number = Fraction(value) if exact is None else exact
    if exact is not None:
        places = decimal_places(exact)
        if places is not None and places <= decimals and abs(exact) < 10**_WHOLE_DIGITS:
            return Printed(rounded(exact, places), exact=True)
    if abs(number) < 10**_WHOLE_DIGITS:
        fixed = rounded(number, decimals)
        significant = fixed.lstrip("-").replace(".", "").lstrip("0")
        noise = exact is None and abs(value) <= bound
        if len(significant) >= SIGNIFICANT or number == 0 or noise:
            return Printed(fixed)
    return _scientific(number)


def _scientific(number: Fraction) -> Printed:
    exponent = _magnitude(number)
    mantissa = rounded(number / Fraction(10) ** exponent, SIGNIFICANT - 1)
    if abs(Fraction(mantissa)) >= 10:  # 9.9996 rounds up to 10.000
        exponent += 1
        mantissa = rounded(number / Fraction(10) ** exponent, SIGNIFICANT - 1)
    return Printed(mantissa, exponent)


def _magnitude(number: Fraction) -> int:
    """The e with 10ᵉ ≤ |number| < 10ᵉ⁺¹."""
    number = abs(number)
    guess = len(str(number.numerator)) - len(str(number.denominator))
    while number < Fraction(10) ** guess:
        guess -= 1
    while number >= Fraction(10) ** (guess + 1):
        guess += 1
    return guess


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
