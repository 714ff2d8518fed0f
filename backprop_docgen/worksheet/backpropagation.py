"""From a network to its worksheet: forward pass, loss, chain-rule factors, gradients, update, next step.

Every gradient is written as the product or sum that the tutorial shows; the equations are those of
D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating
errors", *Nature* 323 (1986). All quantities are dimensionless.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.activations import ACTIVATIONS, COUNT, LOSSES, NET, ONE, OUT, TARGET
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Product,
    Quotient,
    Symbol,
    constant,
    difference,
    negative,
    substitute,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.worksheet.worksheet import Worksheet

_LARGEST_NET: Final = 700.0
"""Beyond this an exponential, or the sum of a layer's, may overflow (e^709.8 is the largest double)."""


def build_worksheet(network: Network, sheet: str = "") -> Worksheet:
    """Every quantity of the network before (step 0) and after (step 1, ``@1``) the first update."""
    builder = _Builder(network, sheet)
    builder.givens()
    builder.step(0)
    builder.update()
    builder.step(1)
    return builder.worksheet


class _Builder:
    """Adds one kind of quantity after the other; ``mark`` is the ``[n]`` and ``@k`` of the pass."""

    def __init__(self, network: Network, sheet: str) -> None:
        self.network = network
        self.names: Topology = topology(network)
        self.worksheet = Worksheet(sheet)
        self.layers = range(len(network.layers))
        self.coupled = ACTIVATIONS[network.layers[-1].activation].coupled
        self.fed_by = [self._fed_by(layer) for layer in self.layers]
        worked = network.display.example
        others = [n for n in range(1, len(network.examples) + 1) if n != worked]
        # the worked example first and without brackets, the others after it
        self.examples = [(worked, ""), *((n, f"[{n}]") for n in others)]

    def add(self, name: str, tree: Expression) -> None:
        self.worksheet.add(name, tree)

    def givens(self) -> None:
        """Inputs, targets, learning rate and parameters: the numbers of the file."""
        for number, mark in self.examples:
            example = self.network.examples[number - 1]
            for name, value in zip(self.names.inputs, example.inputs, strict=True):
                self.add(name + mark, constant(value))
            for neuron, value in zip(self.names.outputs, example.targets, strict=True):
                self.add(f"target_{neuron}{mark}", constant(value))
        self.add("eta", constant(self.network.learning_rate))
        for layer, names in zip(self.network.layers, self.names.weights, strict=True):
            for row, row_names in zip(layer.weights, names, strict=True):
                for value, name in zip(row, row_names, strict=True):
                    self.add(name, constant(value))
        for layer, bias_names in zip(self.network.layers, self.names.biases, strict=True):
            for value, name in zip(layer.biases, dict.fromkeys(bias_names), strict=True):
                self.add(name, constant(value))

    def step(self, step: int) -> None:
        """All passes with the parameters of one step, example by example, then their means."""
        after = f"@{step}" if step else ""
        for _, mark in self.examples:
            one = _Pass(self, mark, after)
            one.forward()
            one.loss()
            one.local_derivatives()
            one.gradients()
        self.add(f"E_mean{after}", self.mean([Symbol(f"E_total{mark}{after}") for _, mark in self.examples]))
        for layer in self.layers:
            for name in self.names.parameters(layer):
                terms: list[Expression] = [
                    Symbol(f"dE_total/d{name}{mark}{after}") for _, mark in self.examples
                ]
                self.add(f"dE_mean/d{name}{after}", self.mean(terms))

    def mean(self, terms: list[Expression]) -> Expression:
        """The mean over the examples; with one example, that one itself."""
        return terms[0] if len(terms) == 1 else Quotient(total(terms), constant(len(terms)))

    def update(self) -> None:
        """The parameters after one step of gradient descent: ``w@1 = w − η · gradient``."""
        sequential = self.network.training.update == "sequential"
        gradient = "dE_sequential" if sequential else "dE_total" if len(self.examples) == 1 else "dE_mean"
        for layer in reversed(self.layers) if sequential else self.layers:
            if sequential:
                self.sequential_gradients(layer)
            for name in self.names.parameters(layer):
                frozen = name.startswith("b") and not self.network.training.update_biases
                change = Product((Symbol("eta"), Symbol(f"{gradient}/d{name}")))
                self.add(f"{name}@1", Symbol(name) if frozen else difference(Symbol(name), change))

    def sequential_gradients(self, layer: int) -> None:
        """Gradients of a layer taken with the later layers already updated."""
        last = layer == self.layers[-1]
        for j, neuron in enumerate(self.names.neurons[layer]):
            for _, mark in self.examples:
                if last:
                    self.add(f"dE_sequential/dnet_{neuron}{mark}", Symbol(f"dE_total/dnet_{neuron}{mark}"))
                    continue
                terms: list[Expression] = [
                    Product((Symbol(f"dE_sequential/dnet_{later}{mark}"), Symbol(f"{row[j]}@1")))
                    for later, row in zip(self.names.neurons[layer + 1], self.names.weights[layer + 1], strict=True)
                ]
                self.add(f"dE_sequential/dout_{neuron}{mark}", total(terms))
                slope = Symbol(f"dout_{neuron}/dnet_{neuron}{mark}")
                self.add(
                    f"dE_sequential/dnet_{neuron}{mark}",
                    Product((Symbol(f"dE_sequential/dout_{neuron}{mark}"), slope)),
                )
        for name in self.names.parameters(layer):
            if last:
                several = len(self.examples) > 1
                self.add(f"dE_sequential/d{name}", Symbol(f"{'dE_mean' if several else 'dE_total'}/d{name}"))
                continue
            per_example = [
                total(
                    [
                        Product((Symbol(f"dE_sequential/dnet_{neuron}{mark}"), Symbol(f"dnet_{neuron}/d{name}{mark}")))
                        for neuron in self.fed_by[layer][name]
                    ]
                )
                for _, mark in self.examples
            ]
            self.add(f"dE_sequential/d{name}", self.mean(per_example))

    def _fed_by(self, layer: int) -> dict[str, list[str]]:
        """By parameter of a layer, the neurons it leads into (several for a shared bias)."""
        found: dict[str, list[str]] = {}
        rows = zip(self.names.neurons[layer], self.names.weights[layer], self.names.biases[layer], strict=True)
        for neuron, weights, bias in rows:
            for parameter in (*weights, bias):
                found.setdefault(parameter, []).append(neuron)
        return found


class _Pass:
    """One forward and one backward pass: one example (``mark``), one set of parameters (``after``)."""

    def __init__(self, builder: _Builder, mark: str, after: str) -> None:
        self.builder = builder
        self.names = builder.names
        self.network = builder.network
        self.mark, self.after = mark, after

    def add(self, base: str, tree: Expression) -> None:
        self.builder.add(f"{base}{self.mark}{self.after}", tree)

    def __call__(self, base: str) -> Symbol:
        """The symbol of a quantity of this pass; what no pass changes keeps its bare name."""
        if base in self.names.inputs or base.startswith("target_"):
            return Symbol(base + self.mark)
        if base[0] in "wb":
            return Symbol(base + self.after)
        return Symbol(f"{base}{self.mark}{self.after}")

    def forward(self) -> None:
        for layer, spec in enumerate(self.network.layers):
            activation = ACTIVATIONS[spec.activation]
            sources = self.names.sources(layer)
            for j, neuron in enumerate(self.names.neurons[layer]):
                terms: list[Expression] = [
                    Product((self(weight), self(source)))
                    for weight, source in zip(self.names.weights[layer][j], sources, strict=True)
                ]
                self.add(f"net_{neuron}", total([*terms, self(self.names.biases[layer][j])]))
            exponentials = self.exponentials(layer)
            for j, neuron in enumerate(self.names.neurons[layer]):
                if activation.coupled:
                    tree: Expression = Quotient(exponentials[j], total(exponentials))
                else:
                    tree = substitute(activation.value, {NET.name: self(f"net_{neuron}")})
                self.add(f"out_{neuron}", tree)

    def value(self, base: str) -> float:
        """The double of a quantity of this pass."""
        return self.builder.worksheet[self(base).name].value

    def exponentials(self, layer: int) -> list[Expression]:
        """The exponentials of softmax; the largest net is taken from each where any would over- or underflow."""
        nets: list[Expression] = [self(f"net_{neuron}") for neuron in self.names.neurons[layer]]
        largest = max(self.names.neurons[layer], key=lambda neuron: self.value(f"net_{neuron}"))
        if not all(abs(self.value(f"net_{neuron}")) < _LARGEST_NET for neuron in self.names.neurons[layer]):
            nets = [difference(net, self(f"net_{largest}")) for net in nets]
        return [Function("exp", net) for net in nets]

    def saturated(self, neuron: str) -> bool:
        """Whether the slope of a cross-entropy at an output overflows: ∂E/∂net is then left as out − target."""
        cross_entropy = self.network.loss in ("binary_cross_entropy", "categorical_cross_entropy")
        outputs = self.names.outputs if self.builder.coupled else (neuron,)
        return (
            cross_entropy
            and neuron in self.names.outputs
            and not all(math.isfinite(self.value(f"dE_{k}/dout_{k}")) for k in outputs)
        )

    def loss(self) -> None:
        row = LOSSES[self.network.loss]
        for neuron in self.names.outputs:
            self.add(f"error_{neuron}", difference(self(f"out_{neuron}"), self(f"target_{neuron}")))
        for neuron in self.names.outputs:
            self.add(f"E_{neuron}", self.of_output(row.value, neuron))
        self.add("E_total", total([self(f"E_{neuron}") for neuron in self.names.outputs]))

    def of_output(self, tree: Expression, neuron: str) -> Expression:
        """A tree of the loss table, about one output neuron."""
        places: dict[str, Expression] = {
            OUT.name: self(f"out_{neuron}"),
            TARGET.name: self(f"target_{neuron}"),
            COUNT.name: Constant(Fraction(len(self.names.outputs))),
        }
        return substitute(tree, places)

    def local_derivatives(self) -> None:
        for neuron in self.names.outputs:
            self.add(f"dE_{neuron}/dout_{neuron}", self.of_output(self.loss_slope(neuron), neuron))
        for layer, spec in enumerate(self.network.layers):
            activation = ACTIVATIONS[spec.activation]
            neurons = self.names.neurons[layer]
            for neuron in neurons:
                if activation.coupled:
                    self.coupled_slopes(neuron, neurons)
                else:
                    places = {NET.name: self(f"net_{neuron}"), OUT.name: self(f"out_{neuron}")}
                    self.add(f"dout_{neuron}/dnet_{neuron}", substitute(activation.derivative, places))
            for j, neuron in enumerate(neurons):
                for i, source in enumerate(self.names.sources(layer)):
                    weight = self.names.weights[layer][j][i]
                    self.add(f"dnet_{neuron}/d{weight}", self(source))
                    if layer:
                        self.add(f"dnet_{neuron}/d{source}", self(weight))
                self.add(f"dnet_{neuron}/d{self.names.biases[layer][j]}", ONE)

    def loss_slope(self, neuron: str) -> Expression:
        """∂E/∂out of an output; the fraction of binary cross-entropy is reduced where it would be 0 / 0."""
        tree = LOSSES[self.network.loss].derivative
        if self.network.loss != "binary_cross_entropy" or self.value(f"out_{neuron}") not in (0.0, 1.0):
            return tree
        target = self.value(f"target_{neuron}")
        if target == 1:
            return negative(Quotient(TARGET, OUT))
        return Quotient(difference(ONE, TARGET), difference(ONE, OUT)) if target == 0 else tree

    def coupled_slopes(self, neuron: str, neurons: tuple[str, ...]) -> None:
        """Softmax: ∂out_k/∂net_j = out_k (1 − out_k) for k = j, else −out_k out_j."""
        own = self(f"out_{neuron}")
        for other in neurons:
            out = self(f"out_{other}")
            tree = Product((own, difference(ONE, own))) if other == neuron else negative(Product((own, out)))
            self.add(f"dout_{neuron}/dnet_{other}", tree)

    def gradients(self) -> None:
        for layer in reversed(self.builder.layers):
            if layer == self.builder.layers[-1]:
                self.output_gradients()
            else:
                self.hidden_gradients(layer)
            for neuron in self.names.neurons[layer]:
                self.add(f"delta_{neuron}", self(f"dE_total/dnet_{neuron}"))
            self.parameter_gradients(layer)

    def output_gradients(self) -> None:
        outputs = self.names.outputs
        for neuron in outputs:
            self.add(f"dE_total/dout_{neuron}", self(f"dE_{neuron}/dout_{neuron}"))
        for neuron in outputs:
            cancelled = self(f"error_{neuron}") if self.saturated(neuron) else None
            if self.builder.coupled:
                terms: list[Expression] = [
                    Product((self(f"dE_{k}/dout_{k}"), self(f"dout_{k}/dnet_{neuron}"))) for k in outputs
                ]
                self.add(f"dE_total/dnet_{neuron}", cancelled or total(terms))
                continue
            slope = self(f"dout_{neuron}/dnet_{neuron}")
            for top, link in ((f"E_{neuron}", f"dE_{neuron}/dout_{neuron}"), ("E_total", f"dE_total/dout_{neuron}")):
                self.add(f"d{top}/dnet_{neuron}", cancelled or Product((self(link), slope)))

    def hidden_gradients(self, layer: int) -> None:
        by_output = layer == len(self.network.layers) - 2 and not self.builder.coupled
        for neuron in self.names.neurons[layer]:
            terms: list[Expression] = []
            for later in self.names.neurons[layer + 1]:
                link = self(f"dnet_{later}/dout_{neuron}")
                if by_output:
                    name = f"dE_{later}/dout_{neuron}"
                    self.add(name, Product((self(f"dE_{later}/dnet_{later}"), link)))
                    terms.append(self(name))
                else:
                    terms.append(Product((self(f"dE_total/dnet_{later}"), link)))
            self.add(f"dE_total/dout_{neuron}", total(terms))
            slope = self(f"dout_{neuron}/dnet_{neuron}")
            self.add(f"dE_total/dnet_{neuron}", Product((self(f"dE_total/dout_{neuron}"), slope)))

    def parameter_gradients(self, layer: int) -> None:
        coupled = ACTIVATIONS[self.network.layers[layer].activation].coupled
        for name in self.names.parameters(layer):
            fed = self.builder.fed_by[layer][name]
            terms: list[Expression] = []
            for neuron in fed:
                local = self(f"dnet_{neuron}/d{name}")
                if coupled or len(fed) > 1 or self.saturated(neuron):
                    terms.append(Product((self(f"dE_total/dnet_{neuron}"), local)))
                else:
                    slope = self(f"dout_{neuron}/dnet_{neuron}")
                    terms.append(Product((self(f"dE_total/dout_{neuron}"), slope, local)))
            self.add(f"dE_total/d{name}", total(terms))
