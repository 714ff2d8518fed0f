"""The notebooks: each says what the site's pages say, and does nothing else when it is opened.

A notebook is made of pages in their language, and these are checked by themselves. So every code cell, formula and
figure of it has to stand on one of them, and so has every number of its text.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any, Final

from lxml.etree import XMLSyntaxError

from backprop_docgen.check.stored_site import SiteCopy, parse_json
from backprop_docgen.errors import BackpropError
from backprop_docgen.figures.coloured import standalone
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.latex.portable import portable, portable_display
from backprop_docgen.pages.cell import NUMERAL
from backprop_docgen.plain.page import drawings
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.site.notebooks import address

_FORMULA: Final = re.compile(r"\$\$\n(?P<display>.*?)\n\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL)
_NUMBER: Final = re.compile(r" \\qquad \\text\{(?P<number>\(\d+\))\}\n\$\$")
"""The number of an equation, at its end."""
_LITERAL: Final = re.compile(
    r"^[ >]*(?P<fence>`{3,})[^`\n]*\n(?P<block>.*?)\n[ >]*(?P=fence)$"
    r"|(?<![`\\])(?P<ticks>`+)(?P<span>[^`].*?)(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
"""Code among the text, in which nothing is a formula, a tag or a link."""
_ITEM: Final = re.compile(r"(?m)^[ >]*\d+\. ")
_IMAGE: Final = re.compile(r'<img alt="(?P<alt>[^"<>]*)" src="data:image/svg\+xml;base64,(?P<svg>[A-Za-z0-9+/=]*)">')
_TAG: Final = re.compile(r"<(?!https?://)/?\s*(?P<name>[A-Za-z!?][\w-]*)(?P<rest>[^>]*)>?")
_PLACE: Final = re.compile(r'(?: id="[\w.:-]+"| markdown="1")?')
_TAGS: Final = ("a", "br", "code", "del", "details", "ins", "mark", "s", "sub", "summary", "sup", "u")
_TARGET: Final = re.compile(r"\]\(<?(?P<address>[^)\s>]*)")
_CELL: Final = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
_OUTPUT: Final[Mapping[str, Set[str]]] = {
    "stream": {"name", "output_type", "text"},
    "error": {"ename", "evalue", "output_type", "traceback"},
}


def check_notebooks(site: SiteCopy, pages: Iterable[BuiltPage], languages: Iterable[str]) -> Iterator[Finding]:
    """The notebook of each language against the pages of that language."""
    pages = list(pages)
    for language in languages:
        name = address(language)
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "the site has lost this download")
            continue
        lines = Lines(site.file(name), site.text(name))
        said = _Said([page for page in pages if page.language == language])
        try:
            cells = parse_json(lines.text, lines.file)["cells"]
            found = [(each["cell_type"], "".join(each["source"]), each) for each in cells]
        except (BackpropError, KeyError, TypeError, AttributeError):
            yield lines.finding("download", 0, "is no notebook")
            continue
        at = 0
        for kind, text, cell in found:
            for message, wrong in _code(text, cell, said) if kind == "code" else _text(text, cell, said):
                place = lines.text.find(json.dumps(wrong, ensure_ascii=False)[1:-1], at)
                yield lines.finding("download", max(place, at), message, wrong[:80])
            at = max(at, lines.text.find('"cell_type"', at + 1))


@dataclass(frozen=True)
class _Said:
    """What pages say, in the form that it has in a notebook."""

    pages: list[BuiltPage]

    @cached_property
    def cells(self) -> set[tuple[str, str]]:
        """Sources and outputs."""
        return {(cell.source.strip(), cell.output.strip()) for page in self.pages for cell in page.cells}

    @cached_property
    def formulas(self) -> set[str]:
        """TeX, in running text and on lines of its own."""
        found = set()
        for page in self.pages:
            for formula in page.formulas:
                found |= {portable(formula.tex or ""), portable_display(formula.tex or "")}
        return found

    @cached_property
    def literals(self) -> set[str]:
        """Code, as :func:`_close` has it."""
        found = (each for page in self.pages for each in page.root.iter("code", "kbd", "pre"))
        return {_close("".join(each.itertext())) for each in found}

    @cached_property
    def figures(self) -> set[str]:
        """Files of drawings."""
        found = set()
        for svg in {svg for page in self.pages for svg in drawings(page.lines.text)}:
            with suppress(XMLSyntaxError):  # one that was damaged is told where it stands
                found.add(standalone(svg))
        return found

    @cached_property
    def numbers(self) -> set[str]:
        """The numerals of all texts, of attributes too."""
        said = "//@aria-label | //@alt"
        texts = (text for page in self.pages for text in (*page.root.itertext(), *page.root.xpath(said)))
        spoken = (page.words(each) for page in self.pages for each in page.root.iter("summary", "h1", "h2", "h3", "h4"))
        return {found for text in (*texts, *spoken) for found in _numerals(text)}


def _close(text: str) -> str:
    """Code without its white space, and without the marks of a quotation around it."""
    return "".join(re.sub(r"(?m)^ *> ?", "", text).split())


def _numerals(text: str) -> list[str]:
    return [each.lstrip("+-").rstrip(".") for each in NUMERAL.findall(text)]


def _code(source: str, cell: Mapping[str, Any], said: _Said) -> Iterator[tuple[str, str]]:
    """A code cell, with what it printed."""
    try:
        outputs = cell["outputs"]
        printed = "".join(text for each in outputs for text in each.get("text", each.get("traceback", [])))
        fine = set(cell) == _CELL and all(set(each) == _OUTPUT[each["output_type"]] for each in outputs)
    except (AttributeError, KeyError, TypeError):
        fine, printed = False, ""
    if not fine:
        yield "this cell shows something that no cell of a page does", source.partition("\n")[0]
    elif (source.strip(), printed.strip()) not in said.cells:
        yield "no page has this cell with this output", source.partition("\n")[0]


def _text(text: str, cell: Mapping[str, Any], said: _Said) -> Iterator[tuple[str, str]]:
    """A cell of text."""
    wrong: list[tuple[str, str]] = []
    if set(cell) != {"cell_type", "id", "metadata", "source"}:
        wrong.append(("this cell has more than text", text.partition("\n")[0]))

    def taken(known: Callable[[re.Match[str]], bool], message: str) -> Callable[[re.Match[str]], str]:
        def take(match: re.Match[str]) -> str:
            if not known(match):
                wrong.append((message, match[0].strip("$\n")[:200].partition("\n")[0]))
            return " "

        return take

    code = taken(lambda match: _close(match["block"] or match["span"] or "") in said.literals, "no page has this code")
    rest = _LITERAL.sub(code, text)
    rest = _IMAGE.sub(taken(lambda match: _svg(match["svg"]) in said.figures, "no page has this figure"), rest)
    shown = taken(lambda match: (match["display"] or match["inline"]) in said.formulas, "no page has this formula")
    rest = _FORMULA.sub(shown, _NUMBER.sub(r"\n$$ \g<number>", rest))
    harmless = taken(
        lambda match: match["name"].lower() in _TAGS and _PLACE.fullmatch(match["rest"]) is not None,
        "this is no part of a text",
    )
    rest = _TAG.sub(harmless, rest)
    for link in _TARGET.finditer(rest):
        if not link["address"].startswith(("#", "https://", "http://", "mailto:")):
            wrong.append(("this link leads nowhere", link["address"]))
    for number in _numerals(unescape(_ITEM.sub("", _TARGET.sub("]", rest)).replace("\\", ""))):
        if number not in said.numbers:
            wrong.append((f"no page has the number {number}", number))
    yield from wrong


def _svg(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
