"""The loss over the iterations, on a logarithmic axis, with the first hundred on their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.figures.scene import Drawing, Figure, Scene, symbol
from backprop_docgen.figures.svg import NAME, SMALL, WIDTH, Line, Run, element, is_power, magnitude, plain, short
from backprop_docgen.worksheet.worksheet import Quantity

FIRST: Final = 100
"""How many iterations the second panel shows."""

_LEFT: Final = 46.0
_RIGHT: Final = WIDTH - 16
_PANEL: Final = 200.0
_BINS: Final = 150
_MOST_TICKS: Final = 6


@dataclass(frozen=True)
class Panel:
    """One plot: the y of its top, its last iteration, and the powers of ten between which it runs."""

    top: float
    last: int
    low: int
    high: int

    @property
    def bottom(self) -> float:
        """The y of the lower axis."""
        return self.top + _PANEL

    def x(self, step: int) -> float:
        """Where an iteration stands."""
        return _LEFT + (_RIGHT - _LEFT) * (step / self.last if self.last else 0.5)

    def level(self, power: float) -> float:
        """The y of a power of ten."""
        return self.bottom - _PANEL * (power - self.low) / (self.high - self.low)


def loss_curve(scene: Scene) -> Figure:
    """The loss after 0, 1, … updates; what a logarithmic axis cannot show is said in words."""
    sheet = Drawing("loss-curve", scene)
    losses = [float(loss) for loss in scene.losses()]
    drawable = [math.isfinite(loss) and loss > 0 for loss in losses]
    last, name = len(losses) - 1, "E_total" if len(scene.network.examples) == 1 else "E_mean"
    sheet.text(4, 16, symbol(name), "", "start", NAME)
    bottom = _panel(sheet, losses, 30, last)
    if last > FIRST and any(drawable[: FIRST + 1]):
        words = sheet.language.translate("The first {count} iterations", count=FIRST)
        sheet.paragraph(4, bottom + 30, words, "bp-name bp-strong", FIRST)
        bottom = _panel(sheet, losses[: FIRST + 1], bottom + 46, FIRST)
    for note, step in _notes(sheet, losses):
        bottom = sheet.paragraph(4, bottom + 24, f"{note}.", "bp-name", step) - 14
    first = scene.worksheet[name]
    shown = [first] if last == 0 else [first, Quantity(f"{name}@{last}", "", None, losses[-1])]
    bottom = _ends(sheet, shown, (0, last), bottom + 30)
    sheet.about.say("The loss over the iterations, on a logarithmic axis.")
    for note, step in _notes(sheet, losses):
        sheet.about.add(f"{note}.", step)
    for quantity, step in zip(shown, (0, last), strict=False):
        sheet.about.say("{values} at iteration {count}.", count=step, values=sheet.about.listed([quantity]))
    return sheet.finish(sheet.language.translate("The loss over the iterations"), bottom)


def _panel(sheet: Drawing, losses: Sequence[float], top: float, last: int) -> float:
    """Axes, ticks and curve; returns the y below the numbers of the axis."""
    positive = [loss for loss in losses if math.isfinite(loss) and loss > 0]
    if not positive:
        return top
    greatest = max(positive)
    low, high = magnitude(min(positive)), magnitude(greatest) + (0 if is_power(greatest) else 1)
    panel = Panel(top, last, low, max(high, low + 1))
    for power in _spread(range(panel.low, panel.high + 1)):
        y = panel.level(power)
        sheet.lines([Line(_LEFT, y, _RIGHT, y)], "bp-line bp-rule", 1)
        _tick(sheet, _LEFT - 8, y + 5, f"1e{power}", [Run("10"), Run(_raised(power))], "end")
    for step in _steps(last):
        x = panel.x(step)
        sheet.lines([Line(x, panel.bottom, x, panel.bottom + 5)], "bp-line bp-rule", 1)
        _tick(sheet, min(x, _RIGHT - 8), panel.bottom + 20, str(step), plain(sheet.language.integer(step)), "middle")
    sheet.text(_RIGHT, panel.bottom + 39, plain(sheet.language.translate("iterations →")), "bp-note", "end", SMALL)
    for piece in _pieces(losses):
        places = [(panel.x(step), panel.level(math.log10(losses[step]))) for step in piece]
        if len(places) == 1:
            sheet.parts.append(
                element("circle", {"class": "bp-dot bp-error", "cx": places[0][0], "cy": places[0][1], "r": 4})
            )
            continue
        data = "M" + "L".join(f"{short(round(x, 1))} {short(round(y, 1))}" for x, y in places)
        style = {"class": "bp-line bp-error", "d": data, "fill": "none", "stroke": "currentColor"}
        sheet.parts.append(element("path", {**style, "stroke-width": 2.2, "stroke-linejoin": "round"}))
    return panel.bottom + 42


def _tick(sheet: Drawing, x: float, y: float, value: str, runs: Sequence[Run], anchor: str) -> None:
    """A number of an axis; its value is in ``data-tick``."""
    marked = [Run("".join(run.text for run in runs), data={"data-tick": value})]
    sheet.text(x, y, marked, "bp-note", anchor, SMALL)


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _spread(powers: range) -> range:
    """Every power of ten, or every second, fifth, tenth … where they are too many."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200):
        if len(powers) <= _MOST_TICKS * step:
            return powers[::step]
    return powers[:1]


def _steps(last: int) -> Iterable[int]:
    """Round numbers of iterations: about four, from 0."""
    if last == 0:
        return [0]
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if last / step <= 5:
                return range(0, last + 1, step)
        scale *= 10


def _pieces(losses: Sequence[float]) -> list[list[int]]:
    """Iterations to draw, in unbroken pieces: in each of 150 stretches the first, least and greatest loss."""
    last = len(losses) - 1
    size = max(1, math.ceil(len(losses) / _BINS))
    chosen: list[int] = []
    for start in range(0, len(losses), size):
        stretch = range(start, min(start + size, len(losses)))
        fit = [step for step in stretch if _drawable(losses[step])]
        broken = [step for step in stretch if not _drawable(losses[step])][:1]
        ends = {min(fit, key=losses.__getitem__), max(fit, key=losses.__getitem__), fit[0]} if fit else set()
        if fit and fit[-1] == last:
            ends.add(last)
        chosen += sorted({*ends, *broken})
    pieces: list[list[int]] = [[]]
    for step in chosen:
        if _drawable(losses[step]):
            pieces[-1].append(step)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _drawable(loss: float) -> bool:
    return math.isfinite(loss) and loss > 0


def _notes(sheet: Drawing, losses: Sequence[float]) -> list[tuple[str, int | None]]:
    """What the axis cannot show, and what the eye might take for a mistake; each with the iteration it names."""
    notes: list[tuple[str, int | None]] = []
    translate = sheet.language.translate
    for strange, lasting, once in (
        (
            lambda loss: loss == 0,
            "From iteration {step} on the loss is exactly zero, which a logarithmic axis cannot show",
            "At iteration {step} the loss is exactly zero, which a logarithmic axis cannot show",
        ),
        (
            lambda loss: -math.inf < loss < 0,
            "From iteration {step} on the loss is negative, which a logarithmic axis cannot show",
            "At iteration {step} the loss is negative, which a logarithmic axis cannot show",
        ),
        (
            lambda loss: not math.isfinite(loss),
            "From iteration {step} on the loss is not a finite number any more",
            "At iteration {step} the loss is not a finite number",
        ),
    ):
        step = next((step for step, loss in enumerate(losses) if strange(loss)), None)
        if step is not None:
            english = lasting if len(losses) - step > 1 and all(map(strange, losses[step:])) else once
            notes.append((translate(english, step=sheet.language.integer(step)), step))
    if len(losses) > 1 and len(set(losses)) == 1 and _drawable(losses[0]):
        notes.append((translate("The loss does not change"), None))
    return notes


def _ends(sheet: Drawing, shown: Sequence[Quantity], steps: Sequence[int], y: float) -> float:
    """The first and the last value in digits."""
    for quantity, step in zip(shown, steps, strict=False):
        words = sheet.language.translate("iteration")
        marked = Run(sheet.language.integer(step), data={"data-tick": str(step)})
        sheet.text(4, y, [Run(f"{words} "), marked], "bp-note", "start")
        number = sheet.number(quantity, room=WIDTH - 150 - 60)
        sheet.text(150, y, [*symbol(quantity.name.partition("@")[0]), Run(" "), number], "", "start")
        y += 24
    return y - 12
