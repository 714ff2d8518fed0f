"""The command ``reading-time``: what is counted on a page, the minutes, the table, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_docgen.cli import main
from backprop_docgen.published.reader import read_page
from backprop_docgen.published.reading_time import ReadingTime, reading_time

FORMULA = (
    "<{tag}><math><semantics><mi>x</mi>"
    '<annotation encoding="application/x-tex">x</annotation></semantics></math></{tag}>'
)
PAGE = f"""<!DOCTYPE html><html><head><title>Four words do not count</title></head><body>
<nav>nor do these</nav><p class="bp-place">Tutorial · 3 of 9</p>
<article><h1>One two</h1><p>three {FORMULA.format(tag="bp-math")} <em>four</em> five.</p>
{FORMULA.format(tag="bp-math-block")}<svg><text>no word</text></svg>
<details class="question"><summary>six</summary><p>seven</p></details>
<details class="note"><summary>eight</summary></details>
<div class="highlight"><pre>x = 1

y = 2
</pre></div><pre>not highlighted</pre></article></body></html>"""


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reading-time", *arguments])


def test_a_page_is_counted() -> None:
    found = reading_time(read_page("error/", "en", "error/index.html", PAGE))
    assert found == ReadingTime("error/", "en", 3, words=8, equations=1, predictions=1, code_lines=2)
    assert found.minutes == pytest.approx(8 / 180 + 1 / 3 + 1 + 2 / 20)


def test_a_page_outside_the_counted_group_has_no_number() -> None:
    page = PAGE.replace('<p class="bp-place">Tutorial · 3 of 9</p>', "")
    assert reading_time(read_page("error/", "en", "error/index.html", page)).number is None


def test_the_counted_pages_come_first_and_are_added_up(excerpted: Path) -> None:
    data = json.loads(command(str(excerpted / "site"), "--format", "json").stdout)
    for language in ("es", "en"):
        pages = [page for page in data["pages"] if page["language"] == language]
        numbers = [page["number"] for page in pages if page["number"] is not None]
        assert numbers == list(range(1, len(numbers) + 1))
        assert [page["number"] for page in pages[: len(numbers)]] == numbers
        whole = sum(page["minutes"] for page in pages if page["number"] is not None)
        assert data["numbered"][language] == pytest.approx(whole, abs=0.1)
    lines = command(str(excerpted / "site")).stdout.splitlines()
    assert " ".join(lines[0].split()) == "page language no. words equations predictions code lines minutes"
    assert len(lines) == len(data["pages"]) + 3
    assert sum(line.startswith("numbered pages") for line in lines) == 2


def test_what_is_no_site_cannot_be_counted(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path)], [str(tmp_path / "none")], ["--config", str(tmp_path / "mkdocs.yml")]):
        result = command(*arguments)
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("error: ")
