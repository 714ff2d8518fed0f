"""Bars on a logarithmic scale, as SVG: from a line that stands for 1, to the right if more, to the left if less.

Everything is drawn in the colour of the text, so that it reads on a light page and on a dark one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_ROW, _BAR, _TOP = 38.0, 10.0, 22.0  # a row, the bar in it, and the room above the first
_LEFT, _RIGHT = 4.0, 64.0  # of the scale
_STEPS: Final = (1, 2, 5)
WIDTH: Final = 340.0
_SIZE: Final = 12.5  # of all text: 12 px on a phone 360 px wide
_NARROW: Final = {**dict.fromkeys(" .,;:ijl|'", 33), **dict.fromkeys("frt()[]", 41)}
_WIDE: Final = {**dict.fromkeys("w×−+=≈→<>½", 84), **dict.fromkeys("mM…⋯", 100)}
_WIDTHS: Final = _NARROW | _WIDE  # in hundredths of the size, others are 64


@dataclass(frozen=True)
class Bar:
    """A named ratio; ``strong``: the one it is about; ``about``: it is an estimate."""

    name: str
    ratio: float
    strong: bool = False
    about: bool = False

    @property
    def text(self) -> str:
        """The ratio as it is written beside the bar."""
        about = "≈\u00a0" if self.about else ""
        return f"{about}{self.ratio:.{2 if self.ratio < 10 else 0}f} ×"


def bars(shown: Sequence[Bar], base: str, title: str, description: str) -> str:
    """A drawing 340 units wide; ``base`` names the line at 1. ``shown`` has at least one bar."""
    low = min(1.0, *(bar.ratio for bar in shown)) / 1.08
    high = max(2.0, *(bar.ratio for bar in shown)) * 1.08
    share = (WIDTH - _LEFT - _RIGHT) / math.log(high / low)
    bottom = _TOP + _ROW * len(shown)

    def x(ratio: float) -> float:
        return _LEFT + share * math.log(ratio / low)

    ticks = [step * 10**power for power in range(-1, 4) for step in _STEPS if low <= step * 10**power <= high]
    inside = [element("title", {"id": "benchmark-title"}, escape(title))]
    inside.append(element("desc", {"id": "benchmark-desc"}, escape(description)))
    rows = [(_TOP + _ROW * number, _beside(bar, x(1), x(bar.ratio))) for number, bar in enumerate(shown)]
    for tick in ticks:
        at = short(x(tick))  # a line runs beside the bars alone: names and ratios stand free
        free = [top for top, (left, right) in rows if not left < x(tick) < right]
        pieces = [*((top + 18.5, top + 33) for top in free), (bottom - 1, bottom + 3)]
        data = "".join(f"M{at} {short(start)}L{at} {short(end)}" for start, end in pieces)
        style = {"class": "benchmark-tick", "d": data, "fill": "none", "stroke": "currentColor", "stroke-width": "1"}
        inside.append(element("g", {"opacity": None if tick == 1 else 0.2}, element("path", style)))
    inside.append(_text(max(x(1), _width(base) / 2), _TOP - 10, base, "middle"))
    room = 0.0
    for tick in ticks:
        label = short(tick)
        if x(tick) - _width(label) / 2 >= room:
            inside.append(_text(x(tick), bottom + 16, label, "middle"))
            room = x(tick) + _width(label) / 2 + 4
    for number, bar in enumerate(shown):
        inside += _bar(bar, x(1), x(bar.ratio), _TOP + _ROW * number)
    head = {
        "viewBox": f"0 0 {short(WIDTH)} {short(bottom + 22)}",
        "role": "img",
        "aria-labelledby": "benchmark-title benchmark-desc",
        "style": "display:block;width:100%;max-width:26rem;height:auto;margin:0 auto",
        "fill": "currentColor",
    }
    return element("svg", head, "".join(inside))


def _beside(bar: Bar, base: float, end: float) -> tuple[float, float]:
    """From where to where the ratio beside a bar stands, with a little room."""
    return max(base, end) + 2, max(base, end) + 10 + 1.1 * _width(bar.text)


def _bar(bar: Bar, base: float, end: float, top: float) -> list[str]:
    """The name above, the bar, and the ratio at its end."""
    weight = "bold" if bar.strong else None
    box = {
        "x": min(base, end),
        "y": top + 20,
        "width": max(abs(end - base), 1.0),
        "height": _BAR,
        "opacity": None if bar.strong else 0.5,
    }
    name = element("g", {"font-weight": weight}, _text(_LEFT, top + 14, bar.name))
    ratio = _text(max(base, end) + 6, top + 29, bar.text)
    return [name, element("rect", box), element("g", {"font-weight": weight}, ratio)]


def short(number: float) -> str:
    """A length in an attribute: at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def element(tag: str, pairs: Mapping[str, str | float | None], inside: str = "") -> str:
    """An element with its attributes, but for those that are None; ``inside`` is markup already."""
    shown = {key: value for key, value in pairs.items() if value is not None}
    texts = {key: value if isinstance(value, str) else short(value) for key, value in shown.items()}
    start = tag + "".join(f' {key}="{escape(value)}"' for key, value in texts.items())
    return f"<{start}>{inside}</{tag}>" if inside else f"<{start}/>"


def _width(text: str) -> float:
    """About how wide a text is, a little too much rather than too little."""
    return sum(_WIDTHS.get(sign, 64) * _SIZE for sign in text) / 100


def _text(x: float, y: float, text: str, anchor: str | None = None) -> str:
    """A line of text, its baseline at y."""
    place = {"x": x, "y": y, "font-size": _SIZE, "text-anchor": anchor}
    return element("text", place, escape(text, quote=False))
