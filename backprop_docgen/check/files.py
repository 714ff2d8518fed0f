"""The files beside the pages: the stored worksheets, and the downloads."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from backprop_docgen.check.difference import differences
from backprop_docgen.check.stored_site import SiteCopy, Stored, parse_json
from backprop_docgen.errors import BackpropError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.workbook_text import workbook_text
from backprop_docgen.site.data_files import (
    MOST_FORMULAS,
    as_script,
    live_json,
    seal,
    unsealed,
    values_csv,
    values_json,
    worksheets_json,
)
from backprop_docgen.site.practice_data import default_json, rebuilt, shape_of
from backprop_docgen.site.search_and_sitemap import index_script
from backprop_docgen.site.workbook import address, workbook
from backprop_docgen.worksheet.course import Course

_MOST_WORKBOOK: Final = 20_000_000
_MOST_TOLD: Final = 100
_DOWNLOADS: Final[Mapping[str, Callable[[Course, Sequence[str], float], str]]] = {
    "downloads/values.csv": values_csv,
    "downloads/values.json": values_json,
}


def check_downloads(site: SiteCopy, course: Course) -> Iterator[Finding]:
    """The CSV and JSON files must be what the worksheet gives."""
    names = course.default.worksheet.names()
    for name, make in _DOWNLOADS.items():
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "the site has lost this download")
            continue
        lines = Lines(site.file(name), site.text(name))
        for difference in differences(lines.text, make(course, names, MOST_FORMULAS).replace("\r\n", "\n")):
            yield lines.finding(
                "download",
                difference.offset,
                f"{_short(difference.found)} stands where the worksheet gives {_short(difference.expected)}",
                difference.found[:80],
                difference.expected[:80],
            )


def check_workbooks(site: SiteCopy, course: Course, languages: Iterable[Language]) -> Iterator[Finding]:
    """Each spreadsheet must have the cells, formulas and values that the worksheet gives."""
    for language in languages:
        name, made = address(language.code), workbook(course, language)
        if made is None:
            continue
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "the site has lost this download")
            continue
        data = site.data(name, _MOST_WORKBOOK)
        if data == made:
            continue
        try:
            found = workbook_text(data)
        except ValueError as error:
            yield Lines(site.file(name), "").finding("download", 0, str(error))
            continue
        lines = Lines(site.file(name), found)
        for difference in islice(differences(found, workbook_text(made)), _MOST_TOLD):
            message = f"{_short(difference.found)} stands where the worksheet gives {_short(difference.expected)}"
            where = lines.text[: difference.offset].rpartition("\n")[2] or _short(difference.found)
            yield lines.finding(
                "download", difference.offset, f"{where.rstrip(': =')}: {message}",
                difference.found[:80], difference.expected[:80],
            )


def check_twins(site: SiteCopy, names: Iterable[str], indexes: Iterable[str]) -> Iterator[Finding]:
    """The same data as scripts, which pages read that are opened without a server; of search only where it has one."""
    wanted = [as_script(name, site.text(name)) for name in names if site.exists(name)]
    offline = [(f"{name.removesuffix('.json')}.js", name) for name in indexes if site.exists(name)]
    wanted += [(name, index_script(site.text(index))) for name, index in offline if site.exists(name)]
    for name, expected in wanted:
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "the site has lost this file of its live page")
            continue
        lines = Lines(site.file(name), site.text(name))
        for difference in islice(differences(lines.text, expected), 1):
            yield lines.finding(
                "twin",
                difference.offset,
                f"{_short(difference.found)} stands where the JSON file has {_short(difference.expected)}",
                difference.found[:80],
                difference.expected[:80],
            )


def check_practice(site: SiteCopy, course: Course) -> Iterator[Finding]:
    """Each network to practise with must say what follows from its own numbers."""
    for name in site.names:
        shape = shape_of(name)
        if shape is None:
            continue
        lines = Lines(site.file(name), site.text(name))
        try:
            data = parse_json(lines.text, lines.file)
            expected = rebuilt(shape, data, lines.file, lambda: default_json(course))
        except (KeyError, TypeError, AttributeError, BackpropError):
            yield lines.finding("practice", 0, "holds no network that can be computed")
            continue
        for difference in differences(lines.text, expected):
            yield lines.finding(
                "practice",
                difference.offset,
                f"{_short(difference.found)} stands where the network gives {_short(difference.expected)}",
                difference.found[:80],
                difference.expected[:80],
            )


def check_live(site: SiteCopy, course: Course, languages: Iterable[Language]) -> Iterator[Finding]:
    """What the live page reads beside the worksheets."""
    for language in languages:
        name = f"assets/live/{language.code}.json"
        if not site.exists(name):
            yield Lines(site.file(name), "").finding("missing", 0, "the site has lost this file of its live page")
            continue
        lines = Lines(site.file(name), site.text(name))
        for difference in differences(lines.text, live_json(course, language)):
            message = f"{_short(difference.found)} stands where {_short(difference.expected)} belongs"
            yield lines.finding("download", difference.offset, message, difference.found[:80], difference.expected[:80])


def check_worksheets(stored: Stored, course: Course, strict: bool) -> Iterator[Finding]:
    """What ``worksheet.json`` stores must follow from its own networks and formulas."""
    expected_text = worksheets_json(course)
    expected: Mapping[str, Any] = json.loads(expected_text)
    if stored.worksheets == expected or (not strict and _near(stored.worksheets, expected)):
        return
    lines = Lines(stored.file, stored.text)
    start, end = stored.text.find('"worksheets":'), stored.text.find(',\n"pages":')
    told = False
    if 0 <= start < end:
        start += len('"worksheets":')
        for difference in differences(stored.text[start:end], expected_text):
            told = True
            yield lines.finding(
                "worksheet",
                start + difference.offset,
                f"{_short(difference.found)} stands where the networks give {_short(difference.expected)}",
                difference.found[:80],
                difference.expected[:80],
            )
    if not told:
        yield lines.finding("worksheet", max(start, 0), "the worksheets are not those of their networks")


def check_seal(stored: Stored) -> Iterator[Finding]:
    """The digest of ``worksheet.json``: found last, for what nothing else can tell."""
    text, digest = unsealed(stored.text)
    if seal(text) != digest:
        message = "worksheet.json has been changed since the site was built"
        yield Lines(stored.file, stored.text).finding("worksheet", 0, message, digest, seal(text))


def _short(text: str) -> str:
    plain = text.strip().replace("\n", " ")
    return repr(plain[:60]) if plain else "nothing"


def _near(found: Any, expected: Any) -> bool:
    """Equal but for the last digits of doubles, which depend on the machine."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return list(found) == list(expected) and all(_near(found[key], expected[key]) for key in found)
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-15)
    return bool(found == expected)
