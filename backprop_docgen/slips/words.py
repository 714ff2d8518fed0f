"""What is said of a wrong number: of the number, never of the person."""

from __future__ import annotations

import re
from typing import Final

from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.numbers.language import Language
from backprop_docgen.slips.catalogue import Slip
from backprop_docgen.slips.judge import Candidate, Verdict
from backprop_docgen.slips.table import RULES
from backprop_docgen.worksheet.names import Name, symbol_of

_NAMED: Final = re.compile(r"⟨([^⟩]+)⟩")
_NEURON: Final = re.compile(r"[ho]\d+(?:_\d+)?")


def symbol_text(name: str) -> str:
    """A quantity's symbol, or a neuron's, as plain text: ``∂E_total/∂w5``, ``w5⁺``, ``h1``."""
    return (
        name if _NEURON.fullmatch(name) else plain(symbol_of(Name.parse(name))).replace("^(+)", "⁺").replace("^+", "⁺")
    )


def clause(slip: Slip, language: Language) -> str:
    """What a slip does, as a clause that follows "when"."""
    return _clause(slip.rule, {"formula": f"⟨{slip.formula}⟩", **slip.parts}, language)


def _clause(rule: str, parts: dict[str, str], language: Language) -> str:
    named = {key: _NAMED.sub(lambda match: symbol_text(match[1]), text) for key, text in parts.items()}
    return language.translate(RULES[rule].text, **named)


def sentence(candidate: Candidate, language: Language) -> str:
    """What gives a wrong value, as a sentence."""
    if candidate.other:
        return language.translate("This is the value of {other}.", other=symbol_text(candidate.other))
    if len(candidate.slips) == 2:
        first, second = (clause(slip, language) for slip in candidate.slips)
        said = language.translate(RULES["two-slips"].text, first=first, second=second)
    elif candidate.slips:
        said = clause(candidate.slips[0], language)
    else:
        said = _clause(candidate.rule, {}, language)
    return language.translate("This is what comes out when {clause}.", clause=said)


def together(slip: Slip, language: Language) -> str:
    """What explains several numbers at once, as a sentence."""
    return language.translate("All of them come out when {clause}.", clause=clause(slip, language))


def remarks(verdict: Verdict, language: Language) -> list[str]:
    """What is said of a verdict beside its explanations."""
    match verdict.verdict:
        case "right" if verdict.remark == "truncated":
            return [language.translate("Right; the digits after the last one are cut off here, not rounded.")]
        case "right":
            return [language.translate("Right.")]
        case "short":
            return [language.translate("Right so far; write {count} significant digits.", count=verdict.write)]
        case "carried":
            return [language.translate("It follows rightly from the numbers before it.")]
        case "unknown" if verdict.write:
            return [
                language.translate("Too few digits to tell; write {count} significant digits.", count=verdict.write)
            ]
        case "unknown":
            return [language.translate("None of the slips that are known here gives this number.")]
    if verdict.more:
        return [language.translate("So many others give the same digits: {count}.", count=verdict.more)]
    return []
