"""Situations are named once for all languages of a page; each language says the words of every one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_docgen.cli import main
from backprop_docgen.commands.check import run_sources
from backprop_docgen.errors import TemplateError
from backprop_docgen.pages.page import Page
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import render
from built import build
from small_site import small_site, write

SHARED = """\
{## What the page speaks of. ##}
{% set w = model.output_weight %}
{% set end = situations(falls = falls(E_total), rises = rises(E_total), stays = true) %}
{% set outputs = one_or_several(network.outputs) %}
{% set size = situations(huge = network.weights | length > 100, small = w < 10, odd = true) %}
{% macro code(word) %}{% cell shows=[w] %}
# {{ word }}
w = {{ w.code }}
print(w)
{% endcell %}{% endmacro %}
"""
PAGE = """\
---
title: A page
---
{% shared %}
# A page

With {% choose outputs %}
{% when one %} one output
{% when several %} several outputs
{% endchoose %}, it
{% choose end %}
{% when falls %}
  falls to {{ E_total.after }}.
{% when rises, stays %} does not fall.
{% endchoose %}
{% choose outputs %}
{% when one %} Alone.
{% when several %}
{% endchoose %}
It is {% choose size %}
{% when odd %} odd
{% when huge %} huge, as {{ w99 }} says
{% when small %} small
{% endchoose %}.

{{ code("the weight") }}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spanish = PAGE.replace("A page", "Una página").replace("the weight", "el peso")
    return small_site(tmp_path, {"shared/page.md": SHARED, "en/page.md": PAGE, "es/page.md": spanish})


def rendered(folder: Path, language: str = "en", name: str = "page.md") -> Page:
    pages = render(read_project(folder / "mkdocs.yml")).pages
    return next(page for page in pages if (page.language, page.name) == (language, name))


def problems(folder: Path) -> str:
    with pytest.raises(TemplateError) as caught:
        render(read_project(folder / "mkdocs.yml"))
    return str(caught.value)


def test_a_page_says_what_holds(folder: Path) -> None:
    text = re.sub(r"<data[^>]*>([^<]*)</data>", r"\1", rendered(folder).markdown)
    assert "With several outputs, it\n<span" in text
    assert '<span class="chosen" data-choice="1">falls to 0.291027774.</span>\nIt is <span' in text
    assert '<span class="chosen" data-choice="2">small</span>.\n' in text
    assert "# the weight\nw = 0.4\nprint(w)\n```\n\n```{.text .output}\n0.4\n```" in text
    assert "el peso" in rendered(folder, "es").markdown


def test_what_no_number_decides_is_not_kept_for_the_live_page(folder: Path) -> None:
    first, second = rendered(folder).choices
    assert (first.name, first.situations, first.conditions[-1]) == ("end", ("falls", "rises", "stays"), None)
    assert first.texts[1:] == ("does not fall.", "does not fall.")
    assert (second.name, second.situations) == ("size", ("small", "odd"))


def test_what_a_shared_macro_chooses_is_chosen_at_the_line_of_the_page(folder: Path) -> None:
    macro = "{% macro rate(x) %}{% choose %}{% when x > 9 %}much{% otherwise %}{{ x }}{% endchoose %}{% endmacro %}\n"
    write(folder, "shared/page.md", SHARED + macro)
    write(folder, "en/page.md", PAGE + "At {{ rate(w) }}.\n")
    assert rendered(folder).choices[-1].line == 1 + PAGE.count("\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{% when rises, stays %}", "{% when rises, stayed %}", r"docs/en/page.md:14: stayed: there is no situation"),
        ("{% when rises, stays %}", "{% when stays %}", r"docs/en/page.md:11: end: has situations .* said: rises"),
        ("{% when rises, stays %}", "{% when rises, stays, rises %}", "docs/en/page.md:14: rises: .* said twice"),
        ("{% choose size %}", "{% choose w %}", "docs/en/page.md:20: w: is no list of situations"),
        ("{% choose size %}", "{% choose sise %}", r"docs/en/page.md:20: 'sise' is undefined\n.*Did you mean size"),
        ("{% shared %}\n", "", "docs/en/page.md: does not take what docs/shared/page.md shares"),
        ("# A page\n", "# A page\n\n{% shared %}\n", "docs/en/page.md:7: {% shared %} stands in another place"),
    ],
)
def test_a_slip_in_a_page_is_told_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert old in PAGE
    write(folder, "en/page.md", PAGE.replace(old, new))
    assert re.search(said, problems(folder)), problems(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("falls(E_total)", "falls(E_totl)", "docs/shared/page.md:3: 'E_totl' is undefined"),
        ("small = w < 10", "small = w", "docs/shared/page.md:5: "),
        ("print(w)", "print(w + 1)", "docs/shared/page.md:.* this cell prints 1.4"),
        ("{% endmacro %}", "", "docs/shared/page.md:"),
        (", stays = true", "", "docs/en/page.md:14: stays: there is no situation of this name"),
    ],
)
def test_a_slip_in_what_is_shared_is_told_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert old in SHARED
    write(folder, "shared/page.md", SHARED.replace(old, new))
    assert re.search(said, problems(folder)), problems(folder)


def test_a_page_that_nothing_is_shared_with(folder: Path) -> None:
    write(folder, "en/index.md", "{% shared %}\n# Home\n")
    said = problems(folder)
    assert "docs/en/index.md:1: there is nothing to be shared\n    Write it into docs/shared/index.md." in said


def test_one_language_says_at_once_what_another_says_of_each_situation(folder: Path) -> None:
    apart = PAGE.replace("{% when rises, stays %}", "{% when rises %} rises.\n{% when stays %}")
    write(folder, "es/page.md", apart.replace("A page", "Una página").replace("the weight", "el peso"))
    assert [each for each in run_sources(folder / "mkdocs.yml", None, fix=False)[0] if each.code == "parity"] == []
    write(folder, "es/page.md", apart + "{% choose outputs %}\n{% when one, several %} Dicho.\n{% endchoose %}\n")
    found = [each.message for each in run_sources(folder / "mkdocs.yml", None, fix=False)[0] if each.code == "parity"]
    assert [each.split(" stands")[0] for each in found] == ["choose outputs", "when one", "when several"]


def test_none_of_the_situations_holds(folder: Path) -> None:
    write(folder, "shared/page.md", SHARED.replace("falls = falls(E_total), ", "falls = E_total < 0, ").replace(
        "rises(E_total), stays = true", "E_total < 0, stays = E_total < 0"))  # fmt: skip
    assert "docs/en/page.md:11: none of these situations holds here" in problems(folder)


def test_claims_lists_situations_by_name(folder: Path) -> None:
    options = ["claims", "--config", str(folder / "mkdocs.yml"), "--page", "page"]
    result = CliRunner().invoke(main, [*options, "--format", "json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {each["page"] for each in found} == {"en/page.md", "es/page.md"}
    assert [(each["situation"], each["condition"], each["chosen"]) for each in found[:3]] == [
        ("end: falls", "E_total@1 < E_total", True),
        ("end: rises", "E_total@1 > E_total", False),
        ("end: stays", None, False),
    ]
    table = CliRunner().invoke(main, options).output
    assert "true   end: falls = E_total@1 < E_total  → falls to" in table
    missing = CliRunner().invoke(main, [*options[:-1], "pge"])
    assert missing.exit_code == 2
    assert "Did you mean page?" in missing.output


@pytest.mark.build
def test_what_is_shared_is_no_page_and_is_watched_for_change(folder: Path) -> None:
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    assert not (folder / "site" / "shared").exists()
    listed = json.loads((folder / "site" / "worksheet.json").read_text("utf-8"))
    assert "docs/shared/page.md" in listed["sources"]
    assert run_sources(folder / "mkdocs.yml", None, fix=False)[0] == []
    write(folder, "shared/page.md", SHARED.replace("length > 100", "length > 1"))
    assert build(folder, "--strict").returncode == 1  # the kept page is not taken: w99 is looked at now
    write(folder, "shared/page.md", SHARED.replace("{{ w.code }}", "0.4321987"))
    found = run_sources(folder / "mkdocs.yml", None, fix=False)[0]
    assert [(each.file, each.text) for each in found if each.code == "typed"] == [("docs/shared/page.md", "0.4321987")]
