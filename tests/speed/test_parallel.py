"""Work on two cores: the same results, the same errors, nothing left running."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_docgen.speed import parallel
from backprop_docgen.speed.parallel import Copy, Shared, cores, share

two_cores = pytest.mark.skipif(cores() < 2, reason="needs Linux and two cores")


def children() -> list[str]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return task.read_text().split() if task.exists() else []


def test_results_come_in_the_order_of_the_jobs() -> None:
    before = children()
    assert share(lambda job: job * job, range(100)) == [job * job for job in range(100)]
    assert children() == before


def test_one_core_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    assert share(lambda _: os.getpid(), [1, 2, 3]) == [os.getpid()] * 3


@two_cores
def test_two_cores_share_it() -> None:
    def work(_: int) -> int:
        time.sleep(0.05)
        return os.getpid()

    done = share(work, range(20))
    assert len(set(done)) == 2
    assert done == sorted(done, key=lambda process: process != os.getpid())  # here from the first on


@pytest.mark.parametrize("bad", range(4))
def test_an_error_is_that_of_the_work_itself(bad: int) -> None:
    def work(job: int) -> int:
        if job == bad:
            raise ZeroDivisionError(f"job {job}")
        return job

    before = children()
    with pytest.raises(ZeroDivisionError, match=f"job {bad}"):
        share(work, range(4))
    assert children() == before


@two_cores
def test_what_a_copy_did_not_finish_is_done_here() -> None:
    here = os.getpid()

    def work(job: int) -> int:
        if os.getpid() != here and job == 3:
            os._exit(1)
        return job

    assert share(work, range(6)) == list(range(6))


@two_cores
def test_a_copy_sends_results_as_they_come_and_can_be_ended() -> None:
    before = children()
    copy = Copy(lambda _: iter(int, 1))  # it never ends by itself
    coming = iter(copy)
    assert [next(coming), next(coming)] == [0, 0]
    copy.end()
    copy.end()
    assert children() == before


@two_cores
def test_a_copy_does_what_it_is_sent_however_much_that_is() -> None:
    before = children()
    copy = Copy(lambda jobs: (job * 2 for job in jobs))
    much = [bytes(3_000_000), bytes(10), b""]
    for job in much:
        copy.send(job)
    coming = iter(copy)
    assert [next(coming) for _ in much] == [job * 2 for job in much]
    copy.end()
    assert children() == before


@two_cores
def test_nothing_waits_for_its_reader() -> None:
    """A copy that has much to say ends although nobody has listened yet."""
    copy = Copy(lambda _: (bytes(1_000_000) for _ in range(20)))
    os.waitid(os.P_PID, copy._process, os.WEXITED | os.WNOWAIT)
    assert [len(result) for result in copy] == [1_000_000] * 20
    copy.send("too late")
    copy.end()


@two_cores
def test_a_slow_job_does_not_hold_up_the_other_core() -> None:
    here = os.getpid()

    def work(job: int) -> int:
        time.sleep(1 if job == 0 else 0.001)
        return os.getpid()

    done = share(work, range(20))
    assert done[0] == here
    assert here not in done[1:]


@two_cores
def test_what_the_copy_leaves_is_to_be_done_here() -> None:
    before = children()
    shared: Shared[int] = Shared(lambda at: None if at == 3 else at, 4)
    assert shared._begun is not None
    while b"\0" in shared._begun[:]:  # until the copy has begun them all
        time.sleep(0.01)
    assert [shared.result(at) for at in range(4)] == [0, 1, 2, None]
    assert shared.result(3) is None
    shared.end()
    assert children() == before


def test_where_there_may_be_no_more_processes_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert share(lambda job: job * 2, [1, 2, 3]) == [2, 4, 6]
    copy = Copy(lambda jobs: jobs)
    copy.send("a job")
    assert list(copy) == []
    copy.end()


@two_cores
def test_ctrl_c_is_for_the_original_alone() -> None:
    def work(jobs: Iterator[object]) -> Iterator[object]:
        os.kill(os.getpid(), signal.SIGINT)
        yield "still here"

    copy = Copy(work)
    assert list(copy) == ["still here"]
    copy.end()
