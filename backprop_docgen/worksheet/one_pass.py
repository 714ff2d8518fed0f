"""The formulas of one forward and one backward pass: the same for every example, and for whatever numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from backprop_docgen.formula.activations import ACTIVATIONS, COUNT, LOSSES, NET, ONE, OUT, TARGET
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Product,
    Quotient,
    Symbol,
    difference,
    negative,
    substitute,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology
from backprop_docgen.worksheet.worksheet import Worksheet

_Formulas: TypeAlias = Iterator[tuple[str, Expression]]


class Pass:
    """One pass with one set of parameters (``after``: the ``@k`` of the names).

    Formulas are in the names of the worked example.
    """

    def __init__(self, network: Network, names: Topology, after: str) -> None:
        self.network, self.names, self.after = network, names, after
        self.coupled = ACTIVATIONS[network.layers[-1].activation].coupled
        self.layers = range(len(network.layers))
        self._fed_by = [names.fed_by(layer) for layer in self.layers]
        self._made: list[tuple[str, Expression]] = []

    def add_to(self, worksheet: Worksheet, mark: str) -> None:
        """Add the quantities of the example with this mark; its inputs, targets and the parameters are there."""
        if not self._made:
            steps = (self._forward, self._loss, self._loss_slopes, self._local_derivatives, self._gradients)
            self._made = [each for step in steps for each in step()]
        for name, tree in self._made:
            worksheet.add(name, tree, mark)

    def __call__(self, base: str) -> Symbol:
        """The symbol of a quantity of this pass; what no pass changes keeps its bare name."""
        return Symbol(base if base in self.names.inputs or base.startswith("target_") else base + self.after)

    def _named(self, base: str, tree: Expression) -> tuple[str, Expression]:
        return base + self.after, tree

    def _nets(self, layer: int) -> _Formulas:
        sources = self.names.sources(layer)
        rows = zip(self.names.neurons[layer], self.names.weights[layer], self.names.biases[layer], strict=True)
        for neuron, weights, bias in rows:
            terms: list[Expression] = [
                Product((self(weight), self(source))) for weight, source in zip(weights, sources, strict=True)
            ]
            yield self._named(f"net_{neuron}", total([*terms, self(bias)]))

    def _outs(self, layer: int) -> _Formulas:
        activation = ACTIVATIONS[self.network.layers[layer].activation]
        for neuron in self.names.neurons[layer]:
            yield self._named(f"out_{neuron}", substitute(activation.value, {NET.name: self(f"net_{neuron}")}))

    def _forward(self) -> _Formulas:
        for layer in self.layers:
            yield from self._nets(layer)
            if layer < len(self.layers) - 1 or not self.coupled:
                yield from self._outs(layer)
                continue
            exponentials: list[Expression] = [Function("exp", self(f"net_{neuron}")) for neuron in self.names.outputs]
            for neuron, exponential in zip(self.names.outputs, exponentials, strict=True):
                yield self._named(f"out_{neuron}", Quotient(exponential, total(exponentials)))

    def _loss(self) -> _Formulas:
        row = LOSSES[self.network.loss]
        for neuron in self.names.outputs:
            yield self._named(f"error_{neuron}", difference(self(f"out_{neuron}"), self(f"target_{neuron}")))
        for neuron in self.names.outputs:
            yield self._named(f"E_{neuron}", self._of_output(row.value, neuron))
        yield self._named("E_total", total([self(f"E_{neuron}") for neuron in self.names.outputs]))

    def _of_output(self, tree: Expression, neuron: str) -> Expression:
        """A tree of the loss table, about one output neuron."""
        places: dict[str, Expression] = {
            OUT.name: self(f"out_{neuron}"),
            TARGET.name: self(f"target_{neuron}"),
            COUNT.name: Constant(Fraction(len(self.names.outputs))),
        }
        return substitute(tree, places)

    def _loss_slopes(self) -> _Formulas:
        """∂E/∂out of each output."""
        for neuron in self.names.outputs:
            tree = LOSSES[self.network.loss].derivative
            yield self._named(f"dE_{neuron}/dout_{neuron}", self._of_output(tree, neuron))

    def _local_derivatives(self) -> _Formulas:
        for layer, spec in enumerate(self.network.layers):
            activation = ACTIVATIONS[spec.activation]
            neurons = self.names.neurons[layer]
            for neuron in neurons:
                if activation.coupled:
                    yield from self._coupled_slopes(neuron, neurons)
                else:
                    places = {NET.name: self(f"net_{neuron}"), OUT.name: self(f"out_{neuron}")}
                    yield self._named(f"dout_{neuron}/dnet_{neuron}", substitute(activation.derivative, places))
            for j, neuron in enumerate(neurons):
                for i, source in enumerate(self.names.sources(layer)):
                    weight = self.names.weights[layer][j][i]
                    yield self._named(f"dnet_{neuron}/d{weight}", self(source))
                    if layer:
                        yield self._named(f"dnet_{neuron}/d{source}", self(weight))
                yield self._named(f"dnet_{neuron}/d{self.names.biases[layer][j]}", ONE)

    def _coupled_slopes(self, neuron: str, neurons: tuple[str, ...]) -> _Formulas:
        """Softmax: ∂out_k/∂net_j = out_k (1 − out_k) for k = j, else −out_k out_j."""
        own = self(f"out_{neuron}")
        for other in neurons:
            out = self(f"out_{other}")
            tree = Product((own, difference(ONE, own))) if other == neuron else negative(Product((own, out)))
            yield self._named(f"dout_{neuron}/dnet_{other}", tree)

    def _gradients(self) -> _Formulas:
        for layer in reversed(self.layers):
            last = layer == self.layers[-1]
            yield from self._output_gradients() if last else self._hidden_gradients(layer)
            for neuron in self.names.neurons[layer]:
                yield self._named(f"delta_{neuron}", self(f"dE_total/dnet_{neuron}"))
            yield from self._parameter_gradients(layer)

    def _output_gradients(self) -> _Formulas:
        outputs = self.names.outputs
        for neuron in outputs:
            yield self._named(f"dE_total/dout_{neuron}", self(f"dE_{neuron}/dout_{neuron}"))
        for neuron in outputs:
            if self.coupled:
                terms: list[Expression] = [
                    Product((self(f"dE_{k}/dout_{k}"), self(f"dout_{k}/dnet_{neuron}"))) for k in outputs
                ]
                yield self._named(f"dE_total/dnet_{neuron}", total(terms))
                continue
            slope = self(f"dout_{neuron}/dnet_{neuron}")
            for top, link in ((f"E_{neuron}", f"dE_{neuron}/dout_{neuron}"), ("E_total", f"dE_total/dout_{neuron}")):
                yield self._named(f"d{top}/dnet_{neuron}", Product((self(link), slope)))

    def _hidden_gradients(self, layer: int) -> _Formulas:
        by_output = layer == len(self.network.layers) - 2 and not self.coupled
        for neuron in self.names.neurons[layer]:
            terms: list[Expression] = []
            for later in self.names.neurons[layer + 1]:
                link = self(f"dnet_{later}/dout_{neuron}")
                if by_output:
                    yield self._named(
                        f"dE_{later}/dout_{neuron}", Product((self(f"dE_{later}/dnet_{later}"), link))
                    )
                    terms.append(self(f"dE_{later}/dout_{neuron}"))
                else:
                    terms.append(Product((self(f"dE_total/dnet_{later}"), link)))
            yield self._named(f"dE_total/dout_{neuron}", total(terms))
            slope = self(f"dout_{neuron}/dnet_{neuron}")
            yield self._named(f"dE_total/dnet_{neuron}", Product((self(f"dE_total/dout_{neuron}"), slope)))

    def _parameter_gradients(self, layer: int) -> _Formulas:
        coupled = ACTIVATIONS[self.network.layers[layer].activation].coupled
        for name, fed in self._fed_by[layer].items():
            terms: list[Expression] = []
            for neuron in fed:
                local = self(f"dnet_{neuron}/d{name}")
                if coupled or len(fed) > 1:
                    terms.append(Product((self(f"dE_total/dnet_{neuron}"), local)))
                else:
                    slope = self(f"dout_{neuron}/dnet_{neuron}")
                    terms.append(Product((self(f"dE_total/dout_{neuron}"), slope, local)))
            yield self._named(f"dE_total/d{name}", total(terms))
