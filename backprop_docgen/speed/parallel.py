"""Work on two cores: some of it here, the rest in a copy of this process."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from mmap import mmap
from signal import SIG_BLOCK, SIG_IGN, SIG_SETMASK, SIGINT, SIGKILL, pthread_sigmask, signal
from typing import Any, Final, Generic, TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")
_PR_SET_PDEATHSIG: Final = 1
"""Linux's name for: a signal when the parent ends."""
_SIZE: Final = 8
"""How many bytes tell the size of a result."""


def cores() -> int:
    """How many cores this process may use at once: 1 where a process cannot be copied safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[_Job], _Result], jobs: Sequence[_Job]) -> list[_Result]:
    """``work`` done on each job, some of them in a copy; the results, which must be picklable, in the jobs' order.

    What the copy does not finish (it raises, or dies) is done here, so errors are those of ``work`` itself.
    """
    shared = Shared(lambda at: work(jobs[at]), len(jobs))
    try:
        found = ((shared.result(at), job) for at, job in enumerate(jobs))
        return [work(job) if result is None else result for result, job in found]
    finally:
        shared.end()


class Shared(Generic[_Result]):
    """Numbered jobs, done here from the first on, and in a copy from the last back, until they meet.

    ``work`` is what the copy does; None leaves a job to the original. Results must be picklable.
    """

    def __init__(self, work: Callable[[int], _Result | None], count: int) -> None:
        self._begun = mmap(-1, count) if cores() > 1 and count > 1 else None  # one byte a job, seen by both
        self._seen: set[int] = set()
        self._done: dict[int, _Result] = {}
        self._copy = Copy(lambda _: self._work(work, count)) if self._begun is not None else None

    def result(self, at: int) -> _Result | None:
        """The result of a job, waited for if it has been begun; None when it is to be done here."""
        if at not in self._seen:
            self._seen.add(at)
            if not self._begin(at) and self._copy is not None:
                self._done |= dict(self._copy)
                self.end()
        return self._done.get(at)

    def end(self) -> None:
        """Leave nothing running."""
        if self._copy is not None:
            self._copy.end()
            self._copy = None

    def _work(self, work: Callable[[int], _Result | None], count: int) -> Iterator[tuple[int, _Result]]:
        for at in reversed(range(count)):
            if self._begin(at) and (result := work(at)) is not None:
                yield at, result

    def _begin(self, at: int) -> bool:
        """Whether a job can be begun. Should both begin one at the same moment, both come to the same."""
        if self._begun is None or self._begun[at]:
            return self._begun is None
        self._begun[at] = 1
        return True


class Copy:
    """A copy of this process at work. Going through it gives the results as they come, until it has ended or failed.

    ``work`` is given what :meth:`send` sends, as it comes.
    """

    def __init__(self, work: Callable[[Iterator[Any]], Iterable[object]]) -> None:
        self._jobs, self._results = _Mail(), _Mail()
        original, self._process = os.getpid(), _fork()
        if os.getpid() != original:
            _end_with(original)
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
        self._jobs.close()
        self._results.close()
        if self._process:
            os.kill(self._process, SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


class _Mail:
    """Objects from one process to another. They wait in memory, so that the sender never waits for the receiver.

    A pipe tells how long each is.
    """

    def __init__(self) -> None:
        self._file = os.fdopen(os.memfd_create("mail"), "wb")
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


def _fork() -> int:
    """Copy this process: the copy's number, 0 in the copy, and where there may be no more processes.

    Ctrl-C waits until that is done, and is heard by the original alone.
    """
    blocked = pthread_sigmask(SIG_BLOCK, [SIGINT])
    try:
        with suppress(OSError):
            if process := os.fork():
                return process
            signal(SIGINT, SIG_IGN)
        return 0
    finally:
        pthread_sigmask(SIG_SETMASK, blocked)


def _end_with(original: int) -> None:
    """In the copy: be killed when the original is, so that nothing of it lives on (such as its locks)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != original:  # it was killed just now
        os._exit(1)


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
