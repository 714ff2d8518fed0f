"""The NumPy engine by itself, and how it meets the worksheet."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from backprop_docgen.engine.engine import Engine, train
from backprop_docgen.errors import DisagreementError
from backprop_docgen.formula.tree import constant
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Example, Layer, Network, Training
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.agreement import compare, engine_values
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import build_course
from backprop_docgen.worksheet.worksheet import Variant, Worksheet
from networks import ROOT, random_network


@pytest.fixture
def network() -> Network:
    return read_network(ROOT / "network.toml")


def test_shapes_are_examples_by_neurons() -> None:
    network = random_network(6)
    engine = Engine(network)
    found = engine.passes(engine.initial)
    for layer, net, out, d_net, d_weights, d_biases in zip(
        network.layers, found.nets, found.outs, found.d_nets, found.d_weights, found.d_biases, strict=True
    ):
        shape = (len(network.examples), layer.neurons)
        assert net.shape == out.shape == d_net.shape == shape
        assert d_weights.shape == (layer.neurons, layer.sources)
        assert d_biases.shape == (len(layer.biases),)
    assert found.losses.shape == (len(network.examples), network.outputs)


def test_history_begins_before_the_first_update_and_keeps_what_is_asked_for(network: Network) -> None:
    engine = Engine(network)
    history = train(engine, 3, keep=[0, 2, 9])
    assert len(history.losses) == 4
    assert list(history.parameters) == [0, 2]
    assert history.parameters[0] is engine.initial
    assert history.losses[2] == engine.step(history.parameters[2])[0]


def test_no_iterations_is_a_history_too(network: Network) -> None:
    assert train(Engine(network), 0).losses == pytest.approx([0.2983711087600027], rel=1e-14)


def test_frozen_biases_stay_and_trained_ones_move(network: Network) -> None:
    frozen, moving = Engine(network), Engine(replace(network, training=Training(update_biases=True)))
    assert frozen.update(frozen.initial).biases == frozen.initial.biases
    assert all(a != b for a, b in zip(moving.update(moving.initial).biases, moving.initial.biases, strict=True))


NICE = ["0.1", "0.2", "-0.3", "0.5", "-0.1", "0.4", "1", "-1", "0", "-0.2", "0.3"]


@pytest.mark.parametrize("seed", range(200))
def test_numbers_that_cancel_are_no_disagreement(seed: int) -> None:
    """Such as a teacher writes: sums that are exactly zero, units at their corners, errors of nothing."""
    draw = random.Random(seed)
    network = random_network(seed)

    def nice() -> Decimal:
        return Decimal(draw.choice(NICE))

    layers = tuple(
        replace(
            layer,
            weights=tuple(tuple(nice() for _ in row) for row in layer.weights),
            biases=tuple(nice() for _ in layer.biases),
        )
        for layer in network.layers
    )
    examples = tuple(replace(one, inputs=tuple(nice() for _ in one.inputs)) for one in network.examples)
    training = replace(network.training, iterations=2, update=draw.choice(["simultaneous", "sequential"]))
    rate = Decimal(draw.choice(["0.1", "0.5", "2", "50"]))
    build_course(replace(network, layers=layers, examples=examples, training=training, learning_rate=rate))


@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu", "tanh", "softplus"])
def test_a_net_input_that_cancels_exactly_is_no_disagreement(activation: str) -> None:
    text = (
        "[network]\ninputs = [1, 2]\ntargets = [0.8]\nlearning_rate = 0.1\n"
        f"[[layer]]\nactivation = '{activation}'\nweights = [[0.3, -0.2], [0.4, 0.2]]\nbias = 0.1\n"
        "[[layer]]\nactivation = 'identity'\nweights = [[0.5, -0.7]]\nbias = 0.2\n"
    )
    worksheet = build_course(parse_network(text, "n.toml")).default.worksheet
    assert worksheet["net_h1"].exact == 0  # the doubles say -2.8e-17


@pytest.mark.parametrize("seed", range(12))
def test_one_update_is_the_gradient_times_the_learning_rate(seed: int) -> None:
    network = random_network(seed)
    network = replace(network, training=replace(network.training, update="simultaneous", update_biases=True))
    engine = Engine(network)
    found, after = engine.passes(engine.initial), engine.update(engine.initial)
    rate = float(network.learning_rate)
    for old, new, gradient in zip(engine.initial.weights, after.weights, found.d_weights, strict=True):
        np.testing.assert_array_equal(new, old - rate * gradient)
    for old, new, gradient in zip(engine.initial.biases, after.biases, found.d_biases, strict=True):
        np.testing.assert_array_equal(new, old - rate * gradient)


def test_updating_changes_nothing_in_place(network: Network) -> None:
    engine = Engine(network)
    before = [array.copy() for array in engine.initial.weights]
    engine.update(engine.initial)
    assert all((a == b).all() for a, b in zip(before, engine.initial.weights, strict=True))


@pytest.mark.parametrize("name", ["out_o1", "dE_total/dw1", "dE_total/db1", "w5@1", "E_mean@1"])
def test_a_wrong_formula_is_found_and_named(network: Network, name: str) -> None:
    engine, worksheet = Engine(network), build_worksheet(network)
    compare(network, worksheet, engine)
    wrong = Variant(worksheet, {name: constant(str(worksheet[name].value * (1 + 1e-9)))}, "")
    with pytest.raises(DisagreementError) as caught:
        compare(network, wrong, engine, "n.toml")
    assert name in [problem.key for problem in caught.value.problems]
    assert caught.value.problems[0].file == "n.toml"


def test_every_quantity_of_the_engine_has_a_name_of_the_worksheet() -> None:
    for seed in range(40):
        network = random_network(seed)
        engine, worksheet = Engine(network), build_worksheet(network)
        values = engine_values(network, engine, engine.initial, 0)
        values |= engine_values(network, engine, engine.update(engine.initial), 1)
        assert values.keys() <= set(worksheet.names())
        computed = {q for q in worksheet.names() if q.startswith(("net_", "out_", "E_", "delta_", "dE_total/", "w"))}
        assert computed <= values.keys()


HOSTILE = [
    {"weight": "1e300"},
    {"weight": "-1e300"},
    {"weight": "1e300", "input": "1e300"},
    {"weight": "1e-300", "input": "1e-300"},
    {"weight": "1e308", "input": "10", "hidden": "leaky_relu"},
    {"weight": "0." + "1" * 58, "hidden": "identity", "output": "identity"},
    {"bias": "800"},
    {"bias": "-800"},
    {"bias": "800", "hidden": "identity", "loss": "binary_cross_entropy"},
    {"bias": "-800", "hidden": "identity", "loss": "binary_cross_entropy"},
    {"bias": "36", "hidden": "identity", "loss": "binary_cross_entropy"},
    {"bias": "800", "hidden": "identity", "output": "softmax", "loss": "categorical_cross_entropy"},
    {"bias": "40", "hidden": "tanh"},
    {"bias": "-800", "hidden": "softplus"},
    {"rate": "1e6", "hidden": "softplus", "output": "identity"},
    {"rate": "1e300", "hidden": "identity", "output": "identity"},
]


def hostile(case: dict[str, str], update: str) -> Network:
    def given(key: str, default: str) -> Decimal:
        return Decimal(case.get(key, default))

    weights = ((given("weight", "0.15"), Decimal("0.2")), (Decimal("0.25"), Decimal("0.3")))
    return Network(
        (Example((given("input", "0.05"), Decimal("0.1")), (Decimal("0.25"), Decimal("0.75"))),),
        (
            Layer(case.get("hidden", "logistic"), weights, (given("bias", "0.35"),)),
            Layer(case.get("output", "logistic"), ((Decimal("0.4"), Decimal("0.45")),) * 2, (Decimal("0.6"),)),
        ),
        learning_rate=given("rate", "0.5"),
        loss=case.get("loss", "squared_error"),
        training=Training(20, update, True),
    )


@pytest.mark.parametrize("update", ["simultaneous", "sequential"])
@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: "-".join(f"{k}{v[:8]}" for k, v in case.items()))
def test_overflow_and_saturation_warn_and_raise_nothing(case: dict[str, str], update: str) -> None:
    course = build_course(hostile(case, update))
    add_variations(course)
    assert len(course.default.history().losses) == 21
    assert isinstance(course.default.worksheet, Worksheet)
    assert isinstance(course.quantity("E_total@20").value, float)


def test_saturation_is_no_disagreement() -> None:
    network = hostile({"bias": "36", "hidden": "identity", "loss": "binary_cross_entropy"}, "simultaneous")
    compare(network, build_worksheet(network), Engine(network))


UNDERFLOWS = """
[network]
learning_rate = 60
seed = 4
[[layer]]
activation = "leaky_relu"
neurons = 5
[[layer]]
activation = "softplus"
neurons = 3
[training]
update_biases = true
"""


def test_what_underflows_is_no_disagreement() -> None:
    """Near 0 doubles have fewer digits, in the end one: each way of computing loses others of them."""
    examples = [f"[[example]]\ninputs = [0.{n}, {n}]\ntargets = [-1, {n % 2}, 0.{n}]\n" for n in range(1, 10)]
    network = parse_network(UNDERFLOWS + "".join(examples), "n.toml")
    compare(network, build_worksheet(network), Engine(network))
