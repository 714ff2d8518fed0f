"""Names, symbols and worksheets."""

from __future__ import annotations

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_docgen.errors import QuantityError
from backprop_docgen.formula.tree import Product, Quotient, Sum, Symbol, constant
from backprop_docgen.network.file import read_network
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import build_course
from backprop_docgen.worksheet.names import Name, neuron_symbol, symbol_of
from backprop_docgen.worksheet.worksheet import Variant, Worksheet
from backprop_docgen.worksheet.worksheet_json import from_json, to_json
from networks import ROOT, random_network

names = st.builds(
    Name,
    st.sampled_from(["w5", "net_h1", "h1_2", "dE_total/dw5", "dout_h1_2/dnet_h1_2", "eta"]),
    st.none() | st.integers(1, 1000),
    st.integers(0, 10**6),
    st.sampled_from(["", "source", "miscopied-w7", "up_2"]),
)


@given(names)
def test_names_read_back_as_they_are_written(name: Name) -> None:
    assert Name.parse(str(name)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("w5", Name("w5")),
        ("w5@0", Name("w5")),
        ("net_h1[2]@1", Name("net_h1", 2, 1)),
        ("source:E_total@10000", Name("E_total", None, 10_000, "source")),
    ],
)
def test_name(text: str, name: Name) -> None:
    assert Name.parse(text) == name


@pytest.mark.parametrize(
    "text",
    ["", ":", "@1", "[1]", "w5@",
     "w5@x", "w5@1[2]", "w5[]", "w5@1@2", "Source:w5", "a:b:c", "w5@" + "9" * 5000, "w5@٣"],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        Name.parse(text)


@given(st.text(max_size=12))
def test_parsing_and_setting_a_name_raise_only_their_own_error(text: str) -> None:
    with suppress(QuantityError):
        symbol_of(Name.parse(text))


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("i1", "i_{1}"),
        ("w12", "w_{12}"),
        ("eta", r"\eta"),
        ("net_h1", r"\text{net}_{h1}"),
        ("out_h1_2", r"\text{out}_{h1_{2}}"),
        ("error_o1", "e_{o1}"),
        ("E_total", r"E_{\text{total}}"),
        ("delta_h1", r"\delta_{h1}"),
        ("w5@1", "w_{5}^{+}"),
        ("w5@10", "w_{5}^{(10)}"),
        ("net_h1[2]", r"\text{net}_{h1}^{[2]}"),
        ("net_h1[2]@1", r"\text{net}_{h1}^{[2]+}"),
        ("dE_total/dw5", r"\frac{\partial E_{\text{total}}}{\partial w_{5}}"),
        ("dE_total/dw5@1", r"\left(\frac{\partial E_{\text{total}}}{\partial w_{5}}\right)^{+}"),
        ("dnet_o1/dout_h1", r"\frac{\partial \text{net}_{o1}}{\partial \text{out}_{h1}}"),
        ("dE_sequential/dw1", r"\frac{\partial E_{\text{seq}}}{\partial w_{1}}"),
    ],
)
def test_symbol(name: str, tex: str) -> None:
    assert symbol_of(Name.parse(name)) == tex


def test_neuron_symbol() -> None:
    assert (neuron_symbol("h1"), neuron_symbol("h1_2")) == ("h_{1}", "h1_{2}")
    with pytest.raises(QuantityError):
        neuron_symbol("w1")


def small() -> Worksheet:
    worksheet = Worksheet()
    worksheet.add("w1", constant("0.5"))
    worksheet.add("w2", Product((Symbol("w1"), Symbol("w1"))))
    worksheet.add("w3", Symbol("w2"))
    return worksheet


def test_a_worksheet_refuses_a_second_definition_and_a_later_symbol() -> None:
    worksheet = small()
    with pytest.raises(QuantityError, match="twice"):
        worksheet.add("w1", constant(1))
    with pytest.raises(QuantityError, match="no quantity"):
        worksheet.add("w4", Symbol("w5"))
    assert "w4" not in worksheet


def test_an_unknown_name_comes_with_the_nearest() -> None:
    worksheet = build_worksheet(read_network(ROOT / "network.toml"))
    with pytest.raises(QuantityError, match=r"Did you mean .*net_h1 "):
        worksheet["net_h9"]


def test_a_replaced_formula_takes_its_consequences_along() -> None:
    other = Variant(small(), {"w1": constant(2)}, "slip")
    assert [q.value for q in other] == [2.0, 4.0, 4.0]
    assert other.sheet == "slip"
    assert [q.value for q in small()] == [0.5, 0.25, 0.25]


def test_a_formula_cannot_depend_on_itself() -> None:
    with pytest.raises(QuantityError, match="depends on itself"):
        Variant(small(), {"w1": Symbol("w2")}, "slip")
    with pytest.raises(QuantityError, match="depends on itself"):
        Variant(small(), {"w1": Symbol("b1"), "b1": Symbol("w2")}, "slip")
    with pytest.raises(QuantityError, match="depends on itself"):
        Variant(small(), {"b1": Symbol("b1")}, "slip")
    with pytest.raises(QuantityError, match="no quantity"):
        Variant(small(), {"w1": Symbol("b1")}, "slip")


def test_a_formula_may_start_from_the_value_it_replaces_or_from_new_ones() -> None:
    nudged = Variant(small(), {"w1": Sum((Symbol("w1"), constant(1)))}, "nudge")
    assert nudged["w1"].value == small()["w1"].value + 1
    around = Variant(small(), {"w1": Symbol("b1"), "b1": constant(3)}, "other")
    assert around["w1"].value == 3
    assert around["w2"].value == 9


def test_a_stored_variant_lists_its_own_formulas_and_evaluates_to_the_same() -> None:
    base = build_worksheet(read_network(ROOT / "network.toml"))
    variant = Variant(base, {"w5": constant("0.41"), "E_change": Symbol("E_total")}, "nudge")
    stored = json.loads(json.dumps(to_json(variant), allow_nan=False))
    assert list(stored) == ["quantities"]
    assert list(stored["quantities"]) == ["w5", "E_change"]
    again = from_json(stored, "nudge", base)
    assert list(again) == list(variant)
    assert len(again) == len(variant) == len(base) + 1
    assert "E_change" in again
    assert again["net_h1"] is base["net_h1"]


@pytest.mark.parametrize("seed", range(20))
def test_a_stored_worksheet_evaluates_to_the_same_values(seed: int) -> None:
    worksheet = build_worksheet(random_network(seed))
    again = from_json(json.loads(json.dumps(to_json(worksheet), allow_nan=False)))
    assert {quantity.name: quantity for quantity in again} == {quantity.name: quantity for quantity in worksheet}
    assert to_json(again) == to_json(worksheet)


def test_stored_values_are_not_trusted_and_infinity_is_text() -> None:
    worksheet = small()
    worksheet.add("w4", Quotient(constant(1), constant(0)))
    data = to_json(worksheet)
    assert data["quantities"]["w4"]["value"] == "inf"
    data["quantities"]["w1"]["value"] = 7.0
    again = from_json(data)
    assert again["w1"].value == 0.5
    assert again["w4"].value == math.inf


def test_examples_and_updates_that_are_not_there() -> None:
    course = build_course(read_network(ROOT / "network.toml"))
    assert course.quantity("net_h1[1]") is course.quantity("net_h1")
    for name in ("net_h1[0]", "net_h1[2]", "w5@1000001", "w9@10", "nowhere:w5"):
        with pytest.raises(QuantityError):
            course.quantity(name)
