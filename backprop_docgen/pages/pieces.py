"""What a page is finished with: numbers, equations, labels, figures. Each leaves a template as a token.

A token is one private character; the page's record holds the piece that it stands for. Markdown takes a token for a
character like any other, and so makes the same of a page whatever its numbers are. What a piece becomes hangs on
where its token stands (:mod:`backprop_docgen.pages.places`); put in in order, the pieces list what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple
from urllib.parse import quote

from backprop_docgen.private_characters import FIRST_TOKEN, LAST_TOKEN, TOKENS

if TYPE_CHECKING:
    from backprop_docgen.figures.figure import Figure

_MARKS: Final = re.compile(r' (data-[a-z]+)="([^"]*)"')
TOKEN: Final = re.compile(f"[{TOKENS}]")


class Label(NamedTuple):
    """Something numbered: an equation ("eq") or a figure ("fig"), by its label."""

    kind: str
    label: str

    @property
    def anchor(self) -> str:
        """The id of the element in the page."""
        return f"{self.kind}-" + re.sub(r"[^A-Za-z0-9_-]+", "-", self.label)


class Numbered(NamedTuple):
    """The number of a label in words ("(3)", "Figure 3"), and the page it stands on ("": this one)."""

    text: str
    page: str


@dataclass(frozen=True)
class Piece:
    """What a token stands for, as it is everywhere: ``plain`` to be read aloud, ``maths`` in TeX.

    ``names`` are the quantities that it shows in a text, ``maths_names`` those that it marks in a formula. A
    ``block`` is no part of a sentence.
    """

    plain: str = ""
    maths: str = ""
    names: tuple[str, ...] = ()
    maths_names: tuple[str, ...] = ()

    block: ClassVar[bool] = False
    opens: ClassVar[bool] = True
    closes: ClassVar[bool] = True

    def html(self, address: Callable[[str], str]) -> str:
        """In the text of a page as HTML; ``address`` gives the one of another page from here."""
        return escape(self.plain, quote=False)

    def markdown(self) -> str:
        """In the text of a page as Markdown."""
        return self.html(str)

    def numbered(self, known: Callable[[Label], Numbered | None]) -> Piece:
        """The same when the numbers of all equations and figures are known."""
        return self


@dataclass(frozen=True)
class NumberPiece(Piece):
    """A number. ``marks``: the attributes that tell whose it is; ``behind``: that in a cell's own list.

    ``fixed``: it has as many decimals as its author wants, and so may be rounded where the site's rule would not.
    """

    marks: str = ""
    behind: str = ""
    fixed: bool = False

    @property
    def said(self) -> str:
        """Whose it is, where it can carry no mark itself: its name or its formula, and its format; "": nobody's."""
        marks: dict[str, str] = dict(_MARKS.findall(self.marks))
        style = marks.get("data-format", "")
        behind = marks.get("data-q", marks.get("data-expr", ""))
        return f"{behind}|{style}" if behind and style else behind

    def html(self, address: Callable[[str], str]) -> str:
        """A number under its mark."""
        return f'<data class="q"{self.marks}>{self.plain}</data>' if self.marks else super().html(address)


@dataclass(frozen=True)
class SymbolPiece(Piece):
    """The symbol of a quantity, by its full name: a token until the formula that it stands in has been judged."""

    name: str = ""


@dataclass(frozen=True)
class HangingPiece(Piece):
    """A sign of an author's own equation that hangs on a quantity: its relation, or it as a factor."""

    kind: str = "relation"
    name: str = ""


@dataclass(frozen=True)
class InvitationPiece(Piece):
    """A link that sets a given number: its ``name``, the number as a ``literal``, and ``to``: its formula."""

    name: str = ""
    literal: str = ""
    to: str = ""

    @property
    def address(self) -> str:
        """What the page's address becomes."""
        return f"#q:{self.name}={self.literal}"

    def html(self, address: Callable[[str], str]) -> str:
        """A link; without a script it leads to an address that holds the number."""
        marks = f'data-try="{self.name}" data-to="{escape(self.to)}"'
        return f'<a class="bp-try" {marks} href="{self.address}">{super().html(address)}</a>'

    def markdown(self) -> str:
        """A link."""
        return f"[{self.plain}]({self.address})"


@dataclass(frozen=True)
class AskPiece(Piece):
    """Where a reader answers a question: ``controls`` as HTML, an ``"option"`` to choose or the ``"field"`` itself.

    They do nothing without this site's scripts, so finished Markdown goes without.
    """

    part: str = "field"
    controls: str = ""

    def html(self, address: Callable[[str], str]) -> str:
        """The controls."""
        return f'<span class="bp-quiz-{self.part}">{self.controls}</span>'

    def markdown(self) -> str:
        """Nothing."""
        return ""


@dataclass(frozen=True)
class LabelPiece(Piece):
    """A reference to something numbered, with the template's line. ``plain`` and ``page`` come with the numbers."""

    kind: str = "eq"
    label: str = ""
    line: int | None = None
    page: str = ""

    @property
    def target(self) -> Label:
        """To what it refers."""
        return Label(self.kind, self.label)

    def html(self, address: Callable[[str], str]) -> str:
        """A link."""
        href = f"{address(self.page) if self.page else ''}#{self.target.anchor}"
        return f'<a data-number="{self.label}" href="{href}">{self.plain}</a>'

    def markdown(self) -> str:
        """A link."""
        return f'[{self.plain}]({self.page}#{self.target.anchor}){{ data-number="{self.label}" }}'

    def numbered(self, known: Callable[[Label], Numbered | None]) -> Piece:
        """With its number, and the page it stands on."""
        text, page = known(self.target) or Numbered("(–)", "")  # what stands in no page has no number
        return replace(self, plain=text, maths=rf"\text{{{text}}}", page=page)


@dataclass(frozen=True)
class EquationPiece(Piece):
    """A display equation: its TeX in ``maths``; one with a ``label`` is numbered where a page refers to it.

    A numbered one stands out, and so does a ``result``; all others are steps.
    ``marks`` are attributes that tell the live page how to write it anew: ``data-ladder`` names the
    quantity whose equation it is; ``data-relations`` has, for each = and ≈ in order, the quantity it
    hangs on ("-": none); ``data-factors`` lists those that take parentheses where they are negative;
    ``data-worked`` names the quantity that an author's own equation works out.
    """

    label: str | None = None
    marks: str = ""
    line: int | None = None
    result: bool = False

    block = True

    @property
    def target(self) -> Label | None:
        """What it is numbered under."""
        return None if self.label is None else Label("eq", self.label)

    @property
    def _opening(self) -> str:
        kinds = "equation" + " numbered" * bool(self.plain) + " result" * self.result
        return f'<div class="{kinds}"{self.marks}' + (f' id="{self.target.anchor}"' if self.target else "")

    @property
    def _number(self) -> str:
        """The number, which links to its own place; "" where there is none."""
        if self.target is None or not self.plain:
            return ""
        return f'<a class="equation-number" href="#{self.target.anchor}" data-number="{self.label}">{self.plain}</a>'

    def html(self, address: Callable[[str], str]) -> str:
        """A formula to be typeset, and its number."""
        tex = quote(self.maths.strip(), safe="")
        formula = f'<bp-math-block class="bp-math-block" data-tex="{tex}"></bp-math-block>'
        number = f"\n<p>{self._number}</p>" if self._number else ""
        return f"{self._opening}>\n{formula}{number}\n</div>"

    def markdown(self) -> str:
        """The same, to be converted."""
        fence = f"```math\n{self.maths}\n```"
        number = f"\n\n{self._number}" if self._number else ""
        return f"{self._opening} markdown>\n\n{fence}{number}\n\n</div>"

    def numbered(self, known: Callable[[Label], Numbered | None]) -> Piece:
        """With its number."""
        number = None if self.target is None else known(self.target)
        return replace(self, plain=number.text) if number else self


@dataclass(frozen=True)
class FigurePiece(Piece):
    """What stands before a figure's caption: its drawings, and its number.

    One that goes step by step may stand on several pages, each of which starts it ``at`` another step. ``shown`` is
    what is drawn ("output-path/w7", see :class:`backprop_docgen.figures.scene.Shown`), ``label`` what it is numbered
    under; one without a label has no number.
    """

    shown: str = ""
    drawings: str = ""
    at: str = ""
    label: str | None = None
    line: int | None = None

    block = True
    closes = False

    @property
    def target(self) -> Label | None:
        """What it is numbered under."""
        return None if self.label is None else Label("fig", self.label)

    def html(self, address: Callable[[str], str]) -> str:
        """The figure up to its caption."""
        drawing = f'<div class="drawing">{self.drawings}</div>'
        return f"<figure {self._attributes()}>\n{drawing}\n<figcaption>{self._number()}"

    def markdown(self) -> str:
        """The same, to be converted."""
        opening = f"<figure {self._attributes()} markdown>"
        drawing = f'<div class="drawing">{self.drawings}</div>'
        return f'{opening}\n\n{drawing}\n\n<figcaption markdown="span">{self._number()}'

    def numbered(self, known: Callable[[Label], Numbered | None]) -> Piece:
        """With its number."""
        number = None if self.target is None else known(self.target)
        return replace(self, plain=number.text) if number else self

    def drawn(self, figure: Figure) -> FigurePiece:
        """With its drawings."""
        return replace(self, names=figure.names, drawings=figure.html)

    def _attributes(self) -> str:
        start = f' data-at="{self.at}"' if self.at else ""
        anchor = self.target.anchor if self.target else Label("figure", self.shown).anchor
        return f'class="figure" id="{anchor}"{start}'

    def _number(self) -> str:
        """The number, which links to its own place; "" where there is none."""
        if self.target is None:
            return ""
        return f'<a href="#{self.target.anchor}" data-number="{self.label}">{self.plain}</a>. '


@dataclass(frozen=True)
class CellPiece(Piece):
    """What stands before a code cell; ``marks`` name what is behind each numeral of its source and its output."""

    marks: str = ""

    block = True
    closes = False

    def html(self, address: Callable[[str], str]) -> str:
        """The beginning of the cell."""
        return f'<div class="cell"{self.marks}>'

    def markdown(self) -> str:
        """The same, around what is to be converted."""
        return f'<div class="cell"{self.marks} markdown>'


@dataclass(frozen=True)
class EndPiece(Piece):
    """What stands after a figure's caption, or after a code cell."""

    of: str = "figure"

    block = True
    opens = False

    def html(self, address: Callable[[str], str]) -> str:
        """The end."""
        return "</figcaption>\n</figure>" if self.of == "figure" else "</div>"

    def markdown(self) -> str:
        """The end."""
        return "</figcaption>\n\n</figure>" if self.of == "figure" else "</div>"


_ALL: Final[list[type[Piece]]] = [Piece, *Piece.__subclasses__()]
_KINDS: Final = {kind.__name__: kind for kind in _ALL}


def token(index: int) -> str:
    """The token of a piece, by its place in the record; raises OverflowError beyond 131,070."""
    if FIRST_TOKEN + index > LAST_TOKEN:
        raise OverflowError
    return chr(FIRST_TOKEN + index)


def index_of(character: str) -> int:
    """The place in the record of what a token stands for."""
    return ord(character) - FIRST_TOKEN


def pieces_in(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """What stands in a text, in order."""
    return [pieces[index_of(found)] for found in TOKEN.findall(text)]


def in_maths(text: str, pieces: Sequence[Piece]) -> str:
    """TeX with its pieces put in."""
    return TOKEN.sub(lambda match: pieces[index_of(match[0])].maths, text)


def said_in_maths(text: str, pieces: Sequence[Piece]) -> str:
    """An attribute that tells whose the numbers in TeX are that carry no mark there; "" where there are none."""
    numbers = [piece for piece in pieces_in(text, pieces) if isinstance(piece, NumberPiece) and not piece.maths_names]
    said = " ".join(piece.said for piece in numbers if piece.said)
    return f' data-said="{said}"' if said else ""


def in_plain(text: str, pieces: Sequence[Piece]) -> str:
    """A text that can hold no marks, with its pieces put in."""
    return TOKEN.sub(lambda match: pieces[index_of(match[0])].plain, text)


def to_json(pieces: Iterable[Piece]) -> list[list[Any]]:
    """The pieces as JSON knows them."""
    return [[type(piece).__name__, *vars(piece).values()] for piece in pieces]


def from_json(data: Iterable[Sequence[Any]]) -> tuple[Piece, ...]:
    """The inverse of :func:`to_json`; raises LookupError or TypeError for another's."""
    return tuple(
        _KINDS[kind](plain, maths, tuple(names), tuple(maths_names), *more)
        for kind, plain, maths, names, maths_names, *more in data
    )
