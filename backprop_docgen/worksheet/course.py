"""All worksheets that the pages may speak of, and any of their quantities by its full name.

The default worksheet has no prefix; ``count:`` holds the counts of the default network (neurons,
weights, iterations …); the others are variations of a network, or networks of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from backprop_docgen.engine.array_functions import Array
from backprop_docgen.engine.engine import Engine, History, Parameters, train
from backprop_docgen.errors import Problem, QuantityError, did_you_mean
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.formula.tree import Expression, constant
from backprop_docgen.network.network import Example, Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.worksheet.agreement import compare
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.later import FEW, later_sheet, later_values, stays
from backprop_docgen.worksheet.names import Name, symbol_of
from backprop_docgen.worksheet.worksheet import Quantity, Variant, Worksheet

Trainer: TypeAlias = Callable[[Network, int, Iterable[int]], History]


def train_network(network: Network, iterations: int, keep: Iterable[int]) -> History:
    """Train a network as its file says."""
    return train(Engine(network), iterations, keep)


COUNTS = "count"
"""The worksheet of counts."""

MOST_UPDATES: Final = 10**6
"""A quantity is computed for at most so many updates."""


@dataclass
class Sheet:
    """A worksheet and, where it belongs to a network as it is, what the engine makes of later updates.

    ``network`` is the network it was computed from; a ``varied`` worksheet has formulas of its own,
    so the engine cannot go on from it.
    """

    network: Network
    worksheet: Worksheet
    varied: bool = False
    run: Trainer = train_network
    _trained: dict[int, tuple[Parameters, Parameters]] = field(default_factory=dict)
    _later: dict[int, Worksheet] = field(default_factory=dict)
    _many: dict[tuple[int, int], dict[str, Value]] = field(default_factory=dict)
    _history: History | None = None

    def quantity(self, name: Name) -> Quantity:
        """The quantity of that name; after two or more updates it hangs on the training, and has no tree."""
        worked = self.network.display.example
        local = Name(name.base, None if name.example == worked else name.example, name.step)
        if name.step < 2 or self.varied:
            return self.worksheet[str(local)]
        if name.step > MOST_UPDATES:
            raise QuantityError(Problem(f"more than {MOST_UPDATES} updates are not computed", key=str(name)))
        if str(replace(local, step=1)) not in self.worksheet:
            bases = {base.partition("@")[0] for base, mark in self.worksheet.order() if not mark and "@" in base}
            raise QuantityError(
                Problem("no quantity has this name", key=str(name), advice=did_you_mean(name.base, bases))
            )
        return Quantity(str(local), symbol_of(local), None, self._after(local))

    def _after(self, local: Name) -> Value:
        """The value of a name after many updates."""
        if stays(self.network, self.worksheet):
            return self.worksheet[str(replace(local, step=0))].number
        step, example = local.step, local.example or self.network.display.example
        if len(self.network.examples) > FEW:
            if (step, example) not in self._many:
                self._many[step, example] = later_values(self.network, *self._parameters(step), step, example)
            if str(local) in self._many[step, example]:
                return self._many[step, example][str(local)]
        if step not in self._later:
            self._later[step] = later_sheet(self.network, self.worksheet, *self._parameters(step))
        return self._later[step][str(replace(local, step=0))].number

    def history(self) -> History:
        """The training run of the network file, with its losses and its last parameters."""
        if self._history is None:
            iterations = self.network.training.iterations
            self._history = self.run(self.network, iterations, self._kept())
        return self._history

    def outputs(self, step: int, inputs: Iterable[Sequence[float]]) -> Array:
        """What the network answers to any inputs after so many updates, in doubles: a row for each."""
        targets = self.network.examples[0].targets
        examples = tuple(Example(tuple(map(Decimal, each)), targets) for each in inputs)
        engine = Engine(replace(self.network, examples=examples, display=replace(self.network.display, example=1)))
        return engine.outputs(self._parameters(step)[0] if step else engine.initial)

    def _kept(self) -> set[int]:
        iterations = self.network.training.iterations
        return {iterations, max(iterations - 1, 0), *milestones(iterations)}

    def _parameters(self, step: int) -> tuple[Parameters, Parameters]:
        """The parameters after so many updates, and how far they may be off."""
        if step not in self._trained:
            history = self.history()
            if step not in history.parameters:
                history = self.run(self.network, step, [step])
            self._trained |= {each: (found, history.errors[each]) for each, found in history.parameters.items()}
        return self._trained[step]


@dataclass
class Course:
    """Every worksheet by its name; "" is the default one."""

    sheets: dict[str, Sheet]
    run: Trainer = train_network
    _found: dict[str, Quantity] = field(default_factory=dict)

    @property
    def default(self) -> Sheet:
        """The worksheet of the network file."""
        return self.sheets[""]

    def quantity(self, full_name: str) -> Quantity:
        """A quantity by its full name; raises QuantityError with the nearest names."""
        if full_name in self._found:
            return self._found[full_name]
        name = Name.parse(full_name)
        sheet = self.sheets.get(name.sheet)
        if sheet is None:
            advice = did_you_mean(name.sheet, self.sheets)
            raise QuantityError(Problem(f"there is no worksheet {name.sheet!r}", key=full_name, advice=advice))
        return self._found.setdefault(full_name, sheet.quantity(name))

    def add(self, key: str, sheet: Sheet) -> None:
        """Add a named worksheet; raises QuantityError when the name is taken."""
        if key in self.sheets:
            raise QuantityError(Problem("this worksheet exists already", key=key))
        self.sheets[key] = sheet


def build_course(network: Network, file: str | None = None, run: Trainer = train_network) -> Course:
    """The course of one network: its worksheet, agreed with the engine, and its counts.

    Raises DisagreementError when worksheet and engine differ.
    """
    return Course({"": network_sheet(network, "", file, run), COUNTS: counts(network)}, run)


def network_sheet(network: Network, key: str, file: str | None = None, run: Trainer = train_network) -> Sheet:
    """The worksheet of a network as it is, agreed with the engine."""
    worksheet = build_worksheet(network, key)
    compare(network, worksheet, Engine(network), file)
    return Sheet(network, worksheet, run=run)


def varied_sheet(base: Sheet, key: str, trees: Mapping[str, Expression]) -> Sheet:
    """A worksheet in which some formulas are replaced or new, and all that follows with them."""
    return Sheet(base.network, Variant(base.worksheet, trees, key), varied=True)


def milestones(iterations: int) -> list[int]:
    """Update counts worth a row in a table: 1, 10, 100 … and the last."""
    found = [10**power for power in range(7) if 10**power < iterations]
    return [*found, iterations] if iterations else []


def counts(network: Network) -> Sheet:
    """The counts of a network, as exact quantities (``count:weights`` …)."""
    names: Topology = topology(network)
    hidden = sum(len(layer) for layer in names.hidden)
    weights, biases = len(names.all_weights()), len(names.all_biases())
    iterations = network.training.iterations
    found = {
        "inputs": len(names.inputs),
        "outputs": len(names.outputs),
        "layers": len(names.neurons),
        "hidden_layers": len(names.hidden),
        "hidden_neurons": hidden,
        "last_hidden": len(names.hidden[-1]) if names.hidden else 0,
        "neurons": hidden + len(names.outputs),
        "weights": weights,
        "biases": biases,
        "parameters": weights + biases,
        "examples": len(network.examples),
        "iterations": iterations,
        "decimals": network.display.decimals,
        "seed": network.seed,
    }
    found |= {f"layer_{index + 1}": len(layer) for index, layer in enumerate(names.neurons)}
    found |= {f"place_{index + 1}": index + 1 for index in range(len(names.neurons))}
    found |= {f"milestone_{index + 1}": step for index, step in enumerate(milestones(iterations))}
    return Sheet(network, _CountSheet(found), varied=True)


class _CountSheet(Worksheet):
    """Counts have no LaTeX symbol of their own; all else is like any worksheet."""

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__(COUNTS)
        for name, number in found.items():
            self._keep(name, constant(number), "")
            self._values[""][name] = Value(float(number), Fraction(number), 0.0)

    def symbol(self, name: str) -> str:
        """LaTeX of a count's name, which has no sign of its own."""
        return rf"\text{{{name.replace('_', ' ')}}}"
