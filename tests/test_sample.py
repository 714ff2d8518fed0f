"""Shares of large sets: what they hold, whose seed they follow; what several processes make once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sample
from built import ROOT, once

PAGES = [f"page {at}" for at in range(20)]
FACTORS = (["es", "en"], [360, 1280], ["light", "dark"])


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sample, "everything", False)
    monkeypatch.setattr(sample, "seed", 5)
    return monkeypatch


@pytest.mark.parametrize("seed", range(20))
def test_every_page_and_every_value_occurs(seeded: pytest.MonkeyPatch, seed: int) -> None:
    seeded.setattr(sample, "seed", seed)
    drawn = sample.covering("visits", PAGES, *FACTORS)
    assert [page for page, *_ in drawn] == PAGES
    for at, values in enumerate(FACTORS, 1):
        assert {one[at] for one in drawn} == set(values)
    for at, one in enumerate(FACTORS):
        for other in FACTORS[at + 1 :]:
            assert len({(each[FACTORS.index(one) + 1], each[FACTORS.index(other) + 1]) for each in drawn}) == 4


def test_other_runs_draw_others_and_a_few_meet_all(seeded: pytest.MonkeyPatch) -> None:
    met = set()
    for seed in range(60):
        seeded.setattr(sample, "seed", seed)
        met |= set(sample.covering("visits", PAGES, *FACTORS))
    assert len(met) == 20 * 8


def test_a_seed_draws_the_same_again_whatever_else_is_drawn(seeded: pytest.MonkeyPatch) -> None:
    first = sample.covering("one", PAGES, *FACTORS), sample.some("two", PAGES, 3)
    assert (sample.some("two", PAGES, 3), sample.covering("one", PAGES, *FACTORS)) == first[::-1]
    assert sample.some("three", PAGES, 3) != first[1]


def test_all_is_all(seeded: pytest.MonkeyPatch) -> None:
    seeded.setattr(sample, "everything", True)
    assert len(set(sample.covering("visits", PAGES, *FACTORS))) == 20 * 8
    assert sample.some("pages", PAGES, 3) == PAGES


PROBE = """
import sample

def test_seed():
    with open("seeds", "a") as file:
        file.write(f"{sample.seed} {sample.everything}\\n")

def test_another():
    test_seed()
"""


@pytest.mark.parametrize("given", [[], ["--seed", "7", "--all"]], ids=" ".join)
def test_all_workers_have_one_seed_and_the_run_prints_it(tmp_path: Path, given: list[str]) -> None:
    (tmp_path / "test_probe.py").write_text(PROBE, "utf-8")
    tests = ROOT / "tests"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "--rootdir", ".", *given]
    run = subprocess.run(
        [*command, "-p", "conftest", "-o", f"pythonpath={tests}", "."],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tests}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (seed, everything), *others = (line.split() for line in (tmp_path / "seeds").read_text("utf-8").splitlines())
    assert others == [[seed, everything]]
    assert everything == str("--all" in given)
    assert ("--all" if given else f"--seed {seed}") in run.stdout
    assert seed == "7" or not given


def test_what_is_made_once_is_made_once(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        folder.mkdir()

    assert once(tmp_path / "site", make) == once(tmp_path / "site", make) == tmp_path / "site"
    assert len(made) == 1


def test_what_one_process_cannot_make_no_other_waits_for(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        once(tmp_path / "site", lambda folder: print(1 / 0))
    with pytest.raises(AssertionError, match="another process could not make site"):
        once(tmp_path / "site", lambda folder: None)
