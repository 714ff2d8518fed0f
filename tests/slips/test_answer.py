"""What people answer: Python and the browser read the same, from the same list of cases."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from backprop_docgen.slips.answer import Answer, Refused, read_answer

CASES = json.loads((Path(__file__).parent / "answer_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["read"], ids=lambda case: ascii(case["text"]))
def test_a_number_is_read_with_the_digits_that_are_written(case: dict[str, str]) -> None:
    expected = Answer(case["text"], Fraction(case["value"]), int(case["digits"]), Fraction(case["unit"]))
    assert read_answer(case["text"], case["name"]) == expected


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: ascii(case["text"]))
def test_what_is_no_number_or_may_be_two_is_refused(case: dict[str, str]) -> None:
    answer = read_answer(case["text"], case["name"])
    assert isinstance(answer, Refused)
    assert answer.reason == case["reason"]


@pytest.mark.parametrize("piece", ["1", "1/", "/", " ", "-", "1 ", "0", "w5="])
def test_a_long_text_is_refused_at_once(piece: str) -> None:
    assert isinstance(read_answer(piece * 10_000), Refused)
    for end in ("", "x"):
        read_answer((piece * 200)[:199] + end)
