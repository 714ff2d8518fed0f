"""The settings on the page *Other generators*, tried: every formula typeset, no raw markup (``make test-all``)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

import sample
from backprop_docgen.commands.render import render_to
from backprop_docgen.pages.places import formulas
from browser import served
from built import ROOT
from node import SCRIPTS
from plain_markdown import RAW, read

BESIDE: Final = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "generators"
pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(not sample.everything, reason="sites of other generators are built with --all"),
    pytest.mark.skipif(not BESIDE.exists() and "CI" not in os.environ, reason=f"other generators are not in {BESIDE}"),
]
Written = Callable[[str], Path]
Page = tuple[str, Tag]
"""Name and main part."""


def settings(language: str) -> list[str]:
    """What the page shows in a language of code, in order."""
    text = (ROOT / "docs" / "shared" / "other-generators.md").read_text("utf-8")
    return [found[2] for found in re.finditer(rf"(?ms)^(`{{3,4}}){language}\n(.*?)^\1$", text)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """This tutorial in a flavor, as ``OUT`` in a folder of its own."""

    def write(flavor: str) -> Path:
        out = tmp_path_factory.mktemp(flavor) / "OUT"
        render_to(out, ROOT / "mkdocs.yml", flavor=flavor)
        return out

    return cache(write)


def copied(out: Path, folder: Path) -> Path:
    return Path(shutil.copytree(out, folder / "OUT"))


def mathjax(folder: Path) -> None:
    shutil.copytree(SCRIPTS / "node_modules" / "mathjax" / "es5", folder / "mathjax")


def run(folder: Path, module: str, *arguments: str) -> None:
    """Run a generator of those beside the environment; what it warns of is a failure."""
    path = os.pathsep.join(filter(None, (str(BESIDE), os.environ.get("PYTHONPATH", str(ROOT)))))
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def pages(site: Path, main: str) -> dict[str, Tag]:
    """The main part of each page of both languages, without its code."""
    found = {}
    for file in sorted([*site.glob("e[ns]/**/*.html")]):
        part = BeautifulSoup(file.read_text("utf-8"), "html.parser").select_one(main)
        assert part is not None, file
        found[file.relative_to(site).as_posix()] = part
    return found


def left_over(part: Tag, maths: str) -> list[str]:
    """Raw markup in the words of a page."""
    for each in part.select(f"pre, code, script, style, svg, .headerlink, {maths}"):
        each.decompose()
    return RAW.findall(part.get_text())


def require_pages(out: Path, site: Path, main: str, maths: str) -> None:
    """All pages, with as many formulas as they have in Markdown, and nothing left over."""
    texts = [read(file.read_text("utf-8")) for file in sorted(out.glob("e[ns]/*.md"))]
    found = pages(site, main)
    assert len(found) >= len(texts)
    assert sum(len(part.select(maths)) for part in found.values()) == sum(len(text.formulas) for text in texts)
    assert {name: left for name, part in found.items() if (left := left_over(part, maths))} == {}


def require_typeset(chromium: Browser, site: Path, page: str, maths: str) -> None:
    """A page in the browser: MathJax has typeset every formula, and complains of none; every picture is there."""
    with served(site) as address:
        tab = chromium.new_page()
        tab.goto(f"{address}/{page}")
        wanted = tab.locator(maths).count()
        assert wanted
        tab.wait_for_function("count => document.querySelectorAll('mjx-container').length === count", arg=wanted)
        assert tab.locator("mjx-merror").count() == 0
        assert tab.locator("img").evaluate_all("all => all.every(one => one.naturalWidth)")
        tab.close()


def test_zensical_reads_plain_pages_with_its_own_extensions(
    written: Written, tmp_path: Path, chromium: Browser
) -> None:
    out = copied(written("plain"), tmp_path)
    mathjax(out)
    (out / "mathjax.js").write_text(settings("js")[0], "utf-8")
    (tmp_path / "zensical.toml").write_text(settings("toml")[0], "utf-8")
    run(tmp_path, "zensical", "build", "--strict")
    require_pages(written("plain"), tmp_path / "site", "article", ".arithmatex")
    for page in ("en/output-layer/", "es/matrices/"):
        require_typeset(chromium, tmp_path / "site", page, ".arithmatex")


def test_zensical_typesets_marked_pages_with_our_extension(written: Written, tmp_path: Path) -> None:
    copied(written("mkdocs"), tmp_path)
    (tmp_path / "zensical.toml").write_text(settings("toml")[1], "utf-8")
    run(tmp_path, "zensical", "build")
    found = pages(tmp_path / "site", "article")
    wanted = [each for file in written("mkdocs").glob("e[ns]/*.md") for each in formulas(file.read_text("utf-8"), ())]
    assert sum(len(part.select(".katex")) for part in found.values()) == len(wanted)
    assert {name: left for name, part in found.items() if (left := left_over(part, "bp-math, bp-math-block"))} == {}


def test_sphinx_reads_plain_pages_with_myst(written: Written, tmp_path: Path, chromium: Browser) -> None:
    out = copied(written("plain"), tmp_path)
    mathjax(out / "_static")
    (out / "conf.py").write_text(settings("python")[0], "utf-8")
    (out / "index.md").write_text(settings("markdown")[0], "utf-8")
    site = tmp_path / "site"
    run(out, "sphinx", "-W", "-q", "-b", "html", ".", str(site))
    require_pages(written("plain"), site, "[role=main]", ".math")
    for page in ("en/output-layer.html", "es/matrices.html"):
        require_typeset(chromium, site, page, ".math")
