"""Who takes part in the build benchmark: the floor, this project, its peers; and the environment each one gets.

A peer has its own virtual environment below ``build/bench/``, with the versions pinned here; the floor and this
project run in the environment that runs the benchmark.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import formats
from tutorial import LANGUAGES, ROOT, Page

BUILD = ROOT / "build" / "bench"
_MKDOCS = ("mkdocs==1.6.1", "mkdocs-material==9.8.1")
_RS = ("markdown-katex-rs==0.1.0", "markdown-exec==1.12.6")
_MKDOCS_BUILD = ("mkdocs", "build", "-q")
_CLEARED = ("site", ".cache", "_build")

Writer = Callable[[Path, Sequence[Page]], None]
Mathematics = Literal["code", "browser", "page"]


@dataclass(frozen=True)
class Contender:
    """One way to build the tutorial.

    ``write`` makes its sources (None: made from this project's finished pages); ``mathematics`` says where
    formulas are typeset: nowhere ("code"), in the browser, or in the pages. ``packages`` none: it runs in the
    environment of the benchmark. ``bare``: PATH has next to nothing on it. ``root``: a language that stands
    without a prefix; ``shows``: the versions to report where none are pinned.
    """

    key: str
    command: tuple[str, ...]
    mathematics: Mathematics
    write: Writer | None = None
    packages: tuple[str, ...] = ()
    page: str = "site/{}/index.html"
    root: str = ""
    bare: bool = False
    shows: tuple[str, ...] = ()

    @property
    def bin(self) -> Path:
        """The folder of its commands."""
        return (BUILD / "environments" / self.key / "bin") if self.packages else Path(sys.executable).parent

    def page_path(self, language: str, name: str) -> str:
        """Where it writes a page, relative to its project."""
        where = self.page.format(name if language == self.root else f"{language}/{name}")
        return where.replace("/index/index.html", "/index.html")


FLOOR = Contender("floor", _MKDOCS_BUILD, "code", shows=("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions"))
OWN = Contender(
    "own", _MKDOCS_BUILD, "page", formats.write_own, root="es", shows=("backprop-docgen", "mini-racer", "numpy")
)
BROWSER = Contender("arithmatex", _MKDOCS_BUILD, "browser", shows=("pymdown-extensions",))
STOCK = Contender(
    "markdown-katex",
    _MKDOCS_BUILD,
    "page",
    partial(formats.write_mkdocs, kind="markdown-katex"),
    (*_MKDOCS, "markdown-katex==202406.1035"),
    bare=True,
)
ZENSICAL = Contender(
    "zensical",
    ("zensical", "build"),
    "page",
    partial(formats.write_mkdocs, kind="zensical"),
    ("zensical==0.0.73", *_RS),
)
FAST = (
    FLOOR,
    OWN,
    BROWSER,
    Contender("exec-rs", _MKDOCS_BUILD, "page", partial(formats.write_mkdocs, kind="exec-rs"), (*_MKDOCS, *_RS)),
    ZENSICAL,
)
SLOW = (
    Contender(
        "mkdocs-jupyter",
        _MKDOCS_BUILD,
        "browser",
        formats.write_notebooks,
        (*_MKDOCS, "mkdocs-jupyter==0.26.3", "ipykernel==7.4.0"),
    ),
    Contender(
        "sphinx",
        ("sphinx-build", "-q", "-b", "html", ".", "_build/html"),
        "page",
        formats.write_sphinx,
        ("sphinx==9.0.4", "myst-nb==1.4.0", "sphinxcontrib-katex==0.9.11", "furo==2025.12.19"),
        page="_build/html/{}.html",
    ),
    Contender(
        "mystmd",
        ("myst", "build", "--site", "--execute"),
        "page",
        formats.write_myst,
        ("mystmd==1.11.0", "jupyter-server==2.21.1", "ipykernel==7.4.0"),
        page="_build/site/content/{}.json",
    ),
)


def install(contender: Contender) -> str:
    """Make a contender's environment, unless it is there already; returns why that failed ("": it did not)."""
    if not contender.packages:
        return ""
    folder = contender.bin.parent
    stamp, wanted = folder / "installed.txt", "\n".join(contender.packages)
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [str(contender.bin / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command = [*pip, "--constraint", str(ROOT / "constraints.txt"), *contender.packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return re.sub(r"\S*://\S*", "…", errors[0] if errors else "pip failed").removeprefix("ERROR: ")
    stamp.write_text(wanted, "utf-8")
    return ""


def versions(contender: Contender) -> dict[str, str]:
    """What it is made of, by package."""
    if not contender.packages:
        return {name: importlib.metadata.version(name) for name in contender.shows}
    command = [str(contender.bin / "python"), "-m", "pip", "--disable-pip-version-check", "list", "--format", "json"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in listed}
    names = [package.partition("==")[0] for package in contender.packages]
    return {name: found[name] for name in names}


@dataclass
class Place:
    """A contender's project in the making: its sources, and a home folder in which all its caches fall."""

    contender: Contender
    folder: Path
    pages: Sequence[Page] = field(default_factory=list)

    @property
    def project(self) -> Path:
        """Where its sources and its output are."""
        return self.folder / "project"

    @property
    def command(self) -> list[str]:
        """The build, with the full name of the tool."""
        tool, *rest = self.contender.command
        return [str(self.contender.bin / tool), *rest]

    def environment(self) -> dict[str, str]:
        """The variables of its process: a home of its own, and this checkout's package for this project."""
        home = self.folder / "home"
        kept = {name: os.environ[name] for name in ("PATH", "NODE_EXTRA_CA_CERTS") if name in os.environ}
        changes = {
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "JUPYTER_CONFIG_DIR": str(BUILD / "jupyter"),
            "LC_ALL": "C.UTF-8",
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONHASHSEED": "0",
            "PATH": f"{self.contender.bin}{os.pathsep}{kept['PATH']}",
        }
        if self.contender.bare:
            changes["PATH"] = str(BUILD / "bare")
        if self.contender is OWN:
            changes["PYTHONPATH"] = str(ROOT)
        return kept | changes

    def clear(self) -> None:
        """Away with its output and its caches; compiled Python stays."""
        for name in _CLEARED:
            shutil.rmtree(self.project / name, ignore_errors=True)
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        (self.folder / "home" / "tmp").mkdir(parents=True)


def prepare_tools() -> None:
    """What several contenders share: settings of Jupyter, and a PATH with only a shell on it."""
    formats.put(BUILD, "jupyter/jupyter_server_config.json", '{"ServerApp": {"allow_root": true}}\n')
    (BUILD / "bare").mkdir(parents=True, exist_ok=True)
    for tool in ("sh", "env"):
        found, link = shutil.which(tool), BUILD / "bare" / tool
        if found and not link.exists():
            link.symlink_to(found)


def places(root: Path, contenders: Sequence[Contender], pages: Sequence[Page]) -> dict[str, Place]:
    """Write every contender's sources below a folder; no pages means this project's own tutorial.

    Raises CalledProcessError when this project cannot render its pages, from which the floor is made.
    """
    shutil.rmtree(root, ignore_errors=True)
    made = {each.key: Place(each, root / each.key, pages) for each in (OWN, *contenders)}
    for place in made.values():
        place.project.mkdir(parents=True)
        place.clear()
    own = made[OWN.key]
    if not pages:
        formats.copy_own(own.project)
    for place in made.values():
        if pages and place.contender.write:
            place.contender.write(place.project, pages)
    finished = own.folder / "finished"
    render = [str(OWN.bin / "python"), "-m", "backprop_docgen", "render", str(finished)]
    subprocess.run(render, cwd=own.project, env=own.environment(), check=True, capture_output=True)
    own.clear()
    order = navigation(own.project)
    for place in made.values():
        if place.contender.mathematics in ("code", "browser") and not place.contender.write:
            formats.write_finished(place.project, finished, order, place.contender.mathematics)
    return {key: place for key, place in made.items() if place.contender in contenders}


def navigation(project: Path) -> list[str]:
    """The pages of a project's navigation, by name, as far as they exist."""
    names = [str(each).removesuffix(".md") for each in formats.settings(project)["nav"]]
    return [name for name in names if all((project / "docs" / code / f"{name}.md").is_file() for code in LANGUAGES)]
