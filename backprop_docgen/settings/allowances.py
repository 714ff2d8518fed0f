"""Numbers that may be typed by hand: a year, a version, a formula's ½; each with the reason why.

An allowance is a phrase with the number in it ("between 0 and 1"), or the number alone. It stands in
``allowances.toml`` in the folder of the pages (``docs/``)::

    [[allow]]
    text = "between 0 and 1"      # or several: ["between 0 and 1", "at most 1"]
    reason = "the bounds of the logistic function"
    pages = ["error.md"]          # everywhere, when left out
    languages = ["en"]            # in every language, when left out
    within = "math"               # prose, code, math: anywhere, when left out

or in the page, on the line it speaks of: ``{## allow: 2015, the year of the source ##}``.
"""

from __future__ import annotations

import os
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Literal, get_args

from voluptuous import MultipleInvalid, Optional, Required

from backprop_docgen.disk import read_text
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.settings.validation import (
    Choice,
    Listed,
    Mistake,
    OneOrMany,
    Table,
    Words,
    mistakes,
    problems,
    validated,
)

FILE: Final = "allowances.toml"
_MAX_BYTES: Final = 1_000_000
_MARK: Final = re.compile(r"\{##\s*allow:\s*(?P<text>.*?)\s*,\s+(?P<reason>(?:(?!##\}).)*?)\s*##\}", re.DOTALL)
_ANY_MARK: Final = re.compile(r"\{##\s*allow\b")
_RAW: Final = re.compile(r"\{%-?\s*raw\b.*?\bendraw\s*-?%\}", re.DOTALL)

Within = Literal["prose", "code", "math"]
EVERYTHING: Final = "*"
"""The text of an allowance for all numbers of one kind on some pages (an example file, a listing)."""


@dataclass(frozen=True)
class Allowance:
    """One allowance. ``pages`` are names of templates in a project, and addresses in a site; None means all."""

    text: str
    reason: str
    pages: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    within: Within | None = None


class _Entry(Table):
    """An entry of a list: an allowance for each of its phrases."""

    def _taken(self, value: object) -> list[Allowance]:
        found = super()._taken(value)
        texts = found.pop("text")
        texts = [texts] if isinstance(texts, str) else texts
        if not all(text.strip() for text in texts):
            raise Mistake("an allowance needs a text")
        if EVERYTHING in texts and not {"pages", "within"} <= found.keys():
            raise Mistake('an allowance for everything ("*") needs pages and within')
        return [Allowance(text, **found) for text in texts]


_PHRASE: Final = Words("phrase", 1, 400)
_ENTRY: Final = _Entry(
    "[[allow]]",
    "Numbers that may be typed by hand.",
    {
        Required("text"): OneOrMany(_PHRASE, Listed(_PHRASE, None, "phrases")),
        Required("reason"): Words("reason", 3, 400),
        Optional("pages"): Listed(Words("page", 0, 400), None, "pages"),
        Optional("languages"): Listed(Words("language", 0, 40), None, "languages"),
        Optional("within"): Choice("place", get_args(Within)),
    },
)
_ENTRIES: Final = Listed(_ENTRY, None, "allowances")
_FILE: Final = Table(
    "a list of allowances", "The whole file.", {Optional("allow", default=list): _ENTRIES}, "at the top of the file"
)


@dataclass(frozen=True)
class Placed:
    """An allowance and where it was written, for the finding that it matches nothing."""

    allowance: Allowance
    file: str
    offset: int


def read_allowances(path: Path) -> tuple[str, list[Placed]]:
    """The text of a list file and its allowances; "" and none where there is no file. Raises SiteError."""
    if not os.path.lexists(path):
        return "", []
    text = read_text(path, "a list of allowances in TOML", _MAX_BYTES)
    try:
        table = validated(_FILE, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # a giant number is no TOMLDecodeError
        raise SiteError(Problem(f"cannot be read as TOML: {error}", str(path))) from None
    except MultipleInvalid as error:
        advice = "An entry has text and reason, and may have pages, languages, within (prose, code or math)."
        raise SiteError(problems(error, str(path), advice)[:20]) from None
    starts = [match.start() for match in re.finditer(r"(?m)^\s*\[\[allow\]\]", text)]
    placed = []
    for number, entry in enumerate(table["allow"]):
        start = starts[number] if number < len(starts) else 0
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        for each in entry:
            at = text.find(f'"{each.text}"', start, end)
            placed.append(Placed(each, str(path), at + 1 if at >= 0 else start))
    return text, placed


def marks(source: str, page: str, language: str, file: str) -> tuple[list[Placed], list[tuple[int, str]]]:
    """The allowances marked in a template, and what is wrong with others (offset, message)."""
    found, wrong = [], []
    good = {match.start(): match for match in _MARK.finditer(source)}
    shown = covering(match.span() for match in _RAW.finditer(source))  # samples, not marks
    for match in _ANY_MARK.finditer(source):
        if shown(match.start(), match.end()):
            continue
        full = good.get(match.start())
        if full is None or not tokens(full["text"], language):
            wrong.append(
                (match.start(), "an allowance needs a number, a comma and a reason: {## allow: 2015, a year ##}")
            )
            continue
        entry = {"text": full["text"], "reason": full["reason"], "pages": [page], "languages": [language]}
        try:
            found += [Placed(each, file, match.start()) for each in validated(_ENTRY, entry)]
        except MultipleInvalid as error:
            wrong += [(match.start(), each.msg) for _, each in mistakes(error)]
    return found, wrong


@cache
def _pattern(text: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in text.split())
    left = r"(?<![\w.,])" if text[:1].isalnum() else ""
    right = r"(?!\w|[.,]\d)" if text[-1:].isalnum() else ""
    return re.compile(left + words + right)


def phrases(phrase: str, text: str) -> list[tuple[int, int]]:
    """Where a phrase stands whole in a text, whatever the white space in it."""
    pattern, word, found = _pattern(phrase), phrase.split()[0], []
    at = text.find(word)
    while at >= 0:
        if match := pattern.match(text, at):
            found.append(match.span())
        at = text.find(word, at + 1)
    return found


@dataclass
class Allowances:
    """Allowances sorted by where they hold; notes which of them were of use."""

    every: Sequence[Allowance]
    used: set[Allowance] = field(default_factory=set)
    _by_place: dict[tuple[str, str, str], list[Allowance]] = field(default_factory=dict)

    def spans(self, text: str, page: str, language: str, within: Within) -> list[tuple[int, int]]:
        """The stretches of a text that are allowed."""
        found = []
        for allowance in self._at(page, language, within):
            if allowance.text == EVERYTHING:
                self.used.add(allowance)
                found.append((0, len(text)))
                continue
            spans = phrases(allowance.text, text)
            if spans:
                self.used.add(allowance)
                found += spans
        return found

    def _at(self, page: str, language: str, within: Within) -> list[Allowance]:
        key = (page, language, within)
        if key not in self._by_place:
            self._by_place[key] = [
                each
                for each in self.every
                if (each.pages is None or page in each.pages)
                and (each.languages is None or language in each.languages)
                and (each.within is None or each.within == within)
            ]
        return self._by_place[key]


def covering(spans: Iterable[tuple[int, int]]) -> Callable[[int, int], bool]:
    """Tells of a stretch (from, to) whether it lies inside one of these."""
    ordered = sorted(spans)
    starts = [low for low, _ in ordered]
    reach = list(accumulate((high for _, high in ordered), max))

    def covers(start: int, end: int) -> bool:
        before = bisect_right(starts, start)
        return before > 0 and reach[before - 1] >= end

    return covers


def from_site(data: object) -> list[Allowance]:
    """The allowances that a site carries; raises SiteError when they are none."""
    try:
        return [each for entry in validated(_ENTRIES, data) for each in entry]
    except MultipleInvalid as error:
        raise SiteError(Problem(error.msg, "worksheet.json", key="allowances")) from None


def for_site(placed: Iterable[Placed], urls: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Allowances as a site carries them: pages by their addresses (``urls``: by template name, then language)."""
    seen = set()
    for each in placed:
        data = {key: value for key, value in vars(each.allowance).items() if value is not None}
        if each.allowance.pages is not None:
            wanted = each.allowance.languages
            data["pages"] = [
                url
                for page in each.allowance.pages
                for language, url in urls.get(page, {}).items()
                if wanted is None or language in wanted
            ]
        key = repr(data)
        if key not in seen:
            seen.add(key)
            yield data
