"""Every place of a tree, and the tree with something else there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final, TypeAlias

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    negative,
)

Put: TypeAlias = Callable[[Expression], Expression]
"""The whole tree with another one in this place."""

MINUS: Final = Constant(Fraction(-1))
ONE: Final = Constant(Fraction(1))


def places(tree: Expression) -> Iterator[tuple[Expression, Put]]:
    """Every node, parents before children, each with the way to put another tree there."""
    yield tree, lambda new: new
    for index, child in enumerate(children(tree)):

        def at(new: Expression, index: int = index) -> Expression:
            return with_child(tree, index, new)

        for node, put in places(child):
            yield node, lambda new, at=at, put=put: at(put(new))  # type: ignore[misc]  # defaults bind what the loop has


def with_child(tree: Expression, index: int, new: Expression) -> Expression:
    """A node with another operand."""
    match tree:
        case Sum(parts):
            return Sum((*parts[:index], new, *parts[index + 1 :]))
        case Product(parts):
            return Product((*parts[:index], new, *parts[index + 1 :]))
        case Quotient(top, bottom):
            return Quotient(top, new) if index else Quotient(new, bottom)
        case Power(_, exponent):
            return Power(new, exponent)
        case Function(name, _):
            return Function(name, new)
    raise IndexError("a leaf has no operands")


def without(parts: tuple[Expression, ...], index: int, kind: type[Sum] | type[Product]) -> Expression:
    """A sum or product with one part left out; what is left of two stands alone."""
    rest = (*parts[:index], *parts[index + 1 :])
    return rest[0] if len(rest) == 1 else kind(rest)


def positive(tree: Expression) -> Expression:
    """A term without the minus sign before it."""
    match tree:
        case Product((first, *rest)) if first == MINUS:
            return rest[0] if len(rest) == 1 else Product(tuple(rest))
    return tree


def turned(tree: Expression) -> Expression:
    """A term with the other sign."""
    return positive(tree) if positive(tree) != tree else negative(tree)


def is_difference(tree: Expression) -> bool:
    """Whether a tree is a − b."""
    match tree:
        case Sum((_, second)):
            return positive(second) != second
    return False


def label(tree: Expression) -> str:
    """A part of a formula for a sentence, each name between ⟨ and ⟩: ``⟨w1⟩ · ⟨i1⟩``; "" where that would be long."""
    match positive(tree):
        case Symbol(name):
            return f"⟨{name}⟩"
        case Constant(value):
            return "½" if value == Fraction(1, 2) else str(value)
        case Function("exp", argument):
            inside = label(argument)
            return f"e^(−{inside})" if inside and positive(argument) != argument else f"e^{inside}" if inside else ""
        case Function("log", argument):
            inside = label(argument)
            return f"ln {inside}" if inside else ""
        case Product(factors):
            parts = [label(factor) for factor in factors]
            return " · ".join(parts) if all(parts) else ""
        case Sum((first, second)) as tree if is_difference(tree):
            left, right = label(first), label(positive(second))
            return f"({left} − {right})" if left and right else ""
    return ""
