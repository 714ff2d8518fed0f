"""Checks of data from outside: every mistake of a file at once, where it is, in words."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voluptuous import MultipleInvalid, Optional, Required

from backprop_docgen.errors import Problem
from backprop_docgen.settings.validation import (
    Anything,
    Check,
    Choice,
    Flag,
    FloatText,
    Listed,
    Mapped,
    OneOrMany,
    Table,
    Text,
    UnknownKey,
    Whole,
    Words,
    mistakes,
    problems,
    shown,
    validated,
)

WORD = Text("[a-z]+", "word", "small letters")
ROW = Listed(Whole(0, 9), 3, "digits")
INNER = Table("[[inner]]", "One.", {Required("row"): ROW, Optional("flag", default=True): Flag()})
OUTER = Table(
    "[outer]",
    "All.",
    {
        Required("inner"): Listed(INNER, 5, "tables"),
        Optional("colour"): Choice("colour", ("red", "light_green"), {"rouge": "red"}),
        Optional("names", default=dict): Mapped(WORD, OneOrMany(WORD, Listed(WORD, 2, "words")), "a table of words"),
        Optional("rate", default=FloatText("0.5")): Anything(),
    },
)


def found(check: Check, data: object) -> list[tuple[str, str, str | None]]:
    with pytest.raises(MultipleInvalid) as caught:
        validated(check, data)
    return [(".".join(map(str, path)), each.msg, each.advice) for path, each in mistakes(caught.value)]


def test_what_is_right_comes_with_its_defaults() -> None:
    data = {"inner": [{"row": [1, 2]}, {"row": [0], "flag": False}], "names": {"a": "b", "c": ["d", "e"]}}
    assert validated(OUTER, data) == {
        "inner": ({"row": (1, 2), "flag": True}, {"row": (0,), "flag": False}),
        "names": {"a": "b", "c": ("d", "e")},
        "rate": "0.5",
    }


def test_every_mistake_is_found_where_it_is() -> None:
    data = {
        "inner": [{"row": [1, 10, "x"]}, {"rov": [1]}, 3, {"row": [], "flag": 1}, {"row": [1, 2, 3, 4]}],
        "colour": "Rouge",
        "names": {"A": "b", "c": ["d", 5]},
    }
    assert found(OUTER, data) == [
        ("inner.0.row.1", "10 is out of range; expected a whole number from 0 to 9", None),
        ("inner.0.row.2", 'the text "x" is not a whole number; expected a whole number from 0 to 9', None),
        ("inner.1.row", "missing; expected a list of digits", None),
        ("inner.1.rov", "unknown key in [[inner]]; expected one of row, flag", "Did you mean row?"),
        ("inner.2", "3 is not a table; expected [[inner]]", None),
        ("inner.3.row", "this list is empty; expected 1 to 3 digits", None),
        ("inner.3.flag", "1 is neither true nor false; expected true or false", None),
        ("inner.4.row", "this list has 4 items; expected 1 to 3 digits", None),
        (
            "colour",
            'the text "Rouge" is no colour; expected one of "red", "light_green"',
            "Did you mean red?",
        ),
        ("names.A", 'the text "A" is no word; expected small letters', None),
        ("names.c.1", "5 is no word; expected small letters", None),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "a list is not a table; expected [outer], in single brackets"),
        ({"inner": [{"row": [1]}], "names": []}, "a list is not a table; expected a table of words"),
        ({"inner": {}}, "a table is not a list; expected a list of tables"),
        ({"inner": [{"row": [True]}]}, "true is not a whole number; expected a whole number from 0 to 9"),
        ({"inner": [{"row": [1]}], "colour": "light-gren"}, "Did you mean light_green?"),
    ],
)
def test_what_is_no_table_or_list_is_named(data: object, said: str) -> None:
    [(_, message, advice)] = found(OUTER, data)
    assert said in (message, advice)


def test_a_key_that_is_not_known_can_be_told_from_other_mistakes() -> None:
    with pytest.raises(MultipleInvalid) as caught:
        validated(INNER, {"roww": [1], "row": [11]})
    assert [isinstance(each, UnknownKey) for _, each in mistakes(caught.value)] == [False, True]
    assert [problem.key for problem in problems(caught.value, "file.toml")] == ["row.0", "roww"]


def test_what_is_missing_is_said_in_the_order_of_the_table() -> None:
    names = [f"key{number}" for number in range(20)]
    table = Table("[t]", "T.", {Required(name): WORD for name in names})
    assert [path for path, _, _ in found(table, {"key3": 3, "other": 1})] == [*names, "other"]


def test_a_key_without_a_value_is_as_good_as_none() -> None:
    assert validated(INNER, {"row": [1], "flag": None}) == {"row": (1,), "flag": True}
    assert found(INNER, {"row": None})[0][:2] == ("row", "missing; expected a list of digits")


def test_a_key_that_is_no_text_is_said_to_be() -> None:
    [(path, said, _)] = found(OUTER, {"inner": [{"row": [1]}], "names": {2024: "a", False: "b", "c": "d"}})
    assert (path, said) == ("names", "keys that are no text: 2024, false; expected them in quotes")
    assert found(INNER, {1: 2})[0][1] == "keys that are no text: 1; expected them in quotes"


def test_a_text_has_its_length() -> None:
    words = Words("reason", 2, 4)
    assert words.json == {"maxLength": 4, "minLength": 2, "type": "string"}
    assert [validated(words, text) for text in ("ab", "a\nbc")] == ["ab", "a\nbc"]
    for text in ("a", "abcde", 12):
        assert found(words, text)[0][1] == f"{shown(text)} is no reason; expected a text of 2 to 4 characters"
    assert validated(Words(), "x" * 10_000) == "x" * 10_000


def test_a_list_without_a_limit_takes_any_number() -> None:
    assert validated(Listed(WORD, None, "words"), []) == ()
    assert len(validated(Listed(WORD, None, "words"), ["a"] * 2000)) == 2000


def test_a_mistake_of_the_program_is_none_of_the_data() -> None:
    class Broken(Check):
        def _taken(self, value: object) -> object:
            raise ValueError("a slip in a check")

    table = Table("[t]", "T.", {Optional("a"): Broken("anything", {})})
    with pytest.raises(MultipleInvalid) as caught:
        validated(table, {"a": 1})
    with pytest.raises(AssertionError):
        problems(caught.value, "file")


def test_advice_is_for_mistakes_that_bring_none() -> None:
    with pytest.raises(MultipleInvalid) as caught:
        validated(INNER, {"row": [11], "roww": [1]})
    assert [problem.advice for problem in problems(caught.value, "f", "Read.")] == ["Read.", "Did you mean row?"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (12, "12"),
        (10**99, "a huge whole number"),
        (FloatText("1e5"), "1e5"),
        (0.25, "0.25"),
        (Decimal("0.250"), "0.250"),
        ("a\nb" + "c" * 60, 'the text "a\\nb' + "c" * 35 + '…"'),
        ([1], "a list"),
        ({}, "a table"),
        (None, "nothing"),
        (datetime.date(2026, 1, 1), "a date or time"),
    ],
)
def test_a_value_is_named_by_its_kind(value: object, text: str) -> None:
    assert shown(value) == text


def test_what_is_taken_as_json_schema() -> None:
    inner = {
        "additionalProperties": False,
        "description": "One.",
        "properties": {
            "row": {
                "items": {"maximum": 9, "minimum": 0, "type": "integer"},
                "maxItems": 3,
                "minItems": 1,
                "type": "array",
            },
            "flag": {"default": True, "type": "boolean"},
        },
        "required": ["row"],
        "type": "object",
    }
    words = {"pattern": "^([a-z]+)$", "type": "string"}
    several = {"items": words, "maxItems": 2, "minItems": 1, "type": "array"}
    assert OUTER.json["required"] == ["inner"]
    assert OUTER.json["properties"] == {
        "inner": {"items": inner, "maxItems": 5, "minItems": 1, "type": "array"},
        "colour": {"enum": ["red", "light_green"], "type": "string"},
        "names": {"patternProperties": {"^([a-z]+)$": {"oneOf": [words, several]}}, "type": "object"},
        "rate": {"default": 0.5},
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inside: st.lists(inside) | st.dictionaries(st.sampled_from(["inner", "row", "names", "a"]), inside),
    )
)
def test_anything_is_taken_or_said_to_be_wrong(data: object) -> None:
    said: list[Problem] | None = None
    try:
        assert validated(OUTER, data).keys() >= {"inner", "names", "rate"}
    except MultipleInvalid as error:
        said = problems(error, "file")
    assert said != []
