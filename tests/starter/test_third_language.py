"""A third language in a course: what it lacks is listed whole, and a strict build passes when all is said."""

from __future__ import annotations

import re
import shutil
import socket
import tomllib
from pathlib import Path

import pytest
from mkdocs.config import load_config
from playwright.sync_api import Browser, expect

from backprop_docgen.errors import SiteError
from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.numbers.language import small_strings
from backprop_docgen.site.language_option import site_languages
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.untranslated import untranslated
from backprop_docgen.starter.entries import with_decimal_mark
from browser import served
from courses import edit, made, marks, new, translate
from networks import ROOT
from processes import INTERRUPTIBLE, running, wait_for
from site_fixture import mkdocs, mkdocs_environment, snapshot


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minimal course in Portuguese, too, in which all is said."""
    course = made(tmp_path_factory.mktemp("third") / "curso", "--minimal")
    edit(course / "mkdocs.yml", "- index.md", "- Inicio: index.md")
    edit(
        course / "mkdocs.yml", "          site_name: One", "          titles: {Inicio: Home}\n          site_name: One"
    )
    assert new("--add-language", "pt", course).exit_code == 0
    edit(course / "mkdocs.yml", "Inicio: Home  # untranslated", "Inicio: Começo")
    translate(course)
    return course


@pytest.fixture
def course(spoken: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(spoken, tmp_path / "curso"))


def lacking(course: Path) -> list[str]:
    """What a build of the course would say of what is not said yet."""
    config = load_config(str(course / "mkdocs.yml"))
    project = read_project(course / "mkdocs.yml")
    listed = site_languages(config.plugins["backprop-docgen"].config.languages)
    return [str(each) for each in untranslated(project, listed, course / "mkdocs.yml", True)]


def test_nothing_is_lacking_when_all_is_said(course: Path) -> None:
    assert lacking(course) == []


@pytest.fixture(scope="module")
def built(spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built."""
    course = Path(shutil.copytree(spoken, tmp_path_factory.mktemp("built") / "curso"))
    done = mkdocs(course, "build", "--strict")
    assert done.returncode == 0, done.stderr
    return course


@pytest.mark.build
def test_a_strict_build_passes_when_all_is_said(built: Path) -> None:
    page = (built / "site/pt/index.html").read_text("utf-8")
    assert "Um peso, um passo" in page
    assert "0,298371109" in page
    missing = (built / "site/404.html").read_text("utf-8")
    assert '<div lang="pt">' in missing
    assert "Page not found~" in missing


@pytest.mark.build
@pytest.mark.browser
def test_its_page_follows_the_panel(built: Path, chromium: Browser) -> None:
    with served(built / "site") as root:
        page = chromium.new_page()
        page.goto(f"{root}pt/")
        loss = page.locator('article data.q[data-q="E_total"]').first
        expect(loss).to_have_text("0,298371109")
        page.locator("#bp-numbers").click()
        page.locator('input[data-live="w5"]').fill("0,9")
        expect(loss).not_to_have_text("0,298371109")
        page.close()


@pytest.mark.build
def test_a_strict_build_lists_all_that_is_taken_away(built: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(built, tmp_path / "curso"))
    for folder in ("es", "en"):
        (course / f"docs/{folder}/more.md").write_text("---\ntitle: More\n---\n# More\n", "utf-8")
    edit(course / "mkdocs.yml", "Inicio: Começo", "{}")
    edit(course / "docs/pt/index.md", "title: Um peso, um passo\n", "")
    edit(course / "locales/pt.po", 'msgstr "Page not found~"', 'msgstr ""')
    done = mkdocs(course, "build", "--strict")
    assert done.returncode == 1
    said = done.stderr
    assert "docs/pt/index.md:1: the page has no title" in said
    assert f"locales/pt.po: 1 of {len(small_strings())} strings are untranslated" in said
    assert "the title 'Inicio' of 'nav' has no translation into pt" in said
    assert "'docs/pt/more.md' is missing" in said
    assert said.count("WARNING") == 4, said


def test_each_thing_that_is_taken_away_is_told_with_its_place(course: Path) -> None:
    lines = (course / "mkdocs.yml").read_text("utf-8").splitlines()
    at = lines.index("          site_name: Um peso, um passo") + 1
    edit(course / "mkdocs.yml", "site_name: Um peso, um passo", "site_name: One weight  # untranslated")
    assert lacking(course) == [
        "mkdocs.yml: untranslated settings, 1\n    Translate each, and delete # untranslated.\n"
        f"    mkdocs.yml:{at}: site_name: One weight"
    ]
    edit(course / "mkdocs.yml", "          site_name: One weight  # untranslated\n", "")
    assert lacking(course)[0].startswith("mkdocs.yml: languages.pt: there is no site_name in Português\n")


def test_the_first_language_has_the_name_of_the_site(course: Path) -> None:
    settings = course / "mkdocs.yml"
    edit(settings, "        - code: es\n          name: Español\n", "")
    edit(settings, "          prefix: en/\n", "")
    edit(settings, "site_name: Um peso, um passo", "site_name: Rede")
    shutil.copy(course / "locales/pt.po", course / "locales/en.po")
    assert lacking(course) == []


@pytest.mark.parametrize(
    ("old", "instead", "said"),
    [
        (
            "# Um peso",
            "{## untranslated ##}\n# Um peso",
            "docs/pt/index.md:6: untranslated parts, 1, begin in the lines 6",
        ),
        ("title: Um peso, um passo\n", "", "docs/pt/index.md:1: the page has no title"),
        ("description: ", "d: ", "docs/pt/index.md:1: the page has no description"),
    ],
)
def test_what_a_page_lacks(course: Path, old: str, instead: str, said: str) -> None:
    edit(course / "docs/pt/index.md", old, instead)
    (found,) = lacking(course)
    assert found.split("\n")[0] == said


def test_strings_are_counted_and_listed_one_a_line(course: Path) -> None:
    catalogue = course / "locales/pt.po"
    edit(catalogue, 'msgid "The network"\nmsgstr "The network~"\n\n', "")
    edit(catalogue, 'msgstr "inputs~"', 'msgstr ""')
    edit(catalogue, 'msgid "hidden"', '#, fuzzy\nmsgid "hidden"')
    (found,) = lacking(course)
    head, _, *listed = found.split("\n    ")
    place = catalogue.relative_to(course).as_posix()
    assert head.endswith(f"{place}: 3 of {len(small_strings())} strings are untranslated")
    assert [each.rpartition(place)[2] for each in listed] == [
        ': "The network" is not in the file',
        f':{line(catalogue, "inputs")}: "inputs"',
        f':{line(catalogue, "hidden")}: "hidden" is fuzzy',
    ]


def line(path: Path, text: str) -> int:
    return path.read_text("utf-8").splitlines().index(f'msgid "{text}"') + 1


@pytest.mark.parametrize("wrong", ["{primeiro} a {last}", "{first} a {", "{first}"])
def test_placeholders_are_those_of_the_string(wrong: str) -> None:
    with pytest.raises(SiteError) as raised:
        messages(f'msgid "x"\nmsgstr "y"\n\nmsgid "{{first}} to {{last}}"\nmsgstr "{wrong}"\n', "pt.po")
    assert str(raised.value).startswith(f"pt.po:4: the placeholders of '{wrong}' are not those of")
    assert "It has {first}, {last};" in str(raised.value)


def test_what_the_theme_says_is_in_the_catalogue() -> None:
    theme = ROOT / "backprop_docgen" / "theme"
    said = {text for page in theme.rglob("*.html") for text in re.findall(r'say\("(.*?)"\)', page.read_text("utf-8"))}
    assert {"Page not found"} < said <= set(small_strings())


# --- added to a course that is there


def test_a_language_comes_to_an_edited_course_and_nothing_else_changes(tmp_path: Path) -> None:
    course = made(tmp_path / "course", "--minimal")
    settings = course / "mkdocs.yml"
    edit(settings, "plugins:\n", "plugins:   # mine\n  # more of mine\n")
    edit(
        settings,
        "        - code: en\n          name: English\n",
        "        - name: English   # my English\n          code: en\n",
    )
    (course / "docs/en/own").mkdir()
    (course / "docs/en/own/page.md").write_text("# My own\n", "utf-8")
    (course / "docs/en/own/dot.png").write_bytes(b"\x89PNG\0")
    (course / "docs/pt").mkdir()
    (course / "docs/pt/index.md").write_text("# Meu\n", "utf-8")
    before = snapshot(course)
    result = new(course, "--add-language", "pt")
    assert result.exit_code == 0, result.output
    after = snapshot(course)
    written = {"docs/pt/own/page.md", "docs/pt/own/dot.png", "locales/pt.po", "mkdocs.yml", "network.toml"}
    assert {name for name in after if after[name] != before.get(name)} == written
    assert set(result.stdout.splitlines()[:-1]) == written
    assert marks(course / "docs/pt/own/page.md") == [1]
    kept = [each for each in after["mkdocs.yml"].splitlines() if each in before["mkdocs.yml"].splitlines()]
    assert kept == before["mkdocs.yml"].splitlines()
    assert list(read_project(settings).templates) == ["es", "en", "pt"]
    again = new(course, "--add-language", "pt", "--add-language", "en")
    assert again.stdout == "nothing is lacking\n"
    assert snapshot(course) == after


def test_a_page_that_comes_later_gets_its_skeleton(tmp_path: Path) -> None:
    course = made(tmp_path, "--minimal", "--language", "pt")
    (course / "docs/en/later.md").write_text("# Later\n", "utf-8")
    edit(course / "locales/pt.po", 'msgid "inputs"\nmsgstr ""\n', "")
    result = new(course, "--add-language", "pt")
    assert result.stdout.splitlines()[:-1] == ["docs/pt/later.md", "locales/pt.po"]
    assert set(messages((course / "locales/pt.po").read_text("utf-8"), "pt.po")) == set(small_strings())


def test_allowances_hold_for_the_translation_too(tmp_path: Path) -> None:
    course = made(tmp_path, "--language", "pt", "--language", "fr")
    listed = tomllib.loads((course / "docs/allowances.toml").read_text("utf-8"))["allow"]
    named = [each["languages"] for each in listed if "languages" in each]
    assert {tuple(each) for each in named} == {("en", "pt", "fr"), ("es",)}


@pytest.mark.parametrize(
    "plugins",
    [
        "  - backprop-docgen\n",
        "  backprop-docgen:\n",
        "  - backprop-docgen:\n      languages: [{code: es, name: Español}]\n",
    ],
)
def test_where_the_place_is_not_found_it_says_what_to_add(tmp_path: Path, plugins: str) -> None:
    course = made(tmp_path, "--minimal")
    (course / "mkdocs.yml").write_text(f"site_name: Mi curso\nplugins:\n{plugins}", "utf-8")
    before = snapshot(course)
    result = new(course, "--add-language", "pt")
    assert result.exit_code == 2
    assert "by hand:\n        - code: pt\n" in result.stderr
    assert "site_name: Mi curso  # untranslated" in result.stderr
    assert snapshot(course) == before


@pytest.mark.parametrize(
    "listed",
    [
        "&all\n        - {code: es, name: Español}\nextra: {all: *all}",
        "\n      - code: es\n        name: >\n          Español\n",
    ],
)
def test_a_language_comes_at_the_end_of_the_list_however_it_is_written(tmp_path: Path, listed: str) -> None:
    course = made(tmp_path, "--minimal")
    settings = f"site_name: Mi curso\nplugins:\n  - backprop-docgen:\n      languages: {listed}"
    (course / "mkdocs.yml").write_text(settings, "utf-8")
    assert new(course, "--add-language", "pt").exit_code == 0
    assert list(read_project(course / "mkdocs.yml").templates) == ["es", "pt"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('decimal_mark = { es = "." }', 'decimal_mark = { es = ".", pt = "," }'),
        ("[display]\ndecimals = 4", '[display]\ndecimal_mark = { pt = "," }\ndecimals = 4'),
        ("[training]", '[training]\n\n[display]\ndecimal_mark = { pt = "," }'),
        ("display = {decimals = 4}", None),
        ('[display.decimal_mark]\npt = ","', '[display.decimal_mark]\npt = ","'),
        ("[display", "[display"),
    ],
)
def test_the_decimal_mark_goes_where_there_is_room(before: str, after: str | None) -> None:
    if before.startswith("decimal_mark"):
        before, after = f"[display]\n{before}", f"[display]\n{after}"
    changed, problems = with_decimal_mark(f"{before}\n", "network.toml", "pt", ",")
    assert changed == f"{before if after is None else after}\n"
    assert [str(each).split("\n")[0] for each in problems] == (
        ["network.toml: the place for the decimal mark is not found"] if after is None else []
    )


def test_a_network_file_elsewhere_stays_as_it_is(tmp_path: Path) -> None:
    course = made(tmp_path / "course", "--minimal")
    (course / "network.toml").rename(tmp_path / "network.toml")
    edit(course / "mkdocs.yml", "!ENV [BACKPROP_NETWORK, network.toml]", "../network.toml")
    before = (tmp_path / "network.toml").read_bytes()
    result = new(course, "--add-language", "pt")
    assert result.exit_code == 0
    assert "stands outside the course, and stays as it is\n    Look whether decimal_mark" in result.stderr
    assert (tmp_path / "network.toml").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "network.toml"]


def test_there_has_to_be_a_course(tmp_path: Path) -> None:
    result = new(tmp_path, "--add-language", "pt")
    assert result.exit_code == 2
    assert "mkdocs.yml" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.build
def test_serve_follows_a_language_that_comes_and_its_catalogue(tmp_path: Path) -> None:
    course = made(tmp_path / "curso", "--minimal")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    serve = [*INTERRUPTIBLE, "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with log.open("w") as output, running(serve, cwd=course, env=mkdocs_environment(), stderr=output):
        wait_for(log, "Serving on")
        assert new(course, "--add-language", "pt").exit_code == 0
        count = len(small_strings())
        wait_for(log, f"locales/pt.po: {count} of {count} strings are untranslated")
        wait_for(log, "Reloading browsers")
        edit(course / "locales/pt.po", 'msgid "inputs"\nmsgstr ""', 'msgid "inputs"\nmsgstr "entradas"')
        wait_for(log, f"locales/pt.po: {count - 1} of {count} strings are untranslated")
