"""Numerals, number words, and names with digits in them, in running text and in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, Literal

from backprop_docgen.numbers.language import number_word, ordinal
from backprop_docgen.numbers.rounding import parse
from backprop_docgen.private_characters import MARK, MATH

_NUMERIC: Final = "\\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒¹²³⁰⁴-⁹₀-₉Ⅰ-ↈ①-⓿❶-➓"
_ANY: Final = re.compile(f"[{_NUMERIC}]")
_SUPER: Final = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_TOKEN: Final = re.compile(
    r"(?P<name>[^\W\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞¹²³⁰⁴-⁹₀-₉]\w*(?:@\d+|\[\d+\])*)"
    rf"|(?P<numeral>(?:(?<![\w)\]}}{MARK}{MATH}])[-+−±])?(?:(?<!\w)[.,](?=\d))?"
    rf"[{_NUMERIC}]+(?:[.,'’]\d+|[\u202f\u2009\u00a0]\d{{3}}(?!\d))*(?:[eE][-+−]?\d+(?!\w))?[{_SUPER}]*"
    rf"(?:[\s\u00a0]?[×·][\s\u00a0]?10[{_SUPER}]+)?)"
    rf"|(?P<sign>(?<![\w)\]}}{MARK}{MATH}])[-+−±.,](?={MARK})|(?<={MARK})[%‰°{_SUPER}])"
)
_FRACTION_WORD: Final = re.compile(r"-\w*ths?\b", re.IGNORECASE)
_JOINED: Final = re.compile(r"[\s-]+(?:y\s+|e\s+|and\s+)?", re.IGNORECASE)

Kind = Literal["numeral", "word", "name", "sign", "order"]


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text with a number in it: a numeral, a number word, a name with digits (w5), a loose sign.

    ``order``: a word for a place, a share or a multiple (first, half, twice, both).
    """

    text: str
    start: int
    kind: Kind

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@cache
def vocabulary(language: str) -> frozenset[str]:
    """The cardinals of a language, word by word, from two up; "one" may be an article."""
    left_out: set[str] = {"y", "and", "e", "et", "und"}
    found: set[str] = set()
    try:
        for number in (0, 1):
            left_out |= _words(number, language)
        for number in (*range(2, 101), *range(200, 1000, 100), 1000, 10**6, 2 * 10**6, 10**9):
            found |= _words(number, language)
    except (NotImplementedError, OverflowError, KeyError, TypeError):
        return frozenset()
    if language == "es":
        left_out |= {"un", "una", "uno"}
        found |= {word.removesuffix("os") + "as" for word in found if word.endswith("cientos")}
        found |= {"quinientas", "veintiún", "veintiuna", "billón", "billones"}
    if language == "en":
        left_out |= {"a"}
        found |= {"trillion", "billion", "dozen"}
    return frozenset(found - left_out)


def _words(number: int, language: str) -> set[str]:
    return _found(number_word(number, language))


def _found(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


_ORDER: Final = {
    "en": (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth "
        "seventieth eightieth ninetieth hundredth thousandth millionth billionth firsts seconds "
        "half halves third thirds quarter quarters fifths sixths sevenths eighths ninths tenths hundredths thousandths "
        "millionths once twice thrice both neither double doubles doubled triple triples tripled quadruple treble "
        "twofold threefold fourfold fivefold tenfold hundredfold single pair firstly secondly thirdly halved"
    ),
    "es": (
        "primer@ primer segund@ tercer@ tercer cuart@ quint@ sext@ séptim@ octav@ noven@ décim@ undécim@ duodécim@ "
        "decimotercer@ decimocuart@ decimoquint@ vigésim@ trigésim@ cuadragésim@ quincuagésim@ centésim@ milésim@ "
        "millonésim@ medi@ mitad mitades tercio tercios quintos doble dobles triple triples cuádruple quíntuple ambos "
        "ambas sendos sendas par único única únicos únicas duplica duplican triplica triplican"
    ),
}
"""Words for places, shares and multiples; @ stands for the four endings."""


@cache
def order_words(language: str) -> frozenset[str]:
    """The words of a language for places, shares and multiples: ordinals, fractions, "once", "twice", "both"."""
    if language in _ORDER:
        words = _ORDER[language].split()
        return frozenset(word.replace("@", ending) for word in words for ending in ("o", "a", "os", "as"))
    try:
        return frozenset().union(*(_found(ordinal(number, language)) for number in range(1, 21)))
    except (NotImplementedError, OverflowError, KeyError, TypeError, AttributeError):
        return frozenset()


@cache
def _word_pattern(language: str, order: bool) -> re.Pattern[str] | None:
    words = vocabulary(language) | (order_words(language) if order else frozenset())
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b", re.IGNORECASE) if words else None


def tokens(text: str, language: str | None = None, order: bool = False) -> list[Token]:
    """Every token of a text, in order; number words only where a language is given, ``order``: all of them."""
    pattern = _word_pattern(language, order) if language else None
    spoken = pattern.search(text) if pattern else None
    if not spoken and not _ANY.search(text) and MARK not in text:
        return []
    words = vocabulary(language) if language and spoken else frozenset()
    places = order_words(language) if language and spoken and order else frozenset()
    found = []
    for match in _TOKEN.finditer(text):
        if match["name"]:
            if _ANY.search(match[0]):
                found.append(Token(match[0], match.start(), "name"))
            elif (said := match[0].lower()) in words and not _FRACTION_WORD.match(text, match.end()):
                found.append(Token(match[0], match.start(), "word"))
            elif order and (said in places or said in words):
                found.append(Token(match[0], match.start(), "order"))
        else:
            found.append(Token(match[0], match.start(), "sign" if match["sign"] else "numeral"))
    return found


def spoken_numbers(text: str, found: list[Token]) -> Iterator[Token]:
    """The same tokens, with number words that belong together made one ("ten thousand", "treinta y uno")."""
    start = 0
    for at, token in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        joined = following and following.kind == "word" and token.kind != "order"
        if following and joined and _JOINED.fullmatch(text, token.end, following.start):
            continue
        first = found[start]
        yield token if start == at else Token(text[first.start : token.end], first.start, "word")
        start = at + 1


def number_of(text: str, language: str) -> tuple[Fraction, int] | None:
    """The value of a numeral or of number words, and its decimals; None where it cannot be told.

    A single point or comma is a decimal mark, unless three digits follow a comma in English.
    """
    value = _spoken_value(text, language)
    if value is not None:
        return Fraction(value), 0
    plain = text.strip().replace("−", "-").replace("±", "").replace("\u202f", "").replace("\u00a0", " ")
    if language == "en":
        plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        printed = parse(plain)
    except ValueError:
        return None
    if abs(printed.exponent or 0) > 400:
        return None
    return printed.value, len(printed.digits.partition(".")[2]) - (printed.exponent or 0)


@cache
def _cardinals(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    if vocabulary(language):
        for number in (*range(2, 1001), *range(2000, 100001, 1000), 10**6):
            found.setdefault(_bare(number_word(number, language)), number)
        found |= {_bare(word): number for word, number in (("a hundred", 100), ("a thousand", 1000))}
    return found


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", text.lower()))


def _spoken_value(text: str, language: str) -> int | None:
    if any(sign.isdigit() for sign in text):
        return None
    bare = _bare(text)
    known = _cardinals(language)
    return known.get(bare) or known.get(bare.replace("veintiún", "veintiuno").replace("una", "uno"))
