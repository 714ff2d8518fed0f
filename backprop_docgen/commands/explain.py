"""The command ``explain``: what a number is, or which slip gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from backprop_docgen.errors import Problem, QuantityError, did_you_mean
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.slips.answer import Answer, read_answer
from backprop_docgen.slips.judge import Asked, Judge, Judgement
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.words import remarks, sentence, together
from backprop_docgen.worksheet.course import network_sheet

MOST: Final = 100
"""So many numbers are explained at once."""
_OPTIONS: Final = ("--quantity", "--network", "--format", "--help")
_LANGUAGE: Final = Language("en")


@dataclass(frozen=True)
class Explained:
    """The numbers as they were typed, and what was found."""

    numbers: Sequence[str]
    judgement: Judgement

    @property
    def unknown(self) -> bool:
        """Whether any of the numbers could not be explained."""
        return any(verdict.verdict == "unknown" for verdict in self.judgement.verdicts)


def explain(words: Sequence[str], quantities: Sequence[str], network: Path) -> Explained:
    """Judge numbers, each for its quantity (one for all, or none: left open), about the network of a file.

    Names of quantities may stand among the words, or each before its number: ``net_h1=0.3825``. Raises BackpropError
    with all that is wrong.
    """
    sheet = network_sheet(read_network(network), "", str(network))
    problems: list[Problem] = []
    numbers: list[tuple[str, Answer]] = []
    wanted: list[str | None] = [*quantities]
    named: dict[int, str] = {}
    for word in words[: MOST + 1]:
        name, equals, text = (part.strip() for part in word.partition("="))
        answer = read_answer(text if equals else word)
        if isinstance(answer, Answer):
            if equals:
                named[len(numbers)] = name
            numbers.append((text if equals else word, answer))
        elif word in sheet.worksheet:
            wanted.append(word)
        else:
            problems.append(_unreadable(word))
    if len(words) > MOST:
        problems.append(Problem(f"more than {MOST} numbers"))
    names = sheet.worksheet.names()
    for name in (*filter(None, wanted), *named.values()):
        if name not in sheet.worksheet:
            problems.append(Problem("no quantity has this name", key=name[:60], advice=did_you_mean(name, names)))
    if not problems and not numbers:
        problems.append(Problem("no number to explain", advice="Type one: backprop-docgen explain 0.3825"))
    if not problems and len(wanted) not in (0, 1, len(numbers)):
        problems.append(
            Problem(f"{len(numbers)} numbers, but {len(wanted)} quantities; expected one for each, or one for all")
        )
    if wanted and named:
        problems.append(Problem("names before some numbers, and names on their own", advice="Write either, not both."))
    if problems:
        raise QuantityError(problems)
    each = wanted * len(numbers) if len(wanted) == 1 else wanted or [named.get(at) for at in range(len(numbers))]
    asked = [Asked(answer, name) for (_, answer), name in zip(numbers, each, strict=True)]
    known = Sheet(sheet.network, sheet.worksheet)
    if far := [name for name in dict.fromkeys(each) if name is not None and name not in known.formulas]:
        advice = "Of a network this large, the paths of two weights are covered, and one example."
        raise QuantityError([Problem("this quantity is not covered", key=name, advice=advice) for name in far])
    judged = Judge(known).judge(asked)
    return Explained([word for word, _ in numbers], judged)


def _unreadable(word: str) -> Problem:
    shown = word if len(word) <= 60 else f"{word[:57]}…"
    if re.match(r"--?[a-z]", word):
        near = get_close_matches(word, _OPTIONS, 1)
        return Problem("no such option", key=shown, advice=f"Did you mean {near[0]}?" if near else None)
    return Problem(
        "not a number, and no quantity has this name", key=shown, advice="Write numbers like 0.5, 0,5, -2 or 1.2e-3."
    )


def as_json(found: Explained) -> str:
    """The answers with their verdicts and explanations, and what explains several together."""
    answers = []
    for number, verdict in zip(found.numbers, found.judgement.verdicts, strict=True):
        entry: dict[str, object] = {
            "number": number,
            "quantity": verdict.quantity,
            "verdict": verdict.verdict,
            "explanations": [
                {"rule": each.rule, "formula": each.formula, "text": sentence(each, _LANGUAGE)}
                for each in verdict.explanations
            ],
        }
        beside = {"remark": verdict.remark, "write": verdict.write, "more": verdict.more or None}
        answers.append(entry | {key: value for key, value in beside.items() if value is not None})
    judged = found.judgement
    several = [
        {"rule": slip.rule, "text": together(slip, judged.told, len(judged.verdicts), _LANGUAGE)}
        for slip in judged.together
    ]
    return json.dumps({"answers": answers, "together": several}, ensure_ascii=False, indent=1)


def as_table(found: Explained) -> str:
    """A line for each number, with what is said of it below."""
    lines = []
    for number, verdict in zip(found.numbers, found.judgement.verdicts, strict=True):
        lines.append("  ".join(part for part in (number, verdict.quantity or "", verdict.verdict) if part))
        said = [*(sentence(each, _LANGUAGE) for each in verdict.explanations), *remarks(verdict, _LANGUAGE)]
        lines += [f"  {text}" for text in said]
    judged = found.judgement
    lines += [together(slip, judged.told, len(judged.verdicts), _LANGUAGE) for slip in judged.together]
    return "\n".join(lines)
