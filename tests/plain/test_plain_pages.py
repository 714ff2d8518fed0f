"""The pages in plain Markdown: every formula typeset, no raw markup, every link with its end, no number lost."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

import sample
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.pages.places import formulas
from backprop_docgen.plain.page import PlainPage, plain_pages
from backprop_docgen.plain.writer import TRIED
from backprop_docgen.site.mkdocs_yml import read_extensions
from built import ROOT
from node import SCRIPTS, node, stored
from plain_markdown import RAW, Reading, read
from rendered import Finished

Pages = Callable[[str], list[Finished]]
NETWORKS: Final = ["network", *sample.some("plain pages", ["softmax", "2-3-3-2-tanh", "wide", "and", "learned"], 2)]
"""The tutorial's own, and others of the gallery: classes, hidden layers, long lists, no hidden layer."""

MATHJAX: Final = SCRIPTS / "node_modules" / "mathjax"
_SHOWN: Final = re.compile(r'<data class="q"[^>]*>([^<]*)</data>|\\htmlData\{q=[^{}]*\}\{([^{}]*)\}')
_INVITATION: Final = re.compile(rf"(?m)^(?:.+\n)*.*\]\({TRIED}.*\n(?:.+\n)*")


class Plain:
    """All pages of a network, marked and plain, and each as it is read."""

    def __init__(self, pages: list[Finished]) -> None:
        self.marked = {f"{page.language}/{page.name}": page.markdown for page in pages}

        def address(page: str, link: str) -> str | None:
            path = link.partition("#")[0]
            there = not path or posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) in self.marked
            return link if (there or "://" in link) and not link.startswith(TRIED) else None

        self.pages: dict[str, PlainPage] = plain_pages(self.marked, read_extensions(ROOT / "mkdocs.yml"), address)
        self.read: dict[str, Reading] = {name: read(page.markdown) for name, page in self.pages.items()}


@pytest.fixture(scope="module")
def plain(finished: Pages) -> Callable[[str], Plain]:
    return cache(lambda name: Plain(finished(name)))


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest, plain: Callable[[str], Plain]) -> Plain:
    return plain(request.param)


def test_no_markup_is_left_for_readers(network: Plain) -> None:
    found = {name: (page.html, RAW.findall(page.words)) for name, page in network.read.items()}
    assert {name: each for name, each in found.items() if any(each)} == {}


def test_katex_takes_every_formula_without_our_commands(network: Plain) -> None:
    written = {Formula(*each) for page in network.read.values() for each in page.formulas}
    assert not [tex for tex, _ in written if re.search(r"\\html|\\allowbreak|[\ue000-\uf8ff]", tex)]
    renderer = Renderer()
    try:
        renderer.render_many(sorted(written))
    finally:
        renderer.close()


@pytest.mark.skipif(not MATHJAX.exists() and "CI" not in os.environ, reason=f"MathJax is not in {MATHJAX}")
def test_mathjax_takes_every_formula(network: Plain, tmp_path: Path) -> None:
    written = {each for page in network.read.values() for each in page.formulas}
    assert json.loads(node("mathjax.mjs", stored(tmp_path, sorted(written)))) == []


def test_no_formula_is_lost_but_those_of_titles_which_are_words(network: Plain) -> None:
    for name, page in network.read.items():
        marked = _INVITATION.sub("", re.sub(r"(?m)^(?:#|\?\?\?|!!!|<summary>).*\n", "", network.marked[name]))
        assert len(page.formulas) == len([*formulas(marked, ())]), name


def test_every_number_stands_there_in_order(network: Plain) -> None:
    for name, page in network.pages.items():
        at, text = 0, page.markdown
        for shown in _SHOWN.finditer(_INVITATION.sub("", network.marked[name])):
            number = shown[1] or shown[2]
            at = text.find(number, at)
            assert at >= 0, (name, number)
            at += len(number)


def test_every_link_and_every_picture_leads_somewhere(network: Plain) -> None:
    lost = []
    for name, page in network.read.items():
        for link in page.links:
            path, _, place = unquote(link).partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            right = "://" in link or path in network.pages[name].figures
            right = right or (there in network.read and (not place or place in network.read[there].anchors))
            lost += [] if right else [(name, link)]
    assert lost == []


def test_figures_are_files_with_their_colours_and_words_for_those_who_do_not_see_them(network: Plain) -> None:
    for name, page in network.pages.items():
        assert len(page.figures) == len(re.findall(r'class="drawing"|(?m:^<figure>)', network.marked[name])), name
        for file, figure in page.figures.items():
            assert figure.startswith("<svg xmlns=")
            assert "var(" not in figure
            assert re.search(rf"!\[[^\]]{{20,}}\]\({re.escape(file)}\)", page.markdown), (name, file)
