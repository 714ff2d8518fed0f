"""What an author may write, in plain Markdown."""

from __future__ import annotations

from typing import Final

import pytest

from backprop_docgen.latex.portable import portable, portable_display
from backprop_docgen.plain.page import Extensions, plain_pages
from backprop_docgen.site.mkdocs_yml import read_extensions
from built import ROOT
from plain_markdown import RAW, read

FOLD: Final = '<details markdown="1">'
EXTENSIONS: Final[Extensions] = read_extensions(ROOT / "mkdocs.yml")


def plain(text: str, **others: str) -> str:
    """A page ``en/a.md`` in plain Markdown; ``others`` are pages beside it."""
    pages = {"en/a.md": text} | {f"en/{name}.md": other for name, other in others.items()}
    return plain_pages(pages, EXTENSIONS, lambda page, link: link)["en/a.md"].markdown.rstrip("\n")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("---\ntitle: T\n---\n\n# T {#t}\n\nx\n", "# T\n\nx"),
        ('<data class="q" value="0.3775" data-q="net_h1">0.3775</data>', "0.3775"),
        ("$`\\htmlData{q=w5}{0.4} \\, x`$", "$0.4 \\hspace{0.17em} x$"),
        ("## With $`w_{5}`$ {#w}", "## With w5"),
        ('??? note "Read *on*"\n    Deep.', f"{FOLD}\n<summary>Read on</summary>\n\nDeep.\n\n</details>"),
        ('!!! tip "Check"\n    One.\n\n    Two.', "> **Check**\n>\n> One.\n>\n> Two."),
        ("- a\n- b\n    1. c\n    2. d", "-   a\n-   b\n    1.  c\n    2.  d"),
        ("- a\n\n    b\n\n- c", "-   a\n\n    b\n\n-   c"),
        ("- a\n\n    ??? note\n        b", "-   a\n\n    **Note**\n\n    b"),
        ("```python\nx = 1  # `y`\n```", "```python\nx = 1  # `y`\n```"),
        ("````text\n```\n````", "````text\n```\n````"),
        ("`` a`b ``", "``a`b``"),
        (
            "| a | b |\n|---|---:|\n| `x|y` | $`\\|z\\|`$ |",
            "| a | b |\n| --- | ---: |\n| <code>x&#124;y</code> | $\\Vert z\\Vert$ |",
        ),
        ('=== "One"\n    first\n\n=== "Two"\n    second', "**One**\n\nfirst\n\n**Two**\n\nsecond"),
        ("Term\n:   What it is.", "**Term**\n\n-   What it is."),
        ("Word[^n].\n\n[^n]: A note.", "Word[^n].\n\n[^n]: A note."),
        ("A HTML page.\n\n*[HTML]: Language", "A HTML page."),
        ("![A *cat*](cat.png){ width=9 }", "![A \\*cat\\*](cat.png)"),
        ("> said\n> twice", "> said\n> twice"),
        ("- - -", "* * *"),
        ("x<br>y<sub>1</sub> ++Ctrl++", "x<br>y<sub>1</sub> &#43;&#43;Ctrl&#43;&#43;"),
        ("Press <kbd>Esc</kbd>.", "Press `Esc`."),
        ('<div class="bp-turn" data-weight="w5"></div>\n\nx', "x"),
        ("**Try it.** [w5 = 0.9](#q:w5=0.9): watch.", "**Try it.** [w5 = 0.9](#q:w5=0.9): watch."),
    ],
)
def test_what_an_author_writes(marked: str, expected: str) -> None:
    assert plain(marked) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("It costs $5, or $6.", "a_b and _c_", "2 * 3 * 4", "a ~ b ~ c", "x^2^", "[not](a link", "{{ x }} {% y %}"),
        *("1. no list", "- no list", "+ 5", "# no title", "=== no tab", "??? no fold", "!!! no box", "| no | table |"),
        *("> no quotation", ": no definition", "&amp; is an entity", "<b> is a tag", "back\\slash", ":smile: @name"),
    ],
)
def test_signs_that_mean_something_to_some_reader_are_read_as_they_are(text: str) -> None:
    escaped = "".join(f"&#{ord(sign)};" if not (sign.isalnum() or sign.isspace()) else sign for sign in text)
    found = read(plain(f"{escaped}\n\nlast"))
    assert found.words.strip().split("\n")[0] == text
    assert not found.formulas
    assert RAW.search("x$y")


def test_a_place_has_an_anchor_where_something_leads_to_it() -> None:
    text = "[there](#one) [away](b.md#two) [lost](b.md#three)\n\n## One {#one}\n\n## Two {#two}"
    found = plain(text, b="## Two {#two}")
    assert found == '[there](#one) [away](b.md#two) [lost](b.md)\n\n<a id="one"></a>\n\n## One\n\n## Two'


def test_what_leads_nowhere_is_left_out() -> None:
    text = "**Try it.** [w5 = 0.9](#q:w5=0.9): watch.\n\n[Words](gone.md) stay.\n\n!!! tip\n    [i1 = 1](#q:i1=1)"
    assert plain_pages({"en/a.md": text}, EXTENSIONS, lambda page, link: None)["en/a.md"].markdown == "Words stay.\n"


def test_a_figure_is_a_file_with_its_description() -> None:
    drawing = '<svg class="bp-figure" viewBox="0 0 9 8"><desc>A &amp; b.</desc></svg>'
    marked = f"""\
See [Figure 1](#fig-x).

<figure class="figure" id="fig-x" markdown>

<div class="drawing">{drawing}
{drawing}</div>

<figcaption markdown="span"><a href="#fig-x" data-number="x">Figure 1</a>. Words.</figcaption>

</figure>
"""
    page = plain_pages({"en/a.md": marked}, EXTENSIONS, lambda page, link: link)
    found = page["en/a.md"]
    assert found.markdown == (
        'See [Figure 1](#fig-x).\n\n<a id="fig-x"></a>\n\n![A & b.](figures/a-1.svg)\n\n**Figure 1**. Words.\n'
    )
    assert [*found.figures] == ["figures/a-1.svg"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a|b|<c*d\,e\{f\}", r"a\vert b\vert \lt c\ast d\hspace{0.17em}e\lbrace f\rbrace"),
        (r"\text{a|b} \allowbreak x", r"\text{a|b} x"),
        (r"\left|\htmlData{q=w5}{-0.4}\right|", r"\left\vert -0.4\right\vert"),
    ],
)
def test_signs_of_formulas_have_names(tex: str, expected: str) -> None:
    assert portable(tex) == expected


def test_a_long_formula_has_a_row_for_each_relation() -> None:
    short = r"a = b \approx 0.5"
    assert portable_display(short, "(3)") == rf"{short} \qquad \text{{(3)}}"
    wide = " + ".join(["0.751365070"] * 5)
    assert portable_display(rf"a = f\left(b = c\right) = {wide} \approx 1") == (
        rf"\begin{{aligned}}" f"\na & = f\\left(b = c\\right) \\\\\n& = {wide} \\\\\n& \\approx 1\n" r"\end{aligned}"
    )
    assert portable_display(r"a = b \\ c = \begin{pmatrix} 1 \\ 2 \end{pmatrix}") == (
        "\\begin{aligned}\na & = b \\\\\nc & = \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}\n\\end{aligned}"
    )
