"""The spreadsheet follows a change as the worksheet does: computed by a few lines of our own, and by LibreOffice."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import sample
import spreadsheet
from backprop_docgen.api import load
from backprop_docgen.formula.tree import Power, Product, Quotient, Sum, Symbol, constant, difference, negative
from backprop_docgen.network.data import replaced
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.site.workbook import workbook
from backprop_docgen.worksheet import spreadsheet as worksheet_spreadsheet
from backprop_docgen.worksheet.course import Course, build_course
from backprop_docgen.worksheet.spreadsheet import cell_name, spreadsheet_formula
from networks import ROOT, random_network
from wild import wild_network

ENGLISH = load_language("en")
DRAWN = [
    *(pytest.param(random_network, seed, id=f"random {seed}") for seed in sample.some("cells", range(40), 4)),
    *(pytest.param(wild_network, seed, id=f"wild {seed}") for seed in sample.some("wild cells", range(60), 4)),
]
A_CELL = re.compile(r"[A-Z]{1,3}\d+|(R\d*)?(C\d*)?", re.IGNORECASE)


def book_of(course: Course) -> spreadsheet.Read:
    return spreadsheet.read(workbook(course, ENGLISH) or b"")


def unlike(found: dict[str, float], course: Course) -> dict[str, tuple[float, float]]:
    """What differs by more than doubles may."""
    worksheet = course.default.worksheet
    named = {cell_name(name): worksheet[name] for name in worksheet.names()}
    quantities = {name: named[name] for name in found}
    finite = {name: each for name, each in quantities.items() if math.isfinite(each.value)}
    largest = max(abs(each.value) for each in finite.values())
    wrong = {}
    for name, quantity in finite.items():
        bound = quantity.number.bound  # of a formula that overflows in doubles it is no number
        near = 64 * bound if math.isfinite(bound) else 1e-12 * largest
        if not math.isclose(found[name], quantity.value, rel_tol=1e-9, abs_tol=near + 1e-300):
            wrong[name] = found[name], quantity.value
    assert all(math.isfinite(found[name]) for name in quantities)
    return wrong


def changed(network: Network) -> tuple[Network, dict[str, float]]:
    """The network with another learning rate and another last weight, and the cells that are changed."""
    weights = sum(layer.neurons * layer.sources for layer in network.layers)
    numbers = {"eta": 0.25, f"w{weights}": -1.5}
    return replaced(network, numbers, []), {cell_name(name): number for name, number in numbers.items()}


@pytest.mark.parametrize(("make", "seed"), DRAWN)
def test_formulas_give_what_the_worksheet_gives(make: type[Network], seed: int) -> None:
    network = make(seed)
    course = build_course(network)
    book = book_of(course)
    names = course.default.worksheet.names()
    assert set(book.values) == set(map(cell_name, names))
    assert unlike({name: value for name, value in book.values.items() if math.isfinite(value)}, course) == {}
    assert unlike(spreadsheet.computed(book), course) == {}
    other, given = changed(network)
    assert unlike(spreadsheet.computed(book, given), build_course(other)) == {}


def test_saturated_outputs_stay_numbers() -> None:
    """Where doubles overflow, and a logistic output or a softmax's is 0 or 1."""
    for name, weight in (("and", "w1"), ("softmax", "w7"), ("3-4-1", "w1")):
        network = read_network(ROOT / "tests" / "networks" / f"{name}.toml")
        for number in (-1e5, 1e5):
            course = build_course(replaced(network, {weight: number}, []))
            assert unlike(spreadsheet.computed(book_of(course)), course) == {}


@pytest.mark.skipif(spreadsheet.SOFFICE is None, reason="no LibreOffice here")
@pytest.mark.parametrize("name", ["network", *sample.some("spreadsheets", ("softmax", "xor", "and", "dead-relu"), 0)])
def test_libreoffice_follows_a_change(name: str, tmp_path: Path) -> None:
    file = ROOT / "network.toml" if name == "network" else ROOT / "tests" / "networks" / f"{name}.toml"
    network = read_network(file)
    other, given = changed(network)
    data = workbook(build_course(network), ENGLISH) or b""
    assert unlike(spreadsheet.recalculated(data, given, tmp_path), build_course(other)) == {}


def test_a_change_moves_the_next_step_as_the_api_does() -> None:
    tutorial = load(ROOT / "network.toml")
    book = book_of(build_course(tutorial.network))
    assert (book.formulas["w_5"], book.values["w_5"]) == ("", 0.4)
    assert book.formulas["dE_total_dw_5"] == "dE_total_dout_o1*dout_o1_dnet_o1*dnet_o1_dw_5"
    assert book.formulas["w_5_next"] == "w_5-eta*dE_total_dw_5"
    found, other = spreadsheet.computed(book, {"w_5": 0.9}), tutorial.replace(w5="0.9")
    for name in ("out_o1", "dE_total/dw1", "w5@1", "E_total@1", "dE_total/dw5@1"):
        assert found[cell_name(name)] == pytest.approx(other[name].value, rel=1e-12)
    assert found["E_total_next"] != pytest.approx(tutorial["E_total@1"].value)


@pytest.mark.parametrize(("make", "seed"), DRAWN)
def test_no_two_cells_share_a_name_and_none_is_called_as_a_place(make: type[Network], seed: int) -> None:
    names = build_course(make(seed)).default.worksheet.names()
    found = [cell_name(name) for name in names]
    assert len({name.casefold() for name in found}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) and len(name) < 256 for name in found)
    assert [name for name in found if A_CELL.fullmatch(name)] == []


def test_names_of_cells() -> None:
    names = ("w5", "b1", "i2", "eta", "w5@1", "dE_total/dw5", "dnet_h1_2/dw13[12]@1", "out_o1[2]", "E_total@10")
    assert [cell_name(name) for name in names] == [
        *("w_5", "b_1", "i_2", "eta", "w_5_next", "dE_total_dw_5", "dnet_h1_2_dw_13_example_12_next"),
        *("out_o1_example_2", "E_total_after_10"),
    ]


def test_a_minus_in_front_is_no_part_of_a_power() -> None:
    x, y = Symbol("i1"), Symbol("i2")
    for tree, text in {
        negative(Power(x, 2)): "-(i_1^2)",
        negative(Product((Power(x, 2), y))): "-(i_1^2*i_2)",
        negative(Quotient(Power(x, 2), constant(3))): "-(i_1^2/3)",
        Power(difference(x, y), 2): "(i_1-i_2)^2",
        difference(x, Sum((x, y))): "i_1-(i_1+i_2)",
        Product((x, negative(y))): "i_1*(-i_2)",
        Sum((x, constant("-0.5"))): "i_1+(-0.5)",
        Quotient(x, Product((x, y))): "i_1/(i_1*i_2)",
        Product((constant("1/3"), x)): "(1/3)*i_1",
    }.items():
        assert spreadsheet_formula(tree, lambda name: None) == text


def test_large_networks_have_the_worked_example_alone_or_no_spreadsheet(monkeypatch: pytest.MonkeyPatch) -> None:
    course = build_course(read_network(ROOT / "tests" / "networks" / "xor.toml"))
    monkeypatch.setattr(worksheet_spreadsheet, "MOST_CELLS", 200)
    book = book_of(course)
    assert not any("example" in name for name in book.formulas)
    assert (book.formulas["E_mean"], book.formulas["w_1_next"]) == ("", "w_1-eta*dE_mean_dw_1")
    assert unlike(spreadsheet.computed(book), course) == {}
    monkeypatch.setattr(worksheet_spreadsheet, "MOST_CELLS", 100)
    assert workbook(course, ENGLISH) is None


def test_the_same_network_makes_the_same_file_in_each_language() -> None:
    course = build_course(read_network(ROOT / "network.toml"))
    spanish, english = (workbook(course, load_language(code)) for code in ("es", "en"))
    assert (workbook(course, load_language("es")), workbook(course, ENGLISH)) == (spanish, english)
    one, other = spreadsheet.read(spanish or b""), spreadsheet.read(english or b"")
    assert (one.formulas, one.values) == (other.formulas, other.values)
    assert spanish != english
