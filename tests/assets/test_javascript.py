"""The browser's modules under Node: numbers and equations equal Python's to the last character."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import sample
from backprop_docgen.check.recount import Recount
from backprop_docgen.engine.engine import Engine, History, train
from backprop_docgen.figures.scene import KINDS, OnDemand, Scene
from backprop_docgen.formula.tree import Constant
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.latex.equation import FUNCTION_RULES, ladder
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import load_language
from backprop_docgen.site.data_files import network_data
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import Sheet, build_course
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.variants import model_weights
from backprop_docgen.worksheet.worksheet_json import to_json as worksheet_to_json
from equations import CASES as EQUATIONS
from networks import ROOT, random_network
from node import node, stored

FIGURES = OnDemand()
LANGUAGES = {"en": load_language("en"), "es": load_language("es", ",")}
CHANGES, FEW_CHANGES = 360, 60  # with --all, and without

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="needs Node.js: the browser's modules are not tried"
)


def gallery() -> dict[str, Network]:
    found = {"default": read_network(ROOT / "network.toml")}
    drawn = sample.some("browser's gallery", sorted((ROOT / "tests" / "networks").glob("*.toml")), 6)
    return found | {path.stem: read_network(path) for path in drawn}


def drawn_networks() -> dict[str, Network]:
    found = {f"random {seed}": random_network(seed) for seed in range(36)}
    return gallery() | found | {f"random {seed}, wide": random_network(seed, widest=12) for seed in range(100, 108)}


def base_of(network: Network, name: str = "") -> Sheet:
    """A network with its worksheet, and a short training."""

    def run(network: Network, iterations: int, keep: Iterable[int]) -> History:
        return train(Engine(network), min(iterations, 250), keep)

    return Sheet(network, build_worksheet(network, name), run=run)


def base_json(base: Sheet) -> dict[str, object]:
    """What the live page has of a network: formulas, no values."""
    model = model_weights(base.network)
    return {
        "network": network_data(base.network),
        "names": topology(base.network).to_json(),
        **worksheet_to_json(base.worksheet),
        "decimals": base.network.display.decimals,
        "outputWeight": model.output,
        "hiddenWeight": model.hidden,
    }


def scene_json(title: str, key: str, base: Sheet, code: str, changed: Sheet | None = None) -> dict[str, object]:
    """A scene for Node, with the figures that the build draws; ``changed`` has other numbers than ``base``."""
    shown, changes = changed or base, {}
    if changed:
        assert changed.worksheet.names() == base.worksheet.names()
        for quantity in changed.worksheet:
            tree = quantity.tree
            assert tree is not None
            if tree != base.worksheet[quantity.name].tree:
                assert isinstance(tree, Constant), "formulas are the same for whatever numbers"
                changes[quantity.name] = to_json(tree)
    hidden = model_weights(shown.network).hidden
    kinds = [kind for kind in KINDS if kind != "regions" and (kind != "hidden-paths" or hidden)]  # regions never change
    figures = FIGURES.draw([Scene(kind, shown, LANGUAGES[code]) for kind in kinds])
    losses = [float(loss) for loss in shown.history().losses]
    mean = "E_total" if len(shown.network.examples) == 1 else "E_mean"
    last = shown.quantity(Name(mean, step=len(losses) - 1)).number
    return {
        "title": title,
        "base": key,
        "language": code,
        "changes": changes,
        "losses": [loss if math.isfinite(loss) else str(loss) for loss in losses],
        "last": str(last.exact) if last.exact is not None else "|".join(map(str, last.near)),
        "prefix": f"{shown.worksheet.sheet}:" if shown.worksheet.sheet else "",
        "figures": dict(zip(kinds, map(asdict, figures), strict=True)),
    }


def compare_figures(folder: Path, bases: Mapping[str, Sheet], scenes: list[dict[str, object]]) -> int:
    """How many figures were equal: all of them."""
    data = {
        "languages": {code: language.to_json() for code, language in LANGUAGES.items()},
        "bases": {key: base_json(base) for key, base in bases.items()},
        "scenes": scenes,
    }
    return int(node("figures.mjs", stored(folder, data)))


def test_numbers_are_printed_as_python_prints_them() -> None:
    assert "cases equal" in node("rounding.mjs", ROOT / "tests" / "cases" / "rounding.json")


FORMATS = ("rule:0", "rule:0:+", "fixed:0", "fixed:3", "fixed:2:+", "percent:1", "percent:0:+", "integer:0", "rate:0")
SIZES = ("0", "0.01", "0.9994", "0.9996", "1", "1.005", "2.5", "999.995", "1000", "9999.5", "10000", "1234567.25")


def test_every_format_is_printed_as_python_prints_it(tmp_path: Path) -> None:
    """Large numbers in groups, rates without the zeros that make a thousand of one."""
    course = build_course(read_network(ROOT / "network.toml"))
    cases = []
    for code, language in LANGUAGES.items():
        recount = Recount(course, language)
        for number, form in product([sign + size for size in SIZES for sign in ("", "-")], FORMATS):
            text = recount.number(json.dumps(to_json(Constant(Fraction(number)))), form).text
            cases.append({"number": number, "format": form, "language": code, "text": text})
    languages = {code: language.to_json() for code, language in LANGUAGES.items()}
    assert "texts equal" in node("formats.mjs", stored(tmp_path, {"languages": languages, "cases": cases}))


def test_equations_are_set_as_python_sets_them(tmp_path: Path) -> None:
    sheets = []
    for title, worksheet, language, decimals in EQUATIONS:
        quantities = list(worksheet)
        sheets.append(
            {
                "title": title,
                **worksheet_to_json(worksheet),
                "language": language.to_json(),
                "decimals": decimals,
                "prefix": "",
                "ladders": {q.name: ladder(q, worksheet.__getitem__, language, decimals).tex for q in quantities},
            }
        )
    rules = {name: (rule.template, int(rule.rank)) for name, rule in FUNCTION_RULES.items()}
    said = node("equations.mjs", stored(tmp_path, {"rules": rules, "sheets": sheets}))
    assert int(said.split()[0]) > 1000


def test_figures_are_the_same_from_formulas_as_from_values(tmp_path: Path) -> None:
    """The live page computes what it draws; the build hands over what Python has computed."""
    bases = {key: base_of(network) for key, network in drawn_networks().items()}
    bases["named"] = base_of(bases["default"].network, "nudge")
    scenes = [scene_json(key, key, base, code) for key, base in bases.items() for code in LANGUAGES]
    assert compare_figures(tmp_path, bases, scenes) > 600


def a_number(draw: random.Random) -> Decimal:
    """Any weight a reader may try: ordinary, nothing, tiny, long or huge."""
    size = draw.choice((0, 0, 0, 0, 1, 3, -3, -8, 12))
    digits = draw.choice((1, 2, 2, 4, 9, 15))
    number = Decimal(draw.randint(-(10**digits), 10**digits)).scaleb(size - digits)
    return draw.choice((Decimal(0), -number.normalize(), number, number, number))


def changed(network: Network, draw: random.Random) -> Network:
    """The network with some or all of its weights changed, and perhaps biases, inputs and the rate."""
    share = draw.choice((0.1, 0.5, 1.0))

    def moved(values: Iterable[Decimal], share: float = share) -> tuple[Decimal, ...]:
        return tuple(a_number(draw) if draw.random() < share else value for value in values)

    layers = tuple(
        replace(layer, weights=tuple(map(moved, layer.weights)), biases=moved(layer.biases, share / 2), random=False)
        for layer in network.layers
    )
    examples = tuple(replace(example, inputs=moved(example.inputs, share / 4)) for example in network.examples)
    rate = abs(a_number(draw)) if draw.random() < 0.3 else network.learning_rate
    return replace(network, layers=layers, examples=examples, learning_rate=rate or network.learning_rate)


def test_figures_follow_changed_numbers(tmp_path: Path) -> None:
    """The browser keeps the formulas and gets new numbers; Python builds the changed network anew."""
    networks = {key: network for key, network in drawn_networks().items() if network_size(network) <= 60}
    bases = {key: base_of(network) for key, network in networks.items()}
    scenes = []
    wanted = CHANGES if sample.everything else FEW_CHANGES
    for seed in range(first := sample.drawing("figures").randrange(10**6), first + wanted):
        draw = random.Random(seed)
        key = "default" if seed % 3 == 0 else draw.choice(list(bases))
        other = base_of(changed(bases[key].network, draw))
        code = draw.choice(list(LANGUAGES))
        scenes.append(scene_json(f"{key}, change {seed}", key, bases[key], code, other))
    assert compare_figures(tmp_path, bases, scenes) > 6 * wanted


def network_size(network: Network) -> int:
    return sum(layer.neurons * layer.sources for layer in network.layers)
