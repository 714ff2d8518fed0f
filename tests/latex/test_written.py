"""KaTeX's mistakes are told in what an author typed: file, line, and the position there."""

from __future__ import annotations

from pathlib import Path

import pytest

from backprop_docgen.commands.render import render_to
from backprop_docgen.errors import MathError, Problem
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.latex.written import find, told
from built import build
from small_site import PAGES, small_site

SOURCE = """\
# A page

Here $`{{ a.num }} + \\foo`$ and $`x`$.

> ```math
> y =
> {{ b }} \\bar \\bad
> ```

{% equation "e" %}
z = \\fra{1}{2} {% for x in y %}{{ x }}{% endfor %}
{% endequation %}
"""
A, B = r"\htmlData{q=out_h1}{0.59}", r"\htmlData{q=w5}{0.4}"


@pytest.mark.parametrize(
    ("tex", "message", "line", "column", "said"),
    [
        (rf"{A} + \foo", r"No \foo at position 29: …", 3, 22, r"No \foo at position 15: {{ a.num }} + \foo"),
        (rf"{A} + \foo", "Bad at end of input: …", 3, 26, r"Bad at end of input: {{ a.num }} + \foo"),
        (rf"{A} + \foo", r"Got \htmlData at position 1: …", 3, 8, r"Got {{ a.num }} at position 1: "),
        (f"y =\n{B} \\bar \\bad", r"No \bad at position 31: …", 7, 16, r"No \bad at position 18: y = {{ b }} \bar"),
        (rf"z = \fra{{1}}{{2}} {A}{B}", r"No \fra at position 5: …", 11, 5, r"No \fra at position 5: z = \fra{1}{2}"),
        ("x", "No", 3, None, "No"),
    ],
)
def test_a_position_is_told_in_the_author_s_text(tex: str, message: str, line: int, column: int, said: str) -> None:
    if "position 29" in message:
        message = message.replace("29", str(tex.index(r"\foo") + 1))
    if "position 31" in message:
        message = message.replace("31", str(tex.index(r"\bad") + 1))
    found = told(Problem(message, "p.md", key=tex), tex, find(tex, SOURCE))
    assert (found.line, found.column) == (line, column)
    assert found.message.startswith(said)
    assert "htmlData" not in str(found)


def test_without_a_source_our_marks_are_left_out() -> None:
    tex = rf"{A} + {B} \foo"
    found = told(Problem(f"Undefined at position {tex.index('foo')}: …", "p.md", 4, key=tex), tex, None)
    said = r"Undefined at position 12: 0.59 + 0.4 \foo"
    assert (found.line, found.key, found.message) == (4, r"0.59 + 0.4 \foo", said)


def test_a_formula_made_of_numbers_alone_is_no_other_s_place() -> None:
    source = "$`{{ a }}{{ b }}`$\n\n$`{{ a }} + \\foo`$\n"
    found = find(rf"{A} + \foo", source)
    assert found is not None
    assert found.line == 3


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.mark.parametrize(
    "tex", [r"\sqrt b", r"\hat w", "x^w", r"x^w_5", r"\frac w2", r"\mathbf W", r"x_b", r"\bar b", r"\underset w b"]
)
def test_commands_take_the_symbol_of_a_quantity(renderer: Renderer, tex: str) -> None:
    html = renderer.render_many([Formula(tex)])[Formula(tex)]
    assert f">{tex}</annotation>" in html


@pytest.mark.parametrize("tex", [r"w_5 + E_{total} \foo", r"w + b_1 \right)", r"w_5 \htmlData{q=w5}{0.4} w_"])
def test_positions_do_not_count_what_dresses_symbols(renderer: Renderer, tex: str) -> None:
    with pytest.raises(MathError) as caught:
        renderer.render_many([Formula(tex)])
    message = caught.value.problems[0].message
    place = {"\\foo": tex.find("\\foo"), "\\right": tex.find("\\right"), "_": len(tex) - 1}
    expected = next(at for sign, at in place.items() if at >= 0 and (sign in message or sign == "_"))
    assert f"at position {expected + 1}:" in message
    assert "htmlClass" not in message


@pytest.mark.build
def test_bad_tex_of_all_pages_is_told_with_its_line(tmp_path: Path) -> None:
    more = '\n{% equation "bad" %}\nx = \\fra{1}{2} + {{ E_total.num }}\n{% endequation %}\n'
    index = "# Home\n\nSee {{ E_total }}.\n\nBad: $`{{ w5 }} + \\foo`$, $`\\sqrt w`$.\n"
    folder = small_site(tmp_path, {"es/step.md": PAGES["es/step.md"] + more, "en/step.md": PAGES["en/step.md"] + more})
    for code in ("es", "en"):
        (folder / "docs" / code / "index.md").write_text(index, "utf-8")
    said = [r"index.md:5:19: {{ w5 }} + \foo: KaTeX parse error: Undefined control sequence: \foo at position 12:"]
    said += [r"step.md:8:5: x = \fra{1}{2} + {{ E_total.num }}: KaTeX parse error: Undefined control sequence: \fra"]
    said += [r"\fra at position 5: x = \fra{1}{2} + {{ E_to…"]
    result = build(folder)
    assert (result.returncode, "Traceback" in result.stderr, "htmlData" in result.stderr) == (1, False, False)
    with pytest.raises(MathError) as caught:
        render_to(tmp_path / "out", folder / "mkdocs.yml")
    assert not (tmp_path / "out").exists()
    for text in (result.stderr, str(caught.value)):
        assert all(f"docs/{code}/{each}" in text for code in ("es", "en") for each in said[:2]), text
        assert said[2] in text
