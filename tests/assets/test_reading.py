"""Reading: what a number is said to come from, how formulas are coloured, how a page is cut for the projector."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import sample
from backprop_docgen.formula.tree import symbols
from backprop_docgen.latex.equation import FUNCTION_RULES
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.site.data_files import DOOR_STRINGS, network_data
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.describe import describe, meanings
from backprop_docgen.worksheet.worksheet_json import to_json
from networks import ROOT
from node import node

ASSETS = ROOT / "backprop_docgen" / "assets"
LANGUAGES = [load_language("en"), load_language("es")]
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node.js: the browser's modules are not tried"
)


def gallery() -> Iterator[tuple[str, Network]]:
    yield "default", read_network(ROOT / "network.toml")
    drawn = sample.some("read gallery", sorted((ROOT / "tests" / "networks").glob("*.toml")), 9)
    for path in drawn:
        if path.stem not in ("10-20-10", "wide"):  # hundreds of quantities more of what the others have
            yield path.stem, read_network(path)


def network_case(network: Network) -> dict[str, object]:
    sheet = build_worksheet(network)
    names_in = {each.name: set(symbols(each.tree)) if each.tree is not None else set() for each in sheet}
    operands = {}
    for quantity in itertools.islice(sheet, 400):
        bare = None if quantity.exact is None else decimal(quantity.exact)
        full = bare or repr(quantity.value)
        operands[quantity.name] = {
            "operands": sorted(names_in[quantity.name]),
            "users": sorted(user for user, names in names_in.items() if quantity.name in names),
            "full": re.sub("^-", "−", full),
            "exact": bare is not None,
            "symbol": quantity.symbol,
        }
    settings = [
        {
            "language": language.to_json(),
            "rules": {name: [rule.template, int(rule.rank)] for name, rule in FUNCTION_RULES.items()},
            "decimals": network.display.decimals,
            "meanings": meanings(language),
        }
        for language in LANGUAGES
    ]
    published = {
        "worksheets": {"": {"network": network_data(network), **to_json(sheet)}},
        "pages": {},
    }
    named = {
        quantity.name: {"meaning": {each.code: describe(quantity.name, each) for each in LANGUAGES}}
        for quantity in sheet
    }
    return {"published": published, "settings": settings, "quantities": named, "operands": operands}


def decimal(exact: Fraction) -> str | None:
    """An exact value as a bare decimal of at most forty places, below 10¹⁵; None where it is none."""
    for places in range(41):
        scaled = exact * 10**places
        if scaled.denominator == 1:
            if abs(exact) >= 10**15:
                return None
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return f"-{text}" if exact < 0 else text
    return None


def run(tmp_path: Path, **cases: object) -> int:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases, ensure_ascii=False), "utf-8")
    return int(node("reading.mjs", path))


@needs_node
@pytest.mark.parametrize("network", [pytest.param(network, id=name) for name, network in gallery()])
def test_the_browser_says_of_every_quantity_what_the_build_says(network: Network, tmp_path: Path) -> None:
    assert run(tmp_path, networks=[network_case(network)]) > 400


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        (
            "dE_total/dw5",
            "gradient of the total loss with respect to w5",
            "gradiente de la pérdida total respecto de w5",
        ),
        ("dE_mean/db1", "gradient of the mean loss with respect to b1", "gradiente de la pérdida media respecto de b1"),
        (
            "dE_o1/dout_h1[2]",
            "gradient of the loss of o1 with respect to the output of h1, example 2",
            "gradiente de la pérdida de o1 respecto de la salida de h1, ejemplo 2",
        ),
        (
            "dout_h2_13/dnet_h2_13",
            "local derivative of the output of h2₁₃ with respect to the net input of h2₁₃",
            "derivada local de la salida de h2₁₃ respecto de la entrada neta de h2₁₃",
        ),
        ("delta_h2_1@1", "delta of h2₁, after one update", "delta de h2₁, tras una actualización"),
    ],
)
def test_a_meaning_is_made_of_words(name: str, english: str, spanish: str) -> None:
    assert [describe(name, language) for language in LANGUAGES] == [english, spanish]


def test_no_meaning_shows_a_name_with_an_underscore() -> None:
    sheet = build_worksheet(read_network(ROOT / "tests" / "networks" / "2-3-3-2-tanh.toml"))
    said = {describe(quantity.name, language) for quantity in sheet for language in LANGUAGES}
    assert not [each for each in said if "_" in each]


DRESSED = {
    r"w_{5}^{+} = w_{5} - \eta": r"\htmlClass{bp-weight}{w_{5}^{+}} = \htmlClass{bp-weight}{w_{5}} - \eta",
    r"\text{net}_{h1\_{2}} + b_{1}": r"\htmlClass{bp-net}{\text{net}_{h1\_{2}}} + \htmlClass{bp-bias}{b_{1}}",
    r"\frac{\partial E_{\text{total}}}{\partial \text{out}_{h1_{2}}} \cdot \frac{1}{2}": (
        r"\htmlClass{bp-gradient}{\frac{\partial E_{\text{total}}}{\partial \text{out}_{h1_{2}}}} \cdot \frac{1}{2}"
    ),
    r"e^{-\text{net}_{o1}}": r"e^{-\htmlClass{bp-net}{\text{net}_{o1}}}",
    r"e_{o1} \approx \htmlData{q=error_o1}{0.74}": (
        r"\htmlClass{bp-error}{e_{o1}} \approx \htmlData{q=error_o1}{0.74}"
    ),
    r"\begin{pmatrix} \htmlData{q=w1}{0.15} \end{pmatrix}": r"\begin{pmatrix} \htmlData{q=w1}{0.15} \end{pmatrix}",
    r"\bigl(i_{1} + \beta\bigr)": r"\bigl(\htmlClass{bp-input}{i_{1}} + \beta\bigr)",
    r"\Delta E / \varepsilon": r"\Delta \htmlClass{bp-error}{E} / \varepsilon",
    r"\delta_{\text{head}}": r"\htmlClass{bp-gradient}{\delta_{\text{head}}}",
    r"\text{words with b and w}": r"\text{words with b and w}",
}


@needs_node
def test_each_symbol_is_dressed_in_the_class_of_its_kind(tmp_path: Path) -> None:
    cases = [{"tex": tex, "expected": expected} for tex, expected in DRESSED.items()]
    assert run(tmp_path, dressed=cases) == len(cases)


def test_the_legend_of_the_page_on_how_to_use_them_has_every_kind_of_the_style_sheet() -> None:
    styles = "".join((ASSETS / f"{name}.css").read_text("utf-8") for name in ("figures", "reading"))
    kinds = set(re.findall(r"\.katex \.bp-(\w+) \{ color: var", styles)) | {"target"}
    for language in ("es", "en"):
        page = (ROOT / "docs" / language / "how-to-use.md").read_text("utf-8")
        assert set(re.findall(r'class="bp-kind bp-(\w+)"', page)) == kinds
    assert set(re.findall(r"\.bp-kind\.bp-(\w+) \{", styles)) == kinds


def test_a_dressed_formula_keeps_its_mathml_and_its_latex() -> None:
    renderer = Renderer()
    tex = r"\frac{\partial E_{\text{total}}}{\partial w_{5}} \approx \htmlData{q=dE_total/dw5}{0.082} < f'"
    html = renderer.render_many([Formula(tex)])[Formula(tex)]
    renderer.close()
    mathml, _, seen = html.partition('<span class="katex-html"')
    assert "bp-" not in mathml.replace("bp-math", "")
    assert mathml.count("<mfrac>") == 1
    written = re.search(r"<annotation[^>]*>(.*?)</annotation>", mathml)
    assert written
    assert written[1] == tex.replace("<", "&lt;").replace("'", "&#x27;")
    assert 'class="enclosing bp-gradient"' in seen
    assert 'data-q="dE_total/dw5"' in seen


def block(kind: str, height: int = 100) -> dict[str, object]:
    part = {"goesOn": True, "head": 50} if kind == "r" else {}
    return {"height": height, "heading": kind == "h", "weighty": kind in "er", "leads": kind == "l", **part}


@needs_node
@pytest.mark.parametrize(
    ("kinds", "room", "expected"),
    [
        ("hlepe", 900, [[0, 4], [4, 5]]),  # an equation with what leads up to it and what is said about it
        ("hlelep", 900, [[0, 3], [3, 6]]),  # a sentence that leads up goes with what it leads up to
        ("hpphe", 900, [[0, 3], [3, 5]]),  # a heading begins a step
        ("hhpe", 900, [[0, 4]]),  # but not between headings
        ("ppppp", 250, [[0, 2], [2, 4], [4, 5]]),  # what does not fit goes on
        ("hpple", 350, [[0, 3], [3, 5]]),  # and takes along what leads up to it
        ("lerrrp", 350, [[0, 3], [3, 6]]),  # a table goes on where it must, its head with it
        ("lerrrrr", 350, [[0, 3], [3, 6], [6, 7]]),
        ("e", 50, [[0, 1]]),  # what is larger than the screen stands alone
    ],
)
def test_a_page_is_cut_into_steps_that_fit(kinds: str, room: int, expected: object, tmp_path: Path) -> None:
    case = {"blocks": [block(kind) for kind in kinds], "room": room, "expected": expected}
    assert run(tmp_path, steps=[case]) == 1


def strings_of(script: Path) -> set[str]:
    """What a script says in the reader's language: ``say("…")`` and ``translate(language, "…")``."""
    literal = r'"(?:[^"\\]|\\.)*"'
    said = rf"(?:\bsay\(|\btranslate\(\s*[\w.]+,)\s*({literal}(?:\s*\+\s*{literal})*)"
    found = re.findall(said, script.read_text("utf-8"))
    return {"".join(json.loads(part) for part in re.findall(literal, text)) for text in found}


@pytest.mark.parametrize("script", sorted(ASSETS.rglob("*.mjs")), ids=lambda path: path.stem)
def test_what_a_script_says_is_in_the_catalogue(script: Path) -> None:
    spanish = load_language("es").strings
    assert {text for text in strings_of(script) if text not in spanish} == set()


def test_the_page_carries_what_is_said_before_the_strings_are_loaded() -> None:
    early = [strings_of(ASSETS / "reading" / f"{name}.mjs") for name in ("reader", "companion", "stepper")]
    assert set().union(*early) == set(DOOR_STRINGS)


KINDS = ["input", "weight", "bias", "net", "out", "error", "gradient"]
BACKGROUNDS = {
    "default": ["#ffffff", "#f3f6fa", "#f3f5f9"],  # page, equation, panel
    "slate": ["#1e2129", "#232b3d", "#292e39"],
}
# How colours look to people who lack one kind of cone: Machado, Oliveira, Fernandes (2009), severity 1.
EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def palette(scheme: str) -> dict[str, str]:
    css = (ASSETS / "figures.css").read_text("utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', css, re.DOTALL)
    assert block
    return dict(re.findall(r"--bp-([\w-]+): (#[0-9a-f]{6})", block[1]))


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix: list[list[float]], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def oklab(rgb: list[float]) -> list[float]:
    cones = times(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        [min(max(part, 0.0), 1.0) for part in rgb],
    )
    return times(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        [cone ** (1 / 3) for cone in cones],
    )


def luminance(colour: str) -> float:
    return times([[0.2126, 0.7152, 0.0722]], linear(colour))[0]


@pytest.mark.parametrize("scheme", BACKGROUNDS)
def test_every_colour_has_contrast_wherever_it_stands(scheme: str) -> None:
    colours = palette(scheme)
    for kind, paper in itertools.product([*KINDS, "target", "path-a", "path-b", "faint"], BACKGROUNDS[scheme]):
        lighter, darker = sorted([luminance(colours[kind]), luminance(paper)], reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (kind, paper)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", BACKGROUNDS)
def test_any_two_kinds_differ_for_colour_blind_readers_too(scheme: str, eyes: str) -> None:
    """In OKLab 0.02 is just noticeable; the palette keeps four times that."""
    colours = palette(scheme)
    for one, other in itertools.combinations(KINDS, 2):
        seen = [oklab(times(EYES[eyes], linear(colours[kind]))) for kind in (one, other)]
        assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 >= 0.08, (one, other)
