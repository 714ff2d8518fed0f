"""The build benchmark's pages follow from its results; its contenders get the same content; its noise is noise.

Nothing is timed here.
"""

from __future__ import annotations

import datetime
import os
import re
import sys
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import render
from networks import ROOT

sys.path.append(str(ROOT / "bench"))

import formats
import process
import report
from contenders import FAST, FLOOR, OWN, SLOW, STOCK, Place
from plot import Bar, bars
from results import (
    Failure,
    Machine,
    Rebuild,
    Results,
    Row,
    Spread,
    Timing,
    Tutorial,
    Verdict,
    beyond_noise,
    extrapolated,
    moved,
)
from training import Case, Line, Training, training_table
from tutorial import tutorial
from verify import verify
from visits import Visits

LANGUAGES = ("es", "en")


def spread(median: float, by: float = 0.01, number: int = 5) -> Spread:
    return Spread(median=median, low=median - by, high=median + by, number=number)


def timing(seconds: float, ratio: float) -> Timing:
    return Timing(seconds=spread(seconds), ratio=spread(ratio))


def results(own: float = 1.5) -> Results:
    right = Verdict(pages=4, pages_wanted=4, formulas=192, formulas_wanted=192, outputs=144, outputs_wanted=144)
    wrong = right.model_copy(update={"formulas": 190, "outputs": 1})
    rows = [
        Row(contender="floor", cold=timing(0.6, 1), warm=timing(0.6, 1), memory=40, memory_ratio=1, verdict=right),
        Row(contender="own", cold=timing(0.9, own), warm=timing(0.7, 1.1), memory=90, memory_ratio=2.2, verdict=wrong),
        Row(contender="zensical", failure=Failure(kind="crash", words="{{ bad }} | `x`")),
        Row(contender="sphinx", cold=timing(6, 9.9), warm=timing(1, 1.8), memory=99, crashed=2, verdict=right),
        Row(contender="markdown-katex", cold=timing(99, 160), warm=timing(9, 15), sampled=1, verdict=right),
    ]
    here = Machine(system="Linux", processor="", cores=2, memory=23, python="3.11", node="")
    made = Tutorial(
        name="2",
        pages=2,
        formulas=192,
        cells=48,
        date=datetime.date(2026, 11, 24),
        machine=here,
        versions={"floor": {"mkdocs": "1.6.1"}},
        rows=rows,
        rebuilds=[
            Rebuild(contender=each, served=spread(1, 0.3), built=spread(built))
            for each, built in (("floor", 0.4), ("own", 0.6))
        ],
    )
    return Results(tutorials=[made])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_page_is_what_the_results_give(language: str) -> None:
    path = ROOT / "docs" / language / "benchmark.md"
    assert path.read_text("utf-8") == report.pages()[path], "run: python bench/builds.py --write"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_was_measured(language: str) -> None:
    text = report.page(results(), language)
    name = {"en": "this project", "es": "este proyecto"}[language]
    (row,) = re.findall(rf"(?m)^\| \*\*{name}\*\* \| .*$", text.replace("\u2060", ""))
    missing = {"en": "missing: formulas 2, outputs 143", "es": "faltan: fórmulas 2, salidas 143"}[language]
    assert row == f"| **{name}** | 0.90 | 1.50 (1.49–1.51) | 0.70 | 1.10 (1.09–1.11) | 90 | 2.20 | {missing} |"
    assert "| ≈ 99.00 | ≈ 160 (" in text.replace("\u00a0", " ")
    assert "| 0.40 | 0.60 | 1.50 |" in text
    repeated = {"en": "| right; failed and was repeated: 2 × |", "es": "| correcta; falló y se repitió: 2 × |"}
    assert repeated[language] in text
    assert "mkdocs 1.6.1" in text
    assert "2026-11-24" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_fails_stays_in_the_table_and_cannot_break_the_page(language: str) -> None:
    (row,) = re.findall(r"(?m)^\| Zensical.*bad.*$", report.page(results(), language))
    assert row.count("|") == 9
    assert "{{" not in row


def test_both_languages_have_the_same_parts() -> None:
    spanish, english = (report.page(results(), language) for language in LANGUAGES)
    for part in (r"(?m)^#+ ", r"(?m)^\|", r"(?m)^```", r"<text[^>]*>", r"\d+\.\d\d"):
        assert len(re.findall(part, spanish)) == len(re.findall(part, english)), part
    assert len(re.findall(r"(?m)^\| .*\d\.\d\d", english)) > 4


def test_the_engines_table_is_complete_in_both_languages() -> None:
    measured = Training.read()
    assert measured is not None
    for language in LANGUAGES:
        text = report.page(results(), language, measured)
        for case in measured.cases.values():
            rows = training_table(case, language).splitlines()
            assert len(rows) == len(case.lines) + 2
            assert all(row in text for row in rows)
            assert {row.count("|") for row in rows} == {6}
    spanish = "".join(training_table(case, "es") for case in measured.cases.values())
    assert [word for word in ("this", "loops", "hand", "half", "ranges", "from") if word in spanish] == []
    missing = Line(title="micrograd", threads=1, missing="no {{ such }} | thing")
    assert "`no    such      thing`" in training_table(Case(examples=1, lines=[missing]), "en")


def test_the_table_of_visits_has_every_page_in_both_languages() -> None:
    page = {"performance": 98, "fcp": 1355, "tbt": 40, "accessibility": 100, "best-practices": 100, "seo": 100}
    pages = {"": {"ours": page, "bare": page}, "en/error/": {"ours": page | {"seo": 92}, "bare": page}}
    visits = Visits(date="2026-11-24", versions={"lighthouse": "13.5.0"}, runs=3, pages=pages)
    for language in LANGUAGES:
        text = report.page(results(), language, visits=visits)
        assert "| `./` | 98 | 98 | 1355 | 1355 | 40 | 40 |" in text
        assert "| `en/error/` |" in text
        assert "SEO 92." in text
        assert "Lighthouse" not in report.page(results(), language)


def test_without_results_there_is_still_a_page() -> None:
    for language in LANGUAGES:
        assert "make bench" in report.page(Results(), language)


def test_the_plot_is_described_and_fits_a_phone() -> None:
    shown = [Bar("a name", 0.5), Bar("another", 3.0, strong=True), Bar("a third", 212.0, about=True)]
    soup = BeautifulSoup(bars(shown, "floor", "A title & more", "What it shows"), "lxml-xml")
    assert soup.svg is not None
    described = [soup.find(id=name) for name in str(soup.svg["aria-labelledby"]).split()]
    assert [each.get_text() for each in described if each] == ["A title & more", "What it shows"]
    boxes = soup.find_all("rect")
    starts = [float(str(box["x"])) for box in boxes]
    widths = [float(str(box["width"])) for box in boxes]
    assert starts[0] + widths[0] == pytest.approx(starts[1], abs=0.02)  # on either side of 1
    assert starts[1] == starts[2]
    assert widths[0] < widths[1] < widths[2]
    assert all(start >= 0 and start + width < 280 for start, width in zip(starts, widths, strict=True))
    assert "≈\u00a0212 ×" in soup.get_text()
    assert "#" not in str(soup.svg).replace("http", "")  # no colour of its own


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (spread(1.5), spread(1.5), False),
        (spread(1.5), spread(1.6), False),  # apart, and less than a tenth
        (spread(1.5, 0.3), spread(1.9, 0.3), False),  # ranges overlap
        (spread(1.5), spread(1.9), True),
        (spread(1.9), spread(1.5), True),
    ],
)
def test_what_counts_as_moved(old: Spread, new: Spread, expected: bool) -> None:
    assert beyond_noise(old, new) is expected


def test_a_run_is_compared_with_the_last_one() -> None:
    before, now = results(), results(own=2.5)
    assert [(each.contender, each.what) for each in moved(before, now.tutorials)] == [("own", "cold, × floor")]
    assert list(moved(Results(), now.tutorials)) == []


def test_a_slow_contender_is_estimated_from_a_small_tutorial() -> None:
    target = results().tutorials[0]
    slow = Row(contender="slow", cold=timing(12.5, 25), warm=timing(2.5, 5), memory=80, memory_ratio=2)
    floor = Row(contender="floor", cold=timing(0.5, 1), warm=timing(0.5, 1))
    row = extrapolated("slow", target.model_copy(update={"pages": 1, "rows": [floor, slow]}), target)
    assert row.cold is not None
    assert row.warm is not None
    assert (row.cold.seconds.median, row.cold.ratio.median) == (24.6, 41)  # 0.6 + 2 × 12, of 0.6
    assert row.warm.seconds.median == 4.6
    assert (row.sampled, row.memory) == (1, 80)
    failed = Row(contender="slow", failure=Failure(kind="install"))
    assert extrapolated("slow", target.model_copy(update={"rows": [floor, failed]}), target) == failed


def test_every_version_is_pinned() -> None:
    packages = [package for each in (*FAST, *SLOW, STOCK) for package in each.packages]
    assert len(packages) > 10
    assert [package for package in packages if "==" not in package] == []


def test_a_process_is_watched_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    code = "import subprocess, sys, time; subprocess.Popen(['sleep', '61']); time.sleep(0.3); sys.exit('Error: x')"
    run = partial(process.run, [sys.executable, "-c", code], tmp_path, dict(os.environ), log=tmp_path / "log")
    timed, sampled, stopped = run(limit=30), run(limit=30, sampled=True), run(limit=0.1)
    assert (timed.code, timed.output, sampled.code) == (1, "Error: x", 1)
    assert timed.seconds >= 0.3
    assert sampled.memory > 3_000_000
    assert stopped.code is None
    assert stopped.seconds < 5
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x0061\0" in read(path)]
    assert left == []


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended
        return b""


def test_measuring_one_size_keeps_the_others(tmp_path: Path) -> None:
    old = results().tutorials[0]
    larger = old.model_copy(update={"name": "48", "pages": 48})
    own = old.model_copy(update={"name": "own", "pages": 60})
    kept = Results(tutorials=[larger, old]).with_new([own, old.model_copy(update={"cells": 7})])
    kept.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == kept
    assert [(each.name, each.cells) for each in kept.tutorials] == [("own", 48), ("2", 7), ("48", 48)]


def test_this_project_and_the_floor_get_what_the_others_get(tmp_path: Path) -> None:
    pages = tutorial(1)
    own = Place(OWN, tmp_path / "own", pages)
    own.project.mkdir(parents=True)
    formats.write_own(own.project, pages)
    for page in render(read_project(own.project / "mkdocs.yml")).pages:
        formats.put(tmp_path / "finished" / page.language, page.name, page.markdown)
    floor = Place(FLOOR, tmp_path / "floor", pages)
    formats.write_finished(floor.project, tmp_path / "finished", ["index", "p01"], "code")
    for page in pages:
        text = (floor.project / "docs" / page.language / "p01.md").read_text("utf-8")
        assert [line for line in page.printed if line not in text] == []
        assert [tex for tex in page.formulas if f"`{tex}`" not in text and f"\n{tex}\n" not in text] == []
        assert "$`" not in text
        assert "```math" not in text
    plugins = formats.settings(floor.project)["plugins"]
    assert [formats.settings(floor.project)["theme"], len(plugins)] == [formats.settings()["theme"], 1]


def test_a_wrong_output_is_seen(tmp_path: Path) -> None:
    pages = tutorial(1)
    place = Place(OWN, tmp_path, pages)
    for page in pages:
        html = "".join(f'<annotation encoding="application/x-tex">{tex}</annotation>' for tex in page.formulas)
        html += "<pre>" + "\n".join(page.printed) + "</pre>"
        formats.put(place.project, OWN.page_path(page.language, page.name), html)
    whole = verify(place, [])
    assert whole.right
    assert whole.formulas == 2 * 48
    spanish = place.project / OWN.page_path("es", "p01")
    spanish.write_text(spanish.read_text("utf-8").replace(pages[0].printed[0], "net = 0"), "utf-8")
    assert verify(place, []).outputs == whole.outputs_wanted - 1
    english = place.project / OWN.page_path("en", "p01")
    english.write_text('<span class="katex-error">x</span>' + english.read_text("utf-8"), "utf-8")
    assert verify(place, []).formulas == 48
    english.unlink()
    assert (verify(place, []).pages, verify(place, []).pages_wanted) == (1, 2)
