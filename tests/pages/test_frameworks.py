"""What PyTorch and JAX make of the code that a page shows: the worksheet's numbers (``make test-all``).

JAX is installed for it (``tests/beside/frameworks.txt``); PyTorch is tried where it stands in the same folder.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sample
from backprop_docgen.network.topology import topology
from backprop_docgen.pages.page import render_pages
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import languages, load_course
from backprop_docgen.worksheet.course import Course
from built import ROOT

BESIDE = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "frameworks"
NETWORKS = [ROOT / "network.toml", *sorted((ROOT / "tests" / "networks").glob("*.toml"))]
PAGE = "build-it-yourself.md"
GRADIENTS = {"torch": "(W.grad for W in matrices)", "jax": "gradients"}
RUN = """
import contextlib, io, json, sys
results = []
for code, gradients in json.load(sys.stdin):
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    results.append([float(names["E"]), [each.tolist() for each in eval(gradients, names)]])
print(json.dumps(results))
"""
pytestmark = [
    pytest.mark.skipif(not sample.everything, reason="the frameworks' code is run with --all"),
    pytest.mark.skipif(not BESIDE.exists() and "CI" not in os.environ, reason=f"no framework is in {BESIDE}"),
]


def course_and_code(network: Path) -> tuple[Course, list[str]]:
    """The course of a network, and the Python of the page that shows the frameworks' code."""
    project = read_project(ROOT / "mkdocs.yml", network)
    course, _ = load_course(project.network, project.worksheets)
    spoken = languages(list(project.templates), course.default.network, project.locales)
    pages = render_pages(
        project.templates, project.order, course, spoken, excluded=lambda name: not name.endswith(PAGE)
    )
    text = next(page for page in pages if page.language == "en").markdown
    fences = re.findall(r"^```python\n(.*?)^```", re.sub(r"</?data[^>]*>", "", text), re.DOTALL | re.MULTILINE)
    return course, [html.unescape(fence) for fence in fences]


def expected(course: Course) -> list[Any]:
    """The loss, and the gradient of every weight, row by row, as the worksheet has them."""
    value = course.default.worksheet.value
    layers = topology(course.default.network).weights
    return [
        value("E_total").double,
        [[[value(f"dE_total/d{name}").double for name in row] for row in layer] for layer in layers],
    ]


@pytest.fixture(scope="module")
def found() -> list[tuple[Course, list[str]]]:
    return [course_and_code(network) for network in NETWORKS]


@pytest.mark.parametrize("framework", GRADIENTS)
def test_the_frameworks_agree_with_the_worksheet(framework: str, found: list[tuple[Course, list[str]]]) -> None:
    if not (BESIDE / framework).exists():
        assert framework != "jax", f"jax is missing in {BESIDE}"
        pytest.skip(f"{framework} is not in {BESIDE}")
    asked = []
    for _, fences in found:
        data = next(fence for fence in fences if "weights = [" in fence)
        code = next(fence for fence in fences if f"import {framework}\n" in fence)
        asked.append([f"{data}\n{code}", GRADIENTS[framework]])
    environment = os.environ | {"PYTHONPATH": str(BESIDE)}
    result = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(asked),
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    for network, (course, _), (loss, gradients) in zip(NETWORKS, found, json.loads(result.stdout), strict=True):
        right_loss, right = expected(course)
        assert loss == pytest.approx(right_loss, rel=1e-9, abs=1e-12), network.stem
        for ours, theirs in zip(right, gradients, strict=True):
            for row, other in zip(ours, theirs, strict=True):
                assert other == pytest.approx(row, rel=1e-9, abs=1e-12), network.stem
