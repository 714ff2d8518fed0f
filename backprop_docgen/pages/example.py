"""A training example in a template: its number, what it gives, what it asks for, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backprop_docgen.formula.expression import constant
from backprop_docgen.network.topology import Topology
from backprop_docgen.pages.number import Format, Number, Reference, Scribe


@dataclass(frozen=True, eq=False)
class TrainingExample:
    """One example of the network file; ``place`` counts from 1, ``worked`` marks the one worked step by step."""

    scribe: Scribe
    names: Topology
    place: int
    worked: bool

    @property
    def name(self) -> str:
        """The example's name as plain text."""
        return f"example {self.place}"

    @property
    def number(self) -> Number:
        """Its place in the file, as a number of the page."""
        return Number(self.scribe, constant(self.place), Format("integer"))

    @property
    def inputs(self) -> list[Reference]:
        """What it gives to the network."""
        return self._own(self.names.inputs)

    @property
    def targets(self) -> list[Reference]:
        """What the network ought to answer."""
        return self._own(f"target_{neuron}" for neuron in self.names.outputs)

    @property
    def outs(self) -> list[Reference]:
        """What the network answers."""
        return self._own(f"out_{neuron}" for neuron in self.names.outputs)

    @property
    def loss(self) -> Reference:
        """Its loss, of all outputs."""
        return self._own(["E_total"])[0]

    def _own(self, names: Iterable[str]) -> list[Reference]:
        mark = "" if self.worked else f"[{self.place}]"
        return [Reference(self.scribe, name + mark) for name in names]
