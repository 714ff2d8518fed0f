"""The quantities after many updates: what is certain of them, and what is said of what is not."""

from __future__ import annotations

import pytest

from backprop_docgen.network.file import parse_network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.numbers.rounding import printed
from backprop_docgen.worksheet.course import Course, build_course
from networks import network_of

FIXED = """
[network]
inputs = [1, 2]
targets = [1.2{more}, 0.52]
learning_rate = 0.5
[[layer]]
activation = "relu"
weights = [[0.3, 0.2], [0.1, 0.1]]
bias = 0.1
[[layer]]
activation = "relu"
weights = [[1, 1], [0.2, 0.9]]
[training]
iterations = 100
"""


def course(more: str) -> Course:
    return build_course(parse_network(FIXED.format(more=more), "network.toml"))


def test_what_the_first_update_leaves_alone_stays_exactly() -> None:
    found = course("")
    for name in ("w5", "out_o1", "E_total"):
        assert found.quantity(f"{name}@100").exact == found.quantity(name).exact is not None


@pytest.mark.parametrize(("code", "said"), [("en", "no certain digit"), ("es", "ninguna cifra segura")])
def test_what_hangs_on_the_last_bit_is_not_told(code: str, said: str) -> None:
    """Off by 10⁻²² from where nothing moves, the weights run away; doubles cannot tell the two apart."""
    value = course("0000000000000000000001").quantity("E_total@100").number
    assert load_language(code).number(printed(value, 9)) == said
    assert printed(value, 9).tex() == r"\text{?}"


def test_parameters_that_are_frozen_stay_what_they_are() -> None:
    found = build_course(network_of("network"))
    assert printed(found.quantity("b1@10000").number, 9).text() == "0.35"
    assert printed(found.quantity("E_total@10000").number, 9).text() == "0.000035102"
    assert printed(found.quantity("E_total@10000").number, 15).text() == "0.000035101877830"


def test_an_error_is_as_large_as_the_true_number_is_off() -> None:
    """In forty digits the loss of the tutorial after ten thousand updates is 3.510187782978845874234… × 10⁻⁵."""
    digits = build_course(network_of("network")).quantity("E_total@10000").number.near
    off = abs(float(digits.rest) - 3.510187782978845874234e-05)
    assert off <= float(digits.error) <= 1e-15
