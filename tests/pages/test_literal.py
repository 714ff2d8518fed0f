"""Python lists in code cells: their layout, and what stands in for those too long to list."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages import literal
from backprop_docgen.pages.cell import without_marks
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.roles import Roles
from backprop_docgen.pages.views import NetworkView
from backprop_docgen.worksheet.course import build_course
from networks import ROOT
from rendered import rendered

WIDE = ROOT / "tests" / "networks" / "10-20-10.toml"


@pytest.fixture(scope="module")
def network() -> NetworkView:
    course = build_course(read_network(WIDE))
    return NetworkView(Roles(course, PageState("page.md", course, Language("en"))))


def test_a_short_list_stays_on_its_line() -> None:
    assert literal.vector(["0.1", "2.0"]) == "[0.1, 2.0]"
    assert literal.matrix([["0.1"], ["2.0"]]) == "[[0.1], [2.0]]"


def test_a_long_list_is_filled_into_lines() -> None:
    text = literal.vector([f"{number / 8}" for number in range(60)])
    assert ast.literal_eval(text) == [number / 8 for number in range(60)]
    assert max(map(len, text.splitlines())) <= literal.WIDTH + len("    ")


def test_each_row_of_a_large_matrix_has_its_line() -> None:
    rows = [[str(float(row * column)) for column in range(9)] for row in range(9)]
    text = literal.matrix(rows)
    assert ast.literal_eval(text) == [[float(number) for number in row] for row in rows]
    assert len(text.splitlines()) == len(rows) + 2


@pytest.mark.parametrize("count", [1, 4, 1000])
def test_examples_fill_no_page(count: int) -> None:
    text = literal.examples([["0.25", "-0.75"]] * count)
    assert ast.literal_eval(text) == [[0.25, -0.75]] * count
    assert len(text.splitlines()) <= 70


def test_weights_too_many_to_list_are_drawn_again(network: NetworkView) -> None:
    for layer in network.layers:
        assert layer.drawn
        drawn = eval(without_marks(layer.array), {"np": np})
        assert drawn.ravel().tolist() == [weight.value().double for weight in layer.weights]
        biases = eval(without_marks(layer.bias_array), {"np": np})
        assert biases.tolist() == [0.0] * len(layer.neurons)


def test_the_weights_that_numpy_prints(network: NetworkView) -> None:
    layer = network.layers[0]
    names = [weight.name for weight in layer.printed(100, 2)]
    assert names[:5] == ["w1", "w2", "w9", "w10", "w11"]
    assert len(names) == 4 * 4
    assert [weight.name for weight in layer.printed(200, 2)] == [weight.name for weight in layer.weights]


def test_no_cell_of_a_wide_network_is_long() -> None:
    for page in rendered(WIDE):
        if page.name in ("training.md", "matrices.md", "gradient-check.md"):
            for cell in page.markdown.split('<div class="cell"')[1:]:
                assert cell.partition("</div>")[0].count("\n") < 100, page.name
