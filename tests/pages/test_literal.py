"""Python lists in code cells: their layout, and what stands in for those too long to list."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest

from backprop_docgen.formula.tree import constant
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages import literal
from backprop_docgen.pages.cell import number_tokens
from backprop_docgen.pages.number import Number
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.pieces import in_plain
from backprop_docgen.pages.roles import Roles
from backprop_docgen.pages.views import NetworkView
from backprop_docgen.worksheet.course import build_course
from networks import ROOT
from rendered import rendered

WIDE = ROOT / "tests" / "networks" / "10-20-10.toml"


@pytest.fixture(scope="module")
def state() -> PageState:
    return PageState("page.md", build_course(read_network(WIDE)), Language("en"))


@pytest.fixture(scope="module")
def network(state: PageState) -> NetworkView:
    return NetworkView(Roles(state.course, state))


def numbers(state: PageState, values: Iterable[float]) -> list[Number]:
    return [Number(state, constant(Fraction(value))) for value in values]


def test_a_short_list_stays_on_its_line(state: PageState) -> None:
    first, second = numbers(state, [0.1, 2.0])
    assert in_plain(literal.vector([first, second]), state.record) == "[0.1, 2.0]"
    assert in_plain(literal.matrix([[first], [second]]), state.record) == "[[0.1], [2.0]]"


def test_a_long_list_is_filled_into_lines(state: PageState) -> None:
    values = [number / 8 for number in range(60)]
    text = in_plain(literal.vector(numbers(state, values)), state.record)
    assert ast.literal_eval(text) == values
    assert 60 < max(map(len, text.splitlines())) <= literal.WIDTH + len("    ")


def test_each_row_of_a_large_matrix_has_its_line(state: PageState) -> None:
    rows = [[float(row * column) for column in range(9)] for row in range(9)]
    text = in_plain(literal.matrix([numbers(state, row) for row in rows]), state.record)
    assert ast.literal_eval(text) == rows
    assert len(text.splitlines()) == len(rows) + 2


@pytest.mark.parametrize("count", [1, 4, 1000])
def test_examples_fill_no_page(state: PageState, count: int) -> None:
    text = in_plain(literal.examples([numbers(state, [0.25, -0.75])] * count), state.record)
    assert ast.literal_eval(text) == [[0.25, -0.75]] * count
    assert len(text.splitlines()) <= 70


def test_weights_too_many_to_list_are_drawn_again(state: PageState, network: NetworkView) -> None:
    for layer in network.layers:
        assert layer.drawn
        drawn = eval(in_plain(layer.array, state.record), {"np": np})
        assert drawn.ravel().tolist() == [weight.value().double for weight in layer.weights]
        biases = eval(in_plain(layer.bias_array, state.record), {"np": np})
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


def test_numbers_in_f_strings_are_no_tokens() -> None:
    """Python 3.12 takes f-strings apart, earlier ones don't, and the page's highlighting does."""
    source = 'step = 0.5\nslopes[f"w{len(slopes) + 1}"] = x / (2 * step)\n'
    assert [text for _, text in number_tokens(source)] == ["0.5", "2"]
    assert all(source[at:].startswith(text) for at, text in number_tokens(source))
