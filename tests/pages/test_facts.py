"""What is known of a network without training it: the floor of its loss, dead, saturated and twin neurons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from backprop_docgen.engine.engine import Engine, train
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.pages.number import Condition
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.roles import Roles
from backprop_docgen.pages.views import NetworkView
from backprop_docgen.worksheet.course import build_course
from networks import random_network

ROOT = Path(__file__).parents[2]

ONE = """
[network]
loss = "{loss}"
{examples}
[[layer]]
activation = "{activation}"
weights = {weights}
bias = 0.1
[training]
iterations = 1
"""


def view(network: Network) -> NetworkView:
    course = build_course(network)
    return NetworkView(Roles(course, PageState("page.md", course, load_language("en"))))


def one_layer(activation: str, loss: str, *examples: tuple[list[float], list[float]]) -> NetworkView:
    tables = "".join(f"[[example]]\ninputs = {inputs}\ntargets = {targets}\n" for inputs, targets in examples)
    weights = [[0.2 + 0.1 * j for _ in examples[0][0]] for j in range(len(examples[0][1]))]
    return view(
        parse_network(ONE.format(activation=activation, loss=loss, examples=tables, weights=weights), "one.toml")
    )


def holds(truth: Condition | bool) -> bool:
    return truth.truth if isinstance(truth, Condition) else truth


def entropy(*shares: float) -> float:
    return -sum(share * math.log(share) for share in shares if share)


@pytest.mark.parametrize(
    ("activation", "loss", "examples", "expected"),
    [
        ("logistic", "squared_error", [([1], [0.3])], 0),
        ("logistic", "squared_error", [([1], [-0.4, 1.7])], 0.5 * 0.16 + 0.5 * 0.49),
        ("tanh", "mean_squared_error", [([1], [-1.5, 0.2])], 0.25 / 2),
        ("relu", "squared_error", [([1], [-2, 9])], 2),
        ("softplus", "squared_error", [([1], [-2])], 2),
        ("leaky_relu", "squared_error", [([1], [-2])], 0),
        ("identity", "squared_error", [([1], [1]), ([1], [3]), ([2], [5])], (0.5 + 0.5) / 3),
        ("logistic", "squared_error", [([1], [-1]), ([1], [0])], (0.5 * 0.5 + 2 * 0.5 * 0.25) / 2),
        ("logistic", "binary_cross_entropy", [([1], [0.25, 1])], entropy(0.25, 0.75)),
        ("logistic", "binary_cross_entropy", [([1], [0]), ([1], [1])], math.log(2)),
        ("softmax", "categorical_cross_entropy", [([1], [0.5, 0.5, 0])], math.log(2)),
    ],
)
def test_the_floor_of_the_loss(activation: str, loss: str, examples: list, expected: float) -> None:  # type: ignore[type-arg]
    network = one_layer(activation, loss, *examples)
    assert network.floor.value().double == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("seed", range(40))
def test_no_weights_go_below_the_floor(seed: int) -> None:
    network = random_network(seed)
    floor, engine = view(network).floor.value().double, Engine(network)
    draw = np.random.default_rng(seed)
    shape = replace(network, training=replace(network.training, update_biases=True))
    for rate in draw.uniform(0.01, 2, 5):
        losses = train(Engine(replace(shape, learning_rate=Decimal(str(round(rate, 3))))), 200, [200]).losses
        assert not np.nanmin(losses) < floor - 1e-12, engine


def test_the_reason_of_a_floor() -> None:
    apart = one_layer("logistic", "squared_error", ([1], [-0.4]))
    assert holds(apart.out_of_reach)
    assert not holds(apart.contradictory)
    assert not holds(apart.undecided_targets)
    torn = one_layer("identity", "squared_error", ([1], [1]), ([1], [3]))
    assert holds(torn.contradictory)
    assert not holds(torn.out_of_reach)
    same = one_layer("identity", "squared_error", ([1], [1]), ([1], [1]))
    assert not holds(same.contradictory)
    assert same.floor.value().exact == 0
    soft = one_layer("logistic", "binary_cross_entropy", ([1], [0.25]))
    assert holds(soft.undecided_targets)
    assert not holds(soft.out_of_reach)


def neurons(text: Callable[[str], str]) -> NetworkView:
    source = (ROOT / "tests" / "networks" / "dead-relu.toml").read_text("utf-8")
    return view(parse_network(text(source), "dead.toml"))


def test_dead_saturated_and_twins() -> None:
    first, second = neurons(str).hidden_neurons
    assert holds(first.dead)
    assert holds(first.dead_at(3))
    assert not holds(second.dead)
    assert first.saturated is False
    assert first.twin is None
    assert first.is_twin is False
    network = read_network(ROOT / "network.toml")
    assert not holds(view(network).outputs[0].saturated)
    assert holds(view(network).outputs[0].saturated_at(10_000))
    pair = neurons(lambda source: source.replace("[[-0.6, -0.3], [0.4, 0.2]]", "[[0.4, 0.2], [0.4, 0.2]]"))
    assert pair.twin is None  # towards the output they differ
    pair = neurons(lambda s: s.replace("[[-0.6, -0.3]", "[[0.4, 0.2]").replace("[[0.5, -0.7]]", "[[0.5, 0.5]]"))
    assert pair.twin is not None
    assert pair.twin.twin is not None
    assert pair.twin.twin.name == "h2"
    assert holds(pair.twin.is_twin)
