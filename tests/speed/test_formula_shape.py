"""Formulas by their shapes: what comes out is what KaTeX makes of each formula itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_docgen.errors import MathError
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.latex.katex_files import fonts_used
from backprop_docgen.speed.formula_shape import pieces, put, shape
from backprop_docgen.speed.formulas import Typesetting
from backprop_docgen.speed.store import Store
from backprop_docgen.speed.v8_copy import V8Copy

NUMBERS = st.from_regex(r"\d{1,3}\.\d{1,9}|\d{1,4}", fullmatch=True)
# # stands for a number; where its digits mean something to KaTeX, it must not be taken out
PLACES = tuple(
    r"""
    #, x + #, -#, (#), # \cdot #, \frac{#}{#}, \frac#2, w_{#}, w_#, x^{#}, x^#, {#}^{2}, #^2, #_1, #!, #x, #., .#,
    \sqrt{#}, \sqrt[#]{x}, \text{#}, \text{a # b}, \mathit{#}, \mathbf{#}, \tiny #, \mathcal{#}, \boldsymbol{#},
    \mathrm{#}, \mathtt{#}, #{COMMA}#, #\%, #COMMA#, \htmlData{q=w#}{#}, \htmlClass{a#}{#}, x\kern#em y,
    \rule{#em}{#em}, \hspace{# em}, \begin{aligned} a &= # \\ &= # \end{aligned}, \def\a{#} \a\a, \char#,
    \begin{matrix} # \\[#em] # \end{matrix}, \color{red} #, \color{##1} x, \underbrace{#}_{#}, \overset{#}{#},
    \operatorname{f#} #, \left( # \right), \binom{#}{#}, \tag{#} x, \phantom{#} #, \smash{#}, 81726354 + #,
    81726354.000 + #, \newcommand{\f}[2]{#1 #2} \f # #
    """.replace("\n    ", " ").strip().split(", ")
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with closing(Renderer()) as found:
        yield found


def typeset(renderer: Renderer, formula: Formula) -> str | None:
    try:
        return renderer.render_many([formula])[formula]
    except MathError:
        return None


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3), st.booleans(), st.data())
def test_a_formula_by_its_shape_is_that_formula(
    renderer: Renderer, places: list[str], display: bool, data: st.DataObject
) -> None:
    tex = " ".join(places).replace("COMMA", ",")
    while "#" in tex:
        tex = tex.replace("#", data.draw(NUMBERS), 1)
    formula = Formula(tex, display)
    if found := shape(formula):
        shaped, numbers = found
        html = typeset(renderer, shaped)
        parts = pieces(shaped, html) if html is not None else None
        if parts is not None:
            assert put(parts, numbers) == typeset(renderer, formula)


@pytest.mark.parametrize(
    "tex",
    [
        r"E \approx \htmlData{q=E_total}{0.298371109}",
        r"0.15 \cdot 0.05 + 0.20 \cdot 0.10 + 0.35 = 0.3775",
        r"\frac{1}{1 + e^{-0.3775}} \approx 0.593269992",
        r"\begin{pmatrix} 0.15 & 0.20 \\ -0.25 & 12 \end{pmatrix}",
        r"E^{(10)}_{\text{total}} = 1.25 \times 10^{-12}",
    ],
)
def test_what_the_pages_show_has_a_shape(renderer: Renderer, tex: str) -> None:
    found = shape(Formula(tex, display=True))
    assert found
    shaped, numbers = found
    assert numbers
    parts = pieces(shaped, renderer.render_many([shaped])[shaped])
    assert parts is not None
    assert put(parts, numbers) == renderer.render_many([Formula(tex, display=True)])[Formula(tex, display=True)]


@pytest.mark.parametrize("tex", [r"\mathit{12.5}", r"x\kern1.5em y", r"\text{1.25}", r"\char100", r"\color{red}{1.25}"])
def test_where_digits_mean_something_the_formula_itself_is_typeset(
    tmp_path: Path, renderer: Renderer, tex: str
) -> None:
    formula = Formula(tex)
    direct = renderer.render_many([formula])[formula]
    made = Typesetting(renderer, Store(tmp_path, "p"), V8Copy()).page("page", {"page": [formula]})
    assert made == {formula: (direct, fonts_used([direct])[0])}


def test_other_numbers_need_no_typesetting(tmp_path: Path, renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Formula("x = 0.25"), Formula("x = 12.75")
    direct = renderer.render_many([second])[second]
    store = Store(tmp_path, "p")
    Typesetting(renderer, store, V8Copy()).page("page", {"page": [first]})
    monkeypatch.setattr(renderer, "_typeset", lambda *_: pytest.fail("typeset again"))
    monkeypatch.setattr(renderer, "_html", {})
    assert Typesetting(renderer, store, V8Copy()).page("page", {"page": [second]})[second][0] == direct


def test_bad_tex_is_reported_as_it_was_written(tmp_path: Path, renderer: Renderer) -> None:
    pages = {"one": [Formula(r"\foo{12.5}"), Formula("x = 0.5")], "two": [Formula(r"\bar 1.25 }")]}
    with pytest.raises(MathError) as caught:
        Typesetting(renderer, Store(tmp_path, "p"), V8Copy()).page("one", pages)
    assert [problem.key for problem in caught.value.problems] == [r"\foo{12.5}", r"\bar 1.25 }"]
    assert "81726354" not in str(caught.value)
