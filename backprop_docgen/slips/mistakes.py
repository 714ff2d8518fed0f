"""The common mistakes that pages tell of: rows of the table of rules, each as a worksheet of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backprop_docgen.formula.activations import ACTIVATIONS
from backprop_docgen.formula.tree import Expression, Symbol
from backprop_docgen.network.topology import topology
from backprop_docgen.slips.edits import ONE
from backprop_docgen.slips.rules import Change, Rules
from backprop_docgen.worksheet.backpropagation import sequential_worksheet
from backprop_docgen.worksheet.course import Course, Sheet, varied_sheet
from backprop_docgen.worksheet.variants import add_variants, model_weights

RULE_OF: Final[Mapping[str, str]] = {
    "plus": "all-plus",
    "no-slope": "slope-one",
    "logistic-twice": "slope-of-slope",
    "slope-of-net": "slope-of-net",
    "only-first-path": "one-path-only",
    "swapped": "mirror-weight",
    "updated-weights": "updated-weights",
}
"""Every common mistake by its key, and the rule that it follows; which of them a network knows is another matter."""


@dataclass(frozen=True)
class Mistake:
    """A common mistake: its worksheet, and the quantity in which it shows."""

    key: str
    quantity: str


def add_variations(course: Course) -> None:
    """Add every worksheet that differs from the network's own: nudges, and the common mistakes."""
    add_variants(course)
    base = course.default
    for mistake, trees in mistakes(base):
        course.add(mistake.key, varied_sheet(base, mistake.key, trees))
    if _can_be_sequential(base):
        worksheet = sequential_worksheet(base.network, base.worksheet, "updated-weights")
        course.add("updated-weights", Sheet(base.network, worksheet, varied=True))


def known_mistakes(course: Course) -> dict[str, Mistake]:
    """The mistakes that apply to the default network, by key."""
    base = course.default
    found = {mistake.key: mistake for mistake, _ in mistakes(base)}
    if _can_be_sequential(base):
        hidden = model_weights(base.network).hidden
        found["updated-weights"] = Mistake("updated-weights", f"dE_sequential/d{hidden}")
    return found


def _can_be_sequential(base: Sheet) -> bool:
    return model_weights(base.network).hidden is not None and base.network.training.update == "simultaneous"


def mistakes(base: Sheet) -> Iterator[tuple[Mistake, dict[str, Expression]]]:
    """Each mistake that applies to a network and is no other way of updating, with the formulas it gets wrong."""
    network, worksheet = base.network, base.worksheet
    names, model, rules = topology(network), model_weights(network), Rules(network, worksheet)

    def changes(formula: str, key: str) -> list[Change]:
        if formula not in worksheet:
            return []
        found = rules.changes(formula, worksheet.formula(formula, "")[0])
        return [change for change in found if change.rule == key]

    if network.training.update == "simultaneous" and len(network.examples) == 1:
        trained = [*names.all_weights(), *names.all_biases()]
        uphill = [change for name in trained for change in changes(f"{name}@1", "plus-for-minus")]
        yield Mistake("plus", f"{model.output}@1"), {change.formula: change.tree for change in uphill}
    layer, row, _ = names.ends(model.hidden or model.output)
    neuron, target = names.neurons[layer][row], f"dE_total/d{model.hidden or model.output}"
    slope, back = f"dout_{neuron}/dnet_{neuron}", f"dE_total/dout_{neuron}"
    own = []
    if not ACTIVATIONS[network.layers[layer].activation].coupled:  # the identity's is 1 anyway, which pages say
        yield Mistake("no-slope", target), {slope: ONE}
    if network.layers[layer].activation == "logistic":  # which the pages speak of
        own += [("logistic-twice", slope), ("slope-of-net", slope)]
    if model.hidden and f"dE_{names.outputs[0]}/dout_{neuron}" in worksheet:  # each path has a quantity of its own
        own.append(("only-first-path", back))
    for key, formula in own:
        if found := changes(formula, RULE_OF[key]):
            yield Mistake(key, target), {formula: found[0].tree}
    if model.hidden and len(names.outputs) > 1 and len(names.neurons[layer]) > 1:
        link, first = f"dnet_{names.outputs[1]}/dout_{neuron}", names.weights[-1][0][1 - min(row, 1)]
        for change in (*changes(link, "mirror-weight"), *changes(link, "neighbour-weight")):
            if change.tree == Symbol(first):
                yield Mistake("swapped", target), {link: change.tree}
                break
