"""Numbers as people type and paste them into the panel: taken as written, or refused beside the field and aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from test_panel_browser import Visit, field, kept, open_panel, press, pytestmark, value, visit

import sample
from browser import served, settles

__all__ = ["pytestmark", "visit"]

LANGUAGES = ["", "en/"]
FORM = {
    "": "Esto no se puede leer como número. Escríbelo así: 0.5 o 0,5; -2; 1.2e-3.",
    "en/": "This cannot be read as a number. Write it like 0.5 or 0,5, like -2, or like 1.2e-3.",
}
MARKS = {
    "": "No queda claro qué punto o qué coma separa los decimales. Escríbelo así: 1234.5 o 1234,5.",
    "en/": "It is not clear which point or comma is the decimal mark. Write it like 1234.5 or 1234,5.",
}
NAME = {
    "": "Este es el número de otra cantidad. Escríbelo en el campo de esa cantidad.",
    "en/": "This is the number of another quantity. Write it into the field of that quantity.",
}
TAKEN = {
    "0,35": "0.35",
    "−0.35": "-0.35",
    "3.826 × 10⁻⁷": "3.826e-7",
    "w5 = −0.149971": "-0.149971",
    "w₅ ≈ −0,149971": "-0.149971",
    "1.234,5": "1234.5",
    "1,234.5": "1234.5",
    " 0.5 ": "0.5",
    "1,2·10^-3": "1.2e-3",
    "10\u202f000": "10000",
}
REFUSED = {
    "": FORM,
    "-": FORM,
    "1e": FORM,
    "abc": FORM,
    "--5": FORM,
    "1/3": FORM,
    "0x1F": FORM,
    "٣": FORM,
    "NaN": FORM,
    "1.2 × 107": FORM,
    "9" * 10_000: FORM,
    "1.2.3": MARKS,
    "1.234.567": MARKS,
    "w6 = 0.5": NAME,
}


def emptied(page: Page, name: str) -> Locator:
    """A field in which nothing stands any more, and which has the keyboard."""
    one = page.locator(f'input[data-live="{name}"]')
    one.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    return one


def paste(page: Page, text: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("ControlOrMeta+v")


def published(page: Page) -> str:
    """The text of the page."""
    return page.locator("article").inner_text()


@pytest.mark.parametrize("prefix", sample.some("typed, taken", LANGUAGES, 1))
def test_usual_ways_of_writing_a_number_are_taken(root: str, visit: Visit, prefix: str) -> None:
    with visit(f"{root}{prefix}output-layer/", permissions=["clipboard-read", "clipboard-write"]) as page:
        open_panel(page)
        for write in (page.keyboard.type, page.keyboard.insert_text, lambda text: paste(page, text)):
            for text, number in TAKEN.items():
                one = emptied(page, "w5")
                write(text)
                assert value(page, "w5") == float(number), text
                assert one.input_value() == text, "nobody writes for the reader"
                page.keyboard.press("Tab")
                assert one.input_value() == number, "what was taken stands there"
                assert one.get_attribute("aria-invalid") is None
                settles(page, lambda number=number: kept(page), {"w5": number}) if text == "0,35" else None
        press(page, "Restablecer", "Reset")
        assert (value(page, "w5"), field(page, "w5")) == (0.4, "0.4")


@pytest.mark.parametrize("prefix", sample.some("typed, refused", LANGUAGES, 1))
def test_what_cannot_be_read_changes_nothing_and_is_refused_aloud(root: str, visit: Visit, prefix: str) -> None:
    with visit(f"{root}{prefix}output-layer/", permissions=["clipboard-read", "clipboard-write"]) as page:
        before = published(page)
        open_panel(page)
        status = page.locator("#bp-panel [role=status]")
        for text, words in REFUSED.items():
            for write in (page.keyboard.type, lambda text: paste(page, text)):
                if len(text) > 100 and write == page.keyboard.type:
                    continue
                one = emptied(page, "w5")
                write(text)
                page.keyboard.press("Tab")
                expect(one).to_have_attribute("aria-invalid", "true")
                problem = page.locator(f"#{one.get_attribute('aria-describedby')}")
                expect(problem).to_be_visible()
                expect(problem).to_have_text(words[prefix])
                expect(status).to_have_text(f"w5: {words[prefix]}")
                assert one.input_value() == text
                assert (value(page, "w5"), published(page)) == (0.4, before), text
        settles(page, lambda: kept(page), {})
        assert "#q" not in page.url
        emptied(page, "w5")
        page.keyboard.type("0,4")
        expect(page.locator(".bp-problem:visible")).to_have_count(0)


def test_nobody_is_scolded_while_he_writes(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        problem = page.locator(".bp-problem:visible")
        emptied(page, "w5")
        for sign in "-1,5e-1":
            page.keyboard.type(sign)
            assert problem.count() == 0
        assert value(page, "E_total") != 0.29837110876000267
        assert float(page.evaluate("(async () => (await backpropLive()).course.value('w5').double)()")) == -0.15
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")  # -1,5e
        assert value(page, "E_total") == 0.29837110876000267
        expect(problem).to_have_text(FORM["en/"])  # he paused
        page.keyboard.press("Backspace")
        assert problem.count() == 0
        emptied(page, "eta")
        page.keyboard.type("0")
        assert problem.count() == 0
        page.keyboard.type(".25")
        page.keyboard.press("Enter")
        assert problem.count() == 0
        emptied(page, "eta")
        page.keyboard.type("0")
        page.keyboard.press("Enter")
        expect(problem).to_have_text("The learning rate must be greater than 0.")
        press(page, "Undo")  # the rate of 0.25; what was refused is no step
        assert field(page, "eta") == "0.5"
        press(page, "Undo")
        assert field(page, "w5") == "0.4"
        expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_a_refusal_is_said_anew_each_time(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        page.evaluate(
            """() => {
              window.said = [];
              const status = document.querySelector("#bp-panel [role=status]");
              new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
            }"""
        )
        for text in ("abc", "abcd"):
            emptied(page, "w5")
            page.keyboard.type(text)
            page.keyboard.press("Tab")
            page.wait_for_timeout(600)
        first, again = page.evaluate("window.said")
        assert first.strip() == again.strip() == f"w5: {FORM['en/']}"
        assert first != again, "the same text is no news to a screen reader"
        page.locator("input[data-live=w6]").fill("0.9")
        expect(page.locator("#bp-panel [role=status]")).to_contain_text("Loss: ")


def test_the_slider_and_the_arrow_keys_go_on_from_what_was_written(root: str, visit: Visit) -> None:
    with visit(f"{root}en/output-layer/") as page:
        open_panel(page)
        one = emptied(page, "w5")
        page.keyboard.type("1.25")
        slider = page.locator(".bp-field", has=one).locator("input[type=range]")
        assert slider.input_value() == "1.25"
        page.keyboard.type(".3")
        assert slider.input_value() == "0.4", "the slider shows the number of the page"
        page.keyboard.press("ArrowUp")
        assert one.input_value() == "1.25.3"
        emptied(page, "w5")
        page.keyboard.type("−0,123456789012345")
        page.keyboard.press("ArrowUp")
        assert one.input_value() == "-0.113456789012345"
        page.keyboard.press("ArrowDown")
        assert value(page, "w5") == -0.123456789012345
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        expect(one).to_have_value("-0.11")
        page.locator("label", has_text="η").click()
        page.keyboard.type("5")
        assert field(page, "eta") == "0.55", "the label leads to the end of the number"


@pytest.mark.parametrize("prefix", sample.some("typed, whole", LANGUAGES, 1))
def test_steps_and_seeds_are_read_as_whole_numbers(root: str, visit: Visit, prefix: str) -> None:
    with visit(f"{root}{prefix}error/") as page:
        open_panel(page)
        steps = page.locator("input[name=steps]")
        progress = page.locator(".bp-progress").first
        for text in ("1.000", "1,5", "1e3", "-5", "mil", "10 00"):
            steps.fill(text)
            press(page, "Entrenar", "Train")
            expect(steps).to_have_attribute("aria-invalid", "true")
            expect(progress).to_contain_text({"": "número entero de pasos", "en/": "whole number of steps"}[prefix])
        assert (field(page, "w5"), steps.input_value()) == ("0.4", "10 00")
        steps.fill("1,000")  # a point is the decimal mark here, so the comma groups
        press(page, "Entrenar", "Train")
        expect(progress).to_contain_text({"": "Después de 1000 pasos", "en/": "After 1,000 steps"}[prefix])
        assert (steps.get_attribute("aria-invalid"), steps.input_value()) == ("false", "1000")
        steps.press("ArrowUp")
        assert steps.input_value() == "1001"
        seed = page.locator("input[name=seed]")
        seed.fill("12.5")
        seed.press("Enter")
        expect(page.locator("#bp-seed-problem")).to_be_visible()
        expect(seed).to_have_attribute("aria-invalid", "true")
        seed.fill("1 234")
        seed.press("Enter")
        expect(seed).to_have_value("1234")
        expect(page.locator("#bp-seed-problem")).to_be_hidden()
        weight = field(page, "w5")
        seed.press("ArrowDown")
        seed.press("ArrowUp")
        assert field(page, "w5") == weight


@pytest.mark.parametrize("text", sample.some("address", ["0,9", "%2B.9", "9e-1", "9·10⁻¹", "0%2C9"], 2))
def test_an_address_is_read_as_a_field_is(root: str, visit: Visit, text: str) -> None:
    with visit(f"{root}en/error/#q:w5={text}") as page:
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
        settles(page, lambda: kept(page), {"w5": "9e-1" if "9e" in text or "·" in text else "0.9"})


def test_an_address_that_cannot_be_read_says_why(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/#q:w5=1.2.3") as page:
        expect(page.get_by_role("alert")).to_contain_text(f"w5: {MARKS['en/']}")
        settles(page, lambda: kept(page), {})


def test_where_pages_have_a_comma_the_fields_have_it(gallery_excerpt: Callable[[str], Path], visit: Visit) -> None:
    with served(gallery_excerpt("comma") / "site") as root:
        with visit(root) as page:
            open_panel(page)
            one = page.locator("input[data-live=w5]")
            assert one.input_value() == "-0,4"
            one.press("ArrowUp")
            assert one.input_value() == "-0,39"
            for text in ("0.25", "0,25"):
                emptied(page, "w5")
                page.keyboard.type(text)
                page.keyboard.press("Tab")
                assert (one.input_value(), value(page, "w5")) == ("0,25", 0.25)
            settles(page, lambda: kept(page), {"w5": "0.25"})
            assert page.url.endswith("#q:w5=0.25"), "links are the same in all languages"
            steps = page.locator("input[name=steps]")
            steps.fill("1.000")
            press(page, "Entrenar")
            expect(page.locator(".bp-progress").first).to_contain_text("Después de 1000 pasos")
        with visit(f"{root}en/#q:w5=0,25") as page:
            open_panel(page)
            assert field(page, "w5") == "0.25"


def test_on_a_phone_the_keypad_has_digits_and_a_button_has_the_sign(root: str, visit: Visit) -> None:
    with visit(f"{root}en/output-layer/", width=360, height=640, has_touch=True, is_mobile=True) as page:
        page.locator("#bp-numbers").tap()
        page.locator("#bp-panel").wait_for()
        one = page.locator("input[data-live=w5]")
        assert one.get_attribute("inputmode") == "decimal"
        width = one.evaluate("(e) => e.clientWidth")
        assert page.get_by_role("button", name="Change the sign").count() == 0
        one.tap()
        assert one.evaluate("(e) => e.clientWidth") == width
        sign = page.get_by_role("button", name="Change the sign of w5")
        box = sign.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        sign.tap()
        expect(one).to_be_focused()  # the keypad stays open
        assert (one.input_value(), value(page, "w5")) == ("-0.4", -0.4)
        sign.tap()
        assert value(page, "w5") == 0.4
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.press("Delete")
        sign.tap()
        page.keyboard.type("0,7")
        assert value(page, "w5") == -0.7
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator("input[data-live=eta]").tap()
        assert page.get_by_role("button", name="Change the sign").count() == 0, "a rate is never negative"
