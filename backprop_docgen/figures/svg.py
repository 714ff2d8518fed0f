"""SVG as text: runs of text with subscripts, lines, boxes, and how wide a text is about to be.

Lengths are user units; a figure is 340 of them wide, so that on a phone one unit is one pixel.
Colours come from the style sheet (``assets/figures.css``) by class; what stands here prints well without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Final

WIDTH: Final = 340.0
NAME: Final = 14.5
NUMBER: Final = 13.0
SMALL: Final = 12.5
"""Nothing is set smaller than this: 12 px on a phone 360 px wide."""

_WIDE: Final = {
    **dict.fromkeys(" .,;:ijl|'", 33),
    **dict.fromkeys("frt()[]", 41),
    **dict.fromkeys("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 44),
    **dict.fromkeys("w×−+=≈→<>½", 84),
    **dict.fromkeys("mM…⋯", 100),
}
_USUAL: Final = 64
"""Hundredths of the font size: whole numbers, so that sums come out the same everywhere."""



@dataclass(frozen=True)
class Run:
    """A stretch of text, lowered or not, with attributes (``data-q``) and a class; ``rounded`` if a number is."""

    text: str
    sub: bool = False
    data: Mapping[str, str] = field(default_factory=dict)
    css: str = ""
    rounded: bool = False


def relation(*numbers: Run) -> str:
    """``=`` between exact numbers, ``≈`` where one is rounded."""
    return "≈" if any(number.rounded for number in numbers) else "="


Runs = Sequence[Run]


def plain(text: str, css: str = "") -> list[Run]:
    """A text as one run."""
    return [Run(text, css=css)]


def width_of(runs: Runs, size: float = NUMBER) -> float:
    """About how wide the text is, a little too much rather than too little (DejaVu Sans is the widest face)."""
    hundredths = (sum(_WIDE.get(c, _USUAL) for c in run.text) * (SMALL if run.sub else size) for run in runs)
    return sum(hundredths) / 100


@dataclass(frozen=True)
class Box:
    """A rectangle by its sides; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """The rectangle of a size about a centre."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two rectangles come closer than ``gap``."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def span_on(self, line: Line, gap: float = 0.0) -> tuple[float, float] | None:
        """The stretch of a line (0 to 1) inside the rectangle grown by ``gap``; None if they don't meet."""
        start, end = 0.0, 1.0
        for low, high, origin, step in (
            (self.left - gap, self.right + gap, line.x1, line.x2 - line.x1),
            (self.top - gap, self.bottom + gap, line.y1, line.y2 - line.y1),
        ):
            if abs(step) < 1e-9:
                if not low < origin < high:
                    return None
                continue
            first, second = sorted(((low - origin) / step, (high - origin) / step))
            start, end = max(start, first), min(end, second)
        return (start, end) if start < end else None


@dataclass(frozen=True)
class Line:
    """A straight line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float

    def at(self, share: float) -> tuple[float, float]:
        """The point a share of the way along."""
        return self.x1 + (self.x2 - self.x1) * share, self.y1 + (self.y2 - self.y1) * share

    @property
    def length(self) -> float:
        """How long it is, never 0."""
        across, down = self.x2 - self.x1, self.y2 - self.y1
        return max(math.sqrt(across * across + down * down), 1e-9)  # unlike hypot, the same to the last bit everywhere

    def shortened(self, start: float, end: float) -> Line:
        """The line without its first ``start`` and last ``end`` units."""
        a, b = self.at(start / self.length), self.at(1 - end / self.length)
        return Line(*a, *b)


def short(number: float) -> str:
    """A length in an attribute: at most two decimals, no "-0"."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def magnitude(number: float) -> int:
    """The e with 10ᵉ ≤ number < 10ᵉ⁺¹, by the number's shortest digits; unlike log10 never off by a rounding."""
    return Decimal(repr(number)).adjusted()


def is_power(number: float) -> bool:
    """Whether the number's shortest digits are a power of ten."""
    return Decimal(repr(number)).normalize().as_tuple().digits == (1,)


def attributes(pairs: Mapping[str, str | float | None]) -> str:
    """Attributes in order, escaped; None is left out."""
    shown = {k: short(v) if isinstance(v, int | float) else v for k, v in pairs.items() if v is not None}
    return "".join(f' {key}="{escape(value)}"' for key, value in shown.items())


def element(tag: str, pairs: Mapping[str, str | float | None], inside: str = "") -> str:
    """An element; ``inside`` is markup already."""
    return f"<{tag}{attributes(pairs)}>{inside}</{tag}>" if inside else f"<{tag}{attributes(pairs)}/>"


def text_element(x: float, y: float, runs: Runs, anchor: str, size: float, css: str) -> str:
    """A line of text on its baseline; subscripts hang 4 units below it."""
    inside, lowered = "", False
    for run in runs:
        shift = 4 if run.sub and not lowered else -4 if lowered and not run.sub else None
        lowered = run.sub
        pairs: dict[str, str | float | None] = {
            "dy": shift,
            "font-size": SMALL if run.sub else None,
            "class": run.css or None,
            **run.data,
        }
        bare = all(value is None for value in pairs.values())
        inside += escape(run.text, quote=False) if bare else element("tspan", pairs, escape(run.text, quote=False))
    pairs = {"x": x, "y": y, "font-size": size, "class": css or None}
    if anchor != "start":
        pairs["text-anchor"] = anchor
    return element("text", pairs, inside)


def path_element(lines: Iterable[Line], css: str, width: float = 1.0, dash: str | None = None) -> str:
    """Lines as one stroked path."""
    data = "".join(f"M{short(s.x1)} {short(s.y1)}L{short(s.x2)} {short(s.y2)}" for s in lines)
    pairs: dict[str, str | float | None] = {"class": css, "d": data, "fill": "none", "stroke": "currentColor"}
    return element("path", pairs | {"stroke-width": width, "stroke-dasharray": dash})


def arrow_head(line: Line, css: str, size: float = 7.0) -> str:
    """A filled triangle whose tip is the end of the line."""
    ux, uy = (line.x2 - line.x1) / line.length, (line.y2 - line.y1) / line.length
    bx, by = line.x2 - ux * size, line.y2 - uy * size
    half = size * 0.45
    points = ((line.x2, line.y2), (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half))
    data = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points) + "Z"
    return element("path", {"class": f"{css} bp-head", "d": data, "fill": "currentColor"})
