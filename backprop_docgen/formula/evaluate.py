"""What an expression tree comes to: an exact rational where that is possible, else fifty digits.

Beside it go the IEEE double of the same formula and a first-order bound of its rounding error (N. J. Higham, *Accuracy
and Stability of Numerical Algorithms*, §3): what the NumPy engine's doubles may differ by. The browser's
``evaluate.mjs`` finds the same rationals and the same digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from backprop_docgen.formula import near as fifty
from backprop_docgen.formula.near import Near
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    difference,
)

EXACT_DIGITS: Final = 40
"""A value that needs more significant decimal digits than this counts as inexact."""

_EXACT_BITS: Final = 4096  # keeps hostile exponents from growing giant integers
_UNIT: Final = 2.0**-53
_LEAK: Final = Fraction(1, 100)
_UNCLEAR: Final = 1024.0  # so many bounds away from a corner, and another order of sums may land on its other side
_GIANT: Final = 5000  # a power of ten beyond which no rational is made


@dataclass(frozen=True, slots=True)
class Value:
    """What a tree evaluates to.

    ``double``: the nearest IEEE double (may be inf or nan); ``exact``: the rational value, or None when the value is
    inexact; ``bound``: how far the same formula in doubles may be off, of the first order, absolute; ``digits``: the
    value to fifty digits (None: what ``exact`` says, or else the double).
    """

    double: float
    exact: Fraction | None
    bound: float
    digits: Near | None = None

    @property
    def near(self) -> Near:
        """The value to fifty digits."""
        if self.digits is not None:
            return self.digits
        return fifty.of_double(self.double) if self.exact is None else fifty.of_exact(self.exact)

    @property
    def finite(self) -> bool:
        """Whether it is a number at all: neither infinite nor undefined. Its double may be infinite all the same."""
        return self.exact is not None or self.near.finite

    @property
    def fraction(self) -> Fraction | None:
        """All that is known of the value, as a rational; None where it is no number, or a giant one."""
        if self.exact is not None:
            return self.exact
        whole, rest, _ = self.near
        return _rational(whole, rest)

    @property
    def error(self) -> Fraction | None:
        """How far off the value may be; None where that is no number, or a giant one."""
        return Fraction(0) if self.exact is not None else _rational(0, self.near.error)


def _rational(whole: int, rest: Decimal) -> Fraction | None:
    """``whole + rest``, without making giants: of powers of ten beyond some thousand there would be no end."""
    if not rest.is_finite() or rest.adjusted() > _GIANT:
        return None
    return whole + Fraction(rest) if rest.adjusted() > -_GIANT else Fraction(whole)


def of_near(digits: Near) -> Value:
    """A value that is known to fifty digits, or to fewer."""
    return Value(float(digits.number) + 0.0, None, 0.0, digits)


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """How a function is computed in doubles, and exactly if it can be.

    ``amplification`` tells how many times larger a rounding error of the argument becomes, at most: the derivative, or
    a bound of it. ``jump``: at a corner, by how much the function jumps there (None: it has no corner).
    """

    double: Callable[[float], float]
    amplification: Callable[[float], float]
    exact: Callable[[Fraction], Fraction] | None = None
    jump: float | None = None


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
    "relu": FunctionRule(lambda x: x if not x <= 0 else 0.0, lambda x: 1.0, lambda x: max(x, Fraction(0)), 0.0),
    "step": FunctionRule(
        lambda x: x if math.isnan(x) else float(x > 0), lambda x: 0.0, lambda x: Fraction(int(x > 0)), 1.0
    ),
    "leaky_relu": FunctionRule(
        lambda x: x if not x <= 0 else 0.01 * x, lambda x: 1.0, lambda x: x if x > 0 else _LEAK * x, 0.0
    ),
    "leaky_step": FunctionRule(
        lambda x: x if math.isnan(x) else (1.0 if x > 0 else 0.01),
        lambda x: 0.0,
        lambda x: Fraction(1) if x > 0 else _LEAK,
        0.99,
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
_ONE: Final = Value(1.0, Fraction(1), 0.0)


def evaluate(tree: Expression, lookup: Callable[[str], Value]) -> Value:
    """The value of a tree, where ``lookup`` gives the value of each quantity by its name.

    Raises what ``lookup`` raises for an unknown name.
    """
    value = _evaluate(tree, lookup)
    if isinstance(tree, Symbol):
        return value
    double = _nearest(value)
    return Value(double, value.exact, max(value.bound, _UNIT * abs(double)), value.near)


def order(left: Value, right: Value) -> int | None:
    """Negative, zero or positive as the left value is less than, equal to or more than the right one.

    What differs by no more than its errors is equal; with an undefined value there is no order.
    """
    if left.exact is not None and right.exact is not None:
        return (left.exact > right.exact) - (left.exact < right.exact)
    if _undefined(left) or _undefined(right):
        return None
    if not (left.finite and right.finite):
        return (left.double > right.double) - (left.double < right.double)
    off = fifty.total((left.near, fifty.negative(right.near)))
    return 0 if off.noise else -1 if off.below_zero else 1


def _nearest(value: Value) -> float:
    """The double nearest to a value."""
    if value.exact is None:
        return value.double if value.digits is None else float(value.digits.number) + 0.0  # never −0
    try:
        return float(value.exact)
    except OverflowError:
        return math.inf if value.exact > 0 else -math.inf


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
        case Quotient(Function("exp", power), Sum(terms)) if all(map(_is_exponential, terms)):
            return _share(power, terms, lookup)
        case Quotient(numerator, denominator):
            return _quotient(_evaluate(numerator, lookup), _evaluate(denominator, lookup))
        case Function(name, argument):
            return _function(name, _evaluate(argument, lookup))


@lru_cache(maxsize=1024)
def _constant(number: Fraction) -> Value:
    try:
        double = float(number)
    except OverflowError:
        double = math.inf if number > 0 else -math.inf
    exact = limited(number)
    return Value(double, exact, _UNIT * abs(double), fifty.of_exact(number) if exact is None else None)


def _sum(values: list[Value]) -> Value:
    double, exact, bound = values[0].double, values[0].exact, values[0].bound
    for value in values[1:]:
        double += value.double
        exact = None if exact is None or value.exact is None else limited(exact + value.exact)
        bound += value.bound + _UNIT * abs(double)
    return Value(double, exact, bound, fifty.total([each.near for each in values]) if exact is None else None)


def _product(values: list[Value]) -> Value:
    double, exact, bound = values[0].double, values[0].exact, values[0].bound
    for value in values[1:]:
        near = bound * abs(value.double) + value.bound * abs(double)
        # the product of the errors counts where both factors are nearly nothing
        bound = near + bound * value.bound + _UNIT * abs(double * value.double)
        double *= value.double
        exact = None if exact is None or value.exact is None else limited(exact * value.exact)
    if exact is not None:
        return Value(double, exact, bound)
    if any(map(_nothing, values)) and all(value.finite for value in values):
        return Value(0.0, Fraction(0), bound)  # nothing times a number is exactly nothing
    digits = values[0].near
    for value in values[1:]:
        digits = fifty.product(digits, value.near)
    return Value(double, None, bound, digits)


def _nothing_times_log(factors: tuple[Expression, ...], values: list[Value]) -> bool:
    """0 · ln p, with p perhaps underflowed to 0: 0 by convention, as entropies have it.

    T. M. Cover and J. A. Thomas, *Elements of Information Theory*, §2.1.
    """
    for factor in factors:
        if isinstance(factor, Function) and factor.name == "log":
            return any(map(_nothing, values)) and not any(map(_undefined, values))
    return False


def _nothing(value: Value) -> bool:
    return value.exact is not None and not value.exact


def _undefined(value: Value) -> bool:
    return value.exact is None and value.near.rest.is_nan()


def _quotient(top: Value, bottom: Value) -> Value:
    double, bound = _double_quotient(top, bottom)
    if top.exact is not None and bottom.exact:
        exact = limited(top.exact / bottom.exact)
        if exact is not None:
            return Value(double, exact, bound)
    if _nothing(top) and bottom.exact is None and bottom.finite and not bottom.near.noise:
        return Value(0.0, Fraction(0), bound)
    return Value(double, None, bound, fifty.quotient(top.near, bottom.near))


def _double_quotient(top: Value, bottom: Value) -> tuple[float, float]:
    if bottom.double == 0:
        undefined = top.double == 0 or math.isnan(top.double)
        sign = math.copysign(1, top.double) * math.copysign(1, bottom.double)
        return math.nan if undefined else sign * math.inf, math.inf
    double = top.double / bottom.double
    return double, (top.bound + abs(double) * bottom.bound) / abs(bottom.double) + _UNIT * abs(double)


def _is_exponential(tree: Expression) -> bool:
    return isinstance(tree, Function) and tree.name == "exp"


def _share(power: Expression, terms: Sequence[Expression], lookup: Callable[[str], Value]) -> Value:
    """eᵃ / Σ eᵇ, as 1 / Σ eᵇ⁻ᵃ: no exponential overflows that the result does not, and 1 − it keeps its digits."""
    exponentials = []
    for term in terms:
        other = term.argument if isinstance(term, Function) else term
        exponentials.append(
            _ONE if other == power else _function("exp", _evaluate(difference(other, power), lookup))
        )
    return _quotient(_ONE, _sum(exponentials))


def _function(name: str, value: Value) -> Value:
    rule = FUNCTIONS[name]
    double = rule.double(value.double)
    # C libraries promise two units of the last place at most: glibc's tanh(0.7) is off by more than one
    bound = abs(rule.amplification(value.double)) * value.bound + 4 * _UNIT * abs(double)
    if rule.jump is not None and abs(value.double) <= _UNCLEAR * value.bound:
        bound = rule.jump or bound + abs(value.double)  # in doubles an error decides
    if rule.exact and value.exact is not None:
        exact = limited(rule.exact(value.exact))
        if exact is not None:
            return Value(double, exact, bound)
    return Value(double, None, bound, fifty.FUNCTIONS[name](value.near))
