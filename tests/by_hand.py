"""Somebody computes a worksheet by hand, and rounds on the way: rightly, in one of the ways there are."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from backprop_docgen.network.network import Network
from backprop_docgen.worksheet.backpropagation import build_worksheet


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
                for each in numbers[1:]:
                    total = context.multiply(total, each)
                return total
            case Power(base, exponent):
                total = factor = self.follow(base, found)
                for _ in range(exponent - 1):
                    total = context.multiply(total, factor)
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
