"""How a build grows with its network: ``python bench/growth.py``.

It builds this tutorial, cold, for the default network, for one of two thousand parameters, and for a thousand examples,
in turns. It prints the medians of whole processes, as multiples of the default's build, the memory of all of a build's
processes, and the size of ``worksheet.json``, which the panel loads; it exits 1 where one is beyond its limit.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from process import run

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from backprop_docgen.network.file import read_network, to_toml  # noqa: E402 (after the tests' helpers)
from built import copy_project  # noqa: E402 (the tests' helpers are no package)
from many_examples import with_examples  # noqa: E402

ROUNDS = 5
LIMIT = 300.0  # s
TIMES, MEMORY = 3.0, 300.0
"""A large network's build takes at most so many times the default's, and all its processes so many MB together."""
WORKSHEET = {"default": 0.5, "2,000 parameters": 6.0, "1,000 examples": 2.0}
"""So many MB has its ``worksheet.json`` at most."""
PARAMETERS = """
[network]
inputs = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
targets = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
[[layer]]
neurons = 64
[[layer]]
neurons = 20
"""


@dataclass
class Case:
    """A project with a network of its own, and what its builds took: seconds, MB."""

    title: str
    project: Path
    seconds: list[float]
    memory: float = 0.0

    @property
    def worksheet(self) -> float:
        """The size of ``worksheet.json``, in MB."""
        return (self.project / "site" / "worksheet.json").stat().st_size / 1e6


def build(case: Case, *, sampled: bool = False) -> None:
    """One cold build; its memory is sampled, or it is timed."""
    shutil.rmtree(case.project / ".cache", ignore_errors=True)
    command, log = [sys.executable, "-m", "mkdocs", "build", "--quiet"], case.project.with_suffix(".log")
    done = run(command, case.project, os.environ, limit=LIMIT, sampled=sampled, log=log)
    if done.code != 0:
        raise SystemExit(f"{case.title}: {done.output}")
    if sampled:
        case.memory = done.memory / 1e6
    else:
        case.seconds.append(done.seconds)


def measured(folder: Path) -> list[Case]:
    """Every case, built so many times in turns; the default network's first."""
    default = read_network(ROOT / "network.toml")
    networks = {
        "default": to_toml(default),
        "2,000 parameters": PARAMETERS,
        "1,000 examples": to_toml(with_examples(default, 1000)),
    }
    cases = []
    for number, (title, text) in enumerate(networks.items()):
        project = copy_project(folder / f"project-{number}")
        (project / "network.toml").write_text(text, "utf-8")
        cases.append(Case(title, project, []))
    for case in cases:
        build(case, sampled=True)
    for _ in range(ROUNDS):
        for case in cases:
            build(case)
    return cases


def main() -> None:
    """Measure and print."""
    console = Console()
    table = Table(title=f"Cold builds of this tutorial, median of {ROUNDS}")
    table.add_column("network")
    for title in ("s", f"× default (≤ {TIMES:g})", f"MB (≤ {MEMORY:g})", "worksheet.json, MB"):
        table.add_column(title, justify="right")
    with tempfile.TemporaryDirectory() as name:
        with console.status("builds …"):
            cases = measured(Path(name))
        beyond = False
        for case in cases:
            ratio = statistics.median(
                own / default for own, default in zip(case.seconds, cases[0].seconds, strict=True)
            )
            beyond = beyond or ratio > TIMES or case.memory > MEMORY or case.worksheet > WORKSHEET[case.title]
            numbers = (f"{statistics.median(case.seconds):.2f}", f"{ratio:.2f}", f"{case.memory:.0f}")
            table.add_row(case.title, *numbers, f"{case.worksheet:.2f} (≤ {WORKSHEET[case.title]:g})")
    console.print(table)
    if beyond:
        raise SystemExit("beyond its limit")


if __name__ == "__main__":
    main()
