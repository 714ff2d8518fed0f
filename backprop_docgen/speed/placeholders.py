"""Numbers, formulas, figures and outputs of a page, out of its Markdown and into its HTML.

What Markdown makes of a page does not hang on its numbers. With placeholders in their places, the text of
a page stays the same when a weight changes, and so does its conversion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote

from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.private_characters import PLACE_CLOSE, PLACE_OPEN

_PIECE: Final = re.compile(
    r"""
    ^[ ]{0,3}\#[^\n]*$                                             # a heading: contents and ids hang on it
    |^(?P<indent>[ >]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n`]*)\n   # a fence
      (?P<body>.*?)\n(?P=indent)(?P=ticks)[ ]*$
    |\$`(?P<math>[^`\n]+)`\$
    |(?P<code>`+)(?!`).+?(?<!`)(?P=code)(?!`)                      # any other code span is left as it is
    |(?P<svg><svg\ class="bp-figure.*?</svg>)
    |(?P<number><data\ class="q"[^<>]*>[^<>]*</data>)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_PLAIN_OUTPUT: Final = re.compile(r"[^<>&\"']+")
_ID: Final = re.compile(r' id="([^"]*)"')
_FLOAT: Final = re.compile(r"(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?(?![\w.])")
_STAND_IN: Final = re.compile(r"\b81726354\.(\d+)\b")
"""In code a float stands for a float, so that it is highlighted as one."""
_TOKEN: Final = re.compile(f"{PLACE_OPEN}(\\d+){PLACE_CLOSE}")
_QUOTED: Final = re.compile(f"{quote(PLACE_OPEN)}(\\d+){quote(PLACE_CLOSE)}")


@dataclass(frozen=True)
class Taken:
    """A page's Markdown with placeholders, and what they stand for: each piece's kind and text."""

    text: str
    pieces: tuple[tuple[str, str], ...]

    def put(self, html: str) -> str | None:
        """The HTML with every piece in its place; None when a placeholder has not come through, or came twice."""
        found = _TOKEN.findall(html) + _QUOTED.findall(html) + _STAND_IN.findall(html)
        wanted = [str(at) for at, (kind, _) in enumerate(self.pieces) for _ in range(2 if kind == "math" else 1)]
        if sorted(found) != sorted(wanted):
            return None
        html = _QUOTED.sub(lambda match: quote(self.pieces[int(match[1])][1], safe=""), html)
        html = _STAND_IN.sub(lambda match: self.pieces[int(match[1])][1], html)
        return _TOKEN.sub(lambda match: _shown(*self.pieces[int(match[1])]), html)

    def anchors(self) -> list[str]:
        """The ids inside the pieces."""
        return [found for kind, piece in self.pieces if kind == "svg" for found in _ID.findall(piece)]


def take(text: str) -> Taken:
    """Put placeholders in a page's Markdown."""
    pieces: list[tuple[str, str]] = []

    def token(kind: str, piece: str) -> str:
        pieces.append((kind, piece))
        if kind == "float":
            return f"81726354.{len(pieces) - 1}"
        return f"{PLACE_OPEN}{len(pieces) - 1}{PLACE_CLOSE}"

    def replace(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "math":
            return f"$`{token('math', match['math'].strip())}`$"
        if kind == "number":
            return token("number", match[0])
        if kind == "svg":
            start = text.rfind("\n", 0, match.start()) + 1
            indent = text[start : match.start()]
            indent = indent[: len(indent) - len(indent.lstrip(" "))]
            return token("svg", match[0].replace(f"\n{indent}", "\n"))
        if match["body"] is not None:
            return _fence(match, token)
        return match[0]

    if PLACE_OPEN in text or _STAND_IN.search(text):
        return Taken(text, ())
    return Taken(_PIECE.sub(replace, text), tuple(pieces))


def stray(text: str) -> bool:
    """Whether a text holds a placeholder, as it is or quoted."""
    return PLACE_OPEN in text or quote(PLACE_OPEN) in text


def _fence(match: re.Match[str], token: Callable[[str, str], str]) -> str:
    indent, info, body = match["indent"], match["info"].strip(), match["body"]
    if ">" in indent:
        return match[0]
    body = re.sub(rf"(?m)^{indent}", "", body)
    if info == "math" and body.strip():
        kind = "display"
    elif info == "{.text .output}" and _PLAIN_OUTPUT.fullmatch(body) and body == body.strip("\n"):
        kind = "output"
    elif info == "python":
        return _FLOAT.sub(lambda found: token("float", found[0]), match[0])
    else:
        return match[0]
    body = body.strip() if kind == "display" else body
    return f"{indent}{match['ticks']}{match['info']}\n{indent}{token(kind, body)}\n{indent}{match['ticks']}"


def _shown(kind: str, piece: str) -> str:
    return escape(plain(piece), quote=False) if kind == "math" else piece
