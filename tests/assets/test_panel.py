"""The reader's numbers without a browser: what may be written, what a reader takes away, the words of the interface."""

from __future__ import annotations

import gzip
import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import test_javascript
from test_javascript import pytestmark

from backprop_docgen.assets import ENTRY, script_texts
from backprop_docgen.network.file import parse_network
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import load_language, small_strings
from backprop_docgen.site.data_files import Manifest, live_json, worksheet_json
from backprop_docgen.site.theme import own_sheets
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import build_course
from networks import ROOT
from node import node, node_tests, stored

Taken = dict[str, dict[str, dict[str, Any]]]
ASSETS = ROOT / "backprop_docgen" / "assets"
__all__ = ["pytestmark"]

SAID = re.compile(r'\b(?:say|problem|translate)\(\s*(?:[\w.]+,\s*)?"((?:[^"\\]|\\.)*)"')


@pytest.mark.parametrize("script", ["state", "numeral"])
def test_state_address_and_typed_numbers_under_node(script: str) -> None:
    node_tests(f"{script}.test.mjs")


SURE = """
[network]
inputs = [1, 0.5]
targets = [0, 1]
loss = "{loss}"
[[layer]]
weights = [[0.4, -0.3], [0.2, 0.1]]
[[layer]]
activation = "{activation}"
weights = [[1500, 20], [-3000, 0.5]]
"""


def gallery() -> dict[str, Network]:
    """The networks of the gallery, and outputs that are sure, and wrong."""
    sure = {"binary_cross_entropy": "logistic", "categorical_cross_entropy": "softmax"}
    found = {loss: parse_network(SURE.format(loss=loss, activation=last), "n.toml") for loss, last in sure.items()}
    return test_javascript.gallery() | found


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """For each network of the gallery and each way of changing it: file, program and values."""
    data = {}
    for title, network in gallery().items():
        course = build_course(network)
        data[title] = {
            "published": json.loads(worksheet_json(course, Manifest({}))),
            "settings": json.loads(live_json(course, load_language("en"))),
        }
    found: Taken = json.loads(
        node("takeaway.mjs", stored(tmp_path_factory.mktemp("takeaway"), data))
    )
    return found


def same(one: float, other: float, slack: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other)) or abs(one - other) <= slack * max(1e-3, abs(other))


@pytest.mark.parametrize("title", gallery())
def test_the_network_file_rebuilds_what_the_reader_sees(title: str, taken: Taken) -> None:
    assert {"published", "drawn"} <= taken[title].keys()
    for how, one in taken[title].items():
        network = parse_network(one["toml"], "network.toml")
        worksheet = build_worksheet(network)
        for name, value in one["values"].items():
            assert same(float(value), worksheet[name].value, 1e-12), (how, name)
        if how == "published":
            original = gallery()[title]
            written = tuple(replace(layer, random=False) for layer in original.layers)
            assert network == replace(original, layers=written)


@pytest.mark.parametrize("title", gallery())
def test_the_python_code_runs_and_prints_the_same(title: str, taken: Taken) -> None:
    for how, one in taken[title].items():
        done = subprocess.run([sys.executable, "-I", "-c", one["python"]], capture_output=True, text=True, timeout=60)
        values = {name: float(value) for name, value in one["values"].items()}
        assert done.returncode == 0, (how, done.stderr[-500:])
        printed = dict(line.split(" = ") for line in done.stdout.splitlines())
        assert any(name.startswith("out_o1") for name in printed)
        assert any(name.startswith("E_") for name in printed)
        assert any(name.startswith("w") and name.endswith("@1") for name in printed)
        for name, text in printed.items():
            assert same(float(text), values[name], 1e-12), (how, name)


def test_every_word_of_the_scripts_is_in_the_catalogue() -> None:
    scripts = [re.sub(r'"\s*\+\s*"', "", path.read_text("utf-8")) for path in ASSETS.rglob("*.mjs")]
    said = {text for script in scripts for text in SAID.findall(script)}
    assert len(said) > 50
    assert said - set(small_strings()) == set()
    spanish = load_language("es").strings
    for text in said:
        places = [sorted(re.findall(r"\{\w+\}", each)) for each in (text, spanish[text])]
        assert places[0] == places[1], text


def test_a_first_visit_loads_little() -> None:
    first = {"styles": own_sheets().encode(), ENTRY: script_texts()[ENTRY].encode()}
    sizes = {name: len(gzip.compress(content)) for name, content in first.items()}
    assert sum(sizes.values()) < 22_000, sizes


def test_no_script_evaluates_text() -> None:
    forbidden = re.compile(r"\beval\(|new Function|document\.write|setTimeout\(\s*[\"'`]")
    for path in [*ASSETS.rglob("*.mjs"), *(ROOT / "backprop_docgen" / "theme").rglob("*.js")]:
        assert not forbidden.search(path.read_text("utf-8")), path
