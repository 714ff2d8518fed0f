"""Training of a small network as straight-line Python over floats, written for its shape and compiled once.

With so few numbers NumPy spends its time on calls, not on arithmetic. The operations are those of the browser's
training, in the same order, and so are the bits: sums are taken from left to right, the worked example comes first. The
code consists of the templates below and of numbered names: nothing of a file is evaluated, its numbers are arguments.
Where it meets what only NumPy answers (a division by 0, a net input at a corner of relu) it stops, and has changed
nothing in that round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from backprop_docgen.engine import portable

LEAK: Final = 0.01
"""The slope of leaky_relu below 0."""
CORNER: Final = 1e-9
"""A net input nearer to 0 may be nothing but rounding errors, which would decide on the slope of relu."""

Run: TypeAlias = Callable[[Sequence[float], Sequence[float], Sequence[float], float, int, list[float]], list[float]]
"""``run(parameters, inputs, targets, learning_rate, rounds, losses)``: the parameters after the rounds that went well.

Each of these appends to ``losses`` the mean loss before its update. Parameters come layer by layer, weights (neuron
by neuron) before biases; inputs and targets example by example.
"""


@dataclass(frozen=True)
class Shape:
    """All of a network that is no number; ``shared``: by layer, whether one bias serves all its neurons."""

    examples: int
    widths: tuple[int, ...]  # of the inputs, and of each layer
    activations: tuple[str, ...]
    shared: tuple[bool, ...]
    loss: str
    sequential: bool
    update_biases: bool

    @property
    def layers(self) -> int:
        """How many layers of neurons there are."""
        return len(self.activations)

    @property
    def work(self) -> int:
        """Examples × weights: a round takes time in proportion to it."""
        return self.examples * sum(below * neurons for below, neurons in pairwise(self.widths))


# A neuron has a net input n, an output o and a slope s. What may raise stands here, and so before any update.
_AT_CORNERS: Final = """\
if {n} > CORNER: {o} = {n}; {s} = 1.0
elif {n} < -CORNER or {n} == 0.0: {o} = {below}; {s} = {slope}
else: break"""
_ACTIVATE: Final = {
    "logistic": "{o} = 1.0 / (1.0 + exp(-{n}))",
    "tanh": "{o} = tanh({n})",
    "relu": _AT_CORNERS.replace("{below}", "0.0").replace("{slope}", "0.0"),
    "leaky_relu": _AT_CORNERS.replace("{below}", "LEAK * {n}").replace("{slope}", "LEAK"),
    "softplus": "{s} = 1.0 / (1.0 + exp(-{n})); {o} = softplus({n})",
    "identity": "{o} = {n}",
}
_SLOPE: Final = {
    "logistic": "({o} * (1.0 - {o}))",
    "tanh": "(1.0 - {o} * {o})",
    "relu": "{s}",
    "leaky_relu": "{s}",
    "softplus": "{s}",
    "identity": "1.0",
}
# An output has besides a target t and an error e = o - t; OUTPUTS is how many there are.
_LOSS: Final = {
    "squared_error": "0.5 * ({e} * {e})",
    "mean_squared_error": "{e} * {e} / OUTPUTS",
    "binary_cross_entropy": "({t} * softplus(-{n}) + (1.0 - {t}) * softplus({n}))",  # finite, however sure an output is
}
_LOSS_SLOPE: Final = {
    "squared_error": "{e}",
    "mean_squared_error": "2.0 * {e} / OUTPUTS",
}
_NAMES: Final = {
    **{each.__name__: each for each in (portable.exp, portable.tanh, portable.softplus)},
    **{"LEAK": LEAK, "CORNER": CORNER},
}


@lru_cache(maxsize=64)
def compiled(shape: Shape) -> Run:
    """The training of networks of that shape."""
    scope: dict[str, Run] = {}
    exec(source(shape), dict(_NAMES), scope)
    return scope["run"]


def source(shape: Shape) -> str:
    """The code of :func:`compiled`; its length is in proportion to :attr:`Shape.work`."""
    examples = range(shape.examples)
    parameters = []
    for layer in range(shape.layers):
        parameters += [name for row in _weights(shape, layer) for name in row] + _own_biases(shape, layer)
    inputs = [name for example in examples for name in _row(f"x{example}", shape.widths[0])]
    targets = [name for example in examples for name in _row(f"t{example}", shape.widths[-1])]
    return "\n".join(
        [
            f"def run(parameters, inputs, targets, rate, rounds, losses, {_listed(f'{n}={n}' for n in _NAMES)}):",
            f"    [{_listed(parameters)}] = parameters",
            f"    [{_listed(inputs)}] = inputs",
            f"    [{_listed(targets)}] = targets",
            "    try:",
            "        for _ in range(rounds):",
            *(f"            {line}" for statement in _round(shape) for line in statement.splitlines()),
            "    except (ArithmeticError, ValueError):",
            "        pass",
            f"    return [{_listed(parameters)}]",
        ]
    )


def _round(shape: Shape) -> Iterator[str]:
    """The statements of one round; from the losses on nothing raises."""
    examples, last = range(shape.examples), shape.layers - 1
    for example in examples:
        for layer in range(shape.layers):
            yield from _forward(shape, example, layer)
        yield from _output_deltas(shape, example)
    losses = []
    for example in examples:
        yield from _losses(shape, example)
        losses.append(f"loss{example}")
    yield f"losses.append({_mean(shape, losses)})"
    for layer in range(last, -1, -1):
        if layer < last:
            yield from _deltas(shape, layer)
        if shape.sequential:  # the layers below see it updated
            yield from _update(shape, layer)
    if not shape.sequential:
        for layer in range(shape.layers):
            yield from _update(shape, layer)


def _forward(shape: Shape, example: int, layer: int) -> Iterator[str]:
    activation, signal = shape.activations[layer], _signal(shape, example, layer)
    neurons = [_names(example, layer, neuron) for neuron in range(shape.widths[layer + 1])]
    for names, weights, bias in zip(neurons, _weights(shape, layer), _biases(shape, layer), strict=True):
        yield f"{names['n']} = {_products(weights, signal)} + {bias}"
        if activation != "softmax":
            yield _ACTIVATE[activation].format_map(names)
    if activation == "softmax":
        for own in neurons:
            terms = ("1.0" if each is own else f"exp({each['n']} - {own['n']})" for each in neurons)
            yield f"{own['o']} = 1.0 / ({' + '.join(terms)})"


def _outputs(shape: Shape, example: int) -> list[dict[str, str]]:
    """The names around each output of an example."""
    outputs = range(shape.widths[-1])
    return [_names(example, shape.layers - 1, output) | {"t": f"t{example}_{output}"} for output in outputs]


def _losses(shape: Shape, example: int) -> Iterator[str]:
    """The loss of an example."""
    outputs, terms = _outputs(shape, example), []
    for own in outputs:
        if shape.loss == "categorical_cross_entropy":  # t · ln Σ eⁿ⁻ᵒʷⁿ, folded so that nothing overflows
            others = [each for each in outputs if each is not own]
            for place, other in enumerate(others):
                off = f"{other['n']} - {own['n']}"
                yield f"fold = fold + softplus(({off}) - fold)" if place else f"fold = softplus({off})"
            if not others:  # all of it is this output's
                yield "fold = 0.0"
            yield "{e} = {t} * fold".format_map(own)
            terms.append(own["e"])
        else:
            terms.append(_LOSS[shape.loss].format_map(own).replace("OUTPUTS", str(shape.widths[-1])))
    yield f"loss{example} = {' + '.join(terms)}"


def _output_deltas(shape: Shape, example: int) -> Iterator[str]:
    """Errors and deltas of the outputs; the cross-entropies cancel to out - target."""
    activation = shape.activations[-1]
    if activation == "softmax":
        delta = f"{{o}} * ({' + '.join(_row(f't{example}', shape.widths[-1]))}) - {{t}}"
    elif shape.loss == "binary_cross_entropy":
        delta = "{e}"
    else:
        delta = f"{_LOSS_SLOPE[shape.loss]} * {_SLOPE[activation]}".replace("OUTPUTS", str(shape.widths[-1]))
    for names in _outputs(shape, example):
        yield "{e} = {o} - {t}".format_map(names)
        yield f"{{d}} = {delta}".format_map(names)


def _deltas(shape: Shape, layer: int) -> Iterator[str]:
    columns = list(zip(*_weights(shape, layer + 1), strict=True))
    for example in range(shape.examples):
        above = _row(f"d{example}_{layer + 1}", shape.widths[layer + 2])
        for neuron, weights in enumerate(columns):
            delta = f"{{d}} = ({_products(above, weights)}) * {_SLOPE[shape.activations[layer]]}"
            yield delta.format_map(_names(example, layer, neuron))


def _update(shape: Shape, layer: int) -> Iterator[str]:
    examples, neurons = range(shape.examples), range(shape.widths[layer + 1])
    deltas = [[f"d{example}_{layer}_{neuron}" for example in examples] for neuron in neurons]
    signals = list(zip(*(_signal(shape, example, layer) for example in examples), strict=True))
    for delta, weights in zip(deltas, _weights(shape, layer), strict=True):
        for weight, signal in zip(weights, signals, strict=True):
            yield f"{weight} -= rate * ({_mean(shape, map(' * '.join, zip(delta, signal, strict=True)))})"
    if shape.update_biases:
        if shape.shared[layer]:
            deltas = [[f"({' + '.join(each)})" for each in zip(*deltas, strict=True)]]
        for bias, slopes in zip(_own_biases(shape, layer), deltas, strict=True):
            yield f"{bias} -= rate * ({_mean(shape, slopes)})"


def _mean(shape: Shape, terms: Iterable[str]) -> str:
    total = " + ".join(terms)
    return total if shape.examples == 1 else f"({total}) / {shape.examples}"


def _products(left: Iterable[str], right: Iterable[str]) -> str:
    return " + ".join(map(" * ".join, zip(left, right, strict=True)))


def _names(example: int, layer: int, neuron: int) -> dict[str, str]:
    """Net input, output, slope, error and delta of one neuron."""
    return {kind: f"{kind}{example}_{layer}_{neuron}" for kind in "nosed"}


def _signal(shape: Shape, example: int, layer: int) -> list[str]:
    """What enters a layer."""
    return _row(f"o{example}_{layer - 1}" if layer else f"x{example}", shape.widths[layer])


def _weights(shape: Shape, layer: int) -> list[list[str]]:
    """By neuron, by source."""
    return [_row(f"w{layer}_{neuron}", shape.widths[layer]) for neuron in range(shape.widths[layer + 1])]


def _biases(shape: Shape, layer: int) -> list[str]:
    """By neuron."""
    return _own_biases(shape, layer) * (shape.widths[layer + 1] if shape.shared[layer] else 1)


def _own_biases(shape: Shape, layer: int) -> list[str]:
    """Each once."""
    return _row(f"b{layer}", 1 if shape.shared[layer] else shape.widths[layer + 1])


def _row(stem: str, width: int) -> list[str]:
    return [f"{stem}_{column}" for column in range(width)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
