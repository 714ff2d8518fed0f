"""Every condition of the templates, with its truth for the network at hand and the text that it chose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from backprop_docgen.errors import Problem, QuantityError, SiteError, did_you_mean
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.latex.equation import Piece, Rank, Typesetter
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.draft import without_ending
from backprop_docgen.pages.number import ALIKE, Condition, Number
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.site.project import Tutorial

_ENGLISH: Final = Language("en")
_SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠", ALIKE: "prints as"}
_TAG: Final = re.compile(r"<[^<>]*>|\{#[^{}]*\}")
_ZEROS: Final = re.compile(r"(?<![\d.])([1-9]\d*?)(0{9,})(?:/1)?(?![\d.])")
"""A large round number, which people write as a power of ten."""

_MATH: Final = re.compile(r"\$`(.*?)`\$")


@dataclass(frozen=True)
class Claim:
    """One branch of a choice: where it is, its condition in words over names (None: otherwise), and its text.

    ``situation`` is "choice: situation" where these have names. ``holds`` is None
    where there is no condition, or where it speaks of a quantity that this network lacks.
    """

    page: str
    line: int | None
    condition: str | None
    holds: bool | None
    chosen: bool
    text: str
    situation: str | None = None


def claims(tutorial: Tutorial, page_name: str | None = None) -> list[Claim]:
    """The branches of every choice, page by page, as they come; of one page only, if it is named (``training``).

    Raises SiteError for a page that is not there.
    """
    scribe = PageState("", tutorial.course, _ENGLISH)
    names = {without_ending(page.name) for page in tutorial.pages}
    wanted = None if page_name is None else without_ending(page_name)
    if wanted is not None and wanted not in names:
        raise SiteError(Problem("there is no page of this name", key=page_name, advice=did_you_mean(wanted, names)))
    found = []
    for page in tutorial.pages:
        if wanted is not None and without_ending(page.name) != wanted:
            continue
        for choice in page.choices:
            for index, (data, text) in enumerate(zip(choice.conditions, choice.texts, strict=True)):
                condition = None if data is None else _condition(data, scribe)
                found.append(
                    Claim(
                        f"{page.language}/{page.name}",
                        choice.line,
                        None if condition is None else condition_text(condition),
                        None if condition is None else _truth(condition),
                        index == choice.chosen,
                        _readable(page.words(text)),
                        f"{choice.name}: {choice.situations[index]}" if choice.name else None,
                    )
                )
    return found


def claims_json(found: Iterable[Claim]) -> str:
    """The claims as a JSON list of objects with the fields of :class:`Claim`."""
    return json.dumps([asdict(claim) for claim in found], ensure_ascii=False, indent=1)


def _condition(data: list[object], scribe: PageState) -> Condition:
    """The inverse of ``Condition.to_json``."""
    sign, *parts = data
    if sign in _SIGNS:
        return Condition(str(sign), [Number(scribe, from_json(part)) for part in parts])
    return Condition(str(sign), [_condition(part, scribe) for part in parts if isinstance(part, list)])


def _truth(condition: Condition) -> bool | None:
    try:
        return condition.truth
    except QuantityError:
        return None


def condition_text(condition: Condition) -> str:
    """A condition as plain text over the names of quantities: ``E_total@1 < E_total``."""
    parts = [
        _number_text(part) if isinstance(part, Number) else condition_text(part) for part in condition.parts
    ]
    if condition.sign in _SIGNS:
        return f" {_SIGNS[condition.sign]} ".join(parts)
    if condition.sign == "not":
        return f"not ({parts[0]})"
    if len(parts) == 1:
        return parts[0]
    word = {"all": " and ", "any": " or "}[condition.sign]
    return word.join(f"({part})" for part in parts)


def _number_text(number: Number) -> str:
    names = Typesetter(lambda name: Piece(rf"\text{{{name}}}", Rank.ATOM), _ENGLISH)
    return _ZEROS.sub(lambda match: f"{match[1]}e{len(match[2])}", plain(names.piece(number.tree).tex))


def _readable(text: str) -> str:
    """A branch's Markdown without its marks, on one line."""
    return " ".join(_MATH.sub(lambda match: plain(match[1]), _TAG.sub("", text)).split())
