"""Every control stands out at 4.5:1 or more: at rest, under the pointer, with the focus, in light and in dark."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

import sample
from browser import CHROMIUM, opened
from built import PREFIX, page_path, pages
from contrast import STATES, faint

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

# Pages that have every kind of control between them; the first test holds that. test_visits.py measures them.
SAMPLE = ("index", "network", "error", "output-layer", "delta", "second-iteration", "training")
STATIC = "//*[self::a[@href] or self::button or self::input or self::select or self::textarea or self::summary]"
OPEN = "for (const fold of document.querySelectorAll('details')) fold.open = true"


def kinds(file: Path) -> set[str]:
    """The controls of a page by element and classes, their own and those of what holds them."""
    found = html.fromstring(file.read_bytes()).xpath(STATIC)
    return {" > ".join(f"{one.tag}.{one.get('class', '')}" for one in (each.getparent(), each)) for each in found}


@pytest.mark.parametrize("language", PREFIX)
def test_the_pages_that_are_measured_have_every_kind_of_control(site: Path, language: str) -> None:
    measured = set().union(*(kinds(page_path(site, language, page)) for page in SAMPLE))
    for page in pages():
        assert kinds(page_path(site, language, page)) <= measured, page


def search(page: Page) -> None:
    page.keyboard.press("/")
    page.wait_for_selector(".md-search__input:focus")
    page.keyboard.type("w5")
    page.wait_for_selector(".md-search-result__link")


def panel_and_card(page: Page) -> None:
    page.keyboard.press("Escape")  # the search
    page.locator("#bp-numbers").click()
    page.locator("input[data-live=w5]").wait_for(state="attached")
    page.evaluate(OPEN)
    page.locator("input[data-live=w5]").fill("0.9")  # then there is a way back
    page.wait_for_selector(".bp-banner button")
    page.locator(".equation .bp-ask").first.press("Enter")
    page.locator("#bp-trace .bp-item").first.press("Enter")
    page.wait_for_selector("#bp-trace .bp-back")
    page.wait_for_selector("#bp-trace .bp-formula .katex")


def menu(page: Page) -> None:
    page.keyboard.press("Escape")  # the card
    page.locator(".bp-door").press("Enter")
    page.wait_for_selector("#bp-menu")


def wall(page: Page) -> None:
    page.locator(".bp-start").press("Enter")
    page.wait_for_selector(".bp-wall")


def drawer(page: Page) -> None:
    page.keyboard.press("Escape")  # the projector
    page.locator("[data-md-toggle=drawer]").evaluate("(e) => e.click()")
    page.wait_for_selector(".md-overlay:visible")


@pytest.mark.parametrize(("language", "width"), sample.covering("contrast", PREFIX, [360, 1280]))
def test_every_control_of_what_opens_stands_out(root: str, chromium: Browser, language: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page = opened(context.new_page(), f"{root}{PREFIX[language]}output-layer/")
    for show in (search, panel_and_card, menu, wall, *([drawer] if width < 700 else [])):
        show(page)
        assert faint(page) == [], show.__name__
    context.close()


BAD = """<!doctype html><html><body style="margin: 0; background: #fff"><style>
a { color: #000 } #on:hover, #has:focus { color: #ccc }
#near { opacity: 0; color: #bbb } p:hover > #near { opacity: 1 }
#mask::before { content: ""; display: block; width: 9px; height: 9px; background: #aaa }
#mask::before { mask-image: linear-gradient(#000, #000) }
input::placeholder { color: #999 } svg { fill: #eee }
#layers { background: rgb(0 0 0 / 50%) } #layers a { color: #444 }
#framed { color: #000; background: #ddd; border: 1px solid #ddd } button { background: none; border: 0 }
</style><p><a id="on" href=".">on</a><a id="near" href=".">near</a></p><div><a id="has" href=".">has</a></div>
<section><button id="mask"></button></section><nav><input id="held" placeholder="none"></nav>
<main><button id="icon"><svg width="9" height="9"><path d="M0 0h9v9"/></svg></button></main>
<header id="layers"><a id="grey" href=".">grey</a></header><aside><button id="framed">framed</button></aside>
<footer><button id="off" disabled style="color: #eee">off</button><button id="good">good</button></footer>
</body></html>"""
AT_REST = {"mask": "icon ::before", "held": "placeholder", "icon": "icon", "grey": "text", "framed": "shape"}


def test_what_is_too_faint_is_found(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(BAD)
    found = [re.match(r"\w+, ([\w ]+), ([\w :]+), .* id=\"(\w+)\"", each) for each in faint(page)]
    assert {each.groups() for each in found if each} == {
        ("pointer on it", "text", "on"),
        ("pointer near", "text", "near"),
        ("pointer on it", "text", "near"),
        ("focus", "text", "has"),
        *((state, part, name) for state in STATES for name, part in AT_REST.items()),
    }
    context.close()
