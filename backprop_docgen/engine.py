"""The same computation in NumPy matrix form, with derivatives of its own; no names, no trees.

Rows are examples, columns neurons. All arrays are float64 and dimensionless. The matrix equations
are those of M. A. Nielsen, *Neural Networks and Deep Learning* (2015), ch. 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from .network import Network

Array: TypeAlias = npt.NDArray[np.float64]

_LEAK: Final = 0.01
_CORNERS: Final = ("relu", "leaky_relu")
_SMALL: Final = 1e-9
_NOISE: Final = 2.0**-44  # a few hundred units of the last place: weights bring errors of their own after an update


def _logistic(net: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-net))


def _sizes(parameters: Parameters, signals: Sequence[Array]) -> Array:
    """What the rounding errors of a layer's net inputs are in proportion to.

    ``signals``: the inputs, and the outs of every layer before it. At a corner an error decides on the
    slope, so there a net input that may be nothing but error counts as 0. No activation is steeper than 1.
    """
    found: Array = np.abs(signals[0])
    for signal, weights, biases in zip(signals, parameters.weights, parameters.biases, strict=False):
        found = (found + np.abs(signal)) @ np.abs(weights.T) + np.abs(biases)
    return found


def _softmax(net: Array) -> Array:
    powers = np.exp(net - net.max(axis=1, keepdims=True))
    result: Array = powers / powers.sum(axis=1, keepdims=True)
    return result


def _times_log(factor: Array, p: Array) -> Array:
    """``factor · ln p``, where 0 · ln 0 = 0 by convention."""
    return np.where((factor == 0) & (p == 0), 0.0, factor * np.log(p))


def _over(top: Array, bottom: Array) -> Array:
    """``top / bottom``, where nothing over a probability that underflowed to 0 is nothing."""
    return np.where((top == 0) & (bottom == 0), 0.0, top / bottom)


_ACTIVATE: Final[dict[str, Callable[[Array], Array]]] = {
    "logistic": _logistic,
    "tanh": np.tanh,
    "relu": lambda net: np.maximum(net, 0.0),
    "leaky_relu": lambda net: np.where(net > 0, net, _LEAK * net),
    "softplus": lambda net: np.logaddexp(0.0, net),
    "identity": lambda net: net,
    "softmax": _softmax,
}

_SLOPE: Final[dict[str, Callable[[Array, Array], Array]]] = {  # of (net, out)
    "logistic": lambda net, out: out * (1.0 - out),
    "tanh": lambda net, out: 1.0 - out * out,
    "relu": lambda net, out: (out > 0).astype(np.float64),
    "leaky_relu": lambda net, out: np.where(out > 0, 1.0, _LEAK),
    "softplus": lambda net, out: _logistic(net),
    "identity": lambda net, out: np.ones_like(net),
}

_LOSS: Final[dict[str, Callable[[Array, Array], Array]]] = {  # of (out, target), by example and output
    "squared_error": lambda out, target: 0.5 * (out - target) ** 2,
    "mean_squared_error": lambda out, target: (out - target) ** 2 / out.shape[1],
    "binary_cross_entropy": lambda out, target: -(_times_log(target, out) + _times_log(1 - target, 1 - out)),
    "categorical_cross_entropy": lambda out, target: -_times_log(target, out),
}


@dataclass(frozen=True)
class Parameters:
    """Per layer: ``weights[l]`` of shape (neurons, sources), ``biases[l]`` of shape (neurons,) or (1,) if shared."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]


@dataclass(frozen=True)
class Passes:
    """A forward and a backward pass over all examples.

    Per layer, of shape (examples, neurons): ``nets``, ``outs``, ``d_nets`` (∂E_total/∂net of each
    example's own loss) and ``d_outs``; per layer ``d_weights`` and ``d_biases``: the mean over the
    examples, shaped like the parameters. ``losses``: shape (examples, outputs).
    """

    nets: tuple[Array, ...]
    outs: tuple[Array, ...]
    losses: Array
    d_outs: tuple[Array, ...]
    d_nets: tuple[Array, ...]
    d_weights: tuple[Array, ...]
    d_biases: tuple[Array, ...]


class Engine:
    """Forward pass, backward pass, update and training loop of one network."""

    def __init__(self, network: Network) -> None:
        self.activations = [layer.activation for layer in network.layers]
        self.loss = network.loss
        self.learning_rate = float(network.learning_rate)
        self.sequential = network.training.update == "sequential"
        self.update_biases = network.training.update_biases
        self.inputs = np.array([[float(x) for x in example.inputs] for example in network.examples])
        self.targets = np.array([[float(t) for t in example.targets] for example in network.examples])
        self.initial = Parameters(
            tuple(np.array([[float(w) for w in row] for row in layer.weights]) for layer in network.layers),
            tuple(np.array([float(b) for b in layer.biases]) for layer in network.layers),
        )

    def forward(self, parameters: Parameters) -> tuple[list[Array], list[Array]]:
        """Nets and outs of every layer, each of shape (examples, neurons)."""
        nets: list[Array] = []
        outs: list[Array] = []
        signal = self.inputs
        for name, weights, biases in zip(self.activations, parameters.weights, parameters.biases, strict=True):
            net = signal @ weights.T + biases
            nets.append(net)
            if name in _CORNERS and np.abs(net).min() < _SMALL:
                net = np.where(np.abs(net) <= _NOISE * _sizes(parameters, [self.inputs, *outs]), 0.0, net)
            signal = _ACTIVATE[name](net)
            outs.append(signal)
        return nets, outs

    def losses(self, out: Array) -> Array:
        """The loss of each example and output, shape (examples, outputs)."""
        return _LOSS[self.loss](out, self.targets)

    def _output_deltas(self, net: Array, out: Array) -> tuple[Array, Array]:
        """∂E/∂out and ∂E/∂net of the last layer; the cross-entropies cancel to out − target."""
        error = out - self.targets
        if self.loss == "squared_error":
            d_out = error
        elif self.loss == "mean_squared_error":
            d_out = 2.0 * error / out.shape[1]
        elif self.loss == "binary_cross_entropy":
            # the fraction is reduced for the targets 0 and 1, where it may be 0 / 0
            reduced = np.where(self.targets == 1, -1.0 / out, 1.0 / (1.0 - out))
            both = (self.targets == 0) | (self.targets == 1)
            d_out = np.where(both, reduced, error / (out * (1.0 - out)))
        else:
            d_out = -_over(self.targets, out)
        if self.activations[-1] == "softmax":
            return d_out, out * self.targets.sum(axis=1, keepdims=True) - self.targets
        if self.loss == "binary_cross_entropy" and self.activations[-1] == "logistic":
            return d_out, error
        return d_out, d_out * _SLOPE[self.activations[-1]](net, out)

    def passes(self, parameters: Parameters) -> Passes:
        """One forward and one backward pass with all parameters as they are."""
        with np.errstate(all="ignore"):  # inf and nan are results here; who shows them says so
            nets, outs = self.forward(parameters)
            d_out, d_net = self._output_deltas(nets[-1], outs[-1])
            d_outs, d_nets = [d_out], [d_net]
            for layer in range(len(nets) - 2, -1, -1):
                d_outs.insert(0, d_nets[0] @ parameters.weights[layer + 1])
                d_nets.insert(0, d_outs[0] * _SLOPE[self.activations[layer]](nets[layer], outs[layer]))
            layers = range(len(nets))
            return Passes(
                tuple(nets),
                tuple(outs),
                self.losses(outs[-1]),
                tuple(d_outs),
                tuple(d_nets),
                tuple(self._weight_gradient(layer, outs, d_nets[layer]) for layer in layers),
                tuple(self._bias_gradient(layer, d_nets[layer], parameters) for layer in layers),
            )

    def _weight_gradient(self, layer: int, outs: list[Array], d_net: Array) -> Array:
        signal = outs[layer - 1] if layer else self.inputs
        gradient: Array = d_net.T @ signal / len(d_net)
        return gradient

    def _bias_gradient(self, layer: int, d_net: Array, parameters: Parameters) -> Array:
        d_biases: Array = d_net.sum(axis=0) / len(d_net)
        shared = parameters.biases[layer].shape[0] != d_net.shape[1]
        return d_biases.sum(keepdims=True) if shared else d_biases

    def update(self, parameters: Parameters) -> Parameters:
        """The parameters after one step of gradient descent."""
        return self.step(parameters)[1]

    def step(self, parameters: Parameters) -> tuple[float, Parameters]:
        """The mean loss over the examples, and the parameters after one step of gradient descent."""
        with np.errstate(all="ignore"):  # inf and nan are results here; who shows them says so
            return self._step(parameters)

    def _step(self, parameters: Parameters) -> tuple[float, Parameters]:
        """From the last layer to the first; "sequential" takes each gradient with the later layers already updated."""
        nets, outs = self.forward(parameters)
        loss = float(self.losses(outs[-1]).sum() / len(outs[-1]))
        _, d_net = self._output_deltas(nets[-1], outs[-1])
        weights, biases = list(parameters.weights), list(parameters.biases)
        later = weights if self.sequential else parameters.weights
        for layer in range(len(nets) - 1, -1, -1):
            if layer < len(nets) - 1:
                d_net = d_net @ later[layer + 1] * _SLOPE[self.activations[layer]](nets[layer], outs[layer])
            weights[layer] = weights[layer] - self.learning_rate * self._weight_gradient(layer, outs, d_net)
            if self.update_biases:
                biases[layer] = biases[layer] - self.learning_rate * self._bias_gradient(layer, d_net, parameters)
        return loss, Parameters(tuple(weights), tuple(biases))


@dataclass(frozen=True)
class History:
    """A training run: ``losses[k]`` is the mean loss after k updates, k = 0 … iterations.

    ``parameters`` keeps the parameters after the update counts that were asked for.
    """

    losses: Array
    parameters: dict[int, Parameters]


def train(engine: Engine, iterations: int, keep: Iterable[int] = ()) -> History:
    """Run ``iterations`` updates; keep the parameters after those update counts in ``keep``.

    Raises nothing on overflow: from there on the losses are inf or nan.
    """
    wanted = set(keep)
    parameters = engine.initial
    losses = np.empty(iterations + 1)
    kept: dict[int, Parameters] = {}
    for step in range(iterations + 1):
        if step in wanted:
            kept[step] = parameters
        losses[step], parameters = engine.step(parameters)
    return History(losses, kept)
