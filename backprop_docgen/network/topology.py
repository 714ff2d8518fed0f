"""The names of a network's neurons and parameters, and which leads where.

Parameters are numbered in reading order: layer by layer, neuron by neuron, source by source.
A bias shared by a layer is one parameter; biases per neuron are one each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from backprop_docgen.network.network import Network


@dataclass(frozen=True)
class Topology:
    """Names by place: ``weights[l][j][i]`` leads from source i to neuron j of layer l (from 0).

    ``neurons[l][j]`` is the neuron, ``biases[l][j]`` its bias (the same name for all neurons of a
    layer that share one), ``inputs[i]`` an input.
    """

    inputs: tuple[str, ...]
    neurons: tuple[tuple[str, ...], ...]
    weights: tuple[tuple[tuple[str, ...], ...], ...]
    biases: tuple[tuple[str, ...], ...]

    def sources(self, layer: int) -> tuple[str, ...]:
        """The quantities that feed a layer: the inputs, or the outs of the layer before."""
        return self.inputs if layer == 0 else tuple(f"out_{neuron}" for neuron in self.neurons[layer - 1])

    @property
    def outputs(self) -> tuple[str, ...]:
        """The neurons of the last layer."""
        return self.neurons[-1]

    @property
    def hidden(self) -> tuple[tuple[str, ...], ...]:
        """The neurons of the layers before the last, layer by layer."""
        return self.neurons[:-1]

    def parameters(self, layer: int) -> list[str]:
        """The weights of a layer in reading order, then its biases, each once."""
        weights = [name for row in self.weights[layer] for name in row]
        return weights + list(dict.fromkeys(self.biases[layer]))

    def fed_by(self, layer: int) -> dict[str, list[str]]:
        """By parameter of a layer, the neurons it leads into (several for a shared bias)."""
        found: dict[str, list[str]] = {name: [] for name in self.parameters(layer)}
        for neuron, weights, bias in zip(self.neurons[layer], self.weights[layer], self.biases[layer], strict=True):
            for parameter in (*weights, bias):
                found[parameter].append(neuron)
        return found

    def all_weights(self) -> list[str]:
        """Every weight of the network, in reading order."""
        return [name for layer in self.weights for row in layer for name in row]

    def all_biases(self) -> list[str]:
        """Every bias of the network, in reading order, each once."""
        return list(dict.fromkeys(name for layer in self.biases for name in layer))

    def ends(self, weight: str) -> tuple[int, int, int]:
        """(layer, neuron, source) of a weight, each from 0; raises KeyError for another name."""
        return self._ends[weight]

    def to_json(self) -> dict[str, object]:
        """The names as nested lists, ready for JSON: all that the figures in the browser need to know."""
        return {"inputs": self.inputs, "neurons": self.neurons, "weights": self.weights, "biases": self.biases}

    @cached_property
    def _ends(self) -> dict[str, tuple[int, int, int]]:
        return {
            name: (layer, neuron, source)
            for layer, rows in enumerate(self.weights)
            for neuron, row in enumerate(rows)
            for source, name in enumerate(row)
        }


def topology(network: Network) -> Topology:
    """Name every neuron and parameter of a network."""
    last = len(network.layers) - 1
    weight = bias = 0
    neurons, weights, biases = [], [], []
    for index, layer in enumerate(network.layers):
        prefix = "o" if index == last else "h" if last == 1 else f"h{index + 1}_"
        neurons.append(tuple(f"{prefix}{j + 1}" for j in range(layer.neurons)))
        rows = []
        for _ in range(layer.neurons):
            rows.append(tuple(f"w{weight + i + 1}" for i in range(layer.sources)))
            weight += layer.sources
        weights.append(tuple(rows))
        own = range(bias + 1, bias + len(layer.biases) + 1)
        bias += len(layer.biases)
        names = [f"b{number}" for number in own]
        biases.append(tuple(names * layer.neurons if layer.shared_bias else names))
    inputs = tuple(f"i{i + 1}" for i in range(network.inputs))
    return Topology(inputs, tuple(neurons), tuple(weights), tuple(biases))
