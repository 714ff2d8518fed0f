"""`backprop-docgen new --update`: what a newer version has changed, beside what a course's author has."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.numbers.language import small_strings
from backprop_docgen.site import publishing
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.starter.languages import skeleton
from backprop_docgen.starter.origin import Origin
from backprop_docgen.starter.record import read_beginning
from courses import INDEX, PAGE, edit, made, marks, new, older
from site_fixture import snapshot

ENGLISH = "docs/en/index.md"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("update") / "course", "--minimal", "--language", "pt")


@pytest.fixture
def course(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "course"))


def text(course: Path, name: str = ENGLISH) -> str:
    return (course / name).read_text("utf-8")


def told(output: str) -> dict[str, str]:
    """What became of each file: the lines of an update but for the last."""
    lines = output.splitlines()[:-1]
    return {name: what.strip() for what, name in (line.split("(")[0].strip().rsplit("  ", 1) for line in lines)}


def test_a_course_as_this_version_makes_it_has_nothing_to_change(course: Path) -> None:
    before = snapshot(course)
    result = new("--update", course)
    assert (result.exit_code, result.stdout) == (0, "nothing has to change, with backprop-docgen 0.1.0\n")
    assert snapshot(course) == before


def test_what_its_author_has_not_touched_is_replaced_and_the_rest_merged(course: Path) -> None:
    newest = {name: text(course, name) for name in (ENGLISH, "docs/es/index.md", "README.md", "mkdocs.yml")}
    older(
        course,
        {
            ENGLISH: newest[ENGLISH].replace("## One step", "## A step"),
            "docs/es/index.md": newest["docs/es/index.md"].replace("## Un paso", "## El paso"),
            "docs/es/gone.md": "# Gone\n",
            "docs/en/gone.md": "# Gone\n",
            "docs/shared/mine.md": "one\n",
            "README.md": None,
            "LICENSE-docs": "old\n",
            "docs/allowances.toml": "# old\n",
        },
    )
    edit(course / ENGLISH, "**Goal.** See", "**Aim.** See")
    edit(course / "docs/es/gone.md", "# Gone", "# Mine now")
    (course / "LICENSE-docs").unlink()
    edit(course / "docs/allowances.toml", "# old\n", "# mine\n")
    (course / "docs/en/own.md").write_text("# Own\n", "utf-8")
    before = snapshot(course)
    tried = new("--update", "--dry-run", course)
    assert snapshot(course) == before
    result = new("--update", course)
    assert tried.exit_code == result.exit_code == 1
    assert (
        told(tried.stdout)
        == told(result.stdout)
        == {
            ENGLISH: "merged",
            "docs/es/index.md": "updated",
            "docs/es/gone.md": "yours",
            "docs/en/gone.md": "removed",
            "docs/shared/mine.md": "removed",
            "README.md": "added",
            "LICENSE-docs": "left out",
            "docs/allowances.toml": "conflict",
            "docs/pt/index.md": "to translate",
        }
    )
    assert "would change" in tried.stdout.splitlines()[-1]
    assert result.stdout.endswith("6 files changed, with backprop-docgen 0.1.0; conflicts to solve: 1\n")
    assert text(course) == newest[ENGLISH].replace("**Goal.** See", "**Aim.** See")
    assert text(course, "docs/es/index.md") == newest["docs/es/index.md"]
    assert text(course, "docs/es/gone.md") == "# Mine now\n"
    assert text(course, "README.md") == newest["README.md"]
    assert "<<<<<<< yours\n# mine\n=======\n" in text(course, "docs/allowances.toml")
    assert ">>>>>>> version 0.1.0\n" in text(course, "docs/allowances.toml")
    assert not (course / "LICENSE-docs").exists()
    assert not (course / "docs/shared/mine.md").exists()
    assert read_beginning(course).version == "0.1.0"
    assert "nothing has to change" in new("--update", course).stdout


def test_a_minimal_course_stays_one(course: Path) -> None:
    older(course, {"README.md": "old\n"})
    assert told(new("--update", course).stdout) == {"README.md": "updated"}
    assert read_beginning(course).minimal


def test_skeletons_follow_and_translations_are_named(course: Path) -> None:
    newest = text(course)
    changed = newest.replace("# One weight", "# A weight")
    older(course, {ENGLISH: changed, "docs/en/old.md": "# Old\n", "docs/en/said.md": "# Said\n"})
    (course / "docs/pt/index.md").write_text(skeleton(changed), "utf-8")
    (course / "docs/pt/old.md").write_text(skeleton("# Old\n"), "utf-8")
    (course / "docs/pt/said.md").write_text("# Dito\n", "utf-8")
    edit(course / "locales/pt.po", 'msgid "inputs"\nmsgstr ""\n', "")
    edit(course / "locales/pt.po", 'msgid "hidden"\nmsgstr ""\n', 'msgid "hidden"\nmsgstr "oculta"  \n')
    result = new("--update", course)
    assert result.exit_code == 0
    assert "to translate  docs/pt/said.md  (docs/en/said.md is gone)" in result.stdout
    assert "updated       locales/pt.po  (1 strings to be translated)" in result.stdout
    assert text(course, "docs/pt/index.md") == skeleton(newest)
    assert text(course, "docs/pt/said.md") == "# Dito\n"
    assert not (course / "docs/pt/old.md").exists()
    catalogue = text(course, "locales/pt.po")
    assert 'msgid "hidden"\nmsgstr "oculta"  \n' in catalogue  # as it was written
    assert set(messages(catalogue, "pt.po")) == set(small_strings())
    (course / "docs/pt/index.md").write_text(PAGE, "utf-8")
    older(course, {ENGLISH: changed})
    result = new("--update", course)
    assert "to translate  docs/pt/index.md  (docs/en/index.md has changed)" in result.stdout
    assert text(course, "docs/pt/index.md") == PAGE


def test_a_page_that_is_new_comes_as_a_skeleton_too(course: Path) -> None:
    older(course, {ENGLISH: None})
    (course / "docs/pt/index.md").unlink()
    assert told(new("--update", course).stdout) == {ENGLISH: "added", "docs/pt/index.md": "added"}
    assert marks(course / "docs/pt/index.md") == [2, 7, 19, 35]


def test_settings_of_a_third_language_are_no_conflict(course: Path) -> None:
    before = read_beginning(course).files["mkdocs.yml"]
    older_text = before.replace("  font: false", "  font: Roboto")
    kept = text(course, "mkdocs.yml").replace("  font: false", "  font: Roboto").replace("  # untranslated", "")
    older(course, {"mkdocs.yml": older_text})
    (course / "mkdocs.yml").write_text(kept.replace("code: es", "code: es   # mine"), "utf-8")
    assert told(new("--update", course).stdout) == {"mkdocs.yml": "merged"}
    assert list(read_project(course / "mkdocs.yml").templates) == ["es", "en", "pt"]
    assert "code: es   # mine" in text(course, "mkdocs.yml")
    assert "  font: false" in text(course, "mkdocs.yml")


def test_line_ends_stay_those_of_the_author(course: Path) -> None:
    newest = text(course)
    older(course, {ENGLISH: newest.replace("## One step", "## A step")})
    mine = text(course).replace("**Goal.** See", "**Aim.** See").replace("\n", "\r\n")
    (course / ENGLISH).write_bytes(mine.encode())
    assert told(new("--update", course).stdout)[ENGLISH] == "merged"
    expected = newest.replace("**Goal.** See", "**Aim.** See").replace("\n", "\r\n")
    assert (course / ENGLISH).read_bytes() == expected.encode()


def test_what_is_no_text_is_not_merged(course: Path) -> None:
    older(course, {"docs/allowances.toml": "# old\n"})
    (course / "docs/allowances.toml").write_bytes(b"\0\xff")
    result = new("--update", course)
    assert result.exit_code == 1
    assert "conflict      docs/allowances.toml  (cannot be merged; it stays as it is)" in result.stdout
    assert (course / "docs/allowances.toml").read_bytes() == b"\0\xff"


def test_a_folder_where_a_file_should_be_is_told(course: Path) -> None:
    older(course, {"README.md": "old\n"})
    (course / "README.md").unlink()
    (course / "README.md").mkdir()
    result = new("--update", course)
    assert result.exit_code == 2
    assert result.stderr == f"error: {course / 'README.md'}: cannot be read (this is a folder)\n"


def test_an_update_that_is_cut_short_is_taken_up_again(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = text(course)
    older(course, {ENGLISH: newest.replace("## One step", "## A step")})
    before, move = (course / ".backprop-docgen/template.zip").read_bytes(), publishing.move

    def stopped(source: Path, target: Path) -> None:
        if source.name == "index.md":
            raise OSError(errno.EIO, "no more", str(target))
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "move", stopped)
        assert new("--update", course).exit_code == 2
    assert (course / ".backprop-docgen/template.zip").read_bytes() == before
    assert new("--update", course).exit_code == 0
    assert text(course) == newest


def test_the_package_comes_along(tmp_path: Path) -> None:
    course = tmp_path / "course"
    first, second = (Origin("from a file", f"./wheels/it-{at}.whl", (f"it-{at}.whl", at.encode())) for at in ("1", "2"))
    assert new(course, "--minimal", origin=first).exit_code == 0
    edit(course / "requirements.txt", "below this one:\n", "below this one:\nmkdocs-macros-plugin\n")
    assert new(course, "--update", origin=first).stdout.startswith("nothing")
    result = new(course, "--update", origin=second)
    assert result.exit_code == 0, result.output
    assert [path.name for path in (course / "wheels").iterdir()] == ["it-2.whl"]
    assert "./wheels/it-2.whl\n" in text(course, "requirements.txt")
    assert text(course, "requirements.txt").endswith("mkdocs-macros-plugin\n")
    changed = replace(second, wheel=("it-2.whl", b"built anew"))
    assert told(new(course, "--update", origin=changed).stdout) == {"wheels/it-2.whl": "updated"}
    lost = Origin("from a checkout", "backprop-docgen==0.1.0", lacking="no pip")
    assert "note: requirements.txt: " in new(course, "--update", origin=lost).stderr
    assert [path.name for path in (course / "wheels").iterdir()] == ["it-2.whl"]
    new(course, "--update", origin=second)
    new(course, "--update", origin=INDEX)
    assert list((course / "wheels").iterdir()) == []


def test_changes_that_are_not_committed_are_not_mixed_with_an_update(course: Path) -> None:
    def git(*arguments: str) -> None:
        names = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *names, *arguments], cwd=course, check=True, capture_output=True)

    older(course, {"README.md": "old\n"})
    git("init")
    git("add", "-A")
    git("commit", "-m", "one")
    edit(course / ENGLISH, "**Goal.** See", "**Aim.** See")
    result = new("--update", course)
    assert result.exit_code == 2
    assert "has changes that are not committed" in result.stderr
    assert f" M {ENGLISH}" in result.stderr
    assert text(course, "README.md") == "old\n"
    assert told(new("--update", "--dry-run", course).stdout) == {"README.md": "updated"}
    git("commit", "-am", "two")
    assert new("--update", course).exit_code == 0


def test_without_git_only_what_has_to_be_merged_fails(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    older(course, {"README.md": "old\n", "docs/allowances.toml": "# old\n"})
    edit(course / "README.md", "old", "mine")
    before = snapshot(course)
    result = new("--update", course)
    assert result.exit_code == 2
    assert "error: there is no program git\n    Install Git" in result.stderr
    assert snapshot(course) == before
    (course / "README.md").unlink()
    assert new("--update", course).exit_code == 0


@pytest.mark.parametrize("damage", ["gone", "no archive", "other bytes", "outside", "no json", "no version"])
def test_a_beginning_that_cannot_be_read(course: Path, damage: str) -> None:
    archive, about = course / ".backprop-docgen/template.zip", course / ".backprop-docgen/made-from.json"
    if damage == "gone":
        archive.unlink()
    elif damage == "no archive":
        archive.write_bytes(b"PK")
    elif damage == "other bytes":  # as where Git takes it for text
        data = archive.read_bytes()
        archive.write_bytes(data[:60] + bytes(each ^ 0xFF for each in data[60:90]) + data[90:])
    elif damage == "outside":
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("../evil", "x")
    else:
        about.write_text("{" if damage == "no json" else json.dumps({"minimal": True}), "utf-8")
    before = snapshot(course)
    result = new("--update", course)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.stderr.startswith(f"error: {archive}: ")
    assert snapshot(course) == before


def test_it_is_the_same_for_the_same(course: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other", "--minimal", "--language", "pt")
    assert snapshot(other) == snapshot(course)
