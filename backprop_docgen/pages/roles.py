"""The roles a template speaks of: neurons, layers, the network, the weights worked out in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.formula.tree import Expression, Product, Symbol, constant, difference
from backprop_docgen.network.network import Layer, Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.pages import facts, literal
from backprop_docgen.pages.arguments import Kind, takes, whole
from backprop_docgen.pages.matrix import matrix
from backprop_docgen.pages.number import STEP, Format, Number, Reference, Scribe
from backprop_docgen.pages.offered import Offered, what
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.names import Name, neuron_symbol

Item = TypeVar("Item")

INTEGER = Format("integer")

_MOST_LISTED: Final = 60
"""So many weights of a layer are listed in code, even if they could be drawn."""

_MOST_REPEATED: Final = 8
"""So often is a shared bias repeated in code."""


class Weight(Reference):
    """A weight, which knows the value at its tail and the neuron at its head."""

    def __init__(self, scribe: Scribe, full_name: str, roles: Roles) -> None:
        super().__init__(scribe, full_name)
        self._roles = roles

    @property
    def neuron(self) -> Neuron:
        """The neuron the weight leads into."""
        layer, row, _ = self._roles.names.ends(Name.parse(self.full_name).base)
        return self._roles.neurons[layer][row]

    @property
    def source(self) -> Reference:
        """The value at the weight's tail: an input, or an out of the layer before."""
        layer, _, source = self._roles.names.ends(Name.parse(self.full_name).base)
        return self._roles.reference(self._roles.names.sources(layer)[source])


def sources(layer: int) -> str:
    """The count of what feeds a layer (from 0): the inputs, or the neurons of the layer before."""
    return f"layer_{layer}" if layer else "inputs"


class Counted(Offered, list[Item]):
    """A list whose length is a count (``count:weights``), or follows from counts."""

    called = "a list"
    internal = frozenset(("length",))

    def __init__(self, items: Iterable[Item], length: str | Expression) -> None:
        super().__init__(items)
        self.length = Symbol(f"count:{length}") if isinstance(length, str) else length


@dataclass(frozen=True, eq=False)
class Neuron(Offered):
    """A neuron of a hidden layer or of the output layer."""

    internal = frozenset(("roles",))
    described = {  # noqa: RUF012
        "name": "The neuron's name as plain text.",
        "layer": "The place of its layer, counted from 0.",
        "row": "Its place in the layer, counted from 0.",
    }

    roles: Roles
    name: str
    layer: int
    row: int

    @property
    def called(self) -> str:
        """The neuron's name."""
        return self.name

    @property
    def tex(self) -> str:
        """LaTeX of the neuron's own name."""
        return neuron_symbol(self.name)

    @property
    def sym(self) -> str:
        """The neuron's name as inline mathematics."""
        return f"$`{self.tex}`$"

    def _own(self, family: str) -> Reference:
        return self.roles.reference(f"{family}_{self.name}")

    @property
    def net(self) -> Reference:
        """Net input."""
        return self._own("net")

    @property
    def out(self) -> Reference:
        """Output: the activation of the net input."""
        return self._own("out")

    @property
    def delta(self) -> Reference:
        """δ: ∂E_total/∂net."""
        return self._own("delta")

    @property
    def target(self) -> Reference:
        """Target (of an output neuron)."""
        return self._own("target")

    @property
    def error(self) -> Reference:
        """Output − target (of an output neuron)."""
        return self._own("error")

    @property
    def loss(self) -> Reference:
        """Loss of this output neuron."""
        return self._own("E")

    @property
    def slope(self) -> Reference:
        """Derivative of the activation at this neuron's net input."""
        return self.roles.reference(f"dout_{self.name}/dnet_{self.name}")

    @property
    def bias(self) -> Reference:
        """The bias of the neuron (its own, or its layer's)."""
        return self.roles.reference(self.roles.names.biases[self.layer][self.row])

    @property
    def weights(self) -> Counted[Weight]:
        """The weights that lead into the neuron."""
        found = [self.roles.weight(name) for name in self.roles.names.weights[self.layer][self.row]]
        return Counted(found, sources(self.layer))

    @property
    def outgoing(self) -> Counted[Weight]:
        """The weights that lead from the neuron into the next layer; none for an output."""
        if self.layer + 1 == len(self.roles.names.weights):
            return Counted([], constant(0))
        found = [self.roles.weight(row[self.row]) for row in self.roles.names.weights[self.layer + 1]]
        return Counted(found, f"layer_{self.layer + 2}")

    @property
    def dead(self) -> facts.Truth:
        """Whether it is a relu that gives 0 in every example, so that nothing moves it (a condition)."""
        return facts.dead(self.roles, self.layer, self.row)

    @takes(step=STEP)
    def dead_at(self, step: Number | int) -> facts.Truth:
        """The condition ``dead`` after so many updates."""
        return facts.dead(self.roles, self.layer, self.row, step)

    @property
    def saturated(self) -> facts.Truth:
        """Whether its slope is hardly any, less than a tenth of the greatest (a condition)."""
        return facts.saturated(self.roles, self.layer, self.row)

    @takes(step=STEP)
    def saturated_at(self, step: Number | int) -> facts.Truth:
        """The condition ``saturated`` after so many updates."""
        return facts.saturated(self.roles, self.layer, self.row, step)

    @property
    def twin(self) -> Neuron | None:
        """Another neuron of its layer that begins with the same numbers, if the file has one."""
        row = facts.twin_of(self.roles.spec, self.layer, self.row)
        return None if row is None else self.roles.neurons[self.layer][row]

    @property
    def is_twin(self) -> facts.Truth:
        """Whether it and its twin have the same numbers as they are now, and so keep them (a condition)."""
        return facts.twins(self.roles, self.layer, self.row)


@dataclass(frozen=True, eq=False)
class LayerView(Offered):
    """A layer: its neurons and parameters, its activation's name, and its weights as matrix and as code."""

    internal = frozenset(("roles", "spec"))
    described = {"index": "The layer's place, counted from 0."}  # noqa: RUF012

    roles: Roles
    index: int
    spec: Layer

    @property
    def called(self) -> str:
        """Which layer it is."""
        return f"network.layers[{self.index}]"

    @property
    def activation(self) -> str:
        """Name of the activation, as in the network file."""
        return self.spec.activation

    @property
    def shared_bias(self) -> bool:
        """Whether the layer's neurons share one bias."""
        return self.spec.shared_bias

    @property
    def random(self) -> bool:
        """Whether the weights were drawn at random, not written in the file."""
        return self.spec.random

    @property
    def neurons(self) -> Counted[Neuron]:
        """The neurons, first to last."""
        return Counted(self.roles.neurons[self.index], f"layer_{self.index + 1}")

    @property
    def weights(self) -> Counted[Weight]:
        """The weights in reading order."""
        found = [self.roles.weight(name) for row in self._rows for name in row]
        length = Product((Symbol(f"count:layer_{self.index + 1}"), Symbol(f"count:{sources(self.index)}")))
        return Counted(found, length)

    @property
    def biases(self) -> Counted[Reference]:
        """The biases, each once."""
        found = [self.roles.reference(name) for name in dict.fromkeys(self.roles.names.biases[self.index])]
        return Counted(found, constant(1) if self.shared_bias else f"layer_{self.index + 1}")

    @property
    def matrix(self) -> str:
        """LaTeX of the weight matrix (rows: destinations), its numbers marked; a large one abridged."""
        return matrix([[self.roles.reference(name) for name in row] for row in self._rows])

    @property
    def gradients(self) -> list[Reference]:
        """∂E_total/∂w of every weight, in reading order."""
        return [self.roles.reference(f"dE_total/d{name}") for row in self._rows for name in row]

    @property
    def gradient_matrix(self) -> str:
        """LaTeX of the matrix of ∂E_total/∂w, in the places of the weights."""
        return matrix([[self.roles.reference(f"dE_total/d{name}") for name in row] for row in self._rows])

    @property
    def code(self) -> str:
        """The weights as a nested Python list."""
        return literal.matrix([[self.roles.reference(name) for name in row] for row in self._rows])

    @property
    def bias_code(self) -> str:
        """The biases as a Python list, one per neuron (a shared one repeated)."""
        return literal.vector([self.roles.reference(name) for name in self.roles.names.biases[self.index]])

    @takes(most=whole(0, 10**6), edge=whole(0, 10**6))
    def printed(self, most: int, edge: int) -> list[Weight]:
        """The weights that NumPy prints: of more than ``most``, those ``edge`` places from an end of each axis."""

        def ends(names: Sequence[Item]) -> Sequence[Item]:
            return names if len(names) <= 2 * edge or len(self.weights) <= most else [*names[:edge], *names[-edge:]]

        return [self.roles.weight(name) for row in ends(self._rows) for name in ends(row)]

    @property
    def drawn(self) -> bool:
        """Whether :attr:`array` draws the weights again: those of the file's seed, too many to list."""
        return self.spec.random and len(self.weights) > _MOST_LISTED

    @property
    def array(self) -> str:
        """The weights as NumPy code: listed, or drawn from the seed as the network file's were."""
        if not self.drawn:
            return f"np.array({self.code})"
        shape = f"({self._count(f'layer_{self.index + 1}')}, {self._count(sources(self.index))})"
        seed = f"[{self._count('seed')}, {self._count(f'place_{self.index + 1}')}]"  # as in network_file
        return f"np.random.default_rng({seed}).uniform(-1, 1, {shape}).round(2)"

    @property
    def bias_array(self) -> str:
        """The biases as NumPy code, one per neuron."""
        if self.shared_bias and len(self.neurons) > _MOST_REPEATED:
            return f"np.full({self._count(f'layer_{self.index + 1}')}, {self.biases[0].code})"
        return f"np.array({self.bias_code})"

    def _count(self, name: str) -> str:
        return self.roles.count(name).code

    @property
    def _rows(self) -> tuple[tuple[str, ...], ...]:
        return self.roles.names.weights[self.index]


class Roles:
    """Everything that a template reaches through ``network`` and ``model``."""

    def __init__(self, course: Course, scribe: Scribe) -> None:
        self.course = course
        self.scribe = scribe
        self.spec: Network = course.default.network
        self.names: Topology = topology(self.spec)
        self.neurons = [
            [Neuron(self, name, layer, row) for row, name in enumerate(names)]
            for layer, names in enumerate(self.names.neurons)
        ]

    def reference(self, name: str) -> Reference:
        """A quantity of the default worksheet, or of another one by its full name."""
        base = Name.parse(name)
        if base.base[:1] == "w" and base.base[1:].isdigit() and not base.sheet:
            return Weight(self.scribe, name, self)
        return Reference(self.scribe, name)

    def weight(self, name: str) -> Weight:
        """A weight of the default worksheet."""
        return Weight(self.scribe, name, self)

    def count(self, name: str) -> Reference:
        """A count of the default network, in digits."""
        return Reference(self.scribe, f"count:{name}", INTEGER)


def derivative(roles: Roles, of: object, by: object) -> Reference:
    """∂of/∂by as a reference; the worksheet and the update of ``by`` hold for the whole."""
    top, bottom = _name(of), _name(by)
    base = f"d{top.base}/d{bottom.base}"
    return roles.reference(
        str(Name(base, bottom.example or top.example, bottom.step or top.step, bottom.sheet or top.sheet))
    )


def _name(item: object) -> Name:
    if isinstance(item, Reference):
        return Name.parse(item.full_name)
    if isinstance(item, str):
        return Name.parse(item)
    raise TemplateError(Problem(f"{what(item)} is not a quantity, so it has no derivative; expected one, such as w5"))


def count_of(roles: Roles, counted: object) -> Number:
    """The length of a list of roles as a number; a count stays what it is."""
    if isinstance(counted, Number):
        return counted
    if not isinstance(counted, Counted):
        raise TemplateError(
            Problem("this list has no count of its own", advice="Count a list of `network`, such as network.weights.")
        )
    return Number(roles.scribe, counted.length, INTEGER)


@takes(
    items=Kind("a list of the network, such as network.weights", lambda value: isinstance(value, Counted)),
    unwanted=Kind("an item of the list", lambda value: isinstance(value, Reference | Offered | str)),
)
def without(items: Counted[Item], *unwanted: Item) -> Counted[Item]:
    """The items of a list that are not the unwanted ones (compared by name)."""
    names = {_identity(item) for item in unwanted}
    kept = [item for item in items if _identity(item) not in names]
    return Counted(kept, difference(items.length, constant(len(items) - len(kept))))


def _identity(item: object) -> str:
    return item.full_name if isinstance(item, Reference) else str(getattr(item, "name", item))
