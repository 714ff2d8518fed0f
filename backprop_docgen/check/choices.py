"""Chosen sentences: the conditions are evaluated anew, and what the page says must be the text that they choose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, Final

import lxml.html

from backprop_docgen.check.numbers import check_mark
from backprop_docgen.check.recount import Recount, reason, truth
from backprop_docgen.check.stored_site import SiteCopy, broken_json, parse_json
from backprop_docgen.errors import BackpropError, SiteError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.published.page import INDEX, BuiltPage
from backprop_docgen.published.page_list import choice_keys

_MATH: Final = re.compile(r"<(bp-math(?:-block)?)\b[^<>]*>.*?(?:</\1>|\Z)", re.DOTALL)
_ANNOTATION: Final = re.compile(r"<annotation\b[^<>]*>([^<]*)</annotation>")
_TAG: Final = re.compile(r"<[^<>]*>")
_WHOLE: Final = ("pre", "svg", "bp-math-block", "table", "figure")


def check_choices(
    site: SiteCopy, name: str, keys: list[str], page: BuiltPage | None, recount: Recount
) -> Iterator[Finding]:
    """The file of choices of one page: its conditions, its texts, and the sentences on the page."""
    if not site.exists(name):
        yield Lines(site.file(name), "").finding("missing", 0, "the site has lost the choices of a page")
        return
    lines = Lines(site.file(name), site.text(name))
    try:
        choices = parse_json(lines.text, lines.file)
    except SiteError as error:
        yield broken_json(lines, error, "choice")
        return
    if not isinstance(choices, list):
        yield lines.finding("choice", 0, "is not a list of choices")
        return
    spots = list(spots_in(lines.text, lines.text.find("[") + 1))
    spoken = _on_page(page) if page else {}
    told: list[Finding] = []
    for index, choice in enumerate(choices):
        start, end = spots[index] if index < len(spots) else (0, len(lines.text))
        told += _choice(choice, start, end, lines, recount)
        if page is not None and isinstance(choice, dict):
            yield from _sentence(page, index + 1, choice, spoken)
    yield from told
    yield from _listed(lines, choices, spots, keys, told)


def _listed(
    lines: Lines, choices: list[Any], spots: list[tuple[int, int]], keys: list[str], told: list[Finding]
) -> Iterator[Finding]:
    """Conditions and texts that are not those that were built, by their digests."""
    found = choice_keys(choices)
    if found == keys:
        return
    places = [place for spot in spots for place in _parts(lines.text, *spot)]
    if len(found) != len(keys) or len(places) != len(found):
        yield lines.finding(
            "choice", 0, f"has {len(found)} conditions and texts; expected {len(keys)}", str(len(found))
        )
        return
    known = [lines.offset(finding.line, finding.column) for finding in told]
    for (start, end), one, other in zip(places, found, keys, strict=True):
        if one != other and not any(start <= at < end for at in known):
            what = "a condition" if other.startswith("c") else "a text"
            excerpt = lines.text[start:end]
            yield lines.finding("choice", start, f"{what} is not the one that was built", excerpt[:80])


def spots_in(text: str, at: int, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where each element of a JSON list begins and ends; ``at`` is just after its bracket."""
    decoder, end = json.JSONDecoder(), len(text) if end is None else end
    while at < end:
        while at < end and text[at] in ", \n\r\t":
            at += 1
        if at >= end or text[at] == "]":
            return
        try:
            _, stop = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield at, stop
        at = stop


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of a choice's conditions and texts."""
    for key in ("conditions", "texts"):
        at = text.find(f'"{key}":[', start, end)
        if at >= 0:
            yield from spots_in(text, at + len(key) + 4, end)


def _choice(choice: Any, start: int, end: int, lines: Lines, recount: Recount) -> Iterator[Finding]:
    shape = isinstance(choice, dict) and all(isinstance(choice.get(key), list) for key in ("conditions", "texts"))
    if not shape or len(choice["conditions"]) != len(choice["texts"]) or type(choice.get("chosen")) is not int:
        yield lines.finding("choice", start, "is no choice with as many texts as conditions", "")
        return
    try:
        chosen = next((i for i, each in enumerate(choice["conditions"]) if each is None or truth(recount, each)), None)
    except BackpropError as error:
        yield lines.finding("unknown", start, f"a condition cannot be evaluated: {reason(error)}", "")
        return
    if chosen != choice["chosen"]:
        at = lines.text.find('"chosen"', start, end)
        message = f"chooses text {choice['chosen']}, but the first condition that holds is number {chosen}"
        yield lines.finding("choice", max(at, start), message, str(choice["chosen"]), str(chosen))
    for text in choice["texts"]:
        if not isinstance(text, str):
            yield lines.finding("choice", start, "has a text that is none", "")
            continue
        for match in re.finditer(r"<data\b[^>]*>[^<]*</data>", text):
            element = lxml.html.fragment_fromstring(match[0])
            raw = json.dumps(match[0], ensure_ascii=False)[1:-1]
            at = max(lines.text.find(raw, start, end), start)
            if element.get("data-q") is None and element.get("data-expr") is None:
                continue
            yield from check_mark(dict(element.attrib), element.text or "", at, lines, recount)


def _on_page(page: BuiltPage) -> Mapping[str, Any]:
    article = page.article()
    return {each.get("data-choice"): each for each in article.iter("span") if each.get("data-choice") is not None}


def _sentence(page: BuiltPage, number: int, choice: Mapping[str, Any], spoken: Mapping[str, Any]) -> Iterator[Finding]:
    element = spoken.get(str(number))
    texts, chosen = choice.get("texts"), choice.get("chosen")
    if element is None or not isinstance(texts, list) or not isinstance(chosen, int) or not 0 <= chosen < len(texts):
        return  # nested in a branch that is not on the page, or told already
    if any(True for _ in element.iter(*_WHOLE)) or not isinstance(texts[chosen], str):
        return
    said, meant = _letters(_read(element, page)), _letters(_plain(texts[chosen]))
    if said != meant:
        other = next(
            (i for i, text in enumerate(texts) if isinstance(text, str) and _letters(_plain(text)) == said), None
        )
        what = f"this is text {other}" if other is not None else "this is none of its texts"
        message = f"{what}; the conditions choose {texts[chosen][:60]!r}"
        yield page.lines.finding("choice", page.at(element), message, _read(element, page)[:80], texts[chosen][:80])


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _plain(html: str) -> str:
    """A text's words: formulas as their TeX, without tags."""
    return unescape(_TAG.sub("", _MATH.sub(lambda match: _tex(match[0]), html)))


def _tex(html: str) -> str:
    found = _ANNOTATION.search(html)
    return found[1] if found else ""


def _read(element: Any, page: BuiltPage) -> str:
    """The same words as they stand on the page."""
    index = element.get(INDEX)
    if index is not None and index.isdigit() and int(index) < len(page.formulas):
        return page.formulas[int(index)].tex or ""
    return (element.text or "") + "".join(_read(child, page) + (child.tail or "") for child in element)
