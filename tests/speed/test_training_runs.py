"""Training runs kept on disk: found again, never wrong, never in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backprop_docgen.engine.engine import Engine, History, train
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.speed import training_runs
from backprop_docgen.speed.store import Store
from backprop_docgen.speed.training_runs import TrainingCache

ROOT = Path(__file__).parents[2]


@pytest.fixture
def network() -> Network:
    return read_network(ROOT / "network.toml")


def assert_equal(first: History, second: History) -> None:
    assert np.array_equal(first.losses, second.losses)
    assert first.parameters.keys() == second.parameters.keys()
    for step, parameters in first.parameters.items():
        for mine, theirs in zip(parameters.weights, second.parameters[step].weights, strict=True):
            assert np.array_equal(mine, theirs)


def test_a_run_is_found_again(tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = TrainingCache(Store(tmp_path))
    first = kept.run(network, 20, [20, 5])
    assert_equal(first, train(Engine(network), 20, [5, 20]))
    monkeypatch.setattr(training_runs, "train", lambda *_: pytest.fail("trained again"))
    assert_equal(kept.run(network, 20, [5, 20]), first)


def test_what_determines_a_run_is_its_name(tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = TrainingCache(Store(tmp_path))
    other = replace(network, learning_rate=network.learning_rate / 2)
    first, second = kept.run(network, 5, [5]), kept.run(other, 5, [5])
    assert first.losses[5] != second.losses[5]
    monkeypatch.setattr(training_runs, "train", lambda *_: pytest.fail("trained again"))
    assert_equal(kept.run(network, 5, [5]), first)
    assert_equal(kept.run(other, 5, [5]), second)


def test_an_entry_that_is_no_run_is_computed_anew(tmp_path: Path, network: Network) -> None:
    kept = TrainingCache(Store(tmp_path))
    first = kept.run(network, 10, [10])
    kept.store.write("trainings", training_runs._key(network, 10, [10]), b"PK\x03\x04 cut short")
    assert_equal(kept.run(network, 10, [10]), first)
