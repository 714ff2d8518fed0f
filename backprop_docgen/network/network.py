"""A feed-forward network as its file describes it: the frozen :class:`Network`.

The numbers stay decimal literals (:class:`decimal.Decimal`), so that the printing rule can
decide by exact arithmetic whether a value is exact. :mod:`backprop_docgen.network.file` reads
and writes the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

DECIMAL_MARKS: Final[Mapping[str, str]] = MappingProxyType({"es": ".", "en": "."})


@dataclass(frozen=True)
class Example:
    """One training example: ``inputs`` (one per input) and ``targets`` (one per output), dimensionless."""

    inputs: tuple[Decimal, ...]
    targets: tuple[Decimal, ...]


@dataclass(frozen=True)
class Layer:
    """A layer of neurons: ``weights[j][i]`` leads from source i to neuron j.

    ``biases`` has one entry for the whole layer when ``shared_bias``, else one per neuron.
    ``random`` says that the weights were drawn (from the network's seed), not written.
    """

    activation: str
    weights: tuple[tuple[Decimal, ...], ...]
    biases: tuple[Decimal, ...]
    shared_bias: bool = True
    random: bool = False

    @property
    def neurons(self) -> int:
        """How many neurons the layer has."""
        return len(self.weights)

    @property
    def sources(self) -> int:
        """How many values enter each neuron: the width of the layer before."""
        return len(self.weights[0])


@dataclass(frozen=True)
class Training:
    """How the network is trained: number of updates, their order, and whether biases move."""

    iterations: int = 10_000
    update: str = "simultaneous"
    update_biases: bool = False


@dataclass(frozen=True)
class Display:
    """How numbers are shown, and what is worked out in full (names; None: computed).

    ``decimal_mark`` maps a language code to its mark; ``example`` counts from 1.
    """

    decimals: int = 9
    decimal_mark: Mapping[str, str] = field(default_factory=lambda: DECIMAL_MARKS, hash=False)
    example: int = 1
    model_output_weight: str | None = None
    model_hidden_weight: str | None = None


@dataclass(frozen=True)
class Network:
    """A feed-forward network, its training examples and how it is trained."""

    examples: tuple[Example, ...]
    layers: tuple[Layer, ...]
    learning_rate: Decimal = Decimal("0.5")
    loss: str = "squared_error"
    seed: int = 1
    training: Training = Training()
    display: Display = Display()

    @property
    def inputs(self) -> int:
        """How many inputs the network has."""
        return len(self.examples[0].inputs)

    @property
    def outputs(self) -> int:
        """How many outputs the network has."""
        return len(self.examples[0].targets)
