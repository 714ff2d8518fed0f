"""Where the neurons of a network stand on the sheet, and where a label finds room on an arrow.

Layers are rows, from the inputs at the top to the outputs, so that any depth fits a phone; a row
that is too wide keeps its first and last neurons and shows "⋯" for the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.figures.scene import symbol
from backprop_docgen.figures.svg import NAME, WIDTH, Box, Line, width_of
from backprop_docgen.network.topology import Topology

MOST_SHOWN: Final = 8
_LAST_SHOWN: Final = 2
_WIDEST_STEP: Final = 150.0
_PLACES: Final = (0.5, 0.45, 0.55, 0.4, 0.6, 0.36, 0.64, 0.32, 0.68, 0.28, 0.72, 0.24, 0.76, 0.2, 0.8)
_PREFERRED: Final = ((0.3,), (0.24,), (0.36,), (0.7,), ())


@dataclass(frozen=True)
class Row:
    """One layer: places (x) of the neurons shown by their index, the radius, and where dots stand for others."""

    names: tuple[str, ...]
    x: Mapping[int, float]
    radius: float
    dots: float | None

    @property
    def hidden(self) -> int:
        """How many neurons are not shown."""
        return len(self.names) - len(self.x)


@dataclass(frozen=True)
class Edge:
    """An arrow: the weight's name, its layer, its ends' indices, and its line between the circles."""

    weight: str
    layer: int
    head: int
    tail: int
    line: Line


def row_of(names: Sequence[str], left: float, right: float, keep: int = 0) -> Row:
    """Neurons side by side, centred between two sides; ``keep`` is one that must be shown."""
    widest = max(width_of(symbol(name), NAME) for name in names)
    radius = max(16.0, min(18.0, widest / 2 + 4), widest / 2 + 2)
    room = min(MOST_SHOWN, int((right - left - 2 * radius) / (2 * radius + 4)) + 1)
    count = len(names)
    slots: list[int | None] = list(range(count))
    if count > room:
        first = list(range(room - 1 - _LAST_SHOWN))
        if keep not in (*first, *range(count - _LAST_SHOWN, count)):
            first[-1] = keep
        slots = [*first, None, *range(count - _LAST_SHOWN, count)]
    step = min(_WIDEST_STEP, (right - left - 2 * radius) / max(1, len(slots) - 1))
    start = (left + right) / 2 - step * (len(slots) - 1) / 2
    places = [start + step * place for place in range(len(slots))]
    shown = {slot: x for slot, x in zip(slots, places, strict=True) if slot is not None}
    dots = next((x for slot, x in zip(slots, places, strict=True) if slot is None), None)
    return Row(tuple(names), shown, radius, dots)


def rows_of(names: Topology, left: float, right: float, keep: Sequence[int] = ()) -> list[Row]:
    """The inputs and every layer; ``keep`` has for each one neuron that must be shown."""
    layers = (names.inputs, *names.neurons)
    return [row_of(layer, left, right, kept) for layer, kept in zip(layers, keep or [0] * len(layers), strict=True)]


def edges_of(names: Topology, layer: int, rows: Sequence[Row], top: float, bottom: float) -> list[Edge]:
    """The arrows into a layer between the neurons shown; ``top`` and ``bottom`` are the rows' y."""
    above, below = rows[layer], rows[layer + 1]
    return [
        Edge(
            names.weights[layer][head][tail],
            layer,
            head,
            tail,
            Line(x1, top, x2, bottom).shortened(above.radius, below.radius),
        )
        for head, x2 in below.x.items()
        for tail, x1 in above.x.items()
    ]


def place_labels(
    edges: Sequence[Edge], sizes: Mapping[str, tuple[float, float]], taken: Sequence[Box] = ()
) -> dict[str, Box] | None:
    """A place on its own arrow for each label where it touches nothing else; None if there isn't one for all."""
    if len(sizes) > 24:
        return None
    for first in _PREFERRED:
        found: dict[str, Box] = {}
        for edge in edges:
            if edge.weight not in sizes:
                continue
            others = [other.line for other in edges if other is not edge]
            place = _place(edge, sizes[edge.weight], others, [*taken, *found.values()], (*first, *_PLACES))
            if place is None:
                break
            found[edge.weight] = place
        else:
            return found
    return None


def _place(
    edge: Edge, size: tuple[float, float], others: Sequence[Line], taken: Sequence[Box], shares: Sequence[float]
) -> Box | None:
    for share in shares:
        box = Box.around(*edge.line.at(share), *size)
        low, high = sorted((edge.line.y1, edge.line.y2))
        inside = box.left > 1 and box.right < WIDTH - 1 and box.top > low + 6 and box.bottom < high - 6
        if inside and not any(box.overlaps(one, 5) for one in taken) and not any(box.span_on(o, 3) for o in others):
            return box
    return None


def broken(line: Line, box: Box | None) -> list[Line]:
    """A line with a gap where its label stands."""
    span = box.span_on(line, 1.5) if box else None
    if span is None:
        return [line]
    return [Line(line.x1, line.y1, *line.at(span[0])), Line(*line.at(span[1]), line.x2, line.y2)]
