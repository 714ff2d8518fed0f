"""Straight-line training: the same as with matrices, and never more than it can do."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_docgen.engine.engine import Engine, Parameters, train
from backprop_docgen.engine.unrolled import source
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Example, Layer, Network, Training
from networks import HIDDEN, LOSSES, ROOT, Reference, random_network


def arrays(parameters: Parameters) -> list[np.ndarray]:
    return [*parameters.weights, *parameters.biases]


def assert_near(straight: Parameters, matrices: Parameters, relative: float) -> None:
    for ours, theirs in zip(arrays(straight), arrays(matrices), strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=relative, atol=relative)


def at_a_corner(network: Network) -> bool:
    """Whether a unit of relu begins so near its corner that straight-line code must leave it alone."""
    engine = Engine(network)
    nets = engine.passes(engine.initial).nets
    layers = zip(network.layers, nets, strict=True)
    return any(layer.activation.endswith("relu") and near_zero(net) for layer, net in layers)


def near_zero(net: np.ndarray) -> bool:
    return bool(np.any((np.abs(net) < 1e-9) & (net != 0)))


@given(st.integers(0, 10**9), st.sampled_from(LOSSES))
@settings(deadline=None, max_examples=150)
def test_a_step_is_that_of_the_matrices_but_for_rounding(seed: int, loss: str) -> None:
    network = random_network(seed, loss)
    engine, losses, theirs = Engine(network), [], []
    after = engine.straight_steps(engine.initial, 1, losses)
    if losses:
        assert_near(after, engine.steps(engine.initial, 1, theirs, engine.room()), 1e-13)
        assert losses == pytest.approx(theirs, rel=1e-13, abs=1e-300)
    else:
        assert at_a_corner(network)
        assert_near(after, engine.initial, 0)


@pytest.mark.parametrize("seed", range(60))
def test_many_steps_are_those_of_the_matrices_but_for_rounding(seed: int) -> None:
    network = random_network(seed)
    engine, losses, theirs = Engine(network), [], []
    after = engine.straight_steps(engine.initial, 100, losses)
    matrices = engine.steps(engine.initial, len(losses), theirs, engine.room())
    assert len(losses) == 100 or any(layer.activation.endswith("relu") for layer in network.layers)
    assert_near(after, matrices, 1e-10)
    assert losses == pytest.approx(theirs, rel=1e-10, abs=1e-20)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_training_follows_50_digits(hidden: str, loss: str) -> None:
    weights = tuple(tuple(map(Decimal, row)) for row in (("0.7", "-0.3"), ("-0.6", "0.45"), ("0.2", "0.9")))
    targets = (Decimal("0.25"), Decimal("0.75"))
    last = {"binary_cross_entropy": "logistic", "categorical_cross_entropy": "softmax"}.get(loss, hidden)
    network = Network(
        (Example((Decimal("0.35"), Decimal("0.8")), targets),),
        (
            Layer(hidden, weights, (Decimal("0.3"),)),
            Layer(last, ((*weights[0], weights[1][0]), (*weights[2], weights[1][1])), targets, False),
        ),
        learning_rate=Decimal("0.1"),
        loss=loss,
        training=Training(20, "sequential", True),
    )
    engine, losses = Engine(network), []
    engine.straight_steps(engine.initial, 21, losses)
    assert losses[20] == pytest.approx(float(Reference(network).loss_after(20)), rel=1e-12)


def count_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps the matrices take, from now on."""
    original, found = Engine.steps, []

    def steps(self: Engine, parameters: Parameters, count: int, *more: object) -> Parameters:
        found.append(count)
        return original(self, parameters, count, *more)

    monkeypatch.setattr(Engine, "steps", steps)
    return found


def test_a_long_training_of_a_small_network_is_straight_and_near_that_of_the_matrices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, theirs = Engine(read_network(ROOT / "network.toml")), []
    matrices = engine.steps(engine.initial, 10_000, theirs, engine.room())
    helped = count_steps(monkeypatch)
    history = train(engine, 10_000, [3, 10_000])
    assert sum(helped) == 0
    assert_near(history.parameters[10_000], matrices, 1e-11)
    assert history.losses[:10_000] == pytest.approx(theirs, rel=1e-10)


@pytest.mark.parametrize("examples", [1, 40])
def test_the_loss_at_kept_parameters_is_what_the_pages_say_of_them(examples: int) -> None:
    network = read_network(ROOT / "tests" / "networks" / "xor.toml")
    engine = Engine(replace(network, examples=network.examples * examples))
    history = train(engine, 600, [7, 100, 600])
    for step, parameters in history.parameters.items():
        found = engine.passes(parameters)
        assert history.losses[step] == pytest.approx(found.losses.sum() / len(found.losses), rel=1e-13)


def small(activation: str, weight: str, bias: str, loss: str = "squared_error", last: str = "identity") -> Network:
    return Network(
        (Example((Decimal(1),), (Decimal("0.5"),)),),
        (
            Layer(activation, ((Decimal(weight),),), (Decimal(bias),)),
            Layer(last, ((Decimal("0.5"),),), (Decimal("0.25"),)),
        ),
        loss=loss,
        training=Training(40, "sequential", True),
    )


EXTREME = {
    "exp overflows": small("logistic", "-800", "0"),
    "its slope overflows": small("softplus", "-800", "0"),
    "at the corner of relu": small("relu", "0.25", "-0.25"),
    "near the corner of relu": small("relu", "0.1", "-0.10000000001"),
    "near the corner of leaky relu": small("leaky_relu", "-0.3", "0.3000000001"),
    "logarithm of 0": small("identity", "200", "0", "binary_cross_entropy", "logistic"),
    "one output of softmax": small("logistic", "0.4", "0.1", "categorical_cross_entropy", "softmax"),
    "very sure, and wrong": small("identity", "3000", "0", "binary_cross_entropy", "logistic"),
}


@pytest.mark.parametrize("case", EXTREME)
def test_extreme_numbers_are_those_of_the_matrices_too(case: str) -> None:
    engine, losses, theirs = Engine(EXTREME[case]), [], []
    engine.straight_steps(engine.initial, 1, losses)
    assert len(losses) == (not case.startswith("near"))  # that is left to the matrices
    engine.steps(engine.initial, 41, theirs, engine.room())
    assert np.isfinite(theirs).all()
    np.testing.assert_allclose(train(engine, 40, [40]).losses, theirs, rtol=1e-9)


def test_straight_lines_go_on_after_a_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    network = small("relu", "0.5", "0.0000000001")
    network = replace(network, examples=(*network.examples, Example((Decimal(0),), (Decimal("0.3"),))))
    engine, theirs = Engine(network), []
    assert at_a_corner(network)
    engine.steps(engine.initial, 3001, theirs, engine.room())
    helped = count_steps(monkeypatch)
    losses = train(engine, 3000).losses
    assert 0 < sum(helped) <= 1000
    np.testing.assert_allclose(losses, theirs, rtol=1e-9)


def test_the_code_has_numbered_names_only_and_no_number_of_the_file() -> None:
    allowed = re.compile(r"[wxtbnosed]\d+(_\d+){1,2}|loss\d+|fold|exp|tanh|softplus|range|LEAK|CORNER|_|"
                         r"rate|rounds|losses|inputs|targets|parameters|ArithmeticError|ValueError")  # fmt: skip
    for seed in range(80):
        network = random_network(seed)
        code = source(Engine(network).shape)
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Name):
                assert allowed.fullmatch(node.id), node.id
            if isinstance(node, ast.Constant):
                assert node.value in (0.0, 0.5, 1.0, 2.0, len(network.examples), network.outputs)
            if isinstance(node, ast.Attribute):
                assert node.attr == "append"
        other = replace(network, learning_rate=Decimal("0.123"), examples=tuple(reversed(network.examples)))
        assert source(Engine(other).shape) == code
