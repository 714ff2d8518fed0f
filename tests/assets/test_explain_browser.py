"""The page that explains numbers in a real browser: one or several, other networks, links, and without a script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from test_reading_browser import Visit, pytestmark

from axe import violations
from backprop_docgen.network.file import read_network
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.worksheet.backpropagation import build_worksheet
from browser import served
from built import ROOT, build, once
from small_site import excerpt

__all__ = ["pytestmark"]

SLOWLY = 4  # as a phone of some years ago
PHONE = {"width": 360, "height": 740}
OTHER = (ROOT / "networks" / "practice" / "1-1-1.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def explained(common: Path) -> Iterator[str]:
    """The address of an excerpt of the tutorial that has the page."""

    def make(new: Path) -> None:
        excerpt(new)
        for language in ("es", "en", "shared"):
            for name in ("practise.md", "explain.md"):
                shutil.copy(ROOT / "docs" / language / name, new / "docs" / language)
        settings = new / "mkdocs.yml"
        text = settings.read_text("utf-8").replace(
            "  - index.md\n", "  - index.md\n  - practise.md\n  - explain.md\n", 1
        )
        settings.write_text(text, "utf-8")
        result = build(new)
        assert result.returncode == 0, result.stderr

    with served(once(common / "explained", make) / "site") as address:
        yield address


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    network = read_network(ROOT / "network.toml")
    return Sheet(network, build_worksheet(network))


def at(visit: Visit, where: str) -> Page:
    page = visit.go(where)
    page.locator(".bp-explain").scroll_into_view_if_needed()
    expect(page.locator("#bp-typed")).to_be_visible()
    return page


def numbers(page: Page) -> Locator:
    return page.locator(".bp-explanation")


def asked(page: Page, text: str, words: str = "Explain") -> Locator:
    page.locator("#bp-typed").fill(text)
    page.get_by_role("button", name=words, exact=True).click()
    return numbers(page)


def slip(sheet: Sheet, rule: str, name: str, digits: int = 6) -> str:
    """What a slip makes of a quantity."""
    found = next(each for each in sheet.catalogue.slips if each.rule == rule and sheet.reaches(each, name))
    return f"{float(sheet.with_slip(found, name)):#.{digits}g}"


def test_a_number_is_explained_by_keyboard(chromium: Browser, explained: str, sheet: Sheet) -> None:
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/")
        page.locator("#bp-typed").focus()
        page.keyboard.type(f"net_h1 = {slip(sheet, 'bias-left-out', 'net_h1')}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Explain", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".bp-found")).to_be_focused()
        expect(numbers(page)).to_have_count(1)
        expect(numbers(page)).to_contain_text("the bias b1 is left out of net_h1")
        sides = page.locator(".bp-sides annotation").all_text_contents()
        assert len(sides) == 2
        assert "b_{1}" not in sides[0]
        assert "b_{1}" in sides[1]
        expect(page.locator(".bp-explaining > [role=status]")).to_contain_text("the bias b1 is left out")


def test_several_numbers_have_one_explanation(chromium: Browser, explained: str, sheet: Sheet) -> None:
    both = "\n".join(slip(sheet, "transposed", name, 5) for name in ("net_h1", "net_h2"))
    with Visit(chromium, explained) as visit:
        page = at(visit, "explain/")
        found = asked(page, both.replace(".", ","), "Explicar")
        expect(page.locator(".bp-together")).to_contain_text(
            "Los dos salen cuando los pesos que llegan a h1, h2 se leen al revés"
        )
        expect(found).to_have_count(2)
        page.get_by_label("Debería ser").first.select_option("net_h2")
        expect(page.locator("#bp-typed")).to_have_value(f"net_h2 = {both.replace('.', ',')}")
        expect(page.locator("#bp-should-0")).to_be_focused()


def test_what_is_no_number_is_said_in_its_line(chromium: Browser, explained: str, sheet: Sheet) -> None:
    right = f"{float(sheet.value('out_h1')):.9g}"
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/")
        found = asked(page, f"<img src=x onerror=alert(1)>\nw99 = 1\n1.234.567\n{right}")
        expect(found.nth(0)).to_contain_text("This is not a number")
        expect(found.nth(1)).to_contain_text("no quantity of this name")
        expect(found.nth(2)).to_contain_text("two ways")
        expect(found.nth(3)).to_contain_text("out_h1: output of h1")
        expect(found.nth(3)).to_contain_text("Right.")
        assert page.locator(".bp-explaining img").count() == 0
        asked(page, "  \n")
        expect(numbers(page)).to_have_count(0)
        expect(page.locator("#bp-typed")).to_be_focused()


def test_a_link_carries_the_numbers(chromium: Browser, explained: str, sheet: Sheet) -> None:
    wrong = slip(sheet, "plus-for-minus", "w5@1", 8)
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/")
        asked(page, f"w5@1 = {wrong}")
        expect(numbers(page)).to_contain_text("step is added")
        page.get_by_role("button", name="Copy a link").click()
        page.wait_for_url("**#n=*")
        address = page.url.removeprefix(explained)
    with Visit(chromium, explained) as visit:
        page = at(visit, address)
        expect(page.locator("#bp-typed")).to_have_value(f"w5@1 = {wrong}")
        expect(numbers(page)).to_contain_text("step is added")
        page.evaluate("location.hash = '#n=%3Cb%3E1'")
        expect(numbers(page)).to_contain_text("This is not a number")
        assert [each for each in visit.asked if wrong in each.partition("#")[0]] == []


def test_a_pasted_file_and_the_panels_numbers_count(chromium: Browser, explained: str) -> None:
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/")
        page.get_by_label("Which network").select_option("file")
        expect(page.locator(".bp-about")).to_have_text("Paste the file first.")
        page.locator("#bp-file").fill(OTHER.replace("[[0.6]]", "[[0.61]]"))
        expect(page.locator(".bp-about")).to_contain_text("The file is read")
        expect(asked(page, "0.505")).to_contain_text("net_h1: net input of h1")  # 0.61 · 0.5 + 0.2
        page.locator("#bp-file").fill(OTHER.replace('"logistic"', '"softplus"'))
        expect(page.locator(".bp-about")).to_contain_text("backprop-docgen explain")
        page.locator("#bp-file").fill("no file")
        expect(page.locator(".bp-about")).to_contain_text("no network file")
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/#q:w1=1.15")
        page.get_by_label("Which network").select_option("own")
        expect(asked(page, "0.4275")).to_contain_text("net_h1: net input of h1")  # 0.05 more than the published one
        page.get_by_label("Which network").select_option("published")
        expect(numbers(page)).not_to_contain_text("Right.")


def test_it_takes_little_time_on_a_slow_machine(chromium: Browser, explained: str, sheet: Sheet) -> None:
    wrong = slip(sheet, "slope-left-out", "dE_total/dw1")
    with Visit(chromium, explained) as visit:
        page = at(visit, "en/explain/")
        page.wait_for_timeout(1000)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWLY})
        began = perf_counter()
        expect(asked(page, f"dE_total/dw1 = {wrong}")).to_contain_text("the slope")
        assert perf_counter() - began < 2


def test_an_example_is_accessible_on_a_phone_and_in_the_dark(chromium: Browser, explained: str) -> None:
    for scheme, where in (("light", "en/explain/"), ("dark", "explain/")):
        with Visit(chromium, explained, **PHONE, color_scheme=scheme) as visit:
            page = at(visit, where)
            page.get_by_role("button", name="An example" if scheme == "light" else "Un ejemplo").click()
            expect(numbers(page).first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert violations(page, ".bp-explain") == []


def test_without_a_script_the_command_is_told(chromium: Browser, explained: str) -> None:
    with Visit(chromium, explained, java_script_enabled=False) as visit:
        page = visit.page
        page.goto(f"{explained}en/explain/")
        expect(page.locator(".bp-explain")).to_contain_text("backprop-docgen explain NUMBER")
