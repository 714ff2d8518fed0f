"""The command ``new``: a complete course from the package, its languages, and the schema of the network file."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

import backprop_docgen.commands.new as course
from backprop_docgen.cli import main
from backprop_docgen.network.file import read_network
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import UNTRANSLATED
from networks import ROOT
from site_fixture import mkdocs, snapshot


def new(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["new", str(folder), *options])


@pytest.fixture(scope="module")
def portuguese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "curso"
    result = new(folder, "--language", "pt")
    assert result.exit_code == 0, result.output
    return folder


def test_a_new_course_is_complete(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "course"
    result = new(folder)
    assert result.exit_code == 0, result.output
    written = set(snapshot(folder))
    for name in ("docs", "networks"):
        shipped = {str(p.relative_to(ROOT)) for p in (ROOT / name).rglob("*.*") if p.name != "benchmark.md"}
        assert shipped <= written
    assert {"mkdocs.yml", "network.toml", "worksheets.toml", "README.md", ".gitignore", "LICENSE-docs"} <= written
    assert f"{len(written)} files" in result.output
    assert read_network(folder / "network.toml") == read_network(ROOT / "network.toml")
    assert folder.stat().st_mode & 0o777 == (folder / "docs").stat().st_mode & 0o777
    assert [path.name for path in folder.parent.iterdir()] == ["course"]


def test_the_page_on_this_projects_own_speed_stays_here(tmp_path: Path) -> None:
    assert new(tmp_path).exit_code == 0
    assert b"benchmark" not in b"".join(text for name, text in snapshot(tmp_path).items() if name.startswith("docs"))
    assert not list(tmp_path.rglob("benchmark.md"))
    assert "benchmark" not in (tmp_path / "mkdocs.yml").read_text("utf-8")
    ours, theirs = (folder / "docs" / "allowances.toml" for folder in (ROOT, tmp_path))
    count = theirs.read_text("utf-8").count("[[allow]]")
    assert count == ours.read_text("utf-8").count("[[allow]]") - 2
    tomllib.loads(theirs.read_text("utf-8"))


def test_its_workflow_builds_strictly_and_publishes_from_main_only(portuguese: Path) -> None:
    jobs = yaml.safe_load((portuguese / ".github/workflows/site.yml").read_text("utf-8"))["jobs"]
    steps = [step.get("run") or step["uses"] for step in jobs["build"]["steps"]]
    assert "mkdocs build --strict" in steps
    assert "pip install -r requirements.txt" in steps
    assert "refs/heads/main" in jobs["publish"]["if"]
    assert (portuguese / "requirements.txt").read_text("utf-8").startswith("backprop-docgen")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert new(tmp_path).exit_code == 0
    assert (tmp_path / "mkdocs.yml").is_file()


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        result = new(folder)
        assert result.exit_code == 2
        assert "error: " in result.stderr
    assert snapshot(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("code", ["qq", "es", "en", "../x", "", "la", "Portuguese"])
def test_a_language_that_cannot_be_added(tmp_path: Path, code: str) -> None:
    result = new(tmp_path / "course", "--language", code)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_a_third_language_is_a_skeleton(portuguese: Path) -> None:
    english = {path.name for path in (portuguese / "docs" / "en").iterdir()}
    assert {path.name for path in (portuguese / "docs" / "pt").iterdir()} == english
    for path in (portuguese / "docs" / "pt").iterdir():
        text, original = path.read_text("utf-8"), (ROOT / "docs" / "en" / path.name).read_text("utf-8")
        assert text.replace(f"{UNTRANSLATED}\n", "") == original
        assert UNTRANSLATED in text
    assert list(read_project(portuguese / "mkdocs.yml").templates) == ["es", "en", "pt"]
    assert "name: Português" in (portuguese / "mkdocs.yml").read_text("utf-8")
    assert read_network(portuguese / "network.toml").display.decimal_mark["pt"] == ","


@pytest.mark.build
def test_a_strict_build_lists_what_is_untranslated(portuguese: Path) -> None:
    strict = mkdocs(portuguese, "build", "--strict")
    assert strict.returncode == 1
    assert not (portuguese / "site").exists()
    page = (portuguese / "docs" / "pt" / "biases.md").read_text("utf-8").splitlines()
    assert f"docs/pt/biases.md:{page.index(UNTRANSLATED) + 1}: untranslated parts" in strict.stderr
    assert "locales/pt.po: untranslated strings" in strict.stderr
    assert "docs/en" not in strict.stderr
    assert mkdocs(portuguese, "build").returncode == 0
    assert 'lang="pt"' in (portuguese / "site" / "pt" / "index.html").read_text("utf-8")
    assert "untranslated" not in (portuguese / "site" / "pt" / "index.html").read_text("utf-8")


@pytest.mark.build
def test_the_wheel_makes_a_course_without_a_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(tmp_path)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    if done.returncode and "hatchling" in done.stderr:
        pytest.skip("hatchling is not installed: a wheel cannot be built offline")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    run = "import sys; from backprop_docgen.cli import main; main(sys.argv[1:])"
    subprocess.run(
        [sys.executable, "-P", "-c", run, "new", str(tmp_path / "course")],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    for name in ("README.md", ".gitignore", ".github/workflows/site.yml"):
        assert (tmp_path / "course" / name).is_file()
    built = mkdocs(tmp_path / "course", "build", "--strict", PYTHONPATH=str(tmp_path / "installed"))
    assert built.returncode == 0, built.stderr


def test_an_editable_installation_is_compiled(tmp_path: Path) -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")
    ignored = shutil.ignore_patterns(".*", "__pycache__", "site", "build", "dist", "bench", "tests")
    folder = Path(shutil.copytree(ROOT, tmp_path / "checkout", ignore=ignored))
    hook = wheel.WheelBuilder(str(folder)).get_build_hooks(str(tmp_path))["custom"]
    modules = list((folder / "backprop_docgen").rglob("*.py"))

    def compiled() -> list[Path]:
        return [path for path in modules if Path(importlib.util.cache_from_source(str(path))).is_file()]

    hook.initialize("standard", {})
    assert compiled() == []
    hook.initialize("editable", {})
    assert compiled() == modules


def test_the_schema_is_current() -> None:
    written = (ROOT / "backprop_docgen" / course.SCHEMA_FILE).read_text("utf-8")
    assert written == course.network_schema(), "write it anew with backprop_docgen.commands.new.network_schema()"


def test_the_schema_knows_types_ranges_and_names() -> None:
    tables = json.loads(course.network_schema())["properties"]
    assert tables["display"]["properties"]["decimals"] == {
        "default": 9,
        "maximum": 15,
        "minimum": 2,
        "type": "integer",
    }
    assert "leaky_relu" in tables["layer"]["items"]["properties"]["activation"]["enum"]
    assert tables["network"]["properties"]["learning_rate"]["exclusiveMinimum"] == 0
    assert tables["display"]["properties"]["model_output_weight"]["pattern"].startswith("^(w")


def test_the_network_file_names_its_schema(portuguese: Path) -> None:
    for folder in (ROOT, portuguese):
        text = (folder / "network.toml").read_text("utf-8")
        tomllib.loads(text)
        assert text.count("#:schema ") == 1
        assert (folder / text.splitlines()[0].removeprefix("#:schema ")).is_file()
