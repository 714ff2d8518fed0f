"""The words of rendered pages, as a reader meets them, their numbers between ⟦ and ⟧."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import Final

from backprop_docgen.numbers.rounding import parse

CONTRASTS: Final = {
    "en": r"instead|in place of|rather|against|\bnot\b|in fact| to |belongs|real change|while|\bbut\b|below|above"
    r"|about",
    "es": r"en lugar|en vez|frente a| a (?!partir)|\by no\b|realidad|corresponde|cambio real|mientras|\bsino\b|\bpero\b"
    r"|debajo|encima|alrededor",
}
"""Words between two numbers that set one against the other."""
_ELSEWHERE: Final = re.compile(r"\||\n\n|\n[-*] |[.:] |[.:]\n")
_CODE: Final = re.compile(r"(?ms)^( *)```(?!math)[^\n]*\n.*?^\1```$")
_DISPLAYED: Final = re.compile(r"(?ms)^( *)```math.*?^\1```$")
_ALT: Final = re.compile(r"(?s)<(?:title|desc)[^>]*>(.*?)</(?:title|desc)>")


def visible(markdown: str, drawn: bool = False) -> str:
    """The words of a page, without code, displayed equations and figures; with the figures' words for who does not see.

    ``drawn`` keeps those.
    """
    alt = (lambda svg: "\n\n".join(["", *_ALT.findall(svg[0]), ""])) if drawn else ""
    text = re.sub(r"(?s)<svg.*?</svg>", alt, markdown)
    text = _CODE.sub("", _DISPLAYED.sub("", text))
    text = re.sub(r"(?s)<data [^>]*>(.*?)</data>", r"⟦\1⟧", text)
    text = re.sub(r"\\htmlData\{[^}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"⟦\1⟧", text)
    text = re.sub(r"</?span[^>]*>", "", text)
    return html.unescape(re.sub(r"[^\S\n\u202f\u00a0]+", " ", re.sub(r"\n +", "\n", text)))


def value(number: str, language: str) -> object:
    """What a printed number says: 0.4 and 0.400000000 say the same."""
    plain = number.replace("\N{NARROW NO-BREAK SPACE}", "")
    plain = plain.replace("{,}", ".").replace(",", "" if language == "en" else ".")
    try:
        return parse(plain.removeprefix("+")).value
    except ValueError:
        return number


def empty_contrasts(text: str, language: str) -> list[str]:
    """Where two numbers that read the same stand in contrast, within a sentence."""
    found = []
    numbers = list(re.finditer(r"⟦([^⟧]*)⟧", text))
    for one, other in pairwise(numbers):
        between = text[one.end() : other.start()]
        if len(between) > 90 or _ELSEWHERE.search(between):
            continue
        same = value(one[1], language) == value(other[1], language)
        if same and re.search(CONTRASTS[language], between.replace("\n", " ")):
            found.append(text[max(0, one.start() - 40) : other.end() + 20])
    return found


def plain(text: str) -> str:
    """The words of what is visible, without marks, links, attributes and inline formulas' signs of their own."""
    text = re.sub(r"⟦([^⟧]*)⟧", r"\1", text)
    text = re.sub(r"<!--.*?-->|</?(?:a|figure|figcaption|div|br|details|summary)\b[^>]*>", "", text, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)(?:\{[^}]*\})?", "]", text)
