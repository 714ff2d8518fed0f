"""The search index of each language must say what the pages say, section by section."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from itertools import accumulate
from typing import Any, Final

from backprop_docgen.check.choices import spots_in
from backprop_docgen.check.difference import differences
from backprop_docgen.check.stored_site import SiteCopy, broken_json, parse_json, shallow
from backprop_docgen.errors import SiteError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.made import shown
from backprop_docgen.published.page import IGNORED, INDEX, BuiltPage, digest
from backprop_docgen.published.page_list import SEARCH, search_keys

_TAG: Final = re.compile(r"</?(?:p|code|pre|li|ol|ul|sub|sup)>")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED: Final = frozenset({"script", "style", "object"})
_WORD: Final = re.compile(r"\s+")


@dataclass
class _Section:
    location: str
    offset: int
    anchor: str = ""
    title: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def check_search(
    site: SiteCopy,
    pages: Iterable[BuiltPage],
    prefixes: Mapping[str, str],
    contents: Mapping[str, list[str]],
    printer: Callable[[str, str], str | None],
) -> Iterator[Finding]:
    """Each language's ``search/search_index.json``; a site without search has none.

    ``printer`` says what a quantity reads in a language.
    """
    names = {code: prefix + SEARCH for code, prefix in prefixes.items()}
    if not any(site.exists(name) for name in names.values()):
        return
    pages = list(pages)
    for code, name in names.items():
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "this language has lost its search index")
            continue
        own = [page for page in pages if page.language == code]
        lines = Lines(site.file(name), site.text(name))
        yield from _index(lines, own, prefixes[code], contents.get(name), partial(printer, code))


def _index(
    lines: Lines,
    pages: list[BuiltPage],
    prefix: str,
    settings: list[str] | None,
    printer: Callable[[str], str | None],
) -> Iterator[Finding]:
    try:
        data = parse_json(lines.text, lines.file)
    except SiteError as error:
        yield broken_json(lines, error, "search")
        return
    docs = data.get("docs") if isinstance(data, dict) else None
    if not isinstance(docs, list) or not all(isinstance(each, dict) for each in docs):
        yield lines.finding("search", 0, "is no search index: it has no list of docs")
        return
    if settings is not None and search_keys(lines.text)[:1] != settings[:1]:
        yield lines.finding(
            "search", max(lines.text.find('"config"'), 0), "has other settings than those that were built"
        )
    at = lines.text.find('"docs"')
    spots = list(spots_in(lines.text, lines.text.find("[", at) + 1)) if at >= 0 else []
    found: dict[str, tuple[Any, int, int]] = {}
    for at, doc in enumerate(docs):
        start, end = spots[at] if at < len(spots) else (0, len(lines.text))
        location = str(doc.get("location"))
        if location in found:
            yield lines.finding("search", start, f"has the section {location} twice", location[:80])
        found.setdefault(location, (doc, start, end))
    yield from _made(lines, found, pages, prefix, printer)
    for page in pages:
        passed_over = any(page.ignored.values())
        whole = {each.location: each for each in sections(page, prefix, whole=True)} if passed_over else {}
        with shallow(page.lines.file):
            own = sections(page, prefix)
        for section in own:
            entry = found.pop(section.location, None)
            if entry is None:
                if settings is not None and digest(section.location) not in settings:
                    continue  # left out when the site was built
                yield lines.finding("search", 0, f"does not have the section {section.location} of {page.url}", "")
                continue
            empty = not entry[0].get("text") and not tokens(str(entry[0].get("title")), page.language)
            if section.anchor in found and empty:
                entry = found.pop(section.anchor)  # another plugin has wrapped the page: it begins with nothing
            doc, start, end = entry
            other = whole.get(section.location, section)  # search may have read what a check passes over
            for key, said, also in (("title", section.title, other.title), ("text", section.text, other.text)):
                if also != said and _said(str(doc.get(key))) == _WORD.sub("", "".join(also)):
                    continue
                yield from _compare(lines, key, str(doc.get(key)), "".join(said), start, end)
    for location, (_, start, _) in found.items():
        yield lines.finding("search", start, f"has a section that no page has: {location[:80]}", location[:80])


def _made(
    lines: Lines,
    docs: Mapping[str, tuple[Any, int, int]],
    pages: Iterable[BuiltPage],
    prefix: str,
    printer: Callable[[str], str | None],
) -> Iterator[Finding]:
    """The quantities that sections are said to make: each is shown there, and reads as the worksheet says."""
    there = {(_address(page, prefix) + section, name) for page in pages for section, name, _ in shown(page.lines.text)}
    for location, (doc, start, end) in docs.items():
        found = doc.get("made", {})
        for name, value in found.items() if isinstance(found, dict) else [("made", found)]:
            expected = printer(name) if (location, name) in there else None
            if value != expected:
                at = max(lines.text.find(json.dumps(name), start, end), start)
                yield lines.finding("search", at, f"says that {name} is made in {location}", str(value), expected or "")


def _said(text: str) -> str:
    return _WORD.sub("", unescape(_TAG.sub("", text)))


def _compare(lines: Lines, key: str, found: str, expected: str, start: int, end: int) -> Iterator[Finding]:
    have, want = _said(found), _WORD.sub("", expected)
    if have == want:
        return
    field_at = max(lines.text.find(f'"{key}":', start, end), start)
    raw = list(_letters(lines.text, field_at, end, found))
    for difference in differences(have, want):
        at = raw[difference.offset] if difference.offset < len(raw) else field_at
        yield lines.finding(
            "search",
            at,
            f"says {difference.found[:40]!r} where the page says {difference.expected[:40]!r}",
            difference.found[:80],
            difference.expected[:80],
        )


_UNIT: Final = re.compile(r"\\u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|\\.|.", re.DOTALL)
_MARKUP: Final = re.compile(r"</?(?:p|code|pre|li|ol|ul|sub|sup)>|&(?:\w+|#\d+|#x[0-9a-fA-F]+);|.", re.DOTALL)


def _letters(text: str, start: int, end: int, value: str) -> Iterator[int]:
    """The offset in a JSON file of each letter of a field's text, tags and white space left out."""
    opening = text.find('"', text.find(":", start)) + 1
    units = [match.group() for match in _UNIT.finditer(text, opening, min(end, opening + 8 * len(value) + 8))]
    starts = list(accumulate((len(unit) for unit in units), initial=opening))
    at = 0
    for match in _MARKUP.finditer(value):
        plain_text = "" if match[0].startswith("<") and len(match[0]) > 1 else unescape(match[0])
        if plain_text.strip():
            for _ in plain_text:
                yield starts[min(at, len(starts) - 1)]
        at += len(match[0])


def sections(page: BuiltPage, prefix: str, whole: bool = False) -> list[_Section]:
    """The sections of a page as search has them: from one heading with an id to the next.

    ``whole``: with what a check passes over.
    """
    address = _address(page, prefix)
    found: list[_Section] = []
    _walk(page, page.article(), found, address, None, whole)
    return found


def _address(page: BuiltPage, prefix: str) -> str:
    return page.url.removeprefix("./").removeprefix(prefix)


def _walk(
    page: BuiltPage, element: Any, found: list[_Section], address: str, title: _Section | None, whole: bool
) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or (not whole and element.get(IGNORED) is not None):
        return
    if element.get("data-search-exclude") is not None and element.get(INDEX) is None:
        return
    if tag in _HEADINGS and element.get("id"):
        if tag != "h1" and not found:
            found.append(_Section(address, page.at(element)))
        own = f"{address}#{element.get('id')}"
        title = _Section(own if found else address, page.at(element), "" if found else own)
        found.append(title)

    def say(text: str) -> None:
        if title is not None:
            title.title.append(text)
        elif found:
            found[-1].text.append(text)
        elif text.strip():
            found.append(_Section(address, page.at(element)))
            found[-1].text.append(text)

    index = element.get(INDEX)
    if index is not None and index.isdigit() and int(index) < len(page.formulas):
        formula = page.formulas[int(index)]
        if not formula.display:
            say(plain(formula.tex or ""))
        return
    if tag == "a" and element.get("class") == "headerlink":
        return
    if element.text:
        say(element.text)
    for child in element:
        _walk(page, child, found, address, title, whole)
        if child.tail:
            say(child.tail)
