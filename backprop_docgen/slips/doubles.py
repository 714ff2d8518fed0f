"""Trees in doubles: of one network, or of many at once, whose numbers are the entries of NumPy arrays.

A wrong number is compared at the few digits that a person has written, so that doubles bear it;
``practice/doubles.mjs`` does the same in the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

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

Doubles: TypeAlias = "float | NDArray[np.float64]"
"""One number, or one for each network; dimensionless."""

_LEAK: Final = 0.01


def _softplus(x: Doubles) -> Doubles:
    return np.logaddexp(0.0, x)


FUNCTIONS: Final[Mapping[str, Callable[[Doubles], Doubles]]] = {
    "exp": np.exp,
    "abs": np.abs,
    "log": np.log,
    "tanh": np.tanh,
    "softplus": _softplus,
    "relu": lambda x: np.where(np.greater(x, 0), x, 0.0),
    "step": lambda x: np.where(np.greater(x, 0), 1.0, 0.0),
    "leaky_relu": lambda x: np.where(np.greater(x, 0), x, np.multiply(_LEAK, x)),
    "leaky_step": lambda x: np.where(np.greater(x, 0), 1.0, _LEAK),
}


def compute(tree: Expression, lookup: Callable[[str], Doubles]) -> Doubles:
    """What a tree comes to in doubles, where ``lookup`` gives the number (or numbers) of a name.

    What cannot be computed is inf or nan, as doubles have it. Raises what ``lookup`` raises.
    """
    with np.errstate(all="ignore"):
        return _compute(tree, lookup)


def _compute(tree: Expression, lookup: Callable[[str], Doubles]) -> Doubles:
    match tree:
        case Symbol(name):
            return lookup(name)
        case Constant(value):
            return float(value)
        case Sum((first, *rest)):
            total = _compute(first, lookup)
            for term in rest:
                total = total + _compute(term, lookup)
            return total
        case Product(factors):
            return _product(factors, lookup)
        case Power(base, exponent):
            found = number = _compute(base, lookup)
            for _ in range(exponent - 1):
                found = found * number
            return found
        case Quotient(Function("exp", power), Sum(terms)) if all(_exponential(term) for term in terms):
            return _share(power, terms, lookup)
        case Quotient(top, bottom):
            return np.divide(_compute(top, lookup), _compute(bottom, lookup))
        case Function(name, argument):
            return FUNCTIONS[name](_compute(argument, lookup))
    raise AssertionError("a tree has no other nodes")


def _product(factors: tuple[Expression, ...], lookup: Callable[[str], Doubles]) -> Doubles:
    numbers = [_compute(factor, lookup) for factor in factors]
    found = numbers[0]
    for number in numbers[1:]:
        found = found * number
    if any(isinstance(factor, Function) and factor.name == "log" for factor in factors):
        nothing = np.logical_or.reduce([np.equal(number, 0) for number in np.broadcast_arrays(*numbers)])
        found = np.where(nothing, 0.0, found)  # 0 · ln 0 is 0 by convention
    return found


def _exponential(tree: Expression) -> bool:
    return isinstance(tree, Function) and tree.name == "exp"


def _share(power: Expression, terms: tuple[Expression, ...], lookup: Callable[[str], Doubles]) -> Doubles:
    """eᵃ / Σ eᵇ as 1 / Σ eᵇ⁻ᵃ: no exponential overflows that the result does not."""
    found: Doubles = 0.0
    for term in terms:
        assert isinstance(term, Function), "a share is made of exponentials"
        other = term.argument
        found = found + (1.0 if other == power else np.exp(_compute(difference(other, power), lookup)))
    return np.divide(1.0, found)
