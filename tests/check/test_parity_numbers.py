"""Numbers of two languages are the same number, however each groups and marks its digits."""

from __future__ import annotations

import pytest

from backprop_docgen.check.parity import plain_number


@pytest.mark.parametrize(
    ("spanish", "mark", "english", "style"),
    [
        ("12\u202f345.678", ".", "12,345.678", "rule:0"),
        ("12\u202f345,678", ",", "12,345.678", "rule:0"),
        ("2118.88\u00a0%", ".", "2,118.88%", "percent:2"),
        ("1000,5", ",", "1,000.5", "fixed:1"),
        ("10\u202f000", ",", "10,000", "integer:0"),
        ("0,123456", ",", "0.123456", "rule:0"),
    ],
)
def test_language_leaves_no_trace(spanish: str, mark: str, english: str, style: str) -> None:
    assert plain_number(spanish, mark, style) == plain_number(english, ".", style)


def test_other_numbers_stay_other() -> None:
    assert plain_number("1,234", ",", "rule:0") != plain_number("1,234", ".", "rule:0")
