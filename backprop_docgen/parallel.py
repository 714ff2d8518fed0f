"""Work on two cores: some of it here, the rest in a copy of this process."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from signal import SIGKILL
from tempfile import TemporaryFile
from typing import Any, Final, TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
_SIZE: Final = 8
"""How many bytes tell the size of a result."""


def cores() -> int:
    """How many cores this process may use at once: 1 where a process cannot be copied safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[_Job], _Result], jobs: Sequence[_Job], weigh: Callable[[_Job], float]) -> list[_Result]:
    """``work`` done on each job, half of them in a copy; the results, which must be picklable, in the jobs' order.

    What the copy does not finish (it raises, or dies) is done here, so errors are those of ``work`` itself.
    """
    if cores() < 2 or len(jobs) < 2:
        return [work(job) for job in jobs]
    mine, theirs = _halves([weigh(job) for job in jobs])
    copy = Copy(lambda: ((at, work(jobs[at])) for at in theirs))
    try:
        results = {at: work(jobs[at]) for at in mine}
        results |= dict(copy)
    finally:
        copy.end()
    return [results[at] if at in results else work(jobs[at]) for at in range(len(jobs))]


class Copy:
    """A copy of this process at work. Going through it gives the results as they come, until it has ended or failed.

    Results wait in a file, so that the copy never waits for its reader; the pipe only tells how long each is.
    """

    def __init__(self, work: Callable[[], Iterable[object]]) -> None:
        self._results = TemporaryFile()  # open until the copy's end
        reading, writing = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _work(work, self._results.fileno(), writing)
        os.close(writing)
        self._sizes = os.fdopen(reading, "rb")

    def __iter__(self) -> Iterator[Any]:
        at = 0
        while size := int.from_bytes(self._sizes.read(_SIZE)):
            yield pickle.loads(os.pread(self._results.fileno(), size, at))  # our own process wrote it
            at += size

    def end(self) -> None:
        """Leave nothing running; may be called again."""
        if not self._sizes.closed:
            self._sizes.close()
            self._results.close()
            os.kill(self._process, SIGKILL)
            os.waitpid(self._process, 0)


def _work(work: Callable[[], Iterable[object]], results: int, sizes: int) -> None:
    """In the copy: hand over each result; then end at once, as what ends a process properly is the original's to do."""
    try:
        gc.freeze()  # to look at what both processes share would copy it
        at = 0
        for result in work():
            content = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
            written = 0
            while written < len(content):
                written += os.pwrite(results, content[written:], at + written)
            at += written
            os.write(sizes, written.to_bytes(_SIZE))
    finally:
        os._exit(0)


def _halves(weights: Sequence[float]) -> tuple[list[int], list[int]]:
    """The numbers of the jobs in two lists of nearly equal weight."""
    first: list[int] = []
    second: list[int] = []
    more = 0.0  # by how much the first is heavier
    for at in sorted(range(len(weights)), key=lambda at: -weights[at]):
        (second if more > 0 else first).append(at)
        more += -weights[at] if more > 0 else weights[at]
    return sorted(first), sorted(second)
