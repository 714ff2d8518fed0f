"""The steps of a computation by hand: the worksheet's values, by shorter formulas."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from backprop_docgen.formula.evaluate import evaluate
from backprop_docgen.formula.tree import symbols
from backprop_docgen.network.file import read_network
from backprop_docgen.network.topology import topology
from backprop_docgen.slips.steps import steps
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT, random_network

FILES = [
    ROOT / "network.toml",
    *sorted(ROOT.glob("networks/**/*.toml")),
    *sorted((ROOT / "tests/networks").glob("*.toml")),
]
WANTED = {
    "delta_o1": ["out_o1", "target_o1", "out_o1", "out_o1"],
    "delta_h1": ["w5", "delta_o1", "w7", "delta_o2", "out_h1", "out_h1"],
    "dE_total/dw5": ["delta_o1", "out_h1"],
    "w5@1": ["w5", "eta", "dE_total/dw5"],
}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_step_has_the_worksheets_value(file: Path) -> None:
    network = read_network(file)
    worksheet = build_worksheet(network)
    for name, tree in steps(network, worksheet).items():
        found, wanted = evaluate(tree, lambda x: worksheet[x].number).double, worksheet[name].value
        assert found == wanted or math.isclose(found, wanted, rel_tol=1e-12) or math.isnan(wanted), name


@pytest.mark.parametrize("seed", range(12))
def test_a_step_needs_givens_and_earlier_steps_alone(seed: int) -> None:
    network = random_network(seed)
    worksheet, names = build_worksheet(network), topology(network)
    known = {*names.inputs, "eta", *names.all_weights(), *names.all_biases(), *(f"target_{o}" for o in names.outputs)}
    for name, tree in steps(network, worksheet).items():
        assert set(symbols(tree)) <= known, name
        known.add(name)


def test_the_steps_are_those_of_a_pencil() -> None:
    network = read_network(ROOT / "network.toml")
    found = steps(network, build_worksheet(network))
    assert {name: symbols(found[name]) for name in WANTED} == WANTED
    assert len(found) == 31


def test_an_identity_takes_no_step_and_cross_entropy_a_short_one() -> None:
    relu = read_network(ROOT / "networks/practice/relu.toml")
    found = steps(relu, build_worksheet(relu))
    assert "out_o1" not in found
    assert symbols(found["delta_o1"]) == ["net_o1", "target_o1"]
    softmax = read_network(ROOT / "networks/practice/three-classes.toml")
    assert symbols(steps(softmax, build_worksheet(softmax))["delta_o2"]) == ["out_o2", "target_o2"]
