"""The panel in a real browser: by mouse, by touch and by keyboard; what is kept, carried, refused and taken away."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import sample
from axe import violations
from browser import CHROMIUM, opened, served, settles
from built import build, copy_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

DOOR = {"": "Cambia los números", "en/": "Change the numbers"}
STRICT = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"  # the theme's icons are data:


Visit = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def visit(chromium: Browser) -> Visit:
    """A fresh tab; what goes wrong in it is wrong."""

    @contextmanager
    def opened(address: str, width: int = 1280, height: int = 800, quiet: bool = False, **more: Any) -> Iterator[Page]:
        context: BrowserContext = chromium.new_context(viewport={"width": width, "height": height}, **more)
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        yield page
        context.close()
        assert quiet or wrong == []

    return opened


def open_panel(page: Page) -> None:
    page.locator("#bp-numbers").click()
    page.locator("#bp-panel").wait_for()


def value(page: Page, name: str) -> float:
    """The value of a quantity as the text of the page has it."""
    return float(page.locator(f'article data.q[data-q="{name}"]').first.get_attribute("value") or "nan")


def field(page: Page, name: str) -> str:
    return page.locator(f'input[data-live="{name}"]').input_value()


SHOWN = """() => {
  const article = document.querySelector("article").cloneNode(true);
  for (const each of article.querySelectorAll("[class]")) {
    // not what was looked at, nor what has just changed
    each.classList.remove("bp-changed", "bp-now", "bp-lit", "bp-later", "bp-current");
    if (!each.classList.length) each.removeAttribute("class");
  }
  return [article.textContent, ...[...article.querySelectorAll(".drawing")].map((each) => each.innerHTML)];
}"""
"""What the article says, and its drawings in all of their layouts."""


def press(page: Page, *names: str) -> None:
    page.locator("#bp-panel").get_by_role("button", name=re.compile(f"^({'|'.join(names)})$")).click()


def kept(page: Page) -> dict[str, str]:
    """The numbers that the tab keeps."""
    key = "Object.keys(sessionStorage).find((each) => each.startsWith('backprop'))"
    text = page.evaluate(f"sessionStorage.getItem({key}) ?? ''")
    return dict(json.loads(text)["now"]["changes"]) if text else {}


def test_a_reader_who_opens_nothing_loads_a_few_kilobytes(site: Path, chromium: Browser) -> None:
    with served(site) as root:
        context = chromium.new_context()
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(root).partition("?")[0]))
        opened(page, f"{root}output-layer/")
        first = set(asked)
        open_panel(page)
        page.wait_for_load_state("networkidle")
        context.close()
    data = re.compile(r".*\.(?:js|json|css)")
    theme = re.compile(r"search/.*|assets/javascripts/(?:bundle|workers/|lunr/).*|assets/stylesheets/.*")
    ours = [name for name in asked if data.fullmatch(name) and not theme.fullmatch(name)]
    assert {name for name in ours if name in first} == {"assets/javascripts/fonts.js", "assets/live.js"}
    later = {"assets/page.js", "assets/panel.js", "assets/live.css", "worksheet.json", "assets/live/es.json"}
    assert set(ours) - first == later | {"assets/choices/es/output-layer.json"}
    assert len(ours) == len(set(ours))
    assert sum(len(gzip.compress((site / name).read_bytes())) for name in ours if name in first) < 30_000


@pytest.mark.parametrize(
    "address", sample.some("dragged", ["delta/", "en/delta/", "hidden-layer/", "en/forward-pass/"], 1)
)
def test_a_page_that_followed_a_drag_shows_what_one_change_makes_of_it(root: str, visit: Visit, address: str) -> None:
    """To and fro past the number it began with: the page follows in slices, and in the end as a whole."""
    with visit(root + address) as page:
        before = page.evaluate(SHOWN)
        open_panel(page)
        name = page.locator("#bp-panel input[data-live]").first.get_attribute("data-live") or ""
        slider = page.locator('#bp-panel input[type="range"]').first
        box, began = slider.bounding_box(), slider.input_value()
        assert box is not None
        across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(across, down)
        page.mouse.down()
        for step in (*range(0, 24, 3), *range(24, -40, -4)):
            page.mouse.move(across + step, down)
        page.evaluate(
            """([slider, began]) => {
              slider.value = began; // in the midst of it
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            [slider.element_handle(), began],
        )
        settles(page, lambda: page.evaluate(SHOWN) == before, True)
        page.mouse.move(across + 30, down)
        page.mouse.move(across + 17, down)
        page.mouse.up()
        wanted = field(page, name)
        assert float(wanted.replace(",", ".")) != float(began)
        with visit(root + address) as other:
            open_panel(other)
            other.locator(f'input[data-live="{name}"]').fill(wanted)
            settles(other, lambda: other.evaluate(SHOWN) != before, True)
            settles(page, lambda: page.evaluate(SHOWN) == other.evaluate(SHOWN), True)


def test_without_scripts_the_page_is_complete_and_has_no_door(root: str, visit: Visit) -> None:
    with visit(f"{root}output-layer/", java_script_enabled=False) as page:
        assert page.locator("#bp-numbers").count() == 0
        expect(page.locator('article data.q[data-q="dE_total/dw5"]').first).to_have_text("0.082167041")


@pytest.mark.parametrize("prefix", sample.some("door", list(DOOR), 1))
def test_the_door_opens_and_closes_from_the_keyboard(root: str, visit: Visit, prefix: str) -> None:
    with visit(f"{root}{prefix}output-layer/") as page:
        door = page.get_by_role("button", name=DOOR[prefix])
        box = door.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "bp-numbers":
                break
        expect(door).to_be_focused()
        page.keyboard.press("Enter")
        panel = page.get_by_role("complementary", name=DOOR[prefix])
        panel.wait_for()
        expect(panel.locator("h2")).to_be_focused()
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "w5":
                break
        page.keyboard.press("ArrowUp")
        assert field(page, "w5") == "0.41"
        page.keyboard.press("Tab")  # its slider
        page.keyboard.press("ArrowRight")
        expect(page.locator('input[data-live="w5"]')).to_have_value("0.42")
        assert value(page, "dE_total/dw5") != pytest.approx(0.08216704056423078)
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(door).to_be_focused()
        assert page.evaluate("document.documentElement.hasAttribute('data-bp-open')") is False


def test_every_control_has_a_name_and_is_large_enough(root: str, visit: Visit) -> None:
    for width, height in ((360, 740), (1280, 800)):
        with visit(f"{root}en/output-layer/", width=width, height=height) as page:
            open_panel(page)
            page.locator("input[data-live=w5]").fill("0.9")
            small = page.evaluate(
                """[...document.querySelectorAll("#bp-panel :is(button, input, summary), .bp-banner button")]
                .filter((each) => each.checkVisibility()).filter((each) => {
                  const box = each.getBoundingClientRect();
                  return Math.min(box.width, box.height) < 24;
                }).map((each) => each.outerHTML)"""
            )
            assert small == []
            for each in page.locator("#bp-panel input").all():
                assert each.evaluate("(e) => e.labels.length > 0 || e.hasAttribute('aria-labelledby')")


def test_all_numbers_follow_a_field_and_the_loss_is_said_in_a_pause(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        status = page.locator("#bp-panel [role=status]")
        assert status.inner_text() == ""
        page.locator("input[data-live=w5]").fill("0.9")
        assert value(page, "E_total") == pytest.approx(0.3376569374697317)
        expect(page.locator(".bp-loss")).to_have_text("Loss: 0.298371109 → 0.337656937")
        assert status.inner_text() == ""
        expect(status).to_have_text("Loss: 0.337656937, before 0.298371109.")
        expect(page.locator(".bp-banner")).to_contain_text("These are your numbers.")
        page.locator("input[data-live=eta]").fill("0.6")
        expect(page.locator(".bp-loss")).to_have_text("Loss: 0.337656937")
        expect(page.locator(".bp-next-loss")).to_have_text(re.compile(r"^After one step: 0\.3315\d+ → 0\.33\d+$"))
        expect(status).to_have_text(re.compile(r"^After one step the loss is 0\.33\d+, before 0\.3315\d+\.$"))
        press(page, "Undo")
        page.get_by_role("button", name="Back to published").click()
        assert value(page, "E_total") == pytest.approx(0.29837110876000267)
        assert field(page, "w5") == "0.4"
        expect(page.locator(".bp-banner")).to_have_text("")


def test_what_has_changed_is_marked_and_gone_through_from_the_keyboard(root: str, visit: Visit) -> None:
    """In text, formulas and figures; new digits of the same numbers are no change."""
    with visit(f"{root}en/output-layer/", reduced_motion="reduce") as page:
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        for where in ("data.q", ".katex-html", ".bp-figure"):
            shown = f'article :is({where}[data-q="dE_total/dw5"], {where} [data-q="dE_total/dw5"])'
            assert page.locator(f"{shown}:not(.bp-changed)").count() == 0, where
            assert page.locator(shown).count() > 0, where
        assert page.locator('article .bp-changed[data-q="out_h1"]').count() == 0  # before w5: it stays
        button = page.locator("#bp-panel").get_by_role("button", name=re.compile("^Changes: \\d+"))
        button.press("Enter")
        here, status = page.locator(".bp-here"), page.locator("#bp-panel [role=status]")
        expect(here).to_be_in_viewport()
        expect(status).to_have_text(re.compile(r"^.+; before, .+\. Change \d+ of \d+\.$"))
        first = here.evaluate("(e) => [...document.querySelectorAll('.bp-changed')].indexOf(e)")
        page.locator("input[data-live=w5]").press("Alt+ArrowDown")
        assert here.evaluate("(e) => [...document.querySelectorAll('.bp-changed')].indexOf(e)") > first
        expect(page.locator("html[data-bp-fresh]")).to_have_count(0)  # the tint is gone, the way through them is not
        expect(button).to_be_visible()
        page.evaluate("backpropLive().then((page) => page.show(12))")
        shown = page.locator('article .equation [data-q="out_o1"]').first
        expect(shown).to_have_text(re.compile(r"^0\.802586791\d{3}$"))
        assert page.locator(".bp-changed").count() == 0
        expect(button).to_be_hidden()


def test_after_a_search_it_is_still_the_page_that_follows(root: str, visit: Visit) -> None:
    with visit(f"{root}en/output-layer/") as page:
        page.keyboard.press("/")
        page.keyboard.type("w5")
        page.locator(".md-search-result__link").first.wait_for()  # what is found stands in articles, too
        page.keyboard.press("Escape")
        page.get_by_role("button", name=DOOR["en/"]).click()
        page.locator("input[data-live=w5]").fill("0.9")
        expect(page.locator(".bp-banner")).to_be_visible()
        expect(page.locator('.md-content data.q[data-q="w5"]').first).to_have_text("0.9")


def test_the_text_of_the_page_comes_back_after_a_reset(root: str, visit: Visit) -> None:
    with visit(f"{root}output-layer/") as page:
        article = page.locator("article")
        open_panel(page)
        before = article.inner_text()
        for name in ("w5", "i1", "eta", "target_o1"):
            page.locator(f'input[data-live="{name}"]').fill("0.7")
        settles(page, lambda: article.inner_text() != before, True)
        press(page, "Restablecer")
        settles(page, article.inner_text, before)


@pytest.mark.parametrize("text", sample.some("not valid", ["", "1000001", "-1e7", "1e-301"], 2))
def test_what_is_not_valid_is_refused_beside_its_field(root: str, visit: Visit, text: str) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        one = page.locator("input[data-live=w5]")
        one.fill(text)
        expect(one).to_have_attribute("aria-invalid", "true")
        described = page.locator(f"#{one.get_attribute('aria-describedby')}")
        expect(described).to_be_visible()
        assert value(page, "E_total") == 0.29837110876000267
        settles(page, lambda: kept(page), {})
        expect(page.locator("#bp-panel [role=status]")).to_contain_text(described.inner_text())
        one.fill("0.4")
        expect(described).to_be_hidden()
        assert one.get_attribute("aria-invalid") is None
        expect(page.locator("#bp-panel [role=status]")).to_have_text("")


def test_a_learning_rate_must_be_positive(root: str, visit: Visit) -> None:
    with visit(f"{root}error/") as page:
        open_panel(page)
        for text in ("0", "-0.5"):
            page.locator("input[data-live=eta]").fill(text)
            expect(page.locator(".bp-problem:visible")).to_have_text("La tasa de aprendizaje debe ser mayor que 0.")
        settles(page, lambda: kept(page), {})


def test_undo_takes_back_one_change_at_a_time(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        page.locator("input[data-live=w5]").press_sequentially("5")
        page.locator("input[data-live=w6]").fill("1.5")  # which is never drawn: drawn weights lie between -1 and 1
        press(page, "Random weights")
        assert field(page, "w6") != "1.5"
        press(page, "Undo")
        assert (field(page, "w5"), field(page, "w6")) == ("0.45", "1.5")
        press(page, "Undo")
        assert (field(page, "w5"), field(page, "w6")) == ("0.45", "0.45")
        press(page, "Undo")
        assert field(page, "w5") == "0.4"
        assert value(page, "E_total") == 0.29837110876000267
        expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
        settles(page, lambda: kept(page), {})


def test_random_weights_have_a_seed_that_gives_them_again(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        press(page, "Random weights")
        seed = page.locator("input[name=seed]").input_value()
        weights = [field(page, f"w{number}") for number in range(1, 9)]
        assert (field(page, "b1"), field(page, "eta")) == ("0.35", "0.5")
        expect(page.locator("#bp-panel [role=status]")).to_contain_text(f"seed {seed}")
        press(page, "Reset")
        page.locator("input[name=seed]").fill(seed)
        page.locator("input[name=seed]").press("Enter")
        assert [field(page, f"w{number}") for number in range(1, 9)] == weights
        page.locator("input[name=seed]").fill("-3")
        page.locator("input[name=seed]").press("Enter")
        expect(page.locator("#bp-panel [role=status]")).to_contain_text("whole number")
        assert [field(page, f"w{number}") for number in range(1, 9)] == weights


def test_one_step_starts_from_the_updated_weights(site: Path, root: str, visit: Visit) -> None:
    published = json.loads((site / "worksheet.json").read_text("utf-8"))["worksheets"][""]["quantities"]
    with visit(f"{root}en/error/") as page:
        open_panel(page)
        press(page, "One step")
        assert float(field(page, "w5")) == published["w5@1"]["value"]
        assert field(page, "b1") == "0.35"
        assert value(page, "E_total") == pytest.approx(published["E_total@1"]["value"], rel=1e-14)
        press(page, "Undo")
        assert field(page, "w5") == "0.4"


def test_training_draws_the_loss_and_can_be_stopped(root: str, visit: Visit) -> None:
    with visit(f"{root}en/training/") as page:
        expected = value(page, "E_total@10000")
        open_panel(page)
        steps = page.locator("input[name=steps]")
        steps.fill("10000")
        press(page, "Train")
        expect(page.locator(".bp-progress").first).to_contain_text("After 10,000 steps")
        curve = page.locator("#bp-panel svg.bp-curve")
        assert "logarithmic" in (curve.get_attribute("aria-label") or "")
        assert value(page, "E_total") == pytest.approx(expected, rel=1e-9)
        trained = page.locator("input[data-live=w5]")
        assert len(trained.input_value()) > 12
        assert trained.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        press(page, "Undo")
        expect(page.locator(".bp-progress").first).to_have_text("")
        expect(curve).to_have_count(0)
        for wrong in ("0", "1.5", ""):
            steps.fill(wrong)
            press(page, "Train")
            expect(page.locator(".bp-progress").first).to_contain_text("whole number of steps")
        steps.fill("1000000")
        press(page, "Train")
        page.wait_for_timeout(300)
        assert field(page, "w5") == "0.4"
        press(page, "Stop")
        expect(page.locator(".bp-progress").first).to_contain_text("steps the loss is")
        assert field(page, "w5") != "0.4"
        press(page, "Undo")
        press(page, "Train")
        page.locator("input[data-live=w5]").fill("0.3")
        expect(page.locator(".bp-progress").first).to_contain_text("was stopped")
        settles(page, lambda: kept(page), {"w5": "0.3"})


def test_numbers_are_kept_from_page_to_page_and_in_the_other_language(root: str, visit: Visit) -> None:
    with visit(f"{root}error/") as page:
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        page.locator("article a[href$='nudge/']").first.click()
        page.locator("#bp-panel").wait_for()
        assert field(page, "w5") == "0.9"
        page.goto(f"{root}error/")
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
        page.locator(".md-header .md-select button").hover()
        page.locator(".md-select__link[hreflang=en]").click()
        page.wait_for_url(re.compile("/en/error/"))
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
        expect(page.locator(".bp-banner")).to_contain_text("These are your numbers.")
        page.goto(f"{root}en/hand-copied/")
        expect(page.locator(".bp-banner")).to_contain_text("this page does not depend on them")
        page.locator("#bp-panel .bp-close").click()
        page.goto(f"{root}en/error/")
        page.locator(".bp-yours").wait_for()
        assert page.locator("#bp-panel").count() == 0
        assert page.evaluate("document.activeElement === document.body")


def test_going_back_does_not_undo_newer_numbers(root: str, visit: Visit) -> None:
    with visit(f"{root}error/") as page:
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        expect(page).to_have_url(re.compile("#q:w5=0.9$"))
        page.goto(f"{root}nudge/")
        page.locator("#bp-panel").wait_for()
        page.locator("input[data-live=w5]").fill("0.7")
        expect(page).to_have_url(re.compile("#q:w5=0.7$"))
        page.go_back()
        expect(page.locator("input[data-live=w5]")).to_have_value("0.7")
        expect(page).to_have_url(re.compile("error/#q:w5=0.7$"))


def test_an_address_brings_numbers_and_headings_keep_working(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/#q:w5=0.9&eta=1") as page:
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
        settles(page, lambda: kept(page), {"w5": "0.9", "eta": "1"})
        expect(page.locator(".bp-banner")).to_contain_text("Numbers from a link: w5 = 0.9, η = 1.")
        open_panel(page)
        page.locator("input[data-live=w6]").fill("0.5")
        expect(page.locator(".bp-banner")).to_contain_text("These are your numbers.")
        page.evaluate("location.hash = '#q:w5=0.4'")
        expect(page.locator(".bp-banner")).to_have_text("")
        page.evaluate("location.hash = '#q:w5=0.9'")
        expect(page.locator(".bp-banner")).to_contain_text("Numbers from a link: w5 = 0.9.")
        page.locator("article h2 .headerlink").last.evaluate("(link) => link.click()")
        assert re.search("#[a-z-]+$", page.url)
        assert page.evaluate("scrollY") > 0
        page.wait_for_timeout(600)
        assert re.search("#[a-z-]+$", page.url)
        settles(page, lambda: kept(page), {"w5": "0.9"})


@pytest.mark.parametrize(
    "fragment",
    sample.some("hostile", [
        "",
        "w5=abc",
        "w5=1e999",
        "w5=NaN",
        "w99=1",
        "w5=0.9&w5=0.8",
        "w5=0.9&eta=0",
        "__proto__=1",
        "constructor=1",
        "w5=%zz",
        "w5=<img src=x onerror=alert(1)>",
        "w5=0.9&i1=2000000",
        "w5=" + "1" * 70_000,
        "&".join(["w5=1"] * 9000),
        "w5=0.9&alert(1)",
    ], 6),
    ids=lambda text: text[:20],
)
def test_a_hostile_address_changes_nothing_and_says_so(root: str, visit: Visit, fragment: str) -> None:
    with visit(f"{root}en/error/#q:{fragment}") as page:
        warning = page.get_by_role("alert")
        expect(warning).to_contain_text("The address was not followed, and nothing was changed:")
        assert len(warning.inner_text()) < 300
        assert warning.locator("img").count() == 0
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.298371109")
        settles(page, lambda: kept(page), {})
        warning.get_by_role("button").click()
        expect(warning).to_have_count(0)


def test_a_link_a_code_a_file_and_python_are_taken_away(
    project: Path, site: Path, root: str, visit: Visit, tmp_path: Path
) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    with visit(f"{root}en/error/", permissions=permissions) as page:
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        page.locator("input[data-live=i2]").fill("-0.25")
        loss = value(page, "E_total")
        press(page, "Copy link")
        expect(page.locator(".bp-progress").last).to_have_text("The link is copied.")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == f"{root}en/error/#q:i2=-0.25&w5=0.9"
        press(page, "QR code")
        code = page.get_by_role("img", name="QR code of the link")
        code.wait_for()
        assert len(code.locator("path").get_attribute("d") or "") > 2000
        press(page, "Copy as Python")
        expect(page.locator(".bp-progress").last).to_have_text("The Python code is copied.")
        program = page.evaluate("navigator.clipboard.readText()")
        with page.expect_download() as download:
            press(page, "Download network.toml")
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert float(re.findall(r"^E_total = (.*)$", done.stdout, re.MULTILINE)[0]) == pytest.approx(loss, rel=1e-14)
    assert file.name == "network.toml"
    folder = copy_project(tmp_path / "rebuilt", project)
    (folder / "network.toml").write_text(file.read_text("utf-8"), "utf-8")
    assert build(folder, "--strict").returncode == 0
    with served(folder / "site") as rebuilt, visit(f"{rebuilt}en/error/") as page, visit(link) as live:
        live.locator(".bp-yours").wait_for()
        wanted = page.locator("article data.q").all_text_contents()
        settles(live, live.locator("article data.q").all_text_contents, wanted)


def test_where_the_clipboard_is_closed_the_text_stands_there_to_be_copied(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('closed')))")
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        press(page, "Copy link")
        area = page.locator("#bp-panel textarea")
        expect(area).to_have_value(re.compile("#q:w5=0.9$"))
        expect(area).to_be_focused()


def test_what_a_cell_printed_is_told_apart_only_where_it_would_differ(root: str, visit: Visit) -> None:
    with visit(f"{root}en/error/") as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        open_panel(page)
        page.locator("input[data-live=eta]").fill("0.3")
        assert page.locator("article .published-output").count() == 0
        page.locator("input[data-live=target_o2]").fill("0.5")
        notes = page.locator("article .cell .output .published-output")
        assert notes.count() >= 2
        expect(notes.first).to_contain_text("Printed by the published network")
        press(page, "Reset")
        expect(notes).to_have_count(0)


@pytest.mark.parametrize("width", sample.some("sheet", [320, 360], 1))
def test_on_a_phone_it_is_a_sheet_and_the_text_scrolls_behind(root: str, visit: Visit, width: int) -> None:
    with visit(f"{root}output-layer/", width=width, height=640, has_touch=True, is_mobile=True) as page:
        read = page.locator('.equation[data-ladder="dout_o1/dnet_o1"]')
        read.evaluate(
            "(e) => scrollBy({ top: e.getBoundingClientRect().top - 0.4 * innerHeight, behavior: 'instant' })"
        )
        page.locator("#bp-numbers").evaluate("(door) => door.click()")
        panel = page.locator("#bp-panel")
        panel.wait_for()
        box = panel.bounding_box()
        assert box is not None
        assert read.evaluate("(e) => e.getBoundingClientRect().bottom") <= box["y"]
        assert box["height"] <= 321
        assert abs(box["y"] + box["height"] - 640) <= 1
        page.locator("input[data-live=w5]").tap()
        page.locator("input[data-live=w5]").fill("0.9")
        page.locator(".bp-yours").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#bp-panel").evaluate("(e) => e.scrollWidth <= e.clientWidth")
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        end = page.locator(".md-footer").bounding_box()
        assert end is not None
        assert end["y"] + end["height"] <= box["y"] + 1
        panel.locator(".bp-close").tap()
        expect(panel).to_have_count(0)


def test_at_twice_the_size_of_text_it_still_fits(root: str, visit: Visit) -> None:
    with visit(f"{root}en/output-layer/", width=320, height=640) as page:
        page.add_style_tag(content="html { font-size: 250% !important }")
        open_panel(page)
        assert page.locator("#bp-panel").evaluate("(e) => e.scrollWidth <= e.clientWidth")
        assert page.locator("#bp-panel").evaluate("(e) => e.getBoundingClientRect().right") <= 320
        head = page.locator(".bp-bar")  # goes, so that the fields have the sheet
        assert head.evaluate("(e) => getComputedStyle(e).position") == "static"


def test_beside_the_text_it_covers_nothing(root: str, visit: Visit) -> None:
    for width in (820, 960, 1280, 1920):
        with visit(f"{root}output-layer/", width=width) as page:
            open_panel(page)
            page.locator('.equation[data-ladder="dnet_o1/dw5"]').evaluate(
                "(e) => scrollBy({ top: e.getBoundingClientRect().bottom - 0.43 * innerHeight, behavior: 'instant' })"
            )
            figure = page.locator(".bp-companion")
            expect(figure).to_be_visible()  # and the panel leaves it room
            expect(page.locator("input[data-live=w5]")).to_be_in_viewport()
            shown = ("article", "#bp-panel", ".bp-companion")
            text, panel, beside = (page.locator(each).bounding_box() for each in shown)
            assert text is not None
            assert panel is not None
            assert beside is not None
            assert width < 960 or text["x"] + text["width"] <= panel["x"]
            apart = panel["y"] + panel["height"] <= beside["y"] + 1 or panel["x"] >= beside["x"] + beside["width"] - 1
            assert apart or panel["x"] + panel["width"] <= beside["x"] + 1
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("prefix", "width", "scheme"), sample.covering("axe, panel", DOOR, [360, 1280], ["light", "dark"])
)
def test_axe_finds_nothing_with_the_panel_open(
    root: str, visit: Visit, prefix: str, width: int, scheme: str
) -> None:
    with visit(f"{root}{prefix}output-layer/", width=width, color_scheme=scheme) as page:
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.9")
        page.locator("input[data-live=eta]").fill("-1")
        press(page, "QR code", "Código QR")
        page.locator("input[name=steps]").fill("20")
        press(page, "Train", "Entrenar")
        page.locator("svg.bp-code").wait_for()
        page.wait_for_timeout(600)
        assert violations(page) == []


def inline_scripts(html: str) -> list[str]:
    """What a policy must allow for the theme: its inline scripts (those with data are not run)."""
    return re.findall(r"<script>(.*?)</script>", html, re.DOTALL)


def test_a_strict_policy_lets_everything_of_ours_work(site: Path, visit: Visit) -> None:
    def with_theme(html: str) -> str:
        digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline_scripts(html)]
        allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
        return f"{STRICT}; script-src 'self' {allowed}"

    with served(site, policy=with_theme) as root, visit(f"{root}en/output-layer/#q:w5=-0.9") as page:
        page.locator(".bp-yours").wait_for()
        open_panel(page)
        press(page, "Random weights")
        press(page, "QR code")
        page.locator("svg.bp-code").wait_for()
        press(page, "Train")
        page.locator("svg.bp-curve").wait_for()
        with page.expect_download():
            press(page, "Download network.toml")
        page.locator('.equation [data-q="out_o1"]').first.click()
        page.locator("#bp-trace .bp-formula .katex").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("radio", name="4", exact=True).check()
        page.get_by_role("button", name="Projector: one step a screen").click()
        page.locator(".bp-wall").wait_for()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        page.wait_for_timeout(500)  # KaTeX sets what changed its shape; a violation would be an error of the console
    for html in site.rglob("*.html"):
        for script in inline_scripts(html.read_text("utf-8")):
            assert not re.search("alternate|backprop|worksheet", script), (html, script)


def test_without_the_theme_s_scripts_the_strictest_policy_still_has_the_panel(site: Path, visit: Visit) -> None:
    with served(site, policy=lambda _: STRICT) as root, visit(f"{root}en/error/#q:w5=0.9", quiet=True) as page:
        expect(page.locator('article data.q[data-q="E_total"]').first).to_have_text("0.337656937")
        open_panel(page)
        page.locator("input[data-live=w5]").fill("0.5")
        expect(page.locator(".bp-loss")).not_to_have_text("Loss: 0.337656937")


def test_of_a_large_network_only_what_is_opened_is_built(gallery_excerpt: Callable[[str], Path], visit: Visit) -> None:
    with served(gallery_excerpt("10-20-10") / "site") as root, visit(f"{root}en/error/") as page:
        open_panel(page)
        assert page.locator("#bp-panel input[data-live]").count() < 10
        page.locator("#bp-panel summary", has_text="Hidden layer").click()
        page.locator("#bp-panel summary", has_text=re.compile("^Into h1$")).click()
        page.locator("input[data-live=w1]").fill("0.5")
        expect(page.locator(".bp-yours")).to_be_visible()
        press(page, "One step")
        assert page.locator("#bp-panel input[data-live]").count() < 40
        page.wait_for_function("location.href.length > 4000")
        press(page, "QR code")
        expect(page.locator(".bp-progress").last).to_have_text("The link is too long for a QR code.")


def test_the_targets_of_a_softmax_wait_for_each_other(gallery_excerpt: Callable[[str], Path], visit: Visit) -> None:
    with served(gallery_excerpt("softmax") / "site") as root, visit(f"{root}en/error/") as page:
        open_panel(page)
        before = page.locator("article").inner_text()
        page.locator("input[data-live=target_o1]").fill("0.3")
        expect(page.locator(".bp-problem:visible")).to_have_text("The targets must sum to 1; they sum to 1.3.")
        assert page.locator("article").inner_text() == before
        page.locator("input[data-live=target_o2]").fill("0.7")
        expect(page.locator(".bp-problem:visible")).to_have_count(0)
        settles(page, lambda: kept(page), {"target_o1": "0.3", "target_o2": "0.7"})
        page.locator("input[data-live=target_o3]").fill("1.5")
        expect(page.locator(".bp-problem:visible")).to_contain_text("from 0 to 1")
