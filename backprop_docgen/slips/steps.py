"""The computation as one does it by hand: one formula a step, from numbers of the network and results of earlier steps.

A worksheet has a quantity for every local derivative; on paper a δ is one step, and a gradient is δ times what arrives.
The steps have the worksheet's names and values; only their formulas are those of a pencil.
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop_docgen.formula.tree import (
    Expression,
    Product,
    Symbol,
    constant,
    difference,
    substitute,
    symbols,
    total,
)
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.worksheet.worksheet import Worksheet


def steps(network: Network, worksheet: Worksheet) -> dict[str, Expression]:
    """Each step's formula by the name of its quantity, in the order of the computation.

    Of several examples the worked one's, up to its gradients: an update listens to all. So does one with later layers
    already moved. Values are dimensionless, and the worksheet's own.
    """
    names = topology(network)
    found: dict[str, Expression] = {}
    same: dict[str, Expression] = {}  # what is another quantity already, and takes no step: out of the identity
    for name, formula in _steps(network, worksheet, names):
        tree = substitute(formula, same)
        (same if isinstance(tree, Symbol) else found)[name] = tree
    return found


def _steps(network: Network, worksheet: Worksheet, names: Topology) -> Iterator[tuple[str, Expression]]:
    last = len(names.neurons) - 1
    for neurons in names.neurons:
        for family in ("net", "out"):
            yield from ((f"{family}_{each}", _tree(worksheet, f"{family}_{each}")) for each in neurons)
    yield from _losses(network, worksheet, names)
    for neuron in names.outputs:
        yield f"delta_{neuron}", _output_delta(network, worksheet, neuron)
    for layer in range(last - 1, -1, -1):
        for at, neuron in enumerate(names.neurons[layer]):
            ways = [
                Product((Symbol(row[at]), Symbol(f"delta_{head}")))
                for head, row in zip(names.neurons[layer + 1], names.weights[layer + 1], strict=True)
            ]
            back = total(list(ways))
            slope = _tree(worksheet, f"dout_{neuron}/dnet_{neuron}")
            yield f"delta_{neuron}", _times(back, slope)
    for layer in range(last, -1, -1):
        yield from _gradients(network, names, layer)
    for name in (name for layer in range(last, -1, -1) for name in names.parameters(layer)):
        tree = _tree(worksheet, f"{name}@1")
        if f"dE_total/d{name}" in symbols(tree):
            yield f"{name}@1", tree


def _tree(worksheet: Worksheet, name: str) -> Expression:
    tree = worksheet[name].tree
    assert tree is not None, "what a step needs has a formula"
    return tree


def _times(left: Expression, slope: Expression) -> Expression:
    """A factor and a slope: of a product its factors, of 1 none."""
    if slope == constant(1):
        return left
    factors = slope.factors if isinstance(slope, Product) and slope.factors[0] != constant(-1) else (slope,)
    return Product((left, *factors))


def _losses(network: Network, worksheet: Worksheet, names: Topology) -> Iterator[tuple[str, Expression]]:
    each = {f"E_{neuron}": _tree(worksheet, f"E_{neuron}") for neuron in names.outputs}
    whole = _tree(worksheet, "E_total")
    # With softmax all terms but that of the right class are nothing.
    if network.loss == "categorical_cross_entropy" or isinstance(whole, Symbol):
        yield "E_total", substitute(whole, each)
    else:
        yield from each.items()
        yield "E_total", whole


def _output_delta(network: Network, worksheet: Worksheet, neuron: str) -> Expression:
    """δ of an output: with cross-entropy and its own activation nothing is left but output − target."""
    if network.loss in ("binary_cross_entropy", "categorical_cross_entropy"):
        return difference(Symbol(f"out_{neuron}"), Symbol(f"target_{neuron}"))
    error = _tree(worksheet, f"dE_{neuron}/dout_{neuron}")
    slope = _tree(worksheet, f"dout_{neuron}/dnet_{neuron}")
    return _times(error, slope)


def _gradients(network: Network, names: Topology, layer: int) -> Iterator[tuple[str, Expression]]:
    sources = names.sources(layer)
    for neuron, row in zip(names.neurons[layer], names.weights[layer], strict=True):
        for source, weight in zip(sources, row, strict=True):
            yield f"dE_total/d{weight}", Product((Symbol(f"delta_{neuron}"), Symbol(source)))
    if network.training.update_biases:
        for bias, neurons in names.fed_by(layer).items():
            if bias in names.biases[layer]:
                yield f"dE_total/d{bias}", total([Symbol(f"delta_{neuron}") for neuron in neurons])
