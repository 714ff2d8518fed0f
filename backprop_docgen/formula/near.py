"""Numbers to fifty digits, with a bound of their error: what a tree comes to where it is no rational.

A number is ``whole + rest``: a small whole number that it may be very near to, and what it is off by. So 1 − 10⁻⁴⁴,
the output of a saturated neuron, keeps all of its digits, and 1 − (1 − 10⁻⁴⁴) has fifty. Powers of ten go far beyond
those of doubles, so that nothing overflows on the way to a number that does not.

Arithmetic, exp and ln are rounded correctly, here and in the library that ``near.mjs`` uses, which does the same in
the same order: the two find the same digits on every machine. Bounds are of the first order (N. J. Higham, *Accuracy
and Stability of Numerical Algorithms*, §3), absolute, and widened by the products of errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

DIGITS: Final = 50
_CONTEXT: Final = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=-(9 * 10**15), Emax=9 * 10**15, traps=[])
_add, _subtract, _multiply, _divide = _CONTEXT.add, _CONTEXT.subtract, _CONTEXT.multiply, _CONTEXT.divide
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_TWO: Final = Decimal(2)
_MINUS_TWO: Final = Decimal(-2)
_UNIT: Final = Decimal("1e-49")  # more than the relative error of an operation
_TWICE: Final = Decimal("2e-49")
_CLOSE: Final = Decimal("1e-10")  # nearer to a whole number than this, and what is off stands apart
_SMALL: Final = Decimal("1e-8")  # below it the series of tanh has all digits
_NOISE: Final = Decimal("1e-12")  # an error above this is not that of rounding: it says how little is known
_LARGEST_WHOLE: Final = 99
_size: Final = Decimal.copy_abs  # abs() and a minus sign round to the digits of another context
_negative: Final = Decimal.copy_negate


class Near(NamedTuple):
    """``whole + rest``, where ``rest`` is off by ``error`` at most; infinite and undefined numbers are in ``rest``."""

    whole: int
    rest: Decimal
    error: Decimal

    @property
    def number(self) -> Decimal:
        """All of it, to fifty digits."""
        return _add(Decimal(self.whole), self.rest) if self.whole else self.rest

    @property
    def finite(self) -> bool:
        """Whether it is a number at all."""
        return self.rest.is_finite()

    @property
    def below_zero(self) -> bool:
        """Whether it has a minus."""
        return self.whole < 0 or (self.whole == 0 and self.rest.is_signed())

    @property
    def noise(self) -> bool:
        """Whether nothing is known of it but that it is nearly 0."""
        return self.finite and _size(self.number) <= self.error


def of_exact(value: Fraction) -> Near:
    """A rational to fifty digits."""
    if value.denominator == 1 and abs(value.numerator) <= _LARGEST_WHOLE:
        return Near(value.numerator, _ZERO, _ZERO)
    rest = _divide(Decimal(value.numerator), Decimal(value.denominator))
    return Near(0, rest, _multiply(_UNIT, _size(rest)))


def of_double(value: float) -> Near:
    """A double, taken for what it says."""
    return Near(0, _CONTEXT.plus(Decimal(value)), _ZERO)


def _near(whole: int, rest: Decimal, error: Decimal) -> Near:
    """In one piece, unless it lies close to a whole number."""
    if not rest.is_finite():
        return Near(0, rest, _ZERO)
    if whole == 0:
        return Near(0, rest, error)
    if _size(rest) < _CLOSE and abs(whole) <= _LARGEST_WHOLE:
        return Near(whole, rest, error)
    number = _add(Decimal(whole), rest)
    return Near(0, number, _add(error, _multiply(_UNIT, _size(number))))


def total(terms: Sequence[Near]) -> Near:
    """Their sum, from left to right."""
    whole, rest, error = terms[0]
    for term in terms[1:]:
        whole += term.whole
        rest = _add(rest, term.rest)
        error = _add(_add(error, term.error), _multiply(_UNIT, _size(rest)))
    return _near(whole, rest, error)


def negative(x: Near) -> Near:
    """−x."""
    return Near(-x.whole, x.rest.copy_negate(), x.error)


def product(x: Near, y: Near) -> Near:
    """x · y."""
    a = x.number if x.whole else x.rest
    b = y.number if y.whole else y.rest
    if x.whole and y.whole:
        one, other = _multiply(Decimal(x.whole), y.rest), _multiply(x.rest, b)
        rest, largest = _add(one, other), _add(_size(one), _size(other))
    else:
        rest = _multiply(a, b)
        largest = _size(rest)
    error = _add(_multiply(_size(a), y.error), _multiply(_size(b), x.error))
    error = _add(error, _multiply(x.error, y.error))
    return _near(x.whole * y.whole, rest, _add(error, _multiply(_TWICE, largest)))


def quotient(x: Near, y: Near) -> Near:
    """x / y; by 0 it is infinite or undefined, as doubles have it."""
    b = y.number
    whole = x.whole // y.whole if y.whole and x.whole % y.whole == 0 else 0
    taken = _multiply(Decimal(whole), y.rest)
    rest = _divide(_subtract(x.rest, taken) if whole else x.number, b)
    if not rest.is_finite():
        return Near(0, rest, _ZERO)
    size = _size(_add(Decimal(whole), rest)) if whole else _size(rest)
    error = _add(x.error, _multiply(size, y.error))
    if whole:
        error = _add(error, _multiply(_UNIT, _add(_size(x.rest), _size(taken))))
    return _near(whole, rest, _add(_divide(error, _size(b)), _multiply(_TWICE, _size(rest))))


def _exp(x: Near) -> Near:
    number = x.number
    found = _CONTEXT.exp(number)
    error = _add(x.error, _multiply(_UNIT, _size(number)) if x.whole else _ZERO)
    return _near(0, found, _multiply(found, _add(error, _UNIT))) if number else Near(1, _ZERO, x.error)


def _log1p(x: Decimal) -> Decimal:
    """ln(1 + x); six terms of the series have all digits where x is nearly nothing."""
    if _size(x) >= _CLOSE:
        return _CONTEXT.ln(_add(_ONE, x))
    found, power = _ZERO, _ONE
    for n in range(1, 7):
        power = _multiply(power, x)
        term = _divide(power, Decimal(n))
        found = _add(found, term) if n % 2 else _subtract(found, term)
    return found


def _log(x: Near) -> Near:
    number = x.number
    found = _log1p(x.rest) if x.whole == 1 else _CONTEXT.ln(number)
    if not found.is_finite():
        return Near(0, found, _ZERO)
    return Near(0, found, _add(_divide(x.error, _size(number)), _multiply(_TWICE, _size(found))))


def _tanh(x: Near) -> Near:
    number = x.number
    if not number.is_finite():
        return Near(0, number, _ZERO) if number.is_nan() else Near(-1 if number.is_signed() else 1, _ZERO, _ZERO)
    size = _size(number)
    if size < _SMALL:
        square, found, power = _multiply(number, number), number, number
        for factor in _TANH:
            power = _multiply(power, square)
            found = _add(found, _divide(_multiply(power, factor[0]), factor[1]))
        return Near(0, found, _add(x.error, _multiply(_TWICE, _size(found))))
    shrunk = _CONTEXT.exp(_multiply(_MINUS_TWO, size))
    off = _divide(_multiply(_TWO, shrunk), _add(_ONE, shrunk))
    error = _add(_multiply(x.error, _multiply(_TWO, off)), _multiply(Decimal("1e-48"), off))
    return _near(1, _negative(off), error) if number > 0 else _near(-1, off, error)


_TANH: Final = tuple((Decimal(top), Decimal(bottom)) for top, bottom in ((-1, 3), (2, 15), (-17, 315)))
"""tanh x = x − x³/3 + 2x⁵/15 − 17x⁷/315 + …"""


def _softplus(x: Near) -> Near:
    """ln(1 + eˣ) without overflow and without cancellation."""
    number = x.number
    if not number.is_finite():
        return Near(0, _ZERO if number == Decimal("-Infinity") else number, _ZERO)
    shrunk = _CONTEXT.exp(_negative(_size(number)))
    small = _log1p(shrunk)
    slope = _divide(shrunk if number < 0 else _ONE, _add(_ONE, shrunk))
    found = _add(number, small) if number > 0 else small
    rounding = _multiply(_TWICE, found) if shrunk < _CLOSE else _UNIT  # that of 1 + e⁻ˣ
    return Near(0, found, _add(_multiply(x.error, slope), _add(_multiply(_TWICE, found), rounding)))


FUNCTIONS: Final[dict[str, Callable[[Near], Near]]] = {
    "exp": _exp,
    "log": _log,
    "tanh": _tanh,
    "softplus": _softplus,
    "abs": lambda x: negative(x) if x.below_zero else x,
    "relu": lambda x: _ramp(x, _ZERO),
    "leaky_relu": lambda x: _ramp(x, Decimal("0.01")),
    "step": lambda x: _step(x, Near(0, _ZERO, _ZERO)),
    "leaky_step": lambda x: _step(x, Near(0, Decimal("0.01"), _ZERO)),
}
"""The functions a tree may use, of what is no rational; at a corner what may be nothing but error counts as 0."""


def _ramp(x: Near, slope: Decimal) -> Near:
    if _at_corner(x):
        return Near(0, _ZERO, x.error)
    if x.rest.is_nan() or not x.below_zero:
        return x
    return Near(0, _multiply(slope, x.number), x.error)


def _step(x: Near, below: Near) -> Near:
    if x.rest.is_nan():
        return x
    found = below if _at_corner(x) or x.below_zero else Near(1, _ZERO, _ZERO)
    return Near(*found[:2], _ONE) if x.noise and x.error > _NOISE else found


def _at_corner(x: Near) -> bool:
    """Whether it is nothing but rounding error, as p − p is."""
    return x.noise and x.error <= _NOISE
