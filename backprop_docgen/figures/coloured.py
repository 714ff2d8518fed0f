"""A figure for where there is no style sheet: it carries the colours of light pages itself, as attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'

_STYLE: Final = Path(__file__).parents[1] / "assets" / "figures.css"
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PLAIN: Final = re.compile(r"\.bp-figure[\w\s.-]*")  # no state, no scheme, no medium
_OWN: Final = "--bp-own"  # a kind's colour, which what is inside inherits
_SHOWN: Final = (
    *("fill", "stroke", "stroke-width", "stroke-linejoin", "paint-order"),
    *("opacity", "color", "font-weight"),
)
_VARIABLE: Final = re.compile(r"var\((--[\w-]+)(?:,\s*(.+))?\)")


def standalone(svg: str) -> str:
    """A drawing as a file of its own: on paper, in its colours, as wide as it is drawn."""
    from lxml import etree

    figure = coloured(svg)
    x, y, width, height = figure.get("viewBox", "").split()
    paper = {"x": x, "y": y, "width": width, "height": height, "fill": colours()["--bp-paper"]}
    figure.insert(0, etree.Element("rect", paper))
    figure.set("width", width)
    figure.set("height", height)
    figure.set("font-family", "system-ui, sans-serif")
    text: str = etree.tostring(figure, encoding="unicode")
    return text.replace("<svg", f"<svg{NAMESPACE}", 1)


def coloured(svg: str) -> _Element:
    """A drawing as an element without a namespace, with all that its style sheet says of it written into it."""
    from lxml import etree

    figure = etree.fromstring(svg.replace(NAMESPACE, "", 1))
    _colour(figure, colours())
    return figure


def colours() -> dict[str, str]:
    """The colours of light pages, by their names in the style sheet."""
    found: dict[str, str] = {}
    for name, colour in re.findall(r"(--bp-[\w-]+):\s*(#\w+);", _STYLE.read_text("utf-8")):
        found.setdefault(name, colour)
    return found


def _colour(figure: _Element, scheme: Mapping[str, str]) -> None:
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
        own = owns[element] = _value(style.pop(_OWN, ""), scheme) or owns[element.getparent()]
        known = {**scheme, _OWN: own} if own else scheme
        for key, value in style.items():
            element.set(key, _value(value, known))


def _value(text: str, known: Mapping[str, str]) -> str:
    """A value without variables."""
    found = _VARIABLE.fullmatch(text)
    if found is None:
        return text
    return known.get(found[1]) or _value(found[2] or "", known)
