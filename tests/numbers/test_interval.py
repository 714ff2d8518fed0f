"""Whether a printed equation holds for a reader with a calculator."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_docgen.formula.evaluate import FUNCTIONS, evaluate, of_near
from backprop_docgen.formula.near import of_exact
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
)
from backprop_docgen.numbers.interval import Reading, follow, of_printed, read
from backprop_docgen.numbers.rounding import Printed, printed
from networks import DIGITS, decimals, known, number, tree_value, trees

X = Symbol("x")


def holds(tree: Expression, operand: Callable[[str], Printed], result: Printed) -> bool:
    return read(tree, operand, result) is not Reading.FALSE


def between(low: str, high: str) -> dict[str, Printed]:
    """An operand whose interval is [low, high]."""
    middle, half = (Fraction(low) + Fraction(high)) / 2, (Fraction(high) - Fraction(low)) / 2

    class Wide(Printed):
        value = middle  # type: ignore[assignment]
        half_unit = half  # type: ignore[assignment]

    return {"x": Wide("0")}


def test_an_exact_number_is_a_point_and_a_rounded_one_is_not() -> None:
    assert of_printed(Printed("0.25", exact=True)) == (Fraction(1, 4), Fraction(1, 4))
    assert of_printed(Printed("0.25")) == (Fraction("0.245"), Fraction("0.255"))
    assert of_printed(Printed("-2.500", -3)) == (Fraction("-0.0025005"), Fraction("-0.0024995"))
    assert of_printed(Printed("7")) == (Fraction("6.5"), Fraction("7.5"))


@pytest.mark.parametrize(
    ("tree", "x", "result"),
    [
        (Sum((X, constant(1))), ("-1", "2"), ("0", "3")),
        (difference(constant(1), X), ("-1", "2"), ("-1", "2")),
        (Product((X, constant(-2))), ("-1", "2"), ("-4", "2")),
        (Product((X, X)), ("-1", "2"), ("-2", "4")),
        (Power(X, 2), ("-1", "2"), ("0", "4")),
        (Power(X, 2), ("-3", "-2"), ("4", "9")),
        (Power(X, 3), ("-3", "2"), ("-27", "8")),
        (Quotient(constant(1), X), ("2", "4"), ("1/4", "1/2")),
        (Quotient(constant(-1), X), ("-4", "-2"), ("1/4", "1/2")),
    ],
)
def test_intervals_follow_the_tree(tree: Expression, x: tuple[str, str], result: tuple[str, str]) -> None:
    assert follow(tree, between(*x).__getitem__) == (Fraction(result[0]), Fraction(result[1]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_rise(name: str) -> None:
    low, high = follow(Function(name, X), between("1/2", "3/2").__getitem__)
    with mpmath.workdps(DIGITS):
        least, most = (tree_value(Function(name, X), lambda _, at=at: mpmath.mpf(at)) for at in (0.5, 1.5))
        assert number(low) <= least <= most <= number(high)
        assert number(high) - most <= mpmath.mpf("1e-47")


@given(trees(st.builds(Symbol, st.sampled_from("ab")) | st.builds(Constant, decimals(1000, 3))), st.data())
def test_the_interval_holds_what_its_operands_may_be(tree: Expression, data: st.DataObject) -> None:
    numbers = {name: printed(known(data.draw(st.floats(-5, 5))), 2) for name in "ab"}
    try:
        low, high = follow(tree, numbers.__getitem__)
    except (ValueError, OverflowError):
        return
    shift = data.draw(st.fractions(-1, 1, max_denominator=100))
    inside = {name: number.value + shift * number.half_unit for name, number in numbers.items()}
    found = evaluate(tree, lambda name: of_near(of_exact(inside[name])))
    value = found.fraction
    assume(value is not None)
    assert value is not None
    slack = 4 * Fraction(found.near.error)
    assert low - slack <= value <= high + slack


def test_what_is_not_bounded_is_said() -> None:
    with pytest.raises(ValueError, match="holds 0"):
        follow(Quotient(constant(1), X), between("-1", "1").__getitem__)
    with pytest.raises(OverflowError):
        follow(Function("exp", X), between("0", "100000").__getitem__)
    with pytest.raises(OverflowError):
        follow(Function("log", X), between("0", "1").__getitem__)
    with pytest.raises(ValueError, match="inf"):
        follow(X, {"x": printed(known(math.inf))}.__getitem__)


def test_the_published_nine_decimals_miss_by_a_digit_only_when_taken_for_exact() -> None:
    """½ · 0.741365070² gives …084, printed is …083: within the rounding of the operand."""
    tree = Product((constant("1/2"), Power(X, 2)))
    result = printed(known(0.274811083176155), 9)
    assert holds(tree, {"x": printed(known(0.7413650695523157), 9)}.__getitem__, result)
    assert not holds(tree, {"x": Printed("0.741365070", exact=True)}.__getitem__, result)


def test_a_wrong_digit_does_not_hold() -> None:
    tree = Product((X, constant("0.5")))
    assert holds(tree, {"x": Printed("0.50")}.__getitem__, Printed("0.250"))
    assert not holds(tree, {"x": Printed("0.50")}.__getitem__, Printed("0.254"))


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [("-0.5", "-0.5", "0.5", "0.5"), ("-0.6", "-0.4", "0.4", "0.6"), ("-0.2", "0.4", "0", "0.4"), ("1", "2", "1", "2")],
)
def test_an_absolute_value_is_as_narrow_as_its_argument(low: str, high: str, least: str, most: str) -> None:
    bounds = follow(Function("abs", X), between(low, high).__getitem__)
    assert bounds == (Fraction(least), Fraction(most))
