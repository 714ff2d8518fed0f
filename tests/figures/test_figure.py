"""Figures: what stands in them is computed, marked, legible, and never on top of something else."""

from __future__ import annotations

import json
import math
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from backprop_docgen.engine.engine import Engine, History, Parameters, train
from backprop_docgen.errors import TemplateError
from backprop_docgen.figures.answers import answers
from backprop_docgen.figures.figure import Figure, tried
from backprop_docgen.figures.scene import KINDS, STEPPING, STEPS, OnDemand, Scene, requests
from backprop_docgen.formula.evaluate import evaluate
from backprop_docgen.formula.tree import symbols
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.numbers.rounding import parse, printed
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.v8.context import Context, Script, V8Error
from backprop_docgen.v8.join import joined
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import Sheet, build_course, varied_sheet
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.worksheet import Worksheet
from browser_modules import ASSETS

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden" / "figures"
SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = ("tall", "wide")


def layered(inputs: int, *layers: tuple[int, str], head: str = "") -> Network:
    """A network with random weights; targets fit every activation and loss."""
    numbers = [round(0.1 + 0.07 * i, 2) for i in range(inputs)]
    targets = [1.0] + [0.0] * (layers[-1][0] - 1)
    text = f"[network]\ninputs = {numbers}\ntargets = {targets}\n{head}\n"
    for neurons, activation in layers:
        text += f'[[layer]]\nneurons = {neurons}\nactivation = "{activation}"\nbias = 0.1\n'
    return parse_network(text, "test.toml")


NETWORKS = {
    "default": read_network(ROOT / "network.toml"),
    "three-four-one": layered(3, (4, "logistic"), (1, "logistic")),
    "deep": layered(2, (3, "tanh"), (3, "tanh"), (2, "tanh")),
    "wide": layered(10, (20, "logistic"), (10, "relu")),
    "flat": layered(2, (2, "identity")),
    "softmax": layered(3, (2, "relu"), (5, "softmax"), head='loss = "categorical_cross_entropy"'),
    "six": layered(4, (6, "tanh"), (6, "logistic")),
    "long": layered(2, *[(3, "tanh")] * 6, (2, "tanh")),
    "own-biases": read_network(ROOT / "tests" / "networks" / "own-biases.toml"),
    "long-numbers": parse_network(
        """
        network = { inputs = [0.123456789012345, -123456.789], targets = [0.5, 0.25] }
        display = { decimals = 15 }
        layer = [
          { weights = [[1234.56789, -0.000012345], [0.1, 0.2]], activation = "tanh", bias = -12345.678 },
          { weights = [[1e-7, -0.2], [12345, 3]], activation = "identity", bias = [0.1, 2] },
        ]
        """,
        "long.toml",
    ),
}
SQUARES = {  # those of a page of the project's own, and how often each is trained here
    f"{key} {steps}": replace(network, training=replace(network.training, iterations=steps))
    for key, steps in (("xor", 150), ("xor-flat", 1), ("xor-twins", 150), ("xor", 0))
    for network in [read_network(ROOT / "networks" / f"{key}.toml")]
}
MARKS = {"xor 150": ("es", ","), "default": ("en", "."), "deep": ("es", ","), "wide": ("es", ".")}
DRAWER = OnDemand()


def sheet_of(network: Network, losses: Sequence[float] | None = None, name: str = "") -> Sheet:
    """The worksheet of a network, with a short training or the given losses."""

    def run(network: Network, iterations: int, keep: Iterable[int]) -> History:
        if losses is None:
            steps = min(iterations, 150) if network in SQUARES.values() else 150
            return train(Engine(network), steps, {steps, *keep})
        last, start = len(losses) - 1, Engine(network).initial
        exact = Parameters(*(tuple(map(np.zeros_like, arrays)) for arrays in (start.weights, start.biases)))
        return History(np.array(losses), {last: start}, {last: exact})

    return Sheet(network, build_worksheet(network, name), run=run)


def draw(kind: str, sheet: Sheet, language: Language = load_language("en")) -> Figure:  # noqa: B008
    return DRAWER.draw([Scene(kind, sheet, language)])[0]


EVERY_FIGURE = [
    *((key, kind) for key in NETWORKS for kind in KINDS if kind != "regions"),
    *((key, "regions") for key in SQUARES),
]
EVERY_FIGURE.remove(("flat", "hidden-paths"))


@cache
def every_figure() -> dict[tuple[str, str], tuple[Scene, Figure]]:
    """All of them in one batch."""
    sheets = {key: sheet_of(network) for key, network in (NETWORKS | SQUARES).items()}
    scenes = [Scene(kind, sheets[key], load_language(*MARKS.get(key, ("en", ".")))) for key, kind in EVERY_FIGURE]
    return dict(zip(EVERY_FIGURE, zip(scenes, DRAWER.draw(scenes), strict=True), strict=True))


def drawn(key: str, kind: str) -> tuple[Scene, Figure]:
    return every_figure()[key, kind]


def roots(figure: Figure) -> list[ET.Element]:
    """Its drawings."""
    return [ET.fromstring(svg) for svg in figure.svgs]


def nodes(figure: Figure) -> list[ET.Element]:
    """All that is in its drawings."""
    return [node for root in roots(figure) for node in root.iter()]


def with_losses(losses: Sequence[float], code: str = "en") -> Figure:
    return draw("loss-curve", sheet_of(NETWORKS["default"], losses), load_language(code))


def test_python_knows_every_kind() -> None:
    def script() -> str:
        return f"const figures = {joined(ASSETS, ['figures/figure.mjs'])};"

    with closing(Context()) as context:
        assert tuple(context.call(script, "(() => [...figures.KINDS.keys()])", "null")) == KINDS


def test_a_figure_of_a_named_worksheet_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers and its ids carry the name, so that it may stand beside the network's own."""
    course = build_course(NETWORKS["default"])
    add_variations(course)
    for name, key in (("one", "softmax"), ("two", "deep")):
        course.add(name, sheet_of(NETWORKS[key], name=name))
    course.add("slip", varied_sheet(course.sheets["one"], "slip", {}))
    english = load_language("en")
    figure = DRAWER.draw([Scene.of("circuit@one", course, english)])[0]
    assert all(name.startswith("one:") for name in figure.names)
    root = roots(figure)[0]
    assert root.get("data-sheets") == "one"
    assert root.get("aria-labelledby") == "bp-circuit-one-tall-title bp-circuit-one-tall-desc"
    assert DRAWER.draw([Scene.of("circuit", course, english)])[0] == draw("circuit", course.default)
    monkeypatch.setattr("backprop_docgen.figures.scene.SEVERAL", ("circuit", "loss-curve"))
    several = DRAWER.draw([Scene.of(f"{kind}@one+two", course, english) for kind in ("circuit", "loss-curve")])
    assert [roots(each)[0].get("data-sheets") for each in several] == ["one+two"] * 2
    monkeypatch.undo()
    for shown, said in {
        "circuit@oen": "circuit: there is no worksheet 'oen' with a network of its own\n    Did you mean one?",
        "circuit@no-slope": "circuit: there is no worksheet 'no-slope'",
        "circuit@one+two": "circuit: a figure of this kind shows one worksheet",
        "loss-curve@slip": "loss-curve: a worksheet of replaced formulas is not trained",
        "hidden-paths@flat": "there is no worksheet 'flat'",
    }.items():
        with pytest.raises(TemplateError, match=re.escape(said)):
            Scene.of(shown, course, english)


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_networks_figures_are_the_stored_ones(kind: str) -> None:
    """Set UPDATE_GOLDEN=1 to store them anew, then look at them."""
    key = "xor 150" if kind == "regions" else "default"
    for svg, layout in zip(drawn(key, kind)[1].svgs, LAYOUTS, strict=False):
        path = GOLDEN / f"{kind}.{layout}.svg"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(svg + "\n", encoding="utf-8")
        assert svg + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_every_marked_number_is_the_one_of_the_worksheet(key: str, kind: str) -> None:
    scene, figure = drawn(key, kind)
    worksheet, losses = scene.sheet.worksheet, scene.sheet.history().losses
    shown: list[str] = []
    for node in nodes(figure):
        decimals = int(node.get("data-decimals", scene.sheet.network.display.decimals))
        if name := node.get("data-q"):
            shown.append(name)
            if name.endswith(f"@{len(losses) - 1}"):
                expected = printed(scene.sheet.quantity(Name.parse(name)).number, decimals)
            else:
                expected = printed(worksheet[name].number, decimals)
        elif tree := node.get("data-tree"):
            shown += symbols(from_json(json.loads(tree)))
            value = evaluate(from_json(json.loads(tree)), lambda name: worksheet[name].number)
            expected = printed(value, decimals)
        else:
            continue
        assert node.text == scene.language.number(expected)
    assert list(dict.fromkeys(shown)) == list(dict.fromkeys(figure.names))


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_no_number_is_left_unmarked(key: str, kind: str) -> None:
    """Digits without a mark belong to a name (lowered), or are the 1 of ∂E/∂E and of a sum's derivative."""
    _, figure = drawn(key, kind)
    for text in (node for node in nodes(figure) if node.tag == f"{SVG}text"):
        pieces = [text.text or ""]
        for run in text:
            marked = any(run.get(mark) for mark in ("data-q", "data-tick", "data-tree", "dy", "font-size"))
            pieces += ["" if marked else run.text or "", run.tail or ""]
        words = re.sub(r"\b[whb]\d+\b", "", " ".join(pieces))  # plain names: "w1 to w12", the layer of "h2"
        assert set(re.findall(r"\d+(?:[.,]\d+)?", words)) <= ({"1"} if kind == "circuit" else set())


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_the_description_lists_its_numerals_in_order(key: str, kind: str) -> None:
    scene, figure = drawn(key, kind)
    described = [root.find(f"{SVG}desc") for root in roots(figure)]
    assert next(each.text for each in described if each is not None) == figure.alt
    mark, separator = re.escape(scene.language.mark), scene.language.grouping[0]
    told: list[tuple[str, str]] = []
    for each in described:
        assert each is not None
        whole = rf"−?\d+(?:{separator}\d{{3}})*"
        numerals = re.findall(rf"(?<![\w@]){whole}(?:{mark}\d+)?(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", each.text or "")
        told += zip(numerals, (each.get("data-q-list") or "").split(), strict=True)
    for numeral, name in dict.fromkeys(told):
        if name.startswith("count:"):
            assert numeral == scene.language.integer(int(name.removeprefix("count:")))
        elif name in scene.sheet.worksheet:
            quantity = scene.sheet.worksheet[name]
            value = parse(numeral.replace(separator, ""), scene.language.mark)
            if abs(value.exponent or 0) > 5000:
                continue  # too long to be written out
            assert quantity.number.fraction is not None
            assert abs(value.value - quantity.number.fraction) <= value.half_unit


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_a_figure_can_stand_in_markdown_and_is_accessible(key: str, kind: str) -> None:
    _, figure = drawn(key, kind)
    assert "\n\n" not in figure.html
    for root, layout in zip(roots(figure), LAYOUTS, strict=False):
        assert root.get("role") == "img"
        assert root.get("class") == f"bp-figure bp-{kind} bp-{layout}"
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        assert ids == [f"bp-{kind}-{layout}-title", f"bp-{kind}-{layout}-desc"]
        assert (root.get("aria-labelledby") or "").split() == ids
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", figure.html)  # colours are the style sheet's


def test_output_path_names_its_factors_and_their_product() -> None:
    assert drawn("default", "output-path")[1].names == (
        "w5",
        "net_o1",
        "out_o1",
        "E_total",
        "dnet_o1/dw5",
        "dout_o1/dnet_o1",
        "dE_total/dout_o1",
        "dE_total/dw5",
    )


def test_hidden_paths_show_what_each_path_adds() -> None:
    _, figure = drawn("default", "hidden-paths")
    assert figure.names[-4:] == ("dE_o1/dout_h1", "dE_o2/dout_h1", "dE_total/dout_h1", "dE_total/dw1")
    assert "bp-path-a" in figure.html
    assert "bp-path-b" in figure.html


def test_regions_show_each_network_after_training_and_the_last_one_before_as_well() -> None:
    sheets = [sheet_of(SQUARES[key], name=key.split()[0]) for key in ("xor-flat 1", "xor-twins 150", "xor 150")]
    figure = DRAWER.draw([Scene("regions", sheets[0], load_language("en"), tuple(sheets[1:]))])[0]
    losses = [name for name in figure.names if "E_mean" in name]
    assert losses == ["xor-flat:E_mean@1", "xor-twins:E_mean@150", "xor:E_mean", "xor:E_mean@150"]
    assert re.findall(r"(?:\. |^)([^.:]*, (?:before|after) [^:]*):", figure.alt) == [
        "No hidden layer, after 1 update",
        "2 twin neurons, after 150 updates",
        "2 hidden neurons, before training",
        "2 hidden neurons, after 150 updates",
    ]
    for root in roots(figure):
        assert len(list(root.iter())) < 300
        assert len(root.findall(f"{SVG}rect[@class='bp-dot bp-target']")) == 2 * 4 + 1  # and in the key


def test_regions_are_the_same_whatever_the_last_bits() -> None:
    sheet = sheet_of(SQUARES["xor 150"])
    moved = tuple(array * (1 + 2**-50) for array in sheet.history().parameters[150].weights)
    sheet.history().parameters[150] = replace(sheet.history().parameters[150], weights=moved)
    told = answers(sheet)["stages"]
    assert isinstance(told, list)
    first = answers(sheet_of(SQUARES["xor 150"]))["stages"]
    assert isinstance(first, list)
    assert [each["grid"] for each in told] == [each["grid"] for each in first]


@pytest.mark.parametrize(
    ("inputs", "targets", "said"),
    [
        ("[0, 1, 0]", "[0]", "two inputs and one output"),
        ("[0, 1]", "[0, 1]", "two inputs and one output"),
        ("[0, 1.5]", "[0]", "inputs between 0 and 1"),
        ("[0, 1]", "[0.5]", "targets of 0 and 1"),
    ],
)
def test_regions_need_a_square_of_inputs(inputs: str, targets: str, said: str) -> None:
    neurons = targets.count(",") + 1
    text = f"network = {{ inputs = {inputs}, targets = {targets} }}\nlayer = [{{ neurons = {neurons} }}]\n"
    with pytest.raises(TemplateError, match=said):
        Scene("regions", sheet_of(parse_network(text, "test.toml")), load_language("en"))


def test_hidden_paths_need_a_hidden_layer() -> None:
    with pytest.raises(TemplateError, match="no hidden layer"):
        Scene("hidden-paths", sheet_of(NETWORKS["flat"]), load_language("en"))


def test_an_unknown_kind_is_told_the_nearest() -> None:
    with pytest.raises(TemplateError, match="loss-curve"):
        Scene("loss-curv", sheet_of(NETWORKS["default"]), load_language("en"))


@pytest.mark.parametrize("key", ["default", "flat"])
def test_every_sum_and_product_in_the_circuits_boxes_holds(key: str) -> None:
    """What comes back is added up, upstream × local = downstream, to the digits shown."""
    scene, figure = drawn(key, "circuit")
    for root in roots(figure):
        rows = [
            node
            for node in root.iter(f"{SVG}text")
            if (node.get("class"), node.get("text-anchor")) == ("bp-gradient", "end")
        ]
        total, slack = Fraction(0), Fraction(0)
        fresh, results = True, 0
        for sign, text in re.findall(
            r"([×+=≈])?\xa0?\s?\(?(−?[\d.,]+(?:\xa0×\xa010[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)\)?",
            "\n".join("".join(row.itertext()) for row in rows),
        ):
            number = parse(text, scene.language.mark)
            if sign in ("=", "≈"):
                assert abs(total - number.value) <= slack + number.half_unit, text
                total, slack, fresh = number.value, number.half_unit, True
                results += 1
            elif sign == "×":
                slack = slack * abs(number.value) + number.half_unit * abs(total)
                total *= number.value
            elif sign == "+" or (not fresh and text.startswith("−")):
                total, slack = total + number.value, slack + number.half_unit
            else:
                total, slack, fresh = number.value, number.half_unit, False
        assert results >= 2


@pytest.mark.parametrize("key", NETWORKS)
@pytest.mark.parametrize("kind", STEPPING)
def test_every_step_of_a_circuit_shows_something_and_is_told(key: str, kind: str) -> None:
    _, figure = drawn(key, kind)
    network = NETWORKS[key]
    for root in roots(figure):
        told = json.loads(root.get("data-steps") or "")
        names = [name for name, _ in told]
        assert len(names) == 4 + len(network.layers) + 3 * (len(network.layers) - 1)
        assert set(names) <= set(STEPS)
        assert all(words for _, words in told)
        shown = {int(node.get("data-step") or 0) for node in root.iter() if node.get("data-step")}
        assert shown <= set(range(1, len(told)))
        if kind == "circuit" and len(network.layers) == 2:
            assert shown == set(range(1, len(told)))


def test_wide_layers_are_abbreviated_and_the_figure_says_so() -> None:
    figure = draw("bare-network", sheet_of(NETWORKS["wide"]))
    assert "⋯" in figure.html
    assert "only the first and the last" in figure.alt


def test_the_weight_worked_out_is_shown_in_a_wide_layer() -> None:
    network = NETWORKS["wide"]
    weight = topology(network).weights[0][11][6]
    chosen = replace(network, display=replace(network.display, model_hidden_weight=weight))
    assert weight in draw("hidden-paths", sheet_of(chosen)).names


def test_negative_weights_are_dashed_and_large_ones_thick() -> None:
    network = parse_network(
        '[network]\ninputs = [1, 1]\ntargets = [0]\n[[layer]]\nactivation = "tanh"\nweights = [[0.5, -1]]\n', "x.toml"
    )
    for root in roots(draw("bare-network", sheet_of(network))):
        shafts = [p for p in root.iter(f"{SVG}path") if "bp-weight" in (p.get("class") or "") and p.get("stroke")]
        small, large = sorted({(float(p.get("stroke-width") or 0), p.get("stroke-dasharray")) for p in shafts})
        assert small[1] is None
        assert large[1]


def test_texts_are_escaped() -> None:
    language = Language("en", strings={"inputs": "a < b & c", "The network": "<x>"})
    figure = draw("bare-network", sheet_of(NETWORKS["default"]), language)
    assert "a &lt; b &amp; c" in figure.html
    assert "&lt;x&gt;" in figure.html
    assert roots(figure)


STRANGE: list[tuple[list[float], str]] = [
    ([0.5, 0.25, 0.0, 0.0], "From iteration 2 on the loss is exactly zero"),
    ([0.5, 0.0, 0.25], "At iteration 1 the loss is exactly zero"),
    ([0.0], "At iteration 0 the loss is exactly zero"),
    ([0.5, math.inf, math.nan], "From iteration 1 on the loss is not a finite number"),
    ([0.5, math.nan, 0.4], "At iteration 1 the loss is not a finite number"),
    ([0.5] * 200, "The loss does not change"),
]


@pytest.mark.parametrize(("losses", "words"), STRANGE)
def test_the_loss_curve_says_what_its_axis_cannot_show(losses: list[float], words: str) -> None:
    figure = with_losses(losses)
    assert words in figure.alt
    for svg in figure.svgs:
        assert words[:20] in re.sub(r"<[^>]+>", "", svg.partition("</desc>")[2])


def test_an_ordinary_loss_curve_needs_no_words() -> None:
    assert "The loss over the iterations, on a logarithmic axis. E_total" in with_losses([0.5, 0.25, 0.125]).alt


@pytest.mark.parametrize(
    "losses", [[0.3], [1e-320, 1e300], [5e-324] * 3, [1.0, 10.0, 100.0], [0.1 * 1.01**k for k in range(500)]]
)
def test_the_curve_and_its_ticks_stay_on_the_sheet(losses: list[float]) -> None:
    for root in roots(with_losses(losses)):
        width, height = map(float, (root.get("viewBox") or "").split()[2:])
        for path in root.iter(f"{SVG}path"):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d") or "")]
            assert all(0 <= x <= width for x in numbers[::2])
            assert all(0 <= y <= height for y in numbers[1::2])
        assert len(list(root.iter(f"{SVG}tspan"))) < 60


TOGETHER = ("slow-near", "slow-far", "slow-cross")
IN_A_ROW = ("rate-low", "rate-good", "rate-high", "rate-beyond")


@cache
def several_trainings(names: tuple[str, ...], code: str = "en") -> Figure:
    """Curves of the site's own worksheets."""
    sheets = [Sheet(network, build_worksheet(network, name)) for name, network in map(own_network, names)]
    return DRAWER.draw([Scene("curves", sheets[0], load_language(code), tuple(sheets[1:]))])[0]


def own_network(name: str) -> tuple[str, Network]:
    return name, read_network(ROOT / "networks" / f"{name}.toml")


@pytest.mark.parametrize("names", [TOGETHER, IN_A_ROW])
def test_curves_of_several_trainings_name_the_numbers_of_each(names: tuple[str, ...]) -> None:
    figure = several_trainings(names)
    assert {name.partition(":")[0] for name in figure.names} == set(names)
    assert figure.alt.count(" at the start; E_total") == len(names)
    for root in roots(figure):
        curves = [p for p in root.iter(f"{SVG}path") if "bp-rule" not in (p.get("class") or "")]
        in_key = len(names) if names is TOGETHER else 0
        assert len(curves) == len(names) + in_key


def test_trainings_that_differ_in_their_rate_alone_stand_in_a_row() -> None:
    row, together = several_trainings(IN_A_ROW), several_trainings(TOGETHER)
    for name in IN_A_ROW:
        assert row.svgs[0].count(f'data-q="{name}:eta"') == 1
    assert "eta" not in re.sub(r"<desc.*?</desc>", "", together.svgs[0])
    assert "entropía cruzada" in several_trainings(TOGETHER, "es").alt


def test_a_training_that_begins_at_a_loss_of_zero_has_no_share_to_draw() -> None:
    figure = draw("curves", sheet_of(NETWORKS["default"], [0.0, 0.0]))
    assert "NaN" not in figure.html
    assert "bp-path" not in figure.html


def test_first_hundred_iterations_have_a_panel_of_their_own_only_when_there_are_more() -> None:
    assert "The first" in with_losses([0.5 / k for k in range(1, 103)]).html
    assert "The first" not in with_losses([0.5 / k for k in range(1, 102)]).html


def test_a_spike_survives_the_thinning_of_a_long_curve() -> None:
    losses = [0.1] * 10_001
    losses[4321] = 1e6
    for root in roots(with_losses(losses)):
        curve = next(p for p in root.iter(f"{SVG}path") if "bp-error" in (p.get("class") or ""))
        heights = [float(point.split()[1]) for point in re.split("[ML]", curve.get("d") or "")[1:]]
        assert min(heights) == pytest.approx(30)


def test_counts_follow_the_language() -> None:
    losses = [1 / k for k in range(1, 12_002)]
    assert "12,000" in with_losses(losses).alt
    assert "12\N{NARROW NO-BREAK SPACE}000" in with_losses(losses, "es").alt


class Listening(Context):
    """Draws, and notes which words of figures have no translation."""

    missing: frozenset[str] = frozenset()

    def call(self, script: Script, function: str, argument: str) -> Any:
        self.load(script)
        self.missing |= set(super().call(listening, "missing", argument))
        return super().call(script, function, argument)


def listening() -> str:
    return """function missing({ languages, ...all }) {
      const found = new Set();
      const getOwnPropertyDescriptor = (strings, text) =>
        Object.getOwnPropertyDescriptor(strings, text) ?? void found.add(text);
      const heard = (strings) => new Proxy(strings, { getOwnPropertyDescriptor });
      const listened = languages.map((each) => ({ ...each, strings: heard(each.strings) }));
      drawing.drawAll({ languages: listened, ...all });
      return [...found];
    }"""


def test_every_word_has_a_spanish_translation() -> None:
    spanish = load_language("es")
    scenes = [Scene(kind, drawn(key, kind)[0].sheet, spanish) for key, kind in EVERY_FIGURE]
    scenes += [Scene("loss-curve", sheet_of(NETWORKS["default"], losses), spanish) for losses, _ in STRANGE]
    with closing(Listening()) as context:
        OnDemand(context).draw(scenes)
        assert context.missing == set()
        OnDemand(context).draw([replace(scenes[0], language=Language("es"))])
        assert context.missing


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        full = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        channels = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_contrast_in_light_and_dark() -> None:
    css = (ROOT / "backprop_docgen" / "assets" / "figures.css").read_text(encoding="utf-8")
    schemes = re.findall(r"\{([^{}]*--bp-ink:[^{}]*)\}", css)
    assert len(schemes) == 3  # light, dark, print
    for scheme in schemes:
        colours = dict(re.findall(r"--bp-([\w-]+):\s*#([0-9a-f]+)", scheme))
        for name in colours.keys() - {"paper", "panel", "rule"}:
            for ground in ("paper", "panel"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def test_a_worksheets_name_stands_in_front() -> None:
    figure = draw("circuit", sheet_of(NETWORKS["default"], name="nudge"))
    assert 'data-q="nudge:w1"' in figure.html
    assert all(name.startswith("nudge:") for name in figure.names)


def test_a_quantity_that_is_not_there_is_the_matter_of_its_figure_alone() -> None:
    sheet = Sheet(NETWORKS["default"], Worksheet())
    scenes = [Scene("circuit", sheet, load_language("en")), drawn("default", "circuit")[0]]
    wrong, right = tried(DRAWER.context, requests(scenes))
    assert isinstance(wrong, str)
    assert "there is no quantity" in wrong
    assert right == drawn("default", "circuit")[1]
    with pytest.raises(V8Error, match="there is no quantity"):
        DRAWER.draw(scenes)


OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg.bp-figure')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue; // the other layout shows
    const ink = box => ({left: box.left, right: box.right,
      top: box.top + box.height * 0.18, bottom: box.bottom - box.height * 0.15});
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, ink(t.getBoundingClientRect()), t]);
    const id = svg.parentNode.id + (svg.matches('.bp-wide') ? ', wide: ' : ': ');
    texts.forEach(([words, a, node], index) => {
      if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5 || a.bottom > frame.bottom + 0.5)
        found.push(id + 'outside: ' + words);
      for (const part of [node, ...node.querySelectorAll('tspan')])
        if (parseFloat(getComputedStyle(part).fontSize) * frame.width / svg.viewBox.baseVal.width < 12)
          found.push(id + 'small: ' + words);
      for (const [other, b] of texts.slice(index + 1))
        if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          found.push(id + words + ' on ' + other);
    });
    for (const shape of svg.querySelectorAll('path:not(.bp-head), rect, circle')) {
      const place = shape.getScreenCTM(), length = shape.getTotalLength();
      for (let at = 0; at <= length; at += 1.5) {
        const p = shape.getPointAtLength(at).matrixTransform(place);
        for (const [words, a, node] of texts)
          if (!node.matches('.bp-halo') && p.x > a.left && p.x < a.right && p.y > a.top && p.y < a.bottom)
            found.push(id + shape.getAttribute('class') + ' through ' + words);
      }
    }
  }
  return [...new Set(found)];
}"""


def on_paper(figures: Iterable[tuple[str, Figure]]) -> str:
    """A page of figures, as wide as the site has them."""
    css = (ROOT / "backprop_docgen" / "assets" / "figures.css").read_text(encoding="utf-8")
    body = "".join(f'<div class="drawing" id="{key}">{figure.html}</div>' for key, figure in figures)
    return f'<!doctype html><html lang="en"><style>{css}body{{margin:0}}div{{margin:16px}}</style>{body}</html>'


def figures_on_paper() -> Iterable[tuple[str, Figure]]:
    yield from ((f"{key}-{kind}", drawn(key, kind)[1]) for key, kind in EVERY_FIGURE)
    for names in (TOGETHER, IN_A_ROW):
        yield from ((f"{names[0]}-{code}", several_trainings(names, code)) for code in ("en", "es"))


@pytest.mark.browser
def test_no_drawing_takes_more_than_seven_tenths_of_a_phones_window(chromium: Browser) -> None:
    """Of networks of two layers with up to six neurons each; the circuit abbreviates deeper and wider ones, too."""
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    page.set_content(on_paper(figures_on_paper()))
    heights = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.bp-tall')].map("
        "svg => [svg.parentNode.id, svg.getBoundingClientRect().height]))"
    )
    page.close()
    larger = {"softmax-network-values"}  # the arrows of its five outputs' bias are clear of neurons only so far apart
    larger |= {
        f"{key}-{kind}"
        for key, kind in EVERY_FIGURE
        for names in [topology((NETWORKS | SQUARES)[key])]
        if kind != "circuit" and (len(names.neurons) > 2 or max(map(len, [names.inputs, *names.neurons])) > 6)
    }
    assert {f"default-{kind}" for kind in KINDS if kind != "regions"} <= heights.keys() - larger
    assert {key: height for key, height in heights.items() if key not in larger and height > 0.7 * 640} == {}


@pytest.mark.browser
def test_no_text_touches_a_line_or_another_text(chromium: Browser) -> None:
    """In portrait on a phone; in landscape where it shows at its smallest."""
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.set_content(on_paper(figures_on_paper()))
    assert page.evaluate(OVERLAPS) == []
    page.set_viewport_size({"width": 632, "height": 800})
    assert page.evaluate(OVERLAPS) == []
    page.close()
