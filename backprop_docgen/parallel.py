"""Work on two cores: one half here, the other in a copy of this process."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from signal import SIGKILL
from typing import Any, TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def cores() -> int:
    """How many cores this process may use at once: 1 where a process cannot be copied safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(
    work: Callable[[_Job], _Result], jobs: Sequence[_Job], weigh: Callable[[_Job], float]
) -> list[_Result]:
    """``work`` done on each job, the results in the jobs' order; results must be picklable.

    What the copy cannot finish (it raises, or dies) is done here, so errors are those of ``work`` itself.
    """
    if cores() < 2 or len(jobs) < 2:
        return [work(job) for job in jobs]
    mine, theirs = _halves([weigh(job) for job in jobs])
    copy = start(lambda: [work(jobs[at]) for at in theirs])
    try:
        results = {at: work(jobs[at]) for at in mine}
        found = copy.result()
    finally:
        copy.end()
    results |= zip(theirs, found, strict=True) if found else {at: work(jobs[at]) for at in theirs}
    return [results[at] for at in range(len(jobs))]


@dataclass
class Copy:
    """A copy of this process at work."""

    process: int
    pipe: int

    def result(self) -> Any:
        """What it made, when it is done; None when it failed."""
        with os.fdopen(os.dup(self.pipe), "rb") as stream, suppress(EOFError, pickle.UnpicklingError):
            return pickle.load(stream)  # our own process wrote it
        return None

    def end(self) -> None:
        """Leave nothing running."""
        os.close(self.pipe)
        with suppress(ProcessLookupError):
            os.kill(self.process, SIGKILL)
        os.waitpid(self.process, 0)


def start(work: Callable[[], object]) -> Copy:
    """Let a copy of this process do some work."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Copy(process, reading)
    try:
        gc.disable()  # it would touch, and so copy, all memory that both processes share
        os.close(reading)
        with os.fdopen(writing, "wb") as stream:
            pickle.dump(work(), stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # nothing that ends a process properly is this copy's to do


def _halves(weights: Sequence[float]) -> tuple[list[int], list[int]]:
    """The numbers of the jobs in two lists of nearly equal weight."""
    first: list[int] = []
    second: list[int] = []
    more = 0.0  # by how much the first is heavier
    for at in sorted(range(len(weights)), key=lambda at: -weights[at]):
        (second if more > 0 else first).append(at)
        more += -weights[at] if more > 0 else weights[at]
    return sorted(first), sorted(second)
