"""A page converted with placeholders is the page converted as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown import Markdown

import sample
from backprop_docgen.private_characters import PLACE_OPEN
from backprop_docgen.speed.placeholders import stray, take
from rendered import rendered

ROOT = Path(__file__).parents[2]
NETWORKS = [ROOT / "network.toml", *sorted((ROOT / "tests" / "networks").glob("*.toml"))]


def convert(text: str) -> str:
    extensions = [
        *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
        *("pymdownx.details", "pymdownx.superfences", "pymdownx.highlight", "pymdownx.inlinehilite"),
        *("pymdownx.tabbed", "backprop_docgen.katex"),
    ]
    settings = {"backprop_docgen.katex": {"deferred": True}, "pymdownx.tabbed": {"alternate_style": True}}
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)


@pytest.mark.parametrize("network", sample.some("placeholders", NETWORKS, 1), ids=lambda path: path.stem)
def test_every_page_comes_out_the_same(network: Path) -> None:
    for page in rendered(network):
        text = page.markdown + page.branches
        taken = take(text)
        html = taken.put(convert(taken.text))
        assert html is not None, page.name
        assert html == convert(text), page.name


NUMBER = '<data class="q" value="0.5" data-q="w5">0.5</data>'


@pytest.mark.parametrize(
    "text",
    [
        f"Plain {NUMBER}, **bold {NUMBER}**, _so_ {NUMBER}.",
        f"# A heading with {NUMBER}\n\nText.",
        f"In code: `{NUMBER}`, and `` `{NUMBER}` `` too.",
        f"```html\n{NUMBER}\n```",
        "Inline $`a < b = \\htmlData{q=w5}{0.5}`$ and $`x`$.",
        "- item\n\n    ```math\n    a = 0.5 \\\\\n    b = 1\n    ```\n",
        "```math\n\n  a & b < 0.5\n\n```",
        "```python\nx = [0.5, 1e-3, 2.5e-7]  # 0.5\ns = '0.5'\n```\n\n```{.text .output}\n   1 0.25\n0.5\n```",
        "```{.text .output}\na < 0.5 & \"b\"\n```",
        f"| a | b |\n|---|---|\n| {NUMBER} | $`x|y`$ |",
        f"> quoted {NUMBER}\n>\n> ```math\n> a = 1\n> ```",
        f'<div class="cell" markdown>\n\n```python\nx = 0.25\n```\n\n</div>\n\n{NUMBER}',
        "!!! note\n    <figure markdown>\n\n    <p><svg class=\"bp-figure\">\n    </svg></p>\n\n    </figure>",
        f"A private sign {PLACE_OPEN} and 81726354.1.",
        "",
    ],
)
def test_odd_places_come_out_the_same(text: str) -> None:
    taken = take(text)
    html = taken.put(convert(taken.text))
    assert html is None or html == convert(text)


def test_numbers_do_not_show_in_the_text() -> None:
    text = "A {0}, $`\\htmlData{{q=w5}}{{{0}}}`$.\n\n```python\nw5 = {0}\n```\n"
    number = '<data class="q" value="{0}" data-q="w5">{0}</data>'
    first, second = (take(text.format(value) + number.format(value)) for value in ("0.45", "0.3"))
    assert first.text.replace("A 0.45", "") == second.text.replace("A 0.3", "")
    assert first.pieces != second.pieces


def test_a_placeholder_that_is_lost_or_doubled_is_noticed() -> None:
    taken = take(f"{NUMBER} and {NUMBER}")
    html = convert(taken.text)
    assert taken.put(html) is not None
    assert taken.put(html + html) is None
    assert taken.put("<p>nothing</p>") is None
    assert stray(html)
    assert not stray("<p>nothing</p>")
