"""Several examples: each is computed as if it stood alone, and what is the same for all of them stands once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from backprop_docgen.errors import QuantityError
from backprop_docgen.formula.tree import Sum, Symbol, constant, symbols
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Network
from backprop_docgen.site.data_files import MOST_FORMULAS, Manifest, values_csv, values_json, worksheet_json
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import build_course
from backprop_docgen.worksheet.names import at_example, without_example
from backprop_docgen.worksheet.worksheet import Variant
from backprop_docgen.worksheet.worksheet_json import from_json, to_json
from many_examples import with_examples
from networks import ROOT, random_network

SATURATED = """
[network]
loss = "{loss}"
learning_rate = 0.5
[[layer]]
activation = "tanh"
weights = [[1], [-1]]
[[layer]]
activation = "{activation}"
weights = [[1000, -1000], [-1000, 1000]]
[[example]]
inputs = [0.0001]
targets = [1, 0]
[[example]]
inputs = [3]
targets = [1, 0]
[[example]]
inputs = [3]
targets = [0, 1]
[[example]]
inputs = [-0.0002]
targets = [0, 1]
"""
CASES = {
    **{f"random {seed}": random_network(seed) for seed in range(40)},
    **{
        loss: parse_network(SATURATED.format(loss=loss, activation=activation), "n.toml")
        for loss, activation in (
            ("binary_cross_entropy", "logistic"),
            ("categorical_cross_entropy", "softmax"),
            ("squared_error", "logistic"),
        )
    },
}


def default() -> Network:
    return read_network(ROOT / "network.toml")


def alone(network: Network) -> Iterator[tuple[str, Network]]:
    """Every example beside the worked one: its mark, and the network with this one alone."""
    for number, example in enumerate(network.examples, 1):
        if number != network.display.example:
            yield f"[{number}]", replace(network, examples=(example,), display=replace(network.display, example=1))


def test_a_name_and_the_mark_of_its_example() -> None:
    for name, bare, mark in (("net_h1[2]@1", "net_h1@1", "[2]"), ("dE_total/dw5[10]", "dE_total/dw5", "[10]")):
        assert without_example(name) == (bare, mark)
        assert at_example(bare, mark) == name
    for strange in ("w5", "w5@1", "w5@1[2]", "w5[2", "w5]2["):
        assert without_example(strange) == (strange, "")


@pytest.mark.parametrize("case", CASES)
def test_an_example_is_computed_as_if_it_stood_alone(case: str) -> None:
    network = CASES[case]
    worksheet = build_worksheet(network)
    for mark, single in alone(network):
        for quantity in build_worksheet(single):
            full = at_example(quantity.name, mark)
            updated = quantity.name.endswith("@1") or quantity.name.startswith("dE_sequential")
            if updated or full not in worksheet:
                continue  # what the update by the mean makes another, and what belongs to no example
            found = worksheet[full]
            assert repr(found.number) == repr(quantity.number), full
            assert found.tree is not None
            assert quantity.tree is not None
            assert [without_example(name)[0] for name in symbols(found.tree)] == symbols(quantity.tree), full


@pytest.mark.parametrize("case", CASES)
def test_formulas_are_the_same_for_every_example_however_sure_it_is(case: str) -> None:
    stored = to_json(build_worksheet(CASES[case]))["quantities"]
    assert not any(without_example(name)[1] and isinstance(each["tree"], list) for name, each in stored.items())


@pytest.mark.parametrize("case", CASES)
def test_a_change_reaches_every_example(case: str) -> None:
    network = CASES[case]
    base = build_worksheet(network)
    first = network.layers[0]
    nudged = first.weights[0][0] + Decimal("0.25")
    changed = replace(first, weights=((nudged, *first.weights[0][1:]), *first.weights[1:]))
    wanted = build_worksheet(replace(network, layers=(changed, *network.layers[1:])))
    found = Variant(base, {"w1": Sum((Symbol("w1"), constant("0.25")))}, "nudge")
    assert [repr(found[q.name].value) for q in base] == [repr(wanted[q.name].value) for q in base]


def test_a_variant_may_change_one_example() -> None:
    base = build_worksheet(with_examples(default(), 3))
    variant = Variant(base, {"out_h1[2]": Symbol("out_h1[3]"), "net_h2": Symbol("i1")}, "odd")
    assert variant["out_h1[2]"].value == base["out_h1[3]"].value
    assert variant["net_o1[2]"].value != base["net_o1[2]"].value
    assert variant["net_o1[3]"] == base["net_o1[3]"]
    assert variant["E_mean"].value != base["E_mean"].value
    assert variant["out_h2[2]"] == base["out_h2[2]"]
    again = from_json(to_json(variant), "odd", base)
    assert {q.name: q for q in again} == {q.name: q for q in variant}
    with pytest.raises(QuantityError, match="depends on itself"):
        Variant(base, {"net_h1[2]": Symbol("out_h1[2]")}, "odd")


def trees(stored: Mapping[str, Any]) -> list[object]:
    """The formulas of all worksheets that are more than a number."""
    entries = [each for sheet in stored["worksheets"].values() for each in sheet["quantities"].values()]
    return [entry["tree"] for entry in entries if isinstance(entry["tree"], list)]


def test_a_thousand_examples_have_the_formulas_of_ten() -> None:
    texts = []
    for count in (10, 1000):
        course = build_course(with_examples(default(), count))
        add_variations(course)
        texts.append(worksheet_json(course, Manifest({})))
    few, many = (json.loads(text) for text in texts)
    assert len(trees(few)) == len(trees(many))
    assert len(json.dumps(trees(many))) <= len(json.dumps(trees(few))) + 1000
    assert len(texts[1]) <= 1_000_000  # lists of pages come to it
    names = course.default.worksheet.names()
    table, data = values_csv(course, names, MOST_FORMULAS), values_json(course, names, MOST_FORMULAS)
    assert len(table) <= 7_000_000
    assert len(data) <= 3_000_000
    assert [line.partition(",")[0] for line in table.splitlines()[1:]] == names
    found = json.loads(data)
    value = course.quantity("net_h1[1000]").value
    assert found["examples"]["net_h1"][999] == value
    assert found["examples"]["net_h1"][0] == found["quantities"]["net_h1"]["value"]
    assert f"net_h1[1000],{value!r},,true,\n" in table
    assert {without_example(name)[0] for name in names} == {*found["quantities"], *found["examples"]}


@pytest.mark.parametrize("worked", [1, 2, 3])
def test_values_stand_in_the_order_of_the_examples(worked: int) -> None:
    network = with_examples(default(), 3)
    course = build_course(replace(network, display=replace(network.display, example=worked)))
    found = json.loads(values_json(course, course.default.worksheet.names(), 0))
    assert found["examples"]["i1"] == [float(example.inputs[0]) for example in network.examples]
    assert "w1" not in found["examples"]
