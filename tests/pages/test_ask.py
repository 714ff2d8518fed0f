"""Questions where a step ends: what they ask, what they answer, and what stands there without a script."""

from __future__ import annotations

import re

import pytest
from test_page import Render, course, render

from backprop_docgen.pages.page import Page
from backprop_docgen.pages.places import fill_html

__all__ = ["course", "render"]

SLOPE = 'd("E_total", w1)'


def answer(page: Page) -> str:
    """The fold of a question."""
    found = re.search(r"(?s)<details .*?</summary>\s*(.*?)\s*</details>", page.markdown)
    assert found
    return found[1]


def options(page: Page) -> list[str]:
    return re.findall(r"(?m)^- <label>(.*)</label>$", page.markdown)


def test_a_number_is_asked_for_with_its_digits_and_answered_by_the_worksheet(render: Render) -> None:
    spanish, english = render(es__page="{{ ask(net_h2, digits=4) }}", en__page="{{ ask(net_h2, digits=4) }}")
    assert 'data-ask="number" data-asks="net_h2" data-digits="4"' in english.markdown
    assert re.search(r"Give it with <data [^>]*>four</data> significant digits\.", english.markdown)
    assert re.search(r"Da <data [^>]*>cuatro</data> cifras significativas\.", spanish.markdown)
    assert re.fullmatch(
        r'\$`\\text\{net\}_\{h2\}`\$: <data class="q" [^>]*data-q="net_h2">0.3925</data>', answer(english)
    )
    assert english.shown.count("net_h2") == 1


def test_the_digits_come_from_the_decimals_of_the_site(render: Render) -> None:
    assert 'data-digits="6"' in render("{{ ask(net_h2) }}")[0].markdown


def test_finished_markdown_has_the_fold_and_nothing_to_press(render: Render) -> None:
    page = render('{{ ask(net_h2) }}\n\n{{ ask(E_total, "choice", choices=[2 * E_total, E_o1]) }}')[0]
    assert "<input" not in page.markdown
    assert "<button" not in page.markdown
    assert page.markdown.count("<details") == 2
    html = fill_html(page.text, page.record).text
    assert html.count('<input type="text"') == 1
    assert re.findall(r'<input type="radio" name="(.*?)"', html) == ["ask-2"] * 3
    assert html.count(">Check it</button>") == 2


@pytest.mark.parametrize(("asked", "sign"), [('d("E_total", w7)', "negative"), ("error_o1", "positive")])
def test_a_sign_is_a_chosen_sentence(render: Render, asked: str, sign: str) -> None:
    page = render(f'{{{{ ask({asked}, "sign") }}}}')[0]
    assert options(page) == ["negative", "zero", "positive"]
    assert answer(page).endswith(f", {sign}.</span>")
    assert [len(choice.texts) for choice in page.choices] == [4]


def test_an_order_is_one_of_all_and_follows_the_numbers(render: Render) -> None:
    page = render('{{ ask([out_h1, net_h1, net_h2], "order") }}')[0]
    assert len(options(page)) == 6
    assert options(page)[0] == r"$`\text{out}_{h1} \le \text{net}_{h1} \le \text{net}_{h2}`$"
    names = re.findall(r'data-q="(\w+)"', answer(page))
    assert names == ["net_h1", "net_h2", "out_h1"]
    assert [len(choice.texts) for choice in page.choices] == [7]


def test_wrong_choices_are_unlike_the_right_one_and_stand_in_no_order_of_size(render: Render) -> None:
    page = render('{{ ask(E_total, "choice", choices=[2 * E_total, E_total * 1, E_o1]) }}')[0]
    found = re.findall(r">([\d.]+)</data>", "".join(options(page)))
    assert sorted(found) == ["0.274811083", "0.298371109", "0.596742218"]
    other = render('{{ ask(E_total, "choice", choices=[E_o1, E_total * 1, 2 * E_total]) }}')[0]
    assert re.findall(r">([\d.]+)</data>", "".join(options(other))) == found  # it hangs on nothing but what they are


def test_the_wrong_choices_of_a_gradient_are_common_mistakes(render: Render) -> None:
    page = render(f'{{{{ ask({SLOPE}, "choice") }}}}')[0]
    found = re.findall(r'data-q="([^"]+)"', "".join(options(page)))
    assert len(found) == 4
    assert "dE_total/dw1" in found
    assert all(name.endswith(":dE_total/dw1") for name in found if name != "dE_total/dw1")


def test_where_nothing_can_be_chosen_the_number_is_asked_for(render: Render) -> None:
    page = render('{{ ask(i1, "choice", choices=[i1 * 1]) }}\n\n{{ ask(net_h1, "line") }}')[0]
    assert re.findall(r'data-ask="(\w+)"', page.markdown) == ["number", "number"]


def test_one_line_is_wrong_and_the_others_follow_from_it(render: Render) -> None:
    page = render(f'{{{{ ask({SLOPE}, "line") }}}}')[0]
    ladders = re.findall(r'data-ladder="([^"]+)"', page.markdown)
    *lines, right = ladders
    wrong = re.findall(r'data-wrong="([^"]+)"', page.markdown)[0]
    key = wrong.partition(":")[0]
    assert lines.count(wrong) == 1
    assert all(line.startswith(f"{key}:") for line in lines)
    assert lines[-1] == f"{key}:dE_total/dw1"
    assert right == wrong.partition(":")[2]
    assert len(options(page)) == len(lines)


def test_a_count_asks_how_many(render: Render) -> None:
    page = render('{{ ask(q("count:parameters")) }}')[0]
    assert "How many are they?" in page.markdown
    assert re.sub("<[^>]*>", "", answer(page)) == "10."
