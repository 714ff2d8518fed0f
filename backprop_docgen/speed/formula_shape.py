"""The shape of a formula: the same formula with stand-ins for its longer numbers.

In KaTeX's fonts all digits of a size are alike, so what it makes of a formula does not hang on which digits stand
there. One formula of each shape is typeset; into its HTML go the numbers of all others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from backprop_docgen.latex.katex import Formula

_MOST: Final = 1000
# Two digits at least: a lone one may be a character box of its own, or the whole argument of a command. No number
# beside a letter, a script or a command: it may be a name's part, a length, or only its first digit may count.
_NUMBER: Final = re.compile(r"(?<![\w^_\\.#&])(?:[0-9]+\.[0-9]+|[0-9][0-9]+)(?!\.?[\w^_])(?!\s*[A-Za-z^_])")
_STAND_IN: Final = re.compile(r"81726354(?:\.)?(\d{3})")
_IN_MATHML: Final = re.compile(r"<mn>([^<]*)</mn>")
_IN_HTML: Final = re.compile(r'<span class="mord(?: mtight)?"(?: style="[^"]*")?>([^<]*)</span>')
_IN_TEX: Final = re.compile(r"<annotation [^>]*>([^<]*)</annotation>")


def shape(formula: Formula) -> tuple[Formula, list[str]] | None:
    """The shape of a formula, and the numbers that were taken out of it, in order; None if it has none."""
    numbers: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        numbers.append(match[0])
        return f"81726354{'.' if '.' in match[0] else ''}{len(numbers) - 1:03}"

    if _STAND_IN.search(formula.tex):
        return None
    tex = _NUMBER.sub(stand_in, formula.tex)
    return (Formula(tex, formula.display), numbers) if len(numbers) <= _MOST else None


def pieces(shaped: Formula, html: str) -> list[str] | None:
    """The HTML of a shape: text and the numbers of the stand-ins by turns.

    None unless each stand-in is found once as a number of the MathML, once as a number of the HTML, once in the TeX,
    and nowhere else: then the digits may have meant something to KaTeX.
    """
    wanted = _STAND_IN.findall(shaped.tex)
    found = [sorted(_STAND_IN.findall(" ".join(place.findall(html)))) for place in (_IN_MATHML, _IN_HTML, _IN_TEX)]
    parts = _STAND_IN.split(html)
    return parts if found == [wanted] * 3 and len(parts) == 6 * len(wanted) + 1 else None


def put(parts: Sequence[str], numbers: Sequence[str]) -> str:
    """The HTML of a formula: its numbers among the pieces of its shape."""
    html = list(parts)
    html[1::2] = [numbers[int(at)] for at in parts[1::2]]
    return "".join(html)
