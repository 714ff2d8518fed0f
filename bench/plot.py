"""Bars on a logarithmic scale, as SVG: from a line that stands for 1, to the right if more, to the left if less.

Everything is drawn in the colour of the text, so that it reads on a light page and on a dark one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from backprop_docgen.figures.svg import SMALL, WIDTH, Line, element, path_element, plain, short, text_element, width_of

_ROW, _BAR, _TOP = 38.0, 10.0, 22.0  # a row, the bar in it, and the room above the first
_LEFT, _RIGHT = 4.0, 64.0  # of the scale
_STEPS: Final = (1, 2, 5)


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
    for tick in ticks:
        line = path_element([Line(x(tick), _TOP - 6, x(tick), bottom)], "benchmark-tick")
        inside.append(element("g", {"opacity": None if tick == 1 else 0.2}, line))
    half = width_of(plain(base), SMALL) / 2
    inside.append(text_element(max(x(1), half), _TOP - 10, plain(base), "middle", SMALL, ""))
    room = 0.0
    for tick in ticks:
        label = plain(short(tick))
        if x(tick) - width_of(label, SMALL) / 2 >= room:
            inside.append(text_element(x(tick), bottom + 16, label, "middle", SMALL, ""))
            room = x(tick) + width_of(label, SMALL) / 2 + 4
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
    name = element("g", {"font-weight": weight}, text_element(_LEFT, top + 14, plain(bar.name), "start", SMALL, ""))
    at = max(base, end) + 6
    ratio = text_element(at, top + 29, plain(bar.text), "start", SMALL, "")
    return [name, element("rect", box), element("g", {"font-weight": weight}, ratio)]
