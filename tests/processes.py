"""Processes that tests start: none outlives its test, whatever happens to that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

INTERRUPTIBLE = (
    sys.executable,
    "-u",
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from mkdocs.__main__ import cli; cli()",
)
"""MkDocs, to be ended by SIGINT even where the shell has its background jobs ignore that."""


@contextmanager
def running(command: Sequence[str], **more: Any) -> Iterator[subprocess.Popen[Any]]:
    """A process while the context lasts; then it is gone, with all that it has started."""
    with subprocess.Popen(command, start_new_session=True, **more) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(log: Path, words: str) -> None:
    """Wait until a process has written something into its log."""
    for _ in range(1200):
        if words in log.read_text("utf-8"):
            return
        time.sleep(0.1)
    raise AssertionError(f"{words!r} is not in the log:\n{log.read_text('utf-8')}")
