"""exp, log1p, tanh and softplus from the four operations alone: the same bits on every machine, and in the browser.

C libraries differ in the last bit, and after ten thousand updates of a network such a bit may be seen. ``portable.mjs``
does the same operations in the same order. All numbers are doubles and dimensionless; errors are of a unit of the last
place or two. exp follows W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, ch. 6.
"""

from __future__ import annotations

import math
from typing import Final

_HIGH, _LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # of ln 2; whole multiples of the first are exact
_OVER_LN2: Final = 1.4426950408889634
_LARGEST, _SMALLEST = 709.782712893384, -745.1332191019411
_P1, _P2, _P3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
_P4, _P5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08
_SERIES: Final = tuple(1.0 / n for n in range(37, 2, -2))  # of artanh: 1/37, …, 1/3
_SMALL: Final = 0.5
_FRACTIONS: Final = (17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0)  # of Lambert's continued fraction of tanh


def exp(x: float) -> float:
    """eˣ; infinite where it overflows."""
    if not _SMALLEST <= x <= _LARGEST:
        return math.inf if x > 0 else 0.0 if x < 0 else x
    k = int(_OVER_LN2 * x + (0.5 if x > 0 else -0.5))
    high, low = x - k * _HIGH, k * _LOW
    r = high - low
    t = r * r
    c = r - t * (_P1 + t * (_P2 + t * (_P3 + t * (_P4 + t * _P5))))
    return math.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), k)


def _artanh(z: float) -> float:
    """artanh z for |z| ≤ 1/3."""
    square, found = z * z, 0.0
    for factor in _SERIES:
        found = (found + factor) * square
    return z + z * found


def log1p(x: float) -> float:
    """ln(1 + x) for 0 ≤ x ≤ 1."""
    return 2.0 * _artanh(x / (2.0 + x))


def tanh(x: float) -> float:
    """Tanh x."""
    if x < 0.0:
        return -tanh(-x)
    if not x < _SMALL:
        return 1.0 - 2.0 / (exp(2.0 * x) + 1.0)
    square, found = x * x, 19.0
    for odd in _FRACTIONS:
        found = odd + square / found
    return x / found


def softplus(x: float) -> float:
    """ln(1 + eˣ) without overflow and without cancellation."""
    return x + log1p(exp(-x)) if x > 0.0 else log1p(exp(x))
