"""What an expression tree comes to: an IEEE double and, where that is possible, an exact rational.

Beside the double goes a first-order bound of its rounding error (N. J. Higham, *Accuracy and Stability of
Numerical Algorithms*, §3). The browser's ``evaluate.mjs`` does the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol

EXACT_DIGITS: Final = 40
"""A value that needs more significant decimal digits than this counts as inexact."""

_EXACT_BITS: Final = 4096  # keeps hostile exponents from growing giant integers
_UNIT: Final = 2.0**-53
_NOISE: Final = 2.0**-40  # a bound above this says little: it is the first order of much larger errors
_LEAK: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Value:
    """What a tree evaluates to.

    ``double``: the IEEE result (may be inf or nan); ``exact``: the rational value, or None when
    the value is inexact; ``bound``: absolute first-order bound of the rounding error of ``double``.
    """

    double: float
    exact: Fraction | None
    bound: float


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """How a function is computed: in doubles, and exactly if it can be.

    ``amplification`` tells how many times larger a rounding error of the argument becomes, at most: the derivative, or
    a bound of it where the function has a corner. ``corner``: it has a corner or a step at 0, where what is nothing
    but rounding error counts as 0.
    """

    double: Callable[[float], float]
    amplification: Callable[[float], float]
    exact: Callable[[Fraction], Fraction] | None = None
    corner: bool = False


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x: float) -> float:
    if x > 0 or math.isnan(x):
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def _softplus(x: float) -> float:
    """ln(1 + eˣ) without overflow and without cancellation."""
    return x + math.log1p(_exp(-x)) if x > 0 else math.log1p(_exp(x))


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + _exp(-x))


def _reciprocal(x: float) -> float:
    return 1.0 / x if x else math.inf


FUNCTIONS: Final[Mapping[str, FunctionRule]] = {
    "exp": FunctionRule(_exp, _exp),
    "abs": FunctionRule(abs, lambda x: 1.0, abs),
    "log": FunctionRule(_log, _reciprocal),
    "tanh": FunctionRule(math.tanh, lambda x: 1.0 - math.tanh(x) ** 2),
    "softplus": FunctionRule(_softplus, _logistic),
    "relu": FunctionRule(lambda x: x if not x <= 0 else 0.0, lambda x: 1.0, lambda x: max(x, Fraction(0)), True),
    "step": FunctionRule(
        lambda x: x if math.isnan(x) else float(x > 0), lambda x: 0.0, lambda x: Fraction(int(x > 0)), True
    ),
    "leaky_relu": FunctionRule(
        lambda x: x if not x <= 0 else 0.01 * x, lambda x: 1.0, lambda x: x if x > 0 else _LEAK * x, True
    ),
    "leaky_step": FunctionRule(
        lambda x: x if math.isnan(x) else (1.0 if x > 0 else 0.01),
        lambda x: 0.0,
        lambda x: Fraction(1) if x > 0 else _LEAK,
        True,
    ),
}
"""The functions a tree may use. relu and its step are 0 at 0, by convention."""


def limited(value: Fraction) -> Fraction | None:
    """The value, or None when it needs more than :data:`EXACT_DIGITS` digits."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _EXACT_BITS:
        return None
    places = decimal_places(value)
    if places is None:
        small = len(str(abs(value.numerator))) <= EXACT_DIGITS and len(str(value.denominator)) <= EXACT_DIGITS
        return value if small else None
    digits = str(abs(value.numerator * 10**places // value.denominator)).rstrip("0")
    return value if len(digits) <= EXACT_DIGITS else None


def decimal_places(value: Fraction) -> int | None:
    """How many decimal places write the value out in full; None when it never ends."""
    rest, fives = value.denominator, 0
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


_ZERO: Final = Value(0.0, Fraction(0), 0.0)


def evaluate(tree: Expression, lookup: Callable[[str], Value]) -> Value:
    """The value of a tree, where ``lookup`` gives the value of each quantity by its name.

    The double of an exact value is the double nearest to it; all else is IEEE arithmetic in the
    tree's order. An exact value keeps the bound of that arithmetic, for whoever computes in doubles
    alone. Raises what ``lookup`` raises for an unknown name.
    """
    value = _evaluate(tree, lookup)
    if value.exact is None:
        return value
    try:
        return Value(float(value.exact), value.exact, max(value.bound, _UNIT * abs(float(value.exact))))
    except OverflowError:
        return Value(value.double, None, value.bound)


def _evaluate(tree: Expression, lookup: Callable[[str], Value]) -> Value:
    if isinstance(tree, Symbol):  # what most nodes are
        return lookup(tree.name)
    if isinstance(tree, Constant):
        return _constant(tree.value)
    match tree:
        case Product(factors):
            values = [_evaluate(factor, lookup) for factor in factors]
            return _ZERO if _nothing_times_log(factors, values) else _product(values)
        case Sum(terms):
            return _sum([_evaluate(term, lookup) for term in terms])
        case Power(base, exponent):
            return _product([_evaluate(base, lookup)] * exponent)
        case Quotient(numerator, denominator):
            return _quotient(_evaluate(numerator, lookup), _evaluate(denominator, lookup))
        case Function(name, argument):
            return _function(FUNCTIONS[name], _evaluate(argument, lookup))


@lru_cache(maxsize=1024)
def _constant(number: Fraction) -> Value:
    try:
        double = float(number)
    except OverflowError:
        double = math.inf if number > 0 else -math.inf
    return Value(double, limited(number), _UNIT * abs(double))


def _sum(values: list[Value]) -> Value:
    double, exact, bound = values[0].double, values[0].exact, values[0].bound
    for value in values[1:]:
        double += value.double
        exact = None if exact is None or value.exact is None else limited(exact + value.exact)
        bound += value.bound + _UNIT * abs(double)
    return Value(double, exact, bound)


def _product(values: list[Value]) -> Value:
    double, exact, bound = values[0].double, values[0].exact, values[0].bound
    for value in values[1:]:
        near = bound * abs(value.double) + value.bound * abs(double)
        # the product of the errors counts where both factors are nearly nothing
        bound = near + bound * value.bound + _UNIT * abs(double * value.double)
        double *= value.double
        exact = None if exact is None or value.exact is None else limited(exact * value.exact)
    if exact is None and math.isfinite(double) and any(value.exact == 0 for value in values):
        exact = Fraction(0)  # nothing times zero is exactly zero
    return Value(double, exact, bound)


def _nothing_times_log(factors: tuple[Expression, ...], values: list[Value]) -> bool:
    """0 · ln p, with p perhaps underflowed to 0: 0 by convention, as entropies have it.

    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, §2.1.
    """
    logs = any(isinstance(factor, Function) and factor.name == "log" for factor in factors)
    return logs and any(value.exact == 0 for value in values) and not any(math.isnan(v.double) for v in values)


def _quotient(top: Value, bottom: Value) -> Value:
    not_zero = abs(bottom.double) > 0 or bottom.bound == 0  # a 0 without error has underflowed
    if top.exact == 0 and bottom.exact is None and not_zero:
        return _ZERO
    exact = limited(top.exact / bottom.exact) if top.exact is not None and bottom.exact else None
    if bottom.double == 0:
        undefined = top.double == 0 or math.isnan(top.double)
        sign = math.copysign(1, top.double) * math.copysign(1, bottom.double)
        return Value(math.nan if undefined else sign * math.inf, exact, math.inf)
    double = top.double / bottom.double
    bound = (top.bound + abs(double) * bottom.bound) / abs(bottom.double) + _UNIT * abs(double)
    return Value(double, exact, bound)


def _function(rule: FunctionRule, value: Value) -> Value:
    noise = rule.corner and value.exact is None and abs(value.double) <= value.bound <= _NOISE
    double = rule.double(0.0 if noise else value.double)
    exact = limited(rule.exact(value.exact)) if rule.exact and value.exact is not None else None
    # C libraries promise two units of the last place at most: glibc's tanh(0.7) is off by more than one
    bound = abs(rule.amplification(value.double)) * value.bound + 4 * _UNIT * abs(double)
    return Value(double, exact, bound)
