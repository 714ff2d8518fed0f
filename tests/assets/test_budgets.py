"""What a first visit of a page may weigh, ask for and move; what waits for what. (The visits are in test_visits.py.)

Every font comes late there, as it does over a slow line.
"""

from __future__ import annotations

import gzip
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from browser import CHROMIUM
from built import PREFIX, pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

HTML = 40_000  # bytes, gzipped
ELEMENTS = 10_600
OURS = 30_000  # bytes, gzipped: every style sheet and script of ours, and KaTeX's style sheet
SHIFT = 0.01  # Cumulative Layout Shift
LATE = 0.3  # s

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""
# The page's long timers wait until they are told, however slow the machine is.
HELD = """
window.held = [];
const soon = setTimeout;
window.setTimeout = (run, wait, ...more) => wait >= 1000 && wait <= 3000 ? held.push(run) : soon(run, wait, ...more);
"""
QUIET = """async () => {
  await document.fonts.ready;
  while (document.documentElement.hasAttribute("data-bp-waiting")) await new Promise((done) => setTimeout(done, 20));
  await new Promise((done) => setTimeout(done, 100));
}"""
FACES = """() => [...document.fonts].filter((face) => face.status === "loaded").map((face) => {
  const style = (face.weight > 400 || face.weight === "bold" ? "Bold" : "") + (face.style === "italic" ? "Italic" : "");
  return `${face.family.replaceAll('"', "")}-${style || "Regular"}`;
})"""
TWICE = """() => {
  const root = document.documentElement;
  root.style.fontSize = "";
  root.style.fontSize = `${2 * parseFloat(getComputedStyle(root).fontSize)}px`;
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def address(language: str, page: str) -> str:
    return PREFIX[language] + ("" if page == "index" else f"{page}/")


ADDRESSES = [address(language, page) for language in PREFIX for page in pages()] + ["404.html", "en/404.html"]


class Visit:
    """A first visit: what was asked for, and what went wrong."""

    def __init__(self, page: Page, root: str) -> None:
        self.page, self.root = page, root
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url.partition("?")[0]))
        page.on("response", lambda answer: self.wrong.append(answer.url) if answer.status >= 400 else None)
        page.on("console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    @property
    def strangers(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.root, "data:", "blob:"))]

    @property
    def ours(self) -> set[str]:
        """Scripts that are not the theme's, and style sheets beside its one file with ours, as paths in the site."""
        paths = {url.removeprefix(self.root) for url in self.asked}
        own = r"assets/(?:katex/|uqr/)?[\w.]+\.(?:css|js)|assets/(?:katex|live|choices)/.*\.js(?:on)?|.*/fonts\.js"
        return {path for path in paths if re.fullmatch(own, path)}

    @property
    def scripts(self) -> set[str]:
        """Those of ours."""
        return {path for path in self.ours if path.endswith(".js")}

    @property
    def fonts(self) -> list[str]:
        return sorted(url.rpartition("/")[2].removesuffix(".woff2") for url in self.asked if url.endswith(".woff2"))


@contextmanager
def visited(chromium: Browser, root: str, where: str, width: int, scheme: str) -> Iterator[Visit]:
    dark = "dark" if scheme == "dark" else "light"
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=dark)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.route("**/*.woff2", late)
    visit = Visit(page, root)
    page.goto(root + where)
    page.wait_for_load_state("load")
    page.evaluate(QUIET)
    yield visit
    context.close()


def late(route: Route) -> None:
    time.sleep(LATE / 3)  # the next one waits as well
    route.continue_()


@pytest.mark.parametrize("where", ADDRESSES)
def test_the_html_of_a_page_is_small(site: Path, where: str) -> None:
    file = site / where / "index.html" if where.endswith("/") or not where else site / where
    html = file.read_bytes()
    assert len(gzip.compress(html)) <= HTML
    assert len(re.findall(rb"<[A-Za-z]", html)) <= ELEMENTS


def test_the_contents_stand_where_they_will_while_the_text_is_still_to_come(root: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{root}en/error/")
    place = "document.querySelector('.md-sidebar--secondary').getBoundingClientRect().x"
    after = page.evaluate(place)
    page.evaluate("document.querySelector('.md-content').remove()")
    assert page.evaluate(place) == after > 640
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_header_stands_where_it_will_before_any_script_has_come(root: str, chromium: Browser, width: int) -> None:
    places = []
    for blocked in (True, False):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        if blocked:
            page.route("**/*.js", lambda route: route.abort())
        page.goto(f"{root}en/error/")
        if not blocked:
            page.wait_for_selector(".bp-door")
        header = ".md-header .md-select, .md-search, .md-sidebar--primary"
        boxes = "(all) => all.map((e) => e.getBoundingClientRect()).map(({ x, y }) => [x, y])"
        places.append(page.eval_on_selector_all(header, boxes))
        context.close()
    assert places[0] == places[1]
    assert len(places[0]) == 3


def test_what_waits_for_fonts_does_not_wait_for_ever(root: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(HELD)
    page.route("**/*.woff2", lambda route: None)  # they never come
    page.goto(f"{root}en/error/", wait_until="commit")
    page.wait_for_selector("html[data-bp-waiting]", state="attached")
    assert page.locator(".md-content").evaluate("(e) => getComputedStyle(e).visibility") == "hidden"
    page.evaluate("held.forEach((run) => run())")
    page.wait_for_selector("html:not([data-bp-waiting])", state="attached")
    assert page.locator(".md-content").evaluate("(e) => getComputedStyle(e).visibility") == "visible"
    context.close()
