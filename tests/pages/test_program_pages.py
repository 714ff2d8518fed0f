"""The page that builds the engine, and the one with matrices: with any network their cells run, or they say why not.

What a cell prints is compared with the worksheet while the page is rendered.
"""

from __future__ import annotations

import re

import pytest

import sample
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import languages
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import build_course
from backprop_docgen.worksheet.worksheets_toml import add_named_worksheets
from built import ROOT
from wild import wild_network

PAGES = ("build-it-yourself.md", "matrices.md")
NOT_TRUSTED = re.compile(r"not to be trusted|no es de fiar|not finite|no es finita")
MARKS = re.compile(r"</?(?:data|span)[^>]*>")


def pages_of(seed: int) -> list[Page]:
    project = read_project(ROOT / "mkdocs.yml", ROOT / "network.toml")
    network = wild_network(seed)
    course = build_course(network)
    add_variations(course)
    add_named_worksheets(course, project.worksheets)
    spoken = languages(list(project.templates), network, project.locales)
    return render_pages(
        project.templates, project.order, course, spoken, excluded=lambda name: not name.endswith(PAGES)
    )


@pytest.mark.parametrize("seed", sample.some("engine", range(60), 2))
def test_the_engine_computes_what_the_tutorial_computes(seed: int) -> None:
    for page in pages_of(seed):
        text = MARKS.sub("", page.markdown)
        stopped = re.search(r"^\w+Error: ", text, re.MULTILINE)
        assert not stopped or NOT_TRUSTED.search(text), f"{page.language}/{page.name} stops without a word"
        assert not re.search(r"^(?:.* )?-0(?:\.0+)?(?: |\]|$)", text, re.MULTILINE), "a negative zero"
