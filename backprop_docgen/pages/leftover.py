"""What is left in finished text of a template, or of other tools' mathematics: readers would see it as it was typed.
Code may show it.

Text is looked at as Markdown, before it is converted, and as HTML, where everything that takes part in a build
(snippets, pages that are no templates, other plugins) has left its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

from backprop_docgen.errors import Problem
from backprop_docgen.latex.foreign_maths import INLINE_TAG, foreign_maths
from backprop_docgen.private_characters import ANY

_TOKEN: Final = f"[\x02\x03{ANY}]"  # Python-Markdown has two of its own
_LEFT: Final = re.compile(
    r"\{\{.{0,200}?\}\}|\{\{|(?<=\s)\}\}"  # {{ x }}
    r"|\{\s?%.{0,200}?%\s?\}|\{\s?%|\b(?:end\w+|else|otherwise)\s*[-+]?%\}"  # {% tag %}
    r"|\{#[\s#].{0,200}?#\}|\{#[^\s{}]{0,200}#\}|\{#(?=[\s#])|(?<=[\s#])#\}"  # comments, ours and Jinja's; not {#id}
    rf"|{_TOKEN}+",  # what stands for something that is put in later
    re.DOTALL,
)
_TOKENS: Final = re.compile(f"{_TOKEN}+")
_SIGNS: Final = ("{{", "}}", "{%", "{ %", "{\n%", "{\t%", "%}", "{#", "#}")
_PRIVATE: Final = re.compile(_TOKEN)

_HTML_CODE: Final = re.compile(
    r"<!--.*?-->|<(?P<raw>code|pre|script|style|bp-math|bp-math-block)\b.*?</(?P=raw)\s*>"
    r"|<(?P<typeset>span|div) class=\"arithmatex\".*?</(?P=typeset)>",  # which a script of the author's own typesets
    re.DOTALL | re.IGNORECASE,
)
_OPENING: Final = re.compile(r"<!--|<(code|pre|script|style|bp-math|bp-math-block)(?![\w-])", re.IGNORECASE)
_MARKUP: Final = re.compile(r"""<[A-Za-z/](?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)""")
"""A tag; one that does not end takes all that follows, as in a browser."""
_SPOKEN: Final = re.compile(
    r"""\b(?:alt|title|aria-label|placeholder|label|content|href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
_MARKDOWN_CODE: Final = re.compile(
    r"(?<!\\)\$(?P<quote>`+)(?!`).+?(?<!`)(?P=quote)(?!`)\$"  # a formula in our way
    r"|^[ \t>]*(?P<ticks>`{3,}|~{3,})[^\n]*\n.*?^[ \t>]*(?P=ticks)[ \t]*$"
    r"|(?P<span>`+)(?!`).+?(?<!`)(?P=span)(?!`)"
    r"|(?<=\n)\n(?:(?: {4}|\t)[^\n]*\n)+"
    r"|" + _HTML_CODE.pattern,
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_JINJA: Final = re.compile(
    r"\{%[-+]?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*[-+]?%\}|\{##.*?##\}|\{%.*?%\}|\{\{ .*? \}\}", re.DOTALL
)
_PRINTED: Final = re.compile(r"\{\{ [^{}\n]*? \}\}")
_FILLED: Final = re.compile(rf"[{ANY}]|[-−]?\d")
"""Where a number has been put in."""
_SNIPPET: Final = re.compile(r"-{1,}8<-{1,}")
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|data|del|em|i|ins|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>"
)
_HEARD: Final = re.compile(r"""\b(?:alt|title|aria-label|placeholder|label)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MATHS: Final = "A formula is written $`…`$ in a sentence, between ```math and ``` on its own; a dollar sign as \\$."
_SHOWN: Final = 60


@dataclass(frozen=True)
class Leftover:
    """A stretch of finished text that belongs to a template, and where in that text it begins."""

    text: str
    offset: int

    @property
    def shown(self) -> str:
        """The stretch on one line, cut short."""
        plain = _TOKENS.sub("□", " ".join(self.text.split()))
        return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.shown} would stand in the finished page as it was typed"

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.text.startswith("{#"):
            return "A comment is written {## … ##}; to show braces, put them in code."
        if self.text.startswith("{{") and not self.text.startswith("{{ "):
            return "A number is written {{ x }}, with spaces inside the braces; to show braces, put them in code."
        if self.text.startswith(("$", "\\")):
            return _MATHS
        if _TOKENS.match(self.text):
            return "A number or a label cannot stand here."
        return "Only pages in the folders of the languages are templates; to show one, put it in code."


def left_in_html(html: str) -> list[Leftover]:
    """What is left in a page, or in a part of one, as HTML: in its text, and in attributes that people read."""
    if not _may_be_left(html):
        return []
    parts, at = [], 0
    for start, end in _code_in(html):
        parts += [html[at:start], re.sub(r"[^\n]", " ", html[start:end])]
        at = end
    return list(_left(_MARKUP.sub(_spoken, "".join([*parts, html[at:]]))))


def _code_in(html: str) -> Iterator[tuple[int, int]]:
    """Where code, formulas and comments stand; what is never closed is looked for once."""
    at, lost = 0, set[str]()
    while opening := _OPENING.search(html, at):
        at, name = opening.end(), (opening[1] or "").lower()
        if name in lost:
            continue
        closing = re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE).search(html, at)
        if closing is None:
            lost.add(name)
        else:
            at = closing.end()
            yield opening.start(), at


def maths_in_html(html: str) -> list[Leftover]:
    """What is left in a page, as HTML, of mathematics in the ways of other tools."""
    if not _may_be_maths(html):
        return []
    text = _HTML_CODE.sub(_blank, html)
    heard = [each for tag in _MARKUP.finditer(text) for each in _HEARD.finditer(text, *tag.span())]
    read = _MARKUP.sub(_blank, _INLINE.sub(lambda match: INLINE_TAG * len(match[0]), text))
    found = [Leftover(tex, at) for at, tex in foreign_maths(read)]
    for each in heard:
        group = 1 if each[1] is not None else 2
        found += [Leftover(tex, each.start(group) + at) for at, tex in foreign_maths(each[group])]
    return found


def maths_in_markdown(text: str) -> list[Leftover]:
    """The same in finished Markdown, in which private characters may stand for numbers."""
    if not _may_be_maths(text):
        return []
    read = _MARKDOWN_CODE.sub(_blank, _TOKENS.sub(lambda match: "0" * len(match[0]), text))
    return [Leftover(text[at : at + len(tex)], at) for at, tex in foreign_maths(read)]


def left_in_markdown(text: str) -> list[Leftover]:
    """What is left in finished Markdown, in which private characters may still stand for numbers of equations."""
    if not _may_be_left(text):
        return []
    return list(_left(_MARKDOWN_CODE.sub(_blank, _TOKENS.sub(_blank, text))))


def _may_be_left(text: str) -> bool:
    """Without any of its signs nothing of a template is left."""
    return any(sign in text for sign in _SIGNS) or _PRIVATE.search(text) is not None


def _may_be_maths(text: str) -> bool:
    return text.count("$") > 1 or "\\(" in text or "\\[" in text


def left_in_template(source: str) -> list[Leftover]:
    """What rendering a template would leave, as far as its source tells."""
    found = left_in_markdown(_JINJA.sub(_raw, source))
    if _may_be_maths(source):
        filled = _JINJA.sub(_raw, _PRINTED.sub(lambda match: "0" * len(match[0]), source))
        found += [Leftover(source[each.offset :][: len(each.text)], each.offset) for each in maths_in_markdown(filled)]
    return found


def line_in(left: Leftover, source: str) -> int | None:
    """The line (from 1) of a source that left this; of one that takes a snippet in, the snippet's; None if neither."""
    words = map(re.escape, unescape(left.text).split())
    wanted = re.compile(r"\s+".join(words))
    found = wanted.search(_MARKDOWN_CODE.sub(_blank, source)) or wanted.search(source)
    if found is None and left.text[0] in "$\\":  # with numbers in it, it begins as it was typed
        begins = re.escape(_FILLED.split(left.text, maxsplit=1)[0].strip())
        found = re.search(begins + r"\s*\{\{", source) if len(begins) > 1 else None
    found = found or _SNIPPET.search(source)
    return source.count("\n", 0, found.start()) + 1 if found else None


def is_escaped(left: Leftover, source: str) -> bool:
    """Whether the dollar signs of what is left stand in a source as such: ``\\$``."""
    begins = _FILLED.split(left.text.strip("$"), maxsplit=1)[0].split()
    return left.text.startswith("$") and bool(begins) and re.search(r"\\\$" + re.escape(begins[0]), source) is not None


def problems(found: Iterable[Leftover], file: str, source: str) -> Iterator[Problem]:
    """What is left of a file's template, each once."""
    for left in {each.text: each for each in found}.values():
        yield Problem(left.message, file, line_in(left, source), advice=left.advice)


def _left(text: str) -> Iterator[Leftover]:
    return (Leftover(match[0], match.start()) for match in _LEFT.finditer(text))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _raw(match: re.Match[str]) -> str:
    """Nothing of a tag or an expression; of what is raw its text."""
    gone = _blank(match)
    if match["raw"] is None:
        return gone
    start, end = (place - match.start() for place in match.span("raw"))
    return gone[:start] + match["raw"] + gone[end:]


def _spoken(match: re.Match[str]) -> str:
    """A tag of which only that stays which people read or follow."""
    tag = list(re.sub(r"[^\n]", " ", match[0]))
    for attribute in _SPOKEN.finditer(match[0]):
        start, end = attribute.span(1 if attribute[1] is not None else 2)
        tag[start:end] = match[0][start:end]
    return "".join(tag)
