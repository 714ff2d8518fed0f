"""Whether a printed equation holds for a reader with a calculator.

Each printed operand stands for an interval: a point where it is exact, ± half a unit of its last
place where it is rounded. The equation holds when the interval that follows from the operands
meets that of the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from backprop_docgen.formula.evaluate import FUNCTIONS, Value, evaluate
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol
from backprop_docgen.numbers.rounding import Printed

Interval: TypeAlias = tuple[Fraction, Fraction]


def of_printed(number: Printed) -> Interval:
    """The interval a printed number stands for; raises ValueError when it is not finite."""
    return number.value - number.half_unit, number.value + number.half_unit


def follow(tree: Expression, operand: Callable[[str], Printed]) -> Interval:
    """The interval of a tree's value for all values its printed operands may stand for; raises as :func:`spread`."""
    return spread(tree, lambda name: of_printed(operand(name)))


def spread(tree: Expression, operand: Callable[[str], Interval]) -> Interval:
    """The interval of a tree's value for all values of its operands.

    Raises ValueError or OverflowError where that is not bounded (a division by an interval
    around 0, an operand that is not finite).
    """
    match tree:
        case Symbol(name):
            return operand(name)
        case Constant(number):
            return number, number
        case Sum(terms):
            parts = [spread(term, operand) for term in terms]
            return sum((low for low, _ in parts), Fraction(0)), sum((high for _, high in parts), Fraction(0))
        case Product(factors):
            return _product([spread(factor, operand) for factor in factors])
        case Power(base, exponent):
            return _power(spread(base, operand), exponent)
        case Quotient(numerator, denominator):
            low, high = spread(denominator, operand)
            if low <= 0 <= high:
                raise ValueError("division by an interval that holds 0")
            return _product([spread(numerator, operand), (1 / high, 1 / low)])
        case Function(name, argument):
            return _monotone(name, spread(argument, operand))


def _product(parts: list[Interval]) -> Interval:
    result = parts[0]
    for part in parts[1:]:
        ends = [left * right for left, right in product(result, part)]
        result = min(ends), max(ends)
    return result


def _power(base: Interval, exponent: int) -> Interval:
    ends = sorted(end**exponent for end in base)
    return (Fraction(0), ends[1]) if exponent % 2 == 0 and base[0] < 0 < base[1] else (ends[0], ends[1])


def _monotone(name: str, argument: Interval) -> Interval:
    """All functions but abs rise throughout; their doubles are widened by a few units of the last place."""
    if name == "abs":
        ends = sorted(abs(end) for end in argument)
        return (Fraction(0), ends[1]) if argument[0] < 0 < argument[1] else (ends[0], ends[1])
    low, high = (FUNCTIONS[name].double(float(end)) for end in argument)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise OverflowError(f"{name} is not bounded here")
    slack = Fraction(1, 2**50)
    return Fraction(low) - abs(Fraction(low)) * slack, Fraction(high) + abs(Fraction(high)) * slack


def holds(tree: Expression, operand: Callable[[str], Printed], result: Printed) -> bool:
    """Whether the printed result can follow from the printed operands."""
    if _clearly_holds(tree, operand, result):
        return True
    low, high = follow(tree, operand)
    least, most = of_printed(result)
    return low <= most and least <= high


def _clearly_holds(tree: Expression, operand: Callable[[str], Printed], result: Printed) -> bool:
    """Whether the operands as printed already lead to a number that rounds to the result.

    In doubles, with their error bound to spare: quick, and enough for nearly every equation.
    """
    if result.exact or not result.finite:
        return False

    def lookup(name: str) -> Value:
        return Value(_double(operand(name)), None, 0.0)

    found = evaluate(tree, lookup)
    distance = abs(found.double - _double(result))
    return distance + 4 * found.bound + abs(found.double) * 1e-15 < float(result.half_unit)


def _double(number: Printed) -> float:
    return float(number.digits if number.exponent is None else f"{number.digits}e{number.exponent}")
