"""What a course is made from, and that it stands on its own: made from a wheel that is then taken away."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from backprop_docgen import __version__
from backprop_docgen.starter import origin
from backprop_docgen.starter.origin import find_origin
from built import ROOT
from courses import environment, steps_of

NAME = f"backprop_docgen-{__version__}-py3-none-any.whl"


class Installed:
    """A distribution, as far as this is asked of it."""

    files = None

    def __init__(self, source: Mapping[str, Any] | None) -> None:
        self.source = source

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self.source is None else json.dumps(self.source)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "packages/backprop_docgen/_project").mkdir(parents=True)
    monkeypatch.setattr(origin, "_ROOT", tmp_path / "packages")

    def by(source: Mapping[str, Any] | None) -> None:
        monkeypatch.setattr(origin, "distribution", lambda name: Installed(source))

    return by


@pytest.mark.parametrize(
    ("source", "requirement", "how"),
    [
        (None, f"backprop-docgen=={__version__}", "from a package index"),
        (
            {"url": "https://example.org/x.whl"},
            "backprop-docgen @ https://example.org/x.whl",
            "from https://example.org/x.whl",
        ),
        (
            {"url": "https://example.org/x", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "backprop-docgen @ git+https://example.org/x@abc",
            "from https://example.org/x",
        ),
    ],
)
def test_what_others_have_is_named(installed: Any, source: Any, requirement: str, how: str) -> None:
    installed(source)
    found = find_origin()
    assert (found.requirement, found.how, found.wheel, found.lacking) == (requirement, how, None, None)
    assert found.told == f"backprop-docgen {__version__}, {how}"


@pytest.mark.parametrize("known", [True, False])
def test_a_wheel_that_is_still_there_goes_along(installed: Any, tmp_path: Path, known: bool) -> None:
    path = tmp_path / "a folder" / NAME
    path.parent.mkdir()
    path.write_bytes(b"a wheel")
    digest = hashlib.sha256(b"a wheel").hexdigest()
    installed({"url": path.as_uri(), "archive_info": {"hashes": {"sha256": digest}} if known else {}})
    found = find_origin()
    assert found.wheel == (NAME, b"a wheel")
    assert found.requirement == f"./wheels/{NAME}"
    assert found.how == f"from {NAME}, brought along in wheels/ (sha256 {digest[:16]}…)"
    assert str(tmp_path) not in found.requirements


def test_what_cannot_be_brought_along_says_why(installed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"another wheel")
    installed({"url": path.as_uri(), "archive_info": {"hashes": {"sha256": "0"}}})
    found = find_origin()
    assert (found.wheel, found.lacking) == (None, "nothing tells which files belong to the package")
    assert found.requirement == f"backprop-docgen=={__version__}"

    def unknown(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(origin, "distribution", unknown)
    assert find_origin().lacking is not None
    monkeypatch.setattr(origin, "_ROOT", tmp_path)  # a folder that pip can build nothing of
    found = find_origin()
    assert found.how == "from a checkout"
    assert found.lacking
    assert "\n" not in found.lacking


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: a wheel cannot be built offline")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def author(folder: Path) -> Path:
    """The programs of a new environment that has what this package needs, and not the package."""
    venv.create(folder, with_pip=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    needed = folder / "needed"
    needed.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if (
            path.suffix != ".pth"
            and "backprop_docgen" not in path.name
            and not path.name.startswith(("pip", "setuptools"))
        ):
            (needed / path.name).symlink_to(path)
    (packages / "needed.pth").write_text(f"{needed}\n", "utf-8")
    tools = folder / "bin"
    (tools / "mkdocs").write_text(f'#!/bin/sh\nexec "{tools}/python" -m mkdocs "$@"\n', "utf-8")
    (tools / "mkdocs").chmod(0o755)
    return tools


def run(command: str, folder: Path, tools: Path) -> str:
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=environment(tools), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.mark.build
def test_a_course_made_from_a_wheel_needs_nothing_else(wheel: Path, tmp_path: Path) -> None:
    """Nothing is fetched from anywhere: what its workflow runs, runs with what the course brings along."""
    first = author(tmp_path / "first")
    run(f"pip install -q '{wheel}'", tmp_path, first)
    said = run("backprop-docgen new --minimal course", tmp_path, first)
    assert f"made with backprop-docgen {__version__}, from {NAME}, brought along in wheels/" in said
    content = wheel.read_bytes()
    assert (tmp_path / "course/wheels" / NAME).read_bytes() == content
    moved = wheel.rename(tmp_path / "moved")
    run("backprop-docgen new --minimal again", tmp_path, first)  # from the files that were installed
    with zipfile.ZipFile(moved) as old, zipfile.ZipFile(tmp_path / "again/wheels" / NAME) as packed:
        assert {name: packed.read(name) for name in packed.namelist() if not name.endswith("RECORD")} == {
            name: old.read(name) for name in old.namelist() if not name.endswith("RECORD")
        }
    moved.unlink()
    second = author(tmp_path / "second")
    steps = steps_of((tmp_path / "again/.github/workflows/site.yml").read_text("utf-8"))
    assert len(steps) == 4
    for step in steps:
        run(step, tmp_path / "again", second)
    assert (tmp_path / "again/site/en/index.html").is_file()
    assert "nothing has to change" in run("backprop-docgen new --update", tmp_path / "again", second)
