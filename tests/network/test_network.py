"""The network file: every mistake is reported with its place; what is written reads back equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_docgen.errors import NetworkError, Problem
from backprop_docgen.formula.activations import ACTIVATIONS
from backprop_docgen.network.file import parse_network, read_network, to_toml
from backprop_docgen.network.network import Display, Example, Layer, Network, Training

ROOT = Path(__file__).parents[2]
GOOD = """\
[network]
inputs = [0.05, 0.10]
targets = [0.01, 0.99]
loss = "squared_error"
[[layer]]
weights = [[0.15, 0.20],
           [0.25, 0.30]]
bias = 0.35
[[layer]]
activation = "logistic"
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = [0.60, 0.61]
[training]
iterations = 10
[display]
decimals = 9
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(NetworkError) as caught:
        parse_network(text, "n.toml")
    return caught.value.problems


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_default_network_keeps_the_decimal_literals() -> None:
    network = read_network(ROOT / "network.toml")
    assert network.examples == (Example((Decimal("0.05"), Decimal("0.1")), (Decimal("0.01"), Decimal("0.99"))),)
    assert network.layers[1] == Layer(
        "logistic",
        ((Decimal("0.4"), Decimal("0.45")), (Decimal("0.5"), Decimal("0.55"))),
        (Decimal("0.6"),),
    )
    assert (network.inputs, network.outputs, network.training.iterations) == (2, 2, 10_000)


def test_defaults_and_biases() -> None:
    network = parse_network("[network]\ninputs=[1]\ntargets=[2]\n[[layer]]\nweights=[[3]]\n", "n.toml")
    assert network == Network(
        (Example((Decimal(1),), (Decimal(2),)),), (Layer("logistic", ((Decimal(3),),), (Decimal(0),)),)
    )
    per_neuron = parse_network(GOOD, "n.toml").layers[1]
    assert not per_neuron.shared_bias
    assert per_neuron.biases == (Decimal("0.60"), Decimal("0.61"))
    assert parse_network("\ufeff" + GOOD, "n.toml") == parse_network(GOOD.replace("\n", "\r\n"), "n.toml")
    marks = parse_network(changed("decimals = 9", 'decimal_mark = { es = "," }'), "n.toml").display.decimal_mark
    assert marks == {"es": ",", "en": "."}


# old text, new text, line, key, words of the message and its advice
CASES = [
    ("[0.05, 0.10]", '["0.05", 0.10]', 2, "network.inputs[1]", 'the text "0.05" is not a number; expected a number'),
    ("[0.05, 0.10]", "[true, 0.10]", 2, "network.inputs[1]", "true is not a number"),
    ("[0.05, 0.10]", "[0.05,\n nan]", 3, "network.inputs[2]", "nan cannot be computed with; expected a finite number"),
    ("[0.05, 0.10]", "[0.05, -inf]", 2, "network.inputs[2]", "-inf cannot be computed with"),
    ("[0.05, 0.10]", "[0.05, 1e999999999]", 2, "network.inputs[2]", "1e999999999 is out of range"),
    ("[0.05, 0.10]", "[0.05, 1e99999999999999999999999]", 2, "network.inputs[2]", "is out of range"),
    ("[0.05, 0.10]", "[0.05, 1e-400]", 2, "network.inputs[2]", "1e-400 is out of range; expected 0, or 1e-300"),
    ("[0.05, 0.10]", f"[0.05, 0.{'1' * 70}]", 2, "network.inputs[2]", "too long; expected at most 60 digits"),
    ("[0.05, 0.10]", f"[0.05, {'1' * 70}]", 2, "network.inputs[2]", "too long; expected at most 60 digits"),
    ("[0.05, 0.10]", f"[0.05, {'1' * 5000}]", 2, None, "thousands of digits"),
    ("[0.05, 0.10]", "[0.05, 2020-01-01]", 2, "network.inputs[2]", "a date or time is not a number"),
    ("[0.05, 0.10]", "[0.05, [1]]", 2, "network.inputs[2]", "a list is not a number"),
    ("[0.05, 0.10]", "0.05", 2, "network.inputs", "0.05 is not a list; expected a list of numbers"),
    ("[0.05, 0.10]", "[]", 2, "network.inputs", "this list is empty; expected 1 to 64 numbers"),
    ("[0.05, 0.10]", f"{[1] * 65}", 2, "network.inputs", "this list has 65 items; expected 1 to 64"),
    ("[0.01, 0.99]", "[0.01]", 3, "network.targets", "there is 1 target, but the last layer has 2 neurons"),
    ("targets", "target", 1, "network.targets", "missing; expected a list of numbers"),
    ("targets", "target", 3, "network.target", "unknown key in [network]"),
    ("targets", "target", 3, "network.target", "Did you mean targets"),
    ('"squared_error"', '"mse"', 4, "network.loss", "Did you mean mean_squared_error?"),
    ('"squared_error"', '"sqared_error"', 4, "network.loss", "Did you mean squared_error"),
    ('"squared_error"', "1", 4, "network.loss", "1 is no loss"),
    ('"squared_error"', "[1]", 4, "network.loss", "a list is no loss"),
    ('"squared_error"', '"categorical_cross_entropy"', 10, "layer[2].activation", "expected softmax, because"),
    ('"squared_error"', '"binary_cross_entropy"\nlearning_rate = 0', 5, "network.learning_rate", "greater than 0"),
    ('"squared_error"', '"squared_error"\niterations = 1', 5, "network.iterations", "It belongs in [training]."),
    ('"squared_error"', '"squared_error"\nseed = -1', 5, "network.seed", "whole number from 0 to 1000000000"),
    ('"squared_error"', '"squared_error"\nloss = "x"', 5, "network.loss", "given twice, first on line 4"),
    ("[0.15, 0.20]", "[0.15, 0.20, 3]", 6, "layer[1].weights[1]", "has 3 weights, but the network has 2 inputs"),
    (
        "[0.25, 0.30]",
        "[0.25]",
        7,
        "layer[1].weights[2]",
        "has 1 weight, but the network has 2 inputs; expected 2 numbers",
    ),
    ("[0.25, 0.30]", "[]", 7, "layer[1].weights[2]", "this list is empty"),
    ("[0.25, 0.30]", "[0.25, 'x']", 7, "layer[1].weights[2][2]", 'the text "x" is not a number'),
    (
        "[0.25, 0.30]]",
        "[0.25, 0.30], [1, 2]]",
        11,
        "layer[2].weights[1]",
        "the layer before has 3 neurons; expected 3 numbers",
    ),
    ("[0.60, 0.61]", "[0.60]", 12, "layer[2].bias", "has 1 bias, but the layer has 2 neurons; expected 2 numbers"),
    ("[0.60, 0.61]", "[0.60, false]", 12, "layer[2].bias[2]", "false is not a number"),
    ("[0.60, 0.61]", '"0"', 12, "layer[2].bias", 'the text "0" is not a number'),
    ('"logistic"', '"sigmoid"', 10, "layer[2].activation", "Did you mean logistic?"),
    ('"logistic"', '"ReLu"', 10, "layer[2].activation", "Did you mean relu"),
    ('"logistic"', '"softmax"', 4, "network.loss", "expected categorical_cross_entropy"),
    ('"logistic"', '"logistic"\nneurons = 3', 11, "layer[2].neurons", "neurons is 3, but weights has 2 rows"),
    ('"logistic"', '"logistic"\nneurons = 0', 11, "layer[2].neurons", "expected a whole number from 1 to 64"),
    ('"logistic"', '"logistic"\nneurons = 2.0', 11, "layer[2].neurons", "2.0 is not a whole number"),
    ('"logistic"', '"logistic"\nnode.x = 1', 11, "layer[2].node", "unknown key in [[layer]]"),
    ("bias = 0.35", "bias = 0.35\n[[layer]]", 9, "layer[2]", "no weights and no neurons"),
    ("bias = 0.35", 'activation = "softmax"', 8, "layer[1].activation", "only in the output layer"),
    ("bias = 0.35", "[layer.bias]\nx = 1", 8, "layer[1].bias", "a table is not a number"),
    ("iterations = 10", "iterations = 1e3", 14, "training.iterations", "1e3 is not a whole number"),
    ("iterations = 10", "iterations = 1000001", 14, "training.iterations", "from 0 to 1000000"),
    ("iterations = 10", 'update = "seqential"', 14, "training.update", "Did you mean sequential?"),
    ("iterations = 10", "update_biases = 1", 14, "training.update_biases", "expected true or false"),
    ("[training]", "[trainig]", 13, "trainig", "Did you mean training?"),
    ("[training]", "[[training]]", 13, "training", "expected [training], in single brackets"),
    ("decimals = 9", "decimals = 16", 16, "display.decimals", "from 2 to 15"),
    ("decimals = 9", "decimals = true", 16, "display.decimals", "true is not a whole number"),
    ("decimals = 9", 'decimal_mark = { es = ";" }', 16, "display.decimal_mark.es", 'expected one of ".", ","'),
    ("decimals = 9", 'decimal_mark = { Spanish = "," }', 16, "display.decimal_mark.Spanish", "no language code"),
    ("decimals = 9", 'decimal_mark = ","', 16, "display.decimal_mark", "expected a table such as"),
    ("decimals = 9", "example = 2", 16, "display.example", "there is no example 2; expected at most 1"),
    ("decimals = 9", 'model_output_weight = "w4"', 16, "display.model_output_weight", "expected one of w5 to w8"),
    ("decimals = 9", 'model_hidden_weight = "w5"', 16, "display.model_hidden_weight", "expected one of w1 to w4"),
    ("decimals = 9", 'model_hidden_weight = "five"', 16, "display.model_hidden_weight", 'a name such as "w5"'),
    ("decimals = 9", "decimals = 0,5", 16, None, "expected TOML"),
    ("decimals = 9", "decimals = ", 16, None, "Text stands in quotes"),
    ("decimals = 9", "[[example]]\ninputs = [1, 2]\ntargets = [1, 2]", 16, "example", "the data is given twice"),
    ("[network]", "inputs = [1]\n[network]", 1, "inputs", "It belongs in [network] or [[example]]."),
    ("[network]", "a.b.c.d.e.f.g.h.i = 1\n[network]", 1, None, "a key of very many parts"),
    ("[network]", "\0[network]", 1, None, "binary file"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), CASES)
def test_a_mistake_is_reported_with_its_place(old: str, new: str, line: int, key: str | None, words: str) -> None:
    found = problems(changed(old, new))
    assert any(problem.line == line and problem.key == key and words in str(problem) for problem in found), "\n".join(
        map(str, found)
    )
    assert all(problem.file == "n.toml" for problem in found)
    assert all("expected" in problem.message for problem in found)


def test_the_message_as_a_person_reads_it() -> None:
    (found,) = problems(changed("[0.50, 0.55]", "[0.50, 0.55, 1]"))
    assert str(found) == (
        "n.toml:11: layer[2].weights[2]: this row has 3 weights, but the layer before has 2 neurons; expected 2 numbers"
    )


def test_all_mistakes_are_reported_at_once_in_order() -> None:
    text = changed("[0.05, 0.10]", "[0.05, nan]").replace("[0.25, 0.30]", "[1]").replace("decimals = 9", "decmals = 99")
    assert [(problem.line, problem.key) for problem in problems(text)] == [
        (2, "network.inputs[2]"),
        (7, "layer[1].weights[2]"),
        (16, "display.decmals"),
    ]


def test_no_layers() -> None:
    missing = problems("[network]\ninputs = [1]\ntargets = [1]\n")
    assert [(problem.key, problem.message) for problem in missing] == [
        ("layer", "missing; expected at least one [[layer]] table")
    ]
    (empty,) = problems("layer = []\n[network]\ninputs = [1]\ntargets = [1]\n")
    assert (empty.line, empty.message) == (1, "the file has no layers; expected 1 to 7")
    (single,) = problems("[network]\ninputs = [1]\ntargets = [1]\n[layer]\nneurons = 1\n")
    assert (single.line, single.key) == (4, "layer")
    assert "[[layer]], in double brackets" in single.message


def test_examples_must_agree() -> None:
    start = "[[layer]]\nneurons = 1\n[[example]]\ninputs = [1, 2]\ntargets = [1]\n[[example]]\n"
    assert len(parse_network(start + "inputs = [3, 4]\ntargets = [0]\n", "n.toml").examples) == 2
    found = problems(start + "inputs = [3]\ntargets = [0, 1]\n")
    assert [(problem.line, problem.key) for problem in found] == [(7, "example[2].inputs"), (8, "example[2].targets")]
    (missing,) = problems(start + "inputs = [3, 4]\n")
    assert (missing.line, missing.key) == (6, "example[2].targets")
    (many,) = problems("[[layer]]\nneurons = 1\n" + "[[example]]\ninputs = [1]\ntargets = [1]\n" * 1001)
    assert many.message == "the file has 1001 examples; expected 1 to 1000"


@pytest.mark.parametrize(
    ("loss", "activation", "targets", "words"),
    [
        ("binary_cross_entropy", "logistic", "[0.5, 1.5]", "expected 0 to 1"),
        ("binary_cross_entropy", "tanh", "[0, 1]", "needs outputs between 0 and 1"),
        ("categorical_cross_entropy", "softmax", "[0.5, 0.6]", "the targets sum to 1.1; expected exactly 1"),
        ("categorical_cross_entropy", "softmax", "[-0.5, 1.5]", "expected at least 0"),
        ("categorical_cross_entropy", "logistic", "[0, 1]", "expected softmax"),
    ],
)
def test_loss_and_targets(loss: str, activation: str, targets: str, words: str) -> None:
    (found,) = problems(
        f'[network]\ninputs = [1]\ntargets = {targets}\nloss = "{loss}"\n'
        f'[[layer]]\nneurons = 2\nactivation = "{activation}"\n'
    )
    assert words in found.message


def test_too_large() -> None:
    data = "[network]\ninputs = [1]\ntargets = [1]\n"
    (wide,) = problems(data + "[[layer]]\nneurons = 60\n[[layer]]\nneurons = 60\n[[layer]]\nneurons = 1\n")
    assert wide.message == "the network has 3723 weights and biases; expected at most 2000"
    (deep,) = problems(data + "[[layer]]\nneurons = 1\n" * 8)
    assert deep.message == "the file has 8 layers; expected 1 to 7"
    (giant,) = problems(data + "[[layer]]\nneurons = 1000000000\n[[layer]]\nneurons = 1\n")
    assert (giant.line, giant.key) == (5, "layer[1].neurons")


def test_drawn_weights_depend_on_seed_and_layer_alone() -> None:
    data = "[network]\ninputs = [1, 2]\ntargets = [1]\nseed = {}\n"
    hidden, end = "[[layer]]\nneurons = 20\n", "[[layer]]\nneurons = 1\n"
    short = parse_network(data.format(1) + hidden + end, "n.toml")
    long = parse_network(data.format(1) + hidden + hidden + end, "n.toml")
    other = parse_network(data.format(2) + hidden + end, "n.toml")
    assert short.layers[0] == long.layers[0]
    assert short.layers[0] != other.layers[0]
    assert short.layers[0].random
    weights = [weight for row in long.layers[1].weights for weight in row]
    assert len(set(weights)) > 100
    assert all(abs(weight) <= 1 and weight == round(weight, 2) for weight in weights)


def test_files_that_are_none(tmp_path: Path) -> None:
    cases: dict[str, tuple[bytes, str]] = {
        "latin": (b"# one\n# \xe9\n", "not a text in UTF-8"),
        "utf16": (GOOD.encode("utf-16"), "not a text in UTF-8"),
        "image": (b"\x89PNG\r\n\x1a\n\0", "not a text in UTF-8"),
        "zeros": (b"\0" * 100, "binary file"),
        "big": (b"#" * 1_000_001, "expected at most 1 MB"),
    }
    for name, (content, words) in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(NetworkError, match=words) as caught:
            read_network(path)
        assert caught.value.problems[0].file == str(path)
        assert name != "latin" or caught.value.problems[0].line == 2
    none: list[tuple[Path | str, str]] = [
        (tmp_path, "this is a folder"),
        (tmp_path / "none", "no such file"),
        ("a\0b", "cannot be read"),
    ]
    for place, words in none:
        with pytest.raises(NetworkError, match=words):
            read_network(place)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 400_000,
        "a = " + "[" * 200 + "]" * 200,
        "a = " + "{a=" * 100_000,
        "a" + ".a" * 400_000 + " = 1",
        "[" + "a." * 400_000 + "a]",
        "[network]\ninputs = [" + "1," * 149_000 + "]\n",
        "[network]\ninputs = [" + "1," * 490_000 + "]\n",
        "[network]\ninputs = [" + "'x'," * 240_000 + "]\n",
        "[[layer]]\nweights = [" + "[]," * 330_000 + "]\n",
        "[[layer]]\n" * 90_000,
        "\n".join(f"k{index} = 1" for index in range(80_000)),
        "[network]\ninputs = [" + "0x" + "f" * 900_000 + "]\n",
        "[network]\ninputs = [" + "1" * 900_000 + "]\n",
        "[network]\ninputs = [0." + "1" * 900_000 + "]\n",
        "[network]\nloss = '" + "x" * 900_000 + "'\n",
        "[network]\n" + "x" * 900_000 + " = 1\n",
    ],
    ids=range(16),
)
def test_hostile_texts_fail_with_a_short_report(text: str) -> None:
    found = problems(text)
    assert len(found) <= 101
    assert len("\n".join(map(str, found))) < 60_000


numbers = st.one_of(
    st.decimals(min_value=-100, max_value=100, places=3),
    st.decimals(allow_nan=False, allow_infinity=False).filter(
        lambda value: not value or Decimal("1e-300") <= value.copy_abs() <= Decimal("1e308")
    ),
).filter(lambda value: len(value.as_tuple().digits) <= 60)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))

    def row(length: int) -> tuple[Decimal, ...]:
        return tuple(draw(numbers) for _ in range(length))

    layers = []
    names = [name for name in ACTIVATIONS if name != "softmax"]
    for sources, neurons in pairwise(widths):
        shared = draw(st.booleans())
        layers.append(
            Layer(
                draw(st.sampled_from(names)),
                tuple(row(sources) for _ in range(neurons)),
                row(1 if shared else neurons),
                shared,
            )
        )
    display = Display(
        decimals=draw(st.integers(2, 15)),
        decimal_mark={"es": draw(st.sampled_from(".,")), "en": ".", "pt-BR": ","},
        model_output_weight=draw(st.sampled_from([None, f"w{sum(a * b for a, b in pairwise(widths))}"])),
    )
    count = draw(st.integers(1, 3))
    return Network(
        tuple(Example(row(widths[0]), row(widths[-1])) for _ in range(count)),
        tuple(layers),
        learning_rate=draw(numbers.filter(lambda value: value > 0)),
        loss=draw(st.sampled_from(["squared_error", "mean_squared_error"])),
        seed=draw(st.integers(0, 10**9)),
        training=Training(draw(st.integers(0, 10**6)), draw(st.sampled_from(["simultaneous", "sequential"])), True),
        display=replace(display, example=draw(st.integers(1, count))),
    )


@settings(deadline=None, max_examples=60)
@given(networks())
def test_round_trip(network: Network) -> None:
    assert parse_network(to_toml(network), "n.toml") == network


def test_round_trip_of_drawn_weights() -> None:
    network = parse_network(
        "[[layer]]\nneurons = 3\n[[layer]]\nneurons = 1\n[[example]]\ninputs=[1]\ntargets=[1]\n", "n"
    )
    assert parse_network(to_toml(network), "n") == network


PIECES = [
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "=",
    ".",
    ",",
    "\n",
    "#",
    "-",
    "e9",
    "nan",
    "[[layer]]",
    "a.b=1",
    "\\",
    "\ud800",
]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 6), st.sampled_from(PIECES) | st.text(max_size=3)),
        min_size=1,
        max_size=4,
    )
)
def test_mutations_raise_nothing_but_network_errors(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    try:
        network = parse_network(text, "n.toml")
    except NetworkError as error:
        reported = error.problems
    else:
        reported = ()
        assert parse_network(to_toml(network), "n.toml") == network
    assert all(problem.file == "n.toml" and "expected" in problem.message for problem in reported)
