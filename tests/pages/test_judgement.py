"""Equations of an author's own: a build refuses those that do not hold, with their lines, and nothing that is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backprop_docgen.latex.equation import Piece, Rank, Typesetter
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Display
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.draft import Draft, Template
from backprop_docgen.pages.render_template import render_template
from backprop_docgen.worksheet.course import Course, build_course
from networks import ROOT, random_network

POINT, COMMA = Language("en"), Language("es", ",")


@pytest.fixture(scope="module")
def course() -> Course:
    return build_course(read_network(ROOT / "network.toml"))


def draft(course: Course, source: str, language: Language = POINT, shared: str = "") -> Draft:
    begin, file = ("{% shared %}\n", "docs/shared/p.md") if shared else ("", "")
    return render_template(Template(language, "p.md", "docs/en/p.md", begin + source, file, shared), course)


def problems(course: Course, source: str, language: Language = POINT, shared: str = "") -> list[str]:
    return [str(problem) for problem in draft(course, source, language, shared).problems]


FALSE = [
    "$`{{ E_total.tex }} = {{ E_o1.num }}`$",
    "$`{{ out_o1.num }} - {{ target_o1.num }} = {{ E_o1.num }}`$",
    "$`{{ out_o1.tex }} \\approx {{ out_o2.num }}`$",
    "$`{{ E_total.tex }} = {{ E_o1.tex }} - {{ E_o2.tex }}`$",
    "$`{{ w5.tex }} = {{ w6 }}`$",
    "$`{{ out_o1.tex }} \\approx {{ out_o1.fixed(2) }} + 1`$",
    "```math\n{{ E_total.tex }} = {{ E_o1.num }}\n```",
    "1. a list\n\n    ```math\n    {{ E_total.tex }} = {{ E_o1.num }}\n    ```",
    '{% equation "own" %}\n{{ net_h1.tex }} = {{ w1.tex }} \\cdot {{ i1.tex }}\n{% endequation %}',
    "{% choose %}{% when E_total > 1000 %}x{% otherwise %}$`{{ w5.num }} = 1`${% endchoose %}",
    "{{ wrong(E_total, E_o1) }}",
]
MACRO = "{% macro wrong(a, b) %}$`{{ a.tex }} = {{ b.num }}`${% endmacro %}\n"


@pytest.mark.parametrize("text", FALSE)
@pytest.mark.parametrize("language", [POINT, COMMA], ids=["point", "comma"])
def test_a_relation_that_does_not_hold_stops_the_build(course: Course, text: str, language: Language) -> None:
    found = problems(course, text, language, MACRO)
    assert len(found) == 1
    assert "does not hold: " in found[0]
    assert "Correct one of its sides" in found[0]


def test_it_is_told_in_plain_words_where_it_stands_and_all_at_once(course: Course) -> None:
    text = f"a\n\n{FALSE[0]}\n\n{FALSE[6]}\n\n$`1 + 1 = 3`$\n\n{FALSE[-1]} {FALSE[-1]}\n"
    found = [problem.partition(" (")[0] for problem in problems(course, text, shared="\n" + MACRO)]
    assert found == [
        "docs/en/p.md:4: does not hold: E_total = 0.274811083",
        "docs/en/p.md:7: does not hold: E_total = 0.274811083",
        "docs/en/p.md:10: does not hold: 1 + 1 = 3",
        "docs/shared/p.md:2: does not hold: E_total = 0.274811083",
    ]


def test_a_rounded_number_takes_its_own_sign(course: Course) -> None:
    (found,) = problems(course, "$`{{ E_total.tex }} = {{ E_total.num }}`$")
    assert "takes ≈" in found
    assert "{{ x.relation }}" in found
    assert problems(course, "$`{{ E_total.tex }} {{ E_total.relation }} {{ E_total.num }}`$") == []
    assert problems(course, "$`{{ w5.tex }} = {{ w5.num }}`$") == []


RIGHT = [
    "{{ E_total.shown }} {{ E_total.sym }}\n\n{{ eq(E_total) }}",
    "$`{{ out_o1.tex }} \\approx {{ out_o1.fixed(2) }}`$, $`{{ out_o1.fixed(2) }} \\approx {{ out_o1.num }}`$",
    "$`{{ E_total.tex }} = {{ E_o1.tex }} + {{ E_o2.tex }} \\approx {{ E_o1.num }} + {{ E_o2.num }}`$",
    "$`{{ E_total.tex }}({{ w5.tex }}) = {{ E_o1.num }}`$",
    "$`{{ E_total.tex }} \\neq {{ E_o1.num }}`$",
    "$`{{ w5.after.tex }} = {{ w5.tex }} - {{ eta.tex }} \\cdot {{ d(E_total, w5).tex }}`$",
    "`` $`{{ w5.num }} = 1`$ ``\n\n```text\n$`1 = 2`$\n```",
    "{% choose %}{% when E_total > 1000 %}$`{{ w5.num }} = 1`${% otherwise %}$`{{ w5.num }} = 0.4`${% endchoose %}",
    "```math\n\\begin{aligned} {{ w5.tex }} &= {{ w5.num }} \\\\ {{ w6.tex }} &= {{ w6.num }} \\end{aligned}\n```",
    "$`{{ w5.tex }} = {{ w5.num }} \\quad {{ w6.tex }} = {{ w6.num }}`$",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_and_what_says_nothing_is_accepted(course: Course, text: str) -> None:
    assert problems(course, text) == []


def test_a_symbol_is_written_out_wherever_it_stands(course: Course) -> None:
    tex = r"E_{\text{total}}"
    places = "# {0}\n\n$`{0}`$ `{0}` {0}\n\n```text\n{0}\n```\n"
    assert draft(course, places.replace("{0}", "{{ E_total.tex }}")).text == places.replace("{0}", tex)
    assert draft(course, "{{ i1.formula }} {{ E_total.sym }}").text == f"i_{{1}} $`{tex}`$"


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
@pytest.mark.parametrize("decimals", [2, 15])
def test_the_formulas_of_a_worksheet_are_accepted_when_an_author_writes_them(seed: int, decimals: int) -> None:
    network = replace(random_network(seed), display=Display(decimals=decimals))
    course = build_course(network)
    language = POINT if seed % 2 else COMMA
    symbol = Typesetter(lambda name: Piece(f'{{{{ q("{name}").tex }}}}', Rank.ATOM, 1), language)
    number = Typesetter(lambda name: Piece(rf'\left({{{{ q("{name}").num }}}}\right)', Rank.ATOM, 1), language)
    lines = []
    for each in course.default.worksheet:
        own = f'q("{each.name}")'
        lines.append(f"$`{{{{ {own}.tex }}}} {{{{ {own}.relation }}}} {{{{ {own}.num }}}}`$")
        if each.tree is not None:
            lines.append(f"$`{{{{ {own}.tex }}}} = {symbol.piece(each.tree).tex}`$")
            lines.append(rf"$`{number.piece(each.tree).tex} \approx {{{{ {own}.num }}}}`$")
    found = draft(course, "\n\n".join(lines), language)
    assert found.problems == ()
