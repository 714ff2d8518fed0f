"""V8 in a copy of this process, beside its own work: jobs of several kinds, one after the other."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from backprop_docgen.speed.parallel import Copy, cores


class V8Copy:
    """``work`` tells by the kind of a job what the copy makes of it; jobs and results must be picklable.

    V8's memory goes with the copy. Where a process cannot be copied, or the copy has failed, results are missing:
    whoever asked makes them.
    """

    def __init__(self) -> None:
        self.work: dict[str, Callable[[Any], Iterable[Any]]] = {}
        self._process = os.getpid()
        self._copy: Copy | None = None
        self._coming: Iterator[tuple[int, list[Any]]] = iter(())
        self._come: defaultdict[int, deque[list[Any]]] = defaultdict(deque)
        self._asked = 0

    def start(self, prepare: Callable[[], None] | None = None) -> None:
        """Let the copy begin, with ``prepare`` if anything; the first job would."""
        if self._copy is None and cores() > 1:
            self._copy = Copy(lambda jobs: self._serve(jobs, prepare))
            self._coming = iter(self._copy)

    def ask(self, kind: str, job: object) -> Iterator[Any]:
        """Hand over a job; going through what is given back waits for its results, as they come."""
        if self._process != os.getpid():  # another copy of the original, which alone reads the results
            return iter(())
        self.start()
        self._asked += 1
        if self._copy is not None:
            self._copy.send((self._asked, kind, job))
        return self._results(self._asked)

    def end(self) -> None:
        """Leave nothing running; results that have not come are missing."""
        if self._copy is not None:
            self._copy.end()
        self._copy, self._coming = None, iter(())

    def _results(self, job: int) -> Iterator[Any]:
        """The results of a job; those of others that come before wait."""
        while self._come[job] or self._receive():
            if self._come[job]:
                result = self._come[job].popleft()
                if not result:
                    break
                yield result[0]
        del self._come[job]

    def _receive(self) -> bool:
        for job, result in self._coming:
            self._come[job].append(result)
            return True
        return False

    def _serve(
        self, jobs: Iterator[tuple[int, str, Any]], prepare: Callable[[], None] | None
    ) -> Iterator[tuple[int, list[Any]]]:
        """In the copy: each result in a list, and an empty one after a job's last."""
        if prepare is not None:
            prepare()
        for job, kind, what in jobs:
            for result in self.work[kind](what):
                yield job, [result]
            yield job, []
