"""The theme's instant navigation, which puts one page in the place of another: ours goes along."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser import CHROMIUM, served
from browser_sites import instant_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

BUILT_FOR = "http://127.0.0.1:8000/"
LOSS = 'article data.q[data-q="E_total"]'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(instant_site(tmp_path_factory.mktemp("instant"))) as address:
        yield address


class Tab:
    """A tab in which pages follow one another without being loaded; what goes wrong in it is wrong."""

    def __init__(self, page: Page, root: str) -> None:
        self.page, self.root = page, root
        self.loads = 0
        self.wrong: list[str] = []
        page.on("request", lambda request: self._count(request.is_navigation_request()))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.route("**/sitemap.xml", self._here)

    def _count(self, loads: bool) -> None:
        self.loads += loads

    def _here(self, route: Route) -> None:
        """The sitemap speaks of the port that the site was built for."""
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(BUILT_FOR, self.root))

    def open(self, where: str) -> None:
        self.page.goto(self.root + where)
        self.page.wait_for_load_state("networkidle")
        self.loads = 0

    def go(self, where: str) -> None:
        """Follow the navigation's link to a page."""
        self.page.locator(f".md-nav--primary a[href='{self.root}{where}']").first.evaluate("(link) => link.click()")
        self.arrived(where)

    def arrived(self, where: str) -> None:
        self.page.wait_for_url(re.compile(re.escape(self.root + where) + "(#.*)?$"))
        self.page.wait_for_selector(f"meta[name=bp-page][data-url='{where}']", state="attached")
        self.page.wait_for_selector(".bp-door")

    def type(self, name: str, value: str) -> None:
        self.page.locator(f"input[data-live={name}]").fill(value)
        self.page.wait_for_url(f"**#q:{name}={value}")


@pytest.fixture
def tab(chromium: Browser, root: str) -> Iterator[Tab]:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    tab = Tab(context.new_page(), root)
    yield tab
    context.close()
    assert tab.wrong == []


def test_the_next_page_follows_the_numbers_and_so_does_the_way_back(tab: Tab) -> None:
    page = tab.page
    tab.open("en/error/")
    page.locator("#bp-numbers").click()
    tab.type("w5", "0.9")
    tab.go("en/")
    expect(page.locator(LOSS).first).to_have_text("0.337656937")
    expect(page.locator("input[data-live=w5]")).to_have_value("0.9")
    expect(page.locator(".bp-yours")).to_have_count(1)
    assert [page.locator(each).count() for each in ("#bp-numbers", ".bp-door", "#bp-panel")] == [1, 1, 1]
    page.locator("input[data-live=w6]").fill("0.6")
    page.wait_for_url("**#q:w5=0.9&w6=0.6")
    loss = page.locator(LOSS).first.inner_text()
    page.go_back()
    tab.arrived("en/error/")
    expect(page.locator(LOSS).first).to_have_text(loss)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("input[data-live=w6]")).to_have_value("0.45")
    page.locator(".bp-close").click()
    tab.go("en/")
    assert page.locator("#bp-panel").count() == 0
    assert tab.loads == 0


def test_a_link_with_numbers_is_followed_on_its_page_and_on_the_next(tab: Tab) -> None:
    page = tab.page
    tab.open("en/error/")
    page.locator("article h1").evaluate("(e) => e.insertAdjacentHTML('afterend', '<a id=here href=#q:w5=0.9>x</a>')")
    page.locator("#here").evaluate("(link) => link.click()")
    expect(page.locator(LOSS).first).to_have_text("0.337656937")
    link = f"<a id=there href={tab.root}en/#q:w5=0.4&w6=0.45>x</a>"
    page.locator("article h1").evaluate("(e, link) => e.insertAdjacentHTML('afterend', link)", link)
    page.locator("#there").evaluate("(link) => link.click()")
    tab.arrived("en/")
    expect(page.locator(LOSS).first).to_have_text("0.298371109")
    assert tab.loads == 0


def test_cards_menu_projector_and_figures_belong_to_their_page(tab: Tab) -> None:
    page = tab.page
    tab.open("en/")
    page.evaluate("scrollTo(0, document.querySelector('figure').getBoundingClientRect().bottom + 900)")
    page.locator("article p data.q:visible").first.click()
    page.locator("#bp-trace").wait_for()
    tab.go("en/error/")
    assert page.locator("#bp-trace, .bp-companion").count() == 0
    page.locator(".bp-door").click()
    page.locator("#bp-menu input[name=bp-digits]").first.check()
    expect(page.locator(LOSS).first).to_have_text("0.2984")
    tab.go("en/")
    assert page.locator("#bp-menu").count() == 0
    expect(page.locator(LOSS).first).to_have_text("0.2984")
    page.locator(".bp-door").click()
    page.locator(".bp-start").click()
    page.locator(".bp-wall").wait_for()
    tab.go("en/hand-copied/")
    assert page.locator(".bp-wall, html.bp-projecting").count() == 0
    page.locator("article p data.q:visible").first.click()
    page.locator("#bp-trace").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#bp-trace").count() == 0
    assert tab.loads == 0


def test_the_language_switch_leads_to_the_same_page(tab: Tab) -> None:
    page = tab.page
    tab.open("en/")
    tab.go("en/error/")
    page.locator(".md-header .md-select button").hover()
    page.locator(".md-header a[hreflang=es]").click()
    tab.arrived("error/")
    assert page.locator("html").get_attribute("lang") == "es"
