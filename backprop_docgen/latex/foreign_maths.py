r"""Mathematics in the ways of other tools, ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]``: here it stands as it was typed.

A price is no mathematics ("$5 and $10"), and neither is a bracket that is kept from being a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from backprop_docgen.private_characters import PRIVATE

INLINE_TAG: Final = "\x7f"
"""Stands for each character of a tag inside a text: nothing that is read."""

_LONGEST: Final = 600
_DOUBLE: Final = re.compile(rf"(?<![\\$])\$\$(?!\$)(?P<tex>.{{1,{_LONGEST}}}?)(?<![\\$])\$\$(?!\$)", re.DOTALL)
_SINGLE: Final = re.compile(r"(?<![\\$\w])\$(?!\$)(?P<tex>\S(?:(?!\n[ \t]*\n)[^$]){0,400}?)(?<![\s\\])\$(?![$\d{])")
_ROUND: Final = re.compile(rf"(?<!\\)\\\((?P<tex>.{{1,{_LONGEST}}}?)(?<!\\)\\\)", re.DOTALL)
_SQUARE: Final = re.compile(rf"(?<!\\)\\\[(?P<tex>.{{1,{_LONGEST}}}?)(?<!\\)\\\]", re.DOTALL)
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")

_CERTAIN: Final = re.compile(r"\\[A-Za-z]|\^|[A-Za-z0-9)}]_[A-Za-z0-9{]|\{")
_EQUATION: Final = re.compile(_CERTAIN.pattern + r"|[=≈]")
_SIGN: Final = re.compile(r"[=≈≠<>≤≥+*/·×÷−∂∑√∞→]|(?<=[\w)]) ?- ?(?=[\w(])")
_BEGINS: Final = re.compile(r"[\w\\({\[|+−.∂∑√∞-]")
_MONEY: Final = re.compile(r"[€£¥¢]|\b(?:USD|EUR|US)\b")
_WORD: Final = re.compile(r"[^\W\d_α-ωΑ-Ω]{2,}")
_SENTENCE: Final = re.compile(r"[.;:!?] |[^\W\d_]{2,}, [^\W\d_]{2,}")
_NAMES: Final = frozenset(
    ("sin", "cos", "tan", "exp", "log", "ln", "max", "min", "net", "out", "target", "eta", "sigma"),
)
"""Words of several letters that formulas hold without being sentences."""


def foreign_maths(text: str) -> Iterator[tuple[int, str]]:
    """What looks like mathematics of another tool in a text without its code: where it begins, and all of it."""
    found: list[tuple[int, str]] = []
    rest = text
    for pattern in (_DOUBLE, _ROUND, _SQUARE, _SINGLE):
        at, kept = 0, []
        begins = 0
        while match := pattern.search(rest, at):
            at = match.start() + 1
            if _is_meant(pattern, match):
                at = match.end()
                found.append((match.start(), match[0].replace(INLINE_TAG, "")))
                kept += [rest[begins : match.start()], " " * (at - match.start())]
                begins = at
        rest = "".join((*kept, rest[begins:]))
    yield from sorted(found)


def _is_meant(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    r"""Whether signs and what stands between them are a formula; ``\[…\]`` and ``$$…$$`` may be told by their place."""
    text, start, end = match.string, *match.span()
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end : text.find("\n", end) if "\n" in text[end : end + _LONGEST] else end + _LONGEST]
    alone = not before.strip(" \t>" + INLINE_TAG) and not after.strip(" \t" + INLINE_TAG)
    if pattern is _SQUARE and not _EQUATION.search(match["tex"]) and (not alone or match["tex"].strip().isdecimal()):
        return False
    if pattern is _SINGLE and text[end : end + 1].isalpha() and "\\" not in match["tex"]:
        return False
    return is_maths(match["tex"]) or (pattern is _DOUBLE and alone and len(_WORD.findall(match["tex"])) < 3)


def is_maths(tex: str) -> bool:
    """Whether what stands between such signs is a formula, and no piece of a sentence."""
    plain = unescape(PRIVATE.sub("0", tex).replace(INLINE_TAG, "")).strip()
    if not _BEGINS.match(plain) or _BLANK_LINE.search(plain) or not re.search(r"\w", plain):
        return False
    if _CERTAIN.search(plain):
        return True
    if _MONEY.search(plain) or _SENTENCE.search(plain):
        return False
    words = [word for word in _WORD.findall(plain) if word.lower() not in _NAMES]
    return len(words) < 3 if _SIGN.search(plain) else not words
