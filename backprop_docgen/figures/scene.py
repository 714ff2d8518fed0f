"""What a figure may show, what it gives back, and the sheet on which it is drawn."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from backprop_docgen.figures.svg import (
    NUMBER,
    SMALL,
    WIDTH,
    Box,
    Line,
    Run,
    Runs,
    arrow_head,
    element,
    path_element,
    plain,
    text_element,
    width_of,
)
from backprop_docgen.formula.evaluate import Value, evaluate
from backprop_docgen.formula.tree import Expression, symbols
from backprop_docgen.formula.tree_json import from_json, to_json
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import printed
from backprop_docgen.worksheet.worksheet import Quantity, Worksheet

FEW: Final = 4
"""Decimals of a number where there is no room for all of them."""


@dataclass(frozen=True)
class Scene:
    """Everything a figure may show.

    ``losses`` gives the mean loss over the examples after 0, 1, …, iterations updates; it is called
    by the loss curve only. ``output_weight`` and ``hidden_weight`` are the weights worked out in full.
    """

    network: Network
    worksheet: Worksheet
    language: Language
    decimals: int
    losses: Callable[[], Sequence[float]]
    output_weight: str
    hidden_weight: str | None


@dataclass(frozen=True)
class Figure:
    """A finished figure: its SVG, its description, and the names of the quantities it shows, in order."""

    svg: str
    alt: str
    names: tuple[str, ...]


class Described:
    """A description made of values: sentences, and the names of their numerals in order."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.sentences: list[str] = []
        self.names: list[str] = []

    def say(self, english: str, count: int | None = None, **values: object) -> None:
        """Add a sentence; ``count`` is a number among its words."""
        if count is not None:
            values["count"] = self.drawing.language.integer(count)
        self.add(self.drawing.language.translate(english, **values), count)

    def add(self, sentence: str, count: int | None = None) -> None:
        """Add a finished sentence; its ``count`` is kept as ``count:100`` in the list of names."""
        self.names += [] if count is None else [f"count:{count}"]
        self.sentences.append(sentence)

    def listed(self, quantities: Sequence[str | Quantity]) -> str:
        """``w1 = 0.15, w2 = 0.2``: names and numbers; with a decimal comma the list takes semicolons."""
        items = []
        for one in quantities:
            quantity = self.drawing.scene.worksheet[one] if isinstance(one, str) else one
            number = printed(quantity.value, quantity.exact, self.drawing.scene.decimals, quantity.bound)
            self.names.append(self.drawing.public(quantity.name))
            relation = "=" if number.exact else "≈"
            items.append(f"{spoken(quantity.name)} {relation} {self.drawing.language.number(number)}")
        return f"{self.drawing.language.list_separator} ".join(items)


class Drawing:
    """A sheet 340 units wide: what is drawn, and which quantities it shows."""

    def __init__(self, kind: str, scene: Scene) -> None:
        self.kind = kind
        self.scene = scene
        self.language = scene.language
        self.topology: Topology = topology(scene.network)
        self.parts: list[str] = []
        self.names: list[str] = []
        self.about = Described(self)

    def public(self, name: str) -> str:
        """A quantity's name with its worksheet's in front."""
        sheet = self.scene.worksheet.sheet
        return f"{sheet}:{name}" if sheet else name

    def number(self, quantity: str | Quantity, decimals: int | None = None, room: float = math.inf) -> Run:
        """A quantity's number; ``decimals`` and ``room`` (units at the usual size) where space is short."""
        found = self.scene.worksheet[quantity] if isinstance(quantity, str) else quantity
        value = Value(found.value, found.exact, found.bound)
        return self._number(value, decimals, room, {"data-q": self.public(found.name)})

    def derived(self, tree: Expression, decimals: int | None = None, room: float = math.inf) -> Run:
        """The number of a formula that has no name; it carries the formula in ``data-tree``."""

        def look_up(name: str) -> Value:
            found = self.scene.worksheet[name]
            return Value(found.value, found.exact, found.bound)

        value = evaluate(tree, look_up)
        formula = json.dumps(to_json(tree), ensure_ascii=False, separators=(",", ":"))
        return self._number(value, decimals, room, {"data-tree": formula})

    def _number(
        self, value: Value, decimals: int | None, room: float, data: dict[str, str]
    ) -> Run:
        """The number with as many of its decimals as there is room for."""
        full = printed(value.double, value.exact, self.scene.decimals, value.bound)
        most = min(self.scene.decimals if decimals is None else decimals, self.scene.decimals)
        places, shown = most, printed(value.double, value.exact, most, value.bound)
        while places and width_of(plain(self.language.number(shown))) > room:
            places -= 1
            shown = printed(value.double, value.exact, places, value.bound)
        if shown != full:
            data["data-decimals"] = str(places)
        return Run(self.language.number(shown), data=data, rounded=not shown.exact)

    @contextmanager
    def of(self, *names: str) -> Iterator[None]:
        """What is drawn meanwhile shows these quantities: the page lights it where it speaks of them."""
        outer, self.parts = self.parts, []
        yield
        inside, self.parts = self.parts, outer
        listed = " ".join(name if ":" in name else self.public(name) for name in dict.fromkeys(names))
        self.parts += [f'<g data-of="{listed}">', *inside, "</g>"] if listed else inside

    def text(self, x: float, y: float, runs: Runs, css: str = "", anchor: str = "middle", size: float = NUMBER) -> None:
        """A line of text, its baseline at y."""
        for run in runs:
            if "data-q" in run.data:
                self.names.append(run.data["data-q"])
            elif "data-tree" in run.data:
                self.names += symbols(from_json(json.loads(run.data["data-tree"])))
        self.parts.append(text_element(x, y, runs, anchor, size, css))

    def lines(self, lines: Sequence[Line], css: str, width: float = 1.0, dash: str | None = None) -> None:
        """Straight lines of one style."""
        if lines:
            self.parts.append(path_element(lines, css, width, dash))

    def arrow(self, line: Line, css: str, width: float = 1.5, dash: str | None = None) -> None:
        """A line with a head at its end."""
        self.lines([line.shortened(0, 5)], css, width, dash)
        self.parts.append(arrow_head(line, css))

    def box(self, box: Box, css: str, radius: float = 6.0) -> None:
        """A rounded rectangle."""
        self.parts.append(
            element(
                "rect",
                {
                    "class": css,
                    "x": box.left,
                    "y": box.top,
                    "width": box.right - box.left,
                    "height": box.bottom - box.top,
                    "rx": radius,
                    "fill": "none",
                    "stroke": "currentColor",
                },
            )
        )

    def circle(self, x: float, y: float, radius: float, css: str) -> None:
        """A circle."""
        self.parts.append(
            element(
                "circle",
                {"class": css, "cx": x, "cy": y, "r": radius, "fill": "none", "stroke": "currentColor"},
            )
        )

    def paragraph(self, x: float, y: float, text: str, css: str = "bp-note", count: int | None = None) -> float:
        """Words broken into lines from the left; returns the y below them. ``count`` is a number among them."""
        numeral = None if count is None else self.language.integer(count)
        lines: list[list[str]] = [[]]
        for word in text.split(" "):
            if lines[-1] and width_of(plain(" ".join([*lines[-1], word])), SMALL) > WIDTH - x:
                lines.append([])
            lines[-1].append(word)
        for line in lines:
            before, mark, after = " ".join(line).partition(numeral) if numeral in line else (" ".join(line), "", "")
            runs = [Run(before), Run(mark or "", data={"data-tick": str(count)}), Run(after)]
            self.text(x, y, [run for run in runs if run.text], css, "start", SMALL)
            y += 17
        return y

    def finish(self, title: str, height: float) -> Figure:
        """The SVG with its title and description; no blank line in it."""
        alt = " ".join(self.about.sentences)
        ids = [f"bp-{self.kind}-title", f"bp-{self.kind}-desc"]
        listed: Mapping[str, str | float | None] = {"id": ids[1], "data-q-list": " ".join(self.about.names) or None}
        head = [element("title", {"id": ids[0]}, _text(title)), element("desc", listed, _text(alt))]
        pairs: Mapping[str, str | float | None] = {
            "class": f"bp-figure bp-{self.kind}",
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH:.0f} {height:.0f}",
            "role": "img",
            "aria-labelledby": " ".join(ids),
        }
        svg = element("svg", pairs, "\n" + "\n".join(head + self.parts) + "\n")
        return Figure(svg, alt, tuple(self.names))


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def kind_of(name: str) -> str:
    """The class that colours a quantity of this name."""
    base = name.split("@")[0]
    if "/d" in base or base.startswith("delta_"):
        return "bp-gradient"
    for start, css in (("net_", "bp-net"), ("out_", "bp-out"), ("target_", "bp-target")):
        if base.startswith(start):
            return css
    if base.startswith(("E_", "error_")):
        return "bp-error"
    return {"i": "bp-input", "w": "bp-weight", "b": "bp-bias"}.get(base[0], "")


def quantities_of(node: str) -> tuple[str, ...]:
    """The quantities of a node of the network: an input itself, a neuron's net, out and delta."""
    return (node,) if node[0] == "i" else (f"net_{node}", f"out_{node}", f"delta_{node}")


def spoken(name: str) -> str:
    """A name as it is read in a description: ``∂E_total/∂w5``, ``w5⁺``; of later updates the sentence speaks."""
    text = re.sub(r"(^|/)d(?=[a-zE])", r"\1∂", name) if "/d" in name else name
    return re.sub(r"@\d+$", "", re.sub(r"@1$", "⁺", text))


def symbol(name: str, css: str | None = None) -> list[Run]:
    """A name as text with subscripts: w₅, net with h1 below, ∂E/∂w₅; ``@1`` is a plus."""
    css = kind_of(name) if css is None else css
    base, _, step = name.partition("@")
    if "/d" in base:
        top, bottom = base[1:].split("/d", 1)
        runs = [Run("∂", css=css), *symbol(top, css), Run("/∂", css=css), *symbol(bottom, css)]
    elif base == "eta":
        runs = [Run("η", css=css)]
    elif base.startswith("delta_"):
        runs = [Run("δ", css=css), Run(base[6:].replace("_", ","), sub=True, css=css)]
    else:
        family, _, rest = base.partition("_")
        stem, below = (family, rest) if rest else (family[0], family[1:])
        runs = [Run(stem, css=css), Run(below.replace("_", ","), sub=True, css=css)]
    return runs + ([Run("⁺", css=css)] if step == "1" else [])
