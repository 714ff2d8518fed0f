"""What the page on XOR says of its three networks, whatever its files hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from backprop_docgen.network.file import read_network
from backprop_docgen.worksheet.course import Sheet, network_sheet
from networks import ROOT

TARGETS = [0, 1, 1, 0]


@cache
def sheet(name: str) -> Sheet:
    return network_sheet(read_network(ROOT / "networks" / f"{name}.toml"), name)


def outputs(name: str, step: int) -> list[float]:
    inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
    found: list[float] = sheet(name).outputs(step, inputs)[:, 0].tolist()
    return found


@pytest.mark.parametrize("name", ["xor", "xor-twins", "xor-flat"])
def test_the_pages_say_after_how_many_updates(name: str) -> None:
    network = sheet(name).network
    assert network.training.iterations == 1000  # the template asks for …@1000
    assert [int(example.targets[0]) for example in network.examples] == TARGETS
    losses = sheet(name).history().losses
    assert 0.5 * np.mean((np.array(outputs(name, 1000)) - TARGETS) ** 2) == pytest.approx(losses[-1], rel=1e-9)
    assert 0.5 * np.mean((np.array(outputs(name, 0)) - TARGETS) ** 2) == pytest.approx(losses[0], rel=1e-9)


def test_without_a_hidden_layer_a_half_is_the_best() -> None:
    assert outputs("xor-flat", 1000) == pytest.approx([0.5] * 4, abs=1e-6)
    nets = np.linspace(-30, 30, 601)  # of (0, 0) and (1, 1); the other two have half their sum between them
    one, other = np.meshgrid(nets, nets)
    off = [1 / (1 + np.exp(-one)), 1 / (1 + np.exp(-other)), *[1 / (1 + np.exp((one + other) / 2))] * 2]
    assert np.min(0.5 * np.mean(np.square(off), axis=0)) >= 0.125 - 1e-12


def test_twins_never_part_and_average_what_they_cannot_tell_apart() -> None:
    twins = sheet("xor-twins").history().parameters[1000]
    assert np.array_equal(twins.weights[0][0], twins.weights[0][1])
    assert twins.biases[0][0] == twins.biases[0][1]
    assert outputs("xor-twins", 1000)[1:] == pytest.approx([2 / 3] * 3, abs=0.01)
    assert sheet("xor-twins").history().losses[-1] > 1 / 12


def test_a_start_that_tells_them_apart_learns() -> None:
    assert np.round(outputs("xor", 1000)).tolist() == TARGETS
    assert sheet("xor").history().losses[-1] < 0.001
    first, second = sheet("xor").history().parameters[1000].weights[1][0]
    assert first > 0 > second
