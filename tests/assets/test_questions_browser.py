"""Questions in a real browser: three stages, the keyboard alone, without script, on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from test_reading_browser import Visit, pytestmark

from axe import violations
from browser import served
from built import build
from small_site import small_site

__all__ = ["pytestmark"]

PAGE = """\
# {title}

{{{{ ask(net_h2) }}}}

{{{{ ask(d("E_total", w7), "sign") }}}}

{{{{ ask([out_h1, net_h1, net_h2], "order") }}}}

{{{{ ask(E_total, "choice", choices=[2 * E_total, E_total - 1]) }}}}

{{{{ ask(d("E_total", w1), "line") }}}}

{{{{ ask(q("count:parameters")) }}}}

{{{{ ask(d("E_total", w5)) }}}}

{{{{ ask([E_total, E_total.at(10)], "order") }}}}
"""


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of an author's own, with a question of each kind."""
    folder = tmp_path_factory.mktemp("questions")
    pages = {"es/index.md": PAGE.format(title="Inicio"), "en/index.md": PAGE.format(title="Home")}
    small_site(folder, pages | dict.fromkeys(("es/step.md", "en/step.md"), "# A\n"))
    built = build(folder, "--strict")
    assert built.returncode == 0, built.stderr
    with served(folder / "site", mount="/sub/") as address:
        yield address


def question(page: Page, number: int) -> Locator:
    return page.locator(f"#ask-{number}")


def said(asked: Locator) -> Locator:
    return asked.locator(".bp-quiz-said")


def answer(asked: Locator, text: str) -> None:
    asked.locator("input").fill(text)
    asked.get_by_role("button", name="Check it").click()


def choose(asked: Locator, name: str) -> None:
    asked.get_by_role("radio", name=name).check()
    asked.get_by_role("button", name="Check it").click()


def test_what_judges_is_loaded_when_a_reader_turns_to_a_question(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        page = visit.go("en/")
        page.evaluate("scrollTo(0, 800)")
        page.wait_for_timeout(200)
        assert "assets/practice.js" not in visit.asked
        with page.expect_response("**/assets/practice.js"):
            question(page, 1).locator("input").focus()


def test_help_comes_in_three_stages_and_speaks_of_the_number(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 1)
        answer(asked, "0,39")
        expect(said(asked)).to_have_text("Right so far. Go on to 6 significant digits.")
        answer(asked, "x")
        expect(said(asked)).to_have_text("This cannot be read as one number.")
        answer(asked, "-0.3925")
        expect(said(asked)).to_contain_text("Not this yet. Look at the line of")
        expect(said(asked)).to_contain_text("Its sign cannot be this one.")
        answer(asked, "3.925")
        expect(said(asked)).to_contain_text("Could it be this? This is what comes out when the decimal mark")
        answer(asked, "0.0425")
        expect(said(asked)).to_contain_text("when the bias b1 is left out of net_h2")
        expect(said(asked).locator("dl .bp-quiz-line .katex")).to_have_count(2)
        expect(said(asked)).to_contain_text("the answer is below")
        assert not asked.locator("details").evaluate("(fold) => fold.open")
        answer(asked, "0.3925")
        expect(said(asked)).to_have_text("Right.")
        expect(asked).to_have_attribute("data-done", "solved")


def test_a_result_that_was_shown_does_not_count(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 1)
        asked.locator("summary").click()
        expect(asked.locator("details data.q")).to_have_text("0.3925")
        answer(asked, "0.3925")
        expect(said(asked)).to_contain_text("does not count as solved")
        expect(asked).to_have_attribute("data-done", "shown")
        visit.page.evaluate("location.hash = '#q:i2=0.2'")
        expect(said(asked)).to_have_text("The numbers are others now: the question is a new one.")
        assert not asked.locator("details").evaluate("(fold) => fold.open")
        answer(asked, "0.4225")
        expect(asked).to_have_attribute("data-done", "solved")


def test_signs_orders_choices_and_lines(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        page = visit.go("en/")
        sign, order, choice, line = (question(page, number) for number in (2, 3, 4, 5))
        sign.get_by_role("button").click()
        expect(said(sign)).to_have_text("Nothing is chosen yet.")
        choose(sign, "positive")
        expect(said(sign)).to_contain_text("Which of its parts are negative?")
        choose(sign, "negative")
        expect(said(sign)).to_have_text("Right.")
        order.get_by_role("radio").first.check()
        order.get_by_role("button").click()
        expect(said(order)).to_contain_text("All of them have the same sign")
        order.get_by_role("button").click()
        expect(said(order)).to_contain_text("these two stand the wrong way round.")
        order.locator('input[value="bca"]').check()
        order.get_by_role("button").click()
        expect(order).to_have_attribute("data-done", "solved")
        choose(choice, "−0.701628891")
        expect(said(choice)).to_contain_text("Its sign cannot be this one.")
        choose(choice, "0.298371109")
        expect(choice).to_have_attribute("data-done", "solved")
        colours = choice.locator("label data").evaluate_all("(all) => all.map((each) => getComputedStyle(each).color)")
        assert len(colours) == 3
        assert len(set(colours)) == 1
        choice.locator("label data").first.hover()
        page.wait_for_timeout(400)
        assert page.locator("#bp-trace").count() == 0
        line.locator('input[value="wrong"]').first.check()
        line.get_by_role("button", name="Check it").click()
        expect(said(line)).to_contain_text("That line follows from the numbers that stand in it.")
        line.locator('input[value="right"]').check()
        line.get_by_role("button", name="Check it").click()
        expect(line).to_have_attribute("data-done", "solved")


def test_no_line_gives_the_answer_away(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 6)
        answer(asked, "8")
        expect(said(asked)).to_have_text("Not this yet. Its sign and its size are plausible.")
        for number in ("9", "8.5"):
            answer(asked, number)
            expect(said(asked)).to_contain_text("Go through it once more")
            expect(said(asked).locator(".bp-quiz-line")).to_have_count(0)
        answer(asked, "10")
        expect(said(asked)).to_have_text("Right.")


def test_that_no_slip_fits_is_said_only_where_it_is_known(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 1)
        for number in ("0.6", "0.5"):
            answer(asked, number)
        expect(said(asked)).to_contain_text("This is the line of")
        expect(said(asked)).to_contain_text("With 6 significant digits more could be said.")
        expect(said(asked)).not_to_contain_text("No slip")
        answer(asked, "0.512345")
        expect(said(asked)).to_contain_text("No slip known here gives this number.")


def test_the_lines_are_those_that_the_number_follows_from(questions: str, chromium: Browser) -> None:
    """A slip that is made everywhere shows where the question is about."""
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 7)
        for number in ("1", "2", "0.439829649"):
            answer(asked, number)
        expect(said(asked)).to_contain_text("the slopes of the activation functions are left out everywhere")
        lines = said(asked).locator("dl annotation").all_text_contents()
        assert [r"\text{net}_{o1}" in line for line in lines] == [True, True]


def test_a_question_is_called_by_what_it_asks(questions: str, chromium: Browser) -> None:
    """A name leaves mathematics out, so it is said in words."""
    with Visit(chromium, questions) as visit:
        page = visit.go("en/")
        for name in (
            "How much is net_h2? Give it with six significant digits.",
            "Is ∂E_total/∂w7 negative, zero or positive?",
            "Which is the order, from the smallest to the largest? out_h1, net_h1, net_h2",
            "Which of these is E_total?",
        ):
            expect(page.get_by_role("group", name=name, exact=True)).to_have_count(1)


def test_a_later_update_has_its_symbol(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        asked = question(visit.go("en/"), 8)
        asked.locator('input[value="ab"]').check()
        for _ in range(2):
            asked.get_by_role("button", name="Check it").click()
        expect(said(asked)).to_contain_text("these two stand the wrong way round.")
        expect(said(asked).locator("annotation").last).to_have_text(r"E_{\text{total}}^{(10)}")


def test_the_keyboard_is_enough(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        page = visit.go("en/")
        first, second = question(page, 1), question(page, 2)
        first.locator("input").focus()
        page.keyboard.type("0.3925")
        page.keyboard.press("Enter")
        expect(first).to_have_attribute("data-done", "solved")
        page.keyboard.press("Tab")
        expect(first.get_by_role("button", name="Check it")).to_be_focused()
        while not second.evaluate("(e) => e.contains(document.activeElement)"):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(second).to_have_attribute("data-done", "solved")


def test_a_phone_has_keys_for_minus_and_mark(questions: str, chromium: Browser) -> None:
    phone = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
    with Visit(chromium, questions, **phone) as visit:
        asked = question(visit.go("en/"), 1)
        field = asked.locator("input")
        field.fill("25")
        asked.get_by_role("button", name="minus sign").tap()
        expect(field).to_have_value("−25")
        asked.get_by_role("button", name="minus sign").tap()
        asked.get_by_role("button", name="decimal mark").tap()
        expect(field).to_have_value("25.")
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_script_there_is_a_fold_with_the_answer(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions, java_script_enabled=False) as visit:
        page = visit.page
        page.goto(f"{questions}en/")
        asked = question(page, 1)
        expect(asked.locator(".bp-quiz-field")).to_be_hidden()
        expect(question(page, 2).locator(".bp-quiz-option").first).to_be_hidden()
        asked.locator("summary").click()
        expect(asked.locator("details data.q")).to_have_text("0.3925")


def test_on_paper_there_is_a_line_to_write_on_and_no_answer(questions: str, chromium: Browser) -> None:
    with Visit(chromium, questions) as visit:
        page = visit.go("en/")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        for asked in page.locator(".bp-quiz").all():
            expect(asked.locator("details")).to_be_hidden()
            expect(asked.locator(".bp-quiz-field")).to_be_hidden()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".bp-quiz[data-shown]").count() == 0
        line = "(e) => parseFloat(getComputedStyle(e, '::after').borderBottomWidth)"
        assert question(page, 1).evaluate(line) > 0
        expect(question(page, 2).get_by_role("radio").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_them(questions: str, chromium: Browser, scheme: str) -> None:
    with Visit(chromium, questions, width=360, color_scheme=scheme) as visit:
        page = visit.go("")
        for number in (1, 2):
            asked = question(page, number)
            if number == 1:
                asked.locator("input").fill("1")
            else:
                asked.get_by_role("radio").last.check()
            asked.get_by_role("button", name="Comprobar").click()
            expect(said(asked)).to_contain_text("Todavía no es esto.")
        assert violations(page) == []
