"""Slips of the pen; the browser finds the same from the same cases (``tests/js/practice.test.mjs``)."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from backprop_docgen.slips.pen import pen_slips

CASES = json.loads((Path(__file__).parent / "pen_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['right']} {case['digits']}")
def test_slips_of_the_pen(case: dict[str, float]) -> None:
    assert [list(each) for each in pen_slips(case["right"], int(case["digits"]))] == case["slips"]


def test_what_is_no_number_has_no_slips() -> None:
    assert [pen_slips(number, 4) for number in (0.0, math.inf, -math.inf, math.nan)] == [[], [], [], []]


@pytest.mark.parametrize("right", [0.3775, -12.34, 4.4e-10, 7.0])
def test_no_slip_is_the_number_itself(right: float) -> None:
    assert all(number != right for _, number in pen_slips(right, 4))
