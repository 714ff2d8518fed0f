"""Plain Markdown as CommonMark with tables and dollar maths reads it: formulas, links, words, what HTML it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

READER: Final = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False)
HTML: Final = re.compile(
    r'</?details(?: markdown="1")?>|</?summary>|<a id="[^"<>]+">|</a>|<br>|</?(?:code|sub|sup|u|s|del|ins|mark)>'
)
RAW: Final = re.compile(
    r"\$|\{\{|\{%|\{#|\?\?\?|!!!|htmlData|data-\w+=|\*\*|</?[a-z]|&#?\w+;|\\[A-Za-z(\[{]|`|\]\(|\[\^|:---|[\ue000-\uf8ff]"
)
"""What is no word: markup that somebody has not read."""


@dataclass
class Reading:
    """What stands in a page."""

    formulas: list[tuple[str, bool]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    words: str = ""


def read(markdown: str) -> Reading:
    """All of a page."""
    found = Reading()
    for token in _flat(READER.parse(markdown)):
        if token.type.startswith("math"):
            found.formulas.append((token.content.strip(), token.type == "math_block"))
        elif token.type in ("html_block", "html_inline"):
            found.html += [tag for tag in re.findall(r"<[^>]*>", token.content) if not HTML.fullmatch(tag)]
            found.anchors += re.findall(r'<a id="([^"]*)"', token.content)
            found.words += re.sub("<[^>]*>", "", token.content)
        elif token.type in ("fence", "code_block", "code_inline"):
            found.code.append(token.content)
        elif token.type in ("text", "softbreak"):
            found.words += token.content or "\n"
        elif token.type == "inline":
            found.words += "\n"
        for key in ("href", "src"):
            if key in token.attrs:
                found.links.append(str(token.attrs[key]))
    return found


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())
