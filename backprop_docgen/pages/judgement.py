"""The equations of an author's own are judged where they are made: each = and ≈ between trees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from backprop_docgen.errors import Problem
from backprop_docgen.latex.arithmetic import Leaf
from backprop_docgen.latex.equations_hold import ROUNDED, broken_relations, value_of
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.numbers.rounding import parse
from backprop_docgen.pages.draft import Template
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.pieces import TOKEN, NumberPiece, Piece, SymbolPiece, index_of
from backprop_docgen.pages.places import written_formulas

_SIGN: Final = re.compile(r"(?<!\{q)=|≈|\\approx")
_WRITE_APPROX: Final = "Write ≈, or {{ x.relation }}, which is = for an exact number and ≈ for a rounded one."
_CORRECT: Final = "Correct one of its sides; what is meant to be wrong takes \\neq."


def wrong_relations(tex: str, state: PageState) -> Iterator[Problem]:
    """The relations of a formula, with its tokens, that do not hold, each with the place of one of them."""

    def put(match: re.Match[str]) -> str:
        piece = state.record[index_of(match[0])]
        return match[0] if _is_leaf(piece) else piece.maths

    written = TOKEN.sub(put, tex)
    if not _SIGN.search(written):
        return
    symbols = partial(_leaf, state=state)
    for broken in broken_relations(written, state.decimals, state.language.mark, symbols):
        token = TOKEN.search(broken.left + broken.right) or TOKEN.search(tex)
        if token is None and broken.why == ROUNDED:
            continue  # how numbers of somebody else's were rounded is not known
        file, line = state.places[index_of(token[0])] if token else (None, None)
        message = TOKEN.sub(lambda match: plain(state.record[index_of(match[0])].maths), str(broken))
        yield Problem(message, file, line, advice=_WRITE_APPROX if broken.why == ROUNDED else _CORRECT)


def _is_leaf(piece: Piece) -> bool:
    return isinstance(piece, SymbolPiece) or (isinstance(piece, NumberPiece) and piece.fixed)


def _leaf(token: str, state: PageState) -> Leaf | None:
    """The number that a token stands for: a quantity's own, or one with an author's own rounding."""
    if not TOKEN.fullmatch(token):
        return None
    piece = state.record[index_of(token)]
    if isinstance(piece, SymbolPiece):
        return value_of(state.quantity(piece.name))
    try:
        return Leaf.of(parse(piece.plain, state.language.mark))
    except ValueError:
        return None


def wrong_formulas(text: str, state: PageState, template: Template) -> list[Problem]:
    """The relations of a page's formulas that do not hold, each once; those of {% equation %} are judged there."""
    found = []
    for tex in written_formulas(text):
        for problem in wrong_relations(tex, state):
            found.append(problem if problem.file else replace(problem, **_place(tex, template)))
    return list(dict.fromkeys(found))


def _place(tex: str, template: Template) -> dict[str, Any]:
    """File and line of a formula without tokens."""
    from backprop_docgen.latex.written import locate  # only where something is wrong

    places = ((file, locate(tex, source)) for file, source in template.sources.items())
    file, line = next(((file, line) for file, line in places if line is not None), (template.file, None))
    return {"file": file, "line": line}


def without_symbols(text: str, record: Sequence[Piece]) -> str:
    """A text with its symbols written out."""

    def put(match: re.Match[str]) -> str:
        piece = record[index_of(match[0])]
        return piece.maths if isinstance(piece, SymbolPiece) else match[0]

    return TOKEN.sub(put, text)
