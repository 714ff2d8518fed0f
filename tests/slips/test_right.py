"""Whoever rounds rightly on the way comes out inside the right interval, and few others do."""

from __future__ import annotations

import decimal
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction

import pytest

import sample
from backprop_docgen.formula.evaluate import FUNCTIONS
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
from backprop_docgen.network.network import Layer, Network
from backprop_docgen.slips.right import RightIntervals
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import network_of, random_network

DIGITS = (3, 4, 6)
NETWORKS, FEW_NETWORKS = 700, 24  # with --all, and without


@dataclass
class Hand:
    """Somebody with a calculator: so many digits are kept inside a formula (None: all), and of each result."""

    inside: int | None
    results: int | None
    rounding: str = decimal.ROUND_HALF_UP

    def __post_init__(self) -> None:
        self.steps, self.written = self._context(self.inside), self._context(self.results)

    def _context(self, digits: int | None) -> Context:
        return Context(
            prec=digits or 60, rounding=self.rounding, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[]
        )

    def answers(self, formulas: Mapping[str, Expression]) -> dict[str, Decimal]:
        """Every quantity, in order."""
        found: dict[str, Decimal] = {}
        for name, tree in formulas.items():
            result = found[tree.name] if isinstance(tree, Symbol) else self.follow(tree, found)
            found[name] = self.written.plus(result)
        return found

    def follow(self, tree: Expression, found: Mapping[str, Decimal]) -> Decimal:
        context = self.steps
        match tree:
            case Symbol(name):
                return found[name]
            case Constant(number):
                exact = Context(prec=200)
                return exact.divide(Decimal(number.numerator), Decimal(number.denominator))
            case Sum((first, *others)):
                total = self.follow(first, found)
                for term in others:
                    total = context.add(total, self.follow(term, found))
                return total
            case Product(factors):
                numbers = [self.follow(factor, found) for factor in factors]
                if any(number == 0 for number in numbers):
                    return Decimal(0)
                total = numbers[0]
                for number in numbers[1:]:
                    total = context.multiply(total, number)
                return total
            case Power(base, exponent):
                total = number = self.follow(base, found)
                for _ in range(exponent - 1):
                    total = context.multiply(total, number)
                return total
            case Quotient(top, bottom):
                return context.divide(self.follow(top, found), self.follow(bottom, found))
            case Function(name, argument):
                return context.plus(self.function(name, self.follow(argument, found)))
        raise AssertionError

    def function(self, name: str, x: Decimal) -> Decimal:
        exact = Context(prec=60, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
        match name:
            case "exp":
                return self.steps.exp(x)
            case "log":
                return self.steps.ln(x)
            case "tanh" if abs(x) > 80:
                return Decimal(1 if x > 0 else -1)
            case "tanh" if abs(x) < Decimal("1e-25"):
                return x
            case "tanh":
                power = exact.exp(2 * x)
                return exact.divide(power - 1, power + 1)
            case "softplus" if x > 80:
                return x
            case "softplus" if x < -40:
                return exact.exp(x)
            case "softplus":
                return exact.ln(1 + exact.exp(x))
            case "abs":
                return abs(x)
            case "relu":
                return max(x, Decimal(0))
            case "leaky_relu":
                return x if x > 0 else x / 100
            case "step":
                return Decimal(int(x > 0))
            case "leaky_step":
                return Decimal(1) if x > 0 else Decimal("0.01")
        raise AssertionError(name)


def hands(digits: int) -> list[Hand]:
    """The ways of rounding that are right: results alone, every step, with more digits, not at all."""
    half_even = decimal.ROUND_HALF_EVEN
    return [
        Hand(None, digits),
        Hand(digits, digits),
        Hand(digits, digits, half_even),
        Hand(digits + 1, digits + 1),
        Hand(None, digits + 2),
        Hand(None, None),
    ]


def formulas_of(network: Network) -> dict[str, Expression]:
    return {quantity.name: quantity.tree for quantity in build_worksheet(network) if quantity.tree is not None}


def wild_network(seed: int) -> Network:
    """A random network, many of whose numbers are nothing, tiny, huge or long."""
    draw = random.Random(seed)
    network = random_network(seed)
    sizes = draw.choice(((0,), (0, 0, 0, 2), (0, 0, -20, 3, 6), (1, 2), (-3, 0, 1)))
    share = draw.choice((0.0, 0.1, 0.5))

    def number(old: Decimal) -> Decimal:
        if draw.random() < share:
            return Decimal(0)
        places = draw.choice((1, 1, 2, 3, 5, 9))
        return Decimal(draw.randint(-(10**places), 10**places)).scaleb(draw.choice(sizes) - places)

    def moved(layer: Layer) -> Layer:
        weights = tuple(tuple(map(number, row)) for row in layer.weights)
        return replace(layer, weights=weights, biases=tuple(map(number, layer.biases)))

    return replace(network, layers=tuple(map(moved, network.layers)))


def outside(formulas: Mapping[str, Expression], digits: int, hand: Hand) -> tuple[list[str], int]:
    """The quantities whose answers lie outside their intervals, and how many answers there were."""
    intervals = RightIntervals(formulas, digits)
    found, count = [], 0
    for name, answer in hand.answers(formulas).items():
        if answer.is_nan():
            continue  # 0/0 is nobody's answer
        low, high = intervals.of(name)
        written = Context(prec=digits, rounding=hand.rounding, traps=[], Emin=-(10**9), Emax=10**9).plus(answer)
        for number in {answer, written}:
            count += 1
            if not Decimal(low) <= number <= Decimal(high):
                found.append(f"{name}: {number} in [{low}, {high}], {digits} digits, {hand}")
    return found, count


def seeds() -> range:
    first = sample.drawing("right intervals").randrange(10**6)
    return range(first, first + (NETWORKS if sample.everything else FEW_NETWORKS))


def test_whoever_rounds_rightly_comes_out_inside() -> None:
    answers = 0
    for seed in seeds():
        formulas = formulas_of(wild_network(seed))
        digits = DIGITS[seed % len(DIGITS)]
        for hand in hands(digits):
            wrong, count = outside(formulas, digits, hand)
            assert not wrong, f"network {seed}: " + "; ".join(wrong[:3])
            answers += count
    assert answers > 10_000
