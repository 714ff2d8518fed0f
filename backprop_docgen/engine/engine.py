"""The same computation in NumPy matrix form, with derivatives of its own; no names, no trees.

Rows are examples, columns neurons. All arrays are float64 and dimensionless. The matrix equations
are those of M. A. Nielsen, *Neural Networks and Deep Learning* (2015), ch. 2. Every round of a training
fills the same arrays anew; a long training of a small network is left to :mod:`backprop_docgen.engine.unrolled`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from backprop_docgen.engine.array_functions import ACTIVATE, LOSS, LOSS_SLOPE, SLOPE, Array
from backprop_docgen.engine.unrolled import CORNER, Shape, compiled
from backprop_docgen.network.network import Network
from backprop_docgen.progress import watched

_CORNERS: Final = ("relu", "leaky_relu")
_NOISE: Final = 2.0**-44  # a few hundred units of the last place: weights bring errors of their own after an update
_MOST_STRAIGHT: Final = 256  # Shape.work from which NumPy is as fast
_LAST_BIT: Final = 2.0**-52
_PIECE: Final = 100_000  # Shape.work times the rounds between two looks at the clock


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
    """Forward pass, backward pass, update and training of one network."""

    def __init__(self, network: Network) -> None:
        self.learning_rate = float(network.learning_rate)
        self.inputs = np.array([[float(x) for x in example.inputs] for example in network.examples])
        self.targets = np.array([[float(t) for t in example.targets] for example in network.examples])
        worked = network.display.example - 1
        self._in_order = [worked, *(n for n in range(len(network.examples)) if n != worked)]  # as the worksheet adds
        self._one_each = np.ones(len(network.examples))  # sums columns faster than sum() does
        self.initial = Parameters(
            tuple(np.array([[float(w) for w in row] for row in layer.weights]) for layer in network.layers),
            tuple(np.array([float(b) for b in layer.biases]) for layer in network.layers),
        )
        self.shape = Shape(
            len(network.examples),
            (network.inputs, *(layer.neurons for layer in network.layers)),
            tuple(layer.activation for layer in network.layers),
            tuple(layer.shared_bias for layer in network.layers),
            network.loss,
            network.training.update == "sequential",
            network.training.update_biases,
        )

    def room(self) -> Passes:
        """Arrays for a forward and a backward pass, not yet filled."""

        def by_neuron() -> tuple[Array, ...]:
            return tuple(np.empty((self.shape.examples, neurons)) for neurons in self.shape.widths[1:])

        return Passes(
            by_neuron(),
            by_neuron(),
            np.empty_like(self.targets),
            by_neuron(),
            by_neuron(),
            tuple(np.empty_like(weights) for weights in self.initial.weights),
            tuple(np.empty_like(biases) for biases in self.initial.biases),
        )

    def passes(self, parameters: Parameters) -> Passes:
        """One forward and one backward pass with all parameters as they are."""
        found = self.room()
        with np.errstate(all="ignore"):  # inf and nan are results here; who shows them says so
            self.forward(parameters, found)
            for layer in range(self.shape.layers - 1, -1, -1):
                self._backward(layer, parameters.weights, found)
        return found

    def outputs(self, parameters: Parameters) -> Array:
        """The outputs for every example: a row each. Results are as they come, inf and nan as well."""
        found = self.room()
        with np.errstate(all="ignore"):
            self.forward(parameters, found)
        return found.outs[-1]

    def output_slopes(self, found: Passes) -> Array:
        """The derivative of each output by its own net; no columns where every output hangs on every net."""
        name, net, out = self.shape.activations[-1], found.nets[-1], found.outs[-1]
        if name not in SLOPE:
            return np.empty((len(net), 0))
        slopes = np.empty_like(net)
        with np.errstate(all="ignore"):
            SLOPE[name](net, out, slopes)
        return slopes

    def forward(self, parameters: Parameters, found: Passes) -> None:
        """Fill in nets, outs and losses."""
        signal = self.inputs
        for layer, (name, weights, biases) in enumerate(
            zip(self.shape.activations, parameters.weights, parameters.biases, strict=True)
        ):
            net, out = found.nets[layer], found.outs[layer]
            np.matmul(signal, weights.T, out=net)
            net += biases
            if name in _CORNERS and np.abs(net, out=out).min() < CORNER:
                sizes = _sizes(parameters, [self.inputs, *found.outs[:layer]], self._slopes(layer, found))
                net = np.where(out <= _NOISE * sizes, 0.0, net)
            ACTIVATE[name](net, out)
            signal = out
        found.losses[...] = LOSS[self.shape.loss](net, signal, self.targets)

    def _slopes(self, layers: int, found: Passes) -> list[Array]:
        """The derivatives of the outs of the first layers by their nets."""
        slopes = [np.empty_like(net) for net in found.nets[:layers]]
        for each, name in enumerate(self.shape.activations[:layers]):
            SLOPE[name](found.nets[each], found.outs[each], slopes[each])
        return slopes

    def _backward(self, layer: int, weights: Sequence[Array], found: Passes) -> None:
        """Fill in what a layer has to do with slopes, once those of the next layer are there."""
        d_out, d_net = found.d_outs[layer], found.d_nets[layer]
        if layer + 1 < self.shape.layers:
            np.matmul(found.d_nets[layer + 1], weights[layer + 1], out=d_out)
            self._through(layer, found)
        else:
            self._output_deltas(found)
        d_weights, d_biases = found.d_weights[layer], self._one_each @ d_net
        np.matmul(d_net.T, found.outs[layer - 1] if layer else self.inputs, out=d_weights)
        d_weights /= len(d_net)
        d_biases /= len(d_net)
        found.d_biases[layer][...] = d_biases.sum() if self.shape.shared[layer] else d_biases

    def _through(self, layer: int, found: Passes) -> None:
        """∂E/∂net of a layer from its ∂E/∂out."""
        SLOPE[self.shape.activations[layer]](found.nets[layer], found.outs[layer], found.d_nets[layer])
        np.multiply(found.d_outs[layer], found.d_nets[layer], out=found.d_nets[layer])

    def _output_deltas(self, found: Passes) -> None:
        """∂E/∂out and ∂E/∂net of the last layer; the cross-entropies cancel to out − target."""
        out, target, loss, activation = found.outs[-1], self.targets, self.shape.loss, self.shape.activations[-1]
        found.d_outs[-1][...] = LOSS_SLOPE[loss](out, target)
        if activation == "softmax":
            found.d_nets[-1][...] = out * target.sum(axis=1, keepdims=True) - target
        elif loss == "binary_cross_entropy":
            np.subtract(out, target, out=found.d_nets[-1])
        else:
            self._through(-1, found)

    def update(self, parameters: Parameters) -> Parameters:
        """The parameters after one step of gradient descent."""
        return self.step(parameters)[1]

    def step(self, parameters: Parameters) -> tuple[float, Parameters]:
        """The mean loss over the examples, and the parameters after one step of gradient descent."""
        with np.errstate(all="ignore"):
            return self._step(parameters, self.room())

    def _step(self, parameters: Parameters, found: Passes) -> tuple[float, Parameters]:
        """From the last layer to the first; "sequential" takes each gradient with the later layers already updated."""
        self.forward(parameters, found)
        weights, biases = list(parameters.weights), list(parameters.biases)
        later = weights if self.shape.sequential else parameters.weights
        for layer in range(self.shape.layers - 1, -1, -1):
            self._backward(layer, later, found)
            weights[layer] = weights[layer] - self.learning_rate * found.d_weights[layer]
            if self.shape.update_biases:
                biases[layer] = biases[layer] - self.learning_rate * found.d_biases[layer]
        return float(found.losses.sum() / len(found.losses)), Parameters(tuple(weights), tuple(biases))

    def steps(self, parameters: Parameters, count: int, losses: list[float], found: Passes) -> Parameters:
        """The parameters after ``count`` steps; the mean loss before each goes to ``losses``, the rest to ``found``."""
        with np.errstate(all="ignore"):
            for _ in range(count):
                loss, parameters = self._step(parameters, found)
                losses.append(loss)
        return parameters

    def straight_steps(self, parameters: Parameters, count: int, losses: list[float]) -> Parameters:
        """The same in plain Python, but it ends before the first step that is beyond it."""
        arrays = [array for pair in zip(parameters.weights, parameters.biases, strict=True) for array in pair]
        numbers = np.concatenate([array.ravel() for array in arrays]).tolist()
        inputs, targets = (rows[self._in_order].ravel().tolist() for rows in (self.inputs, self.targets))
        after = np.array(compiled(self.shape)(numbers, inputs, targets, self.learning_rate, count, losses))
        parts = np.split(after, np.cumsum([array.size for array in arrays])[:-1])
        arrays = [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]
        return Parameters(tuple(arrays[::2]), tuple(arrays[1::2]))


def _sizes(parameters: Parameters, signals: Sequence[Array], slopes: Sequence[Array]) -> Array:
    """What the rounding errors of a layer's net inputs are in proportion to.

    ``signals``: the inputs, and the outs of every layer before it; ``slopes``: those of these outs. At a corner an
    error decides on the slope, so there a net input that may be nothing but error counts as 0.
    """
    found: Array = np.abs(signals[0])
    for layer, (signal, weights, biases) in enumerate(
        zip(signals, parameters.weights, parameters.biases, strict=False)
    ):
        known = found * np.abs(slopes[layer - 1]) if layer else found
        found = (known + np.abs(signal)) @ np.abs(weights.T) + np.abs(biases)
    return found


@dataclass(frozen=True)
class History:
    """A training run: ``losses[k]`` is the mean loss after k updates, k = 0 … iterations.

    ``parameters`` keeps the parameters after the update counts that were asked for, ``errors`` how far they may be off.
    """

    losses: Array
    parameters: dict[int, Parameters]
    errors: dict[int, Parameters]


def train(engine: Engine, iterations: int, keep: Iterable[int] = ()) -> History:
    """Run ``iterations`` updates; keep the parameters after those update counts in ``keep``.

    Raises nothing on overflow: from there on the losses are inf or nan.
    """
    wanted = sorted({step for step in keep if 0 <= step <= iterations})
    losses, kept = _run(engine, engine.initial, iterations, wanted, "Training")
    other: dict[int, Parameters] = {}
    if wanted:
        _, other = _run(engine, _disturbed(engine), wanted[-1], wanted, "Training again, to see which digits hold")
    return History(np.array(losses), kept, {step: _errors(engine, step, kept[step], other[step]) for step in wanted})


def _run(
    engine: Engine, parameters: Parameters, iterations: int, wanted: Sequence[int], what: str
) -> tuple[list[float], dict[int, Parameters]]:
    work = engine.shape.work
    piece = max(1, min(_PIECE // work, 1000))
    losses: list[float] = []
    found = engine.room()
    kept: dict[int, Parameters] = {}
    with watched(what, iterations) as report:
        for stop in sorted({*wanted, iterations + 1}):
            while len(losses) < stop:
                end = min(stop, len(losses) + piece)
                if work <= _MOST_STRAIGHT:
                    parameters = engine.straight_steps(parameters, end - len(losses), losses)
                parameters = engine.steps(parameters, end - len(losses), losses, found)  # those that are left
                report(len(losses))
            if stop in wanted:
                kept[stop] = parameters
    return losses, kept


def _disturbed(engine: Engine) -> Parameters:
    """Where training starts, with what it changes moved by a unit of the last place."""
    start, by = engine.initial, 1.0 + _LAST_BIT
    biases = tuple(array * by for array in start.biases) if engine.shape.update_biases else start.biases
    return Parameters(tuple(array * by for array in start.weights), biases)


def _errors(engine: Engine, step: int, parameters: Parameters, disturbed: Parameters) -> Parameters:
    """How far off parameters may be: what a disturbance has become, and what rounding adds up to, with some to spare.

    Rounding errors of many updates go this way and that: they grow with the square root of their number.
    """
    drift = 4.0 * np.sqrt(step) * 2.0**-53

    def off(one: Array, other: Array) -> Array:
        with np.errstate(all="ignore"):
            found: Array = 16.0 * np.abs(other - one) + drift * np.abs(one)
        return np.where(np.isfinite(found), found, 0.0)

    weights = tuple(map(off, parameters.weights, disturbed.weights))
    if engine.shape.update_biases:
        return Parameters(weights, tuple(map(off, parameters.biases, disturbed.biases)))
    return Parameters(weights, tuple(map(np.zeros_like, parameters.biases)))
