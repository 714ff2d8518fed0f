"""No line begins with a closing sign or ends with an opening one; nothing but a box of its own scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import sample

pytestmark = pytest.mark.browser

ALONE = """() => {
  const found = [];
  const blocks = "p, li, td, th, dd, dt, figcaption, summary, h1, h2, h3, h4";
  const inked = (range, { top, bottom }, beside) => [...range.getClientRects()].some((rect) =>
    rect.width > 2 && rect.top < (top + bottom) / 2 && rect.bottom > (top + bottom) / 2 && beside(rect));
  for (const block of document.querySelectorAll(`.md-content :is(${blocks})`)) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode()); ) {
      const own = text.parentElement.closest(blocks) === block;
      if (!own || text.parentElement.closest("svg, .katex, pre, code, script, .headerlink")) continue;
      for (const { 0: sign, index } of text.data.matchAll(/[.,;:!?)\\]}»”’]|[([{«“‘¿¡]/g)) {
        const at = document.createRange();
        at.setStart(text, index);
        at.setEnd(text, index + 1);
        const box = at.getBoundingClientRect();
        if (!box.width) continue;
        const rest = document.createRange();
        rest.selectNodeContents(block);
        const closes = /[.,;:!?)\\]}»”’]/.test(sign);
        if (closes) rest.setEnd(text, index);
        else rest.setStart(text, index + 1);
        const words = rest.toString();
        if (text.previousSibling?.nodeName === "CODE" && !index) continue; // which may be broken anywhere
        if (!(closes ? /\\S$/ : /^\\S/).test(words)) continue;
        const beside = closes ? ({ left }) => left < box.left - 1 : ({ right }) => right > box.right + 1;
        if (inked(rest, box, beside)) continue;
        found.push(closes ? `${words.slice(-30)} | ${sign}` : `${sign} | ${words.slice(0, 30)}`);
      }
    }
  }
  return found;
}"""

SIDEWAYS = """() => {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll(".md-content *")].filter((each) => {
    const style = getComputedStyle(each);
    return each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1 && /auto|scroll/.test(style.overflowX);
  });
  return {
    page: root.scrollWidth > root.clientWidth,
    boxes: wide.map((each) => [each.className || each.tagName, each.tabIndex >= 0]),
  };
}"""


def pages(site: Path) -> list[str]:
    """The addresses of all pages in the first language."""
    folders = [path.relative_to(site).parent.as_posix() for path in site.rglob("index.html")]
    return sorted("" if where == "." else f"{where}/" for where in folders if where.partition("/")[0] != "en")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_page(viewport={"width": 360, "height": 640})) as opened:
        yield opened


def drawn_pages(site: Path) -> list[str]:
    return [prefix + where for where, prefix in sample.covering("lines", dict.fromkeys(pages(site)), ["", "en/"])]


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def test_a_sign_stays_with_what_it_closes_or_opens(site: Path, root: str, page: Page) -> None:
    found = {}
    for where in drawn_pages(site):
        opened(page, root + where)
        for width in (320, 360, 375, 393, 412):
            page.set_viewport_size({"width": width, "height": 640})
            found[where, width] = page.evaluate(ALONE)
    assert {key: alone for key, alone in found.items() if alone} == {}


def test_without_room_for_closing_signs_some_stand_alone(root: str, page: Page) -> None:
    """What the test above would see."""
    opened(page, f"{root}output-layer/")
    bare = "bp-math .katex-base { margin: 0 !important } bp-math .katex-html::after { content: none !important }"
    page.add_style_tag(content=f"{bare} .bp-open {{ white-space: normal }}")
    alone: list[str] = []
    for width in range(320, 470, 3):
        page.set_viewport_size({"width": width, "height": 640})
        alone += page.evaluate(ALONE)
    assert {each.endswith((" | .", " | ,")) for each in alone} == {True, False}
    assert any(each.startswith("¿ | ") for each in alone)


def test_nothing_scrolls_sideways_but_boxes_that_the_keyboard_reaches(site: Path, root: str, page: Page) -> None:
    for where in drawn_pages(site):
        opened(page, root + where)
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
            found = page.evaluate(SIDEWAYS)
            assert not found["page"], (where, width)
            assert all(reached for _, reached in found["boxes"]), (where, width, found["boxes"])
