"""Random and mutated network files: a clean result or a NetworkError, never anything else, never a hang.

``python -m pytest tests/network/test_network_fuzz.py --fuzz 10000`` runs many more than the default share.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import sample
from backprop_docgen.errors import NetworkError
from backprop_docgen.network.file import parse_network, to_toml
from backprop_docgen.site.data_files import values_json
from backprop_docgen.worksheet.course import build_course
from networks import ROOT, random_network

GALLERY = [path.read_text("utf-8") for path in sorted((Path(__file__).parents[1] / "networks").glob("*.toml"))]
SECONDS = 300  # and two for each file: only a hang takes that long
NUMBERS = ("0", "-0.0", "1e300", "-1e300", "1e-300", "1e999", "nan", "-inf", "710.0", "1_0.5", "10000000000", "0x10")
WORDS = (
    "softmax", "relu", "tanh", "identity", "softplus", "binary_cross_entropy", "categorical_cross_entropy",
    "mean_squared_error", "sequential", "true", "[[layer]]", "[layer]", "neurons = 3", "=", "[", "]", '"', "\x00", "ñ",
)  # fmt: skip


def mutated(draw: random.Random) -> str:
    """A gallery or random network with a few numbers, words, lines or characters changed."""
    text = draw.choice(GALLERY) if draw.random() < 0.5 else to_toml(random_network(draw.randrange(10**6)))
    for _ in range(draw.randint(0, 4)):
        pieces = text.splitlines() if draw.random() < 0.4 else text.split(" ")
        at = draw.randrange(len(pieces))
        match draw.randrange(5):
            case 0:
                del pieces[at : at + 1]
            case 1:
                pieces.insert(at, draw.choice(pieces))
            case 2:
                pieces[at] = draw.choice(WORDS)
            case 3:
                pieces[at] = draw.choice(NUMBERS) + draw.choice(("", ",", "]", "]]"))
            case _:
                cut = draw.randint(0, len(pieces[at]))
                pieces[at] = pieces[at][:cut] + chr(draw.randrange(1, 300)) + pieces[at][cut:]
        text = ("\n" if text.splitlines() == pieces or "\n" not in "".join(pieces) else " ").join(pieces) or "x"
    return text


def tried(first: int, cases: int) -> None:
    """Read and compute so many files; says the seed of each before, and what came of all after."""
    computed, messages = 0, []
    for seed in range(first, first + cases):
        print(f"seed {seed}", flush=True)
        try:
            course = build_course(parse_network(mutated(random.Random(seed)), "fuzz.toml"))
            names = course.default.worksheet.names()
            found = json.loads(values_json(course, names))
        except NetworkError as error:
            messages += [problem.message for problem in error.problems] or [""]
        else:
            computed += 1
            assert list(found["quantities"]) == names
    assert all(messages)
    assert 0.1 * cases < computed < 0.9 * cases  # both ways are walked


def test_any_file_is_refused_or_computed(request: pytest.FixtureRequest) -> None:
    """In a process of its own, which is ended if it hangs."""
    cases = request.config.getoption("--fuzz") or (3000 if sample.everything else 300)
    program = [sys.executable, "-c", f"import test_network_fuzz; test_network_fuzz.tried({drawn_first()}, {cases})"]
    paths = os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parents[1], ROOT)))
    environment = os.environ | {"PYTHONPATH": paths}
    try:
        run = subprocess.run(
            program, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS + 2 * cases
        )
    except subprocess.TimeoutExpired as hung:
        said = (hung.stdout or b"").decode().split("\n")  # text only where it ended
        raise AssertionError(f"{said[-2:]} hangs") from None
    assert run.returncode == 0, run.stdout.splitlines()[-1:] + run.stderr.splitlines()[-20:]


def drawn_first() -> int:
    return sample.drawing("fuzz").randrange(10**6)
