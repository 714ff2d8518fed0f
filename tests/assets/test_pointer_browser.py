"""Cards open for a pointer that moves, never for a page that moves under it; no card keeps the wheel to itself."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from test_reading_browser import Visit

import sample
from browser import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

PAGES = ["hidden-layer/", "en/hidden-layer/", "hidden-weights/", "en/hidden-weights/"]
STEP = 120  # px: one notch of a wheel
LONG = 400  # ms: a card that would open is open
WHERE = {"text": "data.q", "formula": ".equation .katex-html [data-q]", "figure": "figure svg text [data-q]"}
PLACES = """(selector) => [...document.querySelectorAll(`article ${selector}`)]
  .filter((each) => each.checkVisibility())
  .map((each) => each.getBoundingClientRect())
  .map((box) => [box.x + box.width / 2, box.y + scrollY + box.height / 2])
  .filter(([, y]) => y > 1200)"""
UNDER = "([x, y]) => document.elementFromPoint(x, y).closest('[data-q], data.q') !== null"


def scrolled(page: Page) -> float:
    found: float = page.evaluate("document.documentElement.scrollTop")
    return found


def loaded(page: Page) -> None:
    """Ask once, so that what cards need is there."""
    page.locator("article data.q").filter(visible=True).first.click()
    page.wait_for_selector("#bp-trace")
    page.keyboard.press("Escape")


def rest(page: Page, selector: str, before: int) -> tuple[float, float]:
    """Put the pointer to rest; a number of the page is this far below it."""
    x, y = page.evaluate(PLACES, selector)[0]
    at = (x, 400)
    page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", y - at[1] - before)
    page.mouse.move(x, at[1] - 1)
    page.mouse.move(*at)
    return at


def turn(page: Page) -> float:
    """Turn the wheel by a notch; how far the page went."""
    before = scrolled(page)
    page.mouse.wheel(0, STEP)
    for _ in range(20):
        page.wait_for_timeout(20)
        if scrolled(page) == before + STEP:
            break
    return scrolled(page) - before


@pytest.mark.parametrize("address", sample.some("wheel", PAGES, 2))
def test_a_wheel_turned_under_a_resting_pointer_scrolls_and_opens_nothing(
    address: str, root: str, chromium: Browser
) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go(address)
        loaded(page)
        for selector in WHERE.values():
            x, y = rest(page, selector, STEP)
            assert turn(page) == STEP
            assert page.evaluate(UNDER, [x, y]), selector
            page.wait_for_timeout(LONG)
            expect(page.locator("#bp-trace")).to_have_count(0)
            page.mouse.move(x + 1, y)  # a hand, however little
            expect(page.locator("#bp-trace")).to_be_visible()
            for _ in range(3):
                assert turn(page) == STEP
                expect(page.locator("#bp-trace")).to_have_count(0)


def test_keys_scripts_and_new_numbers_under_a_resting_pointer_open_nothing(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        loaded(page)
        at = rest(page, WHERE["text"], 40)
        page.keyboard.press("ArrowDown")  # 40 px
        page.wait_for_function(UNDER, arg=at)
        page.wait_for_timeout(LONG)
        expect(page.locator("#bp-trace")).to_have_count(0)
        at = rest(page, WHERE["formula"], STEP)
        page.evaluate("(by) => scrollBy({ top: by, behavior: 'instant' })", STEP)
        page.evaluate("backpropLive().then((page) => page.show(12))")  # the formula under the pointer is a new one
        page.wait_for_function(UNDER, arg=at)
        page.wait_for_timeout(LONG)
        expect(page.locator("#bp-trace")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_card_that_was_pressed_for_stays_and_lets_the_wheel_through(width: int, root: str, chromium: Browser) -> None:
    """On a narrow window the card is a sheet from below; there are mice in front of those, too."""
    with Visit(chromium, root, width=width, height=300) as visit:
        page = visit.go("en/delta/")
        number = page.locator('.equation [data-q="dE_total/dw5"]').first
        number.evaluate("(e) => scrollTo({ top: e.getBoundingClientRect().top + scrollY - 90, behavior: 'instant' })")
        number.click()
        card = page.locator("#bp-trace")
        page.wait_for_selector("#bp-trace .bp-formula .katex")
        box = card.bounding_box()
        assert box
        assert card.evaluate("(e) => e.scrollHeight > e.clientHeight")
        page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 20)
        start = scrolled(page)
        page.mouse.wheel(0, 30)
        page.wait_for_timeout(LONG)
        assert card.evaluate("(e) => e.scrollTop") > 0  # its own first
        assert scrolled(page) == start
        card.evaluate("(e) => e.scrollTo({ top: e.scrollHeight, behavior: 'instant' })")
        page.mouse.wheel(0, 30)
        page.wait_for_timeout(LONG)
        assert scrolled(page) == start + 30
        expect(card).to_be_visible()
        if width > 720:
            assert card.evaluate("(e) => e.getBoundingClientRect().y") == pytest.approx(box["y"] - 30, abs=1)
        for _ in range(5):
            page.mouse.wheel(0, STEP)
            page.wait_for_timeout(150)
        expect(card).to_have_count(0)  # its number is out of sight


def test_coming_back_to_the_window_asks_nothing(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        number = page.locator('article data.q[tabindex="0"]').filter(visible=True).first
        number.focus()
        page.wait_for_selector("#bp-trace .katex")
        page.keyboard.press("Escape")
        # what a browser tells when its window loses the focus, and when it gets it back
        number.evaluate("(e) => { dispatchEvent(new Event('blur')); e.blur(); e.focus(); }")
        page.wait_for_timeout(LONG)
        expect(page.locator("#bp-trace")).to_have_count(0)
        number.evaluate("(e) => { e.blur(); e.focus(); }")
        expect(page.locator("#bp-trace")).to_be_visible()


def test_on_the_wall_a_card_opens_only_when_it_is_pressed_for(root: str, chromium: Browser) -> None:
    with Visit(chromium, root, height=720) as visit:
        page = visit.go("en/network/")
        loaded(page)
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("button", name="Projector: one step a screen").click()
        card, wall = page.locator("#bp-trace"), page.locator(".bp-wall")
        expect(wall).to_be_visible()  # its script comes when it is asked for, and only then are there steps
        number = page.locator("article data.q").filter(visible=True).first
        page.keyboard.press("Home")
        for _ in range(40):
            if number.count():
                break
            page.keyboard.press("ArrowRight")
        number.hover()
        page.mouse.move(640, 5)
        number.hover()
        page.wait_for_timeout(LONG)
        expect(card).to_have_count(0)
        number.focus()
        page.wait_for_timeout(LONG)
        expect(card).to_have_count(0)
        page.keyboard.press("Enter")
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(wall).to_be_visible()
        number.click()
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(wall).to_be_visible()
        number.click()
        expect(card).to_be_visible()
        page.keyboard.press("End")
        expect(card).to_have_count(0)  # its number is gone with its step
        expect(page.locator(".bp-wall [role=status]")).to_have_text(re.compile(r"^(\d+) / \1$"))
