"""What the build benchmark measured, as it is kept in ``results.json``, and what moved since the last time."""

from __future__ import annotations

import datetime
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("results.json")
OWN_TUTORIAL = "own"
MOVED = 0.1
"""A median that moved by no more than this share is taken for noise, and so is one whose ranges overlap."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Spread(_Model):
    """Some samples of one thing: their median, the least, the largest, how many."""

    median: float
    low: float
    high: float
    number: int

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """The spread of at least one sample, to four significant digits."""
        kept = [float(f"{each:.4g}") for each in samples]
        middle = float(f"{statistics.median(samples):.4g}")
        return cls(median=middle, low=min(kept), high=max(kept), number=len(kept))


class Timing(_Model):
    """Seconds of whole processes, and each as a multiple of a floor build run just before it."""

    seconds: Spread
    ratio: Spread


class Verdict(_Model):
    """What was found in the output, and what should be there; formulas and outputs are not counted everywhere."""

    pages: int = 0
    pages_wanted: int = 0
    formulas: int = 0
    formulas_wanted: int = 0
    outputs: int = 0
    outputs_wanted: int = 0

    @property
    def right(self) -> bool:
        """Whether nothing is missing."""
        found, wanted = (self.pages, self.formulas, self.outputs), (self.pages_wanted, self.formulas_wanted)
        return found == (*wanted, self.outputs_wanted)


class Failure(_Model):
    """Why a contender has no figures: not installed, ended with an error, or took too long; with its own words."""

    kind: Literal["install", "crash", "slow"]
    words: str = ""


class Row(_Model):
    """One contender on one tutorial.

    ``crashed``: how many of its builds failed and went well when repeated; ``sampled``: estimated from a
    tutorial of so many pages a language.
    """

    contender: str
    cold: Timing | None = None
    warm: Timing | None = None
    memory: float | None = None  # MB at the peak, of all its processes together
    memory_ratio: float | None = None
    verdict: Verdict | None = None
    failure: Failure | None = None
    crashed: int = 0
    sampled: int | None = None


class Rebuild(_Model):
    """After one change under ``mkdocs serve``: until the page is served anew, and MkDocs's own figure, in seconds."""

    contender: str
    served: Spread
    built: Spread


class Machine(_Model):
    """The class of machine: what timings depend on, and nothing that names it."""

    system: str
    processor: str
    cores: int
    memory: int  # GB
    python: str
    node: str

    @classmethod
    def here(cls) -> Machine:
        """This one."""
        cpu = re.search(r"(?m)^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text())
        try:
            node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            node = ""
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(
            system=f"{platform.system()} {platform.machine()}",
            processor=cpu[1].strip() if cpu else "",
            cores=len(os.sched_getaffinity(0)),
            memory=round(size / 2**30),
            python=platform.python_version(),
            node=node.removeprefix("v"),
        )


class Tutorial(_Model):
    """All rows on one tutorial: "own", or the number of pages a language; formulas and cells of both languages."""

    name: str
    pages: int
    formulas: int
    cells: int
    date: datetime.date
    machine: Machine
    versions: dict[str, dict[str, str]]
    rows: list[Row]
    rebuilds: list[Rebuild]

    def row(self, contender: str) -> Row | None:
        """The row of a contender, if it took part."""
        return next((row for row in self.rows if row.contender == contender), None)


def extrapolated(contender: str, sample: Tutorial, target: Tutorial) -> Row:
    """A slow contender on a tutorial, from a small one: the floor, and what it added to it, a page at a time."""
    row, floor, large = sample.row(contender), sample.row("floor"), target.row("floor")
    if row is None or row.failure or not (floor and large and row.cold and row.warm):
        return row or Row(contender=contender)

    def timing(small: Timing, below: Timing | None, base: Timing | None) -> Timing | None:
        if below is None or base is None:
            return None
        added = (small.seconds.median - below.seconds.median) / sample.pages
        seconds = base.seconds.median + added * target.pages
        return Timing(seconds=Spread.of([seconds]), ratio=Spread.of([seconds / base.seconds.median]))

    return row.model_copy(
        update={
            "cold": timing(row.cold, floor.cold, large.cold),
            "warm": timing(row.warm, floor.warm, large.warm),
            "sampled": sample.pages,
        }
    )


class Results(_Model):
    """The tutorials measured, the own one first, then by size."""

    tutorials: list[Tutorial] = []

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """What was measured last; nothing when there is no file. Raises ValidationError."""
        return cls.model_validate_json(path.read_text("utf-8")) if path.is_file() else cls()

    def write(self, path: Path = FILE) -> None:
        """Keep it."""
        path.write_text(self.model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8", newline="\n")

    def tutorial(self, name: str) -> Tutorial | None:
        """A tutorial by its name, if it was measured."""
        return next((each for each in self.tutorials if each.name == name), None)

    def with_new(self, measured: Sequence[Tutorial]) -> Results:
        """These with some measured anew."""
        known = {each.name: each for each in (*self.tutorials, *measured)}
        return Results(tutorials=sorted(known.values(), key=lambda each: (each.name != OWN_TUTORIAL, each.pages)))


class Moved(_Model):
    """A figure that is another one than last time, beyond its noise."""

    tutorial: str
    contender: str
    what: str
    before: Spread
    now: Spread


def moved(before: Results, now: Sequence[Tutorial]) -> Iterator[Moved]:
    """Every ratio and rebuild whose median moved by more than a tenth, and whose ranges do not overlap."""
    for tutorial in now:
        known = before.tutorial(tutorial.name)
        if known is None:
            continue
        old, new = _spreads(known), _spreads(tutorial)
        for key in [key for key in new if key in old]:
            if beyond_noise(old[key], new[key]):
                contender, what = key
                yield Moved(tutorial=tutorial.name, contender=contender, what=what, before=old[key], now=new[key])


def beyond_noise(old: Spread, new: Spread) -> bool:
    """Whether two measurements of one thing differ by more than their noise."""
    apart = new.low > old.high or new.high < old.low
    return apart and abs(new.median - old.median) > MOVED * old.median


def _spreads(tutorial: Tutorial) -> dict[tuple[str, str], Spread]:
    found = {(each.contender, "rebuild, s"): each.served for each in tutorial.rebuilds}
    for row in tutorial.rows:
        for what, timing in (("cold, × floor", row.cold), ("warm, × floor", row.warm)):
            if timing is not None and row.sampled is None:
                found[row.contender, what] = timing.ratio
        if row.memory is not None and row.memory_ratio is not None:
            alone = Spread(median=row.memory_ratio, low=row.memory_ratio, high=row.memory_ratio, number=1)
            found[row.contender, "memory, × floor"] = alone
    return found
