"""Mutations of a built site: one small change each, of every kind and in every place that a check must see."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

DATA = re.compile(r'<data class="q"([^>]*)>([^<]*)</data>')
FORMULA = re.compile(r"<(bp-math(?:-block)?)\b[^<>]*>(.*?)</\1>", re.DOTALL)
SVG = re.compile(r'<svg class="bp-figure .*?</svg>', re.DOTALL)
CELL = re.compile(r'<div class="cell".*?</pre></div>\n</div>', re.DOTALL)
ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)


@dataclass(frozen=True)
class Mutation:
    """Put ``text`` in the place of what stands between two offsets of a file."""

    kind: str
    file: str
    start: int
    end: int
    text: str
    alone: bool = False

    def shown(self, source: str) -> str:
        return f"{self.kind}: {self.file}: {source[self.start : self.end][:60]!r} -> {self.text[:60]!r}"


Made = Iterator[tuple[int, int, str]]


def other_digit(digit: str, chance: random.Random) -> str:
    return chance.choice([each for each in "0123456789" if each != digit])


def digits_in(text: str, start: int, chance: random.Random) -> Made:
    """One digit changed."""
    found = [match.start() for match in re.finditer(r"\d", text)]
    if found:
        at = chance.choice(found)
        yield start + at, start + at + 1, other_digit(text[at], chance)


def numbers(html: str) -> list[re.Match[str]]:
    article = ARTICLE.search(html)
    assert article
    return [match for match in DATA.finditer(html, article.start(), article.end()) if re.search(r"\d", match[2])]


def prose(kind: Callable[[re.Match[str], random.Random], str | None]) -> Callable[[str, random.Random], Made]:
    """A mutation of the text of a marked number."""

    def make(html: str, chance: random.Random) -> Made:
        for match in numbers(html):
            text = kind(match, chance)
            if text is not None and text != match[2]:
                yield match.start(2), match.end(2), text

    return make


def _sign(match: re.Match[str], chance: random.Random) -> str:
    text = match[2]
    if text[0] in "+−":
        return text[1:] if text[0] == "−" or chance.random() < 0.5 else "−" + text[1:]
    return "−" + text


def _decimal(match: re.Match[str], chance: random.Random) -> str | None:
    text = match[2]
    at = text.find(".")
    if at < 0:
        return None
    return chance.choice([text[: at - 1] + "." + text[at - 1] + text[at + 1 :], text[:at] + "," + text[at + 1 :]])


def _fullwidth(match: re.Match[str], chance: random.Random) -> str:
    digit = chance.choice(re.findall(r"\d", match[2]))
    wide = chance.choice([chr(0xFF10 + int(digit)), chr(0x660 + int(digit))])
    return match[2].replace(digit, wide, 1)


def _invisible(match: re.Match[str], chance: random.Random) -> str:
    at = chance.randrange(len(match[2]) + 1)
    return match[2][:at] + chance.choice(["\u200b", "\u00ad", " ", "\u2060"]) + match[2][at:]


def _entity(match: re.Match[str], chance: random.Random) -> str:
    at = next(found.start() for found in re.finditer(r"\d", match[2]))
    return f"{match[2][:at]}&#{ord(other_digit(match[2][at], chance))};{match[2][at + 1 :]}"


PROSE: dict[str, Callable[[re.Match[str], random.Random], str | None]] = {
    "digit": lambda m, r: next(
        (m[2][: s - m.start(2)] + t + m[2][e - m.start(2) :] for s, e, t in digits_in(m[2], m.start(2), r)), None
    ),
    "sign": _sign,
    "decimal mark": _decimal,
    "full-width digit": _fullwidth,
    "invisible character": _invisible,
    "entity": _entity,
    "digit added": lambda m, r: m[2] + str(r.randrange(10)),
    "digit lost": lambda m, r: m[2][:-1] if m[2][-1].isdigit() else None,
    "nan": lambda m, r: "NaN",
    "number deleted": lambda m, r: "",
    "thousands": lambda m, r: re.sub("[\u202f,]", "", m[2]),
}


def attribute(name: str) -> Callable[[str, random.Random], Made]:
    """One digit of an attribute of a marked number changed."""

    def make(html: str, chance: random.Random) -> Made:
        for match in numbers(html):
            found = re.search(rf'{name}="([^"]*)"', match[1])
            if found:
                yield from digits_in(found[1], match.start(1) + found.start(1), chance)

    return make


def swapped_name(html: str, chance: random.Random) -> Made:
    found = numbers(html)
    names = [re.search(r'data-q="([^"]*)"', match[1]) for match in found]
    known = [name[1] for name in names if name]
    for match, name in zip(found, names, strict=True):
        others = [each for each in known if name and each != name[1]]
        if name and others:
            start = match.start(1) + name.start(1)
            yield start, start + len(name[1]), chance.choice(others)


def swapped_numbers(html: str, chance: random.Random) -> Made:
    """Two numbers beside each other swapped, marks and all."""
    found = numbers(html)
    for one, two in pairwise(found):
        if one[0] != two[0] and two.start() - one.end() < 300:
            yield one.start(), two.end(), two[0] + html[one.end() : two.start()] + one[0]


def other_step(values: dict[str, str]) -> Callable[[str, random.Random], Made]:
    """The value of another step in the place of this one's."""

    def make(html: str, chance: random.Random) -> Made:
        for match in numbers(html):
            name = re.search(r'data-q="([^"]*)"', match[1])
            other = values.get(f"{name[1]}@1") if name else None
            if other and other != match[2]:
                yield match.start(2), match.end(2), other

    return make


def whole(pattern: re.Pattern[str], text: Callable[[str], str]) -> Callable[[str, random.Random], Made]:
    """Something in the article taken away or doubled as a whole."""

    def make(html: str, chance: random.Random) -> Made:
        article = ARTICLE.search(html)
        assert article
        for match in pattern.finditer(html, article.start(), article.end()):
            yield match.start(), match.end(), text(match[0])

    return make


def in_formula(part: re.Pattern[str], change: Callable[[str, random.Random], str | None]) -> Callable[..., Made]:
    """One of the copies of a formula changed."""

    def make(html: str, chance: random.Random) -> Made:
        for formula in FORMULA.finditer(html):
            found = list(part.finditer(html, formula.start(2), formula.end(2)))
            if found:
                match = chance.choice(found)
                text = change(match[1], chance)
                if text is not None and text != match[1]:
                    yield match.start(1), match.end(1), text

    return make


def _digit(text: str, chance: random.Random) -> str | None:
    return next((text[:s] + t + text[e:] for s, e, t in digits_in(text, 0, chance)), None)


def everywhere_in_formula(html: str, chance: random.Random) -> Made:
    """A numeral changed in all the copies of a formula at once."""
    for formula in FORMULA.finditer(html):
        found = re.findall(r"<mn>(\d[\d.]*)</mn>", formula[0])
        if found:
            numeral = chance.choice(found)
            changed = _digit(numeral, chance)
            assert changed
            pattern = rf"(?<=[>{{ ]){re.escape(numeral)}(?=[<}} ])"
            yield formula.start(), formula.end(), re.sub(pattern, changed, formula[0])


def in_figure(part: str) -> Callable[..., Made]:
    pattern = re.compile(part)

    def make(html: str, chance: random.Random) -> Made:
        for figure in SVG.finditer(html):
            for match in pattern.finditer(html, figure.start(), figure.end()):
                yield from digits_in(match[1], match.start(1), chance)

    return make


def label_lost(html: str, chance: random.Random) -> Made:
    for figure in SVG.finditer(html):
        for match in re.finditer(r"<tspan data-q=[^>]*>[^<]*</tspan>", html[figure.start() : figure.end()]):
            yield figure.start() + match.start(), figure.start() + match.end(), ""


def drawing_lost(html: str, chance: random.Random) -> Made:
    for figure in SVG.finditer(html):
        yield figure.start(), figure.end(), ""


def drawing_hidden(html: str, chance: random.Random) -> Made:
    for figure in SVG.finditer(html):
        how = chance.choice(["hidden", 'aria-hidden="true"', 'style="display:none"'])
        yield figure.start(), figure.end(), f"<div {how}>{figure[0]}</div>"


def in_cell(part: str, change: Callable[[str, random.Random], str | None]) -> Callable[..., Made]:
    pattern = re.compile(part)

    def make(html: str, chance: random.Random) -> Made:
        for cell in CELL.finditer(html):
            for match in pattern.finditer(html, cell.start(), cell.end()):
                text = change(match[1], chance)
                if text is not None and text != match[1]:
                    yield match.start(1), match.end(1), text

    return make


def plain_numerals(change: Callable[[str, random.Random], str | None]) -> Callable[..., Made]:
    """Numerals of the running text that carry no mark: allowed ones."""

    def make(html: str, chance: random.Random) -> Made:
        article = ARTICLE.search(html)
        assert article
        for match in re.finditer(r">([^<>]*[^\w<>.,])?(\d+)(?![\w.,]\w)[^<>]*<", article[0]):
            before = article[0][: match.start()]
            if before.rfind("<bp-math") > before.rfind("</bp-math") or before.rfind("<svg") > before.rfind("</svg"):
                continue
            if re.search(r"<(?:data|a|pre|code|span)\b[^>]*$", before[-400:]):
                continue
            text = change(match[2], chance)
            if text is not None:
                yield article.start() + match.start(2), article.start() + match.end(2), text

    return make


WORDS = {
    "": {"dos": "tres", "tres": "dos", "cien": "diez", "ocho": "nueve", "seis": "siete", "diez": "cien"},
    "en/": {"two": "three", "three": "two", "ten": "six", "eight": "nine", "six": "ten", "hundred": "thousand"},
}


def words(html: str, chance: random.Random) -> Made:
    table = WORDS["en/" if '<html lang="en"' in html[:200] else ""]
    article = ARTICLE.search(html)
    assert article
    for match in re.finditer(rf"(?<= )({'|'.join(table)})(?= )", article[0]):
        yield article.start() + match.start(1), article.start() + match.end(1), table[match[1]]


def pattern(expression: str, change: Callable[[str, random.Random], str | None]) -> Callable[..., Made]:
    """A change of the first group of a pattern, anywhere in a file."""
    compiled = re.compile(expression, re.DOTALL)

    def make(text: str, chance: random.Random) -> Made:
        for match in compiled.finditer(text):
            changed = change(match[1], chance)
            if changed is not None and changed != match[1]:
                yield match.start(1), match.end(1), changed

    return make


def page_kinds(values: dict[str, str]) -> dict[str, Callable[..., Made]]:
    """Every kind of mutation of a page."""
    found: dict[str, Callable[..., Made]] = {f"prose, {name}": prose(kind) for name, kind in PROSE.items()}
    data = re.compile(r'<data class="q"[^>]*>[^<]*</data>')
    mn, mo = re.compile(r"<mn>([^<]*)</mn>"), re.compile(r"<mo>([^<]*)</mo>")
    shown = re.compile(r'<span class="enclosing" data-q="[^"]*"><span class="mord">([^<]*)</span>')
    any_shown = re.compile(r'class="mord(?: mtight)?">([^<]*\d[^<]*)<')
    tex = re.compile(r"<annotation[^>]*>([^<]*)</annotation>")
    minus = {"+": "−", "−": "+", "=": "≈", "≈": "=", "⋅": "+"}
    found |= {
        "value attribute": attribute("value"),
        "data-expr": attribute("data-expr"),
        "data-format": attribute("data-format"),
        "data-q swapped": swapped_name,
        "numbers swapped": swapped_numbers,
        "other step": other_step(values),
        "marker deleted": whole(data, lambda text: ""),
        "marker doubled": whole(data, lambda text: f"{text} {text}"),
        "marker unmarked": whole(data, lambda text: re.sub("<[^>]*>", "", text)),
        "minus before marker": whole(data, lambda text: "−" + text),
        "formula, KaTeX": in_formula(shown, _digit),
        "formula, any digit of KaTeX": in_formula(any_shown, _digit),
        "formula, MathML": in_formula(mn, _digit),
        "formula, sign in MathML": in_formula(mo, lambda text, r: minus.get(text)),
        "formula, TeX": in_formula(tex, _digit),
        "formula, sign in TeX": in_formula(
            tex, lambda t, r: t.replace(" - ", " + ", 1) if " - " in t else t.replace("{-", "{", 1)
        ),
        "formula, all copies": everywhere_in_formula,
        "formula deleted": whole(FORMULA, lambda text: ""),
        "formula doubled": whole(FORMULA, lambda text: text + text),
        "formula, mark lost": in_formula(re.compile(r'( data-q="[^"]*")'), lambda text, r: ""),
        "figure, label": in_figure(r"<tspan data-(?:q|tree|tick)=[^>]*>([^<]*)</tspan>"),
        "figure, tick": in_figure(r'data-tick="([^"]*)"'),
        "figure, curve": in_figure(r' d="([^"]*)"'),
        "figure, place": in_figure(r' (?:x|y|cx|cy|width|height)="([^"]*)"'),
        "figure, description": in_figure(r"<desc[^>]*>([^<]*)</desc>"),
        "figure, names": in_figure(r'data-q-list="([^"]*)"'),
        "figure, label lost": label_lost,
        "figure, drawing lost": drawing_lost,
        "figure, drawing hidden": drawing_hidden,
        "cell, literal": in_cell(r'<span class="m[fi]">([^<]*)</span>', _digit),
        "cell, output": in_cell(r"<code>([-+\d.][^<]*)</code>", _digit),
        "cell, names": in_cell(r'data-(?:literals|outputs)="([^"]*)"', _digit),
        "cell, name": in_cell(r'<span class="n">([^<]*\d[^<]*)</span>', _digit),
        "plain numeral": plain_numerals(_digit),
        "plain numeral deleted": plain_numerals(lambda text, r: ""),
        "number word": words,
        "equation number": pattern(r'class="equation-number"[^>]*>(\(\d+\))<', _digit),
        "reference": pattern(r'<a data-number="[^"]*" href="[^"]*">([^<]*\d[^<]*)</a>', _digit),
        "reference, label": pattern(r'class="equation-number" href="[^"]*" data-number="([^"]*)"', _digit),
        "meaning": pattern(r'<span class="meaning" data-means="[^"]*">([^<]*)</span>', _digit),
        "meaning, name": pattern(r'<span class="meaning" data-means="([^"]*)">', _digit),
        "contents link": pattern(r'<a href="#[^"]*" class="md-nav__link">\s*<span[^>]*>([^<]*\d[^<]*)</span>', _digit),
        "comment in a number": prose(lambda m, r: m[2][:1] + "<!-- -->" + str(r.randrange(10)) + m[2][1:]),
        "published": pattern(r'<span class="published"[^>]*>([^<]*)</span>', _digit),
        "typed in": pattern(r"</p>\n(<p>)", lambda text, r: f"<p>0.{r.randrange(10**5, 10**6)} "),
    }
    return found


def file_kinds() -> dict[str, tuple[str, Callable[..., Made]]]:
    """Every kind of mutation of another file, by the pattern of its name."""
    decimal = r"(?<![\w.])(\d+\.\d{3,})"
    escaped = r'"text":"(?:[^"\\]|\\.)*?(\d\.\d{4,})'
    return {
        "csv, digit": (r"\.csv$", pattern(decimal, _digit)),
        "csv, row": (r"\.csv$", pattern(r"\n([^\n]+\n)", lambda text, r: "")),
        "json, digit": (r"values\.json$", pattern(decimal, _digit)),
        "json, entry": (r"values\.json$", pattern(r'\n +"exact": (true),', lambda text, r: "false")),
        "search, digit": (r"search_index\.json$", pattern(escaped, _digit)),
        "search, location": (r"search_index\.json$", pattern(r'"location":"([^"]*)"', lambda text, r: text + "x")),
        "choices, digit": (r"choices/.*\.json$", pattern(r">(-?\d[\d.]*)</data>", _digit)),
        "choices, value": (r"choices/.*\.json$", pattern(r'value=\\"([^"\\]*)', _digit)),
        "choices, sign": (
            r"choices/.*\.json$",
            pattern(r'\["([<>]=?)",', lambda text, r: {"<": ">", ">": "<", "<=": ">", ">=": "<"}[text]),
        ),
        "choices, chosen": (r"choices/.*\.json$", pattern(r'"chosen":(\d)', lambda text, r: str(int(text) + 1))),
        "choices, formula": (r"choices/.*\.json$", pattern(r"\],(\d[\d.]*)\]", _digit)),
        "live, digit": (r"live/.*\.json$", pattern(r":(\d+(?:\.\d+)?)[,}\]]", _digit)),
        "worksheet, value": (r"worksheet\.json$", pattern(r'"value":(-?\d\.\d+)', _digit)),
        "worksheet, exact": (r"worksheet\.json$", pattern(r'"exact":(true)', lambda text, r: "false")),
        "worksheet, symbol": (r"worksheet\.json$", pattern(r'"symbol":"([^"]*\d[^"]*)"', _digit)),
        "descriptions": (r"\.html$", pattern(r'<meta name="description" content="([^"]*)"', _with_number)),
        "title": (r"\.html$", pattern(r"<title>([^<]*)</title>", _with_number)),
        "frame": (r"\.html$", pattern(r'<span class="md-ellipsis">\s*([^<]*?)\s*</span>', _with_number)),
        "language": (r"\.html$", pattern(r'<html lang="(\w\w)"', lambda text, r: "en" if text == "es" else "es")),
    }


def lonely_kinds() -> dict[str, Callable[..., Made]]:
    """Mutations of the worksheets from which all else follows: one in each copy."""
    return {
        "worksheet, formula": pattern(r'"tree":(0\.\d+|\["[^\n]*?,(?:0\.\d+|2)\])', _digit),
        "worksheet, network": pattern(r'"weights":(\[\[[^\]]*\])', _digit),
        "worksheet, page list": pattern(r'"pages":\{\n[^\n]*?,("[a-z_]+\d",)', lambda text, r: ""),
        "worksheet, contents": pattern(r'"contents":\{\n[^\n]*?,("[a-z_]+\d",)', lambda text, r: ""),
        "worksheet, allowance": pattern(r'"allowances":.*?"text":"(2015)"', _digit),
    }


def _with_number(text: str, chance: random.Random) -> str:
    return f"{text} {chance.randrange(2, 100)}"


KINDS = (*page_kinds({}), *file_kinds())


def mutations(site: Path, seed: int, each: int) -> list[Mutation]:
    """At most ``each`` mutations of every kind, drawn from all their places."""
    chance = random.Random(seed)
    texts = {
        str(path.relative_to(site)): path.read_text("utf-8")
        for path in sorted(site.rglob("*"))
        if path.suffix in (".html", ".json", ".csv") and path.name != "404.html"
    }
    stored = json.loads(texts["downloads/values.json"])["quantities"]
    values = {name: entry["printed"] for name, entry in stored.items()}
    found: list[Mutation] = []

    def draw(kind: str, files: Iterable[str], make: Callable[..., Made], alone: bool = False) -> None:
        places = [
            Mutation(kind, file, start, end, text, alone)
            for file in files
            for start, end, text in make(texts[file], chance)
            if texts[file][start:end] != text
        ]
        found.extend(chance.sample(places, min(each, len(places))))

    pages = [name for name in texts if name.endswith(".html")]
    for kind, make in page_kinds(values).items():
        draw(kind, pages, make)
    for kind, (name, make) in file_kinds().items():
        draw(kind, [file for file in texts if re.search(name, file)], make)
    return found


def lonely(site: Path, seed: int, each: int) -> list[Mutation]:
    """Mutations that change everything else with them."""
    chance = random.Random(seed)
    text = (site / "worksheet.json").read_text("utf-8")
    found = []
    for kind, make in lonely_kinds().items():
        places = [Mutation(kind, "worksheet.json", s, e, t, True) for s, e, t in make(text, chance)]
        found += chance.sample(places, min(each, len(places)))
    return found


LINES = 14
"""Mutations of one copy stand so many lines apart in every file."""


def packed(found: Iterable[Mutation], texts: dict[str, str]) -> Iterator[list[Mutation]]:
    """Copies of the site: in each as many mutations as keep their distance in every file."""

    def line(mutation: Mutation, offset: int) -> int:
        text = texts[mutation.file]
        if text.count("\n") < LINES:  # one long line: by characters
            return offset // 200
        return text.count("\n", 0, offset)

    left = [(mutation, line(mutation, mutation.start), line(mutation, mutation.end)) for mutation in found]
    while left:
        taken: dict[str, list[tuple[int, int]]] = {}
        copy, rest = [], []
        for mutation, first, last in left:
            own = taken.setdefault(mutation.file, [])
            if any(first < end + LINES and start < last + LINES for start, end in own):
                rest.append((mutation, first, last))
            else:
                own.append((first, last))
                copy.append(mutation)
        yield copy
        left = rest


def applied(text: str, own: list[Mutation]) -> tuple[str, list[tuple[Mutation, int, int]]]:
    """The mutated text, and where each mutation stands in it."""
    result, at, spots = "", 0, []
    for mutation in sorted(own, key=lambda each: each.start):
        result += text[at : mutation.start]
        spots.append((mutation, len(result), len(result) + len(mutation.text)))
        result += mutation.text
        at = mutation.end
    return result + text[at:], spots
