"""Every rule changes the formulas that it should, and comes to what it should."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.table import RULES
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import network_of

Value = Callable[[str], float]
E, O, H = "dE_o1/dout_o1", "dout_o1/dnet_o1", "dout_h1/dnet_h1"  # noqa: E741 (as the tutorial calls the layers)


@cache
def sheet_of(name: str) -> Sheet:
    network = replace(network_of("network"), loss="mean_squared_error") if name == "MSE" else network_of(name)
    return Sheet(network, build_worksheet(network))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


CASES: list[tuple[str, str, str, dict[str, str], Callable[[Value], float]]] = [
    ("network", "bias-left-out", "net_h1", {}, lambda v: v("net_h1") - v("b1")),
    ("network", "slope-one", H, {}, lambda v: 1),
    ("network", "weight-back-left-out", "dE_o1/dout_h1", {}, lambda v: v("dE_o1/dnet_o1")),
    ("network", "half-left-out", "E_o1", {}, lambda v: 2 * v("E_o1")),
    ("network", "rate-left-out", "w5@1", {}, lambda v: v("w5") - v("dE_total/dw5")),
    ("network", "one-path-only", "dE_total/dout_h1", {"part": "o1"}, lambda v: v("dE_o1/dout_h1")),
    ("network", "one-loss-only", "E_total", {"part": "E_o2"}, lambda v: v("E_o2")),
    ("network", "target-left-out", "error_o1", {}, lambda v: v("out_o1")),
    ("network", "input-left-out", "dE_total/dw5", {}, lambda v: v(E) * v(O)),
    ("network", "slope-left-out", "dE_total/dw5", {}, lambda v: v(E) * v("out_h1")),
    ("network", "loss-slope-left-out", "dE_total/dw5", {}, lambda v: v(O) * v("out_h1")),
    ("network", "term-left-out", "net_h1", {}, lambda v: v("net_h1") - v("w2") * v("i2")),
    ("network", "factor-left-out", "w5@1", {"part": "dE_total/dw5"}, lambda v: v("w5") - v("eta")),
    ("network", "one-left-out", "out_h1", {}, lambda v: math.exp(v("net_h1"))),
    ("network", "difference-turned", E, {}, lambda v: -v(E)),
    ("network", "plus-for-minus", "w5@1", {}, lambda v: 2 * v("w5") - v("w5@1")),
    ("network", "exponent-sign", "out_h1", {}, lambda v: logistic(-v("net_h1"))),
    ("network", "one-plus", H, {}, lambda v: v("out_h1") * (1 + v("out_h1"))),
    ("network", "activation-left-out", "out_h1", {}, lambda v: v("net_h1")),
    ("network", "activation-twice", "out_h1", {}, lambda v: logistic(v("out_h1"))),
    ("network", "slope-of-net", H, {}, lambda v: v("net_h1") * (1 - v("net_h1"))),
    ("network", "slope-of-slope", H, {}, lambda v: logistic(v("out_h1")) * (1 - logistic(v("out_h1")))),
    ("network", "square-left-out", "E_o1", {}, lambda v: (v("out_o1") - v("target_o1")) / 2),
    ("network", "two-kept", E, {}, lambda v: 2 * v(E)),
    ("network", "half-kept", E, {}, lambda v: v(E) / 2),
    ("network", "net-for-out", "net_o1", {"part": "out_h1"}, lambda v: v("net_o1") + v("w5") * (v("net_h1") - v("out_h1"))),  # noqa: E501
    ("network", "relative", "dE_total/dw5", {"part": O}, lambda v: v(E) * v("out_o1") * v("out_h1")),
    ("network", "mirror-weight", "net_h1", {}, lambda v: v("net_h1") + (v("w3") - v("w2")) * v("i2")),
    ("network", "neighbour", "net_h1", {"part": "i1"}, lambda v: v("net_h1") + v("w1") * (v("i2") - v("i1"))),
    ("network", "updated-weight", "dnet_o1/dout_h1", {}, lambda v: v("w5@1")),
    ("network", "old-weight", "net_h1@1", {"part": "w1@1"}, lambda v: v("net_h1@1") + (v("w1") - v("w1@1")) * v("i1")),
    ("network", "old-value", "out_h1@1", {}, lambda v: v("out_h1")),
    ("network", "bias-updated", "b1@1", {}, lambda v: v("b1") - v("eta") * v("dE_total/db1")),
    ("network", "shared-bias-once", "dE_total/db2", {"part": "o1"}, lambda v: v("dE_total/dnet_o1")),
    ("network", "mean-of-outputs", "E_total", {}, lambda v: v("E_total") / 2),
    ("network", "term-sign", "net_h1", {"part": "b1"}, lambda v: v("net_h1") - 2 * v("b1")),
    ("network", "activation-other", "out_h1", {}, lambda v: math.tanh(v("net_h1"))),
    ("network", "slope-other", H, {}, lambda v: 1 - v("out_h1") ** 2),
    ("2-3-3-2-tanh", "neighbour-weight", "dnet_o1/dout_h2_1", {}, lambda v: v("w17")),
    ("own-biases", "bias-kept", "b1@1", {}, lambda v: v("b1")),
    ("2-3-3-2-tanh", "square-left-out", "dout_o1/dnet_o1", {}, lambda v: 1 - v("out_o1")),
    ("MSE", "two-left-out", E, {}, lambda v: v(E) / 2),
    ("softmax", "minus-left-out", "E_o2", {}, lambda v: -v("E_o2")),
    ("softmax-examples", "divisor-left-out", "E_mean", {}, lambda v: 3 * v("E_mean")),
    ("softmax-examples", "divided-twice", "E_mean", {}, lambda v: v("E_mean") / 3),
]  # fmt: skip
EVERYWHERE: list[tuple[str, str, str, Callable[[Value], float]]] = [
    ("network", "transposed", "net_h1", lambda v: v("w1") * v("i1") + v("w3") * v("i2") + v("b1")),
    ("network", "transposed-back", "dnet_o1/dout_h2", lambda v: v("w7")),
    ("network", "transposed-both", "dnet_o2/dout_h1", lambda v: v("w6")),
    ("network", "inputs-turned", "net_h1", lambda v: v("w1") * v("i2") + v("w2") * v("i1") + v("b1")),
    ("network", "targets-turned", "error_o1", lambda v: v("out_o1") - v("target_o2")),
    ("network", "no-bias", "net_h2", lambda v: v("net_h2") - v("b1")),
    ("network", "no-slope", "dE_total/dw1", lambda v: (v(E) * v("w5") + v("dE_o2/dout_o2") * v("w7")) * v("i1")),
    ("network", "no-weight-back", "dE_total/dout_h1", lambda v: v("dE_total/dnet_o1") + v("dE_total/dnet_o2")),
    ("network", "no-activation", "net_o1", lambda v: v("w5") * v("net_h1") + v("w6") * v("net_h2") + v("b2")),
    ("network", "no-loss-slope", "dE_total/dw5", lambda v: v("dE_total/dw5") / v(E)),
    ("network", "all-turned", "dE_total/dw8", lambda v: -v("dE_total/dw8")),
    ("network", "all-two-kept", "dE_total/dw1", lambda v: 2 * v("dE_total/dw1")),
    ("network", "no-half", "E_total", lambda v: 2 * v("E_total")),
    ("network", "all-slope-of-net", "dout_o2/dnet_o2", lambda v: v("net_o2") * (1 - v("net_o2"))),
    ("network", "one-path-everywhere", "dE_total/dout_h2", lambda v: v("dE_o1/dout_h2")),
    ("network", "updated-weights", "dE_o2/dout_h1", lambda v: v("dE_o2/dnet_o2") * v("w7@1")),
    ("network", "all-plus", "w1@1", lambda v: v("w1") + v("eta") * v("dE_total/dw1")),
    ("network", "no-rate", "w1@1", lambda v: v("w1") - v("dE_total/dw1")),
    ("network", "all-biases-updated", "b2@1", lambda v: v("b2") - v("eta") * v("dE_total/db2")),
    ("own-biases", "all-biases-kept", "b4@1", lambda v: v("b4")),
    ("softmax-examples", "no-divisor", "dE_mean/dw1", lambda v: 3 * v("dE_mean/dw1")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("network", "rule", "formula", "parts", "wanted"), CASES, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_rule_in_a_formula(
    network: str, rule: str, formula: str, parts: dict[str, str], wanted: Callable[[Value], float]
) -> None:
    sheet = sheet_of(network)
    wrong = [
        float(sheet.with_slip(slip, formula))
        for slip in sheet.catalogue.slips
        if (slip.rule, slip.formula) == (rule, formula)
        and all(slip.parts[key] == f"⟨{part}⟩" for key, part in parts.items())
    ]
    assert any(value == pytest.approx(wanted(lambda name: float(sheet.value(name))), rel=1e-12) for value in wrong)


@pytest.mark.parametrize(
    ("network", "rule", "name", "wanted"), EVERYWHERE, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_rule_everywhere(network: str, rule: str, name: str, wanted: Callable[[Value], float]) -> None:
    sheet = sheet_of(network)
    slips = [slip for slip in sheet.catalogue.slips if slip.rule == rule]
    assert slips
    assert all(slip.everywhere and slip.formula == "" for slip in slips)
    expected = pytest.approx(wanted(lambda each: float(sheet.value(each))), rel=1e-12)
    assert any(float(sheet.with_slip(slip, name)) == expected for slip in slips)


def test_every_rule_of_formulas_is_tried_here() -> None:
    tried = {rule for _, rule, *_ in (*CASES, *EVERYWHERE)}
    without_formula = {rule.key for rule in RULES.values() if rule.family in ("pen", "another quantity", "two")}
    assert set(RULES) - tried - without_formula == set()
