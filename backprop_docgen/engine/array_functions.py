"""Activations, their slopes and the losses on whole arrays (rows: examples, columns: neurons; float64).

What a training fills again and again is written into an array at hand, so that no round allocates large ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from backprop_docgen.engine.unrolled import LEAK

Array: TypeAlias = npt.NDArray[np.float64]


def _logistic(net: Array, into: Array) -> None:
    np.negative(net, out=into)
    np.exp(into, out=into)
    into += 1.0
    np.divide(1.0, into, out=into)


def _softmax(net: Array, into: Array) -> None:
    np.subtract(net, net.max(axis=1, keepdims=True), out=into)
    np.exp(into, out=into)
    into /= into.sum(axis=1, keepdims=True)


ACTIVATE: Final[dict[str, Callable[[Array, Array], object]]] = {
    "logistic": _logistic,
    "tanh": lambda net, into: np.tanh(net, out=into),
    "relu": lambda net, into: np.maximum(net, 0.0, out=into),
    "leaky_relu": lambda net, into: np.maximum(net, np.multiply(net, LEAK, out=into), out=into),
    "softplus": lambda net, into: np.logaddexp(0.0, net, out=into),
    "identity": lambda net, into: np.copyto(into, net),
    "softmax": _softmax,
}
"""``(net, into)``: writes the outs of a layer."""


def _logistic_slope(net: Array, out: Array, into: Array) -> None:
    np.subtract(1.0, out, out=into)
    into *= out


def _tanh_slope(net: Array, out: Array, into: Array) -> None:
    np.multiply(out, out, out=into)
    np.subtract(1.0, into, out=into)


SLOPE: Final[dict[str, Callable[[Array, Array, Array], object]]] = {
    "logistic": _logistic_slope,
    "tanh": _tanh_slope,
    "relu": lambda net, out, into: np.greater(out, 0.0, out=into),
    "leaky_relu": lambda net, out, into: np.maximum(np.greater(out, 0.0, out=into), LEAK, out=into),
    "softplus": lambda net, out, into: _logistic(net, into),
    "identity": lambda net, out, into: into.fill(1.0),
}
"""``(net, out, into)``: writes the derivatives of a layer's outs by its own nets."""


def _over(top: Array, bottom: Array) -> Array:
    """``top / bottom``, where nothing over a probability that underflowed to 0 is nothing."""
    return np.where((top == 0) & (bottom == 0), 0.0, top / bottom)


def _logistic_entropy(net: Array, out: Array, target: Array) -> Array:
    """Finite, however sure an output is."""
    return target * np.logaddexp(0.0, -net) + (1.0 - target) * np.logaddexp(0.0, net)


def _softmax_entropy(net: Array, out: Array, target: Array) -> Array:
    """The same: −ln out = ln Σ eⁿ⁻ᵒʷⁿ."""
    off = net[:, None, :] - net[:, :, None]  # examples, own, other
    found: Array = target * np.logaddexp.reduce(off, axis=2)
    return found


LOSS: Final[dict[str, Callable[[Array, Array, Array], Array]]] = {
    "squared_error": lambda net, out, target: 0.5 * (out - target) ** 2,
    "mean_squared_error": lambda net, out, target: (out - target) ** 2 / out.shape[1],
    "binary_cross_entropy": _logistic_entropy,
    "categorical_cross_entropy": _softmax_entropy,
}
"""``(net, out, target)`` of the last layer: the loss of each example and output."""


def _entropy_slope(out: Array, target: Array) -> Array:
    """The fraction is reduced for the targets 0 and 1, where it may be 0 / 0."""
    reduced = np.where(target == 1, -1.0 / out, 1.0 / (1.0 - out))
    return np.where((target == 0) | (target == 1), reduced, (out - target) / (out * (1.0 - out)))


LOSS_SLOPE: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "squared_error": lambda out, target: out - target,
    "mean_squared_error": lambda out, target: 2.0 * (out - target) / out.shape[1],
    "binary_cross_entropy": _entropy_slope,
    "categorical_cross_entropy": lambda out, target: -_over(target, out),
}
"""``(out, target)``: the derivative of that loss by the output."""
