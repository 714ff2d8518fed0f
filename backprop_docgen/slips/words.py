"""What is said of a wrong number: of the number, never of the person."""

from __future__ import annotations

import re
from typing import Final

from backprop_docgen.numbers.language import Language
from backprop_docgen.slips.catalogue import Slip
from backprop_docgen.slips.judge import Candidate, Verdict
from backprop_docgen.slips.table import RULES

_NAMED: Final = re.compile(r"⟨([^⟩]+)⟩")
_NAME: Final = re.compile(r"([^\[\]@]+)(\[\d+\])?(?:@(\d+))?")
_WITHIN: Final = re.compile(r"(?<=[ho])(\d+)_(\d+)$")
_WHOLE: Final = {"eta": "η", "E_change": "ΔE", "E_sequential": "E_seq"}
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol_text(name: str) -> str:
    """A quantity's symbol, or a neuron's, as plain text: ``∂E_total/∂w5``, ``w5⁺``, ``h1``, ``h1₂``."""
    match = _NAME.fullmatch(name)
    if not match:
        return name
    base, example, step = match[1], match[2] or "", match[3] or ""
    top, slash, bottom = base[1:].partition("/d") if base.startswith("d") else (base, "", "")
    plain = f"∂{_part(top)}/∂{_part(bottom)}" if slash else _part(base)
    after = example + ("⁺" if step == "1" else f"^({step})" if step else "")
    return f"({plain}){after}" if slash and after else plain + after


def _part(name: str) -> str:
    below = _WITHIN.sub(lambda match: match[1] + match[2].translate(_SUBSCRIPTS), name)
    return _WHOLE.get(name) or re.sub(r"^delta_", "δ_", re.sub(r"^error_", "e_", below))


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


def together(slip: Slip, told: int, given: int, language: Language) -> str:
    """What explains several numbers at once, as a sentence: ``told`` of them, of so many that were given."""
    said = clause(slip, language)
    if told < given:
        return language.translate("{count} of the numbers come out when {clause}.", count=told, clause=said)
    if told == 2:
        return language.translate("Both come out when {clause}.", clause=said)
    return language.translate("All of them come out when {clause}.", clause=said)


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
        return [language.translate("Others that give the same digits: {count}.", count=verdict.more)]
    return []
