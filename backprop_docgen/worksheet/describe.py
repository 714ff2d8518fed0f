"""What a quantity is, in words: for tables, titles and alternative texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.names import Name

MEANINGS: Final[tuple[tuple[str, str, Mapping[str, int]], ...]] = (
    (r"dE_sequential/d(.+)", "gradient with respect to {quantity}, later layers already updated", {"quantity": 1}),
    (r"d(E_(.+))/d(out_\2)", "local derivative of {top} with respect to {bottom}", {"top": 1, "bottom": 3}),
    (r"d(E_.+?)/d(.+)", "gradient of {loss} with respect to {quantity}", {"loss": 1, "quantity": 2}),
    (r"d(.+?)/d(.+)", "local derivative of {top} with respect to {bottom}", {"top": 1, "bottom": 2}),
    (r"eta", "learning rate", {}),
    (r"E_total", "total loss", {}),
    (r"E_mean", "mean loss over the examples", {}),
    (r"E_change", "change of the loss that the gradient promises", {}),
    (r"net_(.+)", "net input of {neuron}", {"neuron": 1}),
    (r"out_(.+)", "output of {neuron}", {"neuron": 1}),
    (r"target_(.+)", "target of {neuron}", {"neuron": 1}),
    (r"error_(.+)", "error of {neuron}: output − target", {"neuron": 1}),
    (r"delta_(.+)", "delta of {neuron}", {"neuron": 1}),
    (r"E_(.+)", "loss of {neuron}", {"neuron": 1}),
    (r"i(\d+)", "input {number}", {"number": 1}),
    (r"w(\d+)", "weight {number}", {"number": 1}),
    (r"b(\d+)", "bias {number}", {"number": 1}),
    (r"the E_total", "the total loss", {}),
    (r"the E_mean", "the mean loss", {}),
    (r"the E_(.+)", "the loss of {neuron}", {"neuron": 1}),
    (r"the net_(.+)", "the net input of {neuron}", {"neuron": 1}),
    (r"the out_(.+)", "the output of {neuron}", {"neuron": 1}),
)
"""Names and what they mean, the first that fits; a placeholder is a group of its pattern.

What a placeholder names has words of its own where "the" in front of it fits a pattern (the article is the language's
own: "de la salida de h1"); else it stands as it is, a number after a line below as a subscript: h2₁ for ``h2_1``.

The patterns are read by Python and by the browser, so they use what both understand alike.
"""

_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def describe(full_name: str, language: Language) -> str:
    """A short description in the page's language, without numbers: "net input of h1, after one update"."""
    name = Name.parse(full_name)
    text = _base(name.base, language)
    if name.example:
        text = language.translate("{text}, example {number}", text=text, number=name.example)
    if name.step == 1:
        text = language.translate("{text}, after one update", text=text)
    elif name.step:
        text = language.translate("{text}, after {number} updates", text=text, number=language.integer(name.step))
    return text


def _base(base: str, language: Language) -> str:
    return _words(base, language) or base


def _words(base: str, language: Language) -> str | None:
    for pattern, text, groups in MEANINGS:
        if match := re.fullmatch(pattern, base, re.ASCII):
            return language.translate(text, **{name: _part(match[group], language) for name, group in groups.items()})
    return None


def _part(name: str, language: Language) -> str:
    """What a placeholder names, in words: "the output of h1" for ``out_h1``, w5 for ``w5``."""
    return _words(f"the {name}", language) or re.sub(r"_(\d+)$", lambda match: match[1].translate(_SUBSCRIPTS), name)


def meanings(language: Language) -> list[tuple[str, str, Mapping[str, int]]]:
    """``MEANINGS`` in a language, for the browser."""
    return [(pattern, language.strings.get(text) or text, groups) for pattern, text, groups in MEANINGS]


def kind(full_name: str) -> str:
    """The kind of a quantity, for colours and groups: input, weight, bias, net, out, error, gradient …"""
    base = Name.parse(full_name).base
    if base.startswith("d") and "/d" in base:
        return "gradient" if base.startswith("dE_") else "local"
    family = base.partition("_")[0]
    by_family = {"net": "net", "out": "out", "target": "target", "error": "error", "delta": "gradient", "E": "loss"}
    if family in by_family:
        return by_family[family]
    return {"i": "input", "w": "weight", "b": "bias"}.get(base[:1], "rate")
