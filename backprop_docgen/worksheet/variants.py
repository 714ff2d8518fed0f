"""Worksheets that differ from a network's own in a few formulas: nudges, common mistakes, slips of the pen.

A variant replaces formulas and lets everything else follow, so a wrong number on the site is
reproduced by the very mistake that causes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.activations import ACTIVATIONS, NET, OUT
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Product,
    Sum,
    Symbol,
    constant,
    difference,
    substitute,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.numbers.rounding import rounded
from backprop_docgen.worksheet.backpropagation import sequential_worksheet
from backprop_docgen.worksheet.course import Course, Sheet, varied_sheet
from backprop_docgen.worksheet.worksheet import Quantity, Worksheet

NUDGE: Final = Fraction(1, 100)
SMALL: Final = Fraction(1, 10_000)


MISTAKES: Final = (
    *("plus", "no-slope", "logistic-twice", "slope-of-net", "only-first-path", "swapped", "updated-weights"),
)
"""Every common mistake, by its key; which of them a network knows is another matter."""


@dataclass(frozen=True)
class Mistake:
    """A common mistake: its worksheet, and the quantity in which it shows."""

    key: str
    quantity: str


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
    """Add the nudged worksheets and those of the common mistakes to a course."""
    base = course.default
    model = model_weights(base.network)
    moves = {"nudge": (model.output, NUDGE), "up": (model.output, SMALL), "down": (model.output, -SMALL)}
    if model.hidden:
        moves |= {"up-hidden": (model.hidden, SMALL), "down-hidden": (model.hidden, -SMALL)}
    for key, (name, step) in moves.items():
        course.add(key, varied_sheet(base, key, {name: Sum((Symbol(name), Constant(step)))}))
    course.add("promise", _promise(base))
    for mistake, trees in mistakes(base.network, base.worksheet).items():
        course.add(mistake.key, varied_sheet(base, mistake.key, trees))
    if model.hidden and base.network.training.update == "simultaneous":
        course.add("updated-weights", _sequential(base))


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


def _sequential(base: Sheet) -> Sheet:
    """The formulas of sequential updating that are not those of the network's own worksheet."""
    worksheet = sequential_worksheet(base.network, base.worksheet, "updated-weights")
    return Sheet(base.network, worksheet, varied=True)


def known_mistakes(course: Course) -> dict[str, Mistake]:
    """The mistakes that apply to the default network, by key."""
    base = course.default
    found = {mistake.key: mistake for mistake in mistakes(base.network, base.worksheet)}
    hidden = model_weights(base.network).hidden
    if "updated-weights" in course.sheets and hidden:
        found["updated-weights"] = Mistake("updated-weights", f"dE_sequential/d{hidden}")
    return found


def mistakes(network: Network, worksheet: Worksheet) -> dict[Mistake, dict[str, Expression]]:
    """Each mistake that applies to the network, with the formulas it gets wrong."""
    names, model = topology(network), model_weights(network)
    found: dict[Mistake, dict[str, Expression]] = {}
    if network.training.update == "simultaneous" and len(network.examples) == 1:
        trained = [*names.all_weights(), *(names.all_biases() if network.training.update_biases else ())]
        every: dict[str, Expression] = {
            f"{name}@1": Sum((Symbol(name), Product((Symbol("eta"), Symbol(f"dE_total/d{name}")))))
            for name in trained
        }
        found[Mistake("plus", f"{model.output}@1")] = every
    layer, row, _ = names.ends(model.hidden or model.output)
    neuron, activation = names.neurons[layer][row], network.layers[layer].activation
    target = f"dE_total/d{model.hidden or model.output}"
    slope = f"dout_{neuron}/dnet_{neuron}"
    if not ACTIVATIONS[activation].coupled:
        found[Mistake("no-slope", target)] = {slope: constant(1)}
    if activation == "logistic":
        net, out = Symbol(f"net_{neuron}"), Symbol(f"out_{neuron}")
        twice = substitute(ACTIVATIONS["logistic"].value, {NET.name: out})
        found[Mistake("logistic-twice", target)] = {
            slope: substitute(ACTIVATIONS["logistic"].derivative, {OUT.name: twice})
        }
        found[Mistake("slope-of-net", target)] = {slope: Product((net, difference(constant(1), net)))}
    if model.hidden:
        found |= _hidden_mistakes(names, worksheet, neuron, target)
    return found


def _hidden_mistakes(
    names: Topology, worksheet: Worksheet, neuron: str, target: str
) -> dict[Mistake, dict[str, Expression]]:
    layer = len(names.neurons) - 2
    row = names.neurons[layer].index(neuron)
    found: dict[Mistake, dict[str, Expression]] = {}
    links = [f"dE_{output}/dout_{neuron}" for output in names.outputs]
    if len(links) > 1 and links[0] in worksheet:
        found[Mistake("only-first-path", target)] = {f"dE_total/dout_{neuron}": Symbol(links[0])}
    if len(names.outputs) > 1 and len(names.neurons[layer]) > 1:
        # the weight matrix read the wrong way round: w6 is taken where w7 belongs
        first, second = names.weights[-1][0][1 - min(row, 1)], names.weights[-1][1][row]
        link = f"dnet_{names.outputs[1]}/dout_{neuron}"
        if first != second:
            found[Mistake("swapped", target)] = {link: Symbol(first)}
    return found


def slip(base: Sheet, key: str, formulas: Mapping[str, Expression], typed: Mapping[str, int]) -> Sheet:
    """A worksheet with formulas replaced and some values typed in, rounded to a number of decimals.

    Raises QuantityError for a name that the base has not.
    """
    trees = dict(formulas)
    for name in trees:
        base.worksheet[name]  # a slip has no quantities of its own
    for name, places in typed.items():
        quantity: Quantity = base.worksheet[name]
        exact = quantity.exact if quantity.exact is not None else Fraction(quantity.value)
        trees[name] = Constant(Fraction(rounded(exact, places)))
    return varied_sheet(base, key, trees)

