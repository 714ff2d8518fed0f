"""Other plugins: what cannot work is refused by name; the table of the docs is that of the tests.

Every language has its own navigation, whatever makes it; a page that has lost its numbers stops the build.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup
from mkdocs.config.defaults import MkDocsConfig

from backprop_docgen.assets import ENTRY
from backprop_docgen.errors import SiteError
from backprop_docgen.site.other_plugins import REFUSED, alone, refuse
from built import ROOT, build
from small_site import small_site

TABLE = tomllib.loads((ROOT / "tests" / "beside" / "plugins.toml").read_text("utf-8"))["row"]
VERDICTS = {
    "en": {"works": "works", "setting": "works with a setting", "but": "works in part", "refused": "is refused"},
    "es": {
        "works": "funciona",
        "setting": "funciona con un ajuste",
        "but": "funciona en parte",
        "refused": "se rechaza",
    },
}


def refused(**plugins: Mapping[str, Any]) -> str:
    listed = {name: SimpleNamespace(config=dict(options)) for name, options in plugins.items()}
    try:
        refuse(cast(MkDocsConfig, SimpleNamespace(plugins=listed)))
    except SiteError as error:
        return str(error)
    return ""


def message(name: str) -> str:
    """What a plugin in its default settings is refused with."""
    return refused(**{name: {}}).partition("\n")[0].removeprefix("plugins: ")


def config_with(**more: Any) -> MkDocsConfig:
    theme = SimpleNamespace(custom_dir=None)
    ours = {"plugins": {}, "hooks": {}, "extra_javascript": [ENTRY], "theme": theme}
    return cast(MkDocsConfig, SimpleNamespace(**{**ours, **more}))


class Foreign:
    """A plugin of another package (its module says so)."""


@pytest.mark.parametrize(
    "more",
    [
        {"plugins": {"glightbox": Foreign()}},
        {"hooks": {"wiring.py": object()}},
        {"extra_javascript": [ENTRY, "javascripts/mine.js"]},
        {"theme": SimpleNamespace(custom_dir="overrides")},
    ],
)
def test_any_script_that_others_may_bring_keeps_the_themes_where_it_was(more: dict[str, Any]) -> None:
    assert alone(config_with())
    assert not alone(config_with(**more))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_refused_by_name_with_a_reason_and_advice(name: str) -> None:
    reason, _, advice = refused(**{name: {}}).partition("\n")
    assert reason.startswith(f"plugins: the plugin '{name}' cannot work beside backprop-docgen: ")
    assert re.fullmatch(r" {4}[A-Z].{20,}\.", advice)
    assert refused(**{name: {"enabled": False}}) == ""


def test_all_that_cannot_work_is_told_at_once_and_nothing_else() -> None:
    everything = refused(search={}, i18n={}, redirects={}, **{"print-site": {}})
    assert re.findall(r"the plugin '([\w-]+)'", everything) == ["i18n", "print-site"]
    assert refused(search={}, redirects={}, minify={}) == ""


@pytest.mark.parametrize(
    ("options", "works"),
    [
        ({}, False),
        ({"render_by_default": True}, False),
        ({"render_by_default": False}, True),
        ({"j2_variable_start_string": "[["}, False),
        ({f"j2_{each}_start_string": f"[{each}" for each in ("block", "variable", "comment")}, True),
    ],
)
def test_macros_works_where_it_leaves_pages_alone(options: Mapping[str, Any], works: bool) -> None:
    assert (refused(macros=options) == "") == works


@pytest.mark.parametrize("language", VERDICTS)
def test_the_docs_have_the_table(language: str, request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / language / "plugins.md"
    text = path.read_text("utf-8")
    rows = "".join(
        f"| `{row['name']}` | {VERDICTS[language][row['verdict']]} | "
        + (f"`{message(row['name'])}` " if row["verdict"] == "refused" else "")
        + f"{row[language]} |\n"
        for row in TABLE
    )
    head = re.compile(r"(\| (?:plugin or setting|complemento o ajuste) \|.*\n\|---\|---\|---\|\n)((?:\|.*\n)*)")
    if request.config.getoption("--update-golden"):
        path.write_text(head.sub(lambda match: match[1] + rows, text), "utf-8")
    found = head.search(path.read_text("utf-8"))
    assert found is not None
    assert found[2] == rows
    assert {row["name"] for row in TABLE if row["verdict"] == "refused"} == REFUSED.keys() - {"macros"}


# --- sites

LIKE_AWESOME_NAV = """
from mkdocs.plugins import event_priority
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

@event_priority(100)
def on_nav(nav, config, files):
    pages = {file.src_uri: Page(None, file, config) for file in files.documentation_pages()}
    sections = [Section(code, [pages[f"{code}/step.md"], pages[f"{code}/index.md"]]) for code in ("en", "es")]
    return Navigation(sections, list(pages.values()))
"""
LIKE_SECTION_INDEX = """
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

class Both(Section, Page):
    active = Page.active

def on_nav(nav, config, files):
    for at, item in enumerate(nav.items):
        if isinstance(item, Section) and isinstance(item.children[0], Page):
            page = item.children.pop(0)
            page.__class__, page.is_section, page.title = Both, True, item.title
            page.children = item.children
            nav.items[at] = page
    return nav
"""
TAKES_NUMBERS = """
import re
def on_page_markdown(markdown, page, config, files):
    return re.sub("[\\U000F0000-\\U0010FFFD]", "", markdown) if page.file.src_uri == "en/step.md" else markdown
"""
TEXT = "# {0} {1}\n\n{{{{ E_total }}}}\n"
UNIT = {f"{code}/unit/{name}.md": TEXT.format(code, name) for code in ("es", "en") for name in ("index", "a")}
NAV = """\
nav:
  - Portada: index.md
  - Unidad: [unit/index.md, unit/a.md]
  - step.md
  - Código: https://example.org/
"""
TITLES = "prefix: en/, titles: {Portada: Cover, Unidad: Unit}}"


def site(folder: Path, hook: str = "", nav: str = "", pages: Mapping[str, str] | None = None, titles: str = "") -> Path:
    small_site(folder, pages, nav + ("hooks: [hook.py]\n" if hook else ""))
    if hook:
        (folder / "hook.py").write_text(hook, "utf-8")
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    (folder / "mkdocs.yml").write_text(settings.replace("prefix: en/}", titles or "prefix: en/}"), "utf-8")
    return folder


def links(folder: Path, page: str) -> list[tuple[str, str]]:
    """The navigation of a built page."""
    soup = BeautifulSoup((folder / "site" / page).read_text("utf-8"), "lxml")
    found = soup.select(".md-nav--primary > .md-nav__list a.md-nav__link[href]:not([href^='#'])")
    return [(str(each["href"]), " ".join(each.get_text().split())) for each in found]


@pytest.mark.build
def test_a_navigation_that_another_plugin_makes_is_each_languages_own(tmp_path: Path) -> None:
    folder = site(tmp_path, LIKE_AWESOME_NAV)
    assert build(folder, "--strict").returncode == 0
    assert links(folder, "en/index.html") == [("step/", "A step"), ("./", "Home")]
    assert links(folder, "index.html") == [("step/", "Un paso"), (".", "Inicio")]
    mixed = LIKE_AWESOME_NAV.replace('[pages[f"{code}/step.md"], ', '[pages["es/step.md"], ')
    (folder / "hook.py").write_text(mixed, "utf-8")
    result = build(folder)
    assert result.returncode == 1
    assert "the section 'en' of the navigation holds pages of several languages" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.build
def test_titles_of_nav_are_in_each_language_and_a_section_may_be_a_page(tmp_path: Path) -> None:
    folder = site(tmp_path, LIKE_SECTION_INDEX, NAV, UNIT, TITLES)
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    for page, wanted in {
        "step/index.html": ["Portada", "Unidad", "es a", "Un paso", "Código"],
        "en/step/index.html": ["Cover", "Unit", "en a", "A step", "Código"],
    }.items():
        soup = BeautifulSoup((folder / "site" / page).read_text("utf-8"), "lxml")
        label = soup.select_one(".md-nav--primary label.md-nav__link[for=__nav_2]")
        assert label is not None
        assert label.get_text(strip=True) == wanted.pop(1)
        assert [text for _, text in links(folder, page)] == wanted
    english = BeautifulSoup((folder / "site" / "en" / "index.html").read_text("utf-8"), "lxml")
    assert english.select_one("link[rel=next]")["href"] == "unit/"  # type: ignore[index]


@pytest.mark.build
def test_a_title_that_a_language_lacks_is_told_with_its_line(tmp_path: Path) -> None:
    folder = site(tmp_path, "", NAV, UNIT, "prefix: en/, titles: {Portada: Cover}}")
    result = build(folder)
    lines = (folder / "mkdocs.yml").read_text("utf-8").splitlines()
    line = next(at for at, text in enumerate(lines, 1) if "Unidad:" in text)
    told = f"mkdocs.yml:{line}: the title 'Unidad' of 'nav' has no translation into en: "
    assert told in result.stderr
    assert result.stderr.count("has no translation") == 1
    assert build(folder, "--strict").returncode == 1


@pytest.mark.build
def test_a_page_whose_numbers_another_plugin_takes_away_stops_the_build(tmp_path: Path) -> None:
    folder = site(tmp_path, TAKES_NUMBERS)
    result = build(folder)
    assert result.returncode == 1
    assert "docs/en/step.md: other plugins have taken 2 of its numbers, equations or figures" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (folder / "site").exists()
