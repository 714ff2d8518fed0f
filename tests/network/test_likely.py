"""A wrong value of a network file is refused at its line with what was likely meant, and never taken by itself."""

from __future__ import annotations

import pytest

from backprop_docgen.errors import NetworkError, Problem
from backprop_docgen.network.file import parse_network

GOOD = """\
[network]
inputs = [0.05, 0.10]
targets = [0.01, 0.99]
learning_rate = 0.5

[[layer]]
activation = "tanh"
neurons = 2

[[layer]]
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60

[training]
iterations = 100
update_biases = false
"""
RATE = {  # what stands after "learning_rate = ": reason, likely meaning ("": it is not guessed)
    "0,5": ("a comma where TOML has a point", "0.5"),
    "-0,5": ("a comma where TOML has a point", "-0.5"),
    "1e5,2": ("the power of ten is no whole number", ""),
    "1.2.3": ("1.2.3 has several marks", ""),
    "0..5": ("several marks", ""),
    ".5": ("a point needs a digit on both sides", "0.5"),
    "5.": ("a point needs a digit on both sides", "5"),
    "½": ("a fraction", "0.5"),
    "1¼": ("a fraction", "1.25"),
    "1/8": ("a fraction", "0.125"),
    "⅓": ("no end as a decimal", ""),
    "50%": ("a percentage", "0.5"),
    "1.000,5": ("digits in groups", "1000.5"),
    "1,000.5": ("digits in groups", "1000.5"),
    "10 000": ("digits in groups", "10000"),
    "1'000": ("an apostrophe", "1000"),
    "“0.5”": ("typographic quotes", "0.5"),
    "«0,5»": ("typographic quotes", "0.5"),
    "3.8 × 10⁻⁷": ("a power of ten is written with e", "3.8e-7"),
    "2·10^-1": ("a power of ten is written with e", "2e-1"),
    "٠٫٥": ("digits or signs of another script", "0.5"),
    "０．５": ("digits or signs of another script", "0.5"),
    "−0.5": ("a minus sign of typography", "-0.5"),
    "–0,5": ("a comma where TOML has a point", "-0.5"),
    "0.5\u00a0": ("a space that does not show", "0.5"),
    "\u202f0.5": ("a space that does not show", "0.5"),
    "True": ("True is not a number; expected a number such as 0.5", ""),
    "NaN": ("NaN is no number that can be computed with", ""),
    "Infinity": ("Infinity is no number that can be computed with", ""),
    "∞": ("∞ is no number that can be computed with", ""),
    "None": ("None is no number that can be computed with", ""),
    "half": ("half is not a number; expected a number such as 0.5", ""),
    "0.5f": ("f after a number", "0.5"),
    "0.5;": ("a semicolon at the end", "0.5"),
    "0.5 // fast": ("a comment begins with #", "0.5"),
    "00.5": ("a number begins with no zeros", "0.5"),
    "": ("the value is missing; expected a number", ""),
    "\u202f": ("the value is missing; expected a number", ""),
}
LISTS = {  # what stands after "inputs = "
    "[0,15, 0,25]": ("a comma where TOML has a point", "0.15, 0.25"),
    "[0,5, 1,0]": ("a comma where TOML has a point", "0.5, 1.0"),
    "[0,15,0,25]": ("a comma where TOML has a point", "0.15, 0.25"),
    "[0,05,0,10]": ("a comma where TOML has a point", "0.05, 0.10"),
    "[0,05 0,10]": ("a comma where TOML has a point", "0.05, 0.10"),
    "[0,05; 0,10]": ("a comma where TOML has a point", "0.05, 0.10"),
    "[0.05; 0.10]": ("a semicolon where TOML has a comma", "0.05, 0.10"),
    "[0.05 0.10]": ("a space where TOML has a comma", "0.05, 0.10"),
    "[.05, .10]": ("a point needs a digit on both sides", "0.05, 0.1"),
    "[0.05, −0.10]": ("a minus sign of typography", "-0.10"),
    "[1'000, 2'000]": ("an apostrophe", "1000, 2000"),
    "(0.05, 0.10)": ("a list stands in square brackets", "[0.05, 0.10]"),
    "[0.05,\u00a00.10]": ("a space that does not show", "0.10"),
    "[0.05, 0.10": ("this list has no end; expected a ] for each [", ""),
}


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(NetworkError) as caught:
        parse_network(text, "n.toml")
    return caught.value.problems


def check(found: tuple[Problem, ...], line: int, key: str, reason: str, likely: str) -> None:
    (problem,) = found
    assert (problem.file, problem.line) == ("n.toml", line)
    assert problem.message.startswith(f"{key}: ")
    assert reason in problem.message
    assert "expected" in problem.message
    assert (f"did you mean {likely}?" in problem.message) == bool(likely)
    assert ("did you mean" in problem.message) == bool(likely)


@pytest.mark.parametrize("value", RATE)
def test_a_wrong_number_is_told_with_its_likely_meaning(value: str) -> None:
    found = problems(GOOD.replace("learning_rate = 0.5", f"learning_rate = {value}"))
    check(found, 4, "learning_rate", *RATE[value])


@pytest.mark.parametrize("value", LISTS)
def test_a_wrong_list_is_never_taken_for_another_one(value: str) -> None:
    check(problems(GOOD.replace("[0.05, 0.10]", value)), 2, "inputs", *LISTS[value])


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("iterations = 100", "iterations = 10,000", 15, "iterations: a whole number has no marks: did you mean 10000?"),
        ("iterations = 100", "iterations = 10 000", 15, "digits in groups: did you mean 10000?"),
        ("update_biases = false", "update_biases = True", 16, "update_biases: True is neither true nor false"),
        ("update_biases = false", "update_biases = sí", 16, "did you mean true?"),
        ('"tanh"', "tanh", 7, 'activation: a text without quotes: did you mean "tanh"?'),
        ('"tanh"', "“tanh”", 7, 'activation: typographic quotes: did you mean "tanh"?'),
        ("[[0.40, 0.45], [0.50, 0.55]]", "[[0,40, 0,45], [0,50, 0,55]]", 11, "did you mean 0.40, 0.45, 0.50, 0.55?"),
        ("[[0.40, 0.45], [0.50, 0.55]]", "[0.40, 0.45], [0.50, 0.55]", 11, "did you mean [[0.40, 0.45], [0.50,"),
        ("[[0.40, 0.45], [0.50, 0.55]]", "[[0.40, 0.45]; [0.50, 0.55]]", 11, "a semicolon where TOML has a comma"),
    ],
)
def test_other_kinds_of_keys_have_other_meanings(old: str, new: str, line: int, said: str) -> None:
    (found,) = problems(GOOD.replace(old, new))
    assert found.line == line
    assert said in found.message


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("learning_rate = 0.5", 'learning_rate = "0,5"', "Did you mean 0.5, without quotes?"),
        ("iterations = 100", "iterations = 10.000", "Did you mean 10000?"),
        ("iterations = 100", "iterations = 1e3", "Did you mean 1000?"),
    ],
)
def test_a_value_of_another_kind_gets_its_likely_meaning_too(old: str, new: str, advice: str) -> None:
    (found,) = problems(GOOD.replace(old, new))
    assert found.advice == advice


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = GOOD.replace("learning_rate = 0.5", "learning_rate = 0,5").replace("[0.05, 0.10]", "[\n  0,05,\n  −0.10,\n]")
    text = text.replace('"tanh"', '"tanhh"').replace("iterations = 100", "iterations = -5")
    found = problems(text)
    assert [problem.line for problem in found] == [3, 4, 7, 10, 18]
    assert "Did you mean tanh?" in str(found[3])
    assert "did you mean 0.05?" in found[0].message


@pytest.mark.parametrize(
    "value",
    [
        "[0,1]",
        "[1,0]",
        "[1, 0]",
        "[ 1,0 ]",
        "[0.5,1.5]",
        "[1e5, -2E-3]",
        "[\n 0.05, # a,b 1,2 ½\n 0.10\n]",
        "[+1, 0x1F]",
        "[1_000, 2]",
    ],
)
def test_what_toml_has_is_taken_as_it_stands(value: str) -> None:
    assert len(parse_network(GOOD.replace("[0.05, 0.10]", value), "n.toml").examples[0].inputs) == 2


def test_commas_in_texts_and_comments_are_none_of_a_number() -> None:
    text = GOOD + '\n[display]\ndecimal_mark = { es = ",", en = "." } # 0,5 and 1,2\n'
    assert parse_network(text, "n.toml").display.decimal_mark["es"] == ","


@pytest.mark.parametrize("line", ["learning_rate\u00a0= 0.5", "\u00a0learning_rate = 0.5"])
def test_a_space_that_does_not_show_is_told_by_its_number(line: str) -> None:
    (found,) = problems(GOOD.replace("learning_rate = 0.5", line))
    assert (found.line, "a space that does not show (U+00A0); expected TOML" in found.message) == (4, True)
