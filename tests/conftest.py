"""Options and settings of all tests."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect

import sample
from browser import CHROMIUM, launched, served
from built import build, copy_project, once
from rendered import Finished, rendered_once
from small_site import excerpt

settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")
expect.set_options(timeout=20_000)  # a slow machine draws late; what does not come at all fails all the same

GOLDEN = Path(__file__).parent / "golden"
GALLERY = Path(__file__).parent / "networks"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption("--all", action="store_true", help="try the whole of each set of which a share is tried otherwise")
    parser.addoption("--seed", type=int, help="what the shares are drawn by (default: drawn anew, and printed)")
    parser.addoption("--fuzz", type=int, help="how many files test_network_fuzz.py makes")
    parser.addoption("--live", type=int, help="how many changes of the default network test_live.py tries")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed: the one given, that of the process which started this worker, or one drawn anew."""
    started = getattr(config, "workerinput", {}).get("seed", random.SystemRandom().randrange(10**6))
    sample.seed = started if config.option.seed is None else config.option.seed
    sample.everything = config.option.all


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist the seed, before it collects any test."""
    node.workerinput["seed"] = sample.seed


def drawn() -> str:
    return "whole sets (--all)" if sample.everything else f"shares of large sets, drawn with --seed {sample.seed}"


def pytest_report_header() -> str:
    return drawn()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it again where something failed, and in quiet runs, which have no header."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error") or config.option.verbose < 0:
        terminalreporter.write_line(drawn())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that build or browse come first: they take minutes, and no core waits long for the other at the end."""
    slow = {item.path for item in items if item.get_closest_marker("build") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file; a missing one fails, ``--update-golden`` writes it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{name} is missing; run pytest --update-golden and read what it writes"
        assert text == path.read_text("utf-8")

    return compare


@pytest.fixture(scope="session")
def common(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its workers share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


def built_once(folder: Path, like: Path | None = None, **environment: str) -> Path:
    """A copy of the project, built strictly, which all workers share: nobody changes it."""

    def make(new: Path) -> None:
        result = build(copy_project(new, like), "--strict", **environment)
        assert result.returncode == 0, result.stderr

    return once(folder, make)


@pytest.fixture(scope="session")
def shipped(common: Path) -> Path:
    """The project as it is shipped, built."""
    return built_once(common / "shipped")


def excerpted_once(folder: Path, **environment: str) -> Path:
    """An excerpt of it, built, which all workers share: nobody changes it."""

    def make(new: Path) -> None:
        result = build(excerpt(new), **environment)
        assert result.returncode == 0, result.stderr

    return once(folder, make)


@pytest.fixture(scope="session")
def excerpted(common: Path) -> Path:
    """The excerpt with the network it ships with."""
    return excerpted_once(common / "excerpt")


@pytest.fixture(scope="session")
def gallery_excerpt(common: Path) -> Callable[[str], Path]:
    """The excerpt with a network of the gallery: for tests of what one page does."""

    def of(name: str) -> Path:
        return excerpted_once(common / f"excerpt {name}", BACKPROP_NETWORK=str(GALLERY / f"{name}.toml"))

    return of


@pytest.fixture(scope="session")
def project(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for this worker; a test that edits it puts it back."""
    return Path(shutil.copytree(shipped, tmp_path_factory.mktemp("project") / "project"))


@pytest.fixture(scope="session")
def gallery(common: Path, shipped: Path) -> Callable[[str], Path]:
    """The project of a network of the gallery, built: nobody changes it."""

    def of(name: str) -> Path:
        return built_once(common / f"gallery {name}", shipped, BACKPROP_NETWORK=str(GALLERY / f"{name}.toml"))

    return of


@pytest.fixture(scope="session")
def finished(common: Path) -> Callable[[str], list[Finished]]:
    """The finished pages of a network of the gallery, or of the tutorial's own ("network"), rendered once a run."""
    folder = Path(__file__).parent

    def of(name: str) -> list[Finished]:
        network = folder.parent / "network.toml" if name == "network" else folder / "networks" / f"{name}.toml"
        return rendered_once(common / f"pages of {name}", network)

    return of


@pytest.fixture(scope="session")
def site(project: Path) -> Path:
    """The tutorial with the network it ships with; nobody changes it."""
    return project / "site"


@pytest.fixture(scope="session")
def root(site: Path) -> Iterator[str]:
    """The address of that site."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser; tests are skipped, with a note, where there is none (never in CI)."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI does not skip the browser tests")
        pytest.skip("no Chromium here: browser tests are skipped")
    with launched() as browser:
        yield browser
