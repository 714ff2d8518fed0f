"""Affine arithmetic: what is known of a number that others were rounded on the way to.

A form is ``centre + Σ parts[k] · εₖ ± rest``, every εₖ between −1 and 1: the k-th quantity's own rounding, the same
wherever that quantity is used, so that what cancels cancels (J. Stolfi and L. H. de Figueiredo, *Self-Validated
Numerical Methods and Applications*, ch. 3). Beside it goes an interval, ``low`` to ``high``, which knows what a form
does not: that eˣ is positive, a share at most 1. Doubles compute both, and ``rest`` and the interval have room for
their errors. All numbers are dimensionless. The browser's ``practice/affine.mjs`` does the same.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backprop_docgen.formula.evaluate import FUNCTIONS, decimal_places

Range = tuple[float, float]
Parts = NDArray[np.float64]

_UNIT: Final = 2.0**-52
_TINY: Final = 1e-300  # products below may have lost digits to underflow
_LARGEST: Final = 1.7976931348623157e308
_WIDER: Final = 1 + 1e-12  # what adding up some thousand parts may be off by, relatively
_NOISE: Final = 1e-14  # relatively: more than doubles are off by in a sum
_SHORT: Final = 1e9  # below, a number with four binary places is a short decimal one
_NONE: Final[Parts] = np.empty(0)
_LEAST_POWER: Final = -330
_POWERS: Final = tuple(float(f"1e{power}") for power in range(_LEAST_POWER, 309))


def power_of_ten(power: int) -> float:
    """The double nearest to a power of ten; infinite or 0 where there is none."""
    return math.inf if power > 308 else _POWERS[max(power, _LEAST_POWER) - _LEAST_POWER]


def magnitude(number: float) -> int:
    """The power of ten of the first digit of a positive, finite number."""
    number = max(number, _TINY)
    found = math.floor(math.log10(number))
    return found + (power_of_ten(found + 1) <= number) - (power_of_ten(found) > number)


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a number; see the module.

    ``grid``: a power of ten of which the number is a multiple for whoever rounds, so that a short sum needs no rounding
    (None: not known); ``rounded``: it has as many digits as asked, or none was rounded away.
    """

    centre: float
    parts: Parts
    rest: float
    low: float
    high: float
    grid: int | None = None
    rounded: bool = False

    @property
    def bounded(self) -> bool:
        """Whether it is a form at all; of the other numbers, only the interval is known."""
        return self.rest < math.inf

    @property
    def nothing(self) -> bool:
        """Whether it is exactly 0."""
        return self.low == 0 == self.high

    @property
    def radius(self) -> float:
        """How far the number may be from the centre."""
        return self.rest + float(np.abs(self.parts).sum()) * _WIDER if self.parts.size else self.rest


ZERO: Final = Form(0.0, _NONE, 0.0, 0.0, 0.0, 0, True)
ONE: Final = Form(1.0, _NONE, 0.0, 1.0, 1.0, 0, True)


@lru_cache(maxsize=1024)
def constant(number: Fraction) -> Form:
    """A number of a formula or of the network file: not rounded."""
    try:
        double = float(number)
    except OverflowError:
        return within(*((_LARGEST, math.inf) if number > 0 else (-math.inf, -_LARGEST)))
    short = Fraction(repr(double)) == number
    places = decimal_places(number)
    grid = -places if short and places is not None else None
    if short and abs(double) < _SHORT and (16 * double).is_integer():
        return Form(double, _NONE, 0.0, double, double, grid)
    off = abs(double) * _UNIT
    return Form(double, _NONE, off, double - off, double + off, grid)


def within(low: float, high: float, grid: int | None = None) -> Form:
    """A number of which no more is known than an interval."""
    if not low <= high:  # nan, too
        low, high = -math.inf, math.inf
    if not (-math.inf < low and high < math.inf):
        return Form(0.0, _NONE, math.inf, low, high)
    centre = low / 2 + high / 2
    rest = max(high - centre, centre - low)
    return Form(centre, _NONE, rest + _UNIT * rest, low, high, grid)


def made(centre: float, parts: Parts, rest: float, low: float, high: float, grid: int | None = None) -> Form:
    """A form whose interval is no wider than it allows; where the interval alone says more, that."""
    radius = rest + (float(np.abs(parts).sum()) * _WIDER if parts.size else 0.0)
    if not radius:
        return Form(centre, _NONE, 0.0, centre, centre, grid)
    if abs(centre) + radius < math.inf:
        off = _UNIT * (abs(centre) + radius)
        low, high = max(low, centre - radius - off), min(high, centre + radius + off)
        if radius <= high - low:
            return Form(centre, parts, rest, low, high, grid)
    return within(low, high, grid)


def _joined(x: Parts, y: Parts) -> Parts:
    """The sum of two lists of parts, of which one may be shorter."""
    if x.size < y.size:
        x, y = y, x
    if not y.size:
        return x
    if x.size == y.size:
        return x + y
    found = x.copy()
    found[: y.size] += y
    return found


def _exactly(x: float, y: float) -> tuple[float, float]:
    """A sum in doubles, and what it is off by (D. E. Knuth, *Seminumerical Algorithms*, §4.2.2); nan where infinite."""
    total = x + y
    other = total - x
    return total, (x - (total - other)) + (y - other)


def add(x: Form, y: Form) -> Form:
    """The sum."""
    if x.nothing or y.nothing:
        return y if x.nothing else x
    grid = None if x.grid is None or y.grid is None else min(x.grid, y.grid)
    low, off = _exactly(x.low, y.low)
    low -= abs(low) * _UNIT if off < 0 else 0.0
    high, off = _exactly(x.high, y.high)
    high += abs(high) * _UNIT if off > 0 else 0.0
    if not (x.bounded and y.bounded):
        return within(low, high, grid)
    centre, off = _exactly(x.centre, y.centre)
    parts = _joined(x.parts, y.parts)
    rest = x.rest + y.rest + abs(off)
    exact = not parts.size and grid is not None and rest <= _NOISE * (abs(x.centre) + abs(y.centre))
    if exact and abs(centre) + rest < power_of_ten(grid or 0) / 2:
        return ZERO  # of decimal numbers that nobody has rounded
    if parts.size:
        rest += _UNIT * (x.radius + y.radius)
    return made(centre, parts, rest, low, high, grid)


def negative(x: Form) -> Form:
    """−x: no rounding."""
    return Form(0.0 - x.centre, -x.parts, x.rest, 0.0 - x.high, 0.0 - x.low, x.grid, x.rounded)


def shifted(x: Form, by: float) -> Form:
    """The sum with a number that a double holds nearly."""
    return add(x, Form(by, _NONE, _UNIT * abs(by), by - _UNIT * abs(by), by + _UNIT * abs(by))) if by else x


def _near(found: float, positive: bool) -> Range:
    """Bounds of what is not 0 and which doubles have computed."""
    if not abs(found) <= _LARGEST:  # nan: infinite over infinite
        low = 0.0 if math.isnan(found) else _LARGEST
        return (low, math.inf) if positive else (-math.inf, -low)
    if abs(found) < _TINY:
        return (0.0, _TINY) if positive else (-_TINY, 0.0)
    off = abs(found) * _UNIT
    return found - off, found + off


def _hull(x: Form, y: Form, operation: Callable[[float, float], float]) -> Range:
    """The interval of a product or quotient from those of its operands."""
    low, high = math.inf, -math.inf
    for a in (x.low, x.high):
        for b in (y.low, y.high):
            under, over = _near(operation(a, b), (a > 0) == (b > 0)) if a and b else (0.0, 0.0)
            low, high = min(low, under), max(high, over)
    return low, high


def multiply(x: Form, y: Form) -> Form:
    """The product; with exactly nothing it is nothing, whatever the other one (as 0 · ln 0)."""
    if x.nothing or y.nothing:
        return ZERO
    for one, other in ((x, y), (y, x)):
        if one.low == one.high and abs(one.low) == 1:
            return other if one.low == 1 else negative(other)
    low, high = _hull(x, y, operator.mul)
    grid = None if x.grid is None or y.grid is None else x.grid + y.grid
    if not (x.bounded and y.bounded):
        return within(low, high, grid)
    size, other_size, far, other_far = abs(x.centre), abs(y.centre), x.radius, y.radius
    centre = x.centre * y.centre
    rest = size * y.rest + other_size * x.rest + far * other_far
    rest += 2 * _UNIT * (abs(centre) + size * other_far + other_size * far) + _TINY
    return made(centre, _joined(x.centre * y.parts, y.centre * x.parts), rest, low, high, grid)


def divide(x: Form, y: Form) -> Form:
    """The quotient; unbounded where the divisor may be 0."""
    if y.low == 1 == y.high:
        return x
    if y.low <= 0 <= y.high:
        return within(*_by_what_may_be_nothing(x, y))
    if x.nothing:
        return ZERO
    low, high = _hull(x, y, operator.truediv)
    size, far = abs(y.centre), y.radius
    least = size - far - _UNIT * size
    if not (x.bounded and y.bounded and least > 0):
        return within(low, high)
    # x/y − q = (x − q y)/y: what both have in common cancels before anything is bounded
    centre = x.centre / y.centre
    off_centre = (abs(x.centre) + abs(centre) * size) * _UNIT
    left = _joined(x.parts, -centre * y.parts)
    rest = x.rest + abs(centre) * y.rest + off_centre + 2 * _UNIT * (x.radius + abs(centre) * far)
    most = rest + (float(np.abs(left).sum()) * _WIDER if left.size else 0.0)
    bent = most / size * (far / least)
    rest = rest / size + bent + 2 * _UNIT * (abs(centre) + most / size + bent) + _TINY
    return made(centre, left / y.centre, rest, low, high)


def _by_what_may_be_nothing(x: Form, y: Form) -> Range:
    if y.high == 0 and y.low < 0:
        x, y = negative(x), negative(y)
    if y.low == 0 < y.high and x.low >= 0:
        return _near(x.low / y.high, True)[0] if x.low else 0.0, math.inf
    if y.low == 0 < y.high and x.high <= 0:
        return -math.inf, _near(x.high / y.high, False)[1] if x.high else 0.0
    return -math.inf, math.inf


@dataclass(frozen=True, slots=True)
class _Curve:
    """A function that is bent one way alone, or (``odd``) one way below 0 and the other above.

    It rises throughout, or (``even``) falls below 0; ``known``: where it is exactly 0 or 1.
    """

    of: Callable[[float], float]
    slope: Callable[[float], float]
    odd: bool = False
    even: bool = False
    known: Mapping[float, Form] = field(default_factory=dict)
    least: float = -math.inf
    most: float = math.inf


_CURVES: Final[Mapping[str, _Curve]] = {
    "exp": _Curve(FUNCTIONS["exp"].double, FUNCTIONS["exp"].double, known={0.0: ONE}, least=0.0),
    "log": _Curve(FUNCTIONS["log"].double, lambda x: 1 / x, known={1.0: ZERO}),
    "tanh": _Curve(math.tanh, lambda x: 1 - math.tanh(x) ** 2, odd=True, known={0.0: ZERO}, least=-1.0, most=1.0),
    "softplus": _Curve(FUNCTIONS["softplus"].double, FUNCTIONS["softplus"].amplification, least=0.0),
    "square": _Curve(lambda x: x * x, lambda x: 2 * x, even=True, known={0.0: ZERO, 1.0: ONE}, least=0.0),
}
_BELOW: Final = {"relu": ZERO, "leaky_relu": constant(Fraction(1, 100)), "abs": negative(ONE)}
"""The slopes, below 0, of what is bent there alone; above it is the number itself."""
_STEPS: Final = {"step": ZERO, "leaky_step": constant(Fraction(1, 100))}
"""What steps are below 0; above it they are 1."""


def apply(name: str, x: Form) -> Form:
    """A function of a tree, or "square"; raises KeyError for another name."""
    if name in _STEPS:
        below = _STEPS[name]
        return ONE if x.low > 0 else below if x.high <= 0 else within(below.low, 1.0, below.grid)
    if name in _BELOW:
        return _bent_at_nothing(x, _BELOW[name])
    curve = _CURVES[name]
    if x.low == x.high and x.low in curve.known:
        return curve.known[x.low]
    return _curved(curve, x)


def _bent_at_nothing(x: Form, below: Form) -> Form:
    if x.low >= 0:
        return x
    if x.high <= 0:
        found = multiply(below, x)
        return Form(found.centre, found.parts, found.rest, found.low, found.high, found.grid, x.rounded)
    ends = (0.0, below.centre and below.centre * x.low, x.high)  # 0 times infinite is 0 here
    low, high = min(ends) * (1 + _UNIT), max(ends) * (1 + _UNIT)
    grid = None if x.grid is None or below.grid is None else x.grid + below.grid
    if not (x.bounded and high < math.inf):
        return within(low, high, grid)
    # the function lies below its chord, and above the parallel through its corner
    slope = (x.high - below.centre * x.low) / (x.high - x.low)
    over = x.high - slope * x.high
    rest = abs(slope) * x.rest + over / 2 + 8 * _UNIT * (x.high - x.low)
    found = made(slope * x.centre + over / 2, slope * x.parts, rest, low, high, grid)
    return Form(found.centre, found.parts, found.rest, found.low, found.high, found.grid, x.rounded)


def _curved(curve: _Curve, x: Form) -> Form:
    low, high = _between(curve, x.low, x.high)
    if not (x.bounded and -math.inf < low and high < math.inf):
        return within(low, high)
    at = min(max(x.centre, x.low), x.high)
    value, slope = curve.of(at), curve.slope(at)
    # without its tangent a curve is extreme where it touches, at an end, or where it has that slope once more
    left = [curve.of(end) - value - slope * (end - at) for end in (x.low, x.high)]
    if curve.odd and x.low < -at < x.high:
        left.append(curve.of(-at) - value + 2 * slope * at)
    under, over = min(0.0, *left), max(0.0, *left)
    rest = abs(slope) * x.rest + (over - under) / 2 + _TINY
    rest += 8 * _UNIT * (max(abs(low), abs(high)) + abs(slope) * (x.high - x.low + x.radius))
    return made(value + slope * (x.centre - at) + (under + over) / 2, slope * x.parts, rest, low, high)


def _between(curve: _Curve, low: float, high: float) -> Range:
    """The interval of a curve's values, and room for a few units of the last place that libraries are off by."""
    ends = [curve.of(low), curve.of(high)]
    under = 0.0 if curve.even and low < 0 < high else min(ends)
    over = max(ends)
    if math.isnan(under) or math.isnan(over):  # a logarithm of less than nothing
        return -math.inf, math.inf
    if abs(under) < math.inf:
        under -= 4 * _UNIT * abs(under)
    if abs(over) < math.inf:
        over += 4 * _UNIT * abs(over)
    under, over = max(min(under, _LARGEST), curve.least), min(max(over, -_LARGEST), curve.most)
    return under, max(over, _TINY) if curve.least == 0 else over
