"""Fifty digits and the bound of their error, held against mpmath with a thousand."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backprop_docgen.formula import near as fifty
from backprop_docgen.formula.evaluate import Value, evaluate, of_near, order
from backprop_docgen.formula.near import Near
from backprop_docgen.formula.tree import (
    Expression,
    Function,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
    negative,
)
from networks import known, tree_value

PLACES = 3000
X = Symbol("x")
LOGISTIC = Quotient(constant(1), Sum((constant(1), Function("exp", negative(X)))))
SLOPE = Product((LOGISTIC, difference(constant(1), LOGISTIC)))
tame = st.decimals(-50, 50, places=12)
wild = st.builds(lambda digits, power: Decimal(digits).scaleb(power), st.integers(-999, 999), st.integers(-40, -3))
arguments = tame | wild | st.decimals(-3000, 3000, places=3)


def true(tree: Expression, x: Decimal) -> mpmath.mpf:
    return tree_value(tree, lambda _: mpmath.mpf(str(x)))


def as_mpf(number: Decimal) -> mpmath.mpf:
    return mpmath.mpf(str(number))


def assert_known(found: Near, wanted: mpmath.mpf, digits: int) -> None:
    """The error is bounded as it says, and so many digits hold."""
    off = abs(fifty_digits(found) - wanted)
    assert off <= as_mpf(found.error) * (1 + mpmath.mpf("1e-20"))
    assert as_mpf(found.error) <= abs(wanted) * mpmath.mpf(10) ** -digits


def fifty_digits(found: Near) -> mpmath.mpf:
    return found.whole + as_mpf(found.rest)


@pytest.mark.parametrize("name", ["exp", "tanh", "softplus"])
@given(x=arguments)
@settings(deadline=None, max_examples=12)
def test_functions_have_fifty_digits_wherever_they_are_asked(name: str, x: Decimal) -> None:
    assume(x != 0)
    with mpmath.workdps(PLACES):
        argument = fifty.of_exact(Fraction(x))
        assert_known(fifty.FUNCTIONS[name](argument), true(Function(name, X), x), 36)


@given(x=arguments)
@settings(deadline=None, max_examples=12)
def test_a_saturated_neuron_keeps_its_digits(x: Decimal) -> None:
    """σ(x), 1 − σ(x), its slope, and the losses of an output that is sure: right or wrong."""
    with mpmath.workdps(PLACES):
        for tree in (
            LOGISTIC,
            difference(constant(1), LOGISTIC),
            SLOPE,
            negative(Function("log", LOGISTIC)),
            negative(Function("log", difference(constant(1), LOGISTIC))),
        ):
            value = evaluate(tree, lambda _: known(float(x), Fraction(x)))
            assert_known(value.near, true(tree, x), 36)


@given(x=arguments, y=arguments)
@settings(deadline=None, max_examples=12)
def test_the_slope_of_tanh_keeps_its_digits(x: Decimal, y: Decimal) -> None:
    tanh = Function("tanh", X)
    tree = difference(constant(1), Product((tanh, tanh)))
    with mpmath.workdps(PLACES):
        value = evaluate(tree, lambda _: known(float(x), Fraction(x)))
        assert_known(value.near, true(tree, x), 36)


@given(st.lists(st.decimals(-2000, 2000, places=4), min_size=2, max_size=4))
@settings(deadline=None, max_examples=12)
def test_a_share_of_exponentials_overflows_nowhere(nets: list[Decimal]) -> None:
    names = [f"w{n + 1}" for n in range(len(nets))]
    values = dict(zip(names, nets, strict=True))
    exponentials = tuple(Function("exp", Symbol(name)) for name in names)
    for exponential in exponentials:
        share = Quotient(exponential, Sum(exponentials))
        for tree in (share, difference(constant(1), share), negative(Function("log", share))):
            value = evaluate(tree, lambda name: known(float(values[name]), Fraction(values[name])))
            with mpmath.workdps(PLACES):
                wanted = tree_value(tree, lambda name: mpmath.mpf(str(values[name])))
                assume(wanted != 0)
                assert_known(value.near, wanted, 36)


@given(st.lists(arguments, min_size=2, max_size=5), st.sampled_from([fifty.product, fifty.quotient]))
@settings(deadline=None, max_examples=12)
def test_errors_are_bounded_through_any_chain(numbers: list[Decimal], step: Callable[[Near, Near], Near]) -> None:
    with mpmath.workdps(PLACES):
        found = fifty.FUNCTIONS["tanh"](fifty.of_exact(Fraction(numbers[0])))
        wanted = mpmath.tanh(mpmath.mpf(str(numbers[0])))
        for each in numbers[1:]:
            other, exact = fifty.FUNCTIONS["exp"](fifty.of_exact(Fraction(each) / 100)), mpmath.exp(as_mpf(each) / 100)
            found, wanted = fifty.total((found, other)), wanted + exact
            found, wanted = step(found, other), wanted * exact if step is fifty.product else wanted / exact
            assert abs(fifty_digits(found) - wanted) <= as_mpf(found.error)


def test_what_differs_by_its_errors_alone_is_equal() -> None:
    one = evaluate(Function("exp", constant(1)), lambda _: known(0.0))
    other = evaluate(Quotient(Function("exp", constant(2)), Function("exp", constant(1))), lambda _: known(0.0))
    assert one.near.rest != other.near.rest or one.near.error
    assert (order(one, other), order(one, known(2.5)), order(known(2.5), one)) == (0, 1, -1)
    assert order(known(math.nan), one) is None
    assert order(known(math.inf), one) == 1
    assert order(known(math.inf), known(math.inf)) == 0
    assert order(of_near(Near(0, Decimal(5), Decimal(3))), known(7.0)) == 0


def test_at_a_corner_rounding_counts_as_nothing_but_what_is_hardly_known_does_not() -> None:
    rounding, vague = (Value(1e-49, None, 0.0, Near(0, Decimal("1e-49"), Decimal(error))) for error in ("2e-49", "1"))
    step, relu = Function("step", X), Function("relu", X)
    assert evaluate(step, lambda _: rounding).double == 0
    found = evaluate(step, lambda _: vague).near
    assert (found.whole, found.error) == (1, 1)
    assert evaluate(relu, lambda _: vague).near.error == 1
