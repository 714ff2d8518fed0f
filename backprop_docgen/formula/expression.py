"""Expression trees: the one place where a formula is written down.

A tree is evaluated in IEEE doubles and, where that is possible, in exact rationals; beside the
double goes a first-order bound of its rounding error (N. J. Higham, *Accuracy and Stability of
Numerical Algorithms*, §3). All numbers are dimensionless.
"""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from backprop_docgen.errors import Problem, QuantityError

EXACT_DIGITS: Final = 40
"""A value that needs more significant decimal digits than this counts as inexact."""

_EXACT_BITS: Final = 4096  # keeps hostile exponents from growing giant integers
_MAX_EXPONENT: Final = 1000
_FRACTION: Final = re.compile(r"-?[0-9]{1,4000}(?:/0*[1-9][0-9]{0,4000})?")
_MAX_DEPTH: Final = 64
_UNIT: Final = 2.0**-53
_NOISE: Final = 2.0**-40  # a bound above this says little: it is the first order of much larger errors
_LEAK: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that belongs to the formula itself (½, 1, −1) or to the network file."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    """A quantity of the worksheet, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of its terms, taken from left to right."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """The product of its factors; a leading −1 is a minus sign."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """A power with a small positive integer exponent."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one argument, one of :data:`FUNCTIONS`."""

    name: str
    argument: Expression


Expression: TypeAlias = Constant | Symbol | Sum | Product | Quotient | Power | Function
Json: TypeAlias = "float | int | str | list[Json]"


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
    """How a function is computed: in doubles, its derivative (for the bound), exactly if it can be.

    ``corner``: it has a corner or a step at 0, where what is nothing but rounding error counts as 0.
    """

    double: Callable[[float], float]
    derivative: Callable[[float], float]
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


def constant(value: int | str | Decimal | Fraction) -> Constant:
    """A constant from an integer, a decimal literal or a fraction ("1/3")."""
    return Constant(Fraction(value))


def negative(term: Expression) -> Expression:
    """−term."""
    return Product((Constant(Fraction(-1)), term))


def difference(left: Expression, right: Expression) -> Expression:
    """Left − right."""
    return Sum((left, negative(right)))


def total(terms: list[Expression]) -> Expression:
    """The sum of the terms; a single term stands alone, none is 0."""
    if not terms:
        return Constant(Fraction(0))
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


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
    match tree:
        case Symbol(name):
            return lookup(name)
        case Constant(number):
            return _constant(number)
        case Sum(terms):
            return _sum([_evaluate(term, lookup) for term in terms])
        case Product(factors):
            values = [_evaluate(factor, lookup) for factor in factors]
            return _ZERO if _nothing_times_log(factors, values) else _product(values)
        case Power(base, exponent):
            return _product([_evaluate(base, lookup)] * exponent)
        case Quotient(numerator, denominator):
            return _quotient(_evaluate(numerator, lookup), _evaluate(denominator, lookup))
        case Function(name, argument):
            return _function(FUNCTIONS[name], _evaluate(argument, lookup))


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
    if any(value.exact == 0 for value in values) and math.isfinite(double):
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
    bound = abs(rule.derivative(value.double)) * value.bound + 4 * _UNIT * abs(double)
    return Value(double, exact, bound)


def children(tree: Expression) -> tuple[Expression, ...]:
    """The direct operands of a node, from left to right."""
    match tree:
        case Sum(parts) | Product(parts):
            return parts
        case Quotient(numerator, denominator):
            return numerator, denominator
        case Power(base, _):
            return (base,)
        case Function(_, argument):
            return (argument,)
        case _:
            return ()


def walk(tree: Expression) -> Iterator[Expression]:
    """Every node of the tree, parents before children, from left to right."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def symbols(tree: Expression) -> list[str]:
    """The names of the quantities in the tree, in order, with repeats."""
    return [node.name for node in walk(tree) if isinstance(node, Symbol)]


def substitute(tree: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The tree with each named symbol replaced; other symbols stay."""
    match tree:
        case Symbol(name):
            return replacements.get(name, tree)
        case Constant():
            return tree
        case Sum(terms):
            return Sum(tuple(substitute(term, replacements) for term in terms))
        case Product(factors):
            return Product(tuple(substitute(factor, replacements) for factor in factors))
        case Power(base, exponent):
            return Power(substitute(base, replacements), exponent)
        case Quotient(numerator, denominator):
            return Quotient(substitute(numerator, replacements), substitute(denominator, replacements))
        case Function(name, argument):
            return Function(name, substitute(argument, replacements))


def to_json(tree: Expression) -> Json:
    """The tree as nested lists: ``["*", ["q", "w5"], 0.5]``; a constant no double holds is a string."""
    match tree:
        case Symbol(name):
            return ["q", name]
        case Constant(number):
            return _number_to_json(number)
        case Sum(terms):
            return ["+", *map(to_json, terms)]
        case Product(factors):
            return ["*", *map(to_json, factors)]
        case Power(base, exponent):
            return ["^", to_json(base), exponent]
        case Quotient(numerator, denominator):
            return ["/", to_json(numerator), to_json(denominator)]
        case Function(name, argument):
            return [name, to_json(argument)]


def _number_to_json(number: Fraction) -> Json:
    if number.denominator == 1 and abs(number) < 2**53:
        return int(number)
    try:
        double = float(number)
    except OverflowError:
        return str(number)
    return double if Fraction(repr(double)) == number else str(number)


def from_json(data: object, depth: int = 0) -> Expression:
    """The inverse of :func:`to_json`; raises QuantityError for anything that is not a tree."""
    if depth > _MAX_DEPTH:
        raise QuantityError(Problem(f"a tree deeper than {_MAX_DEPTH} levels"))
    match data:
        case bool():
            pass
        case int():
            return Constant(Fraction(data))
        case Decimal() if data.is_finite() and abs(data.adjusted()) <= _MAX_EXPONENT:
            return Constant(Fraction(data))
        case float() if math.isfinite(data):
            return Constant(Fraction(repr(data)))
        case str() if _FRACTION.fullmatch(data):
            return Constant(Fraction(data))
        case ["q", str() as name]:
            return Symbol(name)
        case ["+", _, *_]:
            return Sum(tuple(from_json(part, depth + 1) for part in data[1:]))
        case ["*", _, *_]:
            return Product(tuple(from_json(part, depth + 1) for part in data[1:]))
        case ["/", top, bottom]:
            return Quotient(from_json(top, depth + 1), from_json(bottom, depth + 1))
        case ["^", base, int() as exponent] if 1 <= exponent <= 9 and exponent is not True:
            return Power(from_json(base, depth + 1), exponent)
        case [str() as name, argument] if name in FUNCTIONS:
            return Function(name, from_json(argument, depth + 1))
    raise QuantityError(Problem(f"not an expression tree: {_shown(data)}"))


def _shown(data: object) -> str:
    try:
        return reprlib.repr(data)
    except ValueError:  # a whole number of more digits than Python writes
        return f"a {type(data).__name__} with a giant number"
