"""What the network's numbers are held against: central differences, autograd, and 50-digit arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
from autograd import grad

from backprop_docgen.engine.array_functions import Array
from backprop_docgen.engine.engine import Engine, Parameters
from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.worksheet.agreement import compare, tolerance
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet import Worksheet
from networks import DIGITS, LOSSES, ROOT, Reference, number, random_network, tree_values

CHUNK = 25
NEGLIGIBLE = mpmath.mpf("1e-44")


def seeds(chunk: int) -> range:
    return range(chunk * CHUNK, (chunk + 1) * CHUNK)


def gradients(network: Network, worksheet: Worksheet) -> tuple[list[Array], list[Array]]:
    """dE_mean by the parameters as the worksheet has them, shaped like the parameters."""
    weight = bias = 0
    weights, biases = [], []
    for layer in network.layers:
        shape, size = (layer.neurons, layer.sources), layer.neurons * layer.sources
        names = [f"dE_mean/dw{weight + n + 1}" for n in range(size)]
        weights.append(np.array([worksheet[name].value for name in names]).reshape(shape))
        count = len(layer.biases)
        biases.append(np.array([worksheet[f"dE_mean/db{bias + n + 1}"].value for n in range(count)]))
        weight, bias = weight + size, bias + count
    return weights, biases


# --- central differences -----------------------------------------------------------------------


def difference(engine: Engine, arrays: list[Array], which: int, place: tuple[int, ...], step: float) -> float:
    losses = []
    for sign in (1, -1):
        moved = [array.copy() for array in arrays]
        moved[which][place] += sign * step
        half = len(moved) // 2
        found = engine.passes(Parameters(tuple(moved[:half]), tuple(moved[half:])))
        losses.append(float(found.losses.sum() / len(found.losses)))
    return (losses[0] - losses[1]) / (2 * step)


@pytest.mark.parametrize("chunk", range(20))
def test_gradients_are_the_slopes_of_the_loss(chunk: int) -> None:
    for seed in seeds(chunk):
        network = random_network(seed)
        worksheet, engine = build_worksheet(network), Engine(network)
        weights, biases = gradients(network, worksheet)
        arrays = [*engine.initial.weights, *engine.initial.biases]
        kinks = min((abs(q.value) for q in worksheet if q.name.startswith("net_")), default=1.0)
        if kinks < 1e-4:
            continue  # a step might cross the kink of relu
        for which, found in enumerate([*weights, *biases]):
            for place, slope in np.ndenumerate(found):
                measured = difference(engine, arrays, which, place, 1e-5)
                assert measured == pytest.approx(slope, rel=1e-6, abs=1e-8), (seed, which, place)


# --- an outside library ------------------------------------------------------------------------


def softmax(net: Array) -> Array:
    powers = anp.exp(net)
    return powers / anp.sum(powers, axis=1, keepdims=True)  # type: ignore[no-any-return]


ACTIVATE = {
    "logistic": lambda net: 1 / (1 + anp.exp(-net)),
    "tanh": anp.tanh,
    "relu": lambda net: net * (net > 0),
    "leaky_relu": lambda net: net * anp.where(net > 0, 1.0, 0.01),
    "softplus": lambda net: anp.log(1 + anp.exp(net)),
    "identity": lambda net: net,
    "softmax": softmax,
}

LOSS = {
    "squared_error": lambda out, target: anp.sum((out - target) ** 2) / 2,
    "mean_squared_error": lambda out, target: anp.sum((out - target) ** 2) / out.shape[1],
    "binary_cross_entropy": lambda out, target: -anp.sum(target * anp.log(out) + (1 - target) * anp.log(1 - out)),
    "categorical_cross_entropy": lambda out, target: -anp.sum(target * anp.log(out)),
}


def outside_loss(network: Network, weights: list[Array], biases: list[Array]) -> Array:
    signal = anp.array([[float(x) for x in example.inputs] for example in network.examples])
    targets = anp.array([[float(t) for t in example.targets] for example in network.examples])
    for layer, weight, bias in zip(network.layers, weights, biases, strict=True):
        signal = ACTIVATE[layer.activation](anp.dot(signal, weight.T) + bias)
    return LOSS[network.loss](signal, targets) / len(network.examples)  # type: ignore[no-any-return]


@pytest.mark.parametrize("chunk", range(20))
def test_gradients_are_those_of_autograd(chunk: int) -> None:
    for seed in seeds(chunk):
        network = random_network(seed)
        weights, biases = gradients(network, build_worksheet(network))
        first = Engine(network).initial
        start = (list(first.weights), list(first.biases))
        d_weights, d_biases = grad(lambda both, network=network: outside_loss(network, *both))(start)
        for ours, theirs in zip([*weights, *biases], [*d_weights, *d_biases], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13, err_msg=str(seed))


# --- 50 digits ---------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", range(17, 20))
def test_every_value_agrees_with_50_digits_and_its_error_bound_is_true(chunk: int) -> None:
    for seed in seeds(chunk):
        network = random_network(seed)
        worksheet = build_worksheet(network)
        compare(network, worksheet, Engine(network))
        plain, by_tree = Reference(network).values(), tree_values(worksheet)
        assert {f"dE_mean/d{n}@1" for n in ("w1", "b1")} <= plain.keys() <= by_tree.keys()
        with mpmath.workdps(DIGITS):
            for quantity in worksheet:
                name, value = quantity.name, by_tree[quantity.name]
                error = abs(quantity.value - value)
                assert error <= tolerance(worksheet.value(name)), (seed, name)
                assert error <= 1.01 * quantity.number.bound + NEGLIGIBLE, (seed, name)
                if name in plain:
                    assert abs(value - plain[name]) <= NEGLIGIBLE * max(1, abs(value)), (seed, name)
                if quantity.exact is not None:
                    assert abs(number(quantity.exact) - value) <= NEGLIGIBLE * max(1, abs(value)), (seed, name)


@pytest.mark.parametrize("loss", LOSSES)
def test_training_follows_50_digits(loss: str) -> None:
    network = replace(random_network(3, loss), examples=random_network(3, loss).examples[:1])
    network = replace(network, display=replace(network.display, example=1))
    engine = Engine(network)
    parameters = engine.initial
    for _ in range(20):
        parameters = engine.update(parameters)
    assert engine.step(parameters)[0] == pytest.approx(float(Reference(network).loss_after(20)), rel=1e-12)


def half_up(value: mpmath.mpf, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return Decimal(mpmath.nstr(value, 48)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize("decimals", range(2, 16))
def test_every_printed_digit_of_the_tutorial_is_right(decimals: int) -> None:
    worksheet = build_worksheet(read_network(ROOT / "network.toml"))
    # with 15 decimals the last one may be beyond what a double knows
    units = 1 if decimals == 15 else 0
    for name, value in tree_values(worksheet).items():
        shown = print_quantity(worksheet[name], decimals)
        places = len(shown.digits.partition(".")[2]) - (shown.exponent or 0)
        with mpmath.workdps(DIGITS):
            off = abs(Decimal(shown.digits).scaleb(shown.exponent or 0) - half_up(value, places))
            assert off <= Decimal(units).scaleb(-places), (name, shown.text(), mpmath.nstr(value, 25))
