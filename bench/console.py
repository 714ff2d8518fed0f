"""What the build benchmark prints: its tables, and what moved since the last time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from results import Results, Row, Tutorial, moved


def show(console: Console, measured: Sequence[Tutorial], before: Results) -> None:
    """The medians, and what moved; ranges are on the page."""
    for tutorial in measured:
        table = Table(title=f"{tutorial.name} ({tutorial.pages} pages a language)")
        for name in ("contender", "cold, s", "× floor", "warm, s", "× floor", "MB", "× floor", "right"):
            words = name in ("contender", "right")
            table.add_column(name, justify="left" if words else "right", no_wrap=name == "contender")
        for row in tutorial.rows:
            table.add_row(*_cells(row))
        console.print(table)
        for rebuild in tutorial.rebuilds:
            console.print(
                f"rebuild, {rebuild.contender}: {rebuild.served.median:.2f} s until served,"
                f" {rebuild.built.median:.2f} s built"
            )
    changes = list(moved(before, measured))
    for each in changes:
        console.print(
            f"moved: {each.tutorial}, {each.contender}, {each.what}: {each.before.median:.3g} → {each.now.median:.3g}"
        )
    if before.tutorials and not changes:
        console.print("Nothing moved by more than its noise since the last table.")


def _cells(row: Row) -> list[str]:
    cells = [row.contender]
    for timing in (row.cold, row.warm):
        cells += [f"{each.median:.2f}" for each in (timing.seconds, timing.ratio)] if timing else ["–", "–"]
    cells += [f"{row.memory:.0f}" if row.memory else "–", f"{row.memory_ratio:.2f}" if row.memory_ratio else "–"]
    right = "yes" if row.verdict and row.verdict.right else "no"
    return [*cells, f"{row.failure.kind}: {row.failure.words}" if row.failure else right]
