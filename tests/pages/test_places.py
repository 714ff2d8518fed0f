"""A token becomes what is right where it stands; a page filled after its conversion is the one filled before it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown

import sample
from backprop_docgen.errors import TemplateError
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages import pieces
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.pages.pieces import EquationPiece, LabelPiece, NumberPiece, Piece, from_json, to_json, token
from backprop_docgen.pages.places import fill_html, fill_markdown, formulas, source
from backprop_docgen.worksheet.course import build_course
from networks import ROOT
from rendered import rendered

NETWORKS = [ROOT / "network.toml", *sorted((ROOT / "tests" / "networks").glob("*.toml"))]
Render = Callable[[str], Page]


def convert(text: str) -> str:
    extensions = [
        *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
        *("pymdownx.details", "pymdownx.superfences", "pymdownx.highlight", "pymdownx.inlinehilite"),
        *("pymdownx.tabbed", "backprop_docgen.katex"),
    ]
    settings = {"backprop_docgen.katex": {"deferred": True}, "pymdownx.tabbed": {"alternate_style": True}}
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)


def html(page: Page) -> str:
    return fill_html(convert(page.source), page.record).text


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Render:
    course = build_course(read_network(ROOT / "network.toml"))

    def run(text: str) -> Page:
        folder = tmp_path_factory.mktemp("docs") / "en"
        folder.mkdir()
        (folder / "page.md").write_text(text, "utf-8")
        return render_pages({"en": folder}, [], course, [Language("en")])[0]

    return run


def same(left: str, right: str) -> bool:
    """Whether two pages are one, white space between elements and the order of attributes aside."""

    def plain(text: str) -> str:
        text = re.sub(r"<(\w[\w-]*)((?: [^<>]*)?)>", lambda m: f"<{m[1]} {sorted(re.findall(_ATTRIBUTE, m[2]))}>", text)
        return re.sub(r"\s*(<[^<>]*>)\s*", r"\1", text)

    return plain(left) == plain(right)


CONTROLS = re.compile(r'(?:<p>)?<span class="bp-quiz-(?:field|option)">.*?</span>(?:</p>)?')
INVITATION = re.compile(r' (?:class="bp-try"|data-(?:to|try)="[^"]*")')
_ATTRIBUTE = r'[\w-]+="[^"]*"'


def test_the_pieces_of_a_page_can_be_kept() -> None:
    for page in rendered(ROOT / "network.toml"):
        kept = json.loads(json.dumps(pieces.to_json(page.record)))
        assert pieces.from_json(kept) == tuple(page.record), page.name


@pytest.mark.parametrize("network", sample.some("places", NETWORKS, 1), ids=lambda path: path.stem)
def test_every_page_comes_out_the_same_filled_before_or_after(network: Path) -> None:
    for page in rendered(network):
        html, names = fill_html(convert(places_only(page)), page.record)
        html = INVITATION.sub("", html)  # in finished Markdown it is a plain link
        html = CONTROLS.sub("", html)  # and there is nothing to press
        # a number without a name has no mark in formulas and labels
        html = re.sub(r'(<(?:bp-math|section)) data-said="[^"]*"', r"\1", html)
        before = convert(page.markdown)
        links = re.compile(r'href="[^"#]*\.md(?=#)')
        assert same(links.sub('href="', html), links.sub('href="', before)), page.name
        assert names == page.shown, page.name


def places_only(page: Page) -> str:
    return source(page.text, page.record)


@pytest.mark.parametrize("network", sample.some("formulas", NETWORKS, 1), ids=lambda path: path.stem)
def test_the_formulas_of_a_page_are_known_before_it_is_converted(network: Path) -> None:
    from backprop_docgen.latex.katex import formulas_in

    for page in rendered(network):
        assert set(formulas_in(html(page))) == set(page.formulas()), page.name


NUMBER = '<data class="q" value="0.4" data-q="w5">0.4</data>'


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("It is {{ w5 }}, **{{ w5 }}**.", f"<p>It is {NUMBER}, <strong>{NUMBER}</strong>.</p>"),
        ("| a |\n|---|\n| {{ w5 }} |", f"<td>{NUMBER}</td>"),
        ("## On {{ w5 }}", f'<h2 id="on">On {NUMBER}</h2>'),
        ("`x {{ w5 }}`", f"<code>x {NUMBER}</code>"),
        ("    x {{ w5 }}", "<code>x 0.4\n</code>"),
        ("```text\nx {{ w5 }}\n```", '<code>x <data class="q" value="0.4" data-q="w5">0.4</data>\n</code>'),
        ("```toml\nx = {{ w5 }}\n```", '<span class="mi"><data class="q" value="0.4" data-q="w5">0.4</data></span>'),
        ("```python\nx = {{ w5 }}\n```", '<span class="mi"><data class="q" value="0.4" data-q="w5">0.4</data></span>'),
        ("```json\n[{{ w5.percent(0) }}]\n```", 'data-format="percent:0">40%</data></span>'),
        ("```text\nx{{ w5 }}\n```", "<code>x0.4\n</code>"),
        ("$`w = {{ w5 }}`$", 'data-tex="w%20%3D%20%5ChtmlData%7Bq%3Dw5%7D%7B0.4%7D">w = 0.4</bp-math>'),
        ("$`{{ w5.percent(0) }}`$", 'data-tex="40%5C%25">40%</bp-math>'),
        ("$`{{ count(network.weights) }}`$", 'data-tex="%5Ctext%7Beight%7D">eight</bp-math>'),
        ("```math\nw = {{ w5 }}\n```", 'data-tex="w%20%3D%20%5ChtmlData%7Bq%3Dw5%7D%7B0.4%7D"></bp-math-block>'),
        ('<abbr title="{{ w5 }}">x</abbr>', '<abbr data-said="w5" title="0.4">x</abbr>'),
        ('<i title="{{ w5.fixed(1) }}">x</i>', '="[&quot;q&quot;,&quot;w5&quot;]|fixed:1" title="0.4">x</i>'),
        ('[x](y.md "{{ w5 }}")', 'title="0.4"'),
        ("![a {{ w5 }}](x.png)", 'alt="a 0.4"'),
        ("HTML\n\n*[HTML]: {{ w5 }}", '<abbr data-said="w5" title="0.4">HTML</abbr>'),
        ("<!-- {{ w5 }} -->", "<!-- 0.4 -->"),
        ("[x](y.md?w={{ w5 }})", 'href="y.md?w=0.4"'),
        ("{{ w5.relation }}", "<p>=</p>"),
        ("{{ w5.code }}", "<p>0.4</p>"),
        ("{{ eq(net_h1) }}\n\n`{{ eqref(net_h1) }}`", '<code><a data-number="net_h1" href="#eq-net_h1">(1)</a></code>'),
        ("{{ eq(net_h1) }}\n\n$`{{ eqref(net_h1) }}`$", ">(1)</bp-math>"),
        ('{{ eq(net_h1) }}\n\n<i title="{{ eqref(net_h1) }}">x</i>', '<i title="(1)">x</i>'),
    ],
)
def test_a_token_becomes_what_is_right_where_it_stands(render: Render, template: str, expected: str) -> None:
    assert expected in html(render(template))


@pytest.mark.parametrize(
    "template",
    [
        "{{ eq(net_h1) }}",
        "- item\n\n    {{ eq(net_h1) }}",
        "- item\n\n  {{ eq(net_h1) }}\n",
        "- item\n  {{ eq(net_h1) }}",
        "1. item\n   {{ eq(net_h1) }}\n   and more",
        "> {{ eq(net_h1) }}",
        "!!! note\n    {{ eq(net_h1) }}",
        "words\n{{ eq(net_h1) }}\nwords",
        "words\n{{ eq(net_h1) }}\n{{ eq(net_h2) }}",
        "- item\n\n   {{ figure('circuit', 'A **caption**') }}",
        "words\n{{ figure('circuit', 'A **caption**') }}\n",
        "- item\n\n    {% cell %}\n    x = {{ w5.code }}\n    print()\n    {% endcell %}\n",
    ],
)
def test_a_block_is_whole_wherever_it_has_a_line_of_its_own(render: Render, template: str) -> None:
    found = html(render(template))
    assert "&lt;" not in found.replace("&lt;/", "&lt;")
    for paragraph in re.findall(r"<p>(?:(?!</p>).)*", found, re.DOTALL):
        assert not re.search(r"<(?:div|figure|pre)\b", paragraph), found
    assert len(re.findall(r"<p[ >]", found)) == found.count("</p>")
    assert found.count("<div") == found.count("</div>")
    assert not re.search(r"<p>\s*</p>", found)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("x\n\nwords {{ eq(net_h1) }}", 3),
        ("{{ eq(net_h1) }} words", 1),
        ("x\n`{{ eq(net_h1) }}`", 2),
        ("$`{{ eq(net_h1) }}`$", 1),
        ("# {{ eq(net_h1) }}", 1),
        ('<i title="{{ eq(net_h1) }}">x</i>', 1),
        ("| {{ eq(net_h1) }} |\n|---|\n| x |", 1),
        ("```text\n{{ eq(net_h1) }}\n```", 2),
        ("see {{ figure('circuit', 'A caption') }}", 1),
        ("\n{% choose %}\n{% when w5 > 0 %}\n{{ eq(net_h1) }}\n{% otherwise %}\nno\n{% endchoose %}", 2),
        ("{% choose %}\n{% when w5 > 9 %}\n{% cell %}\nx = 1\n{% endcell %}\n{% otherwise %}\nno\n{% endchoose %}", 1),
        ("{% choose %}\n{% when w5 > 0 %}\n{{ figure('circuit', 'x') }}\n{% otherwise %}\nno\n{% endchoose %}", 1),
    ],
)
def test_a_block_where_there_is_no_room_is_refused_with_its_line(render: Render, template: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template)
    assert [problem.line for problem in caught.value.problems] == [line]


def test_numbers_do_not_show_in_what_markdown_converts(tmp_path: Path) -> None:
    network = tmp_path / "network.toml"
    network.write_text((ROOT / "network.toml").read_text("utf-8").replace("0.40, 0.45", "0.41, 0.44"), "utf-8")
    sources = [{(page.language, page.name): page.source for page in rendered(each)} for each in (NETWORKS[0], network)]
    assert sources[0] == sources[1]


@pytest.mark.parametrize("character", ["\ue005", token(0), token(99_999)])
def test_a_private_character_in_a_template_is_told_with_its_line(render: Render, character: str) -> None:
    with pytest.raises(TemplateError, match=r"page\.md:2: a private character of Unicode stands here \(U\+"):
        render(f"one\ntwo {character}\n")


def test_what_looks_like_a_stand_in_stays(render: Render) -> None:
    page = render("{{ w5 }}\n\n```python\nx = 81726354.0 + 81726354.7\n```\n")
    assert re.findall(r"81726354\.\d", html(page)) == ["81726354.0", "81726354.7"]


def test_a_record_comes_back_from_its_json() -> None:
    record = (
        Piece("out\nput"),
        NumberPiece("0.4", "0.4", ("w5",), ("w5",), ' data-q="w5"', ""),
        LabelPiece("(1)", "", kind="eq", label="x", line=3, page="y.md"),
        EquationPiece("(1)", "x = 1", ("w5",), (), "x", "", 7),
    )
    assert from_json(to_json(record)) == record


def test_lists_of_what_is_shown_follow_the_text() -> None:
    record = [NumberPiece(name, name, (name,), (name,), " data-q") for name in "abc"]
    text = f"{token(2)} $`{token(0)}`$ `{token(1)}` {token(1)}"
    assert fill_markdown(text, record).names == ["c", "a", "b"]
    assert list(formulas(text, record)) == [("a", False)]
