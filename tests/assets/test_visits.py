"""All that is asked of every page, in one visit: how light and still it comes, how it fits, what axe finds, contrasts.

Every page is visited in one of its languages, at one width and in one colour scheme, drawn by the seed so that each of
them occurs; with ``--all`` in every combination of them.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_budgets import FACES, OURS, SHIFT, TWICE, WIDER, Visit, address, pytestmark, visited
from test_contrast import OPEN, SAMPLE

import sample
from axe import BOXES, violations
from backprop_docgen.site.theme import own_styles
from built import PREFIX, pages
from contrast import faint

__all__ = ["pytestmark"]

FULL = "output-layer"  # here the formulas' own boxes are looked at by axe, too; elsewhere they are the same
SCHEMES = {"light": "default", "dark": "slate"}  # Material's names
# Links in running text, however deep, that only their colour tells apart (axe lets some pass).
PLAIN_LINKS = """() => [...document.querySelectorAll("article :is(p, li, dd, td, figcaption) a[href]")].filter((link) =>
  !link.matches(".md-button, .headerlink, .equation-number, .footnote-ref, .footnote-backref") &&
  !getComputedStyle(link).textDecorationLine.includes("underline")).map((link) => link.outerHTML)"""
# Formulas on several lines that would fit on one.
BROKEN = """() => [...document.querySelectorAll(".katex-display")].filter((each) => {
  const bases = [...each.querySelectorAll(".katex-base")].map((base) => base.getBoundingClientRect());
  const broken = bases.some((base, at) => at && base.left < bases[at - 1].left);
  const width = bases.reduce((sum, base) => sum + base.width, 0);
  return broken && width < each.clientWidth - 1 && !each.querySelector(".bp-row");
}).map((each) => each.querySelector("annotation").textContent)"""
ALL_PAGES = [*pages(), "404"]


TOOLS = {"practise", "explain"}
# What such a page is for, what draws its formulas, and the numbers of the panel.
TOOL = {f"assets/{name}.js" for name in ("practice", "page", "panel", "katex/katex.min")}
TOOL_LIMIT = 45_000  # bytes of ours in it, gzipped


def light_quiet_and_still(visit: Visit, site: Path, name: str) -> None:
    """What a first visit asks for, says and moves."""
    page = visit.page
    assert visit.strangers == []
    assert visit.wrong == []
    preloaded = page.eval_on_selector_all("link[rel=preload][as=font]", "(all) => all.map((each) => each.href)")
    names = sorted(href.rpartition("/")[2].removesuffix(".woff2") for href in preloaded)
    assert (names, sorted(page.evaluate(FACES))) == (visit.fonts, visit.fonts)
    tool = TOOL if name in TOOLS else set()
    theirs = {path for path in visit.ours if tool and path.startswith(("assets/katex/", "assets/live/"))}
    scripts = [(site / path).read_bytes() for path in visit.ours - tool - theirs]
    assert len(gzip.compress((site / "assets/practice.js").read_bytes())) <= TOOL_LIMIT
    assert sum(len(gzip.compress(each)) for each in [*scripts, own_styles().encode()]) <= OURS
    near = {"assets/circuit.js"}  # where one stands in the window, or soon after
    assert visit.scripts <= {"assets/live.js", "assets/javascripts/fonts.js"} | near | tool
    own = {"assets/practice.css"} if tool else set()
    assert len([url for url in visit.asked if url.endswith(".css") and not url.endswith(tuple(own or "-"))]) == 1
    assert sum(page.evaluate("shifts")) <= SHIFT
    assert page.locator(".katex-error").count() == 0
    assert page.evaluate(WIDER) <= 0


def fits(page: Page, width: int) -> None:
    """A small screen, and large text, with all folds open; then everything is as it was."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(WIDER) <= 0
    page.evaluate("for (const each of document.querySelectorAll('details:not([open])')) each.open = each.was = true")
    assert page.evaluate(WIDER) <= 0
    for each in (360, 1280):
        page.set_viewport_size({"width": each, "height": 800})
        assert page.evaluate(BROKEN) == []
        page.evaluate(TWICE)
        assert page.evaluate(WIDER) <= 0, f"twice the text at {each} px"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open &&= !each.was")
    page.set_viewport_size({"width": width, "height": 800})


@pytest.mark.parametrize(
    ("name", "language", "width", "scheme"), sample.covering("visits", ALL_PAGES, PREFIX, [360, 1280], SCHEMES)
)
def test_a_page_is_light_fits_and_is_accessible(
    site: Path, root: str, chromium: Browser, name: str, language: str, width: int, scheme: str
) -> None:
    where = f"{PREFIX[language]}404.html" if name == "404" else address(language, name)
    with visited(chromium, root, where, width, scheme) as visit:
        page = visit.page
        light_quiet_and_still(visit, site, name)
        fits(page, width)
        assert page.evaluate(PLAIN_LINKS) == []
        if name in (*SAMPLE, "404"):
            page.evaluate(OPEN)
            assert faint(page) == []
            page.evaluate("(name) => { document.body.dataset.mdColorScheme = name }", SCHEMES[scheme])
        if name != FULL:
            page.evaluate(BOXES)
        assert violations(page) == []
