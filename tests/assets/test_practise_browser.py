"""The practice page in a real browser: rungs by keyboard, all at once, seeds, lines, paper, and without a script."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from test_reading_browser import Visit, pytestmark

from axe import violations
from backprop_docgen.formula.tree import constant
from backprop_docgen.network.file import read_network
from backprop_docgen.slips.line import parse
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet import Variant
from browser import served, settles
from built import ROOT, build, once
from small_site import excerpt

__all__ = ["pytestmark"]

SHAPE = "?shape=1-1-1&seed=17"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def practised(common: Path) -> Iterator[str]:
    """The address of an excerpt of the tutorial that has the practice page."""

    def make(new: Path) -> None:
        excerpt(new)
        for language in ("es", "en", "shared"):
            shutil.copy(ROOT / "docs" / language / "practise.md", new / "docs" / language)
        settings = new / "mkdocs.yml"
        settings.write_text(
            settings.read_text("utf-8").replace("  - index.md\n", "  - index.md\n  - practise.md\n", 1), "utf-8"
        )
        result = build(new)
        assert result.returncode == 0, result.stderr

    with served(once(common / "practised", make) / "site") as address:
        yield address


def at(visit: Visit, where: str) -> Page:
    page = visit.go(where)
    if "?" not in where:
        page.locator(".bp-practise").scroll_into_view_if_needed()
    expect(page.locator(".bp-worksheet")).to_be_visible()
    return page


def right(page: Page, shape: str = "1-1-1", digits: int = 4) -> dict[str, str]:
    """What each step comes to with the numbers that the page shows, by Python."""
    line = copied(page)
    network = read_network(ROOT / "networks" / "practice" / f"{shape}.toml")
    numbers = {name: constant(text) for name, text in line.numbers.items()}
    sheet = Variant(build_worksheet(network), numbers, "practised")
    return {name: f"{sheet[name].value:#.{digits}g}" for name in blank_or_worked(page)}


def copied(page: Page):  # type: ignore[no-untyped-def]
    page.get_by_role("button", name="Copy the answers as a line").click()
    return parse(page.locator(".bp-practise textarea").input_value())


def blank_or_worked(page: Page) -> list[str]:
    return [str(each.get_attribute("data-line")) for each in page.locator(".bp-worksheet li[data-line]").all()]


def states(page: Page) -> dict[str, str]:
    found = page.locator(".bp-worksheet li[data-state]").all()
    return {str(each.get_attribute("data-line")): str(each.get_attribute("data-state")) for each in found}


def status(page: Page) -> Locator:
    return page.locator(".bp-practise > [role=status]")


def test_a_rung_is_done_by_keyboard(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, f"en/practise/{SHAPE}")
        assert states(page) == {"w2@1": "open", "w1@1": "open"}
        wanted = right(page)
        field = page.get_by_role("textbox", name="weight 2, after one update")
        expect(field).to_have_attribute("inputmode", "decimal")
        field.focus()
        page.keyboard.type(wanted["w2@1"])
        page.keyboard.press("Enter")
        expect(status(page)).to_have_text("Right.")
        expect(page.get_by_role("textbox", name="weight 1, after one update")).to_be_focused()
        page.keyboard.type(wanted["w1@1"].replace(".", ","))  # a comma does as well
        page.keyboard.press("Enter")
        expect(page.locator(".bp-summary")).to_contain_text("right the first time: 2")
        expect(page.locator("#bp-summary")).to_be_focused()
        expect(page.locator(".bp-done")).to_contain_text("the next rung is open")
        page.get_by_role("button", name="Next rung, with other numbers").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#bp-choose-rung")).to_have_value("2")
        assert list(states(page)) == ["dE_total/dw2", "dE_total/dw1", "w2@1", "w1@1"]
        expect(page.locator(".bp-entry input")).to_be_focused()
        assert "seed=17" not in page.url


def test_feedback_comes_in_stages_and_a_shown_step_comes_back(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, f"en/practise/{SHAPE}&rung=5")
        wanted = right(page)
        item = page.locator('[data-line="net_h1"]')
        field = item.get_by_role("textbox")
        for text, said in (("abc", "This is not a number"), ("", "Write a number first")):
            field.fill(text)
            field.press("Enter")
            expect(status(page)).to_contain_text(said)
            expect(field).to_have_attribute("aria-invalid", "true")
        field.fill("-9")
        field.press("Enter")
        expect(status(page)).to_contain_text("This is not net_h1 yet; look at this line again. Check the sign")
        expect(item).to_contain_text("Check the sign")
        field.fill("9")
        item.get_by_role("button", name="Check").click()
        expect(status(page)).to_contain_text("too large")
        field.press("Enter")
        expect(status(page)).to_contain_text("The result is ")
        expect(page.locator(".bp-done")).to_have_text(re.compile("^Lines done: 1 of "))
        shown = re.search(r"The result is (\S+)\. ", status(page).inner_text())
        assert shown
        assert float(shown[1].replace("−", "-")) == float(wanted["net_h1"])
        assert states(page)["net_h1"] == "shown"
        item = page.locator('[data-line="out_h1"]')
        item.get_by_role("textbox").fill("0.1")
        item.get_by_role("textbox").press("Enter")
        item.get_by_role("button", name="Go on with my number").click()
        for name in [name for name in blank_or_worked(page) if name not in ("net_h1", "out_h1")]:
            page.locator(f'[data-line="{name}"]').get_by_role("textbox").fill(wanted[name])
            page.locator(f'[data-line="{name}"]').get_by_role("textbox").press("Enter")
        expect(page.locator(".bp-summary")).to_contain_text("shown: 1")
        expect(page.locator(".bp-summary").get_by_role("link", name="the forward pass")).to_be_visible()
        page.get_by_role("button", name="The shown steps, with other numbers").click()
        expect(page.locator('[data-line="net_h1"]').get_by_role("textbox")).to_be_focused()
        assert states(page) == {"net_h1": "open"}
        assert "seed=17" not in page.url


def test_all_at_once_is_told_at_the_end_and_carries_forward(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, f"en/practise/{SHAPE}&rung=5&way=end")
        wanted = right(page)
        names = blank_or_worked(page)
        assert page.get_by_role("button", name="Check", exact=True).count() == 0
        for name in names[3:-1]:
            page.locator(f'[data-line="{name}"]').get_by_role("textbox").fill(wanted[name])
        page.locator('[data-line="net_h1"]').get_by_role("textbox").fill("0.9")
        page.locator('[data-line="out_h1"]').get_by_role("textbox").fill("0.7109")  # the logistic of 0.9
        page.locator('[data-line="net_o1"]').get_by_role("textbox").fill("no number")
        page.get_by_role("button", name="Check everything").click()
        expect(page.locator('[data-line="net_o1"]').get_by_role("textbox")).to_be_focused()
        page.locator('[data-line="net_o1"]').get_by_role("textbox").fill(wanted["net_o1"])
        page.get_by_role("button", name="Check everything").click()
        found = states(page)
        assert (found["net_h1"], found["out_h1"], found["net_o1"], found[names[-1]]) == (
            "wrong",
            "carried",
            "right",
            "empty",
        )
        expect(page.locator('[data-line="net_h1"]')).to_contain_text("The first step that is off")
        expect(page.locator('[data-line="out_h1"]')).to_contain_text("follows rightly")
        summary = page.locator(".bp-summary")
        for words in ("carried forward: 1", "not right: 1", "left out: 1", f"right the first time: {len(names) - 3}"):
            expect(summary).to_contain_text(words)


def test_the_address_gives_the_same_worksheet_in_every_language(chromium: Browser, practised: str) -> None:
    found = []
    for where in ("en/practise/?shape=relu&seed=23&rung=3&digits=5", "practise/?shape=relu&seed=23&rung=3&digits=5"):
        with Visit(chromium, practised) as visit:
            page = at(visit, where)
            found.append(page.locator(".bp-givens annotation").all_inner_texts())
            assert page.url.endswith(where)
            other = page.locator(".md-header a[hreflang]").last.get_attribute("href") or ""
            assert other.endswith("?shape=relu&seed=23&rung=3&digits=5")
            page.locator("#bp-choose-digits").select_option("4")
            expect(page.locator(".bp-how-many").first).to_contain_text("4")
            assert "digits" not in page.url
    assert found[0] == found[1]
    assert len(found[0]) > 8


def test_the_readers_own_numbers_are_practised(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, "en/practise/#q:w1=0.8")
        expect(page.locator(".bp-givens")).to_contain_text("0.15")
        page.locator("#bp-choose-numbers").select_option("own")
        expect(page.locator(".bp-givens")).to_contain_text("0.8")
        assert "numbers=own" in page.url
        assert "#q:w1=0.8" in page.url
        assert copied(page).numbers == {"w1": "0.8"}


def test_answers_are_copied_as_a_line_and_kept_only_if_asked(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, f"en/practise/{SHAPE}&rung=2")
        wanted = right(page)
        field = page.locator('[data-line="dE_total/dw2"]').get_by_role("textbox")
        field.fill(wanted["dE_total/dw2"])
        field.press("Enter")
        page.locator('[data-line="dE_total/dw1"]').get_by_role("textbox").fill("−0,5")
        line = copied(page)
        assert (line.shape, line.digits, line.seed) == ("1-1-1", 4, 17)
        assert dict(line.answers) == {"dE_total/dw2": wanted["dE_total/dw2"], "dE_total/dw1": "−0,5"}
        keys = "Object.keys(localStorage).filter((key) => key.endsWith(':practise'))"
        assert page.evaluate(keys) == []
        page.get_by_label("Keep my answers on this device").check()
        assert len(page.evaluate(keys)) == 1
        page = at(visit, f"en/practise/{SHAPE}&rung=2")
        assert states(page)["dE_total/dw2"] == "right"
        page.get_by_role("button", name="Erase everything").click()
        expect(status(page)).to_contain_text("Everything is erased")
        assert page.evaluate(keys) == []
        assert states(page)["dE_total/dw2"] == "open"
        assert {path.split("?")[0] for path in visit.asked if "practice" in path} <= {
            "assets/practice.css",
            "assets/practice.js",
            *(f"assets/practice/{name}.json" for name in SHAPES),
        }


SHAPES = ["default", *sorted(path.stem for path in (ROOT / "networks" / "practice").glob("*.toml"))]


def test_it_works_without_a_connection_once_a_reader_has_been_there(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, "en/practise/")
        page.keyboard.press("End")  # whoever reads scrolls
        page.wait_for_selector(".bp-practise[data-fetched]")
        page.context.set_offline(True)
        for shape in SHAPES:
            page.locator("#bp-choose-shape").select_option(shape)
            expect(page.locator("#bp-choose-rung")).to_be_visible()
            page.locator("#bp-choose-rung").select_option("1")
            assert states(page)
        page.context.set_offline(False)


def test_paper_has_the_lines_with_room_for_the_answers(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:
        page = at(visit, f"en/practise/{SHAPE}")
        page.locator('[data-line="w2@1"]').get_by_role("textbox").fill("0.123")
        page.evaluate("window.print = () => dispatchEvent(new Event('asked'))")
        page.evaluate(
            "addEventListener('asked', () => (window.asked = document.documentElement.hasAttribute('data-bp-blank')))"
        )
        page.get_by_role("button", name="Print with blanks").click()
        assert page.evaluate("window.asked") is True
        page.emulate_media(media="print")
        shown = page.locator("article > :visible").evaluate_all("(all) => all.map((each) => each.tagName)")
        assert shown == ["H1", "DIV"]
        expect(page.get_by_role("button", name="Check")).to_be_hidden()
        expect(page.locator(".bp-choices")).to_be_hidden()
        field = page.locator('[data-line="w2@1"] input')
        assert field.evaluate("(field) => getComputedStyle(field).color") == "rgba(0, 0, 0, 0)"
        assert len(page.locator('[data-line="w1@1"] .bp-write').all()) == 1
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert field.evaluate("(field) => getComputedStyle(field).color") != "rgba(0, 0, 0, 0)"


def test_without_a_script_the_page_says_what_it_would_do(chromium: Browser, practised: str) -> None:
    for where, words in (
        ("en/practise/", "cover the right-hand sides"),
        ("practise/", "tapa lo que está a la derecha"),
    ):
        page = chromium.new_context(java_script_enabled=False).new_page()
        page.goto(practised + where)
        expect(page.locator(".bp-practise")).to_contain_text(words)
        page.locator(".bp-practise a[href$='#worked-lines']").click()
        page.locator("details:has(.katex) > summary").last.click()
        expect(page.locator("details[open] .katex-display").first).to_be_visible()
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_it_has_the_keys_that_a_keypad_lacks(chromium: Browser, practised: str, scheme: str) -> None:
    with Visit(
        chromium, practised, **PHONE, has_touch=True, is_mobile=True, color_scheme=scheme, reduced_motion="reduce"
    ) as visit:
        for where, mark in (
            ("en/practise/?shape=two-hidden-layers&seed=5&rung=5", "decimal point"),
            ("practise/?shape=three-classes&seed=5&rung=5&way=end", "punto decimal"),
        ):
            page = at(visit, where)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            keys = page.locator(".bp-keys").first
            minus, point = (
                keys.get_by_role("button", name=re.compile("minus|menos")),
                keys.get_by_role("button", name=mark),
            )
            field = page.locator(".bp-entry input").first
            field.tap()
            minus.tap()
            page.keyboard.type("0")
            point.tap()
            page.keyboard.type("5")
            expect(field).to_have_value("−0.5")
            expect(field).to_be_focused()
            assert min(minus.bounding_box()["width"], minus.bounding_box()["height"]) >= 24  # type: ignore[index]
            field.press("Enter")
            if "end" in where:
                page.get_by_role("button", name="Corregir todo").click()
            page.wait_for_timeout(100)
            assert violations(page, ".bp-practise") == []


def test_it_reflows_on_a_small_phone_with_large_letters(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised, width=320, height=640, has_touch=True, is_mobile=True) as visit:
        page = at(visit, "practise/?shape=two-hidden-layers&rung=2")
        page.evaluate("document.documentElement.style.fontSize = '250%'")  # the theme's letters are at 125 %
        settles(page, lambda: page.evaluate("document.documentElement.scrollWidth"), 320)


def test_a_network_of_too_many_steps_is_not_offered(chromium: Browser, practised: str) -> None:
    with Visit(chromium, practised) as visit:

        def large(route):  # type: ignore[no-untyped-def]
            data = route.fetch().json()
            data["steps"] |= {f"net_h{number}": 0 for number in range(100, 200)}
            route.fulfill(body=json.dumps(data))

        visit.page.route("**/assets/practice/default.json", large)
        page = at(visit, "practise/")
        expect(page.locator("#bp-choose-shape")).to_have_value("1-1-1")
        expect(page.locator("article [data-shape=default]")).to_be_hidden()
        expect(page.locator("article [data-shape=relu]")).to_be_visible()


def test_a_site_with_a_comma_shows_and_offers_one(chromium: Browser, practised: str, tmp_path: Path) -> None:
    """Results in the page's mark, and its key; both marks are read."""
    with Visit(chromium, practised) as visit:

        def comma(route):  # type: ignore[no-untyped-def]
            data = route.fetch().json()
            data["language"]["mark"] = ","
            route.fulfill(body=json.dumps(data))

        visit.page.route("**/assets/live/es.json", comma)
        page = at(visit, f"practise/{SHAPE}")
        expect(page.locator(".bp-givens")).to_contain_text(",")
        expect(page.locator(".bp-keys button").nth(1)).to_have_attribute("aria-label", "coma decimal")
