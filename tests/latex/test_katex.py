"""Mathematics in Markdown pages: the syntax, the typesetting, the files a site needs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from markdown import Markdown

from backprop_docgen.errors import MathError
from backprop_docgen.latex.katex import Formula, Renderer, StockRenderer, fill, formulas_in, locate, make_renderer
from backprop_docgen.latex.katex_files import SITE_FOLDER, asset_files, fonts_used
from backprop_docgen.latex.plain_tex import plain
from cases_math import CASES, Case

KATEX = "backprop_docgen.katex"
MATERIAL = [
    "admonition", "attr_list", "md_in_html", "footnotes", "def_list", "tables", "toc", "abbr", "pymdownx.superfences",
    "pymdownx.details", "pymdownx.tabbed", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.smartsymbols",
    "pymdownx.betterem", "pymdownx.blocks.tab", "pymdownx.blocks.admonition", "pymdownx.blocks.details",
]  # fmt: skip
ORDERS = {"first": [KATEX, *MATERIAL], "last": [*MATERIAL, KATEX]}
NAMES = ["out_o1", "dE_total/dw5@1", "net_h1[2]@1", "source:E_total@1", "dE_sequential/dw5", "h1_2", "E_total@10000"]


def converter(extensions: Sequence[str] = tuple(ORDERS["last"]), **options: object) -> Markdown:
    settings = {"toc": {"permalink": True}, "pymdownx.tabbed": {"alternate_style": True}, KATEX: options}
    return Markdown(extensions=extensions, extension_configs={name: settings.get(name, {}) for name in extensions})


def sketch(html: str) -> str:
    """The page with its placeholders in the notation of the cases."""
    html = re.sub(r"<bp-math(?: [^>]*)?>(.*?)</bp-math>", r"⟨\1⟩", html)
    blocks = iter(formula.tex for formula in formulas_in(html) if formula.display)
    return re.sub(r"<bp-math-block[^>]*></bp-math-block>", lambda _: f"⟪{next(blocks)}⟫", html)


@pytest.fixture(scope="module")
def renderer():
    renderer = Renderer()
    yield renderer
    renderer.close()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_syntax_works_in_every_place(case: Case, order: str, renderer: Renderer) -> None:
    html = converter(ORDERS[order], deferred=True).convert(case.source)
    assert len(formulas_in(html)) == case.count
    for shown in case.shows:
        assert shown in sketch(html)
    finished = fill(html, renderer.render_many(formulas_in(html)))
    assert finished.count('class="katex-html"') == case.count
    assert not formulas_in(finished)


def test_standalone_pages_equal_deferred_ones(renderer: Renderer) -> None:
    source = "\n\n".join(case.source for case in CASES.values() if case.count)
    deferred = converter(deferred=True).convert(source)
    standalone = converter()
    assert standalone.convert(source) == fill(deferred, renderer.render_many(formulas_in(deferred)))
    again = standalone.reset().convert("## $`w_1`$")
    assert '<h2 id="w1">' in again


@pytest.mark.parametrize("deferred", [True, False])
def test_titles_are_clean_in_the_table_of_contents(deferred: bool) -> None:
    md = converter(deferred=deferred)
    html = md.convert("# Gradient of $`w_5`$\n\n## $`\\frac{\\partial E}{\\partial w_5}`$ again")
    (title,) = md.toc_tokens
    assert (title["name"], title["id"]) == ("Gradient of w5", "gradient-of-w5")
    assert title["children"][0]["name"] == "∂E/∂w5 again"
    assert html.count("<annotation") == (0 if deferred else 2)


def test_works_without_superfences_in_the_list() -> None:
    html = converter(["tables", KATEX], deferred=True).convert("```math\nx\n```\n\n```text\n$`y`$\n```")
    assert formulas_in(html) == [Formula("x", display=True)]
    assert "$`y`$" in html


def test_attributes_reach_the_finished_page(renderer: Renderer) -> None:
    html = converter(deferred=True).convert('```math {#eq-1 .wide data-n="2"}\nx\n```\n\n$`y`${: .foo }')
    finished = fill(html, renderer.render_many(formulas_in(html)))
    assert '<bp-math-block class="bp-math-block wide" id="eq-1" data-n="2" data-search-exclude>' in finished
    assert '<bp-math class="foo" data-search-exclude>' in finished


def test_an_opening_sign_is_held_to_its_formula(renderer: Renderer) -> None:
    html = converter(deferred=True).convert("¿$`y`$? «($`x`$)» a $`z`$")
    finished = fill(html, renderer.render_many(formulas_in(html)))
    assert re.findall(r'(\S*)<bp-math', finished) == ['class="bp-open">¿', 'class="bp-open">«(', ""]
    assert finished.count("</bp-math></span>") == 2


def test_placeholders_carry_any_tex() -> None:
    tex = r"""a < b > c & d " ' &lt; \begin{matrix}1&amp;2\end{matrix} % é
y *[x]: (c) {#id} [link](a.md)"""
    html = converter(deferred=True).convert(f"```math\n{tex}\n```\n\n$`{tex}`$")
    assert formulas_in(html) == [Formula(tex), Formula(tex, display=True)]


def test_bad_tex_is_reported_all_at_once(renderer: Renderer) -> None:
    with pytest.raises(MathError) as caught:
        renderer.render_many([Formula("x"), Formula(r"\frac{1"), Formula(r"\foo", display=True)])
    assert [problem.key for problem in caught.value.problems] == [r"\frac{1", r"\foo"]
    assert r"Undefined control sequence: \foo at position 1" in caught.value.problems[1].message
    with pytest.raises(MathError, match="Undefined control sequence"):
        converter().convert("text $`\\foo`$")


@pytest.mark.parametrize(
    "tex",
    [r"\href{https://x.example}{x}", r"\url{javascript:1}", r"\includegraphics{a.png}", r"\htmlStyle{color:red}{x}"],
)
def test_commands_that_reach_outside_are_errors(renderer: Renderer, tex: str) -> None:
    with pytest.raises(MathError, match="not allowed"):
        renderer.render_many([Formula(tex)])


@pytest.mark.parametrize("name", NAMES)
def test_markers_stand_in_the_html_half_only(renderer: Renderer, name: str) -> None:
    formula = Formula(rf"x = \htmlData{{q={name}}}{{0.75}} \htmlClass{{k}}{{y}}")
    mathml, html = renderer.render_many([formula])[formula].split('<span class="katex-html"')
    assert f'data-q="{name}"' in html
    assert 'class="enclosing k"' in html
    assert "<mn>0.75</mn>" in mathml
    assert "data-q" not in mathml


def test_a_decimal_comma_stays_one_number(renderer: Renderer) -> None:
    formula = Formula("0{,}75")
    assert "<mn>0,75</mn>" in renderer.render_many([formula])[formula]


def test_each_formula_is_typeset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[list[Formula]] = []

    class Recorder(Renderer):
        def _typeset(self, formulas):
            batches.append(list(formulas))
            return [(formula.tex, None) for formula in formulas]

    recorder = Recorder()
    x, y = Formula("x"), Formula("y")
    assert recorder.render_many([x, x, Formula("x", display=True)]) == {x: "x", Formula("x", display=True): "x"}
    assert recorder.render_many([x, y]) == {x: "x", y: "y"}
    assert recorder.render_many([x]) == {x: "x"}
    assert batches == [[x, Formula("x", display=True)], [y]]


def test_a_closed_renderer_can_start_again() -> None:
    renderer = Renderer()
    first = renderer.render_many([Formula("a")])
    renderer.close()
    assert renderer.render_many([Formula("a"), Formula("b")])[Formula("a")] == first[Formula("a")]
    renderer.close()
    renderer.close()


@pytest.mark.parametrize("ending", ["", "; renderer.close()", "; renderer = None", "; sys.exit(3)", "; 1 / 0"])
def test_a_process_that_typesets_ends(ending: str) -> None:
    script = (
        "import sys; from backprop_docgen.latex.katex import *; renderer = Renderer();"
        f"renderer.render_many([Formula('x^2')]); print('typeset'){ending}"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "typeset\n"
    assert done.returncode == (3 if "exit" in ending else 1 if "1 / 0" in ending else 0)


def test_stock_renders_a_page_without_v8() -> None:
    script = (
        "import sys, markdown\n"
        "sys.modules['py_mini_racer'] = None\n"
        "options = {'backprop_docgen.katex': {'renderer': 'stock'}}\n"
        "source = '# T $`w_1`$\\n\\n```math\\nx = \\\\htmlData{q=w5}{0.75}\\n```\\n'\n"
        "print(markdown.markdown(source, extensions=list(options), extension_configs=options))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("<math") == 2
    assert "<mn>0.75</mn>" in done.stdout
    assert "htmlData" not in done.stdout
    assert "https://" not in done.stdout
    assert fonts_used([done.stdout]) == [[]]


def test_stock_reports_bad_tex() -> None:
    with pytest.raises(MathError) as caught:
        StockRenderer().render_many([Formula(r"\foo"), Formula(r"\href{https://x.example}{x}")])
    first, second = caught.value.problems
    assert first.message == r"KaTeX parse error: Undefined control sequence: \foo at position 1: \foo"
    assert "not allowed" in second.message


def test_an_unknown_renderer_is_refused() -> None:
    with pytest.raises(MathError, match="katex or stock"):
        make_renderer("mathjax")


@pytest.mark.parametrize(
    ("tex", "line"),
    [("x", 3), ("x + y", 5), ("a\nb", 9), ("q", 14), ("z", 17), ("absent", None), ("text", None)],
)
def test_a_formula_is_found_in_its_source(tex: str, line: int | None) -> None:
    source = (
        "x text `x`\n\n$`x`$\n\nb $`x +\ny`$\n\n    ```math\n    a\n    b\n    ```\n\n"
        "> ```math {#eq-1}\n> q\n> ```\n\n| $``z``$ | y |\n"
    )
    assert locate(tex, source) == line


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("w_5", "w5"), ("w_{10}", "w10"), (r"E_{\text{total}}", "E_total"), (r"\mathrm{net}_{h1}", "net_h1"),
        (r"\frac{\partial E_{total}}{\partial w_5}", "∂E_total/∂w5"), (r"\frac{1}{1 + e^{-x}}", "1/(1 + e^(-x))"),
        (r"\eta = \htmlData{q=eta}{0{,}5}", "η = 0,5"), (r"\lambda\,\Delta w", "λ Δw"), (r"\sigma'(x)", "σ'(x)"),
        (r"\left( a \cdot b \right)", "( a · b )"), (r"\tanh x \le 1", "tanh x ≤ 1"), (r"x^2", "x^2"), ("", ""),
        (r"\frac{(a)+(b)}{2}", "((a)+(b))/2"), (r"\frac", "/"), (r"}a{", ""),
    ],
)  # fmt: skip
def test_plain_text(tex: str, text: str) -> None:
    assert plain(tex) == text


def test_the_site_gets_stylesheet_fonts_and_licence() -> None:
    files = asset_files()
    assert all(path.is_file() for path in files.values())
    css = files[f"{SITE_FOLDER}/katex.min.css"].read_text("utf-8")
    fonts = {f"{SITE_FOLDER}/fonts/{name}" for name in re.findall(r"fonts/([\w-]+\.woff2)", css)}
    assert fonts == {name for name in files if name.endswith(".woff2")}
    assert "MIT" in files[f"{SITE_FOLDER}/LICENSE"].read_text("utf-8")
    assert "//" not in re.sub(r"/\*.*?\*/", "", css)


@pytest.mark.parametrize(
    ("tex", "fonts"),
    [
        ("1 + 2", ["Main-Regular"]),
        (r"\frac{\partial E}{\partial w_5}", ["Main-Regular", "Math-Italic"]),
        (r"\textbf{b} + \boldsymbol{\delta}", ["Main-Bold", "Main-Regular", "Math-BoldItalic"]),
        (r"\Bigl[ \mathbb R \mathcal L", ["AMS-Regular", "Caligraphic-Regular", "Main-Regular", "Size2-Regular"]),
    ],
)
def test_the_fonts_of_a_page_are_known(renderer: Renderer, tex: str, fonts: list[str]) -> None:
    html = renderer.render_many([Formula(tex)])[Formula(tex)]
    (used,) = fonts_used([f'<p class="x">{html}</p>'])
    assert used == [f"{SITE_FOLDER}/fonts/KaTeX_{font}.woff2" for font in fonts]
    assert set(used) <= set(asset_files())
    assert fonts_used(["<p>no mathematics</p>"]) == [[]]


def test_a_display_formula_is_typeset_so_that_it_can_be_broken(renderer: Renderer) -> None:
    texts = r"x = a \cdot b + c \approx 1 + 2", r"\begin{align} a &= b \end{align}"
    broken, own = (Formula(tex, display=True) for tex in texts)
    html = renderer.render_many([broken, own])
    assert html[broken].count('<span class="katex-base">') == 5
    assert html[broken].count('<span class="bp-lines">') == 3  # symbols, in them a product, and numbers
    assert "<mspace>" not in html[broken]
    assert all(html[each].startswith('<span class="katex-display"><span class="katex">') for each in (broken, own))
    assert "bp-lines" not in html[own]  # KaTeX sets it in its own display mode alone
