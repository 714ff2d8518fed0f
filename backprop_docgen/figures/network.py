"""The network, bare and with its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

from backprop_docgen.figures.layout import MOST_SHOWN, Edge, Row, broken, edges_of, place_labels, rows_of
from backprop_docgen.figures.scene import FEW, Drawing, Figure, Scene, quantities_of, symbol
from backprop_docgen.figures.svg import NAME, NUMBER, SMALL, WIDTH, Box, Line, Run, plain, width_of

_LEFT: Final = 26.0
_GAPS: Final = (116.0, 140.0, 168.0, 200.0)
_ROOM: Final = 84.0
"""For a number on the network."""

_LISTED: Final = 42
"""So many parameters are listed below the network when they find no room on it."""


@dataclass
class _Plan:
    """A network laid out: the rows with their y, and each layer's arrows with the labels that found room."""

    rows: list[Row]
    y: list[float]
    edges: list[list[Edge]]
    labels: list[dict[str, Box] | None]
    pills: dict[str, Box]


def bare_network(scene: Scene) -> Figure:
    """The network with the names of everything in it."""
    return _network(scene, values=False)


def network_values(scene: Scene) -> Figure:
    """The network with the values of inputs, weights, biases and targets."""
    return _network(scene, values=True)


def _network(scene: Scene, values: bool) -> Figure:
    sheet = Drawing("network-values" if values else "bare-network", scene)
    plan = _plan(sheet, values)
    for layer, edges in enumerate(plan.edges):
        _arrows(sheet, edges, plan.labels[layer])
    _ends(sheet, plan, values)
    for row, y in enumerate(plan.y):
        _row(sheet, plan, row, y, values)
    y = _beneath(sheet, plan, values)
    _describe(sheet, plan, values)
    title = "The network with its values" if values else "The network"
    return sheet.finish(sheet.language.translate(title), y)


def _sizes(sheet: Drawing, edges: Sequence[Edge], values: bool) -> dict[str, tuple[float, float]]:
    sizes = {}
    for edge in edges:
        widths = [width_of(symbol(edge.weight), NUMBER)]
        if values:
            widths.append(width_of([sheet.number(edge.weight, FEW, _ROOM)], NUMBER))
        sizes[edge.weight] = (max(widths) + 4, 33.0 if values else 18.0)
    return sizes


def _plan(sheet: Drawing, values: bool) -> _Plan:
    names = sheet.topology
    shared = [len(dict.fromkeys(biases)) == 1 for biases in names.biases]
    pills = max(width_of([sheet.number(b[0], FEW, _ROOM)]) if values else 22.0 for b in names.biases) + 14
    right = WIDTH - (pills + 16 if any(shared) else 4)
    rows = rows_of(names, _LEFT, right)
    y = [30.0 + (_head_room(sheet, rows[0], values))]
    plan = _Plan(rows, y, [], [], {})
    for layer in range(len(names.neurons)):
        for gap in _GAPS[1:] if values else _GAPS:
            edges = edges_of(names, layer, rows, y[-1], y[-1] + gap)
            labels = place_labels(edges, _sizes(sheet, edges, values))
            complete = not rows[layer].hidden and not rows[layer + 1].hidden
            if labels is not None and complete:
                break
        else:
            gap, labels = _GAPS[0], None
            edges = edges_of(names, layer, rows, y[-1], y[-1] + gap)
        y.append(y[-1] + gap)
        plan.edges.append(edges)
        plan.labels.append(labels)
        if shared[layer]:
            height = 36.0 if values else 24.0
            plan.pills[names.biases[layer][0]] = Box.around(WIDTH - pills / 2 - 3, y[-1], pills, height)
    return plan


def _head_room(sheet: Drawing, row: Row, values: bool) -> float:
    return 20.0 * _levels(sheet, row, [sheet.topology.inputs[i] for i in row.x]) if values else 0.0


def _levels(sheet: Drawing, row: Row, names: Sequence[str]) -> int:
    """On how many lines the numbers above or below a row must stand, so that they don't touch."""
    places = list(row.x.values())
    step = min((b - a for a, b in pairwise(places)), default=WIDTH)
    widest = max(width_of([sheet.number(name, FEW, _ROOM)]) for name in names) + 6
    return next(levels for levels in count(1) if step * levels >= widest)


def _arrows(sheet: Drawing, edges: Sequence[Edge], labels: Mapping[str, Box] | None) -> None:
    """The weights: thick for large ones, dashed for negative ones."""
    worksheet = sheet.scene.worksheet
    largest = max((abs(worksheet[edge.weight].value) for edge in edges), default=0.0) or 1.0
    for edge in edges:
        value = worksheet[edge.weight].value
        width = round(0.8 + 2.0 * abs(value) / largest, 2)
        dash = "5 3" if value < 0 else None
        box = labels.get(edge.weight) if labels else None
        crowded = "" if labels else " bp-crowded"
        with sheet.of(edge.weight):
            sheet.lines(broken(edge.line, box), f"bp-line bp-weight{crowded}", width, dash)
            if box:
                x, two = (box.left + box.right) / 2, box.bottom - box.top > 24
                sheet.text(x, box.top + 13, symbol(edge.weight))
                if two:
                    sheet.text(x, box.top + 29, [sheet.number(edge.weight, FEW, _ROOM)], "bp-weight")


def _row(sheet: Drawing, plan: _Plan, row: int, y: float, values: bool) -> None:
    shown, layer = plan.rows[row], row - 1
    biases = sheet.topology.biases[layer] if row else ()
    pill = plan.pills.get(biases[0]) if biases else None
    if pill:
        stops = [x for x in (*shown.x.values(), shown.dots) if x is not None]
        ends = sorted(stops)
        lines = [Line(a + shown.radius, y, b - shown.radius, y) for a, b in pairwise(ends)]
        with sheet.of(biases[0]):
            sheet.lines([*lines, Line(ends[-1] + shown.radius, y, pill.left, y)], "bp-line bp-bias", 1.2, "2 3")
            _pill(sheet, biases[0], pill, values)
    for index, x in shown.x.items():
        name = shown.names[index]
        with sheet.of(*quantities_of(name)):
            if row:
                sheet.circle(x, y, shown.radius, "bp-node bp-out")
            else:
                sheet.box(Box.around(x, y, 2 * shown.radius, 2 * shown.radius), "bp-node bp-input", 5)
            sheet.text(x, y + 4, symbol(name, "bp-name"), size=NAME)
    if shown.dots is not None:
        sheet.text(shown.dots, y + 5, plain("⋯"), "bp-name", size=18)
    label = "inputs" if not row else "outputs" if row == len(plan.rows) - 1 else "hidden"
    words = sheet.language.translate(label)
    sheet.parts.append(f'<g transform="rotate(-90 12 {y:g})">')
    sheet.text(12, y + 4, plain(words), "bp-note", size=SMALL)
    sheet.parts.append("</g>")


def _pill(sheet: Drawing, bias: str, box: Box, values: bool) -> None:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    sheet.box(box, "bp-node bp-bias", 9)
    sheet.text(x, y - 3 if values else y + 4, symbol(bias))
    if values:
        sheet.text(x, y + 13, [sheet.number(bias, FEW, _ROOM)], "bp-bias")


def _ends(sheet: Drawing, plan: _Plan, values: bool) -> None:
    """The numbers of the inputs above, those of the targets below, each on a line of its own if need be."""
    if not values:
        return
    names = sheet.topology
    first, last = plan.rows[0], plan.rows[-1]
    levels = _levels(sheet, first, [names.inputs[i] for i in first.x])
    for place, (index, x) in enumerate(first.x.items()):
        y = plan.y[0] - first.radius - 8 - 17 * (place % levels)
        _below_or_above(sheet, x, y, names.inputs[index], "bp-input")
    targets = {index: f"target_{names.outputs[index]}" for index in last.x}
    levels = _levels(sheet, last, list(targets.values()))
    below = plan.y[-1] + last.radius
    for place, (index, x) in enumerate(last.x.items()):
        _below_or_above(sheet, x, below + 19 + 17 * (place % levels), targets[index], "bp-target")
    words = sheet.language.translate("target")
    places = list(last.x.values())
    sheet.text((places[0] + places[-1]) / 2, below + 21 + 17 * levels, plain(f"↑ {words}"), "bp-note", size=SMALL)


def _below_or_above(sheet: Drawing, x: float, y: float, name: str, css: str) -> None:
    """A number centred at x, unless it would leave the sheet."""
    number = sheet.number(name, FEW, _ROOM)
    half = width_of([number]) / 2
    sheet.text(min(max(x, half), WIDTH - half), y, [number], css)


def _left_over(sheet: Drawing, plan: _Plan) -> list[str]:
    """Parameters without a place on the network: crowded layers' weights, and biases of their own."""
    names: list[str] = []
    for layer, labels in enumerate(plan.labels):
        if labels is None:
            names += [name for row in sheet.topology.weights[layer] for name in row]
        names += [name for name in dict.fromkeys(sheet.topology.biases[layer]) if name not in plan.pills]
    return names


def _beneath(sheet: Drawing, plan: _Plan, values: bool) -> float:
    """Notes and the list of what found no room; returns the figure's height."""
    last = plan.rows[-1]
    y = plan.y[-1] + last.radius + 16
    if values:
        shown = [f"target_{sheet.topology.outputs[i]}" for i in last.x]
        y += 17 * _levels(sheet, last, shown) + 8
    names, language = _left_over(sheet, plan), sheet.language
    if values and names and len(names) <= _LISTED:
        y = _grid(sheet, names, y + 16) - 12
    elif names:
        note = language.translate("{first} to {last}: numbered in reading order", first=names[0], last=names[-1])
        y = sheet.paragraph(4, y + 16, note) - 16
    hidden = sum(row.hidden for row in plan.rows)
    if hidden:
        y = sheet.paragraph(4, y + 18, language.translate("⋯ stands for neurons that are not drawn")) - 16
    if any(sheet.scene.worksheet[e.weight].value < 0 for edges in plan.edges for e in edges):
        y = sheet.paragraph(4, y + 18, language.translate("dashed: negative weight")) - 16
    return y + 12


def _grid(sheet: Drawing, names: Sequence[str], y: float) -> float:
    runs = [[*symbol(name), Run("\N{NO-BREAK SPACE}"), sheet.number(name, FEW, _ROOM)] for name in names]
    columns = max(1, min(4, int((WIDTH - 4) / (max(width_of(run) for run in runs) + 12))))
    for place, run in enumerate(runs):
        x = 6 + (place % columns) * (WIDTH - 8) / columns
        sheet.text(x, y + 6 + 20 * (place // columns), run, "bp-listed", "start")
    return y + 6 + 20 * ((len(names) - 1) // columns) + 14


def _describe(sheet: Drawing, plan: _Plan, values: bool) -> None:
    names, language = sheet.topology, sheet.language
    words = [language.word(len(layer), "f", noun=False) for layer in (names.inputs, *names.neurons)]
    sheet.about.say(
        "A feed-forward network; neurons per layer, from the inputs to the outputs: {counts}.",
        counts=language.enumerate(words),
    )
    if any(row.hidden for row in plan.rows):
        sheet.about.say("Of the widest layers only the first and the last neurons are drawn.")
    if not values:
        weights, biases = names.all_weights(), names.all_biases()
        if len(weights) == 1:
            sheet.about.say("Weight {name}.", name=weights[0])
        else:
            sheet.about.say("Weights {first} to {last}.", first=weights[0], last=weights[-1])
        listed = language.enumerate(biases) if len(biases) <= MOST_SHOWN else f"{biases[0]}, …, {biases[-1]}"
        sheet.about.say("Biases {names}.", names=listed)
        return
    drawn = list(dict.fromkeys(sheet.names))
    for english, start in (
        ("Inputs: {values}.", "i"),
        ("Weights: {values}.", "w"),
        ("Biases: {values}.", "b"),
        ("Targets: {values}.", "target_"),
    ):
        chosen = [name.rpartition(":")[2] for name in drawn]
        chosen = [name for name in chosen if name.startswith(start)]
        if chosen:
            sheet.about.say(english, values=sheet.about.listed(chosen))
