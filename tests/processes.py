"""Processes that tests start: none outlives its test, whatever happens to that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
