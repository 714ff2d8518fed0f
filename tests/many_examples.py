"""A network with as many examples as a test or a benchmark wants."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from backprop_docgen.network.network import Example, Network


def with_examples(network: Network, count: int, seed: int = 7) -> Network:
    """The network with so many examples, inputs and targets drawn from 0 to 1 with two decimals."""
    draw = random.Random(seed)

    def drawn(size: int) -> tuple[Decimal, ...]:
        return tuple(Decimal(draw.randint(0, 100)) / 100 for _ in range(size))

    first = network.examples[0]
    examples = tuple(Example(drawn(len(first.inputs)), drawn(len(first.targets))) for _ in range(count))
    return replace(network, examples=examples)
