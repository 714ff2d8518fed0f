"""The pictures of link previews: their size, their bytes, whatever a site is called."""

from __future__ import annotations

import hashlib
import struct

import pytest

from backprop_docgen.figures.picture import HEIGHT, WIDTH, png

SVG = (
    '<svg class="bp-figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 100">'
    '<g class="bp-weight"><path class="bp-line" d="M10 50L200 90" fill="none" stroke="currentColor"/>'
    '<text x="20" y="40">w₅ ≈ 0.4 <tspan class="bp-gradient">∂E</tspan></text></g></svg>'
)


def test_the_bytes_are_the_same_on_every_machine() -> None:
    found = png(SVG, "Retropropagación paso a paso", "Un tutorial en el que cada número se calcula.")
    assert hashlib.sha256(found).hexdigest() == "7099387b06b6ef1b0c8bfa96dcef9364833315804f8f4ca8a6f5274b9683614a"


@pytest.mark.parametrize("name", ["", "E", "<&\"", "Ein langer Name " * 20, "Ohnezwischenraum" * 30, "\u5b66\u7fd2"])
def test_a_picture_has_its_size_whatever_the_site_is_called(name: str) -> None:
    found = png(SVG, name, name)
    assert found[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", found[16:24]) == (WIDTH, HEIGHT)


def test_colours_are_those_of_the_style_sheet() -> None:
    """A line and a text of a kind, and another kind inside it."""
    from backprop_docgen.figures.coloured import coloured, colours

    figure, known = coloured(SVG), colours()
    assert figure.find(".//path").get("stroke") == known["--bp-weight"]
    assert figure.find(".//text").get("fill") == known["--bp-weight"]
    assert figure.find(".//tspan").get("fill") == known["--bp-gradient"]
