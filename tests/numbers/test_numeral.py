"""What people may write for a number: Python and the browser read the same, from the same list of cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backprop_docgen.numbers.numeral import Read, literal, read, whole

CASES = json.loads((Path(__file__).parents[1] / "cases" / "numerals_typed.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["read"], ids=lambda case: ascii(case[0]))
def test_the_usual_ways_of_writing_a_number_are_read(case: list[str]) -> None:
    text, expected, *name = case
    assert read(text, *name) == Read(expected)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: ascii(case[0][:40]))
def test_anything_else_is_refused_with_the_reason(case: list[str]) -> None:
    text, reason, name = case
    assert read(text, name) == Read(None, reason)


@pytest.mark.parametrize(("text", "mark", "expected"), CASES["whole"])
def test_whole_numbers_have_no_decimal_mark(text: str, mark: str, expected: int | None) -> None:
    assert whole(text, mark) == expected


def test_a_number_is_written_in_its_plainest_form() -> None:
    cases = {"0.9": "0.9", ".50": "0.5", "5.": "5", "-0": "0", "+1": "1", "007": "7", "2E+3": "2e3", "-.5e0": "-0.5"}
    assert {text: literal(text) for text in cases} == cases
    for text in ("", ".", "-", "abc", "1,5", "0x10", "1/2", "NaN", "1e", "1 2", "١", "1e9999", "9" * 99):
        assert literal(text) is None


@pytest.mark.parametrize("piece", ["1", "1 ", "1,", "w", "-", "=", "0.5w5=", " ", "\u200b", "10^(", "1 234"])
def test_a_long_text_is_refused_at_once(piece: str) -> None:
    assert read(piece * 10_000, "w5").refused
    assert whole(piece * 10_000) is None
    for end in ("", "x"):
        read((piece * 200)[:199] + end, "w5")
