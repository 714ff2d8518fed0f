"""From a network to its worksheet: forward pass, loss, chain-rule factors, gradients, update, next step.

Every gradient is written as the product or sum that the tutorial shows; the equations are those of
D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating
errors", *Nature* 323 (1986). All quantities are dimensionless.
"""

from __future__ import annotations

from dataclasses import replace

from backprop_docgen.formula.tree import (
    Expression,
    Product,
    Quotient,
    Symbol,
    constant,
    difference,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.worksheet.one_pass import Pass
from backprop_docgen.worksheet.worksheet import Variant, Worksheet


def build_worksheet(network: Network, sheet: str = "") -> Worksheet:
    """Every quantity of the network before (step 0) and after (step 1, ``@1``) the first update."""
    builder = _Builder(network, Worksheet(sheet))
    builder.givens()
    builder.step(0)
    builder.update()
    builder.step(1)
    return builder.worksheet


def sequential_worksheet(network: Network, worksheet: Worksheet, sheet: str) -> Variant:
    """The worksheet of a network were it updated sequentially: what that changes in its own."""
    training = replace(network.training, update="sequential")
    variant = Variant(worksheet, {}, sheet)
    builder = _Builder(replace(network, training=training), variant)
    builder.update()
    return variant


class _Builder:
    """Adds one kind of quantity after the other to a worksheet, of all examples."""

    def __init__(self, network: Network, worksheet: Worksheet) -> None:
        self.network = network
        self.names: Topology = topology(network)
        self.worksheet = worksheet
        self.layers = range(len(network.layers))
        worked = network.display.example
        others = [n for n in range(1, len(network.examples) + 1) if n != worked]
        # the worked example first and without brackets, the others after it
        self.examples = [(worked, ""), *((n, f"[{n}]") for n in others)]

    def add(self, name: str, tree: Expression, mark: str = "") -> None:
        self.worksheet.add(name, tree, mark)

    def givens(self) -> None:
        """Inputs, targets, learning rate and parameters: the numbers of the file."""
        for number, mark in self.examples:
            example = self.network.examples[number - 1]
            for name, value in zip(self.names.inputs, example.inputs, strict=True):
                self.add(name, constant(value), mark)
            for neuron, value in zip(self.names.outputs, example.targets, strict=True):
                self.add(f"target_{neuron}", constant(value), mark)
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
        one = self.formulas(step)
        for _, mark in self.examples:
            one.add_to(self.worksheet, mark)
        after = one.after
        self.add(f"E_mean{after}", self.mean(Symbol(f"E_total{after}")))
        for layer in self.layers:
            for name in self.names.parameters(layer):
                self.add(f"dE_mean/d{name}{after}", self.mean(Symbol(f"dE_total/d{name}{after}")))

    def formulas(self, step: int) -> Pass:
        return Pass(self.network, self.names, f"@{step}" if step else "")

    def mean(self, tree: Expression) -> Expression:
        """The mean of a formula over the examples; with one example, that one itself."""
        terms = [self.worksheet.marked(tree, mark) for _, mark in self.examples]
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
            net, out = f"dE_sequential/dnet_{neuron}", f"dE_sequential/dout_{neuron}"
            if last:
                formulas: dict[str, Expression] = {net: Symbol(f"dE_total/dnet_{neuron}")}
            else:
                terms: list[Expression] = [
                    Product((Symbol(f"dE_sequential/dnet_{later}"), Symbol(f"{row[j]}@1")))
                    for later, row in zip(self.names.neurons[layer + 1], self.names.weights[layer + 1], strict=True)
                ]
                slope = Symbol(f"dout_{neuron}/dnet_{neuron}")
                formulas = {out: total(terms), net: Product((Symbol(out), slope))}
            for _, mark in self.examples:
                for name, tree in formulas.items():
                    self.add(name, tree, mark)
        for name, fed in self.names.fed_by(layer).items():
            if last:
                gradient: Expression = Symbol(f"{'dE_mean' if len(self.examples) > 1 else 'dE_total'}/d{name}")
            else:
                parts: list[Expression] = [
                    Product((Symbol(f"dE_sequential/dnet_{neuron}"), Symbol(f"dnet_{neuron}/d{name}")))
                    for neuron in fed
                ]
                gradient = self.mean(total(parts))
            self.add(f"dE_sequential/d{name}", gradient)
