"""A template seen as its readers will see it: running text, mathematics and code apart, what Jinja puts in left out.

Each view is as long as the template itself, so that a place in a view is a place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from backprop_docgen.finding import Finding, Lines
from backprop_docgen.pages.leftover import Leftover
from backprop_docgen.private_characters import MARK, MATH

_PART: Final = re.compile(
    r"(?P<comment>\{##.*?##\}|<!--.*?-->)"
    r"|\{%-?\+?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}"
    r"|(?P<cell>\{%[-+]?\s*cell\b[^%]*(?:%(?!\})[^%]*)*%\})(?P<source>.*?)\{%[-+]?\s*endcell\s*[-+]?%\}"
    r"|(?P<equation>\{%[-+]?\s*equation\b[^%]*%\})(?P<tex>.*?)\{%[-+]?\s*endequation\s*[-+]?%\}"
    r"|(?P<fence>^[ \t>]*(?P<ticks>`{3,}|~{3,})[ \t]*(?P<language>[^\n`]*)\n)(?P<block>.*?)^[ \t>]*(?P=ticks)[ \t]*$"
    r"|(?P<statement>\{%.*?%\})"
    r"|(?P<expression>\{\{ .*? \}\})"
    r"|(?P<opens>\$(?P<dollar>`+))(?P<math>.+?)(?P=dollar)\$"
    r"|(?P<address>(?<=\])\((?:[^()\s]|\([^()]*\))*(?:\s+\"(?P<linktitle>[^\"]*)\")?\)|https?://[^\s)>\]]+|\{(?::|#(?![\s#]))[^{}]*(?<!#)\})"
    r"|(?P<tag></?[A-Za-z][^<>]*>)"
    r"|(?P<marks>(?!(?<=[\w)}*])\*{1,2}\d)[*`]+)",
    re.DOTALL | re.MULTILINE,
)
_INSIDE: Final = re.compile(r"\{##.*?##\}|\{%.*?%\}|\{\{ .*? \}\}", re.DOTALL)
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|' r"'((?:[^'\\]|\\.)*)'")
_ATTRIBUTE: Final = re.compile(r"\b(?:alt|title|aria-label|placeholder|summary)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LITERAL: Final = re.compile(r"\{\{ \s*([-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s* \}\}")
_SET: Final = re.compile(r"\{%[-+]?\s*set\b[^=]*=[\s\d.,\[\]()eE+_-]+%\}")
"""A tag that gives names to bare numbers."""

_NUMBER: Final = re.compile(r"(?<![\w.(])-?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.)])")
_PUBLISHED: Final = re.compile(r"\bpublished\(\s*(\"[^\"]*\"|'[^']*')")
_FENCE: Final = re.compile(r"(?m)^[ \t>]*(?:`{3,}|~{3,})")
_FRONT: Final = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)


@dataclass
class TemplateText:
    """The views of a template: each is the file's text with all that does not belong to it blanked out.

    ``strings``: texts in quotes inside Jinja, with their offsets; ``calls``: its expressions and tags, in order.
    """

    source: str
    prose: str = ""
    math: str = ""
    code: str = ""
    strings: list[tuple[int, str]] = field(default_factory=list)
    calls: list[tuple[int, str, str]] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    fences: list[int] = field(default_factory=list)

    def views(self) -> Iterator[tuple[str, str]]:
        """Each view by what it is: prose, math, code."""
        yield "prose", self.prose
        yield "math", self.math
        yield "code", self.code


def read_template(source: str) -> TemplateText:
    """Take a template apart."""
    found = TemplateText(source)
    blank = re.sub(r"[^\n]", " ", source)
    views = {name: list(blank) for name in ("prose", "math", "code")}
    at = 0

    def put(view: str, start: int, end: int) -> None:
        views[view][start:end] = source[start:end]

    def mark(view: str, start: int, end: int, sign: str = MARK) -> None:
        for place in range(start, end):
            if source[place] != "\n":
                views[view][place] = sign

    def inner(view: str, start: int, end: int) -> None:
        """A stretch of code or mathematics, with the Jinja inside it taken out."""
        put(view, start, end)
        for match in _INSIDE.finditer(source, start, end):
            jinja(match.start(), match.end(), view)

    def jinja(start: int, end: int, view: str) -> None:
        text = source[start:end]
        views[view][start:end] = list(blank[start:end])
        if text.startswith("{##"):
            return
        if text.startswith("{{"):
            mark(view, start, end)
            found.calls.append((start, "expression", text[2:-2].strip()))
            if literal := _LITERAL.fullmatch(text):
                found.strings.append((start + literal.start(1), literal[1]))
        else:
            found.calls.append((start, "tag", text[2:-2].strip("-+ \n")))
            if _SET.match(text):  # a number given a name is typed all the same
                bare = _STRING.sub(lambda match: " " * len(match[0]), text)
                found.strings += [(start + match.start(), match[0]) for match in _NUMBER.finditer(bare)]
        quoted = {match.start(1) for match in _PUBLISHED.finditer(text)}
        for match in _STRING.finditer(text):
            if match.start() not in quoted:
                group = 1 if match[1] is not None else 2
                found.strings.append((start + match.start(group), match[group]))

    for match in _PART.finditer(source):
        put("prose", at, match.start())
        start, end = match.span()
        at = end
        if match["comment"]:
            continue
        if match["raw"] is not None:
            put("code" if _FENCE.search(match["raw"]) else "prose", *match.span("raw"))
        elif match["cell"]:
            jinja(*match.span("cell"), "code")
            inner("code", *match.span("source"))
        elif match["equation"]:
            found.calls.append((start, "tag", match["equation"][2:-2].strip("-+ ")))
            inner("math", *match.span("tex"))
            mark("prose", start, start + 1, MATH)
        elif match["fence"]:
            kind = match["language"].strip("{}. ").split(" ")[0].lstrip(".")
            found.fences.append(start)
            inner("math" if kind == "math" else "code", *match.span("block"))
        elif match["statement"] or match["expression"]:
            jinja(start, end, "prose")
        elif match["math"]:
            inner("math", *match.span("math"))
            mark("prose", start, end, MATH)
        elif match["address"]:
            if match["linktitle"]:
                put("prose", *match.span("linktitle"))
        elif match["tag"]:
            for attribute in _ATTRIBUTE.finditer(source, start, end):
                put("prose", *attribute.span(1 if attribute[1] is not None else 2))
    put("prose", at, len(source))
    found.prose, found.math, found.code = ("".join(views[name]) for name in ("prose", "math", "code"))
    found.prose = re.sub(r"(?m)^([ \t>]*)(\d+)\.(?=\s)", lambda m: m[1] + " " * (len(m[2]) + 1), found.prose)
    front = _FRONT.match(source)
    body = front.end() if front else 0
    for match in re.finditer(r"(?m)^[ \t]*(#{1,6}) (.*)$", found.prose):
        if match.start() >= body:
            found.headings.append((match.start(), len(match[1]), match[2].strip()))
    return found


def raw_text(lines: Lines, left: Iterable[Leftover]) -> Iterator[Finding]:
    """What is left of a template in a file where readers would see it."""
    for each in left:
        yield lines.finding("raw", each.offset, each.message, each.shown, None, each.advice)
