"""What was likely meant by a value that TOML does not take, or takes for another one: a comma for a point, say.

A file stays strict: such a value is refused at its line, with the likely meaning, and never taken by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from backprop_docgen.numbers import numeral

_KEY: Final = re.compile(r"^[ \t]*+(?P<key>[\w.-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+=(?!=)", re.MULTILINE)
_HEADER: Final = re.compile(r"^[ \t]*+\[\[?+[ \t]*+[A-Za-z_\"'][\w. \t\"'-]*+\]", re.MULTILINE)
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|(?<!\w)"(?:[^"\\\n]|\\.)*"|(?<!\w)\'[^\'\n]*\'', re.DOTALL
)
_COMMENT: Final = re.compile(r"#[^\n]*")
_TAKEN: Final = re.compile(
    r"[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?|0x[\da-fA-F_]+|0o[0-7_]+|0b[01_]+"
    r"|[+-]?(?:inf|nan)|true|false|\d{4}-\d\d-\d\d[^,]*|\d\d:\d\d[^,]*|",
    re.ASCII,
)
"""A value as TOML has it, or nothing; texts are blanked before."""
_TEXT: Final = "\0"  # stands for each character of a text in quotes
_CURLY: Final = re.compile("[“”„‟«»\"](?P<inside>[^“”„‟«»\"]*)[“”„‟«»\"]|[‘’‚‛'](?P<single>[^‘’‚‛']*)[‘’‚‛']")
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "on", "si", "sí", "wahr", "oui"), "true"),
    **dict.fromkeys(("false", "no", "off", "falso", "falsch", "non"), "false"),
}
_ENDLESS: Final = frozenset(
    ("nan", "inf", "infinity", "-inf", "-infinity", "+infinity", "∞", "-∞", "−∞", "none", "null"),
)
_EXPECTED: Final = "expected a number such as 0.5"
_COMMENT_ELSEWHERE: Final = re.compile(r"(\S+)\s*(?://|--|/\*|;\s*\D).*")
_GAP: Final = " \t\r\n"  # what TOML knows between values; other spaces belong to what is wrong with one
_LONGEST: Final = 120
_MOST: Final = 100


class Kinds(NamedTuple):
    """The names of the keys that hold something else than numbers with a point."""

    whole: Collection[str] = ()
    text: Collection[str] = ()
    truth: Collection[str] = ()


class Meaning(NamedTuple):
    """What is wrong with a value, and how it would be written; None where that is not known (the reason says then
    what is expected)."""

    reason: str
    likely: str | None


NUMBERS: Final = Kinds()


@dataclass(frozen=True)
class Misprint:
    """A wrong value of a file: its key, where it stands (offsets), what is wrong with it, what was likely meant."""

    key: str
    start: int
    end: int
    reason: str
    likely: str | None


def misprints(text: str, kinds: Kinds = NUMBERS) -> list[Misprint]:
    """The wrong values of a TOML text, at most 100."""
    found = []
    for key, start, value in _values(text):
        name = key.strip("\"'").rpartition(".")[2].strip()
        for misprint in _wrong(value, _kind(name, kinds)):
            found.append(replace(misprint, key=name, start=misprint.start + start, end=misprint.end + start))
            if len(found) == _MOST:
                return found
    return found


def _kind(name: str, kinds: Kinds) -> str:
    return next((kind for kind, names in kinds._asdict().items() if name in names), "number")


def mended(text: str, wrong: Collection[Misprint]) -> str | None:
    """The text with what was likely meant, to look for further mistakes; None where that is not known."""
    parts, at = [], 0
    for misprint in sorted(wrong, key=lambda each: each.start):
        if misprint.likely is None:
            return None
        parts += [text[at : misprint.start], misprint.likely]
        at = misprint.end
    return "".join((*parts, text[at:]))


def _values(text: str) -> Iterator[tuple[str, int, str]]:
    """Each key with its value, from where that begins to where the next key or the next table does.

    Comments are blanked, and texts in quotes, too; inline tables are passed over.
    """
    plain = _COMMENT.sub(lambda match: " " * len(match[0]), _STRING.sub(_blanked, text))
    keys = list(_KEY.finditer(plain))
    stops = sorted((*(each.start() for each in keys), *(each.start() for each in _HEADER.finditer(plain)), len(plain)))
    at = 0
    for match in keys:
        while stops[at] < match.end():
            at += 1
        value = plain[match.end() : stops[at]]
        if not value.lstrip().startswith("{"):
            yield text[match.start("key") : match.end("key")], match.end(), value


def _blanked(match: re.Match[str]) -> str:
    """A text in quotes keeps its place; quotes around a key are none of a value."""
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    if "#" in before:
        return match[0]
    after = match.string[match.end() : match.end() + 20].lstrip(" \t")
    if not before.strip() and after.startswith("="):
        return match[0]
    return re.sub(r"[^\n]", _TEXT, match[0])


def _wrong(value: str, kind: str) -> Iterator[Misprint]:
    """The wrong items of a value, a list of lists at most."""
    lead = len(value) - len(value.lstrip(" \t"))
    if value[lead : lead + 1] != "[":
        text = value.partition("\n")[0].strip(_GAP)
        yield from _item(text, lead, kind) if text.strip() else [Misprint("", lead, lead, _missing(kind), None)]
        return
    end = _end_of_list(value, lead)
    if value[:end].count("[") > value[:end].count("]"):
        yield Misprint("", lead, lead + 1, "this list has no end; expected a ] for each [", None)
        return
    for match in re.finditer(r"[^\[\]]+", value[:end]):
        if match[0].strip(_GAP) == ";":
            yield Misprint("", *match.span(), "a semicolon where TOML has a comma", ", ")
        elif match[0].strip("," + _GAP):
            yield from _row(match[0], match.start())
    rest = value[end:].partition("\n")[0].rstrip(_GAP)
    if rest.lstrip(_GAP).startswith(","):
        rows = value[lead : end + len(rest)]
        yield Misprint("", lead, end + len(rest), "a list of lists without brackets around it", f"[{rows}]")


def _missing(kind: str) -> str:
    wanted = {"whole": "a whole number", "text": "a text in quotes", "truth": "true or false"}.get(kind, "a number")
    return f"the value is missing; expected {wanted}"


def _end_of_list(value: str, start: int) -> int:
    """Where the list that begins there ends; the end of the value where its bracket is missing."""
    depth = 0
    for match in re.finditer(r"[\[\]]", value[start:]):
        depth += 1 if match[0] == "[" else -1
        if depth == 0:
            return start + match.end()
    return len(value)


def _row(text: str, start: int) -> Iterator[Misprint]:
    """The wrong items of a list without lists inside."""
    groups = list(re.finditer(r"(?:[^,\n]|,(?=\S)(?!\n))+", text))
    decimal = _decimal_commas([match[0].strip(_GAP) for match in groups])
    for match in groups:
        lead = len(match[0]) - len(match[0].lstrip(_GAP))
        whole = match[0].strip(_GAP)
        at = start + match.start() + lead
        if decimal:
            pairs = re.finditer(r"[^,;\s]+,[^,;\s]+|[^,;\s]+", whole)
            for pair in pairs:
                yield from _item(pair[0], at + pair.start(), "number")
            continue
        for item in re.finditer(r"[^,]+", whole):
            stripped = item[0].strip(_GAP)
            place = at + item.start() + len(item[0]) - len(item[0].lstrip(_GAP))
            yield from _item(stripped, place, "number")


def _decimal_commas(groups: list[str]) -> bool:
    """Whether commas stand in the items of a list, and not only between them.

    They do where some are followed by a space and others are not (0,15, 0,25), or where each second item follows a
    0, or begins with one (0,15,0,05): nobody writes such whole numbers side by side.
    """
    inner = [group for group in groups if re.search(r"\d,\d", group)]
    if not inner:
        return False
    if len(groups) > 1 or ";" in groups[0]:
        return all(re.fullmatch(r"[^,;]*(?:,[^,;]+)?(?:;\s*[^,;]*(?:,[^,;]+)?)*", group) for group in inner)
    if re.search(r"\s", groups[0]):
        return all(re.fullmatch(r"[-−–+]?\d+,\d+", piece) for piece in groups[0].split())
    items = groups[0].split(",")
    if any(re.fullmatch(r"0\d+", item) for item in items[1::2]) and len(items) % 2 == 0:
        return True
    return len(items) % 2 == 0 and all(
        re.fullmatch(r"[-−–+]?0", first) and re.fullmatch(r"\d\d+", second)
        for first, second in zip(items[::2], items[1::2], strict=True)
    )


def _item(text: str, start: int, kind: str) -> Iterator[Misprint]:
    if _TEXT in text or _TAKEN.fullmatch(text):
        return
    found = meaning(text, kind)
    yield Misprint("", start, start + len(text), found.reason, found.likely)


def meaning(text: str, kind: str = "number") -> Meaning:
    """What is wrong with a value that TOML does not take, and what it likely means.

    ``kind`` is what is wanted: a number, a whole number, a text or a truth.
    """
    if len(text) > _LONGEST:
        return Meaning(f"this is no value of TOML; {_EXPECTED}", None)
    for find in (_quoted, _fraction, _word, _several, _number, _digits, _commented):
        if found := find(text, kind):
            return found
    return Meaning(f"{text} is no value of TOML; {_EXPECTED}", None)


def _quoted(text: str, kind: str) -> Meaning | None:
    match = _CURLY.fullmatch(text)
    if match is None:
        return None
    inside = match["inside"] if match["inside"] is not None else match["single"]
    number = number_meant(inside, kind) if kind in ("number", "whole") else None
    return Meaning("typographic quotes", number or f'"{inside}"')


def _word(text: str, kind: str) -> Meaning | None:
    if text[:1] == "(" and text[-1:] == ")":
        inside = re.split(r"\s*[,;]\s+|\s*;\s*", text[1:-1].strip())
        numbers = [number_meant(each) for each in inside]
        likely = f"[{', '.join(number or '' for number in numbers)}]" if all(numbers) else None
        return Meaning("a list stands in square brackets" + ("" if likely else "; expected [0.05, 0.1]"), likely)
    if text.lower() in _ENDLESS:
        return Meaning(f"{text} is no number that can be computed with; {_EXPECTED}", None)
    if not re.fullmatch(r"[^\W\d_]\w*(?:[ -]\w+)*", text):
        return None
    if kind == "truth":
        likely = _TRUTHS.get(text.lower())
        return Meaning(f"{text} is neither true nor false" + ("" if likely else "; expected true or false"), likely)
    if kind == "text":
        return Meaning("a text without quotes", f'"{text}"')
    return Meaning(f"{text} is not a number; {_EXPECTED}", None)


def _several(text: str, kind: str) -> Meaning | None:
    """Numbers with a semicolon or a space between them."""
    parts = re.split(r"\s*;\s*|\s+", text.strip("; "))
    numbers = [number_meant(part) for part in parts]
    if text.endswith(";") and len(parts) == 1:
        return Meaning("a semicolon at the end", numbers[0]) if numbers[0] else None
    if len(parts) < 2 or not all(numbers) or numeral.read(text).literal:
        return None
    between = "a semicolon" if ";" in text else "a space"
    return Meaning(f"{between} where TOML has a comma", ", ".join(number or "" for number in numbers))


def _number(text: str, kind: str) -> Meaning | None:
    """What the panel would read: a number in any of the usual ways."""
    likely = number_meant(text, kind)
    return Meaning(_reason(text, kind == "whole"), likely) if likely else None


def number_meant(text: str, kind: str = "number") -> str | None:
    """A number that people write in another way, as TOML has it; None where it is unclear which one it is."""
    if kind == "whole":
        found = next((each for mark in ".," if (each := numeral.whole(text, mark)) is not None), None)
        if found is not None:
            return str(found)
    plain = re.sub("[−–‐‑]", "-", text.strip())
    if re.fullmatch(r"[+-]?(?:0|[1-9]\d*)[.,]\d+", plain, re.ASCII):
        return plain.replace(",", ".")  # with its zeros
    read = numeral.read(text).literal
    if read is None or kind != "whole":
        return read
    value = Decimal(read)
    return str(int(value)) if abs(value) < 10**15 and value == int(value) else None


def _reason(text: str, whole: bool) -> str:
    plain = text.strip()
    if whole and re.search(r"[.,]", plain):
        return "a whole number has no marks"
    if re.search("[\u00a0\u2007\u2009\u202f]", text):
        return "a space that does not show, as word processors write it"
    if " " in plain and not re.search(r"[×·⋅*xX^]", plain):
        return "digits in groups"
    if re.search(r"\d[.,]\d{3}[.,]", plain):
        return "digits in groups"
    if "," in plain:
        return "a comma where TOML has a point"
    if re.search("[−–‐‑]", plain):
        return "a minus sign of typography where TOML has a hyphen (-)"
    if re.search(r"[×·⋅*xX^⁰¹²³⁴⁵⁶⁷⁸⁹]", plain):
        return "a power of ten is written with e"
    if re.match(r"[+-]?\.", plain) or plain.endswith(".") or re.search(r"\.[eE]", plain):
        return "a point needs a digit on both sides"
    if re.match(r"[+-]?0\d", plain):
        return "a number begins with no zeros"
    return f"{plain} is no number of TOML"


def _fraction(text: str, kind: str) -> Meaning | None:
    """½, 1/2, 50 %."""
    percent = re.fullmatch(r"(.+?)\s*%", text)
    if percent and (number := number_meant(percent[1])):
        return Meaning("a percentage", f"{(Decimal(number) / 100).normalize():f}")
    mixed = re.fullmatch(r"([-−]?)(\d*)\s*([¼-¾⅐-⅞])", text)
    divided = re.fullmatch(r"([-−]?)(\d{1,9})\s*[/⁄]\s*(\d{1,9})", text)
    if mixed:
        value = Fraction(int(mixed[2] or 0)) + Fraction(unicodedata.numeric(mixed[3])).limit_denominator(100)
    elif divided and int(divided[3]):
        value = Fraction(int(divided[2]), int(divided[3]))
    else:
        return None
    sign = "-" if (mixed or divided)[1] else ""  # type: ignore[index]  # one of them is there
    plain = value.denominator
    while plain % 2 == 0 or plain % 5 == 0:
        plain //= 2 if plain % 2 == 0 else 5
    if plain != 1:
        return Meaning("a fraction that has no end as a decimal; expected as many digits as are wanted", None)
    return Meaning("a fraction", f"{sign}{Decimal(value.numerator) / Decimal(value.denominator):f}")


def _digits(text: str, kind: str) -> Meaning | None:
    """Digits of another script, an apostrophe, several marks, a letter after the digits."""
    western = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    western = western.translate(str.maketrans("．，٫٬－＋", ".,.,-+"))
    if western != text:
        likely = number_meant(western, kind)
        return Meaning("digits or signs of another script" + ("" if likely else f"; {_EXPECTED}"), likely)
    if re.fullmatch(r"[-−]?\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?", text):
        return Meaning("an apostrophe", number_meant(re.sub("['’]", "", text), kind))
    if re.fullmatch(r"[-−]?[\d.,]*\d[\d.,]*", text):
        return Meaning(f"{text} has several marks, and it is unclear which of them is the point; {_EXPECTED}", None)
    if re.fullmatch(r"[-−]?[\d.,]+[eE].*", text):
        return Meaning(f"{text}: the power of ten is no whole number; expected one, as in 1e-5", None)
    letters = re.fullmatch(r"([-−]?[\d.,]+)\s*([^\W\d_]+)", text)
    if letters and (number := number_meant(letters[1], kind)):
        return Meaning(f"{letters[2]} after a number", number)
    return None


def _commented(text: str, kind: str) -> Meaning | None:
    """A comment in another language's way."""
    match = _COMMENT_ELSEWHERE.fullmatch(text)
    if match is None:
        return None
    likely = match[1] if _TAKEN.fullmatch(match[1]) else number_meant(match[1], kind)
    return Meaning("a comment begins with #", likely) if likely else None
