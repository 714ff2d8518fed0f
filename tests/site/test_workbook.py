"""The spreadsheet follows what is changed in it as the worksheet does."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import sample
import spreadsheet
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.site.workbook import workbook
from backprop_docgen.worksheet.course import Course, build_course
from backprop_docgen.worksheet.spreadsheet import cell_name
from networks import random_network
from wild import wild_network

ENGLISH = load_language("en")


def values(course: Course) -> dict[str, float]:
    return {cell_name(name): course.default.worksheet[name].value for name in course.default.worksheet.names()}


def alike(found: dict[str, float], expected: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What differs by more than doubles may."""
    largest = max(abs(each) for each in expected.values() if math.isfinite(each))
    return {
        name: (found[name], value)
        for name, value in expected.items()
        if math.isfinite(value) and not math.isclose(found[name], value, rel_tol=1e-7, abs_tol=1e-12 * largest)
    }


@pytest.mark.parametrize("seed", range(40))
def test_x(seed: int) -> None:
    network = random_network(seed)
    course = build_course(network)
    book = spreadsheet.read(workbook(course, ENGLISH) or b"")
    assert alike(spreadsheet.computed(book), values(course)) == {}


@pytest.mark.parametrize("seed", range(60))
def test_w(seed: int) -> None:
    network = wild_network(seed)
    course = build_course(network)
    book = spreadsheet.read(workbook(course, ENGLISH) or b"")
    assert alike(spreadsheet.computed(book), values(course)) == {}
