"""The formulas of a site: each is typeset anew from its TeX, and its TeX is what the worksheets give.

A formula stands three times in a page (KaTeX's HTML, MathML, TeX); all copies are compared. Equations that a page
makes from a quantity are made again; of all others each marked number is recomputed, and no other is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from typing import Final

from backprop_docgen.check.difference import differences, html_differences
from backprop_docgen.check.recount import Recount, reason
from backprop_docgen.errors import BackpropError, MathError, Problem, QuantityError, SiteError
from backprop_docgen.finding import Finding
from backprop_docgen.latex.equation import definition, ladder, print_quantity
from backprop_docgen.latex.equations_hold import Broken, broken_relations
from backprop_docgen.latex.general_rules import rule
from backprop_docgen.latex.katex import Formula as Source
from backprop_docgen.latex.katex import Renderer
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.page import BuiltPage, Formula
from backprop_docgen.published.same import same_html
from backprop_docgen.settings.allowances import Allowances, covering
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.worksheet import Quantity

_BRACE: Final = re.compile("[{}]")
_DATA: Final = re.compile(r"\\htmlData\{q=([^{}]*)\}\{")
_ANNOTATION: Final = re.compile(r"<annotation\b[^<>]*>")
_TAGS: Final = re.compile(r"<[^>]*>|\u200b")
_UNSEEN: Final = re.compile(
    r"\\\\\[[^\]]*\]|\\(?:begin|end|hspace|phantom|htmlClass|htmlId)\{[^{}]*\}(?:\{[lcr|]*\})?|_(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w)"
)
_STEP: Final = re.compile(r"\^\{(?:\[\d{1,4}\])?\(?(\d{1,7})\)?\}|\^\{\[(\d{1,4})\]\+?\}")
_LAYER: Final = re.compile(
    r"(?:(?<=W)|(?<=\\text\{net\})|(?<=\\text\{out\})|(?<=\\delta)|(?<=b))\^\{(?: (\d\d?) |\((\d\d?)\))\}"
)
"""The number of a layer, above the letter of what belongs to it."""

_MOST_DEPTH: Final = 100
_MOST_TEX: Final = 100_000


@dataclass
class Typeset:
    """Formulas as KaTeX sets them here; "" for what it refuses. ``same``: the site's KaTeX is of our version."""

    html: Mapping[Source, str]
    wrong: Mapping[Source, str] = field(default_factory=dict)
    same: bool = True


def typeset(formulas: Iterable[Formula], renderer: Renderer, same: bool) -> Typeset:
    """Set every distinct formula once, in one batch."""
    wanted = dict.fromkeys(
        Source(each.tex, each.display) for each in formulas if each.tex is not None and len(each.tex) <= _MOST_TEX
    )
    wrong: dict[Source, str] = {}
    while True:
        left = [source for source in wanted if source not in wrong]
        try:
            return Typeset(renderer.render_many(left), wrong, same)
        except MathError as error:
            said = {problem.key: problem.message for problem in error.problems}
            refused = {source: said[source.tex] for source in left if source.tex in said}
            if not refused:
                raise SiteError(error.problems) from None
            wrong |= refused


def check_formulas(
    page: BuiltPage, recount: Recount, allowances: Allowances, typeset: Typeset, shown: frozenset[str]
) -> Iterator[Finding]:
    """Every formula of a page; ``shown`` are the names on its page list."""
    for formula in page.formulas:
        if formula.tex is None:
            at = formula.offset
            yield page.lines.finding("copies", at, "this formula has lost its TeX annotation", formula.html[:40])
            continue
        if len(formula.tex) > _MOST_TEX:
            yield page.lines.finding(
                "copies", formula.offset, "this formula is too long to be checked", formula.tex[:40]
            )
            continue
        yield from _copies(page, formula, typeset)
        yield from _text(page, formula, recount, allowances, shown)
        for broken in _broken(formula.tex, recount.decimals, recount.language.mark):
            yield page.lines.finding("equation", _annotation(formula), str(broken), broken.right)


@cache
def _broken(tex: str, decimals: int, mark: str) -> tuple[Broken, ...]:
    return tuple(broken_relations(tex, decimals, mark))


def _copies(page: BuiltPage, formula: Formula, typeset: Typeset) -> Iterator[Finding]:
    assert formula.tex is not None
    source = Source(formula.tex, formula.display)
    if source in typeset.wrong:
        message = f"KaTeX does not accept this formula: {typeset.wrong[source]}"
        yield page.lines.finding("copies", _annotation(formula), message, formula.tex[:60])
        return
    expected = typeset.html.get(source)
    if expected is None or same_html(expected, formula.html):
        return
    if "katex-html" not in formula.html:  # the stock renderer sets MathML alone
        said, meant = _mathml_reading(formula.html), _mathml_reading(expected)
        if said != meant:
            at = formula.offset
            yield page.lines.finding("copies", at, "MathML says something else than TeX", said[:80], meant[:80])
        return
    if not typeset.same and _reading(formula.html) == _reading(expected):
        return
    if not any(same_html(_half(formula.html, half), _half(expected, half)) for half in (0, 1)):
        message = "the TeX annotation says something else than KaTeX's HTML and MathML"
        yield page.lines.finding("copies", _annotation(formula), message, formula.tex[:80])
        return
    told = False
    for difference in html_differences(formula.html, expected):
        told = True
        part = _part(formula.html, difference.offset)
        yield page.lines.finding(
            "copies",
            formula.offset + difference.offset,
            f"{part} says {difference.found[:40]!r} where the formula says {difference.expected[:40]!r}",
            difference.found[:80],
            difference.expected[:80],
        )
    if not told:
        yield page.lines.finding("copies", formula.offset, "the copies of this formula differ", formula.html[:40])


def _part(html: str, offset: int) -> str:
    annotation, shown = html.find("<annotation"), html.find('class="katex-html"')
    if 0 <= shown <= offset:
        return "KaTeX's HTML"
    return "the TeX annotation" if 0 <= annotation <= offset else "MathML"


def _half(html: str, half: int) -> str:
    """What stands before the TeX, or after it."""
    cut = html.find("<annotation")
    return html[:cut] if half == 0 else html[html.find("</annotation>") :]


def _mathml_reading(html: str) -> str:
    """What MathML says, however an older KaTeX sets it."""
    return "".join(_reading(html[html.find("<math") : html.find("<annotation")]).split())


def _reading(html: str) -> str:
    return unescape(_TAGS.sub("", html))


def _annotation(formula: Formula, index: int = 0) -> int:
    """The offset of a character of the TeX in the file."""
    opening = _ANNOTATION.search(formula.html)
    return formula.offset + (opening.end() if opening else 0) + len(escape((formula.tex or "")[:index], quote=False))


def _text(
    page: BuiltPage, formula: Formula, recount: Recount, allowances: Allowances, shown: frozenset[str]
) -> Iterator[Finding]:
    """The TeX itself: what it is made from, its marked numbers, and numbers without a mark."""
    tex = formula.tex or ""
    if formula.of is not None:
        yield from _made(page, formula, recount)
        return
    if formula.label and formula.label.startswith("formula:"):
        at = _annotation(formula)
        yield page.lines.finding("equation", at, "an equation that has lost what it is made from", formula.label)
    bare = list(tex)
    for match, end in _marked(tex):
        name, text = match[1], tex[match.end() : end]
        try:
            quantity = recount.quantity(name)
        except BackpropError as error:
            at = _annotation(formula, match.start())
            yield page.lines.finding("unknown", at, f"no worksheet has this number: {reason(error)}", name)
        else:
            expected = recount.language.tex(print_quantity(quantity, recount.decimals))
            if text != expected:
                at = _annotation(formula, match.end())
                yield page.lines.finding("wrong", at, f"{name} is {expected}, not {text}", text, expected)
        bare[match.start() : end + 1] = " " * (end + 1 - match.start())
    rest = "".join(bare)
    for each in formula.said:
        behind, _, style = each.partition("|")
        try:
            expected = recount.maths(behind, style or None)
        except BackpropError as error:
            at = _annotation(formula)
            yield page.lines.finding("unknown", at, f"no worksheet has this number: {reason(error)}", behind)
            continue
        start = rest.find(expected)
        if start < 0:
            at = _annotation(formula)
            yield page.lines.finding("wrong", at, f"{behind} is {expected}, which is not said here", "", expected)
        else:
            rest = rest[:start] + " " * len(expected) + rest[start + len(expected) :]
    if not re.search(r"\d", rest):
        return
    allowed = covering(allowances.spans(tex, page.url, page.language, "math"))
    rest = _UNSEEN.sub(lambda m: " " * len(m[0]), rest).replace("{,}", " , ").replace("{;}", " ; ")
    layers = len(recount.course.default.network.layers)
    rest = _LAYER.sub(lambda m: " " * len(m[0]) if int(m[1] or m[2]) <= layers else m[0], rest)
    for match in _STEP.finditer(rest):
        if _known_step(match, shown, recount):
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    for token in tokens(rest.replace("\\", " ")):
        if token.kind == "numeral" and not allowed(token.start, token.end):
            at = _annotation(formula, token.start)
            message = f"a number of no quantity, and no allowance, in a formula: {token.text}"
            yield page.lines.finding("untraceable", at, message, token.text)


def _known_step(match: re.Match[str], shown: frozenset[str], recount: Recount) -> bool:
    """Whether a superscript is the number of updates, or of an example, that something on the page carries."""
    if match[2]:
        return int(match[2]) <= len(recount.course.default.network.examples)
    return any(name.endswith(f"@{match[1]}") for name in shown)


def require_shallow(page: BuiltPage) -> None:
    """Raise SiteError for a page with a formula that is nested deeper than can be followed."""
    for formula in page.formulas:
        depth = most = 0
        for brace in _BRACE.findall(formula.tex or ""):
            depth += 1 if brace == "{" else -1
            most = max(most, depth)
        if most > _MOST_DEPTH:
            line, column = page.lines.place(formula.offset)
            problem = f"has a formula with more than {_MOST_DEPTH} braces inside one another: too deep to be checked"
            raise SiteError(Problem(problem, page.lines.file, line, column))


def _marked(tex: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each marked number, and where the brace after it closes."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for brace in _BRACE.finditer(tex):
        if brace[0] == "{":
            opened.append(brace.end())
        elif opened:
            closing[opened.pop()] = brace.start()
    for match in _DATA.finditer(tex):
        yield match, closing.get(match.end(), len(tex) - 1)


def _made(page: BuiltPage, formula: Formula, recount: Recount) -> Iterator[Finding]:
    """An equation that is made from a quantity, or from a rule, must be what they give."""
    assert formula.of is not None
    try:
        expected = made_from(formula.of, recount)
    except BackpropError as error:
        at = formula.offset
        yield page.lines.finding("unknown", at, f"no worksheet gives this equation: {reason(error)}", formula.of)
        return
    if formula.label is not None and formula.label != formula.of and not formula.of.startswith("rule:"):
        at = formula.offset
        yield page.lines.finding("equation", at, f"is labelled {formula.label}, but made from {formula.of}", formula.of)
    for difference in differences(formula.tex or "", expected):
        yield page.lines.finding(
            "equation",
            _annotation(formula, difference.offset),
            f"the equation of {formula.of} has {difference.expected!r} here, not {difference.found!r}",
            difference.found[:80],
            difference.expected[:80],
        )


def made_from(of: str, recount: Recount) -> str:
    """The TeX of the equation of a quantity ("net_h1"), of its formula ("formula:net_h1"), or of a rule."""
    if of.startswith("rule:"):
        _, kind, name = of.split(":", 2) if of.count(":") >= 2 else ("", "", "")
        outputs = topology(recount.course.default.network).outputs
        found = rule(kind, name, recount.language, outputs)
        if found is None:
            raise QuantityError(Problem("is no rule", key=of[:80]))
        return found
    name = of.removeprefix("formula:")
    quantity, sheet = recount.quantity(name), Name.parse(name).sheet

    def lookup(local: str) -> Quantity:
        return recount.quantity(f"{sheet}:{local}" if sheet else local)

    if quantity.tree is None:
        raise QuantityError(Problem("has no formula", key=of[:80]))
    if name != of:
        return definition(quantity, lookup, recount.language)
    return ladder(quantity, lookup, recount.language, recount.decimals, sheet).tex
