"""Reading in a real browser: where a number comes from, digits, colours, the path in figures, projector, paper."""

from __future__ import annotations

import gzip
import os
import re
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import sample
from axe import violations
from backprop_docgen.site.theme import own_sheets
from browser import CHROMIUM, opened, served, settles
from built import build, copy_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

EARLY = 20_000  # bytes, gzipped, of all our modules and styles that a first visit loads; 30 kB are allowed


class Visit:
    """A reader's window, and what went wrong in it."""

    def __init__(self, browser: Browser, root: str, width: int = 1280, height: int = 800, **more: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, **more)
        self.page: Page = self.context.new_page()
        self.root = root
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url.removeprefix(root)))

    def go(self, address: str) -> Page:
        return opened(self.page, self.root + address)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.context.close()
        assert error is not None or self.wrong == []


def card(page: Page) -> dict[str, Any]:
    """What the card beside a number says."""
    page.wait_for_selector("#bp-trace .bp-formula .katex, #bp-trace .bp-items .katex, #bp-trace p:not(.bp-meaning)")
    found: dict[str, Any] = page.evaluate(
        """() => {
          const card = document.querySelector("#bp-trace");
          const lists = [...card.querySelectorAll(".bp-items")].map((list) =>
            [...list.querySelectorAll("[data-name]")].map((each) => each.dataset.name));
          return {
            name: card.querySelector(".bp-heading code")?.textContent ?? "",
            meaning: card.querySelector(".bp-meaning")?.textContent ?? "",
            full: card.querySelector(".bp-full")?.textContent ?? "",
            formula: card.querySelector(".bp-formula annotation")?.textContent ?? "",
            lists,
          };
        }"""
    )
    return found


def lit(page: Page, css: str, holder: str) -> set[str]:
    """The quantities that are lit in a part of the page."""
    found: list[str] = page.evaluate(
        "([css, holder]) => [...document.querySelectorAll(holder)].flatMap((e) => [...e.querySelectorAll('.' + css)])"
        ".map((e) => e.dataset.q ?? e.dataset.of).filter(Boolean)",
        [css, holder],
    )
    return set(found)


SLOPE = {
    "name": "dE_total/dw5",
    "full": "0.08216704056423078",
    "lists": [["dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw5"], ["dE_mean/dw5", "w5@1"]],
}


@pytest.mark.parametrize(
    ("where", "how"),
    sample.covering("origin", ["data.q", ".katex-html", "#fig-output-path svg"], ["hover", "tap", "focus"]),
)
def test_any_number_tells_where_it_comes_from(where: str, how: str, root: str, chromium: Browser) -> None:
    with Visit(chromium, root, has_touch=how == "tap") as visit:
        page = visit.go("en/output-layer/")
        number = page.locator(f'{where}[data-q="dE_total/dw5"], {where} [data-q="dE_total/dw5"]').last
        number.scroll_into_view_if_needed()
        if how == "focus" and where != "data.q":
            inside = where.removeprefix("#fig-output-path ")
            block = page.locator(f"#fig-output-path:has({inside}), .equation:has({inside})").filter(
                has=page.locator(f'{inside} [data-q="dE_total/dw5"]')
            )
            block.first.locator(".bp-ask").focus()
            page.keyboard.press("Enter")
            page.locator('#bp-trace [data-name="dE_total/dw5"]').press("Enter")
        elif how == "focus":
            page.locator('article data.q[tabindex="0"]').first.focus()
            for _ in range(200):
                if number.evaluate("(e) => e === document.activeElement"):
                    break
                page.keyboard.press("ArrowRight")
        else:
            {"hover": number.hover, "tap": number.tap}[how]()
        page.wait_for_selector("#bp-trace .bp-formula annotation", state="attached")
        said = card(page)
        assert {key: said[key] for key in SLOPE} == SLOPE
        assert said["meaning"] == "gradient of the total loss with respect to w5"
        assert r"\htmlData{q=dE_total/dout_o1}{0.741365070}" in said["formula"]
        for holder in ("table", ".katex-html", "figure svg"):
            assert set(SLOPE["lists"][0]) <= lit(page, "bp-operand", holder), holder
        page.locator('#bp-trace [data-name="dnet_o1/dw5"]').hover()
        assert lit(page, "bp-chosen", "figure svg") == {"dnet_o1/dw5"}
        page.keyboard.press("Escape")
        expect(page.locator("#bp-trace")).to_have_count(0)
        expect(page.locator(".bp-operand, .bp-asked, .bp-chosen")).to_have_count(0)


def test_the_card_goes_when_the_pointer_leaves_and_waits_while_it_is_on_it(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        number = page.locator('.equation [data-q="out_o1"]').first
        number.hover()
        page.locator("#bp-trace .bp-item").first.hover()
        page.wait_for_timeout(500)
        expect(page.locator("#bp-trace")).to_be_visible()
        page.mouse.move(5, 5)
        expect(page.locator("#bp-trace")).to_have_count(0)


def test_a_keyboard_is_enough(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("error/")
        page.locator("article summary").first.press("Enter")
        first = page.locator("article details data.q:visible").first
        expect(first).to_be_visible()  # what is not laid out yet is passed by
        page.keyboard.press("Tab")
        assert card(page)["name"] == "target_o1"
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('#bp-trace code')?.textContent === 'out_o1'")
        stops = page.evaluate(
            """() => [...document.querySelectorAll("article :is(h2, h3) a, article :is(data, bp-math)")]
              .filter((each) => each.tabIndex === 0).length"""
        )
        assert stops <= page.locator("article :is(h2, details[open])").count() + 1
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("document.querySelector('#bp-trace code')?.textContent === 'target_o1'")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('#bp-trace code')?.textContent === 'out_o1'")
        spoken = page.locator("[role=status].bp-hidden")
        expect(spoken).to_have_text("out_o1: salida de o1: 0.7513650695523157. Se calcula con net_o1.")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.dataset.name") == "net_o1"
        assert "net_o1" in lit(page, "bp-chosen", "figure svg")
        page.keyboard.press("Enter")
        assert card(page)["name"] == "net_o1"
        page.get_by_role("button", name="Atrás").press("Enter")
        assert card(page)["name"] == "out_o1"
        page.keyboard.press("Escape")
        expect(page.locator("#bp-trace")).to_have_count(0)
        assert page.evaluate("document.activeElement.dataset.q") == "out_o1"


def test_equations_figures_and_code_list_their_numbers_for_a_screen_reader(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        for address, name in (
            ("output-layer/", "The numbers of equation dout_o1/dnet_o1"),
            ("output-layer/", re.compile(r"The numbers of figure \d+")),
            ("delta/", "The numbers of this code"),
        ):
            page = visit.go(f"en/{address}")
            button = page.get_by_role("button", name=name).first
            label = button.get_attribute("aria-label") or ""
            button.press("Enter")
            dialog = page.get_by_role("dialog", name=label)
            expect(dialog).to_be_visible()
            expect(dialog.get_by_role("button", name="out_o1, output of o1, 0.751365070")).to_have_count(1)
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label


def test_no_button_of_a_cell_lies_on_another(root: str, chromium: Browser) -> None:
    with Visit(chromium, root, width=360) as visit:
        page = visit.go("en/forward-pass/")
        page.wait_for_selector(".cell .md-code__button >> visible=true")  # the theme makes it when it gets to it
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".cell")].map((cell) =>
              [...cell.querySelectorAll(":scope > .bp-ask, .md-code__button")]
                .map((each) => each.getBoundingClientRect().toJSON()).filter((box) => box.width))"""
        )
        shown = [cell for cell in boxes if cell]
        assert max(len(cell) for cell in shown) >= 2
        for cell in shown:
            for upper, lower in pairwise(sorted(cell, key=lambda box: box["top"])):
                assert upper["bottom"] <= lower["top"] or upper["right"] <= lower["left"], cell


def test_other_numbers_say_what_they_are(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/training/")
        page.locator('data.q[data-q="E_total@10000"]:visible').first.hover()
        said = card(page)
        assert (said["name"], said["meaning"]) == ("E_total@10000", "total loss, after 10,000 updates")
        page.mouse.move(5, 5)
        page = visit.go("en/delta/")
        page.locator(".cell .mf").first.hover()
        assert card(page)["name"] == "out_h1"
        page.locator(".output [data-q]").first.click()
        page.wait_for_function("document.querySelector('#bp-trace code')?.textContent === 'dE_total/dw5'")
        page.keyboard.press("Escape")
        page.locator('data.q[data-expr^="[\\"*\\""]').first.click()
        assert card(page)["lists"][0]


def shown(page: Page, selector: str) -> list[str]:
    texts: list[str] = page.locator(f"article :is({selector})").all_text_contents()
    return texts


def test_four_decimals_are_what_a_build_with_four_would_show(
    project: Path, root: str, chromium: Browser, tmp_path: Path
) -> None:
    folder = copy_project(tmp_path, project)
    text = (folder / "network.toml").read_text("utf-8")
    (folder / "network.toml").write_text(re.sub(r"decimals = \d+", "decimals = 4", text), "utf-8")
    assert "decimals = 4" in (folder / "network.toml").read_text("utf-8")
    assert build(folder).returncode == 0
    parts = "data.q, .katex-html [data-q], annotation, mn, svg text, desc"
    with served(folder / "site") as other, Visit(chromium, root) as visit, Visit(chromium, other) as four:
        page = visit.go("hidden-layer/")
        page.get_by_role("button", name="Lectura").click()
        page.get_by_role("radio", name="4", exact=True).check()
        page.keyboard.press("Escape")
        for address in ("output-layer/", "hidden-layer/"):  # the choice is kept
            page = visit.go(address)
            page.wait_for_function("document.querySelector('[data-q=out_o1]').textContent === '0.7514'")
            settles(page, partial(shown, page, parts), shown(four.go(address), parts))


def test_all_decimals_and_back(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        before = shown(page, "data.q, annotation, desc, .katex-html")
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("radio", name="all, up to 15").check()
        expect(page.locator('data.q[data-q="error_o1"]').first).to_have_text("0.741365069552316")
        expect(page.locator('.equation [data-q="out_o1"]').first).to_have_text("0.751365069552316")
        page.get_by_role("radio", name="9, as published").check()
        page.wait_for_function("document.querySelector('data.q[data-q=error_o1]').textContent === '0.741365070'")
        settles(page, lambda: shown(page, "data.q, annotation, desc, .katex-html"), before)


def colour(page: Page, selector: str) -> str:
    found: str = page.locator(selector).first.evaluate("(e) => getComputedStyle(e).color")
    return found


@pytest.mark.parametrize("scheme", sample.some("colours", ["light", "dark"], 1))
def test_each_kind_wears_its_colour_and_can_take_it_off(scheme: str, root: str, chromium: Browser) -> None:
    with Visit(chromium, root, color_scheme=scheme) as visit:
        page = visit.go("en/output-layer/")
        own = {
            kind: page.evaluate(f"getComputedStyle(document.body).getPropertyValue('--bp-{kind}')")
            for kind in ("weight", "out", "net", "gradient")
        }
        places = {
            "weight": ['data.q[data-q="w5"]', ".katex .bp-weight"],
            "out": ['.katex-html [data-q="out_o1"]', ".katex .bp-out"],
            "net": [".katex .bp-net"],
            "gradient": ['data.q[data-q="dE_total/dw5"]', '.katex-html [data-q="dE_total/dw5"]', ".katex .bp-gradient"],
        }
        for kind, selectors in places.items():
            wanted = tuple(int(own[kind][at : at + 2], 16) for at in (1, 3, 5))
            for selector in selectors:
                assert colour(page, selector) == f"rgb{wanted}", selector
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("checkbox", name="One colour for each kind").uncheck()
        plain = {colour(page, selector) for selectors in places.values() for selector in selectors}
        assert plain == {colour(page, "article p")}


def scroll_to(page: Page, name: str) -> None:
    """Bring an equation to where one reads."""
    page.locator(f'.equation[data-ladder="{name}"]').first.evaluate(
        "(e) => { const at = e.getBoundingClientRect(); scrollBy(0, (at.top + at.bottom) / 2 - 0.42 * innerHeight); }"
    )


def test_the_figure_goes_along_and_lights_the_path_that_is_spoken_of(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        expect(page.locator(".bp-companion")).to_have_count(0)
        for name, part in {"dout_o1/dnet_o1": "dout_o1/dnet_o1", "dnet_o1/dw5": "w5"}.items():
            scroll_to(page, name)
            expect(page.locator(f'.bp-companion [data-of="{part}"].bp-now').first).to_be_visible()
            assert part in lit(page, "bp-now", "figure svg")
        assert lit(page, "bp-now", ".bp-companion") != set()
        page.get_by_role("button", name="Put the figure away").click()
        expect(page.locator(".bp-companion")).to_have_count(0)
    with Visit(chromium, root, width=360) as visit:
        page = visit.go("en/output-layer/")
        scroll_to(page, "dnet_o1/dw5")
        settles(page, lambda: "w5" in lit(page, "bp-now", "figure svg"), True)
        expect(page.locator(".bp-companion")).to_have_count(0)


AMISS = r"""(least) => {
  const found = [];
  const bar = document.querySelector(".bp-wall").getBoundingClientRect().top;
  const whole = "article :is(p, li, pre, svg, table, .equation, .katex-display), .bp-beside-step svg";
  for (const each of document.querySelectorAll(whole)) {
    const box = each.getBoundingClientRect();
    const wide = box.right > innerWidth + 1 || (each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1);
    const cut = box.width && (wide || box.bottom > bar + 1) && each.checkVisibility();
    if (cut) found.push(`cut: ${each.outerHTML.slice(0, 60)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    const visible = element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
    if (!/[^\s\u200b]/.test(text.data) || !visible || element.closest("svg, .katex-mathml, h1.bp-away")) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < least) found.push(`${size} ${text.data.trim().slice(0, 20)}`);
  }
  return found;
}"""


@pytest.mark.parametrize(("width", "height", "least"), sample.some("walls", [(1280, 720, 18), (1920, 1080, 27)], 1))
def test_the_projector_shows_one_step_a_screen_and_keeps_results_to_itself(
    width: int, height: int, least: int, root: str, chromium: Browser
) -> None:
    with Visit(chromium, root, width=width, height=height) as visit:
        page = visit.go("output-layer/")
        page.get_by_role("button", name="Lectura").click()
        page.get_by_role("button", name="Proyector: un paso por pantalla").click()
        page.wait_for_selector(".bp-wall")
        page.keyboard.press("Home")
        count = page.locator(".bp-wall [role=status]")
        total = int((count.text_content() or "").split("/")[1])
        assert total > 20
        veiled: set[str] = set()
        beside = 0
        for _ in range(400):
            here = count.text_content()
            assert page.evaluate(AMISS, least) == [], here
            figure = page.locator(".bp-beside-step svg")
            if figure.count():
                beside += 1
                box, text = figure.bounding_box(), page.locator("article > :not(.bp-away)").first.bounding_box()
                assert box
                assert text
                assert box["x"] + box["width"] <= text["x"] + 1
            hidden = page.locator("article .bp-veiled:not(.katex-mathml):not(.bp-away *)")
            for number in hidden.all()[:3]:
                assert number.evaluate("(e) => getComputedStyle(e).visibility") == "hidden"
                veiled.add(number.get_attribute("data-q") or "")
            at_end = here == f"{total} / {total}" and hidden.count() == 0
            page.keyboard.press("ArrowRight")
            if at_end and count.text_content() == here:
                break
        assert count.text_content() == f"{total} / {total}"
        assert {"dE_total/dw5", "dout_o1/dnet_o1", "dnet_o1/dw5"} <= veiled
        assert beside > 10
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Home")
        assert count.text_content() == f"1 / {total}"
        page.keyboard.press("Escape")
        expect(page.locator(".bp-wall")).to_have_count(0)
        assert page.locator(".bp-veiled, .bp-away, .bp-code-line, .bp-beside-step").count() == 0
        assert page.locator("article details[open]").count() == 0
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Lectura"


def test_a_revealed_result_stays_a_hidden_one_is_hidden_from_all(root: str, chromium: Browser) -> None:
    with Visit(chromium, root, width=1280, height=720) as visit:
        page = visit.go("en/output-layer/")
        page.locator("#product").scroll_into_view_if_needed()
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("button", name="Projector: one step a screen").click()
        page.wait_for_selector(".bp-wall")
        result = page.locator('.equation[data-ladder="dE_total/dw5"]').first
        while not result.is_visible():
            page.keyboard.press("ArrowRight")
        assert "bp-veiled" in (result.locator('[data-q="dE_total/dw5"]').get_attribute("class") or "")
        assert result.locator(".katex-mathml").evaluate("(e) => getComputedStyle(e).visibility") == "hidden"
        page.keyboard.press("ArrowRight")
        expect(result.locator('[data-q="dE_total/dw5"]')).to_be_visible()
        assert result.locator(".katex-mathml").evaluate("(e) => getComputedStyle(e).visibility") == "visible"


def test_paper_has_the_answers_and_nothing_to_press(root: str, chromium: Browser) -> None:
    with Visit(chromium, root, width=700, color_scheme="dark") as visit:
        page = visit.go("en/hidden-layer/")
        page.locator('.equation [data-q="out_h1"]').first.click()
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("article details:not([open])").count() == 0
        pressed = ("#bp-trace", ".bp-ask", ".md-header", ".bp-companion", ".headerlink", ".md-footer", ".md-code__nav")
        for gone in pressed:
            assert [each for each in page.locator(gone).all() if each.is_visible()] == [], gone
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light only"
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("article details[open]").count() == 0


COPIED = """(names) => {
  const [first, last] = names.map((name) => document.querySelector(name));
  getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length);
  const clipboardData = new DataTransfer();
  document.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
  return clipboardData.getData("text/plain").replace(/\\s+/g, " ");
}"""


def test_a_formula_is_copied_once_as_a_line_of_text(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/hidden-layer/")
        with page.expect_response("**/assets/copying.js"):
            page.locator("h1").click(click_count=3)
        page.wait_for_function(f"({COPIED})(['#eq-dE_total-dw1', '#eq-dE_total-dw1']) !== ''")
        rule = "∂E_total/∂w1 = ∂E_total/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1"
        whole = "#eq-dE_total-dw1"
        assert page.evaluate(COPIED, [whole, whole]).startswith(rule)
        half = f"{whole} .katex-html .mfrac"
        assert page.evaluate(COPIED, [half, half]).startswith(rule)
        sentence = "article > ul"
        assert "δ_o1 ≈ 0.138498562 and δ_o2 ≈ −0.038098237." in page.evaluate(COPIED, [sentence, sentence])
        assert page.evaluate(COPIED, ["h1", "h1"]) == ""  # where no formula is, the browser copies
        assert page.locator(".bp-copied").count() == 0


def test_a_first_visit_loads_little(site: Path, root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        page.evaluate("scrollTo(0, 1000)")
        page.wait_for_timeout(300)
        theme = ("assets/javascripts/bundle", "assets/javascripts/workers")
        loaded = {url for url in visit.asked if url.partition("?")[0].endswith(".js") and not url.startswith(theme)}
        assert loaded == {"assets/live.js", "assets/javascripts/fonts.js"}
        assert "worksheet.json" not in visit.asked
        parts = [own_sheets().encode(), *((site / name).read_bytes() for name in loaded)]
        size = sum(len(gzip.compress(each)) for each in parts)
        print(f"\n{size} bytes gzipped at a first visit, in {len(loaded)} scripts and a style sheet")
        assert size <= EARLY


def test_a_formula_that_cannot_be_broken_is_reached_from_the_keyboard_and_says_so(root: str, chromium: Browser) -> None:
    with Visit(chromium, root, width=240) as visit:
        page = visit.go("matrices/")
        wide = page.locator("#eq-matrices-gradient-numbers .katex-display")
        expect(wide).to_have_attribute("tabindex", "0")
        expect(wide).to_have_attribute("role", "group")
        expect(wide).to_have_attribute("aria-label", "Se desplaza hacia los lados")
        assert wide.evaluate("(e) => e.scrollWidth > e.clientWidth")


def test_the_questions_can_be_turned_off(root: str, chromium: Browser) -> None:
    with Visit(chromium, root) as visit:
        page = visit.go("en/output-layer/")
        page.get_by_role("button", name="Reading").click()
        page.get_by_role("checkbox", name="Numbers tell where they come from").uncheck()
        page.keyboard.press("Escape")
        page = visit.go("en/output-layer/")
        page.locator('.equation [data-q="out_o1"]').first.hover()
        page.wait_for_timeout(500)
        expect(page.locator("#bp-trace")).to_have_count(0)
        assert page.locator("article data.q[tabindex]").count() == 0
        expect(page.locator(".bp-ask").first).to_be_hidden()


@pytest.mark.parametrize(
    ("address", "width", "scheme"),
    sample.covering("axe, what opens", ["output-layer/", "en/output-layer/"], [360, 1280], ["light", "dark"]),
)
def test_axe_finds_nothing_in_what_opens(
    address: str, width: int, scheme: str, root: str, chromium: Browser
) -> None:
    with Visit(chromium, root, width=width, color_scheme=scheme) as visit:
        page = visit.go(address)
        page.locator('.equation [data-q="out_o1"]').first.click()
        card(page)
        assert violations(page, "#bp-trace, .equation") == []
        page.keyboard.press("Escape")
        page.locator(".bp-door").click()
        page.wait_for_selector("#bp-menu")
        assert violations(page, "#bp-menu") == []
        page.locator(".bp-start").click()
        page.wait_for_selector(".bp-wall")
        assert violations(page, ".bp-wall") == []
        while not page.locator(".equation:visible").count():
            page.keyboard.press("ArrowRight")
        assert violations(page, "article") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_card_fits_every_screen_and_its_targets_are_large_enough(
    width: int, root: str, chromium: Browser
) -> None:
    with Visit(chromium, root, width=width, height=640, has_touch=True) as visit:
        page = visit.go("output-layer/")
        number = page.locator('.equation [data-q="dE_total/dw5"]').first
        number.tap()
        card(page)
        box = page.locator("#bp-trace").bounding_box()
        at = number.bounding_box()
        assert box
        assert at
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        if width < 700:
            assert box["height"] <= 320
            assert at["y"] + at["height"] <= box["y"]  # the number is not behind the sheet
        more = page.locator("#bp-trace summary")
        more.tap()
        if width < 700:
            assert number.evaluate("(e) => e.getBoundingClientRect().bottom") <= page.locator("#bp-trace").evaluate(
                "(e) => e.getBoundingClientRect().top"
            )
        for button in page.locator("#bp-trace :is(button, summary)").all():
            size = button.bounding_box()
            assert size
            assert size["width"] >= 24
            assert size["height"] >= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_the_sheet_prints_on_one_side(root: str, chromium: Browser, prefix: str) -> None:
    with Visit(chromium, root) as visit:
        paper = visit.go(f"{prefix}one-page/").pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_a_worksheets_name_gives_its_numbers_no_colour(root: str, chromium: Browser) -> None:
    """Those of warm-up are no weights, though its name begins like one."""
    colour = "name => getComputedStyle(document.querySelector(`data[data-q='${name}']`)).color"
    with Visit(chromium, root) as visit:
        page = visit.go("en/warm-up/")
        found = [page.evaluate(colour, f"warm-up:{name}") for name in ("dE_total/dw1", "w2@1", "out_h1")]
        assert len(set(found)) == len(found)
