"""Networks of wide variety: no hidden layer or six, twins, nothing and huge and tiny numbers, 2 decimals or 15."""

from __future__ import annotations

import random
from decimal import Decimal

from backprop_docgen.network.network import Display, Example, Layer, Network, Training

HIDDEN = ("logistic", "tanh", "relu", "leaky_relu", "softplus", "identity")
LOSSES = ("squared_error", "mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")
LAST = {"binary_cross_entropy": "logistic", "categorical_cross_entropy": "softmax"}
KINDS = (
    *(("plain",), ("plain", "short"), ("plain", "zero", "one"), ("plain", "huge"), ("plain", "tiny"), ("long",)),
    *(("zero",), ("short",), ("huge",), ("plain", "zero", "one", "tiny", "huge", "long", "short")),
)


def number(draw: random.Random, kinds: tuple[str, ...]) -> Decimal:
    """A number of one of these kinds."""
    one = draw.uniform(-1, 1)
    match draw.choice(kinds):
        case "zero":
            return Decimal(0)
        case "one":
            return Decimal(draw.choice((1, -1)))
        case "tiny":
            return Decimal(f"{one:.3f}e-{draw.randint(5, 20)}")
        case "huge":
            return Decimal(f"{one * 10 ** draw.randint(2, 6):.2f}")
        case "long":
            return Decimal(f"{2 * one:.{draw.randint(10, 20)}f}")
        case "short":
            return Decimal(f"{one:.1f}")
    return Decimal(f"{2 * one:.2f}")


def wild_network(seed: int) -> Network:
    """The network of a seed."""
    draw = random.Random(seed)
    kinds, loss = draw.choice(KINDS), draw.choice(LOSSES)
    hidden = [draw.randint(1, 4) for _ in range(draw.choice((0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 6)))]
    outputs = max(draw.randint(1, 4), 2 if loss == "categorical_cross_entropy" else 1)
    widths = [draw.randint(1, 4), *hidden, outputs]
    activations = [draw.choice(HIDDEN) for _ in hidden] + [LAST.get(loss) or draw.choice(HIDDEN)]
    twins = draw.random() < 0.15
    layers = []
    for sources, neurons, activation in zip(widths, widths[1:], activations, strict=False):
        rows = [tuple(number(draw, kinds) for _ in range(sources)) for _ in range(neurons)]
        shared = draw.random() < 0.5
        biases = tuple(number(draw, kinds) for _ in range(1 if shared else neurons))
        layers.append(Layer(activation, tuple(rows[:1] * neurons if twins else rows), biases, shared))
    examples = tuple(
        Example(tuple(number(draw, kinds) for _ in range(widths[0])), _targets(draw, outputs, loss, kinds))
        for _ in range(draw.choice((1, 1, 1, 2, 3, 9)))
    )
    training = Training(
        draw.choice((0, 1, 2, 10, 100, 1000)), draw.choice(("simultaneous", "sequential")), draw.random() < 0.5
    )
    marks = {"es": draw.choice(",."), "en": "."}
    display = Display(draw.randint(2, 15), marks, draw.randint(1, len(examples)))
    rate = Decimal(draw.choice(("0.5", "0.1", "1", "10", "0.01", "100")))
    return Network(examples, tuple(layers), rate, loss, training=training, display=display)


def _targets(draw: random.Random, outputs: int, loss: str, kinds: tuple[str, ...]) -> tuple[Decimal, ...]:
    if loss == "categorical_cross_entropy":
        sure = draw.randrange(outputs)
        return tuple(Decimal(int(output == sure)) for output in range(outputs))
    ends = (Decimal(0), Decimal(1), Decimal("0.01"), Decimal("0.99"))
    if loss == "binary_cross_entropy":
        return tuple(draw.choice((*ends, Decimal(f"{draw.random():.2f}"))) for _ in range(outputs))
    return tuple(number(draw, kinds) if draw.random() < 0.5 else draw.choice(ends) for _ in range(outputs))
