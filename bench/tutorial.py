"""The same made-up tutorial for every contender of the build benchmark: pages, sections, formulas, cells.

Each section has about sixty words, two formulas in the text, two displayed ones, and one cell that prints three
numbers. Every formula carries numbers of its own, in each language others, so nothing can be typeset once
and used twice. The cells compute with inputs and weights of ``network.toml``: what they print hangs on it.
"""

from __future__ import annotations

import contextlib
import io
import math
import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LANGUAGES = {"es": "Español", "en": "English"}
SECTIONS = 12

_TEXT = {
    "es": """la red propaga la entrada hacia delante capa por capa y cada neurona calcula una suma ponderada que luego
    pasa por la función logística para obtener su activación mientras que el error total mide la distancia entre la
    salida deseada y la obtenida por lo que necesitamos saber cuánto contribuye cada peso a ese error aplicando la
    regla de la cadena desde la última capa hasta la primera sin olvidar el sesgo ni la tasa de aprendizaje""",
    "en": """the network carries the input forward layer by layer and every neuron computes a weighted sum that then
    goes through the logistic function to give its activation while the total error measures the distance between
    the wanted output and the one obtained so we need to know how much each weight contributes to that error by
    applying the chain rule from the last layer back to the first without forgetting the bias""",
}
PHRASES = {
    "es": {
        "page": "Retropropagación, parte",
        "section": "El peso",
        "where": "donde",
        "and": "y",
        "then": "Por lo tanto,",
        "update": "La actualización queda así.",
        "output": "Salida",
    },
    "en": {
        "page": "Backpropagation, part",
        "section": "The weight",
        "where": "where",
        "and": "and",
        "then": "Therefore,",
        "update": "The update is as follows.",
        "output": "Output",
    },
}


@dataclass(frozen=True)
class Section:
    """A heading, three runs of words, formulas (two in the text, two displayed), and a cell.

    ``cell`` is Python, ``printed`` what it prints; ``scale`` and ``target`` are its own two numbers.
    """

    title: str
    words: tuple[str, str, str]
    inline: tuple[str, str]
    display: tuple[str, str]
    scale: str
    target: str
    cell: str
    printed: str


@dataclass(frozen=True)
class Page:
    """A page of one language; ``name`` is that of its file, without ending."""

    language: str
    name: str
    title: str
    sections: tuple[Section, ...]

    @property
    def formulas(self) -> list[str]:
        """All formulas in TeX, in order."""
        return [each for section in self.sections for each in (*section.inline, *section.display)]

    @property
    def printed(self) -> list[str]:
        """Every line that a cell prints, in order."""
        return [line for section in self.sections for line in section.printed.splitlines()]


def tutorial(pages: int) -> list[Page]:
    """So many pages in each language."""
    made = [_page(language, number) for language in LANGUAGES for number in range(pages)]
    formulas = [formula for page in made for formula in page.formulas]
    assert len(set(formulas)) == len(formulas), "every formula must be another one"
    return made


def _page(language: str, number: int) -> Page:
    sections = tuple(_section(language, number, place) for place in range(SECTIONS))
    return Page(language, f"p{number + 1:02d}", f"{PHRASES[language]['page']} {number + 1}", sections)


def _section(language: str, page: int, place: int) -> Section:
    draw = random.Random(f"{language}-{page}-{place}")
    count = 2 * (page * SECTIONS + place)
    words = _TEXT[language].split()

    def run(length: int) -> str:
        start = draw.randrange(len(words))
        return " ".join(words[(start + step) % len(words)] for step in range(length))

    scale, target = (f"{draw.uniform(0.05, 0.95):.6f}" for _ in range(2))
    cell = _cell(scale, target)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(cell, {})
    return Section(
        f"{PHRASES[language]['section']} {place + 1}",
        (run(18).capitalize(), run(18), run(20)),
        (_inline(draw, count), _inline(draw, count + 1)),
        (_display(draw, count), _display(draw, count + 1)),
        scale,
        target,
        cell,
        output.getvalue().rstrip(),
    )


def _network() -> tuple[list[float], list[float]]:
    """Two inputs, and the weights from them into the first neuron."""
    data = tomllib.loads((ROOT / "network.toml").read_text("utf-8"))
    return data["network"]["inputs"][:2], data["layer"][0]["weights"][0][:2]


def _cell(scale: str, target: str) -> str:
    inputs, weights = _network()
    return f"x = {inputs}\nw = {weights}\n{cell_body(scale, target)}"


def cell_body(scale: str, target: str) -> str:
    """A cell after its first two lines, which name inputs ``x`` and weights ``w``."""
    return f"""\
scale, target = {scale}, {target}
net = scale * (w[0] * x[0] + w[1] * x[1])
error = target - net
print(f"net = {{net:.9f}}")
print(f"error = {{error:.9f}}")
print(f"loss = {{0.5 * error**2:.9f}}")"""


def _inline(draw: random.Random, count: int) -> str:
    i, h = draw.randint(1, 60), draw.randint(1, 9)
    a, b = (f"{draw.uniform(0.01, 0.99):.9f}" for _ in range(2))
    return [
        rf"w_{{{i}}} = {a}",
        rf"\frac{{\partial E_{{total}}}}{{\partial w_{{{i}}}}} = {a}",
        rf"out_{{h{h}}} = \sigma(net_{{h{h}}}) = {a}",
        rf"\eta \cdot \delta_{{h{h}}} = {a} \cdot {b}",
        rf"x_{{{i}}}^{{(\ell)}} \approx {a}",
        rf"\hat{{y}}_{{{h}}} - y_{{{h}}} = {a} - {b}",
    ][count % 6]


def _display(draw: random.Random, count: int) -> str:
    i, j, h, o = draw.randint(1, 60), draw.randint(1, 9), draw.randint(1, 9), draw.randint(1, 9)
    x, y, z, u = (draw.uniform(0.01, 0.99) for _ in range(4))
    a, b, c, d = (f"{each:.9f}" for each in (x, y, z, u))
    total = r"\partial E_{total}"
    return [
        rf"\frac{{{total}}}{{\partial w_{{{i}}}}} = \frac{{{total}}}{{\partial out_{{o{o}}}}}"
        rf" \cdot \frac{{\partial out_{{o{o}}}}}{{\partial net_{{o{o}}}}}"
        rf" \cdot \frac{{\partial net_{{o{o}}}}}{{\partial w_{{{i}}}}} = {a} \cdot {b} \cdot {c} = {x * y * z:.9f}",
        rf"w_{{{i}}}^{{+}} = w_{{{i}}} - \eta \cdot \frac{{{total}}}{{\partial w_{{{i}}}}}"
        rf" = {a} - {b} \cdot {c} = {x - y * z:.9f}",
        rf"out_{{h{h}}} = \frac{{1}}{{1 + e^{{-net_{{h{h}}}}}}} = \frac{{1}}{{1 + e^{{-{a}}}}}"
        rf" = {1 / (1 + math.exp(-x)):.9f}",
        rf"\begin{{aligned}} net_{{h{h}}} &= w_{{{i}}} \cdot i_{{{j}}} + w_{{{i + 1}}} \cdot i_{{{j + 1}}}"
        rf" + b_{{{o}}} \\ &= {a} \cdot {b} + {c} \cdot {d} + 0.35 = {x * y + z * u + 0.35:.9f} \end{{aligned}}",
        rf"E_{{total}} = \sum_{{k=1}}^{{{o + 1}}} \frac{{1}}{{2}} \left( target_{{k}} - out_{{k}} \right)^{{2}}"
        rf" = \frac{{1}}{{2}} ({a} - {b})^{{2}} + \frac{{1}}{{2}} ({c} - {d})^{{2}}"
        rf" = {0.5 * (x - y) ** 2 + 0.5 * (z - u) ** 2:.9f}",
        rf"\frac{{\partial out_{{o{o}}}}}{{\partial net_{{o{o}}}}} = out_{{o{o}}} \left( 1 - out_{{o{o}}} \right)"
        rf" = {a} \left( 1 - {a} \right) = {x * (1 - x):.9f}",
        rf"\begin{{pmatrix}} net_{{h{h}}} \\ net_{{h{h + 1}}} \end{{pmatrix}}"
        rf" = \begin{{pmatrix}} {a} & {b} \\ {c} & {d} \end{{pmatrix}}"
        rf" \begin{{pmatrix}} i_{{{j}}} \\ i_{{{j + 1}}} \end{{pmatrix}}",
        rf"\delta_{{o{o}}} = -\left( target_{{o{o}}} - out_{{o{o}}} \right) \cdot out_{{o{o}}}"
        rf" \left( 1 - out_{{o{o}}} \right) = -({a} - {b}) \cdot {b} (1 - {b}) = {-(x - y) * y * (1 - y):.9f}",
        rf"\frac{{{total}}}{{\partial out_{{h{h}}}}} = \frac{{\partial E_{{o{o}}}}}{{\partial out_{{h{h}}}}}"
        rf" + \frac{{\partial E_{{o{o + 1}}}}}{{\partial out_{{h{h}}}}} = {a} + (-{b}) = {x - y:.9f}",
        rf"\nabla_{{\mathbf{{W}}^{{({o})}}}} E = \boldsymbol{{\delta}}^{{({o})}}"
        rf" \left( \mathbf{{a}}^{{({o - 1})}} \right)^{{\top}}, \qquad \lVert \nabla E \rVert_{{2}}"
        rf" = \sqrt{{{a}^{{2}} + {b}^{{2}} + {c}^{{2}}}} = {math.sqrt(x * x + y * y + z * z):.9f}",
    ][count % 10]
