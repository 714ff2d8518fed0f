"""The built site, read as a stranger reads it: from its files alone."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect

from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.rounding import printed
from backprop_docgen.private_characters import ANY
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.names import Name
from built import PREFIX, ROOT, article, build, check_marked, copy_project, numbers, page_path, pages

pytestmark = pytest.mark.build
LANGUAGES = ["es", "en"]

# Where each step of the tutorial is, and the numbers it must show, printed by the rule at nine decimals.
STEPS = {
    "forward-pass": {
        "net_h1": "0.3775",
        "net_h2": "0.3925",
        "out_h1": "0.593269992",
        "out_h2": "0.596884378",
        "net_o1": "1.105905967",
        "net_o2": "1.224921404",
        "out_o1": "0.751365070",
        "out_o2": "0.772928465",
    },
    "error": {
        "error_o1": "0.741365070",
        "error_o2": "−0.217071535",
        "E_o1": "0.274811083",
        "E_o2": "0.023560026",
        "E_total": "0.298371109",
    },
    "output-layer": {
        "dE_total/dout_o1": "0.741365070",
        "dout_o1/dnet_o1": "0.186815602",
        "dnet_o1/dw5": "0.593269992",
        "dE_total/dw5": "0.082167041",
    },
    "delta": {
        "dout_o2/dnet_o2": "0.175510053",
        "delta_o1": "0.138498562",
        "delta_o2": "−0.038098237",
        "dE_total/dw5": "0.082167041",
        "dE_total/dw6": "0.082667628",
        "dE_total/dw7": "−0.022602540",
        "dE_total/dw8": "−0.022740242",
        "w5@1": "0.358916480",
        "w6@1": "0.408666186",
        "w7@1": "0.511301270",
        "w8@1": "0.561370121",
    },
    "hidden-layer": {
        "dE_o1/dnet_o1": "0.138498562",
        "dE_o2/dnet_o2": "−0.038098237",
        "dE_o1/dout_h1": "0.055399425",
        "dE_o2/dout_h1": "−0.019049118",
        "dE_total/dout_h1": "0.036350306",
        "dout_h1/dnet_h1": "0.241300709",
        "dE_total/dw1": "0.000438568",
    },
    "hidden-weights": {
        "delta_h1": "0.008771355",
        "delta_h2": "0.009954255",
        "dE_total/dw1": "0.000438568",
        "w1@1": "0.149780716",
        "w2@1": "0.199561432",
        "w3@1": "0.249751144",
        "w4@1": "0.299502287",
    },
    "second-iteration": {
        "net_h1@1": "0.377445179",
        "net_h2@1": "0.392437786",
        "net_o1@1": "1.056849974",
        "net_o2@1": "1.238397589",
        "out_o1@1": "0.742088111",
        "out_o2@1": "0.775284968",
        "E_total@1": "0.291027774",
    },
    "training": {"E_total@10000": "0.000035102", "out_o1@10000": "0.015913620", "out_o2@10000": "0.984064274"},
}


@pytest.fixture(scope="module")
def edited(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of another network of the same shape: one weight changed."""
    folder = copy_project(tmp_path_factory.mktemp("edited"), project)
    text = (folder / "network.toml").read_text("utf-8")
    (folder / "network.toml").write_text(text.replace("[[0.40, 0.45]", "[[-0.73, 0.45]"), "utf-8")
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    return folder / "site"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", STEPS)
def test_every_number_stands_where_its_step_is(site: Path, language: str, page: str) -> None:
    shown = {(number.name, number.text) for number in numbers(site, language, page)}
    assert {(name, text) for name, text in STEPS[page].items() if (name, text) not in shown} == set()


@pytest.mark.parametrize("page", pages())
def test_both_languages_show_the_same_numbers(site: Path, page: str) -> None:
    spanish, english = (
        Counter((number.name, digits(number.text)) for number in numbers(site, language, page))
        for language in LANGUAGES
    )
    assert spanish == english


@pytest.mark.parametrize("page", pages())
def test_both_languages_number_the_same_equations(site: Path, page: str) -> None:
    spanish, english = (
        [(each["data-number"], re.sub(r"\D", "", each.get_text())) for each in found.select("[data-number]")]
        for found in (article(site, language, page) for language in LANGUAGES)
    )
    assert sorted(spanish) == sorted(english)


def test_equation_numbers_run_through_the_site_in_navigation_order(site: Path) -> None:
    order = re.findall(r"^ +- (?:Inicio: )?([a-z-]+)\.md$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    for language in LANGUAGES:
        found = [
            int(re.sub(r"\D", "", each.get_text()))
            for page in order
            for each in article(site, language, page).select("a.equation-number")
        ]
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= 10


def test_the_page_list_names_what_the_pages_show(site: Path) -> None:
    data = json.loads((site / "worksheet.json").read_text("utf-8"))
    for page in pages():
        for language in LANGUAGES:
            url = PREFIX[language] + ("" if page == "index" else f"{page}/")
            listed = Counter(data["pages"].get(url or "./", data["pages"].get(url)))
            shown = Counter(number.name for number in numbers(site, language, page))
            assert not shown - listed, (page, language)


def digits(text: str) -> str:
    """The number without what belongs to the language: grouping, percent sign; words say nothing here."""
    return re.sub(r"[^\d.]", "", re.sub(r"(?<=\d)[,\u202f](?=\d{3})", "", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", pages())
def test_after_a_change_nothing_old_is_left(site: Path, edited: Path, language: str, page: str) -> None:
    network = read_network(edited.parent / "network.toml")
    worksheet = build_worksheet(network)
    values = json.loads((edited / "worksheet.json").read_text("utf-8"))["worksheets"][""]["quantities"]
    for number in numbers(edited, language, page):
        name = Name.parse(number.name)
        if name.sheet or name.step > 1:
            continue
        quantity = worksheet[number.name]
        assert values[number.name]["value"] == quantity.value
        check_marked(number, values)


@pytest.mark.parametrize("page", ["hand-copied", "slow-learning"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_on_worksheets_of_its_own_does_not_follow_the_network(
    site: Path, edited: Path, language: str, page: str
) -> None:
    assert str(article(site, language, page)) == str(article(edited, language, page))


def test_the_sentences_follow_the_numbers(site: Path, edited: Path) -> None:
    before, after = (
        [each.get_text() for page in pages() for each in article(folder, "en", page).select(".chosen")]
        for folder in (site, edited)
    )
    assert before != after


def test_printed_numbers_follow_the_rule(site: Path) -> None:
    data = json.loads((site / "worksheet.json").read_text("utf-8"))["worksheets"][""]["quantities"]
    worksheet = build_worksheet(read_network(ROOT / "network.toml"))
    for page in pages():
        for number in numbers(site, "en", page):
            if number.holder == "span" and number.name in data:
                quantity = worksheet[number.name]
                rule = printed(quantity.number, 9)
                assert number.text.replace("\u200b", "") in (rule.text(), rule.text().replace("\xa0", "")), number


def test_a_failed_build_says_where_and_leaves_the_site_whole(project: Path) -> None:
    page = project / "docs" / "en" / "forward-pass.md"
    good, before = page.read_text("utf-8"), page_path(project / "site", "en", "forward-pass").read_bytes()
    lines = good.count("\n")
    page.write_text(good + '\nWrong {{ out_o7 }} here.\n\nAnd {{ q("dE_total/dw99") }}.\n', "utf-8")
    try:
        result = build(project, "--strict")
    finally:
        page.write_text(good, "utf-8")
    assert result.returncode == 1
    assert f"docs/en/forward-pass.md:{lines + 2}" in result.stderr
    assert f"docs/en/forward-pass.md:{lines + 4}" in result.stderr
    assert "out_o1" in result.stderr
    assert "Traceback" not in result.stderr
    assert page_path(project / "site", "en", "forward-pass").read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("{% cell %}\n1 / 0\n{% endcell %}", "ZeroDivisionError"),
        ("{% cell shows=[out_o1] %}\nprint(0.5)\n{% endcell %}", "prints 0.5"),
        ("```math\n\\frac{1}{\n```", "KaTeX"),
        ("{% if E_total %}x{% endif %}", "plain {% if %}"),
        ('{{ eqref("no-such") }}', "no equation has this label"),
    ],
)
def test_each_mistake_in_a_page_stops_the_build_with_its_line(project: Path, wrong: str, words: str) -> None:
    page = project / "docs" / "es" / "error.md"
    good = page.read_text("utf-8")
    page.write_text(f"{good}\n{wrong}\n", "utf-8")
    try:
        result = build(project)
    finally:
        page.write_text(good, "utf-8")
    first = good.count("\n") + 2
    assert result.returncode == 1
    found = re.search(r"docs/es/error\.md:(\d+)", result.stderr)
    assert found, result.stderr
    assert first <= int(found[1]) <= first + wrong.count("\n")
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_another_network_file_is_named_by_the_environment(excerpted: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(excerpted, tmp_path / "project"))
    text = (project / "network.toml").read_text("utf-8")
    other = tmp_path / "other.toml"
    other.write_text(text.replace("learning_rate = 0.5", "learning_rate = 0.25"), "utf-8")
    target = tmp_path / "site"
    result = build(project, "--site-dir", str(target), BACKPROP_NETWORK=str(other))
    assert result.returncode == 0, result.stderr
    data = json.loads((target / "worksheet.json").read_text("utf-8"))
    assert data["worksheets"][""]["quantities"]["eta"]["value"] == 0.25


def test_a_bad_network_file_is_answered_with_its_lines(project: Path, tmp_path: Path) -> None:
    text = (project / "network.toml").read_text("utf-8")
    other = tmp_path / "bad.toml"
    other.write_text(text.replace("learning_rate = 0.5", 'learning_rate = "fast"').replace("0.99]", "nan]"), "utf-8")
    result = build(project, BACKPROP_NETWORK=str(other))
    assert result.returncode == 1
    for key in ("targets", "learning_rate"):
        line = text[: text.index(f"\n{key} =")].count("\n") + 2
        assert f"bad.toml:{line}: network.{key}" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", pages())
def test_pages_have_titles_descriptions_and_translations(site: Path, language: str, page: str) -> None:
    soup = BeautifulSoup(page_path(site, language, page).read_text("utf-8"), "lxml")
    assert soup.html is not None
    assert soup.html["lang"] == language
    assert soup.title is not None
    assert len(soup.title.get_text()) > 5
    description = soup.find("meta", attrs={"name": "description"})
    assert description is not None
    assert {link["hreflang"] for link in soup.select("head link[hreflang]")} == {"es", "en", "x-default"}
    assert all(str(link["href"]).startswith("http") for link in soup.select("head link[hreflang]"))
    assert len(soup.find_all("h1")) == 1
    assert not re.search(f"[{ANY}]|<bp-math[^>]*data-tex", str(soup))
    for image in soup.select("article svg[role=img]"):
        assert image.find("title") is not None


OWN_WORKSHEETS = (
    *("hand-copied", "biases", "warm-up", "why-a-hidden-layer", "slow-learning", "three-classes", "build-it-yourself"),
)
"""Pages that speak, somewhere, of networks of their own, which network.toml does not change."""


def test_no_template_names_a_parameter(site: Path) -> None:
    """Shipped pages speak of roles: a literal w5 or out_h1 would be false for another network."""
    literal = re.compile(r"\{\{ (?:q\(\")?(?:[wb]\d+|(?:net|out|target|error|E|delta)_[ho]\d)")
    for path in (ROOT / "docs").rglob("*.md"):
        if path.stem not in OWN_WORKSHEETS:
            assert not literal.search(path.read_text("utf-8")), path


TOP = """() => {
  const blocks = [...document.querySelectorAll("article > *")];
  return blocks.findIndex((each) => each.getBoundingClientRect().bottom > 80);
}"""
SECTION = """() => [...document.querySelectorAll("article > [id]:is(h1, h2, h3)")]
  .filter((each) => each.getBoundingClientRect().top < 90).pop().id"""
FOUND = {
    "es": {
        "retropropagacion": None,  # many pages speak of it
        "0.7513": "forward-pass/",
        "0.0821": "output-layer/",
        "w5": "network/",
        "∂E/∂w5": "output-layer/",
        "regla de la cadena": "glossary/",
        "tasa de aprendizaje": "delta/",
    },
    "en": {"0.7513": "forward-pass/", "∂E/∂w5": "output-layer/", "the chain rule": "glossary/"},
}
"""What search finds first."""


@pytest.mark.browser
def test_search_finds_numbers_and_symbols_where_they_are_made_and_passes_over_stop_words(
    root: str, chromium: Browser
) -> None:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
        page = context.new_page()
        for language, queries in FOUND.items():
            page.goto(f"{root}{PREFIX[language]}network/")
            most = 0.8 * len([*(ROOT / "docs" / language).glob("*.md")])
            box, results = page.locator(".md-search__input"), page.locator(".md-search-result__link")
            for query, first in queries.items():
                box.fill("")
                box.press("Backspace")  # Material listens to keys
                expect(results).to_have_count(0)
                box.fill(query)
                box.press("End")
                href = results.first.get_attribute("href") or ""
                assert first is None or re.sub(r"[?#].*", "", href) == f"{root}{PREFIX[language]}{first}", query
                meta = page.locator(".md-search-result__meta").inner_text()
                assert int(re.sub(r"\D", "", meta)) < most, query


@pytest.mark.browser
def test_an_invitation_sets_a_number_and_sets_it_back(root: str, chromium: Browser) -> None:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
        page = context.new_page()
        page.goto(f"{root}en/nudge/")
        link, loss = page.locator("a[data-try]"), page.locator('article data.q[data-q="E_total"]').first
        published = loss.inner_text()
        link.click()
        expect(loss).to_have_text("0.337656937")
        expect(link).to_have_text("w5 = 0.9 · undo")
        page.wait_for_url("**/en/nudge/#q:w5=0.9")
        link.click()
        expect(loss).to_have_text(published)
        expect(link).to_have_text("w5 = 0.9")
        page.wait_for_url(re.compile(r"/en/nudge/$"))


@pytest.mark.browser
def test_the_switcher_leads_to_the_same_place_of_the_page(root: str, chromium: Browser) -> None:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
        page = context.new_page()
        for start in (0, 5000):
            page.goto(f"{root}hidden-layer/")
            page.wait_for_load_state("networkidle")
            page.evaluate(f"scrollTo(0, {start})")
            block = page.evaluate(TOP)
            page.locator("header .md-select").first.hover()
            page.locator("a.md-select__link[hreflang=en]").click()
            page.wait_for_load_state("networkidle")
            page.wait_for_function(f"() => ({TOP})() === {block}")
            assert page.url == f"{root}en/hidden-layer/" + (f"#{page.evaluate(SECTION)}" if start else "")
