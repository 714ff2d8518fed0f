"""Worksheets whose equations are typeset in tests, here and in the browser's modules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Layer, Network
from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet import Worksheet
from networks import ROOT, random_network

POINT, COMMA = Language("en"), Language("es", ",")


def default() -> Network:
    return read_network(ROOT / "network.toml")


def with_weights(first: str, second: str, activation: str = "logistic") -> Network:
    network = default()
    weights = ((Decimal(first), Decimal(second)), (Decimal(second), Decimal(first)))
    hidden = Layer(activation, weights, (Decimal("-0.35"),))
    return replace(network, layers=(hidden, network.layers[1]))


GOLDEN: dict[str, tuple[Network, Language, int]] = {
    "default": (default(), POINT, 9),
    "comma": (default(), COMMA, 4),
    "negative": (with_weights("-0.15", "-2"), POINT, 6),
    "scientific": (with_weights("1e-12", "2.5e20", "identity"), POINT, 3),
    "scientific-comma": (with_weights("-1e-12", "-0.00002", "tanh"), COMMA, 5),
    "overflow": (with_weights("1e308", "1e308", "relu"), POINT, 3),
    "softmax": (random_network(7, "categorical_cross_entropy"), POINT, 5),
    "cross-entropy": (random_network(4, "binary_cross_entropy"), COMMA, 5),
}


def cases() -> list[tuple[str, Worksheet, Language, int]]:
    found = [(name, build_worksheet(network), language, places) for name, (network, language, places) in GOLDEN.items()]
    for seed in range(24):
        network = random_network(seed)
        language = POINT if seed % 2 else COMMA
        found.append((f"random {seed}", build_worksheet(network), language, network.display.decimals))
    for path in sorted((ROOT / "tests" / "networks").glob("*.toml")):
        if path.stem != "10-20-10":  # hundreds of long sums, of formulas that the others have too
            network = read_network(path)
            found.append((path.stem, build_worksheet(network), COMMA, network.display.decimals))
    return found


CASES = cases()
