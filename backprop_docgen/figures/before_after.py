"""Before and after one update: the outs against their targets, and the loss of each output."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from backprop_docgen.figures.scene import Drawing, Figure, Scene, kind_of, symbol
from backprop_docgen.figures.svg import NAME, SMALL, WIDTH, Box, Line, Run, element, magnitude, plain, width_of
from backprop_docgen.numbers.rounding import printed

_LEFT: Final = 22.0
_RIGHT: Final = WIDTH - 22
_HUGE: Final = 1e15
"""What is larger has no place on the scale; it stands in digits only."""

_MOST: Final = 4
"""So many outputs are drawn; of more, the first ones."""


def before_after(scene: Scene) -> Figure:
    """Outs and targets on one scale, before and after one update, with the losses in digits and as bars."""
    sheet = Drawing("before-after", scene)
    outputs = sheet.topology.outputs[:_MOST]
    ticks = _ticks(sheet, outputs)
    y, names = 0.0, []
    for neuron in outputs:
        y = _output(sheet, neuron, ticks, y)
        names += [f"out_{neuron}", f"out_{neuron}@1", f"target_{neuron}", f"E_{neuron}", f"E_{neuron}@1"]
    if len(sheet.topology.outputs) > _MOST:
        y = sheet.paragraph(4, y + 18, sheet.language.translate("⋯ further outputs are not drawn")) - 12
    names += ["E_total", "E_total@1"]
    y = _total(sheet, y)
    sheet.about.say(
        "Outputs, targets and losses before and after (⁺) one update: {values}.", values=sheet.about.listed(names)
    )
    return sheet.finish(sheet.language.translate("Before and after one update"), y)


def _ticks(sheet: Drawing, outputs: Sequence[str]) -> list[Fraction]:
    """Round numbers that span all outs and targets, at most six of them; always exact decimals."""
    names = [name for o in outputs for name in (f"out_{o}", f"out_{o}@1", f"target_{o}")]
    values = [v for v in (sheet.scene.worksheet[name].value for name in names) if abs(v) < _HUGE]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    if high == low:
        high = low + 1
    power = magnitude(high - low) - 1
    for step in (Fraction(10) ** power * factor for factor in (1, 2, 5, 10, 20, 50)):
        first, last = math.floor(Fraction(low) / step), math.ceil(Fraction(high) / step)
        if last - first <= 5:
            return [step * place for place in range(first, last + 1)]
    raise AssertionError("fifty tenths of a span hold it")


def _output(sheet: Drawing, neuron: str, ticks: Sequence[Fraction], y: float) -> float:
    axis = y + 52
    sheet.text(4, y + 18, symbol(neuron, "bp-name"), "bp-strong", "start", NAME)
    _axis(sheet, ticks, axis)
    rows = (
        (f"out_{neuron}", f"E_{neuron}", "before", "before"),
        (f"out_{neuron}@1", f"E_{neuron}@1", "after", "after"),
        (f"target_{neuron}", "", "target", "target"),
    )
    top = axis + 60
    sheet.text(112, top, symbol(f"out_{neuron}"), "", "start", NAME)
    sheet.text(224, top, symbol(f"E_{neuron}"), "", "start", NAME)
    for place, (name, loss, shape, word) in enumerate(rows):
        value = sheet.scene.worksheet[name].value
        if abs(value) < _HUGE:
            lift = {"before": -13, "after": 13, "target": 0}[shape]
            _mark(sheet, _x(value, ticks), axis + lift, shape)
        line = top + 24 + 22 * place
        _mark(sheet, 12, line - 5, shape)
        sheet.text(26, line, plain(sheet.language.translate(word)), "", "start")
        sheet.text(112, line, [sheet.number(name, room=106)], kind_of(name), "start")
        if loss:
            sheet.text(224, line, [sheet.number(loss, room=112)], "bp-error", "start")
    bottom = top + 24 + 22 * 3
    sheet.lines([Line(4, bottom - 6, WIDTH - 4, bottom - 6)], "bp-line bp-rule", 1)
    return bottom


def _x(value: float, ticks: Sequence[Fraction]) -> float:
    return _LEFT + (_RIGHT - _LEFT) * float((Fraction(value) - ticks[0]) / (ticks[-1] - ticks[0]))


def _axis(sheet: Drawing, ticks: Sequence[Fraction], y: float) -> None:
    places = [_x(float(tick), ticks) for tick in ticks]
    lines = [Line(_LEFT, y, _RIGHT, y), *(Line(x, y - 4, x, y + 4) for x in places)]
    sheet.lines(lines, "bp-line bp-note", 1)
    numbers = [printed(float(tick), tick, 15) for tick in ticks]
    labels = [sheet.language.number(number) for number in numbers]
    room = min(b - a for a, b in itertools.pairwise(places)) - 6
    every = 1 if max(width_of(plain(label), SMALL) for label in labels) < room else len(ticks) - 1
    for x, number, label in list(zip(places, numbers, labels, strict=True))[::every]:
        half = width_of(plain(label), SMALL) / 2
        at = min(max(x, half), WIDTH - half)
        sheet.text(at, y + 33, [Run(label, data={"data-tick": number.code()})], "bp-note", size=SMALL)


def _mark(sheet: Drawing, x: float, y: float, shape: str) -> None:
    """Hollow circle: before; full circle: after; diamond: target."""
    if shape == "target":
        data = f"M{x:.2f} {y - 7:.2f}l6 7l-6 7l-6 -7Z"
        sheet.parts.append(element("path", {"class": "bp-dot bp-target", "d": data, "fill": "currentColor"}))
    elif shape == "before":
        sheet.circle(x, y, 5.5, "bp-node bp-hollow bp-out")
    else:
        sheet.parts.append(
            element("circle", {"class": "bp-dot bp-out", "cx": x, "cy": y, "r": 6, "fill": "currentColor"})
        )


def _total(sheet: Drawing, y: float) -> float:
    """The loss before and after as bars on one scale from 0."""
    pair = (("E_total", "before", "bp-node bp-hollow bp-error"), ("E_total@1", "after", "bp-dot bp-error"))
    values = [sheet.scene.worksheet[name].value for name, _, _ in pair]
    sheet.text(4, y + 22, symbol("E_total"), "", "start", NAME)
    largest = max((v for v in values if math.isfinite(v)), default=0.0) or 1.0
    y += 46
    for (name, word, css), value in zip(pair, values, strict=True):
        sheet.text(4, y, plain(sheet.language.translate(word)), "", "start")
        sheet.text(WIDTH - 4, y, [sheet.number(name, room=WIDTH - 4 - 220)], "bp-error", "end")
        share = max(0.0, value / largest) if math.isfinite(value) else 0.0
        if share:
            sheet.box(Box(74, y - 12, 74 + 140 * share, y + 2), css, 3)
        y += 26
    return y - 10
