"""The first page and the circuits in a real browser: a weight turned, the network asked, followed; step by step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from test_reading_browser import Visit, pytestmark

from browser import settles

__all__ = ["pytestmark"]

PHONE = {"width": 360, "height": 640}


def loss(page: Page) -> float:
    return float(page.locator("article figcaption data.q").get_attribute("value") or "nan")


def known(page: Page) -> int:
    """How many parts of the drawing that shows are there."""
    return page.locator("article figure[data-at] svg.bp-figure [data-step]:visible").count()


def test_a_weight_is_turned_the_network_asked_and_followed(chromium: Browser, root: str) -> None:
    with Visit(chromium, root, **PHONE, has_touch=True) as visit:
        page = visit.go("en/")
        slider = page.get_by_role("slider", name="Turn w5")
        expect(slider).to_be_visible()
        bottom = "document.querySelector('.bp-turning').getBoundingClientRect().bottom"
        assert page.evaluate(bottom) < 640  # question, drawing, loss, slider
        assert not any(path.startswith("worksheet") for path in visit.asked)  # not before it is touched
        before, parts = loss(page), known(page)
        slider.focus()
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
        said = page.locator(".bp-turn > [role=status]")
        expect(said).to_contain_text("The loss falls: 0.298371109 →")
        expect(said).to_contain_text("Lowest by hand:")
        turned = loss(page)
        assert turned < before
        assert "#q:w5=0.35" in page.url

        answer = page.locator(".bp-answer")
        expect(answer).to_be_hidden()
        page.get_by_role("button", name="Ask the network").tap()
        page.get_by_role("button", name="Pause").tap()
        walked = known(page)
        assert parts < walked
        while page.get_by_role("button", name="Next step").get_attribute("aria-disabled") == "false":
            page.get_by_role("button", name="Next step").click()
        assert known(page) > walked
        expect(answer).to_contain_text("Down.")

        page.get_by_role("button", name="One step", exact=True).click()
        settles(page, lambda: loss(page) < turned, True)
        one = loss(page)
        page.get_by_role("button", name="100 steps").click()
        settles(page, lambda: loss(page) < one / 2, True)
        expect(said).to_contain_text("The loss falls:")
        visit.go("en/error/")
        expect(page.locator(".bp-yours")).to_be_visible()  # the same numbers as on every page
        page = visit.go("en/")
        settles(page, lambda: loss(page) < one / 2, True)
        page.get_by_role("button", name="Reset").click()
        settles(page, lambda: loss(page) == before, True)


def test_without_motion_or_script_all_is_shown(chromium: Browser, root: str) -> None:
    for more in ({"reduced_motion": "reduce"}, {"java_script_enabled": False}):
        with Visit(chromium, root, **PHONE, **more) as visit:
            page = visit.page
            page.goto(visit.root)
            if "reduced_motion" in more:
                expect(page.get_by_role("slider")).to_be_visible()
            expect(page.locator(".bp-answer")).to_contain_text("Hacia abajo.")
            assert known(page) == page.locator("article figure svg [data-step]").count()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_circuit_starts_where_its_page_stands_and_goes_step_by_step(chromium: Browser, root: str, width: int) -> None:
    with Visit(chromium, root, width) as visit:
        page = visit.go("en/hidden-layer/")
        page.locator("figure[data-at]").scroll_into_view_if_needed()
        bar = page.get_by_role("group", name="Steps of the figure")
        said = bar.get_by_role("status")
        expect(said).to_contain_text("7 of 9: hidden layer")
        shown = known(page)
        bar.get_by_role("button", name="One step back").focus()
        page.keyboard.press("Enter")
        expect(said).to_contain_text("6 of 9")
        assert known(page) < shown
        page.keyboard.press("ArrowRight")
        expect(said).to_contain_text("7 of 9")
        page.evaluate("backpropLive().then((live) => live.apply(new Map([['w5', '0.9']])))")  # it is drawn anew
        expect(page.locator("figure[data-at] svg.bp-figure:visible")).to_contain_text("0.9")
        assert known(page) == shown
        page.emulate_media(media="print")
        expect(page.locator("figure[data-at] svg.bp-figure:visible .bp-later").first).to_be_visible()
        expect(bar).to_be_hidden()
