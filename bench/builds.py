"""How long this project's builds take beside its peers': ``make bench``.

Every sample of a contender follows one of the floor, so that a busy machine slows down both; what counts is their
ratio. The medians go to ``results.json``, and from there to the pages ``docs/*/benchmark.md``.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

import report
from console import show
from contenders import (
    BROWSER,
    BUILD,
    FAST,
    FLOOR,
    OWN,
    SLOW,
    STOCK,
    ZENSICAL,
    Contender,
    Place,
    install,
    navigation,
    places,
    prepare_tools,
    versions,
)
from process import Run, run
from results import OWN_TUTORIAL, Failure, Machine, Rebuild, Results, Row, Spread, Timing, Tutorial, extrapolated
from serve import Server, change_of
from tutorial import tutorial
from verify import verify

SIZES = (2, 6, 12)
ROUNDS = 5
PATIENCE = 20.0
"""A contender that starts kernels or servers gets two rounds, or one if its first build took so many seconds."""
BUDGET = 20 * 60.0
"""Seconds for the rounds of all tutorials, by their sizes: a busy machine gets fewer rounds (one at least)."""
OWN_SIZE = 4
"""This project's own tutorial takes as long as a made-up one of so many pages, as fewer contenders build it."""
LIMIT = 300.0
"""Seconds after which a build is stopped."""
ATTEMPTS = 8
CHANGES = 5
SAMPLE = 1
"""Pages a language that stock markdown-katex builds, a process for each formula."""


@dataclass
class Bench:
    """One run: who can take part, why others cannot, and where to say how far it is."""

    progress: Progress
    quick: bool = False
    budget: float = BUDGET
    failures: dict[str, Failure] = field(default_factory=dict)

    def install(self, contenders: Sequence[Contender]) -> None:
        """Make every environment."""
        prepare_tools()
        task = self.progress.add_task("environments", total=len(contenders))
        for contender in contenders:
            self.progress.update(task, description=f"environment of {contender.key}")
            if words := install(contender):
                self.failures[contender.key] = Failure(kind="install", words=words)
                self.progress.print(f"{contender.key} cannot be installed: {words}")
            self.progress.advance(task)

    def tutorial(self, pages: int, contenders: Sequence[Contender], *, serve: bool = True) -> Tutorial:
        """Measure contenders on so many pages a language (0: this project's own tutorial)."""
        title = f"{pages} pages" if pages else "own tutorial"
        task = self.progress.add_task(title, total=len(contenders))
        made = tutorial(pages)
        with _folder(title.replace(" ", "-")) as folder:
            able = [each for each in contenders if each.key not in self.failures]
            there = places(folder, able, made)
            order = navigation(there[OWN.key].project)
            rows = {each.key: self._first(there[each.key], order, task, title) for each in able}
            self._rounds(there, rows, task, title)
            rebuilds: list[Rebuild] = []
            if serve and all(each in rows and not rows[each].row.failure for each in (FLOOR.key, OWN.key)):
                page = f"p{pages:02d}" if pages else "values"
                try:
                    rebuilds = self._rebuilds([there[FLOOR.key], there[OWN.key]], page, task, title)
                except TimeoutError as error:
                    self.progress.print(f"{title}: mkdocs serve: {error}")
        known = {key: measured.finished(rows[FLOOR.key]) for key, measured in rows.items()}
        out = {key: Row(contender=key, failure=failure) for key, failure in self.failures.items()}
        return Tutorial(
            name=str(pages) if pages else OWN_TUTORIAL,
            pages=pages or len(order),
            formulas=sum(len(page.formulas) for page in made),
            cells=sum(len(page.sections) for page in made),
            date=datetime.datetime.now(datetime.UTC).date(),
            machine=Machine.here(),
            versions={each.key: versions(each) for each in able},
            rows=[(known | out)[each.key] for each in contenders],
            rebuilds=rebuilds,
        )

    def _first(self, place: Place, order: Sequence[str], task: TaskID, title: str) -> _Measured:
        """The first build of a contender, cold: its memory is sampled, its output is read, it is not timed."""
        key = place.contender.key
        self._say(task, f"{title}: {key}, memory")
        row = Row(contender=key)
        done = self._built(place, row, cleared=True, sampled=True)
        if not row.failure:
            row.verdict = verify(place, order)
            row.memory = done.memory / 1e6
            if not row.verdict.right:
                self.progress.print(f"{title}: {key}: the output is not right: {row.verdict!r}")
        rounds = ROUNDS if place.contender in FAST else 2 if done.seconds < PATIENCE else 1
        self.progress.advance(task)
        return _Measured(row, 0 if row.failure else 1 if self.quick else rounds)

    def _rounds(self, there: dict[str, Place], rows: dict[str, _Measured], task: TaskID, title: str) -> None:
        floor, until = there[FLOOR.key], time.monotonic() + self.budget
        total = sum(measured.rounds for measured in rows.values())
        self.progress.update(task, total=len(rows) + total)
        for turn in range(max(measured.rounds for measured in rows.values())):
            for key, measured in rows.items():
                if turn >= measured.rounds or measured.row.failure or (turn and time.monotonic() > until):
                    continue
                self._say(task, f"{title}: {key}, round {turn + 1} of {measured.rounds}")
                for cleared, samples in ((True, measured.cold), (False, measured.warm)):
                    base = self._built(floor, rows[FLOOR.key].row, cleared=cleared)
                    done = self._built(there[key], measured.row, cleared=cleared)
                    if rows[FLOOR.key].row.failure:
                        raise SystemExit("the floor cannot be built")
                    if measured.row.failure:
                        break
                    samples.append((done.seconds, base.seconds))
                self.progress.advance(task)

    def _built(self, place: Place, row: Row, *, cleared: bool, sampled: bool = False) -> Run:
        """One build, repeated when it fails by chance; the row notes that, and why it fails for good."""
        for attempt in range(ATTEMPTS):
            if cleared:
                place.clear()
            log = place.folder / "log.txt"
            done = run(place.command, place.project, place.environment(), limit=LIMIT, sampled=sampled, log=log)
            row.failure = _failure(done, place)
            if not row.failure:
                row.crashed += attempt
                break
            self.progress.print(f"{place.contender.key} fails: {row.failure.words or row.failure.kind}")
            if row.failure.kind == "slow":
                break
        return done

    def _rebuilds(self, both: Sequence[Place], page: str, task: TaskID, title: str) -> list[Rebuild]:
        times: dict[str, list[tuple[float, float]]] = {place.contender.key: [] for place in both}
        changes = {place.contender.key: change_of(place, f"en/{page}.md") for place in both}
        with Server(both[0]) as floor, Server(both[1]) as own:
            for turn in range(1 if self.quick else CHANGES):
                for place, server in zip(both, (floor, own), strict=True):
                    key = place.contender.key
                    self._say(task, f"{title}: {key}, rebuild {turn + 1}")
                    change = changes[key]
                    times[key].append(server.rebuilt(f"en/{page}/", lambda: change(turn)))  # noqa: B023 (called here)
        return [
            Rebuild(contender=key, served=Spread.of([a for a, _ in found]), built=Spread.of([b for _, b in found]))
            for key, found in times.items()
        ]

    def _say(self, task: TaskID, what: str) -> None:
        self.progress.update(task, description=what)


@dataclass
class _Measured:
    """A row in the making: pairs of seconds, the contender's and the floor's."""

    row: Row
    rounds: int
    cold: list[tuple[float, float]] = field(default_factory=list)
    warm: list[tuple[float, float]] = field(default_factory=list)

    def finished(self, floor: _Measured) -> Row:
        """The row with its medians."""
        if self.row.failure:
            return self.row
        timings = {"cold": _timing(self.cold), "warm": _timing(self.warm)}
        ratio = self.row.memory / floor.row.memory if self.row.memory and floor.row.memory else None
        return self.row.model_copy(update=timings | {"memory_ratio": ratio and round(ratio, 3)})


def _timing(pairs: Sequence[tuple[float, float]]) -> Timing:
    return Timing(seconds=Spread.of([a for a, _ in pairs]), ratio=Spread.of([a / b for a, b in pairs]))


def _failure(done: Run, place: Place) -> Failure | None:
    if done.code == 0:
        return None
    words = done.output.replace(str(place.folder), "…").replace(str(BUILD), "…")[:200]
    return Failure(kind="slow") if done.code is None else Failure(kind="crash", words=words)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """A folder for the projects of one tutorial, gone afterwards."""
    folder = BUILD / "work" / name
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(
    progress: Progress, pages: Sequence[int], contenders: Sequence[Contender], quick: bool
) -> Iterator[Tutorial]:
    """The tutorials of these sizes (0: the own one), one by one."""
    bench = Bench(progress, quick)
    bench.install([*contenders, *([] if quick else [STOCK])])
    sample = None if quick else bench.tutorial(SAMPLE, [FLOOR, OWN, STOCK], serve=False)
    whole = sum(size or OWN_SIZE for size in pages)
    for size in pages:
        bench.budget = BUDGET * (size or OWN_SIZE) / whole
        able = contenders if size else [each for each in (FLOOR, OWN, BROWSER) if each in contenders]
        found = bench.tutorial(size, able)
        if sample and size:
            found.rows.append(extrapolated(STOCK.key, sample, found))
            found.versions |= {STOCK.key: sample.versions.get(STOCK.key, {})}
        yield found


def main() -> None:
    """Measure, print, compare, and write results and pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, help="one generated tutorial of so many pages a language, and no other")
    parser.add_argument("--quick", action="store_true", help="one round, few contenders, nothing written")
    parser.add_argument("--fast", action="store_true", help="only contenders that start no kernels or servers")
    parser.add_argument("--write", action="store_true", help="write the pages from results.json, and measure nothing")
    options = parser.parse_args()
    if options.write:
        report.write()
        return
    sizes = [options.pages] if options.pages else [0, *(SIZES[:1] if options.quick else SIZES)]
    contenders = [FLOOR, OWN, ZENSICAL] if options.quick else [*FAST, *([] if options.fast else SLOW)]
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        before = Results.read()
        measured: list[Tutorial] = []
        for found in measure(progress, sizes, contenders, options.quick):
            measured.append(found)
            if not options.quick:
                before.with_new(measured).write()
    show(Console(), measured, before)
    if not options.quick:
        report.write()
        console.print("Written: bench/results.json, docs/en/benchmark.md, docs/es/benchmark.md")


if __name__ == "__main__":
    main()
