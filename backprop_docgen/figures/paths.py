"""The ways on which a weight reaches the loss, with the factors of the chain rule along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.figures.layout import Edge, broken, edges_of, place_labels, rows_of
from backprop_docgen.figures.scene import FEW, Drawing, Figure, Scene, kind_of, quantities_of, symbol
from backprop_docgen.figures.svg import NAME, NUMBER, WIDTH, Box, Line, Run, Runs, plain, relation, width_of
from backprop_docgen.formula.tree import Product, Symbol

_SPINE: Final = 72.0
_FACTORS: Final = 186.0
_ROOM: Final = 145.0
"""For the number of a line that begins with a derivative."""
_DASHES: Final = (None, "7 4", "2 3", "10 3 2 3")


def value_line(label: Runs, number: Run) -> list[Run]:
    """``label ≈ number`` as one line."""
    return [*label, Run(f" {relation(number)} "), number]


def output_path(scene: Scene) -> Figure:
    """The path from the weight of the output layer through its neuron to the loss, a factor at each step."""
    sheet = Drawing("output-path", scene)
    names, weight = sheet.topology, scene.output_weight
    layer, head, tail = names.ends(weight)
    neuron = names.neurons[layer][head]
    coupled = f"dE_{neuron}/dnet_{neuron}" not in scene.worksheet
    _sources(sheet, layer, tail)
    _neuron(sheet, neuron)
    _loss(sheet, neuron)
    factors = [(f"dnet_{neuron}/d{weight}", 88.0, 150.0)]
    if coupled:
        factors.append((f"dE_total/dnet_{neuron}", 158.0, 362.0))
    else:
        factors.append((f"dout_{neuron}/dnet_{neuron}", 158.0, 244.0))
        factors.append((f"dE_total/dout_{neuron}", 252.0, 362.0))
    for name, top, bottom in factors:
        _factor(sheet, name, top, bottom)
    product = f"dE_total/d{weight}"
    last = 412.0
    sheet.text(4, last, plain(sheet.language.translate("the product of the factors:")), "bp-note", "start")
    sheet.text(4, last + 24, value_line(symbol(product), sheet.number(product, room=_ROOM)), "bp-strong", "start")
    sheet.about.say(
        "The path from the weight {weight} through {net} and {out} to the loss.",
        weight=weight,
        net=f"net_{neuron}",
        out=f"out_{neuron}",
    )
    sheet.about.say("Its factors: {values}.", values=sheet.about.listed([name for name, _, _ in factors]))
    sheet.about.say("Their product: {values}.", values=sheet.about.listed([product]))
    title = sheet.language.translate("From {weight} to the loss", weight=weight)
    return sheet.finish(title, last + 34)


def _sources(sheet: Drawing, layer: int, tail: int) -> None:
    """The source at the weight's tail, and faintly the others that enter the same neuron."""
    names = sheet.topology
    above = names.inputs if layer == 0 else names.neurons[layer - 1]
    others = [name for index, name in enumerate(above) if index != tail]
    x = _SPINE
    for place, name in enumerate(others[:2]):
        x = _SPINE + 54 + 44 * place
        start, end = (x, 28.0), (_SPINE + 26 + 22 * place, 136.0)
        sheet.lines([Line(*start, *end).shortened(18, 0)], "bp-line bp-rule", 1.5)
        sheet.circle(x, 28, 18, "bp-node bp-aside")
        sheet.text(x, 32, symbol(name, "bp-note"), size=NAME)
    if len(others) > 2:
        sheet.text(x + 34, 33, plain("⋯"), "bp-note", size=18)
    line = Line(_SPINE, 46, _SPINE, 136)
    weight = sheet.scene.output_weight
    number = sheet.number(weight, FEW, 90)
    wide = max(width_of([number]), 24) + 4
    x = _SPINE - 2 - max(0.0, wide - 60) / 2  # a wide number keeps clear of the other arrows
    box = Box.around(x, 84, wide, 36)
    before, after = broken(line, box)
    with sheet.of(*quantities_of(above[tail])):
        sheet.circle(_SPINE, 28, 18, "bp-node bp-input" if layer == 0 else "bp-node bp-out")
        sheet.text(_SPINE, 32, symbol(above[tail], "bp-name"), size=NAME)
    with sheet.of(weight):
        sheet.lines([before], "bp-line bp-weight", 3)
        sheet.arrow(after, "bp-line bp-weight", 3)
        sheet.text(x, 80, symbol(weight), size=NAME)
        sheet.text(x, 98, [number], "bp-weight")


def _neuron(sheet: Drawing, neuron: str) -> None:
    sheet.box(Box(4, 136, 140, 274), "bp-node bp-group", 16)
    sheet.text(12, 156, symbol(neuron, "bp-note"), "bp-note", "start", NAME)
    net, out = f"net_{neuron}", f"out_{neuron}"
    for name, y in ((net, 172.0), (out, 240.0)):
        with sheet.of(name):
            sheet.text(_SPINE, y, symbol(name), size=NAME)
            sheet.text(_SPINE, y + 20, [sheet.number(name, room=126)], kind_of(name))
    with sheet.of(f"d{out}/d{net}"):
        sheet.arrow(Line(_SPINE, 200, _SPINE, 224), "bp-line bp-net", 3)


def _loss(sheet: Drawing, neuron: str) -> None:
    with sheet.of(f"dE_total/dout_{neuron}"):
        sheet.arrow(Line(_SPINE, 274, _SPINE, 322), "bp-line bp-out", 3)
    with sheet.of("E_total"):
        sheet.box(Box(4, 322, 140, 376), "bp-node bp-error", 6)
        sheet.text(_SPINE, 345, symbol("E_total"), size=NAME)
        sheet.text(_SPINE, 365, [sheet.number("E_total", room=126)], "bp-error")


def _factor(sheet: Drawing, name: str, top: float, bottom: float) -> None:
    """A bracket along one step of the path, its derivative and its value beside it."""
    x, middle = _FACTORS - 12, (top + bottom) / 2
    bracket = [Line(x - 6, top, x, top), Line(x, top, x, bottom), Line(x, bottom, x - 6, bottom)]
    number = sheet.number(name, room=WIDTH - _FACTORS - 24)
    with sheet.of(name):
        sheet.lines(bracket, "bp-line bp-gradient", 1.5)
        sheet.text(_FACTORS, middle - 4, symbol(name), "", "start", NAME)
        sheet.text(_FACTORS, middle + 17, [Run(f"{relation(number)} "), number], "bp-gradient", "start")


def hidden_paths(scene: Scene) -> Figure:
    """Every path from the weight of the hidden layer to the loss, and what each adds.

    Raises TemplateError for a network without a hidden layer.
    """
    if scene.hidden_weight is None:
        advice = "Show this figure only where the network has a hidden layer."
        raise TemplateError(Problem("the network has no hidden layer", key="hidden-paths", advice=advice))
    sheet = Drawing("hidden-paths", scene)
    names, weight = sheet.topology, scene.hidden_weight
    layer, head, tail = names.ends(weight)
    keep = [0] * (len(names.neurons) + 1)
    keep[layer], keep[layer + 1] = tail, head
    rows = rows_of(names, 24, WIDTH - 24, keep)
    y = [24.0 + 104.0 * index for index in range(len(rows))]
    for index in range(len(names.neurons)):
        edges = edges_of(names, index, rows, y[index], y[index + 1])
        _edges(sheet, edges, [e for e in edges if _on_path(e, layer, head, tail)], layer)
    loss = y[-1] + 92
    for branch, x in rows[-1].x.items():
        last = layer == len(names.neurons) - 2
        css, dash = _branch(branch) if last else ("bp-path-a", None)
        line = Line(x, y[-1] + rows[-1].radius, WIDTH / 2 + 0.3 * (x - WIDTH / 2), loss - 18)
        with sheet.of(f"E_{names.outputs[branch]}"):
            sheet.arrow(line, f"bp-line {css}", 2.2, dash)
    for index, row in enumerate(rows):
        for place, x in row.x.items():
            lit = index > layer + 1 or (index, place) in ((layer, tail), (layer + 1, head))
            with sheet.of(*(quantities_of(row.names[place]) if lit else ())):
                if index:
                    sheet.circle(x, y[index], row.radius, "bp-node bp-out" if lit else "bp-node bp-aside")
                else:
                    box = Box.around(x, y[index], 2 * row.radius, 2 * row.radius)
                    sheet.box(box, "bp-node bp-input" if lit else "bp-node bp-aside", 5)
                sheet.text(x, y[index] + 4, symbol(row.names[place], "bp-name" if lit else "bp-note"), size=NAME)
        if row.dots is not None:
            sheet.text(row.dots, y[index] + 5, plain("⋯"), "bp-note", size=18)
    with sheet.of("E_total"):
        sheet.box(Box.around(WIDTH / 2, loss, 120, 36), "bp-node bp-error")
        sheet.text(WIDTH / 2, loss + 4, symbol("E_total"), size=NAME)
    bottom = _contributions(sheet, layer, head, loss + 48)
    title = sheet.language.translate("Every path from {weight} to the loss", weight=weight)
    return sheet.finish(title, bottom)


def _on_path(edge: Edge, layer: int, head: int, tail: int) -> bool:
    if edge.layer == layer:
        return (edge.head, edge.tail) == (head, tail)
    return edge.layer > layer + 1 or (edge.layer == layer + 1 and edge.tail == head)


def _branch(index: int) -> tuple[str, str | None]:
    """Colour and dash of a path: neighbours differ in both."""
    return ("bp-path-a", "bp-path-b")[index % 2], _DASHES[index % len(_DASHES)]


def _edges(sheet: Drawing, edges: Sequence[Edge], path: Sequence[Edge], start: int) -> None:
    """The paths' arrows with their weights; the others faintly, unless they leave no room for the names."""
    near = [edge for edge in path if edge.layer <= start + 1]
    sizes = {
        edge.weight: (width_of([*symbol(edge.weight), Run(" "), sheet.number(edge.weight, FEW, 90)]) + 4, 18.0)
        for edge in near
    }
    labels = place_labels(edges, sizes)
    if labels is None:
        labels, edges = place_labels(path, sizes) or {}, path
    for edge in edges:
        if edge not in path:
            sheet.lines([edge.line], "bp-line bp-rule", 1.2)
    for edge in path:
        css, dash = _branch(edge.head) if edge.layer == start + 1 else ("bp-path-a", None)
        box = labels.get(edge.weight)
        lines = broken(edge.line, box)
        width = 2.4 if edge.layer <= start + 1 else 1.2
        with sheet.of(edge.weight):
            sheet.lines(lines[:-1], f"bp-line {css}", width, dash)
            sheet.arrow(lines[-1], f"bp-line {css}", width, dash)
            if box:
                runs = [*symbol(edge.weight), Run(" "), sheet.number(edge.weight, FEW, 90)]
                sheet.text((box.left + box.right) / 2, box.top + 13, runs, "bp-weight")


@dataclass(frozen=True)
class Contribution:
    """What one neuron of the next layer adds to ∂E/∂out: its label, its number, and its name if it has one."""

    label: list[Run]
    number: Run
    name: str | None


def contribution(
    sheet: Drawing, layer: int, head: int, later: int, decimals: int | None = None, room: float = _ROOM
) -> Contribution:
    """What neuron ``later`` of the next layer adds to ∂E_total/∂out of neuron ``head``."""
    names = sheet.topology
    neuron, next_one = names.neurons[layer][head], names.neurons[layer + 1][later]
    name = f"dE_{next_one}/dout_{neuron}"
    if name in sheet.scene.worksheet:
        return Contribution(symbol(name), sheet.number(name, decimals, room), name)
    weight = names.weights[layer + 1][later][head]
    tree = Product((Symbol(f"dE_total/dnet_{next_one}"), Symbol(weight)))
    label = [*symbol(f"delta_{next_one}"), Run(" · "), *symbol(weight)]
    return Contribution(label, sheet.derived(tree, decimals, room), None)


def _contributions(sheet: Drawing, layer: int, head: int, y: float) -> float:
    names = sheet.topology
    neuron, later = names.neurons[layer][head], names.neurons[layer + 1]
    several = len(later) > 1
    named = []
    for index in range(min(len(later), 6)) if several else ():
        css, dash = _branch(index)
        part = contribution(sheet, layer, head, index)
        with sheet.of(*([part.name] if part.name else [])):
            sheet.lines([Line(4, y - 4, 40, y - 4)], f"bp-line {css}", 2.4, dash)
            sheet.text(50, y, value_line(part.label, part.number), "", "start")
        if part.name:
            named.append(part.name)
        y += 26
    if len(later) > 6:
        sheet.text(50, y, plain("⋯"), "bp-note", "start", 18)
        y += 24
    if several:
        sheet.lines([Line(4, y - 13, 336, y - 13)], "bp-line bp-rule", 1)
        y += 8
    both = [f"dE_total/dout_{neuron}", f"dE_total/d{sheet.scene.hidden_weight}"]
    for name in both:
        number = sheet.number(name, room=_ROOM)
        words = [Run("Σ  " if several and name == both[0] else "→ ")]
        sheet.text(28, y, words, "bp-note", size=NUMBER)
        sheet.text(50, y, value_line(symbol(name), number), "bp-strong", "start")
        y += 26
    about = sheet.about
    about.say("The paths from {weight} through {neuron} to the loss.", weight=sheet.scene.hidden_weight, neuron=neuron)
    if named:
        about.say("What each adds: {values}.", values=about.listed(named))
    about.say("Together: {values}.", values=about.listed(both))
    return y - 10
