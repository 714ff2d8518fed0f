"""Figures: what stands in them is computed, marked, legible, and never on top of something else."""

from __future__ import annotations

import json
import math
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from backprop_docgen.engine.engine import Engine, train
from backprop_docgen.errors import TemplateError
from backprop_docgen.figures.figure import KINDS, Figure, Scene, draw
from backprop_docgen.figures.scene import Drawing
from backprop_docgen.formula.evaluate import Value, evaluate
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import load_language
from backprop_docgen.numbers.rounding import parse, printed
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden" / "figures"
SVG = "{http://www.w3.org/2000/svg}"


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
    "softmax": layered(3, (2, "relu"), (3, "softmax"), head='loss = "categorical_cross_entropy"'),
    "long-numbers": parse_network(
        """
        network = { inputs = [0.123456789012345, -123456.789], targets = [0.5, 0.25] }
        display = { decimals = 15 }
        layer = [
          { weights = [[1234.56789, -0.000012345], [0.1, 0.2]], activation = "tanh", bias = -12345.678 },
          { weights = [[1e-7, -0.2], [123456, 3]], activation = "identity", bias = [0.1, 2] },
        ]
        """,
        "long.toml",
    ),
}
MARKS = {"default": ("en", "."), "deep": ("es", ","), "wide": ("es", ".")}


@cache
def worksheet_of(network: Network) -> Worksheet:
    return build_worksheet(network)


def scene_of(network: Network, code: str = "en", mark: str = ".", iterations: int = 150) -> Scene:
    names = topology(network)
    return Scene(
        network,
        worksheet_of(network),
        load_language(code, mark),
        network.display.decimals,
        lambda: train(Engine(network), iterations, set()).losses.tolist(),
        names.weights[-1][0][0],
        names.weights[0][0][0] if names.hidden else None,
    )


EVERY_FIGURE = [(key, kind) for key in NETWORKS for kind in KINDS if (key, kind) != ("flat", "hidden-paths")]


def drawn(key: str, kind: str) -> tuple[Scene, Figure]:
    scene = scene_of(NETWORKS[key], *MARKS.get(key, ("en", ".")))
    return scene, draw(kind, scene)


def with_losses(losses: Sequence[float], code: str = "en") -> Figure:
    return draw("loss-curve", replace(scene_of(NETWORKS["default"], code), losses=lambda: losses))


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_networks_figures_are_the_stored_ones(kind: str) -> None:
    """Set UPDATE_GOLDEN=1 to store them anew, then look at them."""
    svg = draw(kind, scene_of(NETWORKS["default"])).svg
    path = GOLDEN / f"{kind}.svg"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(svg + "\n", encoding="utf-8")
    assert svg + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_every_marked_number_is_the_one_of_the_worksheet(key: str, kind: str) -> None:
    scene, figure = drawn(key, kind)
    losses = scene.losses()
    shown = []
    for node in ET.fromstring(figure.svg).iter():
        decimals = int(node.get("data-decimals", scene.decimals))
        if name := node.get("data-q"):
            shown.append(name)
            if name.endswith(f"@{len(losses) - 1}"):
                expected = printed(losses[-1], None, decimals)
            else:
                quantity = scene.worksheet[name]
                expected = printed(quantity.value, quantity.exact, decimals)
        elif tree := node.get("data-tree"):

            def look_up(name: str) -> Value:
                found = scene.worksheet[name]
                return Value(found.value, found.exact, found.bound)

            value = evaluate(from_json(json.loads(tree)), look_up)
            expected = printed(value.double, value.exact, decimals)
        else:
            continue
        assert node.text == scene.language.number(expected)
    assert tuple(shown) == figure.names


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_no_number_is_left_unmarked(key: str, kind: str) -> None:
    """Digits without a mark belong to a name (lowered), or are the 1 of ∂E/∂E and of a sum's derivative."""
    _, figure = drawn(key, kind)
    for text in ET.fromstring(figure.svg).iter(f"{SVG}text"):
        pieces = [text.text or ""]
        for run in text:
            marked = any(run.get(mark) for mark in ("data-q", "data-tick", "data-tree", "dy", "font-size"))
            pieces += ["" if marked else run.text or "", run.tail or ""]
        words = re.sub(r"\b[whb]\d+\b", "", " ".join(pieces))  # plain names: "w1 to w12", the layer of "h2"
        assert set(re.findall(r"\d+(?:[.,]\d+)?", words)) <= ({"1"} if kind == "circuit" else set())


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_the_description_lists_its_numerals_in_order(key: str, kind: str) -> None:
    scene, figure = drawn(key, kind)
    root = ET.fromstring(figure.svg)
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert description.text == figure.alt
    mark = re.escape(scene.language.mark)
    numerals = re.findall(rf"(?<![\w@])−?\d+(?:{mark}\d+)?(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", figure.alt)
    names = (description.get("data-q-list") or "").split()
    assert len(numerals) == len(names)
    for numeral, name in zip(numerals, names, strict=True):
        if name.startswith("count:"):
            assert numeral == scene.language.integer(int(name.removeprefix("count:")))
        elif name in scene.worksheet:
            quantity = scene.worksheet[name]
            value = parse(numeral, scene.language.mark)
            assert abs(value.value - Fraction(quantity.value)) <= value.half_unit + Fraction(1, 10**12)


@pytest.mark.parametrize(("key", "kind"), EVERY_FIGURE)
def test_a_figure_can_stand_in_markdown_and_is_accessible(key: str, kind: str) -> None:
    _, figure = drawn(key, kind)
    assert "\n\n" not in figure.svg
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert (root.get("aria-labelledby") or "").split() == ids
    assert all(identity and identity.startswith(f"bp-{kind}-") for identity in ids)
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", figure.svg)  # colours are the style sheet's


def test_output_path_names_its_factors_and_their_product() -> None:
    assert draw("output-path", scene_of(NETWORKS["default"])).names == (
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
    figure = draw("hidden-paths", scene_of(NETWORKS["default"]))
    assert figure.names[-4:] == ("dE_o1/dout_h1", "dE_o2/dout_h1", "dE_total/dout_h1", "dE_total/dw1")
    assert "bp-path-a" in figure.svg
    assert "bp-path-b" in figure.svg


def test_hidden_paths_need_a_hidden_layer() -> None:
    with pytest.raises(TemplateError, match="no hidden layer"):
        draw("hidden-paths", scene_of(NETWORKS["flat"]))


def test_an_unknown_kind_is_told_the_nearest() -> None:
    with pytest.raises(TemplateError, match="loss-curve"):
        draw("loss-curv", scene_of(NETWORKS["default"]))


@pytest.mark.parametrize("key", ["default", "three-four-one", "deep", "flat"])
def test_every_backward_box_of_the_circuit_holds(key: str) -> None:
    """upstream × local = downstream, to the digits shown."""
    scene, figure = drawn(key, "circuit")
    root = ET.fromstring(figure.svg)
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text") if node.get("class") == "bp-gradient"]
    boxes = re.split(r"\n(?![=≈])", "\n".join(texts))
    checked = 0
    for box in boxes:
        found = re.fullmatch(r"(\S+(?:\xa0×\xa0\S+)?) × \(?([^=≈)]+?)\)?\s?[=≈] (.+)", box)
        if not found:
            continue
        up, local, down = (parse(part, scene.language.mark) for part in found.groups())
        slack = up.half_unit * abs(local.value) + local.half_unit * abs(up.value) + 2 * down.half_unit
        assert abs(up.value * local.value - down.value) <= slack
        checked += 1
    assert checked >= 4


def test_wide_layers_are_abbreviated_and_the_figure_says_so() -> None:
    figure = draw("bare-network", scene_of(NETWORKS["wide"]))
    assert "⋯" in figure.svg
    assert "only the first and the last" in figure.alt


def test_the_weight_worked_out_is_shown_in_a_wide_layer() -> None:
    scene = scene_of(NETWORKS["wide"])
    weight = topology(scene.network).weights[0][11][6]
    figure = draw("hidden-paths", replace(scene, hidden_weight=weight))
    assert weight in figure.names


def test_negative_weights_are_dashed_and_large_ones_thick() -> None:
    network = parse_network(
        '[network]\ninputs = [1, 1]\ntargets = [0]\n[[layer]]\nactivation = "tanh"\nweights = [[0.5, -1]]\n', "x.toml"
    )
    root = ET.fromstring(draw("bare-network", scene_of(network)).svg)
    arrows = [p for p in root.iter(f"{SVG}path") if "bp-weight" in (p.get("class") or "")]
    small, large = sorted(arrows, key=lambda p: float(p.get("stroke-width") or 0))
    assert small.get("stroke-dasharray") is None
    assert large.get("stroke-dasharray")


def test_texts_are_escaped() -> None:
    scene = scene_of(NETWORKS["default"])
    language = replace(scene.language, strings={"inputs": "a < b & c", "The network": "<x>"})
    figure = draw("bare-network", replace(scene, language=language))
    assert "a &lt; b &amp; c" in figure.svg
    assert "&lt;x&gt;" in figure.svg
    ET.fromstring(figure.svg)


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([0.5, 0.25, 0.0, 0.0], "From iteration 2 on the loss is exactly zero"),
        ([0.5, 0.0, 0.25], "At iteration 1 the loss is exactly zero"),
        ([0.0], "At iteration 0 the loss is exactly zero"),
        ([0.5, math.inf, math.nan], "From iteration 1 on the loss is not a finite number"),
        ([0.5, math.nan, 0.4], "At iteration 1 the loss is not a finite number"),
        ([0.5] * 200, "The loss does not change"),
    ],
)
def test_the_loss_curve_says_what_its_axis_cannot_show(losses: list[float], words: str) -> None:
    figure = with_losses(losses)
    assert words in figure.alt
    assert words[:20] in re.sub(r"<[^>]+>", "", figure.svg.partition("</desc>")[2])


def test_an_ordinary_loss_curve_needs_no_words() -> None:
    assert "The loss over the iterations, on a logarithmic axis. E_total" in with_losses([0.5, 0.25, 0.125]).alt


@pytest.mark.parametrize(
    "losses", [[0.3], [1e-320, 1e300], [5e-324] * 3, [1.0, 10.0, 100.0], [0.1 * 1.01**k for k in range(500)]]
)
def test_the_curve_and_its_ticks_stay_on_the_sheet(losses: list[float]) -> None:
    root = ET.fromstring(with_losses(losses).svg)
    height = float((root.get("viewBox") or "").split()[3])
    for path in root.iter(f"{SVG}path"):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d") or "")]
        assert all(0 <= x <= 340 for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])
    assert len(list(root.iter(f"{SVG}tspan"))) < 60


def test_first_hundred_iterations_have_a_panel_of_their_own_only_when_there_are_more() -> None:
    assert "The first" in with_losses([0.5 / k for k in range(1, 103)]).svg
    assert "The first" not in with_losses([0.5 / k for k in range(1, 102)]).svg


def test_a_spike_survives_the_thinning_of_a_long_curve() -> None:
    losses = [0.1] * 10_001
    losses[4321] = 1e6
    root = ET.fromstring(with_losses(losses).svg)
    curve = next(p for p in root.iter(f"{SVG}path") if "bp-error" in (p.get("class") or ""))
    heights = [float(point.split()[1]) for point in re.split("[ML]", curve.get("d") or "")[1:]]
    assert min(heights) == pytest.approx(30)


def test_counts_follow_the_language() -> None:
    losses = [1 / k for k in range(1, 12_002)]
    assert "12,000" in with_losses(losses).alt
    assert "12\N{NARROW NO-BREAK SPACE}000" in with_losses(losses, "es").alt


def test_every_word_has_a_spanish_translation() -> None:
    missing = set()

    class Strings(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            if key not in self:
                missing.add(key)
            return super().get(key, default)

    for key in NETWORKS:
        scene = scene_of(NETWORKS[key], "es")
        language = replace(scene.language, strings=Strings(scene.language.strings))
        for kind in KINDS:
            if (key, kind) in EVERY_FIGURE:
                draw(kind, replace(scene, language=language))
    assert missing == set()


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
    scene = scene_of(NETWORKS["default"])
    named = replace(scene, worksheet=build_worksheet(scene.network, "nudge"))
    assert Drawing("circuit", named).number("w1").data["data-q"] == "nudge:w1"
    assert all(name.startswith("nudge:") for name in draw("circuit", named).names)


OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg.bp-figure')) {
    const frame = svg.getBoundingClientRect();
    const ink = box => ({left: box.left, right: box.right,
      top: box.top + box.height * 0.18, bottom: box.bottom - box.height * 0.15});
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, ink(t.getBoundingClientRect()), t]);
    const id = svg.parentNode.id + ': ';
    texts.forEach(([words, a, node], index) => {
      if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5 || a.bottom > frame.bottom + 0.5)
        found.push(id + 'outside: ' + words);
      for (const part of [node, ...node.querySelectorAll('tspan')])
        if (parseFloat(getComputedStyle(part).fontSize) * frame.width / 340 < 12)
          found.push(id + 'small: ' + words);
      for (const [other, b] of texts.slice(index + 1))
        if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          found.push(id + words + ' on ' + other);
    });
    for (const shape of svg.querySelectorAll('path:not(.bp-head), rect, circle')) {
      const place = shape.getScreenCTM(), length = shape.getTotalLength();
      for (let at = 0; at <= length; at += 1.5) {
        const p = shape.getPointAtLength(at).matrixTransform(place);
        for (const [words, a] of texts)
          if (p.x > a.left && p.x < a.right && p.y > a.top && p.y < a.bottom)
            found.push(id + shape.getAttribute('class') + ' through ' + words);
      }
    }
  }
  return [...new Set(found)];
}"""


@pytest.mark.browser
def test_no_text_touches_a_line_or_another_text_on_a_phone(chromium: Browser) -> None:
    css = (ROOT / "backprop_docgen" / "assets" / "figures.css").read_text(encoding="utf-8")
    body = "".join(f'<div id="{key}-{kind}">{drawn(key, kind)[1].svg}</div>' for key, kind in EVERY_FIGURE)
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.set_content(
        f'<!doctype html><html lang="en"><style>{css}body{{margin:0}}div{{margin:16px}}</style>{body}</html>'
    )
    found = page.evaluate(OVERLAPS)
    page.close()
    assert found == []
