"""The circuit: one chain of operations from a weight to the loss, values going down and gradients coming back up.

The picture of A. Karpathy's lecture notes for CS231n (Stanford, 2015), "Backpropagation, Intuitions".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from backprop_docgen.figures.paths import contribution
from backprop_docgen.figures.scene import Drawing, Figure, Scene, kind_of, symbol
from backprop_docgen.figures.svg import NAME, NUMBER, SMALL, WIDTH, Box, Line, Run, Runs, plain, relation, width_of
from backprop_docgen.formula.activations import ACTIVATIONS
from backprop_docgen.formula.tree import Product, Symbol
from backprop_docgen.network.topology import topology

_SPINE: Final = 116.0
_OPERATION: Final = 76.0
_BOX_LEFT: Final = 164.0
_BOX_RIGHT: Final = WIDTH - 2
_WIRE: Final = 56.0
_ROOM: Final = 100.0
_DIGITS: Final = 6
"""Decimals: enough for four digits of most gradients, few enough for two factors on a line."""


@dataclass(frozen=True)
class Wire:
    """A wire: the value on it, with its label, and the loss's derivative by it."""

    label: Runs
    value: Run | None
    gradient_label: Runs
    gradient: Run
    css: str


@dataclass(frozen=True)
class Operation:
    """An operation: what it is called, and the pieces of its backward equation."""

    label: Runs
    backward: Sequence[Runs] = field(default=())
    css: str = ""


class _Chain:
    """Builds the chain from the weight down to the loss."""

    def __init__(self, sheet: Drawing) -> None:
        self.sheet = sheet
        self.steps: list[Wire | Operation] = []

    def number(self, name: str) -> Run:
        return self.sheet.number(name, _DIGITS, _ROOM)

    def wire(self, name: str, gradient: str | None = None) -> None:
        gradient = gradient or f"dE_total/d{name}"
        self.steps.append(Wire(symbol(name), self.number(name), symbol(gradient), self.number(gradient), kind_of(name)))

    def operation(self, label: Runs, upstream: Run, local: Run, downstream: Run, css: str = "") -> None:
        """upstream × local = downstream."""
        minus = local.text.startswith("−")
        times = [Run(" × (" if minus else " × "), local, Run(")" if minus else "")]
        self.steps.append(
            Operation(label, ([upstream], times, [Run(f" {relation(upstream, local, downstream)} "), downstream]), css)
        )

    def product(self, weight: str, source: str, neuron: str, along: str, local: str, down: Run) -> None:
        """The weight times its source; ``along`` is the factor on the chain, ``local`` the other one."""
        other = source if along == weight else weight
        upstream = self.number(f"dE_total/dnet_{neuron}")
        self.operation([Run("× "), *symbol(other)], upstream, self.number(local), down, kind_of(other))
        value = self.sheet.derived(Product((Symbol(weight), Symbol(source))), _DIGITS, _ROOM)
        label = [*symbol(weight), Run("·"), *symbol(source)]
        gradient = [Run("∂", css="bp-gradient"), *symbol("E_total", "bp-gradient"), Run("/∂(", css="bp-gradient")]
        ending = [*symbol(weight, "bp-gradient"), Run("·", css="bp-gradient"), *symbol(source, "bp-gradient")]
        closing = Run(")", css="bp-gradient")
        self.steps.append(Wire(label, value, [*gradient, *ending, closing], upstream, "bp-net"))

    def neuron(self, layer: int, neuron: str) -> bool:
        """The sum and the activation; False where a coupled activation ends the chain."""
        net, slope = self.number(f"dE_total/dnet_{neuron}"), f"dout_{neuron}/dnet_{neuron}"
        self.operation([Run("+")], net, Run("1"), net)
        self.wire(f"net_{neuron}")
        activation = self.sheet.scene.network.layers[layer].activation
        name = self.sheet.language.translate(activation.replace("_", " "))
        if ACTIVATIONS[activation].coupled:
            words = self.sheet.language.translate("sum over all outputs:")
            self.steps.append(Operation([Run(name)], (plain(words), [Run(" "), net]), "bp-out"))
            return False
        out = self.number(f"dE_total/dout_{neuron}")
        self.operation([Run(name)], out, self.number(slope), net, "bp-out")
        self.wire(f"out_{neuron}")
        return True

    def fork(self, layer: int, head: int, later: int) -> Run:
        """The out feeds several neurons: their wishes add up; returns what comes back along the chain."""
        count = len(self.sheet.topology.neurons[layer + 1])
        parts = [contribution(self.sheet, layer, head, index, _DIGITS, _ROOM) for index in [later, *range(count)]]
        chosen, others = parts[0], [part for index, part in enumerate(parts[1:]) if index != later]
        neuron = self.sheet.topology.neurons[layer][head]
        if count > 1:
            total = self.number(f"dE_total/dout_{neuron}")
            pieces: list[Runs] = [[chosen.number]]
            for part in others[:1]:
                minus = part.number.text.startswith("−")
                pieces.append([Run(" + (" if minus else " + "), part.number, Run(")" if minus else "")])
            if len(others) > 1:
                pieces.append([Run(" + …")])
            sign = relation(total, *(part.number for part in parts))
            pieces.append([Run(f" {sign} "), total])
            label = plain(self.sheet.language.translate("fork"))
            self.steps.append(Operation(label, pieces))
            out = f"out_{neuron}"
            self.steps.append(Wire(symbol(out), self.number(out), chosen.label, chosen.number, kind_of(out)))
        return chosen.number

    def loss(self, neuron: str) -> None:
        """The loss of one output, and the sum over the outputs."""
        one = Run("1")
        local = self.number(f"dE_{neuron}/dout_{neuron}")
        words = plain(self.sheet.language.translate("loss"))
        self.operation(words, one, local, self.number(f"dE_total/dout_{neuron}"), "bp-error")
        unit = [Run("∂", css="bp-gradient"), *symbol("E_total", "bp-gradient"), Run("/∂", css="bp-gradient")]
        if len(self.sheet.topology.outputs) > 1:
            name = f"E_{neuron}"
            self.steps.append(
                Wire(symbol(name), self.number(name), [*unit, *symbol(name, "bp-gradient")], one, "bp-error")
            )
            self.operation([Run("+")], one, one, one)


def circuit(scene: Scene) -> Figure:
    """The chain from the hidden weight (without hidden layers: the output weight) to the loss."""
    sheet = Drawing("circuit", scene)
    chain, names = _Chain(sheet), sheet.topology
    weight = scene.hidden_weight or scene.output_weight
    layer, head, tail = names.ends(weight)
    route = _route(scene, layer, head)
    neuron = names.neurons[layer][head]
    chain.wire(weight)
    source = names.sources(layer)[tail]
    chain.product(weight, source, neuron, weight, f"dnet_{neuron}/d{weight}", chain.number(f"dE_total/d{weight}"))
    complete = chain.neuron(layer, neuron)
    for later in range(layer + 1, len(names.neurons)):
        before, after = route[later - layer - 1], route[later - layer]
        down = chain.fork(later - 1, before, after)
        link, out = names.weights[later][after][before], names.sources(later)[before]
        neuron = names.neurons[later][after]
        chain.product(link, out, neuron, out, f"dnet_{neuron}/d{out}", down)
        complete = chain.neuron(later, neuron)
    if complete:
        chain.loss(neuron)
    unit = [Run("∂", css="bp-gradient"), *symbol("E_total", "bp-gradient"), Run("/∂", css="bp-gradient")]
    gradient = [*unit, *symbol("E_total", "bp-gradient")]
    chain.steps.append(Wire(symbol("E_total"), chain.number("E_total"), gradient, Run("1"), "bp-error"))
    bottom = _draw(sheet, chain.steps)
    path = [names.neurons[layer + place][index] for place, index in enumerate(route)]
    nets = [name for one in path for name in (f"net_{one}", f"out_{one}")]
    backwards = [f"dE_total/d{name}" for name in [*nets[::-1], weight] if complete or name != nets[-1]]
    sheet.about.say(
        "The computation from {weight} to the loss, one operation below the other; each backward box multiplies "
        "the gradient from below by its local derivative.",
        weight=weight,
    )
    sheet.about.say("Values on the way down: {values}.", values=sheet.about.listed([weight, *nets, "E_total"]))
    sheet.about.say("Gradients on the way back: {values}.", values=sheet.about.listed(backwards))
    return sheet.finish(sheet.language.translate("The circuit from {weight} to the loss", weight=weight), bottom)


def _route(scene: Scene, layer: int, head: int) -> list[int]:
    """The neurons of the chain: through the tail and head of the output weight where that is possible."""
    last, output, source = topology(scene.network).ends(scene.output_weight)
    route = [head]
    for later in range(layer + 1, last + 1):
        route.append(output if later == last else source if later == last - 1 else 0)
    return route


def _draw(sheet: Drawing, steps: Sequence[Wire | Operation]) -> float:
    words = sheet.language.translate
    sheet.text(_SPINE - 12, 18, plain(words("values") + " ↓"), "bp-note", "end")
    sheet.text(_SPINE + 14, 18, plain("↑ " + words("gradients")), "bp-note", "start")
    y = 28.0
    for place, step in enumerate(steps):
        with sheet.of(*_names(step)):
            if isinstance(step, Wire):
                y = _wire(sheet, step, y, last=place == len(steps) - 1)
            else:
                y = _operation(sheet, step, y)
    return y


def _names(step: Wire | Operation) -> list[str]:
    """The quantities whose numbers a step shows."""
    if isinstance(step, Wire):
        runs = [step.gradient] if step.value is None else [step.value, step.gradient]
    else:
        runs = [run for piece in step.backward for run in piece]
    return [run.data["data-q"] for run in runs if "data-q" in run.data]


def _wire(sheet: Drawing, wire: Wire, y: float, last: bool) -> float:
    line = Line(_SPINE, y, _SPINE, y + _WIRE)
    if last:
        sheet.lines([line.shortened(0, 8)], f"bp-line {wire.css}", 2)
    else:
        sheet.arrow(line, f"bp-line {wire.css}", 2)
    size = NAME if width_of(wire.label, NAME) < _SPINE - 14 else SMALL
    sheet.text(_SPINE - 12, y + 22, wire.label, "", "end", size)
    if wire.value:
        sheet.text(_SPINE - 12, y + 42, [wire.value], wire.css, "end")
    sheet.text(_SPINE + 14, y + 22, wire.gradient_label, "bp-gradient", "start", NAME)
    sheet.text(_SPINE + 14, y + 42, [wire.gradient], "bp-gradient", "start")
    return y + _WIRE


def _operation(sheet: Drawing, step: Operation, y: float) -> float:
    rows = _broken(step.backward, _BOX_RIGHT - _BOX_LEFT - 12)
    height = max(36.0, 12.0 + 19 * len(rows))
    middle = y + height / 2
    width = max(_OPERATION, width_of(step.label, NUMBER) + 10)
    sheet.box(Box.around(_SPINE, middle, width, 34), f"bp-node {step.css}", 17)
    sheet.text(_SPINE, middle + 4.5, step.label, step.css)
    box = Box(_BOX_LEFT, middle - height / 2, _BOX_RIGHT, middle + height / 2)
    sheet.lines([Line(_SPINE + width / 2, middle, box.left, middle)], "bp-line bp-gradient", 1.2, "3 2")
    sheet.box(box, "bp-node bp-gradient", 5)
    for place, row in enumerate(rows):
        below = middle + 4.5 + 19 * (place - (len(rows) - 1) / 2)
        sheet.text((box.left + box.right) / 2, below, row, "bp-gradient")
    return y + height


def _broken(pieces: Sequence[Runs], room: float) -> list[list[Run]]:
    """The pieces on as few lines as they need."""
    rows: list[list[Run]] = []
    for piece in pieces:
        if rows and width_of([*rows[-1], *piece]) <= room:
            rows[-1] += piece
        else:
            first = Run(piece[0].text.lstrip(), data=piece[0].data)
            rows.append([first, *piece[1:]])
    return rows
