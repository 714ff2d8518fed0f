"""How far long work has come, on stderr: a bar on a terminal, elsewhere a line now and then; nothing for short work."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, TypeAlias

Report: TypeAlias = Callable[[int], None]
"""To be told, as often as one likes, how many of the steps are done."""

PATIENCE: Final = 1.0
"""Seconds before anything is shown."""
_BAR_EVERY: Final = 0.1
_LINE_EVERY: Final = 10.0
_log = logging.getLogger("mkdocs.plugins.backprop_docgen")


@contextmanager
def watched(what: str, total: int, steps: str = "rounds") -> Iterator[Report]:
    """Watch over ``total`` steps; ``what`` begins the line ("Training"), in English like all that a build says."""
    due = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        show: Report | None = None
        every = _BAR_EVERY if sys.stderr.isatty() else _LINE_EVERY

        def report(done: int) -> None:
            nonlocal due, show
            now = time.monotonic()
            if now < due:
                return
            due = now + every
            if show is None:
                show = _bar(stack, what, total) if sys.stderr.isatty() else lambda done: _say(what, done, total, steps)
            show(done)

        yield report


def _bar(stack: ExitStack, what: str, total: int) -> Report:
    from rich.console import Console  # slow to import, and seldom needed
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    progress = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
    task = progress.add_task(what, total=total)
    return lambda done: progress.update(task, completed=min(done, total))


def _say(what: str, done: int, total: int, steps: str) -> None:
    """To MkDocs's log when it runs, which knows whether to be quiet."""
    line = f"{what}: {min(done, total)} of {total} {steps}"
    if _log.hasHandlers():
        _log.info(line)
    else:
        print(line, file=sys.stderr)
