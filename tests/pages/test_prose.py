"""What the words of finished pages say of numbers: no contrast of equals, agreement in number, grouped digits."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

import sample
from backprop_docgen.network.file import to_toml
from backprop_docgen.network.network import Example, Layer, Network, Training
from built import ROOT
from prose import empty_contrasts, plain, visible
from rendered import Finished, rendered_once

Pages = Callable[[str], list[Finished]]
NETWORKS: Final = ["network", *sorted(path.stem for path in (ROOT / "tests" / "networks").glob("*.toml"))]
TRIED: Final = sample.some("prose", NETWORKS, 6)
SKIPPED: Final = ("benchmark.md", "wrong-numbers.md")
"""What has no number of the network."""


# --- contrasts ---------------------------------------------------------------------------------

RIGHT_ON_TARGET: Final = re.compile(r"(answers|responde|target,|objetivo,) ⟦")
"""An output that answers 1.2, and ought to answer 1.2: that is said, and no empty contrast."""


@pytest.mark.parametrize("name", TRIED)
def test_no_number_is_contrasted_with_itself(finished: Pages, name: str) -> None:
    found = {
        (page.language, page.name): hits
        for page in finished(name)
        if page.name not in SKIPPED
        and (
            hits := [
                hit for hit in empty_contrasts(visible(page.markdown), page.language) if not RIGHT_ON_TARGET.search(hit)
            ]
        )
    }
    assert not found


# --- one, two and three of everything ----------------------------------------------------------

_ES_ONES: Final = (
    "pesos|sesgos|neuronas|entradas|salidas|ejemplos|capas|flechas|caminos|parámetros|gradientes|iteraciones"
    "|actualizaciones|veces|cifras|decimales|términos|sumandos|errores|filas|columnas|unidades|pérdidas|números"
)
_EN_ONES: Final = (
    "weights|biases|neurons|inputs|outputs|examples|layers|arrows|paths|parameters|gradients|iterations"
    "|updates|times|digits|decimals|terms|errors|rows|columns|units|losses|numbers"
)
_ES_ONE: Final = (
    "peso|sesgo|neurona|entrada|salida|ejemplo|capa|flecha|camino|parámetro|gradiente|iteración|actualización|vez|cifra"
    "|decimal|término|sumando|error|fila|columna|unidad|pérdida|número"
)
_EN_ONE: Final = (
    "weight|bias|neuron|input|output|example|layer|arrow|path|parameter|gradient|iteration|update|digit|decimal|term"
    "|error|row|column|unit|loss|number"
)
_ES_SEVERAL: Final = "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|dieciocho|veinticuatro"
_EN_SEVERAL: Final = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty-four"

ALWAYS: Final = {
    "es": [
        rf"(?<![\d.,×] )(?<![\d.,\w])(?:una?|1) (?:{_ES_ONES})\b",
        rf"\b(?:{_ES_SEVERAL}) (?:{_ES_ONE})\b",
        r"\b(?:el|la|otro|otra) (?:dos|tres|cuatro)\b",
        r"\bcada una? de (?:los|las) un[oa]?\b",
        r"\btod[ao]s (?:los|las) dos\b",
    ],
    "en": [
        rf"(?<![\d.,×] )(?<![\d.,\w-])(?:one|1|a|an) (?:hidden |output )?(?:{_EN_ONES})\b",
        rf"\b(?:{_EN_SEVERAL}) (?:hidden |output )?(?:{_EN_ONE})\b(?! neuron| layer| weight)",
        r"\ball two\b",
        r"\beach of the one\b",
        r"\ball one\b",
        r"\bthe (?:one|1) others\b",
    ],
}
"""Wrong for any network."""

OF_THE_FEW: Final = {
    ("one", "es"): [
        r"\blos demás ejemplos\b",
        r"\blas (?:otras|demás) salidas\b",
        r"\blos (?:otros|demás) pesos ocultos\b",
        r"\botros ejemplos de entrenamiento\b",
        r"\bunas (?:piden|quieren|tienen)\b",
        r"\bentre tod[ao]s, \b",
        r"por (?:las|sus) flechas\b",
        r"\blas entradas (?:ponen|le quitan|suman)\b",
        r"\blas salidas quieren\b",
    ],
    ("one", "en"): [
        r"\bthe other (?:examples|outputs|hidden weights)\b",
        r"\bsome (?:ask|want)\b",
        r"\ball of them (?:together )?(?:want|ask)\b",
        r"along the arrows\b",
        r"\bthe inputs supply\b",
        r"\bthe outputs want\b",
    ],
    ("two", "es"): [
        r"\bentre tod[ao]s, ",
        r"\b[Ll]os demás (?:ejemplos|entran|se calculan|pasan|pesan)\b",
        r"\bsin los demás\b",
        r"\bcada uno de los demás\b",
        r"\blas otras salidas\b",
        r"\b[Ll]os otros (?:términos|pesos que llegan)\b",
        r"\bde todos los ejemplos\b",
        r"\bsi todas las salidas\b",
        r"\bla media de tod[ao]s\b",
        r"\bpor todos\b",
        r"\ba todos a la vez\b",
        r"\bla pérdida escucha a todas\b",
        r"\bsi son muchos\b",
        r"\bunas (?:piden|quieren|tienen)\b.{0,60}\botras\b",
    ],
    ("two", "en"): [
        r"\bthe others (?:come|go|weigh|are worked)\b",
        r"\b[Tt]he other (?:examples|outputs)\b",
        r"\beach of the others\b",
        r"\bof all (?:of )?the (?:examples|outputs)\b",
        r"\bover all(?: of them| (?:the )?examples|[,.;])",
        r"\bmean of (?:all of them|them all)\b",
        r"\bthrough them all\b",
        r"\bto all of them at once\b",
        r"\bif they are many\b",
        r"\btwo times\b(?! (?:smaller|larger|as))",
        r"\bsome (?:ask|want)\b.{0,60}\bothers\b",
    ],
    ("three", "es"): [
        r"\b(?:los|las) dos (?:ejemplos|entradas|capas|neuronas)\b",
        r"\b[Ee]l otro ejemplo\b",
        r"\bla otra (?:salida|entrada)\b",
        r"\bambas salidas\b",
    ],
    ("three", "en"): [
        r"\bboth (?:examples|outputs|inputs|layers|neurons)\b",
        r"\b[Tt]he other (?:example|output|input)\b",
    ],
}
"""Wrong where there is exactly one of everything, or two, or three."""
ELSEWHERE: Final = (
    *("benchmark.md", "glossary.md", "plugins.md", "check.md", "change-the-weights.md"),
    *("hand-copied.md", "warm-up.md", "why-a-hidden-layer.md", "slow-learning.md", "three-classes.md"),
    *("build-it-yourself.md", "wrong-numbers.md"),
)
"""Pages that speak of other networks, or of none."""
OF_OTHERS: Final = re.compile(
    r"en ese ejemplo las dos salidas|in that example the two outputs"  # biases: the published example
)


def of_each(count: int) -> Network:
    """So many inputs, hidden layers, neurons in each, outputs, examples and updates."""
    draw = random.Random(count)

    def number() -> Decimal:
        return Decimal(draw.randint(-99, 99)) / 100

    def row() -> tuple[Decimal, ...]:
        return tuple(number() for _ in range(count))

    layers = tuple(
        Layer("logistic", tuple(row() for _ in range(count)), row(), shared_bias=False) for _ in range(count + 1)
    )
    examples = tuple(Example(row(), tuple(abs(each) for each in row())) for _ in range(count))
    return Network(examples, layers, Decimal("0.5"), training=Training(count, update_biases=True))


def wrong_numbers(text: str, patterns: list[str]) -> list[str]:
    """What of a text disagrees in number, each with what stands around it."""
    return [
        text[max(0, hit.start() - 50) : hit.end() + 30].replace("\n", " ")
        for pattern in patterns
        for hit in re.finditer(pattern, text)
        if not OF_OTHERS.search(text[max(0, hit.start() - 30) : hit.end() + 30])
    ]


def disagreements(pages: list[Finished], count: str = "") -> dict[tuple[str, str], list[str]]:
    found = {}
    for page in pages:
        if page.name not in ELSEWHERE:
            patterns = ALWAYS[page.language] + OF_THE_FEW.get((count, page.language), [])
            if hits := wrong_numbers(plain(visible(page.markdown, drawn=True)), patterns):
                found[page.language, page.name] = hits
    return found


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("es", "se repite 1 veces", "se repite 1 vez"),
        ("es", "tiene una salidas", "tiene una salida; las otras"),
        ("es", "llegan tres peso", "llegan tres pesos, menos que 0.1 veces"),
        ("en", "it has one hidden neurons", "it has one hidden neuron, and its weights"),
        ("en", "all two outputs", "both outputs"),
        ("en", "three weight", "three weights, 4.1 times as many"),
    ],
)
def test_wrong_numbers_are_found(language: str, wrong: str, right: str) -> None:
    assert wrong_numbers(wrong, ALWAYS[language])
    assert not wrong_numbers(right, ALWAYS[language])


@pytest.mark.parametrize("count", ["one", "two", "three"])
def test_sentences_agree_with_one_two_and_three_of_everything(common: Path, tmp_path: Path, count: str) -> None:
    file = tmp_path / "network.toml"
    file.write_text(to_toml(of_each(["", "one", "two", "three"].index(count))), "utf-8")
    assert not disagreements(rendered_once(common / f"pages of {count} of each", file), count)


@pytest.mark.parametrize("name", TRIED)
def test_sentences_agree_in_number(finished: Pages, name: str) -> None:
    assert not disagreements(finished(name))


# --- equations ---------------------------------------------------------------------------------

TWICE: Final[dict[str, str]] = {}
"""Equations that stand twice on the numbered pages, and why."""


def core() -> list[str]:
    """The pages of the path, in its order."""
    nav = re.search(r"(?m)^  - Tutorial:\n((?:      - .*\n)+)", (ROOT / "mkdocs.yml").read_text("utf-8"))
    assert nav
    return re.findall(r"- (?:.*: )?(\S+\.md)$", nav[1], re.MULTILINE)


def equations(markdown: str) -> list[str]:
    """The displayed equations of a page, without marks and white space; not those that a question asks to judge."""
    told = re.sub(r'(?s)<section class="bp-quiz".*?</section>', "", markdown)
    found = re.findall(r"(?ms)^ *```math\n(.*?)^ *```", told)
    bare = [re.sub(r"\\htmlData\{[^}]*\}", "", tex) for tex in found]
    return [re.sub(r"[\s{}]|\\allowbreak|\\(?:displaystyle|left|right|,|;|!)", "", tex) for tex in bare]


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_equation_is_shown_in_full_twice_on_the_path(finished: Pages, language: str) -> None:
    pages = {page.name: page.markdown for page in finished("network") if page.language == language}
    places: dict[str, list[str]] = {}
    for name in core():
        for tex in equations(pages[name]):
            places.setdefault(tex, []).append(name)
    assert {tex: names for tex, names in places.items() if len(names) > 1 and tex not in TWICE} == {}


# --- large numbers -----------------------------------------------------------------------------

BARE: Final = {"es": r"(?<![\w.,−/#:=])\d{5,}(?!\w)", "en": r"(?<![\w.,−/#:=])\d{4,}(?!\w)"}
"""Five digits of a whole part in a row in Spanish, four in English: no reader counts them."""
YEARS: Final = re.compile(r"\b(?:19|20)\d\d\b")


def ungrouped(markdown: str, language: str) -> list[str]:
    """Large numbers whose digits are not grouped, in prose, tables, captions and texts for who does not see."""
    text = re.sub(r"`[^`\n]*`|\$`[^`]*`", " ", visible(markdown, drawn=True))
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)|https?://\S+|<[^>]*>|\{[^}]*\}", "] ", text).replace("⟦", " ").replace("⟧", " ")
    return [
        text[max(0, hit.start() - 30) : hit.end() + 20].replace("\n", " ")
        for hit in re.finditer(BARE[language], text)
        if not YEARS.fullmatch(hit[0])
    ]


def test_ungrouped_numbers_are_found() -> None:
    assert ungrouped("The loss is 20000 now.", "en")
    assert ungrouped("La pérdida es 20000.5 ahora.", "es")
    assert not ungrouped("La pérdida es 1000, o 10\u202f000, o 0.123456789.", "es")
    assert not ungrouped("In 2015, 10,000 steps; `20000`, 0.123456789.", "en")


@pytest.mark.parametrize("name", TRIED)
def test_large_numbers_are_grouped(finished: Pages, name: str) -> None:
    found = {
        (page.language, page.name): hits
        for page in finished(name)
        if page.name not in SKIPPED and (hits := ungrouped(page.markdown, page.language))
    }
    assert not found


@pytest.mark.parametrize("name", TRIED)
def test_nothing_is_not_negative(finished: Pages, name: str) -> None:
    """Neither in sentences nor in what a cell prints, whatever its decimals."""
    nothing = re.compile(r"(?<![\w.,])[-−]0(?:[.,]0+)?(?![\d.,e]|\w| ?×)")
    for page in finished(name):
        text = re.sub(r"(?s)<svg.*?</svg>", "", page.markdown)
        outputs = "\n".join(re.findall(r"(?ms)^ *```\{\.text \.output\}\n(.*?)^ *```", text))
        hits = [outputs[max(0, hit.start() - 40) : hit.end() + 10] for hit in nothing.finditer(outputs)]
        words = visible(text)
        hits += [words[max(0, hit.start() - 40) : hit.end() + 10] for hit in re.finditer(r"⟦[-−]0(?:[.,]0+)?⟧", words)]
        assert not hits, (page.language, page.name)
