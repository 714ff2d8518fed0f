"""What a quantity is, in words: for tables, titles and alternative texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .language import Language
from .quantity import Name

_FAMILIES: Final[Mapping[str, str]] = {
    "net": "net input of {neuron}",
    "out": "output of {neuron}",
    "target": "target of {neuron}",
    "error": "error of {neuron}: output − target",
    "delta": "delta of {neuron}",
    "E": "loss of {neuron}",
}


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
    say = language.translate
    if base.startswith("d") and "/d" in base:
        top, bottom = base[1:].split("/d", 1)
        if top == "E_sequential":
            return say("gradient with respect to {quantity}, later layers already updated", quantity=bottom)
        if top in ("E_total", "E_mean") or (top.startswith("E_") and bottom != top.replace("E_", "out_", 1)):
            return say("gradient of {loss} with respect to {quantity}", loss=top, quantity=bottom)
        return say("local derivative of {top} with respect to {bottom}", top=top, bottom=bottom)
    if base == "eta":
        return say("learning rate")
    if base == "E_total":
        return say("total loss")
    if base == "E_mean":
        return say("mean loss over the examples")
    if base == "E_change":
        return say("change of the loss that the gradient promises")
    family, _, neuron = base.partition("_")
    if family in _FAMILIES and neuron:
        return say(_FAMILIES[family], neuron=neuron)
    kinds = {"i": "input {number}", "w": "weight {number}", "b": "bias {number}"}
    match = re.fullmatch(r"([iwb])(\d+)", base)
    return say(kinds[match[1]], number=match[2]) if match else base


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
