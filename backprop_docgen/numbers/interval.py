"""Whether a printed equation holds for a reader with a calculator.

Each printed operand stands for an interval: a point where it is exact, ± half a unit of its last
place where it is rounded. The equation holds when the interval that follows from the operands
meets that of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from itertools import product
from typing import Final, TypeAlias

from backprop_docgen.formula import near as fifty
from backprop_docgen.formula.evaluate import Value, evaluate, of_near
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol
from backprop_docgen.numbers.rounding import Printed

Interval: TypeAlias = tuple[Fraction, Fraction]

_NEARLY: Final = Fraction(1, 100)
"""How far the operands as printed may lead from the result, as a part of it: two of its digits are right."""


def of_printed(number: Printed) -> Interval:
    """The interval a printed number stands for; raises ValueError when it is not finite."""
    return number.value - number.half_unit, number.value + number.half_unit


def follow(tree: Expression, operand: Callable[[str], Printed]) -> Interval:
    """The interval of a tree's value for all values its printed operands may stand for; raises as :func:`spread`."""
    return spread(tree, lambda name: of_printed(operand(name)))


def spread(tree: Expression, operand: Callable[[str], Interval]) -> Interval:
    """The interval of a tree's value for all values of its operands.

    Raises ValueError or OverflowError where that is not bounded (a division by an interval
    around 0, an operand that is not finite or giant).
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
    """All functions but abs rise throughout; their fifty digits are widened by the bound of their error."""
    if name == "abs":
        ends = sorted(abs(end) for end in argument)
        return (Fraction(0), ends[1]) if argument[0] < 0 < argument[1] else (ends[0], ends[1])
    low, high = (_applied(name, end) for end in argument)
    least, below, most, above = low.fraction, low.error, high.fraction, high.error
    if least is None or below is None or most is None or above is None:
        raise OverflowError(f"{name} is not bounded here")
    return least - below, most + above


def _applied(name: str, argument: Fraction) -> Value:
    return evaluate(Function(name, Symbol("x")), lambda _: _inexact(argument))


def _inexact(number: Fraction) -> Value:
    """A rational that counts as inexact, so that nothing is shortened."""
    return of_near(fifty.of_exact(number))


class Reading(Enum):
    """What a reader with a calculator finds of a printed equation."""

    FALSE = 0
    POSSIBLE = 1
    """The result may follow from the operands, each read as it may be rounded, or they bound it nowhere."""
    TRUE = 2
    """The operands as they are printed also lead to the result, or nearly."""


def read(tree: Expression, operand: Callable[[str], Printed], result: Printed) -> Reading:
    """How a printed equation reads; raises ValueError for operands or a result that are no numbers."""
    found = evaluate(tree, lambda name: _inexact(operand(name).value)).fraction
    off = None if found is None else abs(found - result.value)
    if off is not None and off < result.half_unit:
        return Reading.TRUE
    try:
        low, high = follow(tree, operand)
    except (ValueError, OverflowError):
        return Reading.POSSIBLE  # an unbounded interval excludes nothing
    least, most = of_printed(result)
    if not (low <= most and least <= high):
        return Reading.FALSE
    return Reading.TRUE if off is not None and off <= _NEARLY * abs(result.value) else Reading.POSSIBLE
