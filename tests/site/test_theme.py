"""The theme's templates are mended; its style sheets and ours are one file, linked where its first one was."""

from __future__ import annotations

import re
from pathlib import Path

import material
import pytest
from jinja2 import Environment, FileSystemLoader

from backprop_docgen.site.theme import (
    DEFERRED,
    MENDS,
    RULES,
    StyleSheet,
    joined,
    mend_templates,
    own_styles,
    quiet_permalinks,
)

THEME = Path(material.__file__).parent / "templates"

def loaded(name: str, style: StyleSheet | None = None, alone: bool = False) -> str:
    """A template of the theme, as a build loads it."""
    env = Environment(loader=FileSystemLoader(THEME))
    mend_templates(env, style, alone)
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def sheet() -> StyleSheet:
    names = [next(THEME.glob(f"assets/stylesheets/{kind}.*.min.css")).name for kind in ("main", "palette")]
    return StyleSheet("assets/stylesheets/one.css", "", tuple(f"assets/stylesheets/{name}" for name in names))


def test_one_link_takes_the_place_of_all_the_themes() -> None:
    links = re.compile(r"""<link rel="stylesheet" href="\{\{ '(assets/[^']*)'""")
    assert len(links.findall(loaded("base.html"))) == 2
    assert links.findall(loaded("base.html", sheet())) == ["assets/stylesheets/one.css"]


def test_without_a_style_sheet_of_the_theme_its_links_stay() -> None:
    assert loaded("base.html", StyleSheet("x/main.3.min.css", "", ())) == loaded("base.html")


@pytest.mark.parametrize("name", MENDS)
def test_each_mend_finds_its_place_in_the_theme_once(name: str) -> None:
    source = (THEME / name).read_text("utf-8")
    mends = [*MENDS[name], *((*sheet().mends(), DEFERRED) if name == "base.html" else ())]
    assert [len(wanted.findall(source)) for wanted, _ in mends] == [1] * len(mends)


@pytest.mark.parametrize("alone", [True, False])
def test_the_themes_script_waits_where_no_other_script_can_want_it(alone: bool) -> None:
    (found,) = re.findall(r"<script src=[^>]*/bundle\.[^>]*>", loaded("base.html", alone=alone))
    assert found.endswith(" defer>") == alone


@pytest.mark.parametrize("kind", RULES)
def test_each_rule_for_everything_is_found_in_the_theme(kind: str) -> None:
    css = next(THEME.glob(f"assets/stylesheets/{kind}.*.min.css")).read_text("utf-8")
    assert all(wanted.search(css) for wanted, _ in RULES[kind])


def test_what_is_for_readers_without_scripts_is_so_from_the_first_paint() -> None:
    css = next(THEME.glob("assets/stylesheets/main.*.min.css")).read_text("utf-8")
    text = joined({"main": css})
    assert len(re.findall(r"@media \(scripting:none\)\{\.no-js \.md-", text)) >= 4
    assert not re.search(r"(?<!\(scripting:none\)\{)\.no-js \.md-(?!typeset)", text)


def test_a_page_without_a_frame_is_as_the_theme_makes_it() -> None:
    env = Environment(loader=FileSystemLoader(THEME))
    mend_templates(env)
    assert env.from_string("{{ bp.head }}{{ bp.base or 'theirs' }}").render() == "theirs"


def test_a_permalink_speaks_the_language_and_is_no_stop_unless_its_author_names_it() -> None:
    toc = '<h2 id="a">A<a class="headerlink" href="#a" title="Permanent link">¶</a></h2>'
    quiet = '<h2 id="a">A<a class="headerlink" href="#a" title="Enlace \\1" tabindex="-1" aria-hidden="true">¶</a></h2>'
    assert quiet_permalinks(toc, "Enlace \\1") == quiet
    assert quiet_permalinks(quiet, "x") == quiet


@pytest.mark.build
def test_the_file_of_a_site_holds_the_themes_and_ours_in_their_order(site: Path) -> None:
    links = {
        link
        for page in site.rglob("*.html")
        for link in re.findall(r'rel="stylesheet" href="[./]*([^"]*)"', page.read_text("utf-8"))
    }
    (link,) = links
    folder = site / "assets" / "stylesheets"
    theme = {
        kind: path.read_text("utf-8")
        for kind in ("main", "palette")
        for path in folder.glob(f"{kind}.*.min.css")
        if path.name not in link
    }
    text = (site / link).read_text("utf-8")
    assert len(theme) == 2
    assert text == joined(theme)
    assert not re.search(r"[+~]\*|\] \*", text)
    for name in set(re.findall(r"url\((?!data:)[\"']?([^)\"']+)", own_styles())):
        assert (folder / name).exists() or not name.endswith(".woff2"), name
