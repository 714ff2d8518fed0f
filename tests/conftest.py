"""Options and settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect

from browser import CHROMIUM, launched, served
from built import build, copy_project

settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")
expect.set_options(timeout=20_000)  # a slow machine draws late; what does not come at all fails all the same

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption("--fuzz", type=int, default=300, help="how many files test_fuzz.py makes")
    parser.addoption("--live", type=int, default=4, help="how many changes of the default network test_live.py tries")


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
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, built once; a test that edits it puts it back."""
    folder = copy_project(tmp_path_factory.mktemp("project"))
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    return folder


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
