"""Work on two cores: some of it here, the rest in a copy of this process."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
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
    copy = Copy(lambda _: ((at, work(jobs[at])) for at in theirs))
    try:
        results = {at: work(jobs[at]) for at in mine}
        results |= dict(copy)
    finally:
        copy.end()
    return [results[at] if at in results else work(jobs[at]) for at in range(len(jobs))]


class Copy:
    """A copy of this process at work. Going through it gives the results as they come, until it has ended or failed.

    ``work`` is given what :meth:`send` sends, as it comes.
    """

    def __init__(self, work: Callable[[Iterator[Any]], Iterable[object]]) -> None:
        self._jobs, self._results = _Mail(), _Mail()
        self._process = os.fork()
        if self._process == 0:
            _work(work, self._jobs, self._results)
        self._jobs.only_send()
        self._results.only_receive()

    def send(self, job: object) -> None:
        """Hand over something picklable; a copy that has ended does not mind."""
        with suppress(BrokenPipeError):
            self._jobs.send(job)

    def __iter__(self) -> Iterator[Any]:
        return self._results.receive()

    def end(self) -> None:
        """Leave nothing running; may be called again."""
        if self._process:
            self._jobs.close()
            self._results.close()
            os.kill(self._process, SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


class _Mail:
    """Objects from one process to another. They wait in a file, so that the sender never waits for the receiver.

    A pipe tells how long each is.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # open until the end
        reading, writing = os.pipe()
        self._reading, self._writing = os.fdopen(reading, "rb"), os.fdopen(writing, "wb", buffering=0)
        self._sent = 0

    def send(self, thing: object) -> None:
        content = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
        written = 0
        while written < len(content):
            written += os.pwrite(self._file.fileno(), content[written:], self._sent + written)
        self._sent += written
        self._writing.write(written.to_bytes(_SIZE))

    def receive(self) -> Iterator[Any]:
        """Everything that is sent, until the sender has closed its end."""
        at = 0
        while size := int.from_bytes(self._reading.read(_SIZE)):
            yield pickle.loads(os.pread(self._file.fileno(), size, at))  # our own process wrote it
            at += size

    def only_send(self) -> None:
        self._reading.close()

    def only_receive(self) -> None:
        self._writing.close()

    def close(self) -> None:
        for end in (self._reading, self._writing, self._file):
            end.close()


def _work(work: Callable[[Iterator[Any]], Iterable[object]], jobs: _Mail, results: _Mail) -> None:
    """In the copy: hand over each result; then end at once, as what ends a process properly is the original's to do."""
    try:
        gc.freeze()  # to look at what both processes share would copy it
        jobs.only_receive()
        results.only_send()
        for result in work(jobs.receive()):
            results.send(result)
    finally:
        os._exit(0)


def last_half(jobs: Sequence[_Job], weigh: Callable[[_Job], float]) -> Sequence[_Job]:
    """The last jobs, about half of all in weight."""
    left = sum(map(weigh, jobs)) / 2
    for at, job in enumerate(jobs):
        left -= weigh(job)
        if left < 0:
            return jobs[at + 1 :]
    return []


def _halves(weights: Sequence[float]) -> tuple[list[int], list[int]]:
    """The numbers of the jobs in two lists of nearly equal weight."""
    first: list[int] = []
    second: list[int] = []
    more = 0.0  # by how much the first is heavier
    for at in sorted(range(len(weights)), key=lambda at: -weights[at]):
        (second if more > 0 else first).append(at)
        more += -weights[at] if more > 0 else weights[at]
    return sorted(first), sorted(second)
