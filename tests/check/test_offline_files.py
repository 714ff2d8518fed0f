"""What readers may keep, as a check makes it anew: the worker, its list, manifests, icons."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backprop_docgen.check.offline import check_offline
from backprop_docgen.check.site import read_copy
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.site.offline import files_to_keep, icons, manifest, no_worker

pytestmark = pytest.mark.build
TOUCHED = ("service-worker.js", "offline.json", "worksheet.json", "**/manifest.webmanifest", "assets/icons/*.png")


@pytest.fixture(scope="module")
def copied(excerpted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(excerpted / "site", tmp_path_factory.mktemp("copied") / "site"))


@pytest.fixture
def folder(copied: Path) -> Iterator[Path]:
    """The site; what a test alters in it is put back."""
    kept = {path: path.read_bytes() for name in TOUCHED for path in copied.glob(name)}
    yield copied
    for path, content in kept.items():
        path.write_bytes(content)


def found(folder: Path, *told: str) -> list[tuple[str, str]]:
    site = SiteCopy(folder)
    findings = check_offline(site, read_copy(site), {site.file(name) for name in told})
    return [(each.code, each.text) for each in findings]


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


ALTERED: list[tuple[Callable[[Path], None], list[tuple[str, str]]]] = [
    (lambda folder: None, []),
    (edit("service-worker.js", "worker.skipWaiting()", "evil()"), [("foreign", "service-worker.js")]),
    (edit("service-worker.js", '"404.html": "', '"404.html": "0'), [("foreign", "service-worker.js")]),
    (
        edit("service-worker.js", "globalThis.$kept = ", "evil();globalThis.$kept = "),
        [("foreign", "service-worker.js")],
    ),
    (edit("offline.json", '"deploy": "', '"deploy": "0'), [("foreign", "offline.json")]),
    (edit("manifest.webmanifest", '"./"', '"https://example.org/"'), [("foreign", "manifest.webmanifest")]),
    (edit("en/manifest.webmanifest", '"lang": "en"', '"lang": 1e999'), [("foreign", "en/manifest.webmanifest")]),
    (edit("manifest.webmanifest", "{", "["), [("foreign", "manifest.webmanifest")]),
    (lambda folder: (folder / "offline.json").unlink(), [("missing", "offline.json")]),
    (lambda folder: (folder / "service-worker.js").unlink(), [("missing", "service-worker.js")]),
    (
        lambda folder: (folder / "assets/icons/512.png").write_bytes(icons()["assets/icons/192.png"]) and None,
        [("foreign", "assets/icons/512.png")],
    ),
]


@pytest.mark.parametrize(("alter", "wanted"), ALTERED)
def test_what_is_altered_is_told(folder: Path, alter: Callable[[Path], None], wanted: list[tuple[str, str]]) -> None:
    alter(folder)
    assert sorted(found(folder)) == sorted(wanted)


def test_a_file_that_was_told_is_not_told_again(folder: Path) -> None:
    edit("worksheet.json", '"version"', ' "version"')(folder)
    assert found(folder, "worksheet.json") == []
    edit("service-worker.js", "worker.skipWaiting()", "evil()")(folder)
    assert found(folder, "worksheet.json") == [("foreign", "service-worker.js")]


def test_a_site_that_nobody_may_keep_has_a_worker_that_removes_itself(folder: Path) -> None:
    site = SiteCopy(folder)
    stored = read_copy(site)
    files = {name: each for name, each in stored.files.items() if not name.endswith(".webmanifest")}
    without = type(stored)(**(vars(stored) | {"files": files}))
    assert [each.text for each in check_offline(site, without, set())] == ["offline.json", "service-worker.js"]
    (folder / "offline.json").unlink()
    (folder / "service-worker.js").write_bytes(no_worker()["service-worker.js"])
    assert list(check_offline(SiteCopy(folder), without, set())) == []
    assert no_worker()["service-worker.js"].startswith(b"globalThis.$kept = null;\n")


def test_a_manifest_goes_with_its_language() -> None:
    found = json.loads(manifest("en", "en/", "Backpropagation step by step", "What it is"))
    assert (found["lang"], found["start_url"], found["scope"]) == ("en", "./", "../")
    assert found["short_name"] == "Backpropagation"
    assert {each["src"] for each in found["icons"]} == {f"../{name}" for name in icons()}
    assert json.loads(manifest("es", "", "De un paso a otro", ""))["short_name"] == "De un paso a"
    assert json.loads(manifest("es", "", "", ""))["scope"] == "./"


def test_only_what_readers_want_is_kept() -> None:
    lunr = "assets/javascripts/lunr"
    wanted = [
        "404.html",
        f"{lunr}/min/lunr.es.min.js",
        f"{lunr}/min/lunr.stemmer.support.min.js",
        "a/data.json",
        "a/x.js",
    ]
    others = [
        *("sitemap.xml", "sitemap.xml.gz", "en/sitemap.xml", "assets/previews/es.png", "a/x.js.map", "a/data.js"),
        *(f"{lunr}/min/lunr.de.min.js", f"{lunr}/tinyseg.js", f"{lunr}/wordcut.js"),
    ]
    assert files_to_keep({*wanted, *others}, ["es", "en"]) == sorted(wanted)
    assert f"{lunr}/tinyseg.js" in files_to_keep({*wanted, *others}, ["ja"])
