"""Whoever rounds rightly on the way comes out inside the right interval, and few others do."""

from __future__ import annotations

import decimal
import math
import statistics
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from itertools import count, islice

import pytest

import sample
from backprop_docgen.formula.evaluate import FUNCTIONS
from backprop_docgen.formula.tree import (
    Expression,
    Function,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
)
from backprop_docgen.network.network import Network
from backprop_docgen.slips import right
from backprop_docgen.slips.right import RightIntervals
from by_hand import formulas_of, hands
from networks import network_of
from wild import wild_network

DIGITS = (3, 4, 6)
NETWORKS, FEW_NETWORKS = 600, 12  # with --all, and without


def outside(formulas: Mapping[str, Expression], digits: int) -> tuple[list[str], int]:
    """The quantities whose answers lie outside their intervals, and how many answers there were."""
    intervals = RightIntervals(formulas, digits)
    bounds = {name: tuple(map(Decimal, intervals.of(name))) for name in formulas}
    found, tried = [], 0
    for hand in hands(digits):
        context = Context(digits, hand.rounding, decimal.MIN_EMIN, decimal.MAX_EMAX, traps=[])
        for name, answer in hand.answers(formulas).items():
            low, high = bounds[name]
            for number in () if answer.is_nan() else {answer, context.plus(answer)}:  # 0/0 is nobody's answer
                tried += 1
                if not low <= number <= high:
                    found.append(f"{name}: {number} in [{low}, {high}], {digits} digits, {hand}")
    return found, tried


def small_networks(wanted: int) -> Iterator[tuple[int, Network]]:
    """Wild networks whose worksheets are computed by hand in no time, with their seeds."""
    seeds = count(sample.drawing("right intervals").randrange(10**6))
    networks = ((seed, wild_network(seed)) for seed in seeds)
    return islice((each for each in networks if size(each[1]) <= 50), wanted)


def size(network: Network) -> int:
    return len(network.examples) * sum(layer.neurons * layer.sources for layer in network.layers)


def test_whoever_rounds_rightly_comes_out_inside() -> None:
    answers = 0
    for seed, network in small_networks(NETWORKS if sample.everything else FEW_NETWORKS):
        wrong, tried = outside(formulas_of(network), DIGITS[seed % len(DIGITS)])
        assert not wrong, f"wild network {seed}: " + "; ".join(wrong[:3])
        answers += tried
    assert answers > 5000


def interval(tree: Expression, digits: int = 4, **formulas: Expression) -> tuple[float, float]:
    return RightIntervals({**formulas, "found": tree}, digits).of("found")


X, Y = Symbol("x"), Symbol("y")
NOTHING, ONE = constant(0), constant(1)


def test_what_has_no_more_digits_than_asked_is_right_alone() -> None:
    formulas = formulas_of(network_of("network"))
    intervals = RightIntervals(formulas, 4)
    for name, number in (("w5", 0.4), ("net_h1", 0.3775), ("dnet_o1/db2", 1.0), ("dnet_h1/dw2", 0.1)):
        low, high = intervals.of(name)
        assert low <= number <= high
        assert high - low < 1e-13
    assert interval(difference(X, Y), x=constant("0.7514"), y=constant("0.01"))[0] == pytest.approx(0.7414, abs=1e-13)


def test_who_truncates_is_not_inside() -> None:
    low, high = interval(Quotient(constant(2), constant(3)))
    assert (low, high) == pytest.approx((2 / 3, 0.6667), abs=6e-6)  # with one more digit it is 0.66667
    assert low > 0.6666
    assert high < 0.6668


def test_a_given_with_more_digits_may_be_rounded() -> None:
    assert interval(X, x=constant("0.123456")) == pytest.approx((0.123456, 0.1235), abs=6e-6)
    assert interval(X, x=constant("0.123456"), digits=6) == pytest.approx((0.123456, 0.123456), abs=1e-13)


def test_what_is_rounded_once_cancels() -> None:
    low, high = interval(difference(Y, Y), y=Function("exp", X), x=constant("0.7"))
    assert low <= 0 <= high
    assert high - low < 1e-13


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Quotient(ONE, X), (-math.inf, math.inf)),
        (Function("log", Function("relu", X)), (-math.inf, math.log(0.0001))),
        (Product((NOTHING, Function("log", Function("relu", X)))), (0.0, 0.0)),
        (Function("step", X), (0.0, 1.0)),
        (Function("leaky_step", X), (0.01, 1.0)),
        (Function("relu", X), (0.0, 0.0001)),
        (Function("abs", X), (0.0, 0.0001)),
    ],
)
def test_a_number_that_may_lie_on_either_side_of_nothing(tree: Expression, expected: tuple[float, float]) -> None:
    third, others = Quotient(ONE, constant(3)), Quotient(constant(2), constant(3))
    low, high = interval(tree, third=third, others=others, x=Sum((Symbol("third"), Symbol("others"), constant(-1))))
    assert low <= expected[0]
    assert (low, high) == pytest.approx(expected, rel=0.5, abs=1e-12)


def test_shares_of_exponentials_that_overflow() -> None:
    powers = (Function("exp", X), Function("exp", Y))
    for shift in ("0", "900", "-900", "-2000"):
        given = {"x": constant(Fraction(shift) + 1), "y": constant(Fraction(shift))}
        low, high = interval(Quotient(powers[0], Sum(powers)), **given)
        assert low <= 1 / (1 + math.exp(-1)) <= high
        assert high - low < 5e-4
    assert interval(Quotient(powers[0], Sum(powers[:1])), x=constant("1234.5")) == pytest.approx((1.0, 1.0))


def test_every_function_has_its_interval() -> None:
    for name, rule in FUNCTIONS.items():
        low, high = interval(Function(name, Y), y=Quotient(X, constant(7)), x=constant(3))
        assert low <= rule.double(3 / 7) <= high
        assert high - low < 3e-3


def test_the_intervals_are_hardly_wider_than_what_people_come_to() -> None:
    formulas = formulas_of(network_of("network"))
    for digits in DIGITS:
        intervals = RightIntervals(formulas, digits)
        *others, exact = [hand.answers(formulas) for hand in hands(digits)]
        ratios = []
        for name in formulas:
            low, high = intervals.of(name)
            if reached := max(abs(answers[name] - exact[name]) for answers in others):
                ratios.append((high - low) / 2 / float(reached))
        assert statistics.median(ratios) < 2.5


def test_more_quantities_than_roundings_are_told_apart_cost_width_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    formulas = formulas_of(network_of("network"))
    told_apart = RightIntervals(formulas, 4)
    monkeypatch.setattr(right, "_MOST", 20)
    fewer = RightIntervals(formulas, 4)
    for name in formulas:
        (low, high), (lower, higher) = told_apart.of(name), fewer.of(name)
        assert lower <= low + 1e-12
        assert high <= higher + 1e-12


def test_an_unknown_quantity_and_a_circle_are_errors() -> None:
    with pytest.raises(KeyError, match="nothing"):
        RightIntervals({"x": ONE}, 4).of("nothing")
    with pytest.raises(KeyError, match="x"):
        RightIntervals({"x": Function("exp", X)}, 4).of("x")
