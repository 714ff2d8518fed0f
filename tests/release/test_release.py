"""A release is refused unless tag, version, changelog and built files say the same; preparing one makes them do so."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path

import pytest

from networks import ROOT

sys.path.append(str(ROOT / "release"))

import check_release
import prepare_release
from changelog import FILE, GROUPS, UNRELEASED, VERSION_FILE, is_release, releases, version_in, with_release
from check_release import problems, wrong_files

TODAY = datetime.date(2026, 12, 1)
MODULE = '"""What it is."""\n\n__version__ = "1.2.3"\n'
GOOD = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- A thing.

## [1.2.2] - 2026-11-01

### Fixed

- Another.
"""
DIST = {"backprop_docgen-1.2.3-py3-none-any.whl", "backprop_docgen-1.2.3.tar.gz"}


def project(folder: Path, changelog: str = GOOD, module: str = MODULE) -> Path:
    (folder / VERSION_FILE).parent.mkdir()
    (folder / VERSION_FILE).write_text(module, "utf-8")
    (folder / FILE).write_text(changelog, "utf-8")
    return folder


def test_what_agrees_may_be_released() -> None:
    assert list(problems("v1.2.3", "1.2.3", GOOD, TODAY)) == []


@pytest.mark.parametrize("tag", ["v1.2.4", "1.2.3", "v1.2.3 ", "V1.2.3", "v1.2", "v1.2.3-rc1", ""])
def test_a_tag_that_is_not_the_versions(tag: str) -> None:
    (said,) = problems(tag, "1.2.3", GOOD, TODAY)
    assert f"the tag is {tag}, but the version is 1.2.3, whose tag is v1.2.3" in said


UNRELEASED_ENTRY = ("[Unreleased]\n", "[Unreleased]\n\n### Fixed\n\n- Left.\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (*UNRELEASED_ENTRY, "entries are left under [Unreleased]"),
        ("[Unreleased]\n", "[Unreleased]\n\nIn words.\n", "entries are left under [Unreleased]"),
        ("[1.2.3] - 2026-12-01", "[1.2.4] - 2026-12-01", "1.2.3 has no section"),
        ("[1.2.3]", "[v1.2.3]", "1.2.3 has no section"),
        ("[1.2.2]", "[1.2.3]", "1.2.3 has 2 sections"),
        ("[Unreleased]\n", "[Unreleased]\n\n## [2.0.0] - 2026-12-01\n\n- Later.\n", "1.2.3 is not the newest release"),
        ("2026-12-01", "2026-12-02", "1.2.3 is dated 2026-12-02, which is yet to come"),
        ("2026-12-01", "1 December", "1.2.3 has no date as 2026-01-31 after its name (found: '1 December')"),
        (" - 2026-12-01", "", "1.2.3 has no date as 2026-01-31 after its name (found: '')"),
        ("### Added\n\n- A thing.\n", "### Added\n", "nothing is said of 1.2.3"),
        ("### Added\n", "### Adds\n", "1.2.3 has a group Adds"),
        ("- A thing.\n", "- A thing.\n\n### Added\n\n- More.\n", "1.2.3 has 2 groups Added"),
    ],
)
def test_a_changelog_that_says_otherwise(old: str, new: str, said: str) -> None:
    changelog = GOOD.replace(old, new, 1)
    assert changelog != GOOD
    (found,) = problems("v1.2.3", "1.2.3", changelog, TODAY)
    assert said in found


def test_groups_without_entries_are_no_entries() -> None:
    changelog = GOOD.replace("[Unreleased]\n", "[Unreleased]\n\n### Added\n\n### Fixed\n", 1)
    assert list(problems("v1.2.3", "1.2.3", changelog, TODAY)) == []


@pytest.mark.parametrize(
    "version", ["1.2", "1.2.3.4", "v1.2.3", "1.02.3", "1.2.3-rc1", "1.2.3.dev1", "1.2.3+local", ""]
)
def test_no_version_of_a_release(version: str) -> None:
    assert not is_release(version)
    said = list(problems(f"v{version}", version, GOOD.replace("1.2.3", version), TODAY))
    assert f"{VERSION_FILE}: {version} is no version of a release (as 1.2.3, or 1.2.3rc1)" in said


def test_all_that_is_wrong_is_told_at_once() -> None:
    changelog = GOOD.replace(*UNRELEASED_ENTRY).replace(" - 2026-12-01", "")
    assert len(list(problems("v1", "1.2.3", changelog, TODAY))) == 3


def test_built_files_are_one_wheel_and_one_archive_of_the_version() -> None:
    assert list(wrong_files("1.2.3", DIST)) == []
    missing, extra = wrong_files("1.2.3", {*DIST, "backprop_docgen-1.2.2.tar.gz"} - {"backprop_docgen-1.2.3.tar.gz"})
    assert missing == "backprop_docgen-1.2.3.tar.gz is missing among the built files"
    assert extra == "backprop_docgen-1.2.2.tar.gz is no file of 1.2.3"


def test_the_command_answers_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, GOOD.replace("2026-12-01", "2020-01-01"))
    dist, notes = tmp_path / "dist", tmp_path / "notes.md"
    dist.mkdir()
    given = ["--dist", str(dist), "--notes", str(notes)]
    assert check_release.main(["v1.2.3", *given], root) == 1
    assert capsys.readouterr().err.count("is missing among the built files") == 2
    assert not notes.exists()
    for name in DIST:
        (dist / name).touch()
    assert check_release.main(["v1.2.4", *given], root) == 1
    assert "error: the tag is v1.2.4" in capsys.readouterr().err
    assert check_release.main(["v1.2.3", *given], root) == 0
    assert capsys.readouterr() == ("", "")
    assert notes.read_text("utf-8") == "### Added\n\n- A thing.\n"


def test_what_is_prepared_may_be_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, GOOD.replace(*UNRELEASED_ENTRY))
    assert prepare_release.main(["1.3.0"], root) == 0
    assert "git tag v1.3.0" in capsys.readouterr().out
    assert check_release.main(["v1.3.0"], root) == 0
    assert (root / VERSION_FILE).read_text("utf-8") == MODULE.replace("1.2.3", "1.3.0")
    first, second, third, *_ = releases((root / FILE).read_text("utf-8"))
    assert (first.name, first.body) == (UNRELEASED, "")
    assert (second.name, second.body) == ("1.3.0", "### Fixed\n\n- Left.")
    assert third == releases(GOOD)[1]


@pytest.mark.parametrize(
    ("version", "changelog", "said"),
    [
        ("1.2.3", GOOD.replace(*UNRELEASED_ENTRY), "1.2.3 does not come after 1.2.3"),
        ("1.2.10rc1", GOOD.replace("[1.2.3]", "[1.2.10]").replace(*UNRELEASED_ENTRY), "does not come after 1.2.10"),
        ("1.3", GOOD.replace(*UNRELEASED_ENTRY), "'1.3' is no version of a release"),
        ("1.3.0", GOOD, "no entries under [Unreleased] at its top"),
        ("1.3.0", "# Changelog\n", "no entries under [Unreleased] at its top"),
    ],
)
def test_what_cannot_be_prepared_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], version: str, changelog: str, said: str
) -> None:
    root = project(tmp_path, changelog)
    assert prepare_release.main([version], root) == 1
    assert said in capsys.readouterr().err
    assert (root / FILE).read_text("utf-8") == changelog
    assert (root / VERSION_FILE).read_text("utf-8") == MODULE


def test_groups_of_one_title_are_put_together() -> None:
    unreleased = "\n### Added\n\n- A.\n\n### Fixed\n\nBefore:\n\n- B.\n\n### Added\n\n- C\n  D.\n"
    made = with_release(f"# Changelog\n\n## [Unreleased]\n{unreleased}", "1.0.0", "2026-12-01")
    assert made.endswith("## [1.0.0] - 2026-12-01\n\n### Added\n\n- A.\n- C\n  D.\n\n### Fixed\n\nBefore:\n\n- B.\n")
    assert list(problems("v1.0.0", "1.0.0", made, TODAY)) == []


def test_this_changelog_can_become_a_release_with_not_a_word_lost() -> None:
    changelog = (ROOT / FILE).read_text("utf-8")
    first = releases(changelog)[0]
    assert first.name == UNRELEASED
    assert {title for title, _ in first.groups()} <= set(GROUPS)
    if first.says_something():
        made = with_release(changelog, "99.0.0", "2026-12-01")
        assert list(problems("v99.0.0", "99.0.0", made, TODAY)) == []
        lines = [line for line in changelog.splitlines() if line and not line.startswith("### ")]
        kept = [line for line in made.splitlines() if line and not line.startswith(("### ", "## [99.0.0]"))]
        assert sorted(kept) == sorted(lines)


def test_the_version_stands_in_one_place() -> None:
    assert is_release(version_in((ROOT / VERSION_FILE).read_text("utf-8")))
    for name in ("pyproject.toml", "CITATION.cff", "README.md", "CONTRIBUTING.md"):
        assert not re.search(r"(?m)^version\b|backprop_docgen-\d|__version__ =", (ROOT / name).read_text("utf-8")), name


@pytest.mark.parametrize("module", ["", '__version__ = "1"\n__version__ = "2"\n', "__version__ = version()\n"])
def test_a_module_gives_one_version(module: str) -> None:
    with pytest.raises(ValueError, match="lines __version__"):
        version_in(module)
