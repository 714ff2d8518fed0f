"""The same slip in every formula of its kind, and what is read in a wrong order throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backprop_docgen.formula.tree import Expression, Symbol, substitute, symbols
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.slips.edits import ONE
from backprop_docgen.slips.rules import Change
from backprop_docgen.worksheet.worksheet import Worksheet

_SAME: Final[Mapping[str, str]] = {
    "bias-left-out": "no-bias",
    "slope-one": "no-slope",
    "activation-left-out": "no-activation",
    "slope-of-net": "all-slope-of-net",
    "half-left-out": "no-half",
    "two-kept": "all-two-kept",
    "plus-for-minus": "all-plus",
    "rate-left-out": "no-rate",
    "bias-updated": "all-biases-updated",
    "bias-kept": "all-biases-kept",
    "divisor-left-out": "no-divisor",
}
"""Rules of one formula, and what they are called where they are followed in every formula of the kind."""


@dataclass(frozen=True, slots=True)
class Throughout:
    """A slip in several formulas: the wrong trees by name, and what the sentence names."""

    rule: str
    trees: Mapping[str, Expression]
    parts: Mapping[str, str]


def throughout(network: Network, worksheet: Worksheet, changes: Iterable[Change]) -> Iterator[Throughout]:
    """Every slip of that kind, of one network."""
    names = topology(network)
    yield from _same(changes)
    yield from _paths(names, changes)
    own = {name: worksheet.formula(name, "")[0] for name, mark in worksheet.order() if not mark}
    back = {name: ONE for name in own if name.startswith("dnet_") and "/dout_" in name}
    if len(back) > 2:  # one for each pass would be the slip of a single formula
        yield Throughout("no-weight-back", back, {})
    outputs: dict[str, Expression] = {}
    for after in ("", "@1"):
        outputs |= {f"dE_{neuron}/dout_{neuron}{after}": ONE for neuron in names.outputs}
        outputs |= {f"E_{neuron}{after}": Symbol(f"out_{neuron}{after}") for neuron in names.outputs}
    yield Throughout("no-loss-slope", outputs, {})
    yield from _turned(names, own)
    yield from _transposed(names, own)
    if network.training.update == "simultaneous":
        yield from _updated(own)


def _same(changes: Iterable[Change]) -> Iterator[Throughout]:
    found: dict[str, dict[str, Expression]] = {}
    turned: dict[str, Expression] = {}
    for change in changes:
        if change.rule == "difference-turned":
            turned.setdefault(change.formula, change.tree)
        if change.rule in _SAME and (
            change.rule != "divisor-left-out" or change.formula.startswith(("E_mean", "dE_mean"))
        ):
            found.setdefault(_SAME[change.rule], {}).setdefault(change.formula, change.tree)
    for rule, trees in {**found, "all-turned": turned}.items():
        if len(trees) > 1:
            yield Throughout(rule, trees, {})


def _paths(names: Topology, changes: Iterable[Change]) -> Iterator[Throughout]:
    """From every neuron back along the path of one and the same later neuron."""
    found: dict[str, dict[str, Expression]] = {}
    for change in changes:
        if change.rule == "one-path-only" and "/dout_" in change.formula:
            found.setdefault(change.parts["part"], {})[change.formula] = change.tree
    for part, trees in found.items():
        if len(trees) > 1:
            yield Throughout("one-path-everywhere", trees, {"part": part})


def _turned(names: Topology, own: Mapping[str, Expression]) -> Iterator[Throughout]:
    targets = tuple(f"target_{neuron}" for neuron in names.outputs)
    for rule, row in (("inputs-turned", names.inputs), ("targets-turned", targets)):
        if len(row) > 1:
            places: dict[str, Expression] = {
                name: Symbol(other) for name, other in zip(row, reversed(row), strict=True)
            }
            yield Throughout(rule, _substituted(own, places), {})


def _transposed(names: Topology, own: Mapping[str, Expression]) -> Iterator[Throughout]:
    """A matrix of weights read by columns where it is meant by rows: forward, on the way back, or both."""
    for rows, neurons in zip(names.weights, names.neurons, strict=True):
        if len(rows) == 1 or len(rows[0]) == 1:
            continue
        flat, width = [name for row in rows for name in row], len(rows)
        read = {
            name: flat[source * width + neuron] for neuron, row in enumerate(rows) for source, name in enumerate(row)
        }
        places: dict[str, Expression] = {}
        for after in ("", "@1"):
            places |= {f"{name}{after}": Symbol(f"{other}{after}") for name, other in read.items()}
        part = {"part": ", ".join(f"⟨{neuron}⟩" for neuron in neurons)}
        nets = {f"net_{neuron}{after}" for neuron in neurons for after in ("", "@1")}
        forward = _substituted({name: own[name] for name in own if name in nets}, places)
        back = _substituted({name: tree for name, tree in own.items() if name.startswith("dnet_")}, places)
        yield Throughout("transposed", forward, part)
        if back:
            yield Throughout("transposed-back", back, part)
            yield Throughout("transposed-both", forward | back, part)


def _substituted(own: Mapping[str, Expression], places: Mapping[str, Expression]) -> dict[str, Expression]:
    """The formulas in which a place is, with what stands there instead."""
    return {
        name: substitute(tree, places) for name, tree in own.items() if any(each in places for each in symbols(tree))
    }


def _updated(own: Mapping[str, Expression]) -> Iterator[Throughout]:
    """The way back with the weights of later layers already updated."""
    wrong: dict[str, Expression] = {
        name: Symbol(f"{tree.name}@1")
        for name, tree in own.items()
        if name.startswith("dnet_") and "/dout_" in name and "@" not in name and isinstance(tree, Symbol)
    }
    if len(wrong) > 1:
        yield Throughout("updated-weights", wrong, {})
