"""The catalogue of any network: wrong algebra alone, each once, no circles, bounded."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from backprop_docgen.network.topology import topology
from backprop_docgen.slips.catalogue import MOST_PARAMETERS, MOST_SLIPS
from backprop_docgen.slips.doubles import Doubles, compute
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.table import LOWEST, PLAUSIBLE, RULES
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT, network_of

GALLERY = ["network", *sorted(path.stem for path in (ROOT / "tests" / "networks").glob("*.toml"))]
LARGE = ("10-20-10", "wide")
each_network = pytest.mark.parametrize("name", GALLERY)


@pytest.fixture(scope="module", params=GALLERY)
def sheet(request: pytest.FixtureRequest) -> Sheet:
    network = network_of(request.param)
    return Sheet(network, build_worksheet(network))


def test_no_slip_is_the_right_algebra_and_none_is_there_twice(sheet: Sheet) -> None:
    """Tried with numbers drawn for every name, other ones than the catalogue itself tries."""
    draw, numbers = random.Random("other numbers"), {}

    def lookup(name: str) -> Doubles:
        if name not in numbers:
            numbers[name] = np.array([draw.uniform(0.2, 1.5), -draw.uniform(0.2, 1.5), draw.uniform(-1, 1)])
        return numbers[name]

    def comes_to(name: str, tree: object) -> tuple[str, ...]:
        return (name, *(f"{number:.8e}" for number in np.broadcast_to(compute(tree, lookup), 3)))  # type: ignore[arg-type]

    seen = set()
    for slip in sheet.catalogue.slips:
        wrong = {comes_to(name, tree) for name, tree in slip.trees.items()}
        wrong -= {comes_to(name, sheet.formulas[name]) for name in slip.trees}
        assert wrong, (slip.rule, slip.formula)
        assert frozenset(wrong) not in seen, (slip.rule, slip.formula)
        seen.add(frozenset(wrong))


def test_no_slip_goes_round_in_a_circle(sheet: Sheet) -> None:
    for slip in sheet.catalogue.slips:
        for name in slip.trees:
            sheet.with_slip(slip, name)  # RecursionError


def test_slips_are_bounded_and_the_likeliest_come_first(sheet: Sheet) -> None:
    slips = sheet.catalogue.slips
    assert 0 < len(slips) <= MOST_SLIPS
    ranks = [slip.rank for slip in slips]
    assert ranks == sorted(ranks)
    assert set(ranks) <= set(range(1, LOWEST + 1))
    assert {1, 2} <= set(ranks)


def test_everything_a_slip_names_exists(sheet: Sheet) -> None:
    names = topology(sheet.network)
    known = {*sheet.formulas, *(neuron for layer in names.neurons for neuron in layer)}
    for slip in sheet.catalogue.slips:
        placeholders = set(re.findall(r"\{(\w+)\}", RULES[slip.rule].text))
        assert placeholders <= {"formula", *slip.parts}, slip.rule
        named = {name for text in slip.parts.values() for name in re.findall(r"⟨([^⟩]+)⟩", text)}
        assert named <= known, (slip.rule, named - known)
        assert set(slip.trees) <= set(sheet.formulas)
        assert slip.everywhere or list(slip.trees) == [slip.formula]


def test_a_neighbour_is_of_the_same_layer(sheet: Sheet) -> None:
    names = topology(sheet.network)
    layer = {neuron: index for index, neurons in enumerate(names.neurons) for neuron in neurons}
    layer |= dict.fromkeys(names.inputs, -1)

    def layers(name: str) -> list[int]:
        return [
            layer[neuron] for neuron in re.findall(r"(?<![a-z])[hoi]\d+(?:_\d+)?(?![\d_])", name) if neuron in layer
        ]

    tried = 0
    for slip in sheet.catalogue.slips:
        if slip.rule in ("neighbour", "neighbour-weight", "mirror-weight"):
            part, other = slip.parts["part"].strip("⟨⟩"), slip.parts["other"].strip("⟨⟩")
            if re.match(r"w\d", part):
                assert names.ends(part.partition("@")[0])[0] == names.ends(other.partition("@")[0])[0]
            else:
                assert layers(part) == layers(other), (part, other)
            tried += 1
    assert tried or max(len(neurons) for neurons in names.neurons) == 1


@each_network
def test_what_is_asked_is_computed_and_of_the_worked_example(name: str) -> None:
    network = network_of(name)
    made = Sheet(network, build_worksheet(network))
    assert made.catalogue.partial == (
        len(topology(network).all_weights()) + len(topology(network).all_biases()) > MOST_PARAMETERS
    )
    for asked in made.catalogue.asked:
        assert "[" not in asked
        assert made.ancestors[asked]
    if made.catalogue.partial:
        assert len(made.catalogue.asked) < len(made.formulas) / 4
        assert {slip.formula for slip in made.catalogue.slips} - {""} <= set(made.catalogue.asked)


def test_a_slip_everywhere_is_made_for_every_example() -> None:
    network = network_of("softmax-examples")
    made = Sheet(network, build_worksheet(network))
    (slip,) = [slip for slip in made.catalogue.slips if slip.rule == "no-bias"]
    marks = ("", *made.worksheet.marks())
    assert len(marks) == len(network.examples) == 3
    assert {f"net_h1{mark}" for mark in marks} <= set(made.trees([slip]))
    assert not [name for one in made.catalogue.slips for name in one.trees if "[" in name]
    for mark in marks:
        assert made.with_slip(slip, f"net_h1{mark}") == pytest.approx(made.value(f"net_h1{mark}") - made.value("b1"))


def test_a_slip_of_one_formula_leaves_the_other_examples_alone() -> None:
    network = network_of("softmax-examples")
    made = Sheet(network, build_worksheet(network))
    (slip,) = [each for each in made.catalogue.slips if (each.rule, each.formula) == ("bias-left-out", "net_h1")]
    for mark in made.worksheet.marks():
        assert made.with_slip(slip, f"net_h1{mark}") == made.value(f"net_h1{mark}")
    assert made.with_slip(slip, "net_h1") != made.value("net_h1")
    assert made.with_slip(slip, "E_mean") != made.value("E_mean")


def test_many_networks_are_computed_at_once() -> None:
    """An entry of the arrays is what the network of these numbers gives alone."""
    network = network_of("network")
    worksheet = build_worksheet(network)
    alone = Sheet(network, worksheet)
    given = {name: np.array([float(alone.value(name)), 0.7]) for name in ("w1", "b2", "i2", "target_o1")}
    both = Sheet(network, worksheet, given, alone.catalogue)
    other = Sheet(network, worksheet, {name: float(values[1]) for name, values in given.items()}, alone.catalogue)
    for slip in alone.catalogue.slips[::7]:
        for name in ("E_total@1", "dE_total/dw1"):
            found = np.broadcast_to(both.with_slip(slip, name), 2)
            assert found == pytest.approx(
                [float(alone.with_slip(slip, name)), float(other.with_slip(slip, name))], rel=1e-12, nan_ok=True
            )


def test_ranks_are_from_one_to_the_lowest() -> None:
    assert {rule.rank for rule in RULES.values()} == set(range(1, LOWEST + 1))
    assert 1 < PLAUSIBLE < LOWEST
