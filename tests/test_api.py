"""The Python API says what the site says: values, equations, drawings, losses, explanations, and the same errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import traceback
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import backprop_docgen as bd
from backprop_docgen import api
from backprop_docgen.cli import main
from backprop_docgen.engine.engine import Engine, train
from backprop_docgen.figures.scene import KINDS, OnDemand
from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.network.file import read_network, to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import load_language
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.site import project
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import Course, build_course
from networks import ROOT

DEFAULT = ROOT / "network.toml"
NETWORKS = {"network": DEFAULT} | {
    name: ROOT / "tests" / "networks" / f"{name}.toml" for name in ("comma", "softmax-examples", "3-4-1")
}
MARK = re.compile(r"\\htmlData\{q=[^{}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}")


@pytest.fixture(scope="module")
def tutorial() -> bd.Tutorial:
    return bd.load(DEFAULT)


def course_of(path: Path) -> Course:
    course = build_course(read_network(path))
    add_variations(course)
    return course


def said(run: Callable[[], object]) -> str:
    with pytest.raises(bd.BackpropError) as caught:
        run()
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return str(caught.value)


def told(*arguments: str) -> str:
    """What a command says of what is wrong, without its prefix."""
    result = CliRunner().invoke(main, [*arguments])
    assert result.exit_code == 2
    return re.sub("^error: ", "", result.stderr.rstrip("\n"), flags=re.MULTILINE)


def rendered(folder: Path, course: Course, text: str) -> dict[str, Page]:
    """A page with that template, in Spanish and in English, its figures drawn."""
    for code in ("es", "en"):
        (folder / code).mkdir()
        (folder / code / "page.md").write_text(text, "utf-8")
    marks = course.default.network.display.decimal_mark
    spoken = [load_language(code, marks[code]) for code in ("es", "en")]
    pages = render_pages({code: folder / code for code in ("es", "en")}, ["page.md"], course, spoken)
    return {page.language: page for page in project.Tutorial(course, pages, [], spoken).drawn(OnDemand()).pages}


# --- quantities --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_every_quantity_is_the_worksheet_s(name: str) -> None:
    tutorial, course = bd.load(NETWORKS[name]), course_of(NETWORKS[name])
    worksheet = course.default.worksheet
    assert list(tutorial) == worksheet.names()
    assert len(tutorial) == len(worksheet)
    for own in worksheet:
        quantity, printed = tutorial[own.name], print_quantity(own, course.default.network.display.decimals)
        assert (quantity.name, quantity.value, quantity.exact) == (own.name, own.value, own.exact)
        assert (quantity.printed, quantity.relation) == (printed.text(), "=" if printed.exact else "≈")
        assert (quantity.symbol, float(quantity)) == (own.symbol, own.value)
    assert tutorial.values() == {own.name: own.value for own in worksheet}


def test_later_updates_examples_mistakes_and_counts_have_names_too(tutorial: bd.Tutorial) -> None:
    course = course_of(DEFAULT)
    for name in ("E_total@100", "w5@1", "plus:w5@1", "nudge:w5", "count:weights", "net_h1[1]"):
        assert name in tutorial
        assert tutorial[name].name == name
        assert tutorial[name].value == course.quantity(name).value
    assert [name in tutorial for name in ("net_h9", "other:w5", "@", "", 1)] == [False] * 5


def test_a_quantity_is_exact_or_not(tutorial: bd.Tutorial) -> None:
    assert tutorial["net_h1"].exact == Fraction("0.3775")
    assert tutorial["out_h1"].exact is None


def test_formula_and_meaning(tutorial: bd.Tutorial) -> None:
    assert tutorial["net_h1"].formula == "w1 · i1 + w2 · i2 + b1"
    assert tutorial["w5"].formula == tutorial["E_total@100"].formula == ""
    assert tutorial["net_h1"].meaning() == "net input of h1"
    assert tutorial["net_h1"].meaning("es") == "entrada neta de h1"


def test_a_quantity_is_written_like_a_number(tutorial: bd.Tutorial) -> None:
    quantity = tutorial["out_o1"]
    assert f"{quantity:.3f}" == f"{quantity.value:.3f}"
    assert f"{quantity}" == str(quantity) == "out_o1 ≈ 0.751365070"
    assert repr(quantity) == "<out_o1 ≈ 0.751365070>"
    assert quantity == tutorial["out_o1"] != tutorial["out_o2"]


# --- equations and figures ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_latex_is_what_pages_typeset(name: str, tmp_path: Path) -> None:
    tutorial, course = bd.load(NETWORKS[name]), course_of(NETWORKS[name])
    worked = [each for each in tutorial if "[" not in each]
    pages = rendered(tmp_path, course, "# Page\n\n" + "\n\n".join(f'{{{{ eq("{each}") }}}}' for each in worked))
    for language, page in pages.items():
        typeset = [MARK.sub(r"\1", tex) for tex, display in page.formulas() if display]
        assert [tutorial[each].latex(language) for each in worked] == typeset
        assert not any("htmlData" in tex for tex in typeset)


def test_a_decimal_comma_is_that_of_the_file() -> None:
    tutorial = bd.load(NETWORKS["comma"], language="es")
    assert tutorial["w1"].latex() == "w_{1} = 0{,}15"
    assert tutorial["w1"].latex("en") == "w_{1} = 0.15"
    assert tutorial["w1"].printed == "0.15"


def test_what_has_no_formula_is_symbol_and_value(tutorial: bd.Tutorial) -> None:
    quantity = tutorial["w5@100"]
    assert quantity.latex() == rf"w_{{5}}^{{(100)}} \approx {quantity.printed.replace('−', '-')}"


def test_an_equation_of_a_mistake_is_in_its_own_numbers(tutorial: bd.Tutorial) -> None:
    wrong, right = tutorial["plus:w5@1"].latex(), tutorial["w5@1"].latex()
    assert wrong.replace("+ ", "- ").startswith(right.partition(r"\approx")[0])
    assert wrong.endswith(tutorial["plus:w5@1"].printed)


@pytest.mark.parametrize(("name", "kinds"), [("comma", set(KINDS) - {"regions"}), ("xor", {"regions"})])
def test_a_figure_is_the_page_s_drawing(name: str, kinds: Iterable[str], tmp_path: Path) -> None:
    path = ROOT / "tests" / "networks" / f"{name}.toml"
    tutorial, course = bd.load(path), course_of(path)
    kinds = sorted(kinds)
    pages = rendered(tmp_path, course, "# Page\n\n" + "\n\n".join(f'{{{{ figure("{kind}", "x") }}}}' for kind in kinds))
    for language, page in pages.items():
        for kind in kinds:
            figure = tutorial.figure(kind, language=language)
            assert figure.svgs
            assert all(svg in page.markdown for svg in figure.svgs), (language, kind)


def test_a_figure_is_an_image_of_its_own(tutorial: bd.Tutorial, tmp_path: Path) -> None:
    figure = tutorial.figure("circuit", language="es")
    figure.save(tmp_path / "circuit.svg")
    text = (tmp_path / "circuit.svg").read_text("utf-8")
    assert text == figure.svg == figure._repr_svg_()
    image = ET.fromstring(text)
    assert image.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text
    assert [float(image.get(key, "")) for key in ("width", "height")] == [
        float(size) for size in image.get("viewBox", "").split()[2:]
    ]
    written = list(image.iter("{http://www.w3.org/2000/svg}text"))
    assert written
    assert all(each.get("fill", "").startswith("#") for each in written)
    assert {"w5", "dE_total/dw5"} <= set(figure.names)
    assert figure.alt in repr(figure)
    assert "directory" in said(lambda: figure.save(tmp_path / "none" / "x.svg"))


# --- training, other numbers -------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_the_losses_are_the_engine_s(name: str) -> None:
    network = read_network(NETWORKS[name])
    run, expected = bd.load(NETWORKS[name]).train(50), train(Engine(network), 50, [50])
    assert np.array_equal(run.losses, expected.losses)
    assert run.losses.shape == (51,)
    assert list(run.parameters) == [*_parameters(network)]
    assert not run.losses.flags.writeable


def _parameters(network: Network) -> list[str]:
    names = topology(network)
    return [name for layer in range(len(network.layers)) for name in names.parameters(layer)]


def test_training_is_that_of_the_file_and_of_the_pages(tutorial: bd.Tutorial) -> None:
    whole = tutorial.train()
    assert len(whole.losses) == tutorial.network.training.iterations + 1
    assert whole.losses[-1] == pytest.approx(tutorial["E_total@10000"].value, rel=1e-9)
    assert whole.parameters["w5"] == tutorial["w5@10000"].value
    assert repr(tutorial.train(0)) == "<Training: 0 updates, loss 0.298371 → 0.298371>"


@pytest.mark.parametrize("given", [-1, 10**6 + 1, 2.5, "ten", True])
def test_a_number_of_updates_is_told_as_the_file_s(tutorial: bd.Tutorial, given: Any, tmp_path: Path) -> None:
    asked = said(lambda: tutorial.train(given))
    path = tmp_path / "network.toml"
    literal = json.dumps(given)
    path.write_text(DEFAULT.read_text("utf-8").replace("iterations = 10000", f"iterations = {literal}"), "utf-8")
    assert told("values", "--network", str(path)).endswith(asked.removeprefix("iterations: "))


def test_other_numbers_are_those_of_an_edited_file(tutorial: bd.Tutorial, tmp_path: Path) -> None:
    text = to_toml(tutorial.network)
    for old, new in (("[0.40, 0.45]", "[0.9, 0.45]"), ("[0.01, 0.99]", "[0.25, 0.99]"), ("bias = 0.60", "bias = -1")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "edited.toml"
    path.write_text(text.replace("learning_rate = 0.5", "learning_rate = 0.1").replace("[0.05,", "[3e-2,"), "utf-8")
    before = tutorial.values()
    changed = tutorial.replace({"i1": "3e-2"}, w5="0.9", eta=0.1, target_o1=Decimal("0.25"), b2=-1)
    assert changed.network == read_network(path)
    assert changed.values() == bd.load(path).values()
    assert changed["net_o1"].latex() == bd.load(path)["net_o1"].latex()
    assert tutorial.values() == before
    assert tutorial.replace().network == tutorial.network


def test_an_example_s_numbers_have_its_mark() -> None:
    tutorial = bd.load(NETWORKS["softmax-examples"])
    names = topology(tutorial.network)
    for place, example in enumerate(tutorial.network.examples, 1):
        name = f"{names.inputs[0]}[{place}]"
        changed = tutorial.replace({name: "0.125"})
        assert changed.network.examples[place - 1].inputs[0] == Decimal("0.125")
        assert changed.network.examples[place - 1].targets == example.targets
        assert changed[name].value == 0.125


def test_a_drawn_layer_keeps_its_other_weights() -> None:
    tutorial = bd.load({"network": {"inputs": [1, 2], "targets": [0]}, "layer": [{"neurons": 2}, {"neurons": 1}]})
    before, after = tutorial.values(), tutorial.replace(w2="0.5").values()
    weights = [f"w{number}" for number in range(1, 7)]
    assert {name: after[name] for name in weights} == {name: before[name] for name in weights} | {"w2": 0.5}
    assert tutorial.replace(eta=1).network.layers == tutorial.network.layers


# --- dictionaries ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [str, float, Decimal, np.float64], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_dict_is_read_as_the_file(name: str, number: Callable[[str], object]) -> None:
    data = tomllib.loads(NETWORKS[name].read_text("utf-8"), parse_float=number)
    assert bd.load(data).network == read_network(NETWORKS[name])


def test_arrays_and_tuples_are_lists() -> None:
    data = {
        "network": {"inputs": np.array([0.05, 0.1]), "targets": (np.float64(0.01), "0.99")},
        "layer": ({"weights": np.array([[0.15, 0.2], [0.25, 0.3]]), "bias": 0.35}, _LAST),
    }
    assert bd.load(data).values() == bd.load(DEFAULT).values()


_LAST = {"weights": [["0.40", 0.45], [0.5, Decimal("0.55")]], "bias": 0.6, "activation": None}


def test_digits_beyond_a_double_are_kept() -> None:
    long = "0.20123456789012345678"
    data: dict[str, Any] = {"network": {"inputs": [1], "targets": [0]}, "layer": [{"weights": [[long]]}]}
    assert bd.load(data)["w1"].exact == Fraction(long)


# --- what is wrong -----------------------------------------------------------------------------

BROKEN = """
[network]
inputs = [1, 2]
targets = [1, 1]
learning_rat = 0.5

[[layer]]
weights = [[0.1, "x", 0.3]]
activation = "sigmoid"
"""


def test_a_file_s_mistakes_are_the_command_s(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    for text in (BROKEN, "[network", "", "[network]\ninputs = [0,5]\n"):
        path.write_text(text, "utf-8")
        assert said(lambda: bd.load(path)) == told("values", "--network", str(path))
    missing = tmp_path / "none.toml"
    assert said(lambda: bd.load(missing)) == told("values", "--network", str(missing))


def test_a_dict_s_mistakes_are_those_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(BROKEN, "utf-8")
    of_file = re.sub(
        rf"^{re.escape(str(path))}(:\d+)?: ", "", told("values", "--network", str(path)), flags=re.MULTILINE
    )
    of_dict = said(lambda: bd.load(tomllib.loads(BROKEN)))
    assert sorted(of_dict.splitlines()) == sorted(of_file.splitlines())
    assert "Did you mean learning_rate?" in of_dict
    assert "Did you mean logistic?" in of_dict


def test_a_dict_within_itself_is_no_network() -> None:
    endless: dict[str, Any] = {}
    endless["network"] = endless
    assert "nested too deeply" in said(lambda: bd.load(endless))
    odd: dict[str, Any] = {"network": {"inputs": [object()], "targets": [1]}, "layer": [{"neurons": 1}]}
    assert "inputs[1]: an object of the type object is not a number" in said(lambda: bd.load(odd))


def test_unknown_names_are_the_command_s(tutorial: bd.Tutorial) -> None:
    names = ["otu_o1", "net_h7", "w5@", "nudgee:w5"]
    expected = told("values", "--network", str(DEFAULT), "E_total", *names)
    for method in (tutorial.quantities, tutorial.values, tutorial.to_json, tutorial.to_csv):
        assert said(lambda method=method: method(["E_total", *names])) == expected  # type: ignore[misc]
    assert "Did you mean out_o1" in said(lambda: tutorial["otu_o1"])


def test_all_that_cannot_be_replaced_is_told_at_once(tutorial: bd.Tutorial) -> None:
    text = said(lambda: tutorial.replace(w55=1, out_o1=1, w1="0,5", w2=True, w3=float("nan"), targt_o1=0))
    assert "w55: no given number has this name\n    Did you mean w5?" in text
    assert "targt_o1: no given number has this name\n    Did you mean target_o1" in text
    assert "out_o1: is computed, not given\n    Given are" in text
    assert 'w1: the text "0,5" is not a number' in text
    assert "w2: true is not a number" in text
    assert "w3: nan cannot be computed with" in text
    assert "not positive" in said(lambda: tutorial.replace(eta=0))
    softmax = bd.load(NETWORKS["softmax-examples"])
    assert "expected exactly 1" in said(lambda: softmax.replace(target_o1="0.7"))


def test_other_names_get_the_nearest(tutorial: bd.Tutorial) -> None:
    assert "Did you mean circuit" in said(lambda: tutorial.figure("circut"))
    assert "There are en and es." in said(lambda: tutorial["w5"].latex("french"))
    assert "There are en and es." in said(lambda: bd.load(DEFAULT, language="../es"))


# --- explanations, tables ----------------------------------------------------------------------


def test_an_explanation_is_the_command_s(tutorial: bd.Tutorial) -> None:
    command = ["explain", "--network", str(DEFAULT), "0.3825", "0.39", "--quantity", "net_h1", "--quantity", "net_h2"]
    found = tutorial.explain("0.3825", Decimal("0.39"), quantities=["net_h1", "net_h2"])
    assert f"{found}\n" == CliRunner().invoke(main, command).stdout
    data = json.loads(CliRunner().invoke(main, [*command, "--format", "json"]).stdout)
    assert {"answers": found.answers, "together": found.together} == data
    assert not found.unknown
    assert repr(found) == "<Explained: 0.3825 slip, 0.39 slip>"


def test_an_explanation_speaks_the_language(tutorial: bd.Tutorial) -> None:
    assert "Es lo que sale cuando" in str(tutorial.explain(0.0275, quantities=["net_h1"], language="es"))


def test_what_cannot_be_explained_is_told_as_by_the_command(tutorial: bd.Tutorial) -> None:
    expected = told("explain", "--network", str(DEFAULT), "abc", "1", "--quantity", "net_h9")
    assert said(lambda: tutorial.explain("abc", 1, quantities=["net_h9"])) == expected
    assert said(lambda: tutorial.explain()).startswith("no number to explain")


@pytest.mark.parametrize("style", ["json", "csv"])
def test_text_for_other_programs_is_the_command_s(tutorial: bd.Tutorial, style: str) -> None:
    method = tutorial.to_json if style == "json" else tutorial.to_csv
    for names in ([], ["w5", "E_total@1", "plus:w5@1"]):
        result = CliRunner().invoke(main, ["values", "--network", str(DEFAULT), "--format", style, *names])
        assert method(names or None).rstrip("\n") == result.stdout.rstrip("\n")


def test_a_frame_has_a_row_for_each(tutorial: bd.Tutorial, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("pandas")
    made.Index = lambda names, name: (name, names)  # type: ignore[attr-defined]
    made.DataFrame = lambda columns, index: (columns, index)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", made)
    columns, index = tutorial.to_frame(["net_h1", "out_h1"])
    assert index == ("name", ["net_h1", "out_h1"])
    assert columns == {
        "meaning": ["net input of h1", "output of h1"],
        "value": [tutorial["net_h1"].value, tutorial["out_h1"].value],
        "printed": ["0.3775", "0.593269992"],
        "exact": [True, False],
        "formula": [tutorial["net_h1"].formula, tutorial["out_h1"].formula],
    }


def test_without_pandas_there_is_no_frame(tutorial: bd.Tutorial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert "pandas is not installed" in said(tutorial.to_frame)


# --- the page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_the_page_says_of_errors_is_true(language: str, tutorial: bd.Tutorial) -> None:
    page = (ROOT / "docs" / language / "python.md").read_text("utf-8")
    shown = re.search(r"```pycon\n>>> ([^\n]+)\n(.*?)```", page, re.DOTALL)
    assert shown
    with pytest.raises(bd.BackpropError) as caught:
        eval(shown[1], {"t": tutorial})
    assert shown[2] == "".join(traceback.format_exception_only(caught.value))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_tells_of_every_method(language: str) -> None:
    page = (ROOT / "docs" / language / "python.md").read_text("utf-8")
    page += (ROOT / "docs" / "shared" / "python.md").read_text("utf-8")
    offered = [name for name in vars(bd.Tutorial) if not name.startswith("_")]
    assert [name for name in offered if not re.search(rf"\bt\.{name}\b", page)] == []


# --- a notebook --------------------------------------------------------------------------------


def test_a_session_in_a_notebook_shows_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "network.toml").write_text(DEFAULT.read_text("utf-8"), "utf-8")
    t = bd.load("network.toml", language="es")
    assert repr(t) == f"<Tutorial network.toml: 2-2-2, {len(t)} quantities>"
    table = ET.fromstring(t._repr_html_())
    assert [row[0].text for row in table.iter("tr")] == list(t)
    assert "entrada neta de h1" in t._repr_html_()
    assert "dE_total/dw5" in t._ipython_key_completions_()
    quantity = t["dE_total/dw5"]
    assert quantity._repr_latex_() == quantity._repr_markdown_() == rf"$\displaystyle {quantity.latex('es')}$"
    shown = ET.fromstring(t.explain("0.0275", quantities=["net_h1"])._repr_html_())
    assert "Es lo que sale" in "".join(shown.itertext())
    assert t.replace(w5=1).language == "es"


def test_a_large_network_shows_the_beginning_of_its_table() -> None:
    large = bd.load(ROOT / "tests" / "networks" / "10-20-10.toml")
    shown = large._repr_html_()
    assert shown.count("<tr>") < len(large)
    assert f"/ {len(large)}<" in shown


def test_the_names_of_the_package_are_those_of_the_api() -> None:
    offered = set(bd.__all__) - {"__version__"}
    assert offered == set(api.__all__) - {"Number"}
    assert all(getattr(bd, name) is getattr(api, name) for name in offered)
    assert offered <= set(dir(bd))
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        bd.laod  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_brings_nothing_along() -> None:
    program = "import sys; known = set(sys.modules); import backprop_docgen; print(*set(sys.modules) - known)"
    brought = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    ours = {name for name in brought if name.startswith("backprop_docgen")}
    assert ours == {"backprop_docgen", "backprop_docgen.errors"}
    assert {name.partition(".")[0] for name in brought} - {"backprop_docgen"} <= sys.stdlib_module_names


def test_loading_brings_no_site_along() -> None:
    program = "import backprop_docgen, sys; backprop_docgen.load('network.toml').values(); print(*sys.modules)"
    command = [sys.executable, "-c", program]
    brought = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert {"mkdocs", "jinja2", "markdown", "lxml", "py_mini_racer", "click", "pandas"}.isdisjoint(brought)
