"""The table of other plugins, built: each of them before and after this one in the list (``make test-all``)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_other_plugins import TABLE, message

import sample
from built import ROOT
from small_site import small_site, write

BESIDE = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "plugins"
pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(not sample.everything, reason="other plugins are built with --all"),
    pytest.mark.skipif(not BESIDE.exists() and "CI" not in os.environ, reason=f"other plugins are not in {BESIDE}"),
]
NAV = {"es": ["Inicio", "es a", "Un paso"], "en": ["Home", "en a", "A step"]}
PAGES = {
    f"{code}/unit/{name}.md": f"---\ntags: [chain]\n---\n# {code} {name}\n\n{{{{ E_total }}}}\n\n![x](../../x.svg)\n"
    for code in NAV
    for name in ("index", "a")
}
TAG_PAGES = {f"{code}/tags.md": "# Tags\n\n<!-- material/tags -->\n" for code in NAV}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
SETTINGS = """\
nav:
  - index.md
  - Code: [unit/index.md, unit/a.md]
  - step.md
"""
OWN_NAV = "nav:\n  - step.md\n  - {0} title: index.md\n  - unit\n"
AWAY = ("privacy",)  # asks the network for what the theme itself needs: a warning where there is none


def site(folder: Path, row: dict[str, Any], first: bool) -> Path:
    """A small site with a row's plugin in its list."""
    own = row["name"] == "awesome-nav"
    pages = PAGES | (TAG_PAGES if row["name"] == "tags" else {})
    nav = "" if own else SETTINGS + ("  - tags.md\n" if row["name"] == "tags" else "")
    small_site(folder, pages, nav + row.get("settings", "") + "\n")
    write(folder, "x.svg", PICTURE)
    if own:
        for code in NAV:
            write(folder, f"{code}/.nav.yml", OWN_NAV.format(code))
    if row["name"] == "include-markdown":
        write(folder, "note.txt", "Included text.\n")
        for code in NAV:
            included = '\n\n{!include-markdown "../note.txt"!}\n'
            write(folder, f"{code}/step.md", f"# {NAV[code][-1]}\n\n{{{{ eq(net_h1) }}}}{included}")
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    settings = settings.replace("prefix: en/}", "prefix: en/, titles: {Code: Code}}")
    listed = f"  - {row['listed']}\n" if "listed" in row else ""
    if first:
        settings = settings.replace("  - backprop-docgen:\n", f"{listed}  - backprop-docgen:\n")
    else:
        settings = settings.replace("markdown_extensions:\n", f"{listed}markdown_extensions:\n", 1)
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    return folder


def run(folder: Path, generator: str = "mkdocs", *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, (str(BESIDE), os.environ.get("PYTHONPATH", ""))))
    environment = os.environ | {"PYTHONPATH": path, "NO_MKDOCS_2_WARNING": "1", "GIT_CEILING_DIRECTORIES": str(folder)}
    command = [sys.executable, "-m", generator, "build", "-f", "mkdocs.yml", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def text(folder: Path, name: str) -> str:
    return (folder / "site" / name).read_text("utf-8")


def docs(folder: Path, prefix: str) -> set[str]:
    """The pages that a language's search knows."""
    index = json.loads(text(folder, f"{prefix}search/search_index.json"))
    return {entry["location"].partition("#")[0] for entry in index["docs"]}


def redirects(folder: Path) -> None:
    assert 'url=../step/"' in text(folder, "old/index.html")
    assert 'url=../step/"' in text(folder, "en/old/index.html")


def glightbox(folder: Path) -> None:
    for prefix in ("", "en/"):
        page = text(folder, f"{prefix}unit/a/index.html")
        assert re.search(r'<a class="glightbox"[^>]*href="[./]*x\.svg"', page)
        assert 'class="glightbox"' not in text(folder, f"{prefix}step/index.html")


def section_index(folder: Path) -> None:
    for prefix in ("", "en/"):
        page = text(folder, f"{prefix}step/index.html")
        assert re.search(r'<a href="\.\./unit/" class="md-nav__link', page)


def awesome_nav(folder: Path) -> None:
    for prefix, code in (("", "es"), ("en/", "en")):
        page = text(folder, f"{prefix}index.html")
        navigation = page[page.index("md-nav--primary") : page.index("<article")]
        found = re.findall(r'<a href="([^"#]*)" class="md-nav__link', navigation)
        assert [link for link in found if link.startswith("step")] == ["step/"]
        assert f"{code} title" in navigation
        assert ("en title" if code == "es" else "es title") not in page
        assert found.index("step/") < found.index("." if code == "es" else "./")


def include_markdown(folder: Path) -> None:
    for prefix in ("", "en/"):
        assert "Included text." in text(folder, f"{prefix}step/index.html")


def dates(folder: Path) -> None:
    english, spanish = (text(folder, f"{prefix}step/index.html") for prefix in ("en/", ""))
    assert re.search(r"git-revision-date-localized-plugin-date\"[^>]*>\w+ \d+, \d{4}<", english)
    assert re.search(r"git-revision-date-localized-plugin-date\"[^>]*>\d+ de \w+ de \d{4}<", spanish)


def exclude_search(folder: Path) -> None:
    assert "step/" not in docs(folder, "")
    assert "step/" in docs(folder, "en/")


def tags(folder: Path) -> None:
    for name in ("tags/index.html", "en/tags/index.html"):
        page = text(folder, name)
        listing = page[page.index("<article") :]
        assert len(set(re.findall(r'href="([./]*(?:en/)?unit/(?:a/)?)"', listing))) == 4


def rss(folder: Path) -> None:
    links = set(re.findall(r"<link>([^<]*)</link>", text(folder, "feed_rss_created.xml")))
    assert {"https://example.org/sub/step/", "https://example.org/sub/en/step/"} <= links


def offline(folder: Path) -> None:
    for prefix in ("", "en/"):
        assert text(folder, f"{prefix}search/search_index.js").startswith("var __index = {")
        assert 'data-q="net_h1"' in text(folder, f"{prefix}step.html")


def minify(folder: Path) -> None:
    assert "<html lang=en " in text(folder, "en/step/index.html")  # without quotes


LOOK: dict[str, Callable[[Path], None]] = {
    "redirects": redirects,
    "glightbox": glightbox,
    "section-index": section_index,
    "awesome-nav": awesome_nav,
    "include-markdown": include_markdown,
    "git-revision-date-localized": dates,
    "exclude-search": exclude_search,
    "tags": tags,
    "rss": rss,
    "offline": offline,
    "minify": minify,
}


def whole(folder: Path, row: dict[str, Any]) -> None:
    """Both languages have their pages, numbers, formulas, navigation and search."""
    flat = row["name"] in ("offline", "use_directory_urls: false")
    for code, prefix in (("es", ""), ("en", "en/")):
        home, step = f"{prefix}index.html", f"{prefix}step.html" if flat else f"{prefix}step/index.html"
        assert re.search("data-q=\"?E_total", text(folder, home))
        assert text(folder, step).count("katex-html") >= 1
        assert re.search(f'<html lang="?{code}', text(folder, home))
        navigation = text(folder, home).partition("<article")[0]
        for name in NAV[code]:
            assert name in navigation or row["name"] == "awesome-nav"
        for name in NAV["en" if code == "es" else "es"]:
            assert name not in navigation
        known = docs(folder, prefix)
        assert not any(each.startswith("en/") for each in known)
        assert len(known) >= 3


BUILT = [row for row in TABLE if "listed" in row or "settings" in row]


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("row", BUILT, ids=[row["name"] for row in BUILT])
def test_a_row_of_the_table_says_what_happens(row: dict[str, Any], first: bool, tmp_path: Path) -> None:
    folder = site(tmp_path, row, first)
    result = run(folder, "mkdocs", *([] if row["name"] in (*AWAY, "git-revision-date-localized") else ["--strict"]))
    if row["verdict"] == "refused":
        assert result.returncode == 1
        assert message(row["name"]) in result.stderr
        assert "Traceback" not in result.stderr
        assert not (folder / "site").exists()
        return
    assert result.returncode == 0, result.stderr
    whole(folder, row)
    LOOK.get(row["name"], lambda _: None)(folder)


def test_macros_in_its_default_settings_is_refused(tmp_path: Path) -> None:
    folder = site(tmp_path, {"name": "macros", "listed": "macros"}, first=False)
    result = run(folder)
    assert result.returncode == 1
    assert message("macros") in result.stderr


def test_included_templates_are_told(tmp_path: Path) -> None:
    folder = site(tmp_path, next(row for row in TABLE if row["name"] == "include-markdown"), first=True)
    write(folder, "note.txt", "A loss of {{ E_total }}.\n")
    result = run(folder)
    assert result.returncode == 1
    assert "docs/en/step.md: {{ E_total }} would stand in the finished page as it was typed" in result.stderr


def test_properdocs_builds_the_same_pages(tmp_path: Path) -> None:
    folder = site(tmp_path, {"name": "ProperDocs"}, first=True)
    result = run(folder, "properdocs", "--strict")
    assert result.returncode == 0, result.stderr
    whole(folder, {"name": "ProperDocs"})
