"""What a link to a page is shown with elsewhere (``og:image``): a figure below the site's name, as PNG.

The rasteriser and the font come with this package, so the bytes are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import shorten, wrap
from typing import Final, NamedTuple, Protocol

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.figures.coloured import NAMESPACE, coloured, colours
from backprop_docgen.figures.figure import Request, draw_all
from backprop_docgen.v8.context import Context

WIDTH: Final = 1200  # pixels, as those who show previews ask for
HEIGHT: Final = 630
KIND: Final = "small-circuit"
TITLE: Final = "The network, its outputs and their targets"
"""The figure that is shown, that of the home page, and what it is called."""

_MARGIN: Final = 56
_LARGE: Final = 54.0  # font sizes of the name, and of what stands below it
_SMALL: Final = 27.0
_SIGN: Final = 0.62  # how wide a letter is on average, in font sizes
_FAMILY: Final = "DejaVu Sans"
_FONT: Final = Path(__file__).parents[1] / "_dejavu" / "ttf" / "DejaVuSans.ttf"


class Picture(NamedTuple):
    """A picture that is wanted: what its figure is drawn from, the site's name, and what it is about."""

    request: Request
    name: str
    about: str


def pictures(context: Context, wanted: Sequence[Picture]) -> list[bytes]:
    """Each as PNG, 1200 × 630, its figure in landscape. Raises V8Error, and SiteError where the font is missing."""
    figures = draw_all(context, [each.request for each in wanted])
    return [png(figure.svgs[-1], each.name, each.about) for figure, each in zip(figures, wanted, strict=True)]


class Painter(Protocol):
    """Makes pictures."""

    def begin(self, wanted: Sequence[Picture]) -> None:
        """These will be asked for: whoever can do it meanwhile, begins."""

    def paint(self, wanted: Sequence[Picture]) -> list[bytes]:
        """Each picture. Raises V8Error, and SiteError where the font is missing."""


@dataclass(frozen=True)
class PaintOnDemand:
    """Makes them in this process."""

    context: Context

    def begin(self, wanted: Sequence[Picture]) -> None:
        """Nothing is done ahead."""

    def paint(self, wanted: Sequence[Picture]) -> list[bytes]:
        """Each picture. Raises V8Error, and SiteError where the font is missing."""
        return pictures(self.context, wanted)


def png(svg: str, name: str, about: str) -> bytes:
    """A figure below the site's name, and what the site is about. Raises SiteError where the font is missing."""
    from resvg_py import svg_to_bytes

    if not _FONT.is_file():
        advice = "Install the package again: pip install ."
        raise SiteError(Problem("the font of link previews is missing", file=str(_FONT), advice=advice))
    text = _framed(svg, name, about)
    return svg_to_bytes(text, skip_system_fonts=True, font_files=[str(_FONT)], font_family=_FAMILY)


def _framed(svg: str, name: str, about: str) -> str:
    """The figure below its site's name."""
    from lxml import etree

    known, figure = colours(), coloured(svg)
    parts, y = [f'<rect width="100%" height="100%" fill="{known["--bp-paper"]}"/>'], float(_MARGIN)
    for line, size, colour in _lines(name, about):
        y += size * 1.2
        place = f'x="{_MARGIN}" y="{y:g}" font-size="{size:g}" fill="{known[colour]}"'
        parts.append(f"<text {place}>{escape(line)}</text>")
    top = y + _MARGIN / 2
    room = {"x": _MARGIN, "y": top, "width": WIDTH - 2 * _MARGIN, "height": HEIGHT - top - _MARGIN / 2}
    for key, value in room.items():
        figure.set(key, f"{value:g}")
    parts.append(etree.tostring(figure, encoding="unicode"))
    return f'<svg{NAMESPACE} width="{WIDTH}" height="{HEIGHT}" font-family="{_FAMILY}">{"".join(parts)}</svg>'


def _lines(name: str, about: str) -> Iterator[tuple[str, float, str]]:
    """The name on one line, as large as it fits, up to two lines of what the site is about; sizes and colours."""
    room = (WIDTH - 2 * _MARGIN) / _SIGN  # in letters of size 1
    name = shorten(name, int(room / _SMALL), placeholder=" …")
    yield name, min(_LARGE, room / max(1, len(name))), "--bp-ink"
    for line in wrap(about, int(room / _SMALL), max_lines=2, placeholder=" …"):
        yield line, _SMALL, "--bp-faint"
