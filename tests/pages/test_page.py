"""Templates: what an author writes, and the finished Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_docgen.errors import TemplateError
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.site.project import without_pages
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import Course, build_course

ROOT = Path(__file__).parents[2]
Render = Callable[..., list[Page]]


@pytest.fixture(scope="module")
def course() -> Course:
    found = build_course(read_network(ROOT / "network.toml"))
    add_variations(found)
    return found


@pytest.fixture
def render(tmp_path: Path, course: Course) -> Render:
    """Renders templates given by "language/name" → text; one text alone is an English page."""

    def run(text: str = "", other: Course | None = None, **pages: str) -> list[Page]:
        texts = {key.replace("__", "/"): value for key, value in pages.items()} or {"en/page": text}
        for key, body in texts.items():
            path = tmp_path / "docs" / f"{key}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        codes = sorted({key.partition("/")[0] for key in texts}, reverse=True)
        order = [f"{key.partition('/')[2]}.md" for key in texts]
        return render_pages(
            {code: tmp_path / "docs" / code for code in codes},
            order,
            other or course,
            [load_language(code) for code in codes],
        )

    return run


def problems(render: Render, text: str = "", **pages: str) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        render(text, **pages)
    return [str(problem) for problem in caught.value.problems]


def test_a_number_carries_its_quantity_and_its_full_value(render: Render) -> None:
    page = render("{{ out_o1 }}")[0]
    assert page.markdown == '<data class="q" value="0.7513650695523157" data-q="out_o1">0.751365070</data>'
    assert page.shown == ["out_o1"]


def test_a_derived_number_carries_its_tree(render: Render) -> None:
    text = render("{{ (E_total - E_total.after).signed }}")[0].markdown
    tree = re.search(r'data-expr="([^"]*)"', text)
    assert tree is not None
    assert json.loads(tree[1].replace("&quot;", '"')) == [
        "+",
        ["q", "E_total"],
        ["*", -1, ["q", "E_total@1"]],
    ]
    assert ">+0.007343335<" in text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ (1 - E_total.after / E_total).percent(1) }}", "2.5%"),
        ("{{ q('nudge:w5') - w5 }}", "0.01"),
        ("{{ absolute(error_o2) }}", "0.217071535"),
        ("{{ out_o1.fixed(3) }}", "0.751"),
        ("{{ (out_o1 * 123456).fixed(3) }}", "92,760.526"),
        ("{{ out_o1 * 123456 }}", "92,760.526026651"),
        ("{{ (out_o1 * 123456).percent(1) }}", "9,276,052.6%"),
        ("{{ out_o1.rate }}", "0.751"),
        ("{{ (out_o1 / out_o1).rate }}", "1"),
        ("{{ (out_o1 + 1).rate }}", "1.75"),
        ("{{ (w5 * 10).rate }}", "4"),
        ("{{ (w5 - 0.0001234).rate }}", "0.400"),
        ("{{ (w5 / 1000).rate }}", "0.0004"),
        ("{{ (w5 * 123456).rate }}", "49,382.4"),
        ("{{ network.iterations }}", "10,000"),
        ("{{ count(network.weights, 'weight') }}", "eight weights"),
        ("{{ count(network.outputs | without(model.output_neuron), 'other output') }}", "one other output"),
        ("{{ E_total.at(0) }}", "0.298371109"),
        ("{{ q('dE_total/dw5') }}", "0.082167041"),
        ("{{ d('E_total', model.output_weight) }}", "0.082167041"),
    ],
)
def test_what_a_reader_sees(render: Render, template: str, text: str) -> None:
    assert re.sub("<[^>]*>", "", render(template)[0].markdown) == text


def test_spanish_counts_agree_with_their_nouns(render: Render) -> None:
    template = (
        "{{ count(network.outputs, 'neurona', 'neuronas', 'f') }} y {{ count(network.biases, 'sesgo', 'sesgos') }}"
    )
    text = render(es__page=template)[0].markdown
    assert re.sub("<[^>]*>", "", text) == "dos neuronas y dos sesgos"


def test_lists_follow_the_language(render: Render) -> None:
    template = "{{ listing(network.inputs) }} / {{ listing(network.outputs, 'or') }}"
    spanish, english = render(es__page=template, en__page=template)
    assert spanish.markdown == "$`i_{1}`$ e $`i_{2}`$ / $`o_{1}`$ u $`o_{2}`$"
    assert english.markdown == "$`i_{1}`$ and $`i_{2}`$ / $`o_{1}`$ or $`o_{2}`$"


def test_braces_of_latex_and_attribute_lists_are_left_alone(render: Render) -> None:
    text = "## Title {#id}\n\n$`x^{{a}}`$ and {## a comment ##}done\n"
    assert render(text)[0].markdown == "## Title {#id}\n\n$`x^{{a}}`$ and done\n"


def test_equations_that_are_referred_to_are_numbered_over_all_pages(render: Render) -> None:
    first, second = render(
        en__one="{{ eq(net_h1) }}\n\n{{ eq(net_h2, number=false) }}\n\n{{ eq(net_o1) }}\n\n"
        "{{ eqref(out_h1) }} {{ eqref(net_h1) }}\n",
        en__two="{% equation 'own' %}\nx = {{ out_h1.num }}\n{% endequation %}\n\n"
        "{{ eq(out_h1) }}\n\n{{ eqref('own') }}\n",
    )
    assert 'id="eq-net_h1"' in first.markdown
    assert ">(1)</a>" in first.markdown
    assert '[(3)](two.md#eq-out_h1){ data-number="out_h1" }' in first.markdown
    assert ">(2)</a>" in second.markdown
    assert '[(2)](#eq-own){ data-number="own" }' in second.markdown
    assert r"x = \htmlData{q=out_h1}{0.593269992}" in second.markdown
    assert '<div class="equation" data-ladder="net_o1" id="eq-net_o1" markdown>' in first.markdown  # not cited


def test_an_equation_is_numbered_in_every_language_if_one_refers_to_it_or_may(render: Render) -> None:
    equations = "{{ eq(net_h1) }}\n\n{{ eq(net_h2) }}\n\n{{ eq(out_h1, result=true) }}\n\n"
    untold = "{% choose %}{% when E_total < 0 %} See {{ eqref(out_h1) }}. {% otherwise %} Fine. {% endchoose %}\n"
    for page in render(en__page=equations + untold, es__page=equations + "Como en {{ eqref(net_h2) }}.\n"):
        numbers = re.findall(r'href="#eq-(\w+)" data-number="\w+">(.*?)</a>', page.markdown)
        assert [found for found in numbers if found[0] != "net_h1"] == [("net_h2", "(1)"), ("out_h1", "(2)")]
        assert 'class="equation numbered result"' in page.markdown


def test_blocks_take_on_the_indentation_of_their_place(render: Render) -> None:
    text = render('??? note "N"\n\n    {{ eq(net_h1) }}\n\n- {{ eq(net_h2) }}\n')[0].markdown
    assert "\n    ```math\n    \\text{net}_{h1}" in text
    assert "\n- <div" in text
    assert "\n    ```math\n    \\text{net}_{h2}" in text


def test_cells_show_their_source_and_what_they_print(render: Render) -> None:
    template = "{% cell shows=[net_h1] %}\nw = {{ w1.code }}\nprint(w * 0.05 + 0.2 * 0.1 + 0.35)\n{% endcell %}\n"
    text = render(template)[0].markdown
    assert "w = 0.15\n" in text
    assert "{.text .output }" not in text
    assert "```{.text .output}\n0.3775\n```" in text
    assert 'data-literals="w1 - - - -"' in text
    assert 'data-outputs="net_h1"' in text


def test_cells_of_a_page_share_their_names_and_pages_do_not(render: Render) -> None:
    define, use = "{% cell %}\nx = 2\n{% endcell %}\n", "{% cell %}\ny = x\n{% endcell %}\n"
    assert render(en__one=define + use)
    found = problems(render, en__one=define, en__two=use)
    assert any("docs/en/two.md:2" in problem and "NameError" in problem for problem in found)


def test_sentences_are_chosen_and_the_others_kept(render: Render) -> None:
    template = (
        "Loss {% choose %}{% when rises(E_total) %}up {{ E_o1 }}"
        "{% when falls(E_total) %}down{% otherwise %}same{% endchoose %}."
    )
    page = render(template)[0]
    assert page.markdown == 'Loss <span class="chosen" data-choice="1">down</span>.'
    assert page.choices[0].chosen == 1
    assert page.choices[0].conditions[0] == [">", ["q", "E_total@1"], ["q", "E_total"]]
    assert page.choices[0].conditions[2] is None
    assert page.choices[0].texts[2] == "same"
    assert page.shown == []


def test_what_is_not_said_is_not_numbered(render: Render) -> None:
    unused = "{% set unused = eq(net_h1) ~ eqref(out_h1) %}"
    template = unused + "{{ eq(out_h1) }}\n\n{{ eq(net_h2) }}\n\n{{ eqref(net_h2) }}\n"
    assert ">(1)</a>" in render(template)[0].markdown


def test_conditions_can_be_combined(render: Render) -> None:
    template = (
        "{% choose %}{% when all_of(out_o1 > 0.5, negate(out_o1 > out_o2)) %}both{% otherwise %}no{% endchoose %}"
        "{% choose %}{% when any_of(out_o1 > 2, w5 == 0.4) %}any{% otherwise %}no{% endchoose %}"
    )
    assert re.sub("<[^>]*>", "", render(template)[0].markdown) == "bothany"


def test_all_mistakes_of_all_pages_are_reported_at_once(render: Render) -> None:
    found = problems(
        render,
        en__one='{{ out_o9 }}\n\n{{ eq("net_h9") }}\n\n{{ figure("circut", "C") }}\n',
        en__two="{{ netwerk }}\n{{out_o1}}\n\n{{ -out_o1 }}\n",
    )
    text = "\n".join(found)
    for words in (
        "docs/en/one.md:1: 'out_o9' is undefined",
        "docs/en/one.md:3",
        "docs/en/one.md:5: circut: there is no figure of this kind",
        "docs/en/two.md:1: 'netwerk' is undefined",
        "Did you mean network",
        "docs/en/two.md:2: {{out_o1 is not taken for a number",
        "docs/en/two.md:4: a minus stands right after {{",
    ):
        assert words in text, text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% if E_total %}x{% endif %}", "a number stands in a plain {% if %}"),
        ("{% if out_o1 > 1 %}x{% endif %}", "a condition about numbers stands in a plain {% if %}"),
        ("{% choose %}{% when 1 %}x{% endchoose %}", "{% when %} needs a condition about numbers"),
        ("{% choose %}{% when out_o1 > 2 %}x{% endchoose %}", "no {% when %} holds here"),
        ("{{ eq(net_h1) }}\n\n{{ eq(net_h1) }}", "is numbered on page.md already"),
        ('{{ eqref("nowhere") }}', "no equation has this label"),
        ('{{ table(network.weights, columns=["sybol"]) }}', "a table has no such column"),
        ("{{ eq(E_total.at(10)) }}", "has no formula"),
        ("{% cell %}\nprint(1)\n{% endcell %}", "prints 1 numbers, but shows= names 0"),
        ("{% cell shows=[out_o1] %}\nprint(0.75)\nprint(1)\n{% endcell %}", "prints 2 numbers"),
        ("{% cell shows=[out_o1] %}\nprint(0.7514)\n{% endcell %}", None),
        ("{% cell shows=[out_o1] %}\nprint(0.7515)\n{% endcell %}", "prints 0.7515, but out_o1 is 0.7513650695523157"),
        ("{% endchoose %}", "unknown tag 'endchoose'"),
    ],
)
def test_each_mistake_is_said(render: Render, template: str, words: str | None) -> None:
    if words is None:
        render(template)
    else:
        assert any(words in problem for problem in problems(render, template))


def test_languages_must_number_the_same_things(render: Render) -> None:
    found = problems(render, es__page="{{ eq(net_h1) }}", en__page="{{ eq(net_h2) }}")
    assert any("has other numbered equations or figures" in problem for problem in found)


def test_a_comma_is_written_where_the_language_wants_it(render: Render, course: Course, tmp_path: Path) -> None:
    (tmp_path / "docs" / "es").mkdir(parents=True)
    (tmp_path / "docs" / "es" / "page.md").write_text("{{ out_o1 }} $`{{ out_o1.num }}`$ `{{ w5.code }}`", "utf-8")
    page = render_pages({"es": tmp_path / "docs" / "es"}, [], course, [Language("es", ",")])[0]
    assert ">0,751365070<" in page.markdown
    assert "{0{,}751365070}" in page.markdown
    assert page.markdown.endswith("`0.4`")


def test_templates_follow_another_shape(render: Render) -> None:
    network = parse_network(
        "[network]\ninputs=[1, 2, 3]\ntargets=[0.5]\n[[layer]]\nneurons=2\nactivation='tanh'\n[[layer]]\nneurons=1\n",
        "n.toml",
    )
    other = build_course(network)
    add_variations(other)
    text = render(
        "{{ model.output_weight.name }} {{ count(network.inputs, 'input') }} {{ model.hidden_neuron.sym }}", other
    )
    assert re.sub("<[^>]*>", "", text[0].markdown) == "w7 three inputs $`h_{1}`$"


SEVERAL = (
    "[network]\n"
    + "".join(f"[[example]]\ninputs=[{i}]\ntargets=[{i * i}]\n" for i in range(6))
    + "[[layer]]\nneurons=2\n[[layer]]\nactivation='identity'\nweights=[[1, 2]]\n[display]\nexample=5\n"
)


def test_training_examples_can_be_gone_through(render: Render) -> None:
    other = build_course(parse_network(SEVERAL, "n.toml"))
    template = (
        "{% for e in network.training_examples | few(4) %}{{ e.number }}{% if e.worked %}*{% endif %}: "
        "{{ listing(e.inputs, show='value') }} → {{ listing(e.targets, show='value') }}; {% endfor %}"
        "{{ left_out(network.training_examples, 4) }} {{ (network.training_examples | last).loss.name }} "
        "{{ (network.training_examples | last).outs[0].name }}"
    )
    text = re.sub("<[^>]*>", "", render(template, other)[0].markdown)
    assert text.startswith("1: 0 → 0; 2: 1 → 1; 3: 2 → 4; 5*: 4 → 16; And 2 more like these")
    assert text.endswith("E_total[6] out_o1[6]")


def test_the_rule_of_the_loss_has_no_sum_over_a_single_output(render: Render) -> None:
    other = build_course(parse_network(SEVERAL, "n.toml"))
    single = render("{{ loss_rule() }}", other)[0].markdown
    assert r"E_{\text{total}} = \frac{1}{2} \cdot \left(\text{out}_{o1}" in single
    assert r"\sum_{k}" in render("{{ loss_rule() }}")[0].markdown


def test_a_template_knows_what_was_drawn_and_whether_cells_have_room(render: Render) -> None:
    template = "{{ network.layers | map(attribute='random') | join(' ') }} {{ network.small }}"
    assert render(template, build_course(parse_network(SEVERAL, "n.toml")))[0].markdown == "True False True"
    wide = "[network]\ninputs=[1, 2, 3]\ntargets=[0.5]\n[[layer]]\nneurons=9\n[[layer]]\nneurons=1\n"
    assert render(template, build_course(parse_network(wide, "n.toml")))[0].markdown == "True True False"


def test_templates_name_the_examples_that_are_not_worked(render: Render) -> None:
    template = "{{ network.other_examples | join(' ') }}"
    assert render(template, build_course(read_network(ROOT / "tests/networks/and.toml")))[0].markdown == "[1] [2] [3]"
    assert render(template)[0].markdown == ""


def test_a_page_may_leave_the_navigation(render: Render) -> None:
    template = "---\ntitle: T\n{% if network.hidden %}\nin_nav: false\n{% endif %}\n---\n\n# T\n"
    assert not render(template)[0].in_navigation
    assert render(template.replace("if network", "if not network"))[0].in_navigation
    nav = ["a.md", {"Section": ["b.md"]}, {"Other": ["b.md", "c.md"]}]
    assert without_pages(nav, {"b.md"}) == ["a.md", {"Other": ["c.md"]}]
