"""What changed between two sets of versions, and what may stand in the file of them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from networks import ROOT

sys.path.append(str(ROOT / "release"))

import renew_constraints
from renew_constraints import FILE, Change, changes, pins, told, written


def test_added_removed_newer_older() -> None:
    old = {"same": "1.0", "up": "1.9", "down": "2.0", "gone": "3", "pre": "1.0rc1"}
    new = {"same": "1.0", "up": "1.10", "down": "1.0", "come": "0.1", "pre": "1.0"}
    assert changes(old, new) == [
        Change("added", "come", new="0.1"),
        Change("older", "down", "2.0", "1.0"),
        Change("removed", "gone", "3"),
        Change("newer", "pre", "1.0rc1", "1.0"),
        Change("newer", "up", "1.9", "1.10"),
    ]


def test_the_spelling_of_a_name_or_a_version_is_no_change() -> None:
    assert changes({"Typing_Extensions": "4.0", "A.b": "1.0.0"}, {"typing-extensions": "4.0.0", "a-b": "1"}) == []


def test_the_changes_are_told_by_kind() -> None:
    found = changes({"numpy": "2.4.6", "old": "1", "x": "1"}, {"numpy": "2.5.0", "x": "2", "attrs": "26"})
    assert told(found) == (
        "2 newer, 1 added, 1 removed:\n"
        "newer    numpy  2.4.6 → 2.5.0\n"
        "newer    x      1 → 2\n"
        "added    attrs  26\n"
        "removed  old    1\n"
    )
    assert told([]) == "Nothing changed.\n"


def test_what_is_written_is_read_back_and_sorted() -> None:
    versions = {"mypy_extensions": "1", "Markdown": "3", "mypy": "2", "markdown-katex": "4"}
    text = written(versions)
    assert pins(text) == versions
    names = re.findall("(?m)^([^#=]+)==", text)
    assert names == ["markdown-katex", "Markdown", "mypy", "mypy_extensions"]


@pytest.mark.parametrize(
    "line",
    ["a @ https://example.org/a.whl", "-e .", "--no-index", "a>=1", "a==1 --hash=sha256:0", "a", "./a", "a==1; b"],
)
def test_nothing_but_names_and_versions(line: str) -> None:
    with pytest.raises(ValueError, match="is not a name and a version"):
        pins(f"# A comment.\nb==1\n{line}\n")


def test_the_file_is_as_it_would_be_written_and_pins_all_that_the_project_names() -> None:
    text = (ROOT / FILE).read_text("utf-8")
    assert text == written(pins(text))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {canonicalize_name(name): version for name, version in pins(text).items()}
    for each in map(Requirement, project["dependencies"] + project["optional-dependencies"]["test"]):
        assert each.specifier.contains(pinned[canonicalize_name(each.name)]), each


def test_renewing_writes_the_file_and_says_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.0"\n', "utf-8")
    (tmp_path / FILE).write_text(written({"a": "1"}), "utf-8")
    monkeypatch.setattr(renew_constraints, "installed_afresh", lambda root: {"a": "2"})
    assert renew_constraints.main(tmp_path) == 0
    assert (tmp_path / FILE).read_text("utf-8") == written({"a": "2"})
    out, err = capsys.readouterr()
    assert out == "1 newer:\nnewer    a  1 → 2\n"
    assert "an older Python is supported" in err


def test_what_cannot_be_installed_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(root: Path) -> dict[str, str]:
        raise subprocess.CalledProcessError(1, "pip")

    this = f"3.{sys.version_info.minor}"
    (tmp_path / "pyproject.toml").write_text(f'[project]\nrequires-python = ">={this}"\n', "utf-8")
    (tmp_path / FILE).write_text(written({"a": "1"}), "utf-8")
    monkeypatch.setattr(renew_constraints, "installed_afresh", fails)
    assert renew_constraints.main(tmp_path) == 1
    assert (tmp_path / FILE).read_text("utf-8") == written({"a": "1"})
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: constraints.txt stays as it was")
