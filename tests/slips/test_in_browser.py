"""The browser's modules under Node find what Python finds: answers, slips of the pen, doubles and right intervals."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import sample
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.slips.right import RightIntervals
from backprop_docgen.worksheet.backpropagation import build_worksheet
from by_hand import formulas_of
from networks import network_of, random_network
from node import node, node_tests, stored
from wild import wild_network

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="needs Node.js: the browser's modules are not tried"
)


def test_answers_and_slips_of_the_pen() -> None:
    node_tests("answers.test.mjs")


def test_right_intervals(tmp_path: Path) -> None:
    first = sample.drawing("right intervals in the browser").randrange(10**6)
    seeds = range(first, first + 4)
    wild = {f"wild network {seed}": wild_network(seed) for seed in seeds}
    plain = {f"network {seed}": random_network(seed) for seed in seeds}
    cases = []
    for index, (title, network) in enumerate({"default": network_of("network"), **plain, **wild}.items()):
        formulas, digits = formulas_of(network), (4, 3, 6)[index % 3]
        intervals = RightIntervals(formulas, digits)
        values = {} if title in wild else {each.name: each.value for each in build_worksheet(network)}
        cases.append(
            {
                "title": title,
                "digits": digits,
                "trees": {name: to_json(tree) for name, tree in formulas.items()},
                "intervals": {name: list(map(str, intervals.of(name))) for name in formulas},
                "values": values,  # those that doubles bear
            }
        )
    said = node("right.mjs", stored(tmp_path, cases))
    assert int(said.split()[0]) > 1000
