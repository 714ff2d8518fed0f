"""The command ``new``: a complete course from the package, and what it says when there can be none."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from backprop_docgen.network.file import read_network
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.untranslated import UNTRANSLATED
from backprop_docgen.starter import template
from backprop_docgen.starter.origin import Origin
from courses import made, marks, new, steps_of
from networks import ROOT
from site_fixture import snapshot


@pytest.fixture(scope="module")
def portuguese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("new") / "curso", "--language", "pt")


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


def test_it_says_what_it_was_made_from(tmp_path: Path) -> None:
    origin = Origin("from a folder", "./wheels/it.whl", ("it.whl", b"a wheel"))
    result = new(tmp_path, "--minimal", origin=origin)
    assert f"made with {origin.told}\n" in result.stdout
    assert f"Made with · Hecho con: {origin.told}." in (tmp_path / "README.md").read_text("utf-8")
    requirements = (tmp_path / "requirements.txt").read_text("utf-8")
    assert f"# Made with {origin.told}.\n./wheels/it.whl\n" in requirements
    assert (tmp_path / "wheels" / "it.whl").read_bytes() == b"a wheel"


def test_a_package_that_cannot_be_brought_along_is_told(tmp_path: Path) -> None:
    result = new(tmp_path, origin=Origin("from a checkout", "backprop-docgen==0.1.0", lacking="no pip"))
    assert result.exit_code == 0
    assert result.stderr.startswith("note: requirements.txt: backprop-docgen==0.1.0: the package comes from a checkout")
    assert "no pip\n    Build a wheel" in result.stderr
    assert not (tmp_path / "wheels").exists()


def test_the_pages_speak_of_commands_that_a_course_has(tmp_path: Path) -> None:
    made(tmp_path)
    for page in (tmp_path / "docs").glob("*/*.md"):
        if page.name != "wrong-numbers.md":  # it tells how the project itself was measured
            assert "`make " not in page.read_text("utf-8")
            assert "    make " not in page.read_text("utf-8")


def test_the_page_on_this_projects_own_speed_stays_here(tmp_path: Path) -> None:
    made(tmp_path)
    assert b"benchmark" not in b"".join(text for name, text in snapshot(tmp_path).items() if name.startswith("docs"))
    assert not list(tmp_path.rglob("benchmark.md"))
    assert "benchmark" not in (tmp_path / "mkdocs.yml").read_text("utf-8")
    ours, theirs = (folder / "docs" / "allowances.toml" for folder in (ROOT, tmp_path))
    count = theirs.read_text("utf-8").count("[[allow]]")
    assert count == ours.read_text("utf-8").count("[[allow]]") - 2
    tomllib.loads(theirs.read_text("utf-8"))


def test_its_workflow_builds_strictly_and_publishes_from_main_only(portuguese: Path) -> None:
    text = (portuguese / ".github/workflows/site.yml").read_text("utf-8")
    assert {"mkdocs build --strict", "pip install -r requirements.txt"} <= set(steps_of(text))
    assert "refs/heads/main" in yaml.safe_load(text)["jobs"]["publish"]["if"]


def test_a_minimal_course_has_one_page_in_each_language(tmp_path: Path) -> None:
    made(tmp_path, "--minimal", "--language", "pt")
    pages = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")} - {"README.md"}
    assert pages == {f"docs/{folder}/index.md" for folder in ("es", "en", "pt", "shared")}
    assert marks(tmp_path / "docs/pt/index.md") == [2, 7, 19, 35]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert (made(tmp_path) / "mkdocs.yml").is_file()


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        result = new(folder)
        assert result.exit_code == 2
        assert "rror: " in result.stderr
    assert snapshot(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("code", ["qq", "es", "en", "../x", "", "la", "Portuguese"])
def test_a_language_that_cannot_be_added(tmp_path: Path, code: str) -> None:
    result = new(tmp_path / "course", "--language", code)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Name the folder of the new course"),
        (["x", "--dry-run"], "--dry-run is for --update"),
        (["--update", "--minimal"], "--language and --minimal are for a new course"),
        (["--add-language", "pt", "--language", "fr"], "--language and --minimal are for a new course"),
        (["--add-language", "pt", "--update"], "take one after the other"),
    ],
)
def test_options_that_do_not_go_together(options: list[str], said: str) -> None:
    result = new(*options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_third_language_is_a_skeleton(portuguese: Path) -> None:
    english = {path.name for path in (portuguese / "docs" / "en").iterdir()}
    assert {path.name for path in (portuguese / "docs" / "pt").iterdir()} == english
    for path in (portuguese / "docs" / "pt").iterdir():
        text, original = path.read_text("utf-8"), (ROOT / "docs" / "en" / path.name).read_text("utf-8")
        original = original.replace(" {## allow: three, the name of the page ##}", "")
        assert text.replace(f"{UNTRANSLATED}\n", "") == original
        assert text.startswith(f"---\n{UNTRANSLATED}\ntitle:")  # title and description are a part
    lines = (portuguese / "docs/pt/forward-pass.md").read_text("utf-8").splitlines()
    assert lines[lines.index("{% shared %}") + 1] == UNTRANSLATED  # so is what stands before the first heading
    assert lines[lines.index("# Forward pass") - 1] == UNTRANSLATED
    assert list(read_project(portuguese / "mkdocs.yml").templates) == ["es", "en", "pt"]
    settings = (portuguese / "mkdocs.yml").read_text("utf-8")
    assert "name: Português\n" in settings
    assert "            Empezar: Start  # untranslated\n" in settings
    assert read_network(portuguese / "network.toml").display.decimal_mark["pt"] == ","


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
    written = (ROOT / "backprop_docgen" / template.SCHEMA_FILE).read_text("utf-8")
    assert written == template.network_schema(), "write it anew with backprop_docgen.starter.template.network_schema()"


def test_the_schema_knows_types_ranges_and_names() -> None:
    tables = json.loads(template.network_schema())["properties"]
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
