from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from backprop_docgen.errors import SiteError
from backprop_docgen.published.made import made
from backprop_docgen.site.language_option import SiteLanguage, site_languages
from backprop_docgen.site.multilingual import Site, hreflang, language_nav
from backprop_docgen.site.numbered import require_group, unknown_titles
from backprop_docgen.site.search_and_sitemap import language_index, sitemap
from site_fixture import build_site, mkdocs, write_project

ES = SiteLanguage("es", "Español", titles={"steps": "Los pasos"})
EN = SiteLanguage("en", "English", "en/", titles={"steps": "The steps"})
SITE = Site((ES, EN), urls={"a.md": {"es": "a/", "en": "en/a/"}, "solo.md": {"es": "solo/"}})


# --- the functions


def test_languages_are_read_from_the_option() -> None:
    assert site_languages(
        [
            {"code": "es", "name": "Español", "prefix": None, "site_name": None, "titles": {"steps": "Los pasos"}},
            {"code": "en", "name": "English", "prefix": "en/", "titles": {"steps": "The steps"}},
        ]
    ) == (ES, EN)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["first language"]),
        ([{"code": "es", "name": "E", "prefix": "es/"}], ["first language"]),
        (
            [{"code": "es"}, {"name": "E", "prefix": "en"}],
            ["languages[1].name", "languages[2].code", "languages[2].prefix"],
        ),
        ([{"code": "es", "name": "E", "prefx": "x"}], ["languages[1].prefx", "Did you mean prefix?"]),
        ([{"code": "es", "name": "E"}, {"code": "es", "name": "F", "prefix": "f/"}], ["same code"]),
        ([{"code": "es", "name": "E"}, {"code": "en", "name": "F"}], ["same prefix"]),
        ([{"code": "es", "name": 3, "prefix": 7}], ["languages[1].name", "languages[1].prefix"]),
        ([{"code": None, "name": "E"}], ["languages[1].code: missing"]),
        ([{"code": "es", "name": "E", "titles": {2024: "Año"}}], ["languages[1].titles: keys that are no text: 2024"]),
        ([{"code": "es", "name": "E", "titles": ["x"]}], ["languages[1].titles"]),
        (["es"], ["languages[1]"]),
        ("es", ["languages"]),
    ],
)
def test_every_mistake_in_the_languages_is_reported(options: object, words: list[str]) -> None:
    with pytest.raises(SiteError) as caught:
        site_languages(options)
    for word in words:
        assert word in str(caught.value)


def test_the_language_of_a_file_and_of_an_address() -> None:
    assert SITE.language_of("en/a.md") is EN
    assert SITE.language_of("es/a.md") is ES
    assert SITE.language_of("english/a.md") is ES
    assert SITE.language_at("en/a/") is EN
    assert SITE.language_at("english/") is ES
    assert SITE.language_at("") is ES


def test_nav_holds_for_every_language() -> None:
    nav = ["a.md", "solo.md", "nowhere.md", {"steps": ["a.md"]}, {"only": ["solo.md"]}, {"Code": "https://x.org/"}]
    assert language_nav(nav, ES, SITE.urls) == [
        "es/a.md",
        "es/solo.md",
        "es/nowhere.md",
        {"Los pasos": ["es/a.md"]},
        {"only": ["es/solo.md"]},
        {"Code": "https://x.org/"},
    ]
    assert language_nav(nav, EN, SITE.urls) == [
        "en/a.md",
        "en/nowhere.md",  # MkDocs will say that nobody has it
        {"The steps": ["en/a.md"]},
        {"Code": "https://x.org/"},
    ]


def test_hreflang_is_absolute_with_a_default() -> None:
    assert hreflang(SITE, SITE.urls["a.md"], "https://x.org/sub") == {
        "es": "https://x.org/sub/a/",
        "en": "https://x.org/sub/en/a/",
        "x-default": "https://x.org/sub/a/",
    }
    assert hreflang(SITE, {"en": "en/b/"}, "https://x.org/") == {"en": "https://x.org/en/b/"}
    assert hreflang(SITE, SITE.urls["a.md"], None) == {}


def test_a_language_s_index_is_relative_to_its_home_page() -> None:
    index = {"config": {"lang": ["es"], "separator": " "}, "docs": [{"location": "a/#x"}, {"location": "en/a/#x"}]}
    assert json.loads(language_index(SITE, index, EN, "en", {"en/a/#x": {"w1": "0.5"}})) == {
        "config": {"lang": ["en"], "separator": " "},
        "docs": [{"location": "a/#x", "made": {"w1": "0.5"}}],
    }
    assert json.loads(language_index(SITE, index, ES, "es", {}))["docs"] == [{"location": "a/#x"}]


def test_a_number_is_made_where_its_equation_stands_or_else_where_it_is_shown_first() -> None:
    first = '<article><h1 id="t">T</h1><data data-q="w1">1</data><h2 id="a">A</h2><i data-q="out_h1">2</i></article>'
    second = (
        '<data data-q="b1">outside</data><article><h2 class="x" id="b">B</h2><div data-ladder="out_h1"></div>'
        '<h2 id="c">C</h2><data data-q="w1">1</data><data data-q="count:weights">3</data>'
        '<div data-worked="delta_o1"><i data-q="delta_o1">4</i></div></article>'
    )
    third = '<article><h1 id="t">T</h1><i data-q="delta_o1">4</i></article>'
    assert made([("x/", first), ("z/", third), ("y/", second)]) == {"w1": "x/", "out_h1": "y/#b", "delta_o1": "y/#c"}


def test_groups_and_titles_that_nav_does_not_have_are_named() -> None:
    nav = [{"Start": "index.md"}, {"steps": ["a.md"]}]
    for numbered, advice in {"Steps": "Did you mean steps?", "Start": "It has steps."}.items():
        with pytest.raises(SiteError, match=f"no group '{numbered}'") as caught:
            require_group(nav, numbered)
        assert advice in str(caught.value)
    told = dict(unknown_titles(nav, [replace(ES, titles={"step": "Los pasos", "Start": "Inicio"})]))
    assert told == {"step": "the titles of es have 'step', and 'nav' has no such title. Did you mean steps?"}


def test_a_sitemap_has_the_pages_of_its_language_and_a_date_only_when_told() -> None:
    spanish = sitemap(SITE, ES, "https://x.org/?a&b/", "2026-01-02")
    assert spanish.count("<loc>") == 2
    assert spanish.count("<lastmod>2026-01-02</lastmod>") == 2
    english = sitemap(SITE, EN, "https://x.org/", None)
    assert re.findall("<loc>(.*)</loc>", english) == ["https://x.org/en/a/"]
    assert 'hreflang="es" href="https://x.org/a/"' in english
    assert "lastmod" not in english
    assert "<loc>" not in sitemap(SITE, EN, None, None)


# --- a built site


@pytest.fixture(scope="module", params=["/", "/sub/"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A site and the path it is mounted at."""
    return build_site(tmp_path_factory.mktemp("site"), request.param), request.param


def soup(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / page).read_text("utf-8"), "html.parser")


@pytest.mark.build
def test_each_page_speaks_its_language(built: tuple[Path, str]) -> None:
    site, mount = built
    for folder, other, code, name, section in (
        ("", "en/", "es", "Un sitio", "Los pasos"),
        ("en/", "", "en", "A site", "The steps"),
    ):
        for page in ("", "forward-pass/", "output-layer/"):
            html = soup(site, f"{folder}{page}index.html")
            assert html.html is not None
            assert html.title is not None
            assert html.html["lang"] == code
            assert html.title.text == name if page == "" else html.title.text.endswith(f" - {name}")
            assert section in html.find("nav", class_="md-nav--primary").text
            here = urljoin("https://example.org", f"{mount}{folder}{page}")
            assert html.find("link", rel="canonical")["href"] == here
            assert {a["hreflang"]: a["href"] for a in html.find_all("link", hreflang=True)} == {
                "es": f"https://example.org{mount}{page}",
                "en": f"https://example.org{mount}en/{page}",
                "x-default": f"https://example.org{mount}{page}",
            }
            # every link of the page stays in its language, but for the switcher, which is relative
            switch = {a["hreflang"]: a["href"] for a in html.select(".md-select__link")}
            assert not any(urlsplit(link).scheme or link.startswith("/") for link in switch.values())
            assert urljoin(here, switch[code]) == here
            assert urljoin(here, switch["en" if code == "es" else "es"]) == f"https://example.org{mount}{other}{page}"
            links = [a["href"] for a in html.select(".md-nav--primary a, .md-footer__link, .md-logo, article a")]
            for link in (urljoin(here, link) for link in links):
                inside = link.removeprefix(f"https://example.org{mount}")
                assert inside.startswith("en/") == (code == "en"), link


@pytest.mark.build
def test_previous_and_next_stay_in_the_language(built: tuple[Path, str]) -> None:
    site, _ = built
    for folder in ("", "en/"):
        assert soup(site, f"{folder}index.html").find("link", rel="prev") is None
        last = soup(site, f"{folder}output-layer/index.html")
        assert last.find("link", rel="next") is None
        assert last.select_one(".bp-place").text == ("The steps" if folder else "Los pasos") + " · 2 of 2"
        numbers = [each.text for each in last.select(".md-nav--primary .bp-number")]
        assert sorted({*numbers}) == ["1", "2"]
        assert last.select_one(".md-footer__link--prev .bp-number").text == "1"
        assert soup(site, f"{folder}index.html").select_one(".bp-place") is None
        middle = soup(site, f"{folder}forward-pass/index.html")
        assert (middle.find("link", rel="prev")["href"], middle.find("link", rel="next")["href"]) in {
            ("../", "../output-layer/"),
            ("..", "../output-layer/"),
        }


@pytest.mark.build
def test_search_sitemap_and_404_exist_for_each_language(built: tuple[Path, str]) -> None:
    site, mount = built
    for folder, code in (("", "es"), ("en/", "en")):
        index = json.loads((site / folder / "search/search_index.json").read_text("utf-8"))
        assert index["config"]["lang"] == [code]
        assert {doc["location"] for doc in index["docs"]} == {"", "forward-pass/", "output-layer/"}
        urls = re.findall("<loc>(.*)</loc>", (site / folder / "sitemap.xml").read_text("utf-8"))
        assert urls == [f"https://example.org{mount}{folder}{page}" for page in ("", "forward-pass/", "output-layer/")]
        assert (
            gzip.decompress((site / folder / "sitemap.xml.gz").read_bytes())
            == (site / folder / "sitemap.xml").read_bytes()
        )
        missing = soup(site, f"{folder}404.html")
        assert missing.html is not None
        assert missing.html["lang"] == code
        assert missing.find("link", hreflang=True) is None
        assert [a["href"] for a in missing.select(".md-select__link")] == [mount, f"{mount}en/"]
        assert missing.select_one("article a")["href"] == f"{mount}{folder}"
        assert missing.select_one("link[rel=stylesheet]")["href"].startswith(f"{mount}assets/")


@pytest.mark.build
def test_the_metadata_of_the_site_is_per_language(built: tuple[Path, str]) -> None:
    site, _ = built
    assert soup(site, "index.html").find("meta", attrs={"name": "description"})["content"] == "Todo calculado"
    assert soup(site, "en/index.html").find("meta", attrs={"name": "description"}) is None


@pytest.mark.build
def test_a_missing_translation_is_named_and_fails_a_strict_build(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "docs/en/forward-pass.md").unlink()
    strict = mkdocs(project, "build", "--strict")
    assert strict.returncode == 1
    assert "'docs/en/forward-pass.md' is missing" in strict.stderr
    assert not (project / "site").exists()
    run = mkdocs(project, "build")
    assert run.returncode == 0
    assert run.stderr.count("WARNING") == 2  # the page, and the link to it in en/index.md
    page = soup(project / "site", "forward-pass/index.html")
    assert [a["href"] for a in page.select(".md-select__link")] == ["./", "../en/"]
    assert [a["hreflang"] for a in page.find_all("link", hreflang=True)] == ["es", "x-default"]


@pytest.mark.build
def test_pages_without_a_language_and_clashes_are_reported(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "docs/stray.md").write_text("# Stray\n", "utf-8")
    run = mkdocs(project, "build")
    assert "'docs/stray.md' is in none of the languages' folders (docs/es, docs/en)" in run.stderr
    (project / "docs/es/en.md").write_text("# Clash\n", "utf-8")
    run = mkdocs(project, "build")
    assert run.returncode == 1
    assert "both 'en/index.md' and 'es/en.md' become 'en/index.html'" in run.stderr


@pytest.mark.build
def test_a_site_without_nav_and_without_address_is_built(tmp_path: Path) -> None:
    project = write_project(tmp_path, "")
    settings = (project / "mkdocs.yml").read_text("utf-8")
    (project / "mkdocs.yml").write_text(re.sub(r"nav:\n(  .*\n)+", "", settings), "utf-8")
    run = mkdocs(project, "build", "--strict")
    assert run.returncode == 0, run.stderr
    page = soup(project / "site", "en/index.html")
    assert page.find("link", hreflang=True) is None
    assert [a["href"] for a in page.select(".md-footer__link--next")] == ["forward-pass/"]
    assert soup(project / "site", "en/404.html").select_one("article a")["href"] == "/en/"
