r"""TeX that KaTeX and MathJax read alike, between dollar signs and in the cell of a table.

It has no marks of ours, no sign that means something to Markdown or to HTML (``|``, ``<``, ``*``), and no line too long
for a page: where nothing breaks a formula by itself, each relation after the first begins a row of ``aligned``.
"""

from __future__ import annotations

import re
from typing import Final

from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.latex.written import unmarked

_LONGEST: Final = 48
"""So many characters of a formula in plain words find room on a line."""

_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.|[^\\]", re.DOTALL)
_OPENING: Final = frozenset(("{", "[", "(", r"\left", r"\begin"))
_CLOSING: Final = frozenset(("}", "]", ")", r"\right", r"\end"))
_RELATIONS: Final = frozenset("=≈<>≤≥≠≡") | frozenset(
    (r"\approx", r"\lt", r"\gt", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\equiv")
)
_NAMED: Final = {
    "|": r"\vert ", r"\|": r"\Vert ", "<": r"\lt ", ">": r"\gt ", "*": r"\ast ", r"\{": r"\lbrace ",
    r"\}": r"\rbrace ", r"\,": r"\hspace{0.17em}", r"\:": r"\hspace{0.22em}", r"\;": r"\hspace{0.28em}",
    r"\!": r"\hspace{-0.17em}", r"\allowbreak": "",
}  # fmt: skip
"""Names that stand for signs; of a backslash before a sign some readers of Markdown leave the sign alone."""

_LINE: Final = r"\\"
_WORDS: Final = re.compile(r"\\(?:text[a-z]*|mbox|operatorname)\s*\{[^{}]*\}")


def portable(tex: str) -> str:
    """A formula in a line of text."""
    text, at = "", 0
    tex = unmarked(tex)
    for words in _WORDS.finditer(tex):  # words stay as they are
        text += _named(tex[at : words.start()]) + words[0]
        at = words.end()
    return " ".join((text + _named(tex[at:])).split())


def portable_display(tex: str, number: str = "") -> str:
    r"""A formula on a line of its own, with its number ("(3)").

    The number is part of the formula: ``\tag`` stands in no formula of several rows that Sphinx has put into ``split``.
    """
    text = _in_rows(portable(tex))
    return rf"{text} \qquad \text{{{number}}}" if number else text


def _named(tex: str) -> str:
    """TeX with names for the signs that mean something to others."""
    return "".join(_NAMED.get(token, token) for token in _TOKEN.findall(tex))


def _in_rows(tex: str) -> str:
    """A formula of several rows, or too long for one, in rows."""
    rows = _parted(tex, frozenset((_LINE,)), keep=False)
    if len(rows) == 1 and len(plain(tex)) <= _LONGEST:
        return tex
    lines = [line for row in rows for line in _lines(row, len(plain(row)) > _LONGEST)]
    if len(lines) == 1:
        return tex
    body = f" {_LINE}\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _lines(row: str, long: bool) -> list[str]:
    """The lines of a row, all of them aligned at their relation."""
    first, *others = _parted(row, _RELATIONS, keep=True)
    if not others:
        return [f"& {first.strip()}"]
    if not long:
        return [f"{first.strip()} & {''.join(others).strip()}"]
    return [f"{first.strip()} & {others[0].strip()}", *(f"& {each.strip()}" for each in others[1:])]


def _parted(tex: str, at: frozenset[str], keep: bool) -> list[str]:
    """A formula parted at the signs that stand in no braces or brackets; ``keep``: each part begins with its sign."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(tex):
        depth += (token in _OPENING) - (token in _CLOSING)
        if token in at and depth <= 0:
            parts.append(token if keep else "")
        else:
            parts[-1] += token
    return [part for part in parts if part.strip()] or [tex]
