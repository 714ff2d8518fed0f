"""Large networks: pages stay readable, and everything is in the downloads."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from backprop_docgen.site.data_files import values_csv, values_json
from backprop_docgen.site.project import load_course
from rendered import rendered

ROOT = Path(__file__).parents[2]
WIDE = ROOT / "tests" / "networks" / "10-20-10.toml"

MOST_MARKDOWN = 400_000
"""Characters of Markdown: the HTML of a page of this tutorial is about three times as long."""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {f"{page.language}/{page.name}": page.markdown for page in rendered(WIDE)}


def test_no_page_is_long(pages: dict[str, str]) -> None:
    assert {name: len(text) for name, text in pages.items() if len(text) > MOST_MARKDOWN} == {}


def test_of_very_many_quantities_the_download_has_the_values_alone() -> None:
    course, _ = load_course(ROOT / "network.toml")
    names = course.default.worksheet.names()
    complete = json.loads(values_json(course, names, len(names)))["quantities"]
    brief = json.loads(values_json(course, names, len(names) - 1))["quantities"]
    assert list(brief) == list(complete) == names
    assert brief["net_h1"] == {key: complete["net_h1"][key] for key in ("value", "printed", "exact", "symbol")}


@pytest.mark.parametrize(("language", "more"), [("en", "And "), ("es", "Y ")])
def test_tables_say_how_many_rows_are_left_out(pages: dict[str, str], language: str, more: str) -> None:
    text = pages[f"{language}/network.md"]
    found = re.search(rf'{more}<data class="q" value="([0-9.]+)"[^>]*>', text)
    assert found
    shown = len(set(re.findall(r"^\| \$`w_\{(\d+)\}`\$ \| \$", text, re.MULTILINE)))
    assert shown + float(found[1]) == 10 * 20 + 20 * 10
    assert "../downloads/values.csv" in text


def test_the_page_of_values_has_the_worked_ones_and_the_extremes(pages: dict[str, str]) -> None:
    text = pages["en/values.md"]
    assert "| `w1` |" in text  # the model hidden weight
    assert "| `w201` |" in text  # the model output weight
    assert "| `w150` |" not in text
    assert text.count("The smallest value is") == text.count("every number of theirs is in") > 5


def test_downloads_are_complete() -> None:
    course, _ = load_course(WIDE)
    names = course.default.worksheet.names()
    rows = list(csv.DictReader(values_csv(course, names).splitlines()))
    assert [row["name"] for row in rows] == names


def test_large_matrices_are_abridged(pages: dict[str, str]) -> None:
    text = pages["en/matrices.md"]
    found = re.search(r"W\^\{\(1\)\} = \\begin\{pmatrix\} (.*?) \\end\{pmatrix\}", text, re.DOTALL)
    assert found
    assert r"\vdots & \vdots & \vdots & \ddots & \vdots" in found[1]
    assert found[1].count(r"\htmlData") == 4 * 4


@pytest.mark.parametrize("name", ["network", "forward-pass", "error"])
def test_code_cells_are_short(pages: dict[str, str], name: str) -> None:
    cells = re.findall(r"```python\n(.*?)```", pages[f"es/{name}.md"], re.DOTALL)
    assert cells
    assert max(cell.count("\n") for cell in cells) <= 40
