"""The reference lists everything that a template can call, in every language, each with an example that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

import sample
from backprop_docgen.figures.scene import KINDS, STEPS
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.pages.draft import read_template
from backprop_docgen.pages.jinja import TemplateEnvironment
from backprop_docgen.pages.offered import Offered, offers
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.reference import FILTERS, OBJECTS, SECTIONS, described, words
from backprop_docgen.pages.render_template import render_template
from backprop_docgen.pages.syntax import _TAGS as TAGS
from backprop_docgen.pages.template_functions import functions
from backprop_docgen.site.language_option import SiteLanguage
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.options import BackpropConfig, read_options
from backprop_docgen.site.project import load_course
from backprop_docgen.site.variables import SETTINGS
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import build_course
from built import ROOT

LANGUAGES = ("en", "es")
GALLERY = [path.stem for path in sorted((ROOT / "tests" / "networks").glob("*.toml"))]
UNSHOWN = {"all_values", "loss_rule", "reference"}  # a page of its own; numbered once; the page itself


@cache
def given() -> dict[str, object]:
    course = build_course(read_network(ROOT / "network.toml"))
    add_variations(course)
    return functions(PageState("docs/en/page.md", course, load_language("en")))


def things() -> dict[str, object]:
    """One of each kind that a template holds in its hand."""
    loss = given()["q"]("E_total")  # type: ignore[operator]
    network, model = given()["network"], given()["model"]
    mistake = given()["mistake"]("no-slope")  # type: ignore[operator]
    found = {"number": loss + loss, "quantity": loss, "weight": model.output_weight, "neuron": network.outputs[0]}  # type: ignore[attr-defined]
    found |= {"layer": network.layers[0], "network": network, "model": model, "mistake": mistake}  # type: ignore[attr-defined]
    return found | {"example": network.training_examples[0], "page": given()["page"]}  # type: ignore[attr-defined]


def kinds(of: type = Offered) -> Iterator[type]:
    for each in of.__subclasses__():
        yield each
        yield from kinds(each)


def test_every_kind_of_thing_has_a_section() -> None:
    bare = {"Condition", "Situations", "Counted", "Variables"}  # of these nothing is asked by a name of ours
    assert {each.__name__ for each in kinds()} - bare == {each.__name__ for each in OBJECTS.values()}


def test_what_each_thing_offers_is_listed() -> None:
    above = {"quantity": "number", "weight": "quantity"}
    for section, thing in things().items():
        listed: set[str] = set()
        at: str | None = section
        while at:
            listed |= set(described(at, given()))
            at = above.get(at)
        assert listed == {*offers(thing)}, section
        assert all(said for _, said in described(section, given()).values()), section


def test_every_function_value_and_filter_is_listed() -> None:
    state = PageState("docs/en/page.md", build_course(read_network(ROOT / "network.toml")), load_language("en"))
    environment = TemplateEnvironment(state, {})
    assert {*described("functions", given()), *described("values", given())} == {*given()}
    assert {*described("filters", given())} == {*FILTERS}
    assert not FILTERS.keys() & {*environment.filters}


@pytest.mark.parametrize("section", [each for each in SECTIONS if each != "jinja"])
def test_everything_has_an_example_and_words_in_each_language(section: str) -> None:
    listed = {*described(section, given())}
    examples = {name for name, example in words("")[section].items() if example}
    assert listed - examples <= UNSHOWN
    assert {*words("")[section]} == listed
    assert {*words("es")[section]} == listed
    assert all(text.strip().endswith((".", ")")) for text in words("es")[section].values())


def text(language: str, page: str) -> str:
    return (ROOT / "docs" / language / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_have_every_section_tag_and_setting(language: str) -> None:
    page, more = text(language, "reference"), text(language, "figures-and-settings")
    assert sorted(re.findall(r'\{\{ reference\("(\w+)"\) \}\}', page)) == sorted(SECTIONS)
    ours = [tag for tag in TAGS if tag not in ("elif", "do", "print", "endset")]
    assert [tag for tag in ours if not re.search(rf"\{{% (\" ~ \")?{tag}\b", page)] == []
    assert [name for name in SETTINGS if f"`{name}`" not in page] == []
    assert re.findall(r"### `([\w-]+)` \{#kind-", more) == list(KINDS)
    assert [step for step in STEPS if f"`{step}`" not in more] == []
    options = [name for name in read_options({}) if name in vars(BackpropConfig)]
    assert re.findall(r"(?m)^\| `(\w+)`", more.partition("{#options}")[2].partition("{#classes}")[0]) == [
        *options,
        *SiteLanguage.__dataclass_fields__,
    ]
    used = {each for path in (ROOT / "docs" / language).glob("*.md") for each in classes(path.read_text("utf-8"))}
    assert used - {*re.findall(r"`(bp-[\w-]+)`", more)} == set()


def classes(source: str) -> set[str]:
    """The classes of ours that a page asks for."""
    written = [*re.findall(r'class="([^"]*)"', source), *re.findall(r"\{ ?\.([\w-]+)", source)]
    return {name for each in written for name in each.split() if name.startswith("bp-")}


@pytest.mark.parametrize("name", sample.some("reference", GALLERY, 2))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_run_with_any_network(language: str, name: str) -> None:
    project = read_project(ROOT / "mkdocs.yml", ROOT / "tests" / "networks" / f"{name}.toml")
    course, _ = load_course(project.network, project.worksheets)
    for page in ("reference.md", "figures-and-settings.md"):
        settings = project.variables[language]
        template = read_template(project.templates[language], page, load_language(language), settings)
        assert render_template(template, course).problems == ()
