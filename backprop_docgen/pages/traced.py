"""Rendered text that knows where it was written: before each line of a template stands its file and number.

Only who looks for a place renders so (``backprop-docgen where``): an extension of Jinja marks what templates say by
themselves, and :func:`read` takes the marks out again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Final, NamedTuple

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.pages.pieces import EquationPiece, FigurePiece, Piece, in_maths, index_of
from backprop_docgen.private_characters import PLACE_CLOSE, PLACE_OPEN, TOKENS

_MARK: Final = re.compile(f"{PLACE_OPEN}([^{PLACE_CLOSE}]*):([0-9]+){PLACE_CLOSE}")
_READ: Final = re.compile(
    rf"\$`(?P<math>.*?)`\$|(?P<token>[{TOKENS}])|(?P<entity>&#?\w+;)"
    r"|(?P<unread></?[A-Za-z][^<>]*>|<!--.*?-->|(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|\{[:#.][^{}]*\})",
    re.DOTALL,
)


class Place(NamedTuple):
    """A line of a template."""

    file: str
    line: int


class PlaceMarks(Extension):
    """Marks each line of what a template says by itself, and each expression."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens, with marks in its text and before each expression."""

        def marked(token: Token, text: str) -> Token:
            lines = text.split("\n")
            marks = (f"{PLACE_OPEN}{stream.name}:{token.lineno + at}{PLACE_CLOSE}" for at in range(len(lines)))
            said = "\n".join(mark + line for mark, line in zip(marks, lines, strict=True))
            return Token(token.lineno, "data", said)

        for token in stream:
            if stream.name is None:  # no file: an example that a page runs stands where the page asks for it
                yield token
                continue
            if token.type == "data":
                yield marked(token, token.value)
                continue
            if token.type == "variable_begin":
                yield marked(token, "")
            yield token


def without_marks(text: str) -> str:
    """The text as it is rendered otherwise."""
    return _MARK.sub("", text) if PLACE_OPEN in text else text


def marked_as(text: str, before: str) -> str:
    """A text with the marks that ``before``, which it was made of line by line, had in its lines."""
    if PLACE_OPEN not in before:
        return text
    marks = ["".join(match[0] for match in _MARK.finditer(line)) for line in before.strip("\n").split("\n")]
    lines = text.split("\n")
    if len(lines) != len(marks):
        return marks[0] + text
    return "\n".join(mark + line for mark, line in zip(marks, lines, strict=True))


@dataclass
class Reading:
    """What readers see of a text, letters and digits alone, each with its place."""

    text: str
    places: list[Place | None] = field(repr=False)

    def found(self, parts: Sequence[str]) -> Iterator[list[Place]]:
        """Where these parts stand one after the other: the places of all between, each once, in order."""
        pattern = re.compile(f".{{0,{_BETWEEN}}}?".join(map(re.escape, parts)))
        for match in pattern.finditer(self.text):
            yield list(dict.fromkeys(each for each in self.places[slice(*match.span())] if each is not None))


_BETWEEN: Final = 120
"""So many letters and digits may stand where the text sought has an ellipsis."""


def letters(text: str) -> str:
    """A text's letters and digits, as they are compared: without case, signs, spaces and typographic forms."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def read(text: str, record: Sequence[Piece]) -> Reading:
    """A rendered text with marks as its readers see it."""
    bare, places = _apart(text)
    shown: list[str] = []
    origins: list[Place | None] = []

    def put(text: str, places: Iterable[Place | None]) -> None:
        for sign, place in zip(text, places, strict=True):
            own = letters(sign)
            shown.append(own)
            origins.extend([place] * len(own))

    at = 0
    for match in _READ.finditer(bare):
        start, end = match.span()
        put(bare[at:start], places[at:start])
        said = _said(match, record)
        put(said, [places[start]] * len(said))
        at = end
    put(bare[at:], places[at:])
    return Reading("".join(shown), origins)


def _said(match: re.Match[str], record: Sequence[Piece]) -> str:
    """What stands there for readers."""
    if match["math"] is not None:
        return plain(in_maths(match["math"], record))
    if match["token"] is not None:
        piece = record[index_of(match["token"])]
        return plain(piece.maths) + piece.plain if isinstance(piece, EquationPiece) else _of(piece)
    return unescape(match["entity"]) if match["entity"] else ""


def _of(piece: Piece) -> str:
    return f"{piece.plain}. " if isinstance(piece, FigurePiece) and piece.plain else piece.plain


def _apart(text: str) -> tuple[str, list[Place | None]]:
    """The text without its marks, and for each character the place of the mark before it."""
    parts, places, at = [], list[Place | None](), 0
    place: Place | None = None
    for match in _MARK.finditer(text):
        parts.append(text[at : match.start()])
        places += [place] * (match.start() - at)
        place, at = Place(match[1], int(match[2])), match.end()
    parts.append(text[at:])
    return "".join(parts), places + [place] * (len(text) - at)


