"""Small type is large enough to be read, and nothing is cut or covered to make room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import sample
from browser import opened

pytestmark = pytest.mark.browser

# The smallest type in a fraction inside a line, in pixels; of what is seen.
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".md-content bp-math .katex-html .mfrac *")]
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((each) => each.checkVisibility())
  .map((each) => parseFloat(getComputedStyle(each).fontSize)))"""


def pages(site: Path) -> list[str]:
    """The addresses of pages with a fraction inside a line, in the first language."""
    files = [path for path in site.glob("*/index.html") if "mfrac" in path.read_text("utf-8")]
    return [f"{path.parent.name}/" for path in files]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_page(viewport={"width": 360, "height": 640})) as opened:
        yield opened


def test_what_stands_in_a_fraction_inside_a_line_is_read_on_a_phone(site: Path, root: str, page: Page) -> None:
    found = {}
    for where, prefix in sample.covering("fractions", dict.fromkeys(sorted(pages(site))), ["", "en/"]):
        opened(page, root + prefix + where)
        found[prefix + where] = page.evaluate(SMALLEST)
    assert {where: size for where, size in found.items() if size < 8} == {}
    assert min(found.values()) < 20  # there are some


@pytest.mark.parametrize("width", [360, 1280])
def test_a_short_value_in_a_table_is_not_cut_in_two(width: int, root: str, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    opened(page, f"{root}change-the-weights/")
    lines = page.locator("td:nth-child(3) code").evaluate_all(
        "(all) => all.filter((each) => !/\\s/.test(each.textContent)).map((each) => each.getClientRects().length)"
    )
    assert len(lines) > 5
    assert set(lines) == {1}


def test_on_paper_a_pages_place_is_above_its_heading(root: str, page: Page) -> None:
    page.set_viewport_size({"width": 794, "height": 1123})
    opened(page, f"{root}hidden-layer/")
    page.emulate_media(media="print")
    place, heading = (page.locator(each).bounding_box() for each in (".bp-place", ".md-content h1"))
    assert place
    assert heading
    assert place["y"] + place["height"] <= heading["y"] + 1
    assert place["x"] == pytest.approx(heading["x"], abs=1)


@pytest.mark.parametrize("where", ["en/practise/", "en/explain/"])
def test_what_is_typed_into_is_as_large_as_the_projectors_text(where: str, root: str, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, root + where)
    page.locator(":is(.bp-practise, .bp-explain)").scroll_into_view_if_needed()
    page.wait_for_selector(":is(.bp-practising, .bp-explaining)")
    page.get_by_role("button", name="Reading").click()
    page.get_by_role("button", name="Projector: one step a screen").click()
    page.wait_for_selector(".bp-wall")
    fields = page.locator(":is(.bp-practising, .bp-explaining) :is(label, input, select, button, textarea)")
    sizes = fields.evaluate_all("(all) => all.map((each) => parseFloat(getComputedStyle(each).fontSize))")
    assert len(sizes) > 5
    assert min(sizes) >= 18
