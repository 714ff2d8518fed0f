"""Practice in the browser, without a page: the modules under Node, on the networks that the site publishes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_javascript import pytestmark

from backprop_docgen.latex.equation import FUNCTION_RULES
from backprop_docgen.network.file import read_network
from backprop_docgen.site.practice_data import network_files, practice_files
from backprop_docgen.worksheet.course import build_course
from networks import ROOT
from node import node_tests

__all__ = ["pytestmark"]


def test_practice_under_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = build_course(read_network(ROOT / "network.toml"))
    files = practice_files(course, network_files(ROOT / "networks" / "practice"), None)
    data = {Path(name).stem: json.loads(text) for name, text in files.items() if name.endswith(".json")}
    rules = {name: (rule.template, int(rule.rank)) for name, rule in FUNCTION_RULES.items()}
    for name, content in (("PRACTICE_DATA", data), ("PRACTICE_RULES", rules)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content), "utf-8")
        monkeypatch.setenv(name, str(path))
    node_tests("practice.test.mjs")
