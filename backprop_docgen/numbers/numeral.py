"""The only way from what a person writes to a number: in any of the usual ways, exactly, or not at all.

The twin of the browser's ``numbers/numeral.mjs``: the panel takes what is read here, and messages about files say what
the panel would take. Refused is what means one number here and another there: 1.234.567, an apostrophe (it groups in
Switzerland and is the decimal mark of Spanish handwriting), "× 107", whose power may have slipped down to the line.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, NamedTuple

Reason = Literal["form", "marks", "name"]
"""Why a text is refused: no number, unclear marks, another quantity's name."""

_LONGEST: Final = 200  # characters; a formula that was copied twice over fits
_LITERAL: Final = re.compile(r"([+-]?)(\d{0,60})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff]")  # what comes along from typeset formulas
_MINUS: Final = "[-−–‐‑]"
_SIGN: Final = "[-−–‐‑+]"
_SPACE: Final = "[ \u00a0\u2007\u2009\u202f]"
# As JavaScript has it: \s takes these, and \d no digits of other scripts.
_BLANK: Final = r"[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"

_MANTISSA: Final = "|".join((
    r"[0-9]+(?:[.,][0-9]*)?",  # one mark or none: it is the decimal mark
    r"[.,][0-9]+",
    rf"[1-9][0-9]{{0,2}}(?P<gap>{_SPACE})[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*(?:[.,][0-9]+)?",
    r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+",  # two kinds: the last is the decimal mark, the other groups
    r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+",
))  # fmt: skip
_RAISED: Final = (
    rf"(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|{_BLANK}*(?:\^|\*\*){_BLANK}*"
    rf"(?:(?P<caret>{_SIGN}?[0-9]+)|[({{]{_BLANK}*(?P<inside>{_SIGN}?{_BLANK}*[0-9]+){_BLANK}*[)}}])"
)
_POWER: Final = "|".join((
    rf"[eE](?P<e>{_SIGN}?[0-9]+)",
    rf"{_BLANK}*(?:[×·⋅*xX]|\\times|\\cdot){_BLANK}*10(?:{_RAISED})",
    rf"{_BLANK}*[×⋅]{_BLANK}*10{_BLANK}*(?P<fallen>{_MINUS}[0-9]+)",
))  # fmt: skip
_NUMBER: Final = re.compile(
    rf"{_BLANK}*(?P<sign>{_SIGN}?){_BLANK}*(?!0[xX])(?P<mantissa>{_MANTISSA})(?:{_POWER})?{_BLANK}*"
)
_POWER_ALONE: Final = re.compile(rf"{_BLANK}*(?P<sign>{_SIGN}?){_BLANK}*10(?:{_RAISED}){_BLANK}*")
# Digits and marks, but not as a number has them.
_UNCLEAR: Final = re.compile(rf"{_BLANK}*{_SIGN}?[0-9.,]*[0-9][0-9.,]*{_BLANK}*")


class Read(NamedTuple):
    """What a text writes: a literal in its plainest form, or why it is refused."""

    literal: str | None = None
    refused: Reason | None = None


class Written(NamedTuple):
    """A number as it is written: sign ("-" or ""), digits before and after the decimal mark, power of ten.

    ``mantissa``: whether there is a factor before the power, which may be missing ("10⁻³").
    """

    sign: str
    whole: str
    places: str
    power: str = "0"
    mantissa: bool = True


def literal(text: str) -> str | None:
    """A decimal literal in its plainest form ("0.5" for ".50"); None for anything else."""
    match = _LITERAL.fullmatch(text)
    if match is None:
        return None
    sign, whole, places, power = match[1], match[2], match[3] or "", match[4] or ""
    if not whole and not places:
        return None
    head, tail = re.sub(r"^0+(?=\d)", "", whole) or "0", places.rstrip("0")
    digits = f"{head}.{tail}" if tail else head
    if not digits.strip("0."):
        return "0"
    exponent = f"e{int(power)}" if power and int(power) else ""
    return f"{'-' if sign == '-' else ''}{digits}{exponent}"


def _key(name: str) -> str:
    """The name of a quantity as it is told from others: "w₅", "w_5" and "w_{5}" are w5."""
    plain = re.sub("[₀-₉ₒₕᵢ]", lambda match: unicodedata.normalize("NFKC", match[0]), name)
    return re.sub(rf"\\text|\\(?=eta)|\^(?=\{{?\[)|[_{{}}]|{_BLANK}", "", plain).replace("η", "eta").lower()


def _once(text: str) -> str:
    """A formula that was copied from a page stands there twice, for the eye and for the ear: once."""
    match = re.fullmatch(r"([^=≈]+[=≈][^=≈]*?)([a-zη][^=≈]*[=≈][^=≈]*)", text, re.IGNORECASE | re.DOTALL)
    if match is None:
        return text
    ear, eye = (re.sub(_BLANK, "", half) for half in match.groups())
    return match[2] if ear == eye else text


def _plain(text: str) -> str:
    """Signs and digits as a literal has them."""
    digits = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]", lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return re.sub(r"[^-0-9]", "", re.sub("[⁻−–‐‑]", "-", digits))


def read(text: str, name: str = "") -> Read:
    """The number that a text writes; ``name`` is the quantity it is for, which may stand before it: "w5 = 0.4"."""
    found = written(text, name)
    if not isinstance(found, Written):
        return Read(refused=found)
    made = literal(f"{found.sign}{found.whole}.{found.places}e{found.power}")
    return Read(refused="form") if made is None else Read(made)


def written(text: str, name: str = "") -> Written | Reason:
    """As :func:`read`, with all the digits that are written; or why the text is refused."""
    number, refused = bare(text, name)
    if refused:
        return refused
    match = _NUMBER.fullmatch(number) or _POWER_ALONE.fullmatch(number)
    if match is None:
        return "marks" if _UNCLEAR.fullmatch(number) else "form"
    found = match.groupdict()
    mantissa = found.get("mantissa")
    parts = re.fullmatch(r"(.*?)(?:[.,]([0-9]*))?", mantissa or "1")
    assert parts is not None  # it takes any text
    power = next((found[each] for each in ("e", "raised", "caret", "inside", "fallen") if found.get(each)), "0")
    return Written(_plain(found["sign"]), _plain(parts[1]), parts[2] or "", _plain(power), mantissa is not None)


def bare(text: str, name: str = "") -> tuple[str, Reason | None]:
    """What a text says after the name of its quantity, or why it is refused."""
    if len(text) > _LONGEST:
        return "", "form"
    before, _, number = _parted(_once(_INVISIBLE.sub("", text)))
    if before.strip() and _key(before) != _key(name):
        return "", "name" if re.match(rf"{_BLANK}*[a-zη]", before, re.IGNORECASE) else "form"
    return number, None


def _parted(text: str) -> tuple[str, str, str]:
    """What stands before the last = or ≈ of a text that has one, and the rest."""
    match = re.fullmatch(r"(?:([^=≈]*)([=≈]))?(.*)", text, re.DOTALL)
    assert match is not None  # it takes any text
    return match[1] or "", match[2] or "", match[3]


def whole(text: str, mark: str = ".") -> int | None:
    """The whole number that a text writes, without a sign; None where it is none.

    It has no decimal mark, so the mark that is not the page's may group: 10,000 beside 0.5, and 10.000 beside 0,5.
    """
    gap = r"\." if mark == "," else ","
    digits = rf"[0-9]+|[1-9][0-9]{{0,2}}(?P<gap>{_SPACE}|{gap})[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*"
    plain = _INVISIBLE.sub("", text)
    match = re.fullmatch(rf"{_BLANK}*\+?({digits}){_BLANK}*", plain) if len(text) <= _LONGEST else None
    return int(_plain(match[1])) if match else None
