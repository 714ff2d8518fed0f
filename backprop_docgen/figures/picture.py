"""What a link to a page is shown with elsewhere (``og:image``): a figure below the site's name, as PNG.

The rasteriser and the font come with this package, so the bytes are the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.figures.figure import Request, draw_all
from backprop_docgen.v8.context import Context

if TYPE_CHECKING:
    from lxml.etree import _Element

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
_STYLE: Final = Path(__file__).parents[1] / "assets" / "figures.css"
_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PLAIN: Final = re.compile(r"\.bp-figure[\w\s.-]*")  # no state, no scheme, no medium
_OWN: Final = "--bp-own"  # a kind's colour, which what is inside inherits
_SHOWN: Final = ("fill", "stroke", "stroke-width", "opacity", "color", "font-weight")
_VARIABLE: Final = re.compile(r"var\((--[\w-]+)(?:,\s*(.+))?\)")


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

    colours = _colours()
    figure = etree.fromstring(svg.replace(_NAMESPACE, "", 1))
    _colour(figure, colours)
    parts, y = [f'<rect width="100%" height="100%" fill="{colours["--bp-paper"]}"/>'], float(_MARGIN)
    for line, size, colour in _lines(name, about):
        y += size * 1.2
        place = f'x="{_MARGIN}" y="{y:g}" font-size="{size:g}" fill="{colours[colour]}"'
        parts.append(f"<text {place}>{escape(line)}</text>")
    top = y + _MARGIN / 2
    room = {"x": _MARGIN, "y": top, "width": WIDTH - 2 * _MARGIN, "height": HEIGHT - top - _MARGIN / 2}
    for key, value in room.items():
        figure.set(key, f"{value:g}")
    parts.append(etree.tostring(figure, encoding="unicode"))
    return f'<svg{_NAMESPACE} width="{WIDTH}" height="{HEIGHT}" font-family="{_FAMILY}">{"".join(parts)}</svg>'


def _lines(name: str, about: str) -> Iterator[tuple[str, float, str]]:
    """The name on one line, as large as it fits, up to two lines of what the site is about; sizes and colours."""
    room = (WIDTH - 2 * _MARGIN) / _SIGN  # in letters of size 1
    name = shorten(name, int(room / _SMALL), placeholder=" …")
    yield name, min(_LARGE, room / max(1, len(name))), "--bp-ink"
    for line in wrap(about, int(room / _SMALL), max_lines=2, placeholder=" …"):
        yield line, _SMALL, "--bp-faint"


def _colours() -> dict[str, str]:
    """The colours of light pages, by their names in the style sheet."""
    found: dict[str, str] = {}
    for name, colour in re.findall(r"(--bp-[\w-]+):\s*(#\w+);", _STYLE.read_text("utf-8")):
        found.setdefault(name, colour)
    return found


def _colour(figure: _Element, colours: Mapping[str, str]) -> None:
    """Write into a figure what its style sheet says: the rasteriser knows no variables of CSS."""
    from cssselect import GenericTranslator

    path = GenericTranslator().css_to_xpath
    styles: dict[_Element, dict[str, str]] = {}
    for selectors, declared in _RULE.findall(re.sub(r"/\*.*?\*/", "", _STYLE.read_text("utf-8"), flags=re.DOTALL)):
        pairs = (each.partition(":") for each in declared.split(";"))
        style = {key.strip(): value.strip() for key, _, value in pairs if key.strip() in (*_SHOWN, _OWN)}
        for selector in map(str.strip, selectors.split(",")) if style else ():
            if _PLAIN.fullmatch(selector):
                for element in figure.xpath(path(selector)):
                    styles.setdefault(element, {}).update(style)
    owns: dict[_Element | None, str] = {None: ""}
    for element in figure.iter("*"):
        style = styles.get(element, {})
        own = owns[element] = _value(style.pop(_OWN, ""), colours) or owns[element.getparent()]
        known = {**colours, _OWN: own} if own else colours
        for key, value in style.items():
            element.set(key, _value(value, known))


def _value(text: str, known: Mapping[str, str]) -> str:
    """A value without variables."""
    found = _VARIABLE.fullmatch(text)
    if found is None:
        return text
    return known.get(found[1]) or _value(found[2] or "", known)
