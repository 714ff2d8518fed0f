"""Expression trees: the one place where a formula is written down. All numbers are dimensionless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias


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
