"""``network`` and ``model`` in a template: the whole network, and the weights that are worked out in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from backprop_docgen.formula.tree import constant
from backprop_docgen.network.topology import Topology
from backprop_docgen.pages import facts, literal
from backprop_docgen.pages.number import Format, Number, Reference, Scribe
from backprop_docgen.pages.offered import Offered
from backprop_docgen.pages.roles import Counted, LayerView, Neuron, Roles
from backprop_docgen.worksheet.spreadsheet import in_cells
from backprop_docgen.worksheet.variants import model_weights


@dataclass(frozen=True, eq=False)
class TrainingExample(Offered):
    """One example of the network file; ``place`` counts from 1, ``worked`` marks the one worked step by step."""

    scribe: Scribe
    names: Topology
    place: int
    worked: bool

    internal = frozenset(("names", "place", "scribe"))
    described = {"worked": "Whether it is the one that is worked step by step."}  # noqa: RUF012

    @property
    def called(self) -> str:
        """The example's name."""
        return self.name

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


@dataclass(frozen=True)
class MistakeView(Offered):
    """A common mistake in a template: the wrong value, the right one, and the name of the quantity."""

    called = "a common mistake"
    described = {  # noqa: RUF012
        "wrong": "The quantity as the mistake gives it.",
        "right": "The quantity as it is.",
        "quantity": "The quantity that the mistake is about.",
    }

    wrong: Reference
    right: Reference
    quantity: Reference


_MOST_LINES: Final = 32
_LINES_OF_A_FUNCTION: Final = 4


class NetworkView(Offered):
    """``network`` in a template."""

    called = "network"
    described = {  # noqa: RUF012
        "loss": "Name of the loss, as in the network file.",
        "activation": "Name of the activation of the outputs, as in the network file.",
        "update": "How weights are updated, as in the network file.",
        "update_biases": "Whether training moves the biases, too.",
        "inputs": "The inputs of the worked example.",
        "targets": "The targets of the worked example.",
        "outputs": "The output neurons.",
        "hidden": "The hidden layers, each a list of its neurons.",
        "last_hidden": "The neurons of the last hidden layer; none without one.",
        "hidden_neurons": "The neurons of all hidden layers.",
        "layers": "The layers, from the first hidden one to the outputs.",
        "weights": "Every weight, in reading order.",
        "biases": "Every bias, each once.",
        "parameters": "Every weight, then every bias.",
    }

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self.loss = roles.spec.loss
        self.activation = roles.spec.layers[-1].activation
        self.update = roles.spec.training.update
        self.update_biases = roles.spec.training.update_biases
        names = roles.names
        self.inputs = Counted([roles.reference(name) for name in names.inputs], "inputs")
        self.targets = Counted([roles.reference(f"target_{neuron}") for neuron in names.outputs], "outputs")
        self.outputs = Counted(roles.neurons[-1], "outputs")
        hidden = [Counted(layer, f"layer_{index + 1}") for index, layer in enumerate(roles.neurons[:-1])]
        self.hidden = Counted(hidden, "hidden_layers")
        self.last_hidden = Counted(roles.neurons[-2] if self.hidden else [], "last_hidden")
        self.hidden_neurons = Counted([n for layer in roles.neurons[:-1] for n in layer], "hidden_neurons")
        self.layers = Counted([LayerView(roles, i, spec) for i, spec in enumerate(roles.spec.layers)], "layers")
        self.weights = Counted([roles.weight(name) for name in names.all_weights()], "weights")
        self.biases = Counted([roles.reference(name) for name in names.all_biases()], "biases")
        self.parameters = Counted([*self.weights, *self.biases], "parameters")

    @property
    def several(self) -> bool:
        """Whether there are several training examples."""
        return len(self._roles.spec.examples) > 1

    @property
    def objective(self) -> Reference:
        """The loss that training lowers: of the one example, or the mean over several."""
        return self._roles.reference("E_mean" if self.several else "E_total")

    @property
    def floor(self) -> Number:
        """A loss that no weights and biases go below, in the terms of ``objective``; 0 where none is known."""
        return facts.floor(self._roles)

    @property
    def out_of_reach(self) -> facts.Truth:
        """Whether a target lies beyond all that its output can give (a condition)."""
        return facts.out_of_reach(self._roles)

    @property
    def contradictory(self) -> facts.Truth:
        """Whether examples have the same inputs and different targets (a condition)."""
        return facts.contradictory(self._roles)

    @property
    def undecided_targets(self) -> facts.Truth:
        """Whether a cross-entropy never comes down to 0, because a target lies between 0 and 1 (a condition)."""
        return facts.undecided_targets(self._roles)

    @property
    def twin(self) -> Neuron | None:
        """The first hidden neuron that has a twin in the file, if any."""
        return next((neuron for neuron in self.hidden_neurons if neuron.twin), None)

    @property
    def examples(self) -> Reference:
        """How many training examples there are."""
        return self._roles.count("examples")

    @property
    def training_examples(self) -> Counted[TrainingExample]:
        """The training examples themselves, in the file's order."""
        roles, worked = self._roles, self._roles.spec.display.example
        places = range(1, len(roles.spec.examples) + 1)
        found = [TrainingExample(roles.scribe, roles.names, place, place == worked) for place in places]
        return Counted(found, "examples")

    @property
    def in_spreadsheet(self) -> bool:
        """Whether it is small enough for a spreadsheet: then ``download("xlsx")`` leads to one."""
        return bool(in_cells(self._roles.course.default.worksheet))

    @property
    def small(self) -> bool:
        """Whether a code cell has room to name every number of the network, and to define its activations."""
        activations = {layer.activation for layer in self.layers}
        return len(self.inputs) + len(self.parameters) + _LINES_OF_A_FUNCTION * len(activations) <= _MOST_LINES

    @property
    def iterations(self) -> Reference:
        """How many updates the network file asks for."""
        return self._roles.count("iterations")

    @property
    def inputs_code(self) -> str:
        """The inputs of the worked example as a Python list."""
        return literal.vector(self.inputs)

    @property
    def targets_code(self) -> str:
        """The targets of the worked example as a Python list."""
        return literal.vector(self.targets)

    @property
    def other_examples(self) -> list[str]:
        """The marks in the names of the examples that are not worked step by step."""
        worked = self._roles.spec.display.example
        return [f"[{number}]" for number in range(1, len(self._roles.spec.examples) + 1) if number != worked]

    @property
    def all_inputs_code(self) -> str:
        """The inputs of all examples, in the file's order, as a nested Python list."""
        return self._all_code(self.inputs)

    @property
    def all_targets_code(self) -> str:
        """The targets of all examples, in the file's order, as a nested Python list."""
        return self._all_code(self.targets)

    def _all_code(self, references: Iterable[Reference]) -> str:
        worked, total = self._roles.spec.display.example, len(self._roles.spec.examples)
        names = [reference.name for reference in references]
        marks = ["" if number == worked else f"[{number}]" for number in range(1, total + 1)]
        return literal.examples([[self._roles.reference(name + mark) for name in names] for mark in marks])


class ModelView(Offered):
    """``model`` in a template: the two weights that are worked out in full, and what they touch."""

    called = "model"
    described = {  # noqa: RUF012
        "output_weight": "The weight of the output layer that is worked out in full.",
        "output_neuron": "The neuron that it leads into.",
        "output_source": "The value at its tail.",
        "hidden_weight": "The weight of the last hidden layer that is worked out in full; none without one.",
        "hidden_neuron": "The neuron that it leads into.",
        "hidden_source": "The value at its tail.",
    }

    def __init__(self, roles: Roles) -> None:
        model = model_weights(roles.spec)
        self.output_weight = roles.weight(model.output)
        self.output_neuron = self.output_weight.neuron
        self.output_source = self.output_weight.source
        self.hidden_weight = roles.weight(model.hidden) if model.hidden else None
        self.hidden_neuron = self.hidden_weight.neuron if self.hidden_weight is not None else None
        self.hidden_source = self.hidden_weight.source if self.hidden_weight is not None else None
