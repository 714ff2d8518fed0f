"""The command ``explain``: its table, its JSON, its exit codes, and what it says of bad input."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from backprop_docgen.cli import main
from networks import ROOT

NETWORK = str(ROOT / "network.toml")


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", "--network", NETWORK, *arguments])


def test_the_table_says_what_gives_each_number() -> None:
    result = explain("0.3825", "0.39", "net_h1", "net_h2")
    assert result.exit_code == 0
    said = "the weights into h1, h2 are read the wrong way round."
    assert result.stdout.splitlines() == [
        "0.3825  net_h1  slip",
        f"  This is what comes out when {said}",
        "0.39  net_h2  slip",
        f"  This is what comes out when {said}",
        f"Both come out when {said}",
    ]


def test_json_has_every_key() -> None:
    data = json.loads(
        explain("0.3825", "0.39", "--quantity", "net_h1", "--quantity", "net_h2", "--format", "json").stdout
    )
    text = "when the weights into h1, h2 are read the wrong way round."
    assert data == {
        "answers": [
            {
                "number": number,
                "quantity": name,
                "verdict": "slip",
                "explanations": [{"rule": "transposed", "formula": "", "text": f"This is what comes out {text}"}],
            }
            for number, name in (("0.3825", "net_h1"), ("0.39", "net_h2"))
        ],
        "together": [{"rule": "transposed", "text": f"Both come out {text}"}],
    }


def test_json_of_one_formula_names_it() -> None:
    (answer,) = json.loads(explain("0.0275", "--quantity", "net_h1", "--format", "json").stdout)["answers"]
    assert answer["explanations"][0] == {
        "rule": "bias-left-out",
        "formula": "net_h1",
        "text": "This is what comes out when the bias b1 is left out of net_h1.",
    }


@pytest.mark.parametrize("text", ["-0.74137", "−0.74137", "-0,74137", "-7.4137e-1"])
def test_a_negative_number_needs_no_dashes(text: str) -> None:
    result = explain(text, "--quantity", "error_o1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == [text, "error_o1", "slip"]


def test_a_negative_number_may_follow_an_option() -> None:
    result = explain("--quantity", "error_o1", "-0.74137")
    assert result.stdout.startswith("-0.74137  error_o1  slip")


def test_a_name_may_stand_before_its_number() -> None:
    """As the page *Explain my number* reads it."""
    result = explain("net_h1=0.3825", "0.4 = 0.39", "w5 = 0.4")
    assert result.exit_code == 2
    assert "0.4: no quantity has this name" in result.stderr
    result = explain("net_h1 = 0.0275", "0.4", "E_total = -0.2984")
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert lines == ["0.0275  net_h1  slip", "0.4  w5  right", "-0.2984  E_total  slip"]
    assert "either, not both" in explain("net_h1=0.0275", "--quantity", "net_h1").stderr


def test_numbers_without_a_double_are_refused() -> None:
    for text in ("1e999", "-1e999", "1e-999"):
        result = explain(text)
        assert result.exit_code == 2
        assert f"{text}: not a number" in result.stderr


def test_of_some_numbers_no_more_is_said_than_holds() -> None:
    assert explain("0.3825", "0.39", "0.298371109").stdout.splitlines()[-1].startswith("2 of the numbers come out when")


def test_exit_codes() -> None:
    assert explain("0.3775").exit_code == 0
    assert explain("0.3775", "0.4242424242").exit_code == 1
    assert explain("zero").exit_code == 2
    assert CliRunner().invoke(main, ["explain", "--network", "missing.toml", "1"]).exit_code == 2


def test_an_unknown_number_says_so() -> None:
    assert "None of the slips that are known here gives this number." in explain("0.4242424242").stdout


def test_one_quantity_is_for_all_numbers() -> None:
    data = json.loads(explain("0.0275", "0.3775", "--quantity", "net_h1", "--format", "json").stdout)
    assert [answer["quantity"] for answer in data["answers"]] == ["net_h1", "net_h1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["abc"], ["abc: not a number, and no quantity has this name", "Write numbers like"]),
        (["1.2.3,4"], ["1.2.3,4: not a number"]),
        (["1", "--quantity", "net_h9"], ["net_h9: no quantity has this name", "Did you mean net_h"]),
        (["net_h1"], ["no number to explain"]),
        (["1", "2", "3", "net_h1", "net_h2"], ["3 numbers, but 2 quantities"]),
        (["1", "--quantiti", "net_h1"], ["--quantiti: no such option", "Did you mean --quantity?"]),
        (["1"] * 101, ["more than 100 numbers"]),
        (["x" * 500], ["…: not a number"]),
        ([], ["Missing argument"]),
        (["1", "--format", "xml"], ["xml"]),
    ],
)
def test_bad_input_is_told(arguments: list[str], said: list[str]) -> None:
    result = explain(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    for each in said:
        assert each in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 700


def test_all_that_is_wrong_is_told_at_once() -> None:
    result = explain("abc", "1", "--quantity", "net_h9")
    assert result.stderr.count("error: ") == 2
