"""The line that a reader hands in: written and read alike by Python and by the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_docgen.slips.line import Line, LineError, parse, write

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("line_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["written"])
def test_a_line_is_written_and_read(case: dict[str, Any]) -> None:
    line = Line(**case["line"])
    assert write(line) == case["text"]
    assert parse(case["text"]) == line


@pytest.mark.parametrize("case", CASES["read"])
def test_what_a_copy_does_to_white_space_does_not_matter(case: dict[str, Any]) -> None:
    assert parse(case["text"]) == Line(**CASES["written"][case["as"]]["line"])


@pytest.mark.parametrize("case", CASES["refused"])
def test_what_is_no_line_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(LineError) as caught:
        parse(case["text"])
    assert caught.value.reason == case["reason"]


@given(
    st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.none() | st.text(min_size=1, max_size=40))
)
def test_whatever_was_typed_comes_back(answers: dict[str, str | None]) -> None:
    clean = {
        name: text for name, text in answers.items() if text is None or not any("\ud800" <= c <= "\udfff" for c in text)
    }
    line = Line("default", 4, None, {}, clean)
    assert parse(write(line)) == line


@given(st.text(max_size=200))
def test_any_text_is_a_line_or_refused(text: str) -> None:
    for candidate in (text, f"bp1 {text}", f"bp1 shape=a digits=4 / {text} #00000000"):
        with pytest.raises(LineError):
            parse(candidate)
