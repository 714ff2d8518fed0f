"""The worksheet of a network: which quantities there are, in which order, and by which formulas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backprop_docgen.formula.tree import Product, Sum, Symbol, constant, symbols
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Network, Training
from backprop_docgen.network.topology import topology
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT, random_network


def default() -> Network:
    return read_network(ROOT / "network.toml")


def test_the_order_is_that_of_the_tutorial() -> None:
    names = build_worksheet(default()).names()
    steps = ["i1", "target_o1", "eta",
             "w1", "b1", "net_h1", "out_h1", "net_o1", "out_o1", "error_o1", "E_o1", "E_total",
             "dE_total/dw5", "dE_total/dw1", "dE_mean/dw1", "w1@1", "net_h1@1", "E_total@1"]  # fmt: skip
    assert sorted(steps, key=names.index) == steps


def test_the_gradients_are_the_products_and_sums_that_are_shown() -> None:
    worksheet = build_worksheet(default())
    shown = {
        "net_h1": ["+", ["*", ["q", "w1"], ["q", "i1"]], ["*", ["q", "w2"], ["q", "i2"]], ["q", "b1"]],
        "dE_total/dw5": ["*", ["q", "dE_total/dout_o1"], ["q", "dout_o1/dnet_o1"], ["q", "dnet_o1/dw5"]],
        "dE_total/dout_h1": ["+", ["q", "dE_o1/dout_h1"], ["q", "dE_o2/dout_h1"]],
        "dE_o2/dout_h1": ["*", ["q", "dE_o2/dnet_o2"], ["q", "dnet_o2/dout_h1"]],
        "dE_total/dw1": ["*", ["q", "dE_total/dout_h1"], ["q", "dout_h1/dnet_h1"], ["q", "dnet_h1/dw1"]],
        "dE_total/db2": ["+", ["*", ["q", "dE_total/dnet_o1"], ["q", "dnet_o1/db2"]],
                         ["*", ["q", "dE_total/dnet_o2"], ["q", "dnet_o2/db2"]]],
        "w5@1": ["+", ["q", "w5"], ["*", -1, ["*", ["q", "eta"], ["q", "dE_total/dw5"]]]],
        "b1@1": ["q", "b1"],
        "delta_h1": ["q", "dE_total/dnet_h1"],
    }  # fmt: skip
    for name, tree in shown.items():
        found = worksheet[name].tree
        assert found is not None
        assert to_json(found) == tree


@pytest.mark.parametrize("seed", range(40))
def test_every_parameter_neuron_and_example_has_its_quantities(seed: int) -> None:
    network = random_network(seed)
    worksheet, names = build_worksheet(network), topology(network)
    marks = ["" if n == network.display.example else f"[{n}]" for n in range(1, len(network.examples) + 1)]
    for after in ("", "@1"):
        for parameter in [*names.all_weights(), *names.all_biases()]:
            assert parameter + after in worksheet
            assert f"dE_mean/d{parameter}{after}" in worksheet
            assert all(f"dE_total/d{parameter}{mark}{after}" in worksheet for mark in marks)
        for neuron in (neuron for layer in names.neurons for neuron in layer):
            for base in ("net_{}", "out_{}", "delta_{}", "dE_total/dnet_{}", "dE_total/dout_{}", "dout_{0}/dnet_{0}"):
                assert all(base.format(neuron) + mark + after in worksheet for mark in marks)
    if len(network.examples) == 1:
        assert worksheet["E_mean"].value == worksheet["E_total"].value


@pytest.mark.parametrize("seed", range(40))
def test_each_formula_uses_only_what_stands_before_it(seed: int) -> None:
    known: set[str] = set()
    for quantity in build_worksheet(random_network(seed)):
        assert quantity.tree is not None
        assert set(symbols(quantity.tree)) <= known
        known.add(quantity.name)


def test_one_bias_for_a_layer_or_one_for_each_neuron() -> None:
    shared = build_worksheet(default())
    separate = build_worksheet(read_network(ROOT / "networks" / "separate.toml"))
    assert [n for n in shared.names() if n in ("b1", "b2", "b3")] == ["b1", "b2"]
    assert [n for n in separate.names() if n in ("b1", "b2", "b3", "b4")] == ["b1", "b2", "b3", "b4"]
    both = separate["dE_total/db3"].value + separate["dE_total/db4"].value
    assert shared["dE_total/db2"].value == pytest.approx(both, rel=1e-15)


def test_sequential_updating_uses_the_new_later_weights_and_keeps_the_true_gradient() -> None:
    simultaneous = build_worksheet(default())
    sequential = build_worksheet(replace(default(), training=Training(update="sequential")))
    assert sequential["dE_total/dw1"].value == simultaneous["dE_total/dw1"].value
    tree = sequential["dE_sequential/dout_h1"].tree
    assert tree is not None
    assert symbols(tree) == ["dE_sequential/dnet_o1", "w5@1", "dE_sequential/dnet_o2", "w7@1"]
    assert sequential["w5@1"].value == simultaneous["w5@1"].value
    assert sequential["w1@1"].value != simultaneous["w1@1"].value
    assert not any(name.startswith("dE_sequential") for name in simultaneous.names())


def test_with_softmax_every_net_moves_every_output() -> None:
    worksheet = build_worksheet(random_network(3, "categorical_cross_entropy"))
    assert {"dout_o1/dnet_o2", "dout_o2/dnet_o1", "dout_o1/dnet_o1"} <= set(worksheet.names())
    assert "dE_o1/dnet_o1" not in worksheet
    outputs = [q.value for q in worksheet if q.name.startswith("out_o") and q.name[-1].isdigit() and "@" not in q.name]
    assert sum(outputs) == pytest.approx(1, rel=1e-15)


def test_several_examples_update_by_their_mean() -> None:
    text = """
[network]
learning_rate = 1
[[example]]
inputs = [1]
targets = [0]
[[example]]
inputs = [3]
targets = [0]
[[layer]]
activation = "identity"
weights = [[0.5]]
[display]
example = 2
"""
    worksheet = build_worksheet(parse_network(text, "n.toml"))
    assert (worksheet["net_o1"].value, worksheet["net_o1[1]"].value) == (1.5, 0.5)
    assert worksheet["E_mean"].value == (1.125 + 0.125) / 2
    assert worksheet["dE_mean/dw1"].value == (4.5 + 0.5) / 2
    assert worksheet["w1@1"].value == -2.0
    assert worksheet["E_total[1]@1"].value == 2.0


def test_a_network_without_hidden_layer_has_no_links() -> None:
    worksheet = build_worksheet(random_network_of_depth(1))
    assert not any("/dout_h" in name for name in worksheet.names())


def random_network_of_depth(depth: int) -> Network:
    return next(network for network in map(random_network, range(100)) if len(network.layers) == depth)


def test_deeper_networks_name_layer_and_neuron() -> None:
    worksheet = build_worksheet(random_network_of_depth(3))
    assert {"net_h1_1", "net_h2_1", "dE_total/dout_h1_1"} <= set(worksheet.names())
    tree = worksheet["dE_total/dout_h1_1"].tree
    assert isinstance(tree, (Product, Sum))
    assert symbols(tree)[:2] == ["dE_total/dnet_h2_1", "dnet_h2_1/dout_h1_1"]


def test_local_derivatives_of_the_last_step_are_copies() -> None:
    worksheet = build_worksheet(default())
    assert worksheet["dnet_o1/dw5"].tree == Symbol("out_h1")
    assert worksheet["dnet_h1/db1"].tree == constant(1)
