"""Worksheets that differ from a network's own in a few formulas: nudges, numbers copied wrongly.

A variant replaces formulas and lets everything else follow, so a wrong number on the site is
reproduced by what causes it. Those of common mistakes are made of the rules of slips: ``slips/mistakes.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Product,
    Sum,
    Symbol,
    difference,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.rounding import rounded
from backprop_docgen.worksheet.course import Course, Sheet, varied_sheet
from backprop_docgen.worksheet.worksheet import Quantity

NUDGE: Final = Fraction(1, 100)
SMALL: Final = Fraction(1, 10_000)


@dataclass(frozen=True)
class ModelWeights:
    """The weights worked out in full: one of the output layer, one of the last hidden layer (if any)."""

    output: str
    hidden: str | None


def model_weights(network: Network) -> ModelWeights:
    """The file's choice, or the first weight into the first neuron of the last two layers."""
    names = topology(network)
    hidden = names.weights[-2][0][0] if names.hidden else None
    display = network.display
    return ModelWeights(
        display.model_output_weight or names.weights[-1][0][0],
        (display.model_hidden_weight or hidden) if hidden else None,
    )


def add_variants(course: Course) -> None:
    """Add the nudged worksheets to a course, and what the gradient promises."""
    base = course.default
    model = model_weights(base.network)
    moves = {"nudge": (model.output, NUDGE), "up": (model.output, SMALL), "down": (model.output, -SMALL)}
    if model.hidden:
        moves |= {"up-hidden": (model.hidden, SMALL), "down-hidden": (model.hidden, -SMALL)}
    for key, (name, step) in moves.items():
        course.add(key, varied_sheet(base, key, {name: Sum((Symbol(name), Constant(step)))}))
    course.add("promise", _promise(base))


def _promise(base: Sheet) -> Sheet:
    """What the gradient promises of the first update: each parameter's slope times its step, all added up.

    The slopes are those of the loss that is lowered: with several examples, of the mean.
    """
    loss = "E_total" if len(base.network.examples) == 1 else "E_mean"
    names = topology(base.network)
    terms: list[Expression] = [
        Product((Symbol(f"d{loss}/d{name}"), difference(Symbol(f"{name}@1"), Symbol(name))))
        for name in (*names.all_weights(), *names.all_biases())
    ]
    return varied_sheet(base, "promise", {"E_change": total(terms)})


def miscopied(base: Sheet, key: str, formulas: Mapping[str, Expression], typed: Mapping[str, int]) -> Sheet:
    """A worksheet with formulas replaced and some values typed in, rounded to a number of decimals.

    Raises QuantityError for a name that the base has not.
    """
    trees = dict(formulas)
    for name in trees:
        base.worksheet[name]  # it has no quantities of its own
    for name, places in typed.items():
        quantity: Quantity = base.worksheet[name]
        exact = quantity.exact if quantity.exact is not None else Fraction(quantity.value)
        trees[name] = Constant(Fraction(rounded(exact, places)))
    return varied_sheet(base, key, trees)
