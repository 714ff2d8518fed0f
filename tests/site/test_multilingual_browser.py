"""The bilingual site in a real browser: switcher, search, 404 page, at the root and below a path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import CHROMIUM, served
from site_fixture import build_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module", params=["/", "/sub/"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A site and the path it is mounted at."""
    return build_site(tmp_path_factory.mktemp("site"), request.param), request.param


class Visit:
    """A browser page that remembers what must not happen."""

    def __init__(self, page: Page, root: str) -> None:
        self.page, self.root = page, root
        self.wrong: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def go(self, address: str) -> None:
        self.page.goto(self.root + address)
        self.page.wait_for_load_state("networkidle")

    def search(self, words: str) -> list[tuple[str, str]]:
        """The results' addresses below the root, and their HTML."""
        box = self.page.locator("input.md-search__input")
        results = self.page.locator(".md-search-result__link")
        box.fill("")
        box.press("Backspace")  # Material listens to keys
        expect(results).to_have_count(0)
        box.fill(words)
        box.press("End")
        expect(self.page.locator(".md-search-result__meta")).to_have_text(re.compile(r"\d|No "))
        return [
            ((link.get_attribute("href") or "").removeprefix(self.root).split("?")[0], link.inner_html())
            for link in results.all()
        ]


@pytest.fixture
def visit(built: tuple[Path, str], chromium: Browser) -> Iterator[Visit]:
    site, mount = built
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    with served(site, mount) as root:
        visit = Visit(context.new_page(), root)
        yield visit
        context.close()
        assert [url for url in visit.requests if not url.startswith(root)] == []


def test_the_switcher_leads_to_the_same_page_and_back_without_errors(visit: Visit) -> None:
    visit.go("forward-pass/")
    for code, address in (("en", "en/forward-pass/"), ("es", "forward-pass/")):
        visit.page.locator(".md-header .md-select button").hover()
        visit.page.locator(f".md-select__link[hreflang={code}]").click()
        visit.page.wait_for_url(visit.root + address)
        visit.page.wait_for_load_state("networkidle")
        assert visit.page.locator("html").get_attribute("lang") == code
    assert visit.wrong == []
    indexes = [url.removeprefix(visit.root) for url in visit.requests if url.endswith("search_index.json")]
    assert indexes == ["search/search_index.json", "en/search/search_index.json", "search/search_index.json"]
    assert [url for url in visit.requests if "sitemap" in url] == []  # alternates are for search engines


def test_search_ignores_accents_and_shows_them(visit: Visit) -> None:
    visit.go("forward-pass/")
    for words in ("retropropagacion", "retropropagación", "RETROPROPAGACION", "retrópropagacion"):
        found = dict(visit.search(words))
        assert set(found) == {"", "output-layer/"}, words
        assert "<mark>retropropagación</mark>" in found[""]
        assert "<mark>Retropropagación</mark>" in found["output-layer/"]
    assert visit.wrong == []


def test_search_finds_the_names_of_quantities_in_the_page_s_language(visit: Visit) -> None:
    for folder in ("", "en/"):
        visit.go(f"{folder}output-layer/")
        for words, pages in {
            "out_h1": ["forward-pass/"],
            "w5": ["forward-pass/"] if folder else ["forward-pass/", "output-layer/"],  # ∂w5, too
            "0.593269992": ["forward-pass/"],
            "0.59": ["forward-pass/"],
            "E_total": ["output-layer/"],
        }.items():
            found = [address for address, _ in visit.search(words)]
            assert sorted(found) == [f"{folder}{page}" for page in pages], (folder, words)
    assert visit.wrong == []


def test_english_search_folds_too_and_its_results_lead_to_english_pages(visit: Visit) -> None:
    visit.go("en/forward-pass/")
    assert [address for address, _ in visit.search("naive")] == ["en/"]
    assert [address for address, _ in visit.search("café")] == ["en/output-layer/"]
    assert [address for address, _ in visit.search("reader's")] == ["en/"]
    assert visit.search("retropropagacion") == []
    visit.go("en/output-layer/")
    assert visit.page.locator("h1").inner_text() == "The output layer"
    assert visit.wrong == []


def test_the_404_page_works_at_any_depth(visit: Visit) -> None:
    visit.go("en/there/is/nothing/")
    assert visit.page.locator("html").get_attribute("lang") == "es"  # hosts know only the one at the root
    assert visit.page.locator("article [lang=en] h2").inner_text() == "Page not found"
    assert visit.search("retropropagacion")[0][0] == ""
    visit.page.keyboard.press("Escape")
    visit.page.locator("article [lang=en] a").click()
    visit.page.wait_for_url(visit.root + "en/")
    # the page's own status is the only complaint
    assert [text for text in visit.wrong if "404" not in text] == []
    visit.go("en/404.html")
    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert visit.page.locator("article h1").inner_text() == "Page not found"
    assert [address for address, _ in visit.search("naive")] == ["en/"]
