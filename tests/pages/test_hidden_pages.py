"""What the pages on the hidden layer and the gradient check say of one, two and three outputs, of twins, of a mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from rendered import rendered

Pages = Callable[[str], dict[tuple[str, str], str]]
LANGUAGES: Final = ("es", "en")

NETWORK: Final = """
[network]
inputs = [0.05, 0.10]
targets = {targets}
learning_rate = {rate}

[[layer]]
weights = {hidden}
bias = 0.35

[[layer]]
weights = {output}
bias = 0.60

[training]
iterations = 20
"""
HIDDEN: Final = "[[0.15, 0.20], [0.25, 0.30]]"
SEVERAL: Final = """
[network]
learning_rate = 0.8

[[example]]
inputs = [0.2, 1]
targets = [1]

[[example]]
inputs = [1, 1]
targets = [0]

[[layer]]
activation = "tanh"
weights = [[0.4, 0.4], [0.4, 0.4]]
bias = 0.2

[[layer]]
weights = [[0.5, 0.5]]
bias = -0.1

[training]
iterations = 20
"""
LINEAR: Final = """
[network]
inputs = {inputs}
targets = {targets}
learning_rate = 0.1

[[layer]]
activation = "identity"
weights = {hidden}
bias = 0

[[layer]]
activation = "identity"
weights = {output}
bias = 0

[training]
iterations = 2
update = "{update}"
"""
NETWORKS: Final = {
    "plain": LINEAR.format(inputs=[1], targets=[0.5], hidden="[[1]]", output="[[1]]", update="sequential"),
    "silent": LINEAR.format(
        inputs=[1, 2], targets=[4, 1], hidden="[[1, 0], [0, 1]]", output="[[1, 1], [1, 0]]", update="simultaneous"
    ),
    "one": NETWORK.format(targets=[0.01], rate=0.5, hidden="[[0.15, 0.20]]", output="[[0.40]]"),
    "two": NETWORK.format(targets=[0.01, 0.99], rate=0.5, hidden=HIDDEN, output="[[0.40, 0.45], [0.50, 0.55]]"),
    "two agree": NETWORK.format(targets=[0.01, 0.02], rate=0.5, hidden=HIDDEN, output="[[0.40, 0.45], [0.50, 0.55]]"),
    "three": NETWORK.format(
        targets=[0.01, 0.99, 0.5], rate=0.5, hidden=HIDDEN, output="[[0.40, 0.45], [0.50, 0.55], [0.1, 0.2]]"
    ),
    "twins": SEVERAL,
}
VOICES: Final = {
    ("es", "one"): "La pérdida no tiene otro término",
    ("en", "one"): "The loss has no other term",
    ("es", "two"): "Las dos voces se contradicen: una pide que suba y la otra que baje",
    ("en", "two"): "The two voices contradict each other",
    ("es", "two agree"): "Las dos voces piden lo mismo",
    ("en", "two agree"): "Both voices ask for the same",
    ("es", "three"): "Las voces no coinciden: hay quien pide que suba",
    ("en", "three"): "The voices disagree",
}


@cache
def folder(tmp: Path, name: str) -> dict[tuple[str, str], str]:
    file = tmp / "network.toml"
    file.write_text(NETWORKS[name], "utf-8")
    return {(page.language, page.name.removesuffix(".md")): words(page.markdown) for page in rendered(file)}


def words(markdown: str) -> str:
    """The words of a page, numbers among them, without marks."""
    text = re.sub(r"(?s)<svg.*?</svg>|```.*?```|</?(data|span)[^>]*>", "", markdown)
    return re.sub(r"[^\S\n]+", " ", text)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    tmp = tmp_path_factory.mktemp("networks")
    return lambda name: folder(tmp, name)


@pytest.mark.parametrize(("language", "name"), VOICES)
def test_voices_are_counted(pages: Pages, language: str, name: str) -> None:
    text = pages(name)[language, "hidden-layer"]
    assert VOICES[language, name] in text
    others = {said for (spoken, other), said in VOICES.items() if spoken == language and other != name}
    assert not [said for said in others if said in text]
    assert ("las dos" in text.lower()) == (name.startswith("two") and language == "es")


@pytest.mark.parametrize(("language", "said"), [("es", "son **gemelas**"), ("en", "they are **twins**")])
def test_twins_are_told_where_there_are_some(pages: Pages, language: str, said: str) -> None:
    assert said in pages("twins")[language, "hidden-weights"]
    assert said not in pages("two")[language, "hidden-weights"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weight_goes_against_the_mean_that_stands_beside_it(pages: Pages, language: str) -> None:
    rows = re.findall(
        r"\| \$`w_\{\d\}`\$ \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|", pages("twins")[language, "hidden-weights"]
    )
    assert rows
    for value, _, mean, after in ([float(cell.replace("−", "-")) for cell in row] for row in rows):
        assert after == pytest.approx(value - 0.8 * mean, abs=1e-6)


def test_what_the_loss_does_with_a_wrong_gradient(pages: Pages) -> None:
    assert "aquí baja también con un gradiente equivocado" in pages("two")["es", "hidden-weights"]
    assert "here it falls with a wrong gradient, too" in pages("two")["en", "hidden-weights"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_formula_of_the_hidden_pages_stands_twice(pages: Pages, language: str) -> None:
    files = [pages("two")[language, page] for page in ("hidden-layer", "hidden-weights")]
    ladders = re.findall(r'data-(?:ladder|made)="(?:formula:)?([^"]+)"', "".join(files))
    assert len(ladders) == len(set(ladders)) > 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gradient_check_closes_the_path(pages: Pages, language: str) -> None:
    text = pages("two")[language, "gradient-check"]
    assert {"es": "Este es el camino completo", "en": "That is the whole path"}[language] in text
    assert {"es": "no una certeza", "en": "no certainty"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_mistake_and_one_that_changes_nothing(pages: Pages, language: str) -> None:
    alone = {"es": "## El error común {#mistakes}", "en": "## The common mistake {#mistakes}"}[language]
    same = {"es": "| el mismo |", "en": "| the same |"}[language]
    unspoiled = {"es": "ningún error de la tabla cambia el gradiente", "en": "no mistake in the table changes the"}[
        language
    ]
    for page in ("hidden-layer", "hidden-weights"):
        assert alone in pages("plain")[language, page]
        assert same in pages("plain")[language, page]
        assert alone not in pages("two")[language, page]
    assert unspoiled in pages("plain")[language, "gradient-check"]
    assert unspoiled not in pages("two")[language, "gradient-check"]


@pytest.mark.parametrize(
    ("language", "together"), [("es", "entre las dos, las salidas"), ("en", "between them, the outputs")]
)
def test_a_silent_voice_wants_nothing_of_the_sum(pages: Pages, language: str, together: str) -> None:
    assert together in pages("two")[language, "hidden-layer"]
    assert together not in pages("silent")[language, "hidden-layer"]


@pytest.mark.parametrize(
    ("language", "said"), [("es", "la receta para la capa entera"), ("en", "the recipe for the whole layer")]
)
def test_the_layer_stands_in_code(pages: Pages, language: str, said: str) -> None:
    assert said in pages("two")[language, "hidden-weights"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_path_ends_with_what_the_reader_can_do(pages: Pages, language: str) -> None:
    _, can_do = pages("two")[language, "gradient-check"].split("{#can-do}")
    assert can_do.count("\n- ") == 5
    assert re.findall(r"\]\(([a-z-]+)\.md\)", can_do)[-1] == "why-a-hidden-layer"
