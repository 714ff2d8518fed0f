"""What can be known of a network without training it: a floor under its loss, dead, saturated and twin neurons.

All of it is made of trees over the worksheet, so that the live page finds it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol, TypeAlias

from backprop_docgen.formula.tree import (
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
    negative,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology
from backprop_docgen.pages.number import Condition, Number, Reference, Scribe, all_of, any_of
from backprop_docgen.worksheet.names import at_example

Truth: TypeAlias = Condition | bool


class Roles(Protocol):
    """What is asked of a network's roles (``roles.py``): its file, its names, its quantities."""

    scribe: Scribe
    spec: Network
    names: Topology

    def reference(self, name: str) -> Reference:
        """A quantity of the network."""


_LOWEST: Final[Mapping[str, int]] = {"logistic": 0, "softmax": 0, "relu": 0, "softplus": 0, "tanh": -1}
_HIGHEST: Final[Mapping[str, int]] = {"logistic": 1, "softmax": 1, "tanh": 1}
"""Between which numbers an activation's values lie; what is left out has no bound there."""
_STEEPEST: Final[Mapping[str, str]] = {"logistic": "0.25", "tanh": "1"}
_FLAT: Final = 10  # a slope so many times smaller than the greatest one: saturated
_MOST_TERMS: Final = 600  # of more targets nothing is said: a floor of 0 is true of any loss
_CROSS_ENTROPIES: Final = ("binary_cross_entropy", "categorical_cross_entropy")


@dataclass(frozen=True)
class _Group:
    """Examples with the same inputs, by their marks: whatever the weights, the network gives them one answer."""

    marks: tuple[str, ...]


def floor(roles: Roles) -> Number:
    """A loss that no weights and biases go below: that of the best answers there could be (0: nothing is known).

    Targets out of the activation's reach, cross-entropy of targets between 0 and 1, and examples with the same inputs
    and different targets raise it.
    """
    spec = roles.spec
    if spec.outputs * len(spec.examples) > _MOST_TERMS:
        return Number(roles.scribe, constant(0))
    groups = _groups(spec)
    terms = [_least(roles, group) for group in groups]
    whole = terms[0] if len(groups) == 1 else total(terms)
    return Number(roles.scribe, whole if len(spec.examples) == 1 else Quotient(whole, constant(len(spec.examples))))


def out_of_reach(roles: Roles) -> Truth:
    """Whether a target lies beyond all that its output can give."""
    spec = roles.spec
    kind = spec.layers[-1].activation
    if spec.loss in _CROSS_ENTROPIES or spec.outputs * len(spec.examples) > _MOST_TERMS:
        return False
    found: list[Truth] = []
    for target in (roles.reference(name) for mark in _marks(spec) for name in _targets(roles, mark)):
        found += [target < _LOWEST[kind]] if kind in _LOWEST else []
        found += [target > _HIGHEST[kind]] if kind in _HIGHEST else []
    return any_of(*found) if found else False


def contradictory(roles: Roles) -> Truth:
    """Whether two examples have the same inputs and different targets."""
    if roles.spec.outputs * len(roles.spec.examples) > _MOST_TERMS:
        return False
    found: list[Truth] = []
    for group in _groups(roles.spec):
        for first, other in ((group.marks[0], mark) for mark in group.marks[1:]):
            pairs = zip(_targets(roles, first), _targets(roles, other), strict=True)
            apart = any_of(*(roles.reference(one) != roles.reference(two) for one, two in pairs))
            alike = (
                roles.reference(at_example(name, first)) == roles.reference(at_example(name, other))
                for name in roles.names.inputs
            )
            found.append(all_of(apart, *alike))
    return any_of(*found) if found else False


def undecided_targets(roles: Roles) -> Truth:
    """Whether the loss is a cross-entropy, and a target lies between 0 and 1."""
    spec = roles.spec
    if spec.loss not in _CROSS_ENTROPIES or spec.outputs * len(spec.examples) > _MOST_TERMS:
        return False
    targets = [roles.reference(name) for mark in _marks(spec) for name in _targets(roles, mark)]
    return any_of(*(all_of(target > 0, target < 1) for target in targets))


def dead(roles: Roles, layer: int, row: int, step: Number | int = 0) -> Truth:
    """Whether a relu neuron gives 0, and has slope 0, in every example, after so many updates.

    After some updates a net input that may be anything by its error counts as none that is known to be negative.
    """
    spec, name = roles.spec, roles.names.neurons[layer][row]
    if spec.layers[layer].activation != "relu" or len(spec.examples) > _MOST_TERMS:
        return False
    nets = (roles.reference(at_example(f"net_{name}", mark)) for mark in _marks(spec))
    first = isinstance(step, int) and step == 0
    return all_of(*(net <= 0 if first else net.at(step) < 0 for net in nets))


def saturated(roles: Roles, layer: int, row: int, step: Number | int = 0) -> Truth:
    """Whether a logistic or tanh neuron has less than a tenth of the greatest slope, in the worked example."""
    steepest, name = _STEEPEST.get(roles.spec.layers[layer].activation), roles.names.neurons[layer][row]
    return False if steepest is None else roles.reference(f"dout_{name}/dnet_{name}").at(step) * _FLAT < steepest


def twin_of(spec: Network, layer: int, row: int) -> int | None:
    """The row of another neuron with the same weights in and out, and the same bias: the next one, or the first."""
    rows = range(len(spec.layers[layer].weights))
    own = _wiring(spec, layer, row)
    return next((other for other in [*rows[row + 1 :], *rows[:row]] if _wiring(spec, layer, other) == own), None)


def twins(roles: Roles, layer: int, row: int) -> Truth:
    """Whether the neuron has a twin, with the numbers as they are: then each update moves both alike."""
    other, names = twin_of(roles.spec, layer, row), roles.names
    if other is None:
        return False
    pairs = [*zip(names.weights[layer][row], names.weights[layer][other], strict=True)]
    if layer + 1 < len(names.neurons):
        pairs += [(weights[row], weights[other]) for weights in names.weights[layer + 1]]
    else:
        ends = (f"target_{names.outputs[row]}", f"target_{names.outputs[other]}")
        pairs += [(at_example(ends[0], mark), at_example(ends[1], mark)) for mark in _marks(roles.spec)]
    if names.biases[layer][row] != names.biases[layer][other]:
        pairs.append((names.biases[layer][row], names.biases[layer][other]))
    return all_of(*(roles.reference(one) == roles.reference(two) for one, two in pairs))


def _wiring(spec: Network, layer: int, row: int) -> object:
    """Everything that tells a neuron from another one of its layer, as the file has it."""
    own = spec.layers[layer]
    bias = own.biases[0 if own.shared_bias else row]
    if layer + 1 == len(spec.layers):
        return own.weights[row], bias, tuple(example.targets[row] for example in spec.examples)
    return own.weights[row], bias, tuple(each[row] for each in spec.layers[layer + 1].weights)


def _marks(spec: Network) -> list[str]:
    worked = spec.display.example
    return ["" if place == worked else f"[{place}]" for place in range(1, len(spec.examples) + 1)]


def _targets(roles: Roles, mark: str) -> list[str]:
    return [at_example(f"target_{neuron}", mark) for neuron in roles.names.outputs]


def _groups(spec: Network) -> list[_Group]:
    """The examples, those with the same inputs together."""
    found: dict[tuple[Decimal, ...], list[str]] = {}
    for example, mark in zip(spec.examples, _marks(spec), strict=True):
        found.setdefault(example.inputs, []).append(mark)
    return [_Group(tuple(marks)) for marks in found.values()]


def _least(roles: Roles, group: _Group) -> Expression:
    """The least sum of the losses of a group of examples."""
    apart = total([term for mark in group.marks for term in _terms(roles.spec, [_targets(roles, mark)])])
    if len(group.marks) == 1:
        return apart
    together = total(list(_terms(roles.spec, [_targets(roles, mark) for mark in group.marks])))
    # the reader may part their inputs: then each example stands alone again
    inputs = [[at_example(name, mark) for mark in group.marks] for name in roles.names.inputs]
    same = Product(tuple(_equal(names[0], name) for names in inputs for name in names[1:]))
    return Sum((apart, Product((same, difference(together, apart)))))


def _equal(one: str, other: str) -> Expression:
    """1 where two quantities are equal, else 0."""
    return difference(constant(1), Function("step", Function("abs", difference(Symbol(one), Symbol(other)))))


def _terms(spec: Network, targets: Sequence[Sequence[str]]) -> Iterator[Expression]:
    """What each output adds, when the examples with these targets get the one answer that is best for all of them."""
    for names in zip(*targets, strict=True):
        symbols = [Symbol(name) for name in names]
        best: Expression = symbols[0]
        if len(symbols) > 1:
            best = Quotient(Sum(tuple(symbols)), constant(len(symbols)))
        if spec.loss in _CROSS_ENTROPIES:
            yield _times(len(symbols), _entropy(best, both=spec.loss == "binary_cross_entropy"))
            continue
        squares = _times(len(symbols), Power(_beyond(best, spec.layers[-1].activation), 2))
        if len(symbols) > 1:
            squares = Sum((*(Power(difference(each, best), 2) for each in symbols), squares))
        if spec.loss == "squared_error":
            yield Product((Quotient(constant(1), constant(2)), squares))
        else:
            yield Quotient(squares, constant(spec.outputs))


def _times(count: int, tree: Expression) -> Expression:
    return tree if count == 1 else Product((constant(count), tree))


def _beyond(target: Expression, activation: str) -> Expression:
    """How far a target lies beyond all that an activation gives: 0 where it does not."""
    low, high = _LOWEST.get(activation), _HIGHEST.get(activation)
    found: list[Expression] = []
    if low is not None:
        found.append(Function("relu", difference(constant(low), target)))
    if high is not None:
        found.append(Function("relu", difference(target, constant(high))))
    return total(found)


def _entropy(target: Expression, both: bool) -> Expression:
    """The cross-entropy of an output that meets its target."""
    other = difference(constant(1), target)
    sides = (target, other) if both else (target,)
    return negative(total([Product((side, Function("log", side))) for side in sides]))
