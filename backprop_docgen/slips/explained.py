"""Numbers explained: each judged for its quantity, or left open, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.errors import Problem, QuantityError, did_you_mean
from backprop_docgen.numbers.language import Language
from backprop_docgen.slips.answer import Answer, read_answer
from backprop_docgen.slips.judge import Asked, Judge, Judgement
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.words import remarks, sentence, together
from backprop_docgen.worksheet import course

MOST: Final = 100
"""So many numbers are explained at once."""


@dataclass(frozen=True)
class Explained:
    """The numbers as they were written, what was found, and the language in which it is said."""

    numbers: Sequence[str]
    judgement: Judgement
    language: Language

    @property
    def unknown(self) -> bool:
        """Whether any of the numbers could not be explained."""
        return any(verdict.verdict == "unknown" for verdict in self.judgement.verdicts)

    @property
    def answers(self) -> list[dict[str, object]]:
        """For each number: ``number``, ``quantity`` (None: left open), ``verdict``, ``explanations``.

        A verdict is right, short, carried, slip or unknown. An explanation has its ``rule``, the ``formula`` that it
        is made in, and its ``text``. Where there is more to say: ``remark``, ``write`` (so many significant digits),
        ``more`` (so many other slips that give the same digits).
        """
        answers = []
        for number, verdict in zip(self.numbers, self.judgement.verdicts, strict=True):
            entry: dict[str, object] = {
                "number": number,
                "quantity": verdict.quantity,
                "verdict": verdict.verdict,
                "explanations": [
                    {"rule": each.rule, "formula": each.formula, "text": sentence(each, self.language)}
                    for each in verdict.explanations
                ],
            }
            beside = {"remark": verdict.remark, "write": verdict.write, "more": verdict.more or None}
            answers.append(entry | {key: value for key, value in beside.items() if value is not None})
        return answers

    @property
    def together(self) -> list[dict[str, str]]:
        """What explains several of the numbers at once: ``rule`` and ``text``."""
        found, given = self.judgement, len(self.numbers)
        return [
            {"rule": slip.rule, "text": together(slip, found.told, given, self.language)} for slip in found.together
        ]

    def said(self) -> list[tuple[str, list[str]]]:
        """For each number a line with its quantity and its verdict, and the sentences about it."""
        found = []
        for number, verdict in zip(self.numbers, self.judgement.verdicts, strict=True):
            head = "  ".join(part for part in (number, verdict.quantity or "", verdict.verdict) if part)
            sentences = [sentence(each, self.language) for each in verdict.explanations]
            found.append((head, [*sentences, *remarks(verdict, self.language)]))
        return found

    def __str__(self) -> str:
        """A line for each number, with what is said of it below."""
        lines = [line for head, said in self.said() for line in (head, *(f"  {each}" for each in said))]
        return "\n".join([*lines, *(each["text"] for each in self.together)])


def explain(sheet: course.Sheet, words: Sequence[str], quantities: Sequence[str], language: Language) -> Explained:
    """Judge numbers, each for its quantity (one for all, or none: left open), about the network of a worksheet.

    Names of quantities may stand among the words, or each before its number: ``net_h1=0.3825``. Raises QuantityError
    with all that is wrong.
    """
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
        problems.append(Problem("no number to explain", advice="Give at least one, such as 0.3825."))
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
    return Explained([word for word, _ in numbers], Judge(known).judge(asked), language)


def _unreadable(word: str) -> Problem:
    shown = word if len(word) <= 60 else f"{word[:57]}…"
    return Problem(
        "not a number, and no quantity has this name", key=shown, advice="Write numbers like 0.5, 0,5, -2 or 1.2e-3."
    )
