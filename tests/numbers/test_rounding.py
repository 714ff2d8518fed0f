"""Numbers as text and back. The cases of ``cases/rounding.json`` hold in the browser too.

In each case ``value`` is a decimal literal or a fraction where ``exact``, else a double's literal, or, with an
``error`` that it may be off by, fifty digits;
``digits``, ``exponent`` and ``is_exact`` are the printed number, ``text`` its form with ``mark``.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_docgen.formula.evaluate import of_near
from backprop_docgen.formula.near import Near
from backprop_docgen.numbers.rounding import Printed, least_digits, parse, printed, rounded
from networks import ROOT, decimals, known

CASES = json.loads((ROOT / "tests" / "cases" / "rounding.json").read_text("utf-8"))
finite = st.floats(-1e308, 1e308)
places = st.integers(2, 15)
printings = st.builds(printed, st.builds(known, finite), places) | st.builds(
    lambda exact, p: printed(known(float(exact), exact), p), decimals(10**9, 18), places
)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_shared_case(case: dict[str, Any]) -> None:
    if "error" in case:
        value = of_near(Near(0, Decimal(case["value"]), Decimal(case["error"])))
    else:
        exact = Fraction(case["value"]) if case["exact"] else None
        value = known(float(case["value"]) if exact is None else float(exact), exact)
    number = printed(value, case["decimals"])
    assert number == Printed(case["digits"], case["exponent"], case["is_exact"])
    assert number.text(case["mark"]) == case["text"]


def test_each_shared_case_says_why_once() -> None:
    assert len({case["why"] for case in CASES}) == len(CASES)


@given(printings, st.sampled_from(".,"))
def test_parsing_undoes_printing(number: Printed, mark: str) -> None:
    read = parse(number.text(mark), mark)
    assert (read.digits, read.exponent) == (number.digits, number.exponent)
    assert read.value == number.value


@given(printings)
def test_code_is_a_python_literal_of_the_printed_number(number: Printed) -> None:
    assert parse(number.code()).value == number.value
    assert abs(float(number.code()) - number.value) <= abs(number.value) / 2**53 or abs(number.value) < 1e-300


@given(finite, finite, places)
def test_printing_is_monotone(first: float, second: float, digits: int) -> None:
    low, high = sorted((first, second))
    assert printed(known(low), digits).value <= printed(known(high), digits).value


@given(decimals(10**9, 18), decimals(10**9, 18), st.integers(0, 15))
def test_rounding_is_monotone(first: Fraction, second: Fraction, digits: int) -> None:
    low, high = sorted((first, second))
    assert Fraction(rounded(low, digits)) <= Fraction(rounded(high, digits))


@given(decimals(10**9, 18), st.integers(0, 15))
def test_rounding_moves_a_number_by_half_a_unit_at_most(value: Fraction, digits: int) -> None:
    text = rounded(value, digits)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**digits)
    assert len(text.partition(".")[2]) == digits
    assert rounded(-value, digits).removeprefix("-") == text.removeprefix("-")


@given(printings)
def test_the_printed_number_lies_within_its_half_unit(number: Printed) -> None:
    assert number.negative == (number.value < 0)  # never -0
    assert (number.half_unit == 0) == number.exact


@given(finite, places)
def test_a_rounded_number_keeps_its_digits_or_is_scientific(value: float, digits: int) -> None:
    number = printed(known(value), digits)
    significant = number.digits.lstrip("-0.").replace(".", "")
    assert value == 0 or len(significant) >= least_digits(digits)
    assert abs(number.value - Fraction(value)) <= number.half_unit
    if number.exponent is None:
        assert len(number.digits.partition(".")[2]) == digits
    else:
        assert 1 <= abs(Fraction(number.digits)) < 10


@given(decimals(10**9, 18), places)
def test_an_exact_number_is_itself(value: Fraction, digits: int) -> None:
    number = printed(known(float(value), value), digits)
    assert number.exact == ((value * 10**digits).denominator == 1)
    assert number.value == value or not number.exact


@pytest.mark.parametrize("text", ["", "-", "1.", ".5", "1,5", "1 000", "0x10", "1.5 × 10", "NaN", "∞", "1e", "1.2.3"])
def test_what_is_no_printed_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("−0.5", "-0.5"), ("-0.5", "-0.5"), ("+0.5", "0.5"), ("1.5e-05", "0.000015"), (" 12 ", "12"), ("2 × 10³", "2000")],
)
def test_other_ways_of_writing_are_read_too(text: str, value: str) -> None:
    assert parse(text).value == Fraction(value)


def test_latex_guards_the_comma_and_writes_powers() -> None:
    assert printed(known(-0.125), 9).tex(",") == "-0{,}125000000"
    assert printed(known(1e-12), 9).tex() == r"1.000 \times 10^{-12}"
    assert printed(known(-math.inf)).tex() == r"-\infty"
    assert printed(known(math.nan)).tex() == r"\text{NaN}"


def test_a_plus_is_written_where_it_is_asked_for() -> None:
    assert printed(known(0.25, Fraction(1, 4)), 9).text(plus=True) == "+0.25"
    assert printed(known(-0.25, Fraction(-1, 4)), 9).text(plus=True) == "−0.25"
    assert printed(known(0.0, Fraction(0)), 9).text(plus=True) == "0"
    assert printed(known(math.inf)).text(plus=True) == "∞"


def test_what_is_not_finite_is_a_python_literal_too() -> None:
    assert printed(known(math.inf)).code() == "float('inf')"
    assert not printed(known(math.nan)).finite


@given(st.decimals(-(10**6), 10**6, places=9), st.integers(-12, 2), places, st.floats(-1, 1))
def test_what_a_number_may_be_reads_the_same(number: Decimal, power: int, decimals: int, part: float) -> None:
    error = Decimal(1).scaleb(power)
    shown = printed(of_near(Near(0, number, error)), decimals)
    if shown.finite:
        true = Fraction(number) + Fraction(part) * Fraction(error)
        assert abs(shown.value - true) <= shown.half_unit
