"""Every quantity with changed numbers, on the live page and in a build with those numbers: the same to the last bit."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import sample
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.rounding import printed
from backprop_docgen.site.data_files import Manifest, worksheet_json
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import COUNTS, Course, build_course
from networks import network_of
from node import node, stored
from wild import number, wild_network

KINDS = ("plain", "plain", "zero", "one", "tiny", "huge", "long", "short")
EIGHT = ("network", "softmax", "xor", "comma", "dead-relu", "diverges", "2-3-3-2-tanh", "own-biases")
CHANGES, FEW_CHANGES = 40, 1  # of each network; with --all, and without
STRAIGHT = 256  # examples × weights up to which training has the same bits everywhere

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="needs Node.js: the browser's modules are not tried"
)


def changes_of(network: Network, draw: random.Random) -> dict[str, Decimal]:
    """Some of the numbers that a reader may change, or all of them."""
    names = topology(network)
    share = draw.choice((0.1, 0.3, 1.0))
    able = [*names.all_weights(), *names.all_biases(), *names.inputs, "eta"]
    return {
        name: abs(number(draw, KINDS)) or Decimal(1) if name == "eta" else number(draw, KINDS)
        for name in able
        if draw.random() < share
    }


def changed(network: Network, changes: dict[str, Decimal]) -> Network:
    """The network with those numbers in its file."""
    names = topology(network)
    layers = [
        replace(
            layer,
            weights=tuple(
                tuple(changes.get(name, value) for name, value in zip(row, values, strict=True))
                for row, values in zip(weights, layer.weights, strict=True)
            ),
            biases=tuple(
                changes.get(name, value) for name, value in zip(dict.fromkeys(biases), layer.biases, strict=True)
            ),
            random=False,
        )
        for layer, weights, biases in zip(network.layers, names.weights, names.biases, strict=True)
    ]
    examples, worked = list(network.examples), network.display.example - 1
    inputs = zip(names.inputs, examples[worked].inputs, strict=True)
    examples[worked] = replace(examples[worked], inputs=tuple(changes.get(name, value) for name, value in inputs))
    rate = changes.get("eta", network.learning_rate)
    return replace(network, layers=tuple(layers), examples=tuple(examples), learning_rate=rate)


def course_of(network: Network) -> Course:
    course = build_course(network)
    add_variations(course)
    return course


def values_of(course: Course, steps: list[int], decimals: int) -> Iterator[list[object]]:
    """Name, double, whether exact, fifty digits with their error, and the printed number, of all but counts."""
    sheets = {key: sheet.worksheet for key, sheet in course.sheets.items() if key != COUNTS}
    names = [f"{key}:{name}" if key else name for key, worksheet in sheets.items() for name in worksheet.names()]
    later = [name.removesuffix("@1") for name in course.default.worksheet.names() if name.endswith("@1")]
    for name in [*names, *(f"{name}@{step}" for step in steps if step > 1 for name in later)]:
        value = course.quantity(name).number
        whole, rest, error = value.near
        exact = str(value.exact is not None).lower()
        yield [name, repr(value.double), exact, whole, full(rest), full(error), printed(value, decimals).text()]


def full(number: Decimal) -> str:
    """A number as the browser's library writes it, with a power of ten."""
    if not number.is_finite():
        return str(number).lower()
    sign, figures, power = number.as_tuple()
    digits = "".join(map(str, figures)).lstrip("0")
    exponent = int(power) + len(digits) - 1 if digits else 0
    digits = digits.rstrip("0") or "0"
    return f"{'-' * (sign and digits != '0')}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{exponent:+}"


def compare(folder: Path, bases: dict[str, Network], every: list[tuple[str, str, dict[str, Decimal], int]]) -> int:
    """How many values of changed networks were equal: all of them. Each: title, base, changes, decimals."""
    published = {key: json.loads(worksheet_json(course_of(network), Manifest({}))) for key, network in bases.items()}
    cases = []
    for title, base, changes, decimals in every:
        network = changed(bases[base], changes)
        straight = len(network.examples) * sum(layer.neurons * layer.sources for layer in network.layers) <= STRAIGHT
        steps = [2, 25] if straight else [0]
        network = replace(network, training=replace(network.training, iterations=max(steps)))
        course = course_of(network)
        cases.append(
            {
                "title": f"{title}: {changes}",
                "base": base,
                "changes": [[name, str(value)] for name, value in changes.items()],
                "topology": topology(network).to_json(),
                "loss": "E_total" if len(network.examples) == 1 else "E_mean",
                "steps": steps,
                "decimals": decimals,
                "values": list(values_of(course, steps, decimals)),
                "losses": " ".join(map(repr, map(float, course.default.history().losses))) if straight else None,
            }
        )
    return int(node("values.mjs", stored(folder, {"published": published, "changed": cases})))


@pytest.mark.parametrize("base", EIGHT)
def test_changes_of_a_network(tmp_path: Path, base: str) -> None:
    network = network_of(base)
    draw = sample.drawing(f"live values, {base}")
    wanted = CHANGES if sample.everything else FEW_CHANGES
    every = [(str(n), base, changes_of(network, draw), draw.randint(2, 15)) for n in range(wanted)]
    assert compare(tmp_path, {base: network}, every) > 200 * wanted


def test_networks_of_wide_variety(tmp_path: Path) -> None:
    first = sample.drawing("live values, wild").randrange(10**6)
    seeds = range(first, first + (60 if sample.everything else 2))
    networks = {str(seed): wild_network(seed) for seed in seeds}
    every = []
    for key, network in networks.items():
        draw = random.Random(int(key))
        every += [(f"wild {key}", key, changes_of(network, draw), network.display.decimals), (key, key, {}, 9)]
    assert compare(tmp_path, networks, every) > 1000
