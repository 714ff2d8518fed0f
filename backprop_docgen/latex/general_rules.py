"""The general rules of a page as LaTeX: what an activation, its slope and a loss are, over symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from backprop_docgen.formula.activations import ACTIVATIONS, COUNT, LOSSES, NET, OUT, TARGET
from backprop_docgen.formula.tree import Expression
from backprop_docgen.latex.equation import Piece, Rank, Typesetter
from backprop_docgen.numbers.language import Language

_SOFTMAX: Final = r"\text{out}_{j} = \frac{e^{\text{net}_{j}}}{\sum_{k} e^{\text{net}_{k}}}"
_SOFTMAX_SLOPE: Final = (
    r"\frac{\partial\,\text{out}_{k}}{\partial\,\text{net}_{j}} = "
    r"\text{out}_{k} \cdot \left([k = j] - \text{out}_{j}\right)"
)
_ONE: Final = {NET.name: r"\text{net}", OUT.name: r"\text{out}", TARGET.name: r"\text{target}", COUNT.name: "n"}
_E_TOTAL: Final = r"E_{\text{total}}"
_OUTPUT: Final = _ONE | {OUT.name: r"\text{out}_{o_k}", TARGET.name: r"\text{target}_{o_k}"}


def activation_rule(name: str, language: Language) -> str:
    """``out = …``; the name of leaky ReLU says nothing yet, so its formula is spelled out."""
    row = ACTIVATIONS[name]
    tex = _SOFTMAX if row.coupled else rf"\text{{out}} = {_generic(language, row.value, _ONE)}"
    if name == "leaky_relu":
        comma = language.list_separator
        tex += rf" = \max\left(\text{{net}}{comma}\, \tfrac{{1}}{{100}}\, \text{{net}}\right)"
    return tex


def slope_rule(name: str, language: Language) -> str:
    """``∂out/∂net = …``."""
    row = ACTIVATIONS[name]
    left = r"\frac{\partial\,\text{out}}{\partial\,\text{net}}"
    return _SOFTMAX_SLOPE if row.coupled else f"{left} = {_generic(language, row.derivative, _ONE)}"


def loss_rule(name: str, language: Language, outputs: Sequence[str]) -> str:
    """``E_total = …``: a sum over the outputs, or the loss of the only one."""
    tree = LOSSES[name].value
    if len(outputs) > 1:
        return rf"{_E_TOTAL} = \sum_{{k}} \left({_generic(language, tree, _OUTPUT)}\right)"
    only = {OUT.name: rf"\text{{out}}_{{{outputs[0]}}}", TARGET.name: rf"\text{{target}}_{{{outputs[0]}}}"}
    return f"{_E_TOTAL} = {_generic(language, tree, _ONE | only)}"


def loss_slope_rule(name: str, language: Language) -> str:
    """``∂E_total/∂out = …``, where the way back begins."""
    left = rf"\frac{{\partial {_E_TOTAL}}}{{\partial\,\text{{out}}}}"
    return f"{left} = {_generic(language, LOSSES[name].derivative, _ONE)}"


RULES: Final = ("activation", "slope", "loss", "loss_slope")
"""The kinds of rules."""


def rule(kind: str, name: str, language: Language, outputs: Sequence[str]) -> str | None:
    """The rule of a kind by the name of its function; None where there is none."""
    if kind in ("loss", "loss_slope") and name in LOSSES:
        return loss_rule(name, language, outputs) if kind == "loss" else loss_slope_rule(name, language)
    if kind in ("activation", "slope") and name in ACTIVATIONS:
        return (activation_rule if kind == "activation" else slope_rule)(name, language)
    return None


def _generic(language: Language, tree: Expression, places: Mapping[str, str]) -> str:
    """A tree of the function table, over general symbols."""

    def leaf(name: str) -> Piece:
        return Piece(places[name], Rank.ATOM)

    return Typesetter(leaf, language).piece(tree).tex
