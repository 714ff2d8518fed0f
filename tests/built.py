"""A copy of the project, built as a person builds it, and what stands in its pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from backprop_docgen.numbers.rounding import parse

ROOT = Path(__file__).parent.parent
SOURCES = ("docs", "networks", "mkdocs.yml", "network.toml", "worksheets.toml")
PREFIX = {"es": "", "en": "en/"}
KEPT = (".cache", "__pycache__")  # what builds keep
PATIENCE = 6000  # tenths of a second that a process waits for another's folder


def copy_project(folder: Path, like: Path | None = None) -> Path:
    """The site's sources, without what was built from them; with what the builds of another copy kept.

    That saves half the time of a build with another network, and most of one with the same.
    """
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    if like:
        for name in KEPT:
            shutil.copytree(like / name, folder / name)
    return folder


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that the first of several processes makes, while the others wait for it."""
    begun, failed = folder.with_name(f"{folder.name} begun"), folder.with_name(f"{folder.name} failed")
    try:
        begun.mkdir(parents=True)
    except FileExistsError:
        for _ in range(PATIENCE):
            if folder.exists():
                return folder
            assert not failed.exists(), f"another process could not make {folder.name}"
            time.sleep(0.1)
        raise TimeoutError(f"another process has not made {folder.name}") from None
    try:
        make(begun / "made")
        (begun / "made").rename(folder)
    except BaseException:
        failed.mkdir()
        raise
    return folder


def build(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``mkdocs build`` in a project."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *arguments],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def built_site(project: Path) -> Path:
    """Build a project; its site. For scripts: SystemExit with what the build said where it fails."""
    result = build(project)
    if result.returncode:
        raise SystemExit(result.stderr)
    return project / "site"


@dataclass(frozen=True)
class Marked:
    """A number of a page: its quantity, its text, the full value where the page gives it, and what holds it."""

    name: str
    text: str
    value: str | None
    holder: str


def page_path(site: Path, language: str, page: str) -> Path:
    folder = site / PREFIX[language]
    return folder / "index.html" if page == "index" else folder / page / "index.html"


def article(site: Path, language: str, page: str) -> Tag:
    soup = BeautifulSoup(page_path(site, language, page).read_text("utf-8"), "lxml")
    found = soup.find("article")
    assert isinstance(found, Tag)
    return found


def marked(element: Tag) -> list[Marked]:
    """Every number that carries the name of its quantity, in order."""
    found = []
    for each in element.select("[data-q]:not(svg.bp-wide [data-q])"):  # a figure's other drawing shows the same
        text = each.get_text().replace("\u200b", "").strip()
        found.append(Marked(str(each["data-q"]), text, each.get("value"), each.name))  # type: ignore[arg-type]
    return found


@cache
def numbers(site: Path, language: str, page: str) -> list[Marked]:
    """Every number of a page of a site that nobody changes any more: read once."""
    return marked(article(site, language, page))


def pages() -> list[str]:
    """The pages of the tutorial, by file name."""
    return sorted(path.stem for path in (ROOT / "docs" / "es").glob("*.md"))


def check_marked(number: Marked, values: dict[str, dict[str, object]]) -> None:
    """The text of a marked number is its quantity's value, rounded as it says."""
    quantity = values[number.name]
    value = float(str(quantity["value"]))
    if number.value is not None:
        assert float(number.value) == value, number
    if "%" in number.text or not re.search(r"\d", number.text) or "+" in number.text:
        return
    plain = re.sub(r"(?<=\d)[,\u202f](?=\d{3})", "", number.text)
    power = re.fullmatch(r"(.*?)×10([−\d]+)", plain)  # KaTeX raises the exponent by its style alone
    shown = parse(f"{power[1]}e{power[2].replace('−', '-')}" if power else plain)
    assert abs(shown.value - Fraction(value)) <= shown.half_unit + Fraction(1, 10**15), number
