"""Pages that are opened without a server: panel, cards, menu, projector, search, both languages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import sample
from backprop_docgen.site.data_files import as_script
from browser import CHROMIUM
from browser_sites import offline_site
from built import PREFIX

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return offline_site(tmp_path_factory.mktemp("offline"))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh tab; what goes wrong in it is wrong."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize(("language", "words"), sample.some("disk", [("es", "perdida"), ("en", "loss")], 1))
def test_everything_works_without_a_server(offline: Path, page: Page, language: str, words: str) -> None:
    root = f"{offline.as_uri()}/{PREFIX[language]}"
    page.goto(f"{root}index.html")
    page.locator("input.md-search__input").click()  # the theme wakes its search now
    expect(page.locator(".md-search-result__meta")).not_to_have_text(re.compile("Ini"))
    page.locator("input.md-search__input").fill(words)
    page.locator("input.md-search__input").press("End")  # the theme listens to keys
    expect(page.locator(".md-search-result__link").first).to_be_attached()
    found = [link.get_attribute("href") or "" for link in page.locator(".md-search-result__link").all()]
    assert found
    for link in found:
        assert link.startswith(root)
        assert (offline / PREFIX[language] / re.sub("[?#].*", "", link.removeprefix(root))).is_file()
    page.goto(f"{root}error.html")
    page.locator("#bp-numbers").click()
    page.locator("#bp-panel").wait_for()
    page.locator("input[data-live=w5]").fill("0.9")
    expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
    page.locator(".bp-row button", has_text="QR").click()
    page.locator(".bp-code").wait_for()
    page.wait_for_url("**/error.html#q:w5=0.9")
    page.goto(f"{root}index.html")  # the tab keeps the numbers, the figures follow them
    page.locator("#bp-panel").wait_for()
    expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
    page.locator(".bp-close").click()
    page.locator("article td data.q").first.click()
    expect(page.locator("#bp-trace .katex").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".bp-door").click()
    page.locator(".bp-start").click()
    page.locator(".bp-wall").wait_for()


def test_each_data_file_stands_in_a_script_as_well(offline: Path) -> None:
    names = ["worksheet.json", *(f"assets/live/{code}.json" for code in PREFIX)]
    names += [path.relative_to(offline).as_posix() for path in offline.glob("assets/choices/**/*.json")]
    assert len(names) == 9
    for name in names:
        script, text = as_script(name, (offline / name).read_text("utf-8"))
        assert (offline / script).read_text("utf-8") == text
        assert json.loads(text.partition("] =\n")[2].removesuffix(";\n")) == json.loads((offline / name).read_bytes())


def test_addresses_end_in_html_and_worksheet_json_knows_them(offline: Path) -> None:
    pages = json.loads((offline / "worksheet.json").read_bytes())["pages"]
    names = ("index", "error", "hand-copied")
    assert pages.keys() == {f"{prefix}{page}.html" for prefix in PREFIX.values() for page in names}
    for url in pages:
        assert f'data-url="{url}"' in (offline / url).read_text("utf-8")
