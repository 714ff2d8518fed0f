"""One build as a process: how long it took, and how much memory its whole tree held."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.02  # seconds between two looks at the memory
_PROC = Path("/proc")


@dataclass(frozen=True)
class Run:
    """What one process did: ``seconds`` from start to end, ``cpu`` of it and its children, ``memory`` in bytes.

    ``code``: its exit code, None when it was stopped for taking too long; ``output``: a line of what it said last.
    """

    seconds: float
    cpu: float
    memory: int
    code: int | None
    output: str


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    limit: float,
    sampled: bool = False,
    log: Path,
) -> Run:
    """Run a command in a folder until it ends, or for ``limit`` seconds.

    ``memory`` is looked at only when ``sampled``, which slows the process down: such a run is not timed.
    Whatever it leaves running is ended.
    """
    with log.open("wb") as stream:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        try:
            status, cpu, memory = _wait(process.pid, begun + limit, sampled)
            seconds = time.perf_counter() - begun
        finally:
            end_all(process.pid, folder)
            with suppress(ChildProcessError):
                os.waitpid(process.pid, 0)
    code = None if status is None else os.waitstatus_to_exitcode(status)
    process.returncode = -signal.SIGKILL if code is None else code  # it was waited for behind its back
    return Run(seconds, cpu, memory, code, _last_words(log))


def _wait(pid: int, until: float, sampled: bool) -> tuple[int | None, float, int]:
    """The exit status (None: too late), CPU seconds and the peak of memory of a process."""
    memory = 0
    # Without samples the wait is a blocking one, ended by an alarm: nothing runs beside what is timed.
    if sampled:
        while time.perf_counter() < until:
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                return status, usage.ru_utime + usage.ru_stime, memory
            memory = max(memory, tree_memory(pid))
            time.sleep(_EVERY)
        return None, 0.0, memory

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, max(until - time.perf_counter(), 0.001))
    try:
        _, status, usage = os.wait4(pid, 0)
    except TimeoutError:
        return None, 0.0, 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return status, usage.ru_utime + usage.ru_stime, 0


def tree_memory(root: int) -> int:
    """Bytes of a process and all below it: the sum of their proportional set sizes, so that shared pages count once."""
    children: dict[int, list[int]] = {}
    for pid, fields in _processes():
        children.setdefault(int(fields[1]), []).append(pid)
    todo, total = [root], 0
    while todo:
        pid = todo.pop()
        todo += children.get(pid, [])
        with suppress(OSError):
            found = re.search(r"(?m)^Pss:\s+(\d+) kB", (_PROC / str(pid) / "smaps_rollup").read_text())
            total += int(found[1]) * 1024 if found else 0
    return total


def _processes() -> list[tuple[int, list[str]]]:
    """Every process with the fields of its state: the state first, its parent second, its session fourth."""
    found = []
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found.append((int(entry.name), (entry / "stat").read_text().rpartition(")")[2].split()))
    return found


def end_all(session: int, folder: Path) -> None:
    """End what a command left running: the processes of its session, and servers started for its very folder."""
    while left := [pid for pid, fields in _processes() if fields[0] != "Z" and _belongs(pid, fields, session, folder)]:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)  # and look again: one may have started another meanwhile


def _belongs(pid: int, fields: Sequence[str], session: int, folder: Path) -> bool:
    if int(fields[3]) == session:
        return True
    with suppress(OSError):
        words = (_PROC / str(pid) / "cmdline").read_bytes()
        return b"jupyter_server" in words and str(folder).encode() in words
    return False


def _last_words(log: Path) -> str:
    """The last line that names an error, or else the last that says something."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text("utf-8", "replace")).splitlines()[::-1]
    named = (line for line in lines if re.match(r"\s*(?:[\w.]*(?:Error|Exception)\b|ERROR\b|error\b)", line))
    return next(named, next((line for line in lines if re.search(r"\w", line)), "")).strip()
