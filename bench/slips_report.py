"""What ``slips.py`` counted, as it is kept in ``slips.json``, and the pages ``docs/*/explained-numbers.md`` about it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

FILE: Final = Path(__file__).with_name("slips.json")
DIGITS: Final = ("3", "4", "6")
OUTCOMES: Final = ("first", "listed", "tie", "few", "unknown", "right")
"""What may become of a planted slip; "other", that something else alone is named, may not."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Post(_Model):
    """A wrong number printed in public.

    ``what``: a slip that a rule says, one that none says ("none"), rounding, or it follows from an earlier one.
    ``became``: "explained" (by a rule that agrees with the label found by hand), "otherwise" (by another), a verdict,
    or "not asked": no quantity that can be asked for.
    """

    network: str
    quantity: str
    number: str
    label: str
    what: str
    became: str
    rules: list[str]


class Results(_Model):
    """Counts by kind or family, digits, and what came out."""

    date: datetime.date
    seeds: tuple[int, int]
    planted: dict[str, dict[str, dict[str, int]]]
    random: dict[str, dict[str, dict[str, int]]]
    left_out: dict[str, dict[str, dict[str, int]]]
    stepwise: dict[str, dict[str, dict[str, int]]]
    posts: list[Post]

    @classmethod
    def of(
        cls, counts: Mapping[tuple[str, ...], int], posts: Sequence[Post], seeds: Sequence[int], date: datetime.date
    ) -> Results:
        """The results of a run."""
        tables: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
        for (what, row, digits, became), count in sorted(counts.items()):
            tables.setdefault(what.replace(" ", "_"), {}).setdefault(row, {}).setdefault(digits, {})[became] = count
        return cls.model_validate({"date": date, "seeds": (seeds[0], seeds[-1]), "posts": posts, **tables})

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """What was measured last. Raises OSError, ValidationError."""
        return cls.model_validate_json(path.read_text("utf-8"))

    def write(self, path: Path = FILE) -> None:
        """Keep it."""
        path.write_text(self.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")


def total(table: Mapping[str, Mapping[str, Mapping[str, int]]], digits: str) -> Counter[str]:
    """All rows of a table together, at so many digits."""
    found: Counter[str] = Counter()
    for row in table.values():
        found.update(row.get(digits, {}))
    return found


def show(console: Console, results: Results) -> None:
    """The tables."""
    _show(console, "planted", results.planted, (*OUTCOMES, "other"))
    _show(console, "random", results.random, ("named", "carried", "unknown", "right"))
    _show(console, "left out", results.left_out, ("named", "same", "unknown", "right"))
    _show(console, "stepwise", results.stepwise, ("right",))
    for post in results.posts:
        console.print(
            f"{post.what}, {post.network} {post.quantity} = {post.number}: {post.became} {post.rules} | {post.label}"
        )
    console.print(Counter((post.what, post.became) for post in results.posts))


def _show(
    console: Console, title: str, counts: Mapping[str, Mapping[str, Mapping[str, int]]], outcomes: Sequence[str]
) -> None:
    table = Table(title=title)
    table.add_column("row")
    for digits in DIGITS:
        for outcome in ("n", *outcomes):
            table.add_column(f"{outcome} {digits}", justify="right")
    for row, by in [*counts.items(), ("all", {digits: total(counts, digits) for digits in DIGITS})]:
        cells = []
        for digits in DIGITS:
            here = by.get(digits, {})
            number = sum(here.values())
            cells += [str(number), *(f"{100 * here.get(each, 0) / max(number, 1):.1f}" for each in outcomes)]
        table.add_row(row, *cells)
    console.print(table)
