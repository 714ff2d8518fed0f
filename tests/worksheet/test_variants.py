"""Nudges, common mistakes and miscopied numbers: worksheets that differ in a formula, and all that follows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from backprop_docgen.errors import NetworkError, QuantityError
from backprop_docgen.formula.tree import Symbol
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Display, Network, Training
from backprop_docgen.slips.mistakes import add_variations, known_mistakes
from backprop_docgen.worksheet.course import Course, build_course, counts, milestones
from backprop_docgen.worksheet.variants import miscopied, model_weights
from backprop_docgen.worksheet.worksheets_toml import add_named_worksheets
from networks import ROOT, random_network


def default() -> Network:
    return read_network(ROOT / "network.toml")


def with_variants(network: Network) -> Course:
    course = build_course(network)
    add_variations(course)
    return course


def test_the_model_weights_are_the_files_or_the_first_of_their_layer() -> None:
    assert (model_weights(default()).output, model_weights(default()).hidden) == ("w5", "w1")
    display = Display(model_output_weight="w8", model_hidden_weight="w2")
    chosen = model_weights(replace(default(), display=display))
    assert (chosen.output, chosen.hidden) == ("w8", "w2")
    flat = next(n for n in map(random_network, range(100)) if len(n.layers) == 1)
    assert (model_weights(flat).output, model_weights(flat).hidden) == ("w1", None)


def test_a_nudge_moves_one_weight_and_what_follows() -> None:
    course = with_variants(default())
    nudged = course.quantity("nudge:w5")
    assert nudged.exact == Fraction("0.41")
    assert course.quantity("nudge:net_h1") == course.quantity("net_h1")
    assert course.quantity("nudge:E_total").value > course.quantity("E_total").value


@pytest.mark.parametrize(("up", "down", "weight"), [("up", "down", "w5"), ("up-hidden", "down-hidden", "w1")])
def test_central_differences_of_the_worksheets_are_the_gradient(up: str, down: str, weight: str) -> None:
    course = with_variants(default())
    rise = course.quantity(f"{up}:E_total").value - course.quantity(f"{down}:E_total").value
    assert rise / 2e-4 == pytest.approx(course.quantity(f"dE_total/d{weight}").value, rel=1e-6)


def test_every_mistake_shows_where_it_says_and_spares_the_forward_pass() -> None:
    course = with_variants(default())
    mistakes = known_mistakes(course)
    assert set(mistakes) == {
        "plus", "no-slope", "logistic-twice", "slope-of-net", "only-first-path", "swapped", "updated-weights",
    }  # fmt: skip
    for mistake in mistakes.values():
        wrong = course.quantity(f"{mistake.key}:{mistake.quantity}").value
        right = mistake.quantity.replace("dE_sequential", "dE_total")
        assert wrong != pytest.approx(course.quantity(right).value, rel=1e-4), mistake.key
        assert course.quantity(f"{mistake.key}:out_o1").value == course.quantity("out_o1").value


def test_going_uphill_raises_the_loss() -> None:
    course = with_variants(default())
    assert course.quantity("plus:E_total@1").value > course.quantity("E_total").value


def test_uphill_the_biases_go_too_where_they_are_trained() -> None:
    course = with_variants(read_network(ROOT / "tests" / "networks" / "own-biases.toml"))
    for name in ("w5", "b1", "b4"):
        now, right, wrong = (course.quantity(x).value for x in (name, f"{name}@1", f"plus:{name}@1"))
        assert wrong - now == pytest.approx(now - right)
    assert course.quantity("plus:E_total@1").value > course.quantity("E_total").value


@pytest.mark.parametrize("seed", range(30))
def test_variants_exist_for_any_network(seed: int) -> None:
    course = with_variants(random_network(seed))
    for mistake in known_mistakes(course).values():
        assert mistake.key in course.sheets
        assert course.quantity(f"{mistake.key}:{mistake.quantity}").tree is not None


def test_a_typed_number_is_rounded_and_its_consequences_follow() -> None:
    course = build_course(default())
    sheet = miscopied(course.default, "typed", {"w2": Symbol("w1")}, {"out_h1": 3})
    assert sheet.worksheet["w2"].value == 0.15
    assert sheet.worksheet["out_h1"].exact == Fraction("0.593")
    assert sheet.worksheet["net_o1"].value != course.quantity("net_o1").value
    assert sheet.varied


def test_the_engine_does_not_go_on_from_a_variant() -> None:
    course = with_variants(default())
    with pytest.raises(QuantityError):
        course.quantity("nudge:E_total@2")


def test_a_taken_name_is_refused() -> None:
    course = with_variants(default())
    with pytest.raises(QuantityError, match="exists already"):
        course.add("nudge", course.default)


def test_counts() -> None:
    sheet = counts(default()).worksheet
    found = {quantity.name: quantity.value for quantity in sheet}
    assert found["weights"] == 8
    assert found["biases"] == 2
    assert found["parameters"] == 10
    assert found["iterations"] == 10_000
    assert all(quantity.exact is not None for quantity in sheet)
    assert milestones(10_000) == [1, 10, 100, 1000, 10_000]
    assert milestones(5) == [1, 5]
    assert milestones(0) == []


def test_updates_beyond_the_files_iterations_are_computed_too() -> None:
    network = replace(default(), training=Training(iterations=3))
    course = build_course(network)
    assert course.quantity("E_total@5").value < course.quantity("E_total@3").value < course.quantity("E_total").value
    assert course.quantity("E_total@5").tree is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a]\n", "needs a network"),
        ('[a]\nbase = "nowhere"\n', "needs a network"),
        ('[a]\nbase = ""\ntyped = { "w99" = 2 }\n', "no quantity"),
        ('[a]\nbase = ""\n[a.replace]\n"w1" = ["boom", 1]\n', "not an expression tree"),
        ('[a]\nbase = ""\n[a.replace]\n"w1" = 1e999999999\n', "not an expression tree"),
        ('[a]\nbase = ""\n[a.replace]\n"w1" = nan\n', "not an expression tree"),
        ('[a]\nbase = ""\n[a.replace]\n"w1" = ["q", "out_o1"]\n', "depends on itself"),
        ('[a]\nbase = ""\n[a.replace]\n"w99" = ["q", "out_o1"]\n', "no quantity"),
        ('[a]\nnetwork = "missing.toml"\n', "missing.toml"),
        ("[a]\ntypd = {}\n", "a.typd: unknown key in a worksheet; expected one of .*\\n    Did you mean typed"),
        ('[a]\nbase = 1\n[b]\ntyped = { "w1" = 16 }\n', "a.base: 1 is no text(.|\\n)*b.typed.w1: 16 is out of range"),
        ("a = 1\n", "a: 1 is not a table"),
        ("[a\n", "w.toml"),
        (f"a = {'[' * 5000}", "w.toml"),
        (f"a = 1{'0' * 5000}", "w.toml"),
    ],
)
def test_mistakes_in_the_file_of_worksheets_are_reported(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "w.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(NetworkError, match=words):
        add_named_worksheets(build_course(default()), path)
