"""A language: its decimal mark, its number words, its plurals and genders, and its small strings."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from backprop_docgen.disk import read_text
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.numbers.rounding import UNCERTAIN, Printed, rounded

_MAX_BYTES: Final = 5_000_000
KEPT: Final = Path(__file__).with_name("number_words.json")


def number_word(number: int, language: str) -> str:
    """A number as a word; raises NotImplementedError for a language without, or what the library raises."""
    kept = _kept().get(language, {}).get(str(number))
    return kept if kept is not None else spelled(number, language)


def spelled(number: int, language: str) -> str:
    """The same, from the library itself."""
    from num2words import num2words

    return str(num2words(number, lang=language))


def ordinal(number: int, language: str) -> str:
    """The word for a place; raises as :func:`number_word`."""
    from num2words import num2words

    return str(num2words(number, to="ordinal", lang=language))


@cache
def _kept() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(KEPT.read_text("utf-8"))
    return words


WORDS_UP_TO: Final = 30
"""Counts up to this one are written as words, larger ones in digits."""

_PACKAGED: Final = files("backprop_docgen") / "locales"
_GROUPING: Final = {"es": ("\N{NARROW NO-BREAK SPACE}", 5), "en": (",", 4)}
_ELSEWHERE: Final = ("\N{NARROW NO-BREAK SPACE}", 5)
_WHOLE_PART: Final = re.compile(r"\d+")
_BETWEEN_GROUPS: Final = re.compile(r"\B(?=(?:\d{3})+$)")
_PERCENT: Final = {"es": "\N{NO-BREAK SPACE}%", "en": "%"}


@dataclass(frozen=True)
class Language:
    """A language of the site: ``code`` as in BCP 47, decimal ``mark``, translated small strings."""

    code: str
    mark: str = "."
    strings: Mapping[str, str] = field(default_factory=dict)

    def translate(self, text: str, /, **values: object) -> str:
        """The language's own version of an English string, with ``{placeholders}`` filled in."""
        return (self.strings.get(text) or text).format(**values)

    def number(self, number: Printed, plus: bool = False) -> str:
        """A printed number in running text, the digits of a large one in groups of three."""
        if number.digits == UNCERTAIN:
            return self.translate("no certain digit")
        return self._grouped(number.text(self.mark, plus))

    @property
    def grouping(self) -> tuple[str, int]:
        """What parts the digits of a large number, and how many digits it has at least."""
        separator, least = _GROUPING.get(self.code, _ELSEWHERE)
        return _ELSEWHERE[0] if separator == self.mark else separator, least

    def _grouped(self, text: str) -> str:
        separator, least = self.grouping
        whole = _WHOLE_PART.search(text)
        if not whole or len(whole[0]) < least:
            return text
        return text[: whole.start()] + _BETWEEN_GROUPS.sub(separator, whole[0]) + text[whole.end() :]

    def tex(self, number: Printed) -> str:
        """A printed number in LaTeX."""
        return number.tex(self.mark)

    def integer(self, number: int) -> str:
        """A whole number in digits: 10 000 in Spanish (but 1000), 10,000 in English."""
        return self._grouped(f"{'−' if number < 0 else ''}{abs(number)}")

    def percent(self, share: Fraction, places: int) -> str:
        """A share of one as a percentage: ``2.5 %`` in Spanish, ``2.5%`` in English."""
        return self.number(Printed(rounded(share * 100, places))) + _PERCENT.get(self.code, "%")

    @property
    def list_separator(self) -> str:
        """What parts numbers in a list: a semicolon where the comma is the decimal mark."""
        return ";" if self.mark == "," else ","

    def word(self, number: int, gender: str = "m", noun: bool = True) -> str:
        """A count as a word, agreeing with a noun that follows (``gender`` is "m" or "f").

        Spanish shortens and inflects: un peso, una neurona, veintiún pesos, veintiuna neuronas.
        """
        if not 0 <= number <= WORDS_UP_TO:
            return self.integer(number)
        word = number_word(number, self.code)
        if self.code != "es" or not word.endswith("uno"):
            return word
        if gender == "f":
            return word.removesuffix("o") + "a"
        if not noun:
            return word
        return "veintiún" if word == "veintiuno" else word.removesuffix("o")

    def plural(self, number: int, singular: str, plural: str | None = None) -> str:
        """The form of a noun that goes with a count; English adds an s where no plural is given."""
        return singular if number == 1 else plural or f"{singular}s"

    def conjunction(self, kind: str, following: str) -> str:
        """"and"/"or" before a word; Spanish: y → e before an i sound, o → u before an o sound."""
        if self.code != "es":
            return self.translate(kind)
        spoken = following.lstrip("$`\\{*_(<").removeprefix("text{").lower()
        if kind == "and":
            return "e" if spoken.startswith(("i", "hi")) and not spoken.startswith("hie") else "y"
        return "u" if spoken.startswith(("o", "ho")) else "o"

    def enumerate(self, items: Sequence[str], kind: str = "and", spoken: Sequence[str] | None = None) -> str:
        """The items as a list in running text; ``spoken`` are their plain forms, for y/e and o/u."""
        if len(items) < 2:
            return "".join(items)
        last = (spoken or items)[-1]
        comma = "," if self.code == "en" and len(items) > 2 else ""
        return f"{', '.join(items[:-1])}{comma} {self.conjunction(kind, last)} {items[-1]}"

    def to_json(self) -> dict[str, object]:
        """What the browser needs of the language: its signs, its small strings, and the words of its figures.

        ``words`` are those of counts (of neurons, without the noun) up to thirty; ``and`` is the one before
        such a word or a name.
        """
        return {
            "code": self.code,
            "mark": self.mark,
            "grouping": self.grouping,
            "percent": _PERCENT.get(self.code, "%"),
            "strings": dict(self.strings),
            "words": [self.word(number, "f", noun=False) for number in range(WORDS_UP_TO + 1)],
            "and": self.conjunction("and", ""),
        }


def load_language(code: str, mark: str = ".", locales: Path | None = None) -> Language:
    """A language with its translated strings, from the message catalogue in ``locales`` or else the package's.

    English is the language of the strings themselves. Raises SiteError when there is no catalogue, or none
    that can be read.
    """
    if code == "en":
        return Language(code, mark)
    own = locales / f"{code}.po" if locales is not None else None
    packaged = _PACKAGED / f"{code}.po"
    if own is not None and os.path.lexists(own):
        text, name = read_text(own, "a message catalogue", _MAX_BYTES), str(own)
    elif packaged.is_file():
        text, name = packaged.read_text("utf-8"), packaged.name
    else:
        advice = f"`backprop-docgen new --add-language {code}` makes locales/{code}.po, beside mkdocs.yml."
        raise SiteError(
            Problem(f"there is no message catalogue for the language {code!r}", f"{code}.po", advice=advice)
        )
    strings = {each.text: each.translation for each in messages(text, name).values() if each.translation}
    return Language(code, mark, strings)


def packaged_languages() -> list[str]:
    """The codes of the languages that need no catalogue of a site's own."""
    return ["en", *sorted(each.name.removesuffix(".po") for each in _PACKAGED.iterdir() if each.name.endswith(".po"))]


def small_strings() -> list[str]:
    """Every string that a message catalogue translates, in English."""
    spanish = (_PACKAGED / "es.po").read_text("utf-8")
    return [*messages(spanish, "es.po"), "and", "or"]  # Spanish knows y/e and o/u by itself
