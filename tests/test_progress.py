"""What is said of long work, and that nothing is said of short work."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from backprop_docgen import progress
from backprop_docgen.engine.engine import Engine, train
from backprop_docgen.network.file import read_network
from networks import ROOT


class Clock:
    """A second passes with every look at it."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds = 0.0, seconds

    def monotonic(self) -> float:
        self.now += self.seconds
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=[0.0, 1.0], ids=["quick", "slow"])
def seconds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(progress, "time", Clock(request.param))
    return float(request.param)


def steps(total: int) -> None:
    with progress.watched("Training", total) as report:
        for done in range(1, total + 1):
            report(done)


def test_a_log_gets_a_line_now_and_then(seconds: float, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        steps(25)
    lines = ["Training: 1 of 25 rounds", "Training: 11 of 25 rounds", "Training: 21 of 25 rounds"]
    assert caplog.messages == (lines if seconds else [])


def test_without_a_log_the_line_goes_to_stderr(
    seconds: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress._log, "hasHandlers", lambda: False)
    steps(3)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == ("Training: 1 of 3 rounds\n" if seconds else "")


def test_a_terminal_gets_a_bar_that_leaves_again(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    steps(3)
    shown = sys.stderr.getvalue()
    assert ("Training" in shown, "3/3" in shown) == (bool(seconds), bool(seconds))
    assert shown == "" or shown.endswith("\x1b[2K")  # the line is erased


def test_a_training_is_watched(seconds: float, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        train(Engine(read_network(ROOT / "network.toml")), 3000)
    assert caplog.messages == (["Training: 1000 of 3000 rounds"] if seconds else [])
