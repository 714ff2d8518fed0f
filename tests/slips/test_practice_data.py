"""What the site publishes to practise with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from backprop_docgen.check.files import check_practice
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.errors import NetworkError, SiteError
from backprop_docgen.network.file import read_network
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.practice_data import network_files, practice_files, rebuilt, shape_of
from backprop_docgen.site.project import load_course, source_digests
from backprop_docgen.speed.store import Store
from backprop_docgen.worksheet.course import build_course
from networks import ROOT

FOLDER = ROOT / "networks" / "practice"
SHAPES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return practice_files(build_course(read_network(ROOT / "network.toml")), network_files(FOLDER), None)


def data(files: dict[str, str], shape: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[f"assets/practice/{shape}.json"])
    return found


@pytest.mark.parametrize("shape", [*SHAPES, "default"])
def test_a_file_says_of_its_network_what_can_be_asked(files: dict[str, str], shape: str) -> None:
    found = data(files, shape)
    assert found["shape"] == shape
    names = list(found["quantities"])
    assert [name for name in names if name in found["asked"]] == found["asked"]
    assert set(found["steps"]) <= set(found["asked"])
    used = {
        name
        for entry in found["quantities"].values()
        for name in re.findall(r'\["q", "([^"]+)"\]', json.dumps(entry["tree"]))
    }
    assert used <= set(names)
    assert f"assets/practice/{shape}.js" in files


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_offers_each_network(language: str) -> None:
    page = (ROOT / "docs" / language / "practise.md").read_text("utf-8")
    assert sorted(re.findall(r'data-shape="([^"]+)"', page)) == sorted([*SHAPES, "default"])


def test_a_file_follows_from_its_own_network(files: dict[str, str]) -> None:
    for shape in SHAPES:
        found = data(files, shape)
        text = files[f"assets/practice/{shape}.json"]
        assert rebuilt(shape, found, "a file", lambda: None) == text
        weight = found["network"]["layer"][0]["weights"][0]
        weight[0] += 1
        assert rebuilt(shape, found, "a file", lambda: None) != text
        weight[0] = "much"
        with pytest.raises(NetworkError):
            rebuilt(shape, found, "a file", lambda: None)


@pytest.mark.parametrize(
    ("shape", "old", "new", "said"),
    [
        ("relu", '["q","w1"]', '["q","w2"]', "stands where the network gives"),
        ("default", '"net_h1":["+"', '"net_h1":["*"', "stands where the network gives"),
        ("default", "0.15", "0.16", "stands where the network gives"),
        ("2-2-2", '"weights":[[0.3', '"weights":[["x"', "holds no network"),
        ("2-2-1", '"shape"', "shape", "holds no network"),
        ("1-1-1", '"slips":[', f'"slips":{"[" * 100_000}', "holds no network"),
    ],
)
def test_a_check_finds_what_somebody_altered(
    files: dict[str, str], tmp_path: Path, shape: str, old: str, new: str, said: str
) -> None:
    course = build_course(read_network(ROOT / "network.toml"))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    assert list(check_practice(SiteCopy(tmp_path), course)) == []
    altered = tmp_path / "assets" / "practice" / f"{shape}.json"
    text = altered.read_text("utf-8")
    assert old in text
    altered.write_text(text.replace(old, new, 1), "utf-8")
    found = list(check_practice(SiteCopy(tmp_path), course))
    assert found
    assert all(finding.file == str(altered) and said in finding.message for finding in found)


def test_what_is_kept_is_the_same(tmp_path: Path) -> None:
    course = build_course(read_network(ROOT / "network.toml"))
    store = Store(tmp_path)
    first = practice_files(course, network_files(FOLDER), store)
    assert store.knows("practice")
    assert practice_files(course, network_files(FOLDER), store) == first
    store.close()


def test_a_name_that_is_no_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no network"):
        network_files(tmp_path)
    for name in ("default", "Two", "a b"):
        shutil.copy(ROOT / "network.toml", tmp_path / f"{name}.toml")
    with pytest.raises(SiteError) as caught:
        network_files(tmp_path)
    assert len(caught.value.problems) == 3
    assert network_files(None) == []


def test_a_site_without_such_networks_has_its_own() -> None:
    files = practice_files(build_course(read_network(ROOT / "network.toml")), [], None)
    assert list(files) == ["assets/practice/default.json", "assets/practice/default.js"]
    assert shape_of("assets/practice/2-2-2.json") == "2-2-2"
    assert shape_of("assets/practice/2-2-2.js") is None


def test_a_check_counts_the_networks_among_what_a_site_was_built_from() -> None:
    project = read_project(ROOT / "mkdocs.yml")
    _, read = load_course(project.network, project.worksheets)
    assert {f"networks/practice/{path.name}" for path in network_files(FOLDER)} <= set(source_digests(project, read))
