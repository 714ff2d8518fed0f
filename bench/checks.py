"""How long the checks of the pages' sources and of the built site take: ``python bench/checks.py``.

It prints, for this tutorial in both languages, the medians of whole processes: seconds, and seconds of processor time.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from process import run

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from built import built_site, copy_project  # noqa: E402 (the tests' helpers are no package)

TURNS = 5
LIMIT = 300.0  # s
CHECKS = {"check": ["check"], "check site": ["check", "site"]}


def main() -> None:
    """Measure and print."""
    console = Console()
    table = Table(title=f"The checks of this tutorial, median of {TURNS}")
    table.add_column("backprop-docgen …")
    for title in ("s", "processor, s"):
        table.add_column(title, justify="right")
    with tempfile.TemporaryDirectory() as name:
        project = copy_project(Path(name, "project"))
        built_site(project)
        for title, arguments in CHECKS.items():
            command, log = [sys.executable, "-m", "backprop_docgen", *arguments], Path(name, "log")
            with console.status(f"{title} …"):
                runs = [run(command, project, os.environ, limit=LIMIT, log=log) for _ in range(TURNS)]
            if wrong := [each for each in runs if each.code != 0]:
                raise SystemExit(f"{title}: {wrong[0].output}")
            seconds = (statistics.median(each.seconds for each in runs), statistics.median(each.cpu for each in runs))
            table.add_row(title, *(f"{each:.2f}" for each in seconds))
    console.print(table)


if __name__ == "__main__":
    main()
