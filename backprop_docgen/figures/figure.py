"""Figures: network, paths of the gradient, circuit and curves, as SVG that the browser's modules draw.

Importing this is quick: a copy of the process that does nothing but draw needs no worksheets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from backprop_docgen.errors import Problem
from backprop_docgen.v8.context import Context, V8Error


class Request(NamedTuple):
    """A scene for V8, and all that its figure hangs on: JSON of the worksheet and of the language, and the losses.

    ``losses`` are JSON, too; "" where the figure shows none. Of several worksheets both are lists. ``own`` is JSON of
    what this figure alone has: the weight it follows, and its place among its copies on a page.
    """

    kind: str
    sheet: str
    language: str
    losses: str
    own: str = "{}"


@dataclass(frozen=True)
class Figure:
    """A finished figure: an SVG for each layout, its description, the names of the quantities it shows, in order."""

    svgs: tuple[str, ...]
    alt: str
    names: tuple[str, ...]

    @property
    def html(self) -> str:
        """All drawings, as they stand in a page: the style sheet shows the one that there is room for."""
        return "\n".join(self.svgs)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Figure:
        """One that JSON brought."""
        return cls(tuple(found["svgs"]), found["alt"], tuple(found["names"]))


def script() -> str:
    """``drawing``: the browser's figures, many at once."""
    from backprop_docgen.v8.join import joined  # only where V8 starts

    return f"const drawing = {joined(Path(__file__).parents[1], ['figures/drawing.mjs'])};\n"


def draw_all(context: Context, wanted: Sequence[Request]) -> list[Figure]:
    """The figure of each request, in one batch. Raises V8Error."""
    figures = tried(context, wanted)
    if wrong := [Problem(each) for each in figures if isinstance(each, str)]:
        raise V8Error(wrong)
    return [each for each in figures if isinstance(each, Figure)]


def tried(context: Context, wanted: Sequence[Request]) -> list[Figure | str]:
    """The figure of each request, or why it cannot be drawn. Raises V8Error where V8 does not finish."""
    if not wanted:
        return []
    sheets, languages, losses = (list(dict.fromkeys(texts)) for texts in list(zip(*wanted, strict=True))[1:4])
    places = [
        (kind, sheets.index(sheet), languages.index(language), losses.index(curve), json.loads(own))
        for kind, sheet, language, curve, own in wanted
    ]
    lists = (f'"sheets":[{",".join(sheets)}]', f'"languages":[{",".join(languages)}]')
    text = ",".join([*lists, f'"losses":{json.dumps(losses)}', f'"wanted":{json.dumps(places)}'])
    found = context.call(script, "drawing.drawAll", f"{{{text}}}")
    return [each if isinstance(each, str) else Figure.of(each) for each in found]
