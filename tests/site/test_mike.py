"""mike publishes versions of a site: it reads the settings in its own process and builds in another one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from built import ROOT
from small_site import small_site, write

BESIDE = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "mike"
pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(not BESIDE.exists() and "CI" not in os.environ, reason=f"mike is not in {BESIDE}"),
]


def run(folder: Path, *command: str, fails: bool = False) -> str:
    """Run a command where mike can be found, and nothing of the user's settings."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(BESIDE), os.environ.get("PYTHONPATH", "")))),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "NO_MKDOCS_2_WARNING": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode != 0) == fails, result.stderr
    return result.stdout + result.stderr


def mike(folder: Path, *arguments: str, fails: bool = False) -> str:
    return run(folder, sys.executable, "-c", "from mike.driver import main; main()", *arguments, fails=fails)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = small_site(tmp_path)
    (folder / ".gitignore").write_text(".cache/\nsite/\n__pycache__/\n", "utf-8")
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "--quiet", "-m", "A course")
    return folder


def published(folder: Path, version: str) -> dict[str, str]:
    """The files of a version on the branch of the pages, each with the digest of its content."""
    lines = run(folder, "git", "ls-tree", "-r", "gh-pages", f"{version}/").splitlines()
    return {line.partition("\t")[2].removeprefix(f"{version}/"): line.split()[2] for line in lines}


def test_each_version_is_the_whole_site(repository: Path) -> None:
    mike(repository, "deploy", "1.0")
    first = published(repository, "1.0")
    files = [path.relative_to(repository / "site") for path in (repository / "site").rglob("*") if path.is_file()]
    assert first.keys() == {path.as_posix() for path in files}
    assert {"index.html", "en/step/index.html", "worksheet.json", "assets/live.js", "worksheet.js"} <= first.keys()
    assert run(repository, "git", "show", "gh-pages:1.0/en/index.html").count('data-q="E_total"') == 1

    write(repository, "en/index.md", "# Home\n\nThe loss was {{ E_total }}.\n")
    mike(repository, "deploy", "1.0", "latest", "--update-aliases")
    second = published(repository, "1.0")
    assert second.keys() == first.keys()
    assert second["en/index.html"] != first["en/index.html"]
    mike(repository, "deploy", "2.0")
    assert published(repository, "1.0") == second
    assert published(repository, "2.0").keys() == first.keys()
    left = run(repository, "git", "status", "--porcelain", "--ignored").splitlines()
    assert {line for line in left if "build" in line or "mike" in line} == set()


def test_a_build_that_fails_leaves_the_version_that_was_there(repository: Path) -> None:
    mike(repository, "deploy", "1.0")
    before = published(repository, "1.0")
    write(repository, "en/index.md", "# Home\n\nThe loss is {{ E_totl }}.\n")
    said = mike(repository, "deploy", "1.0", fails=True)
    assert "docs/en/index.md:3: 'E_totl' is undefined" in said
    assert published(repository, "1.0") == before


def test_reading_the_settings_does_not_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_site(tmp_path)
    monkeypatch.chdir(folder)
    shutil.rmtree(folder / "docs" / "en")  # it would stop a build
    settings = load_config("mkdocs.yml")
    for event, details in (("startup", {"command": "mike", "dirty": False}), ("shutdown", {})):
        settings.plugins.run_event(event, **details)
        settings = settings.plugins.run_event("config", settings) if event == "startup" else settings
    assert settings.site_dir == str(folder / "site")
    assert sorted(path.name for path in folder.iterdir()) == ["docs", "mkdocs.yml", "network.toml"]


def test_a_program_builds_without_starting_anything_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_site(tmp_path)
    monkeypatch.chdir(folder)
    settings = load_config("mkdocs.yml")
    build(settings)
    assert settings.site_dir == str(folder / "site")
    assert 'data-q="E_total"' in (folder / "site" / "en" / "index.html").read_text("utf-8")
