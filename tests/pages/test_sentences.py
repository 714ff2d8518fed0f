"""What pages say of networks that go wrong or have nothing to learn is true, and contrasts nothing with itself."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import pytest

import sample
from backprop_docgen.check.recount import Recount, truth
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import parse
from backprop_docgen.pages.number import Condition, Reference, alike
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.worksheet.course import build_course
from prose import empty_contrasts, visible
from rendered import Finished, rendered

Pages = Callable[[str], dict[tuple[str, str], str]]
ROOT = Path(__file__).parents[2]
LANGUAGES: Final = ("es", "en")

IDENTITY: Final = """
[network]
inputs = {inputs}
targets = {targets}
learning_rate = {rate}

[[layer]]
activation = "{hidden}"
weights = [[0.3, 0.2], [0.1, 0.1]]
bias = 0.1

[[layer]]
activation = "{output}"
weights = [[1, 1], [0.2, 0.9]]
bias = 0

[training]
iterations = 100
"""

LOGISTIC: Final = """
[network]
inputs = [0.05, 0.10]
targets = {targets}
learning_rate = {rate}

[[layer]]
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35

[[layer]]
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60

[training]
iterations = {iterations}

[display]
decimals = {decimals}
"""

DEAD: Final = """
[network]
inputs = [1, 2]
targets = [0.5, 0.25]

[[layer]]
activation = "{hidden}"
weights = [[-0.6, -0.3], [-0.4, -0.2]]
bias = -0.1

[[layer]]
activation = "{output}"
weights = [[-0.5, -0.7], [-0.2, -0.3]]
bias = -0.2

[training]
iterations = 100
"""

SINGLE: Final = """
[network]
inputs = [0.5, 1]
targets = [1, 2]
learning_rate = 0.1

[[layer]]
activation = "identity"
weights = [[0.1, 0.2], [0.3, 0.4]]

[training]
iterations = 100
"""

SEVERAL: Final = """
[network]

[[example]]
inputs = [1, 2]
targets = [1, 0]

[[example]]
inputs = [1, 2]
targets = [1, 0]

[[layer]]
activation = "tanh"
weights = [[0.5, 0.5], [0.5, 0.5]]
bias = 0.1

[[layer]]
activation = "softplus"
weights = [[0, 0], [0, 0]]
bias = 0.1

[training]
iterations = 20
"""

NETWORKS: Final = {
    "no loss": IDENTITY.format(inputs=[1, 2], targets=[1.2, 0.52], rate=0.5, hidden="identity", output="identity"),
    "no loss, relu": IDENTITY.format(inputs=[1, 2], targets=[1.2, 0.52], rate=0.5, hidden="relu", output="relu"),
    "too large a rate": IDENTITY.format(inputs=[9, 6], targets=[1, -2], rate=0.2, hidden="identity", output="identity"),
    "far too large a rate": LOGISTIC.format(targets=[0.01, 0.99], rate=500, iterations=100, decimals=9),
    "out of reach": LOGISTIC.format(targets=[-0.4, 0.99], rate=0.5, iterations=10_000, decimals=9),
    "minute rate": LOGISTIC.format(targets=[0.01, 0.99], rate="1e-10", iterations=20, decimals=9),
    "two decimals": LOGISTIC.format(targets=[0.01, 0.99], rate=0.5, iterations=1000, decimals=2),
    "dead hidden layer": DEAD.format(hidden="relu", output="logistic"),
    "dead outputs": DEAD.format(hidden="logistic", output="relu"),
    "one layer": SINGLE,
    "the same example twice": SEVERAL,
}
NO_LOSS: Final = ("no loss", "no loss, relu")
NO_GRADIENT: Final = (*NO_LOSS, "dead outputs")


@cache
def folder(tmp: Path, name: str) -> dict[tuple[str, str], str]:
    file = tmp / "network.toml"
    file.write_text(NETWORKS[name], "utf-8")
    return {(page.language, page.name.removesuffix(".md")): visible(page.markdown) for page in rendered(file)}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The visible words of a network's pages, by language and name."""
    tmp = tmp_path_factory.mktemp("networks")
    return lambda name: folder(tmp, name)


def test_empty_contrasts_are_found() -> None:
    assert empty_contrasts("it goes from ⟦0.4⟧ to ⟦0.400000000⟧.", "en")
    assert empty_contrasts("da ⟦0⟧ en lugar de ⟦0.000000000⟧.", "es")
    assert not empty_contrasts("it goes from ⟦0.4⟧ to ⟦0.41⟧, and ⟦0.41⟧ is more.", "en")


@pytest.mark.parametrize(("name", "language"), sample.some("contrasts", list(product(NETWORKS, LANGUAGES)), 4))
def test_no_number_is_contrasted_with_itself(pages: Pages, name: str, language: str) -> None:
    # "answers 1.2, and ought to answer 1.2: exactly right"; an output of 0 is 0.01 away from its target, 0.01
    other = re.compile(r"(answers|responde|target,|objetivo,) ⟦")
    found = {
        page: hits
        for (of, page), text in pages(name).items()
        if of == language
        and page != "benchmark"
        and (hits := [hit for hit in empty_contrasts(text, language) if not other.search(hit)])
    }
    assert not found


@pytest.mark.parametrize("name", NO_LOSS)
def test_at_a_loss_of_0_nobody_says_that_moving_changes_nothing(pages: Pages, name: str) -> None:
    found = pages(name)
    for (_, page), text in found.items():
        if page not in ("gradient-check", "glossary", "benchmark"):
            assert not re.search(r"the loss does not change|does not change the loss", text), page
            assert not re.search(r"la pérdida no cambia|no cambia la pérdida", text), page
    for language, wrong, right in [
        ("en", r"the loss rises, at ⟦", "its slope is 0"),
        ("es", r"la pérdida sube, a razón de ⟦", "su pendiente es 0"),
    ]:
        assert not re.search(wrong, found[language, "nudge"])
        assert right in found[language, "nudge"]
        assert not re.search(r"the less that change per unit depends|menos depende de él", found[language, "nudge"])


@pytest.mark.parametrize("name", NO_GRADIENT)
def test_zero_is_not_twice_as_large(pages: Pages, name: str) -> None:
    assert "twice as large" not in pages(name)["en", "error"]
    assert "el doble de grandes" not in pages(name)["es", "error"]


def test_a_target_out_of_reach_gives_the_loss_a_floor(pages: Pages) -> None:
    for language, floor in [("en", "This loss has a floor, ⟦0.08⟧"), ("es", "Esta pérdida tiene un suelo, ⟦0.08⟧")]:
        assert floor in pages("out of reach")[language, "error"]
        for name in (*NO_LOSS, "two decimals", "one layer"):
            assert not re.search(r"\bfloor\b|\bsuelo\b", pages(name)[language, "error"])


def test_the_question_about_its_sign_knows_a_slope_of_zero(pages: Pages) -> None:
    for name in NO_GRADIENT:
        assert re.search(r"⟦0(?:\.0+)?⟧, zero\.", pages(name)["en", "output-layer"])
        assert re.search(r"⟦0(?:\.0+)?⟧, cero\.", pages(name)["es", "output-layer"])
    assert "⟧, positive." in pages("two decimals")["en", "output-layer"]


HANGING: Final = re.compile(
    r"(?m)(?<=\n\n)( {4,})\{% choose [^%]*%\}\n"  # a paragraph of a fold begins with a choice,
    r"(?:\1\{% when [^%]*%\}.*\n)*?\1\{% when [^%]*%\}\n"  # one branch of which says nothing,
    r"(?=\1\{% (?:when|endchoose))(?:\1\{% when [^%]*%\}.*\n)*\1\{% endchoose %\}[^\n]*\S"  # and goes on behind it
)


def test_a_paragraph_of_a_fold_begins_with_words() -> None:
    """A branch that says nothing takes the white space before it away, and with it what holds the line in the fold."""
    fold = "\n\n    {% choose x %}\n    {% when a %}\n    {% when b %} For this,\n    {% endchoose %} it rises.\n"
    assert HANGING.search(fold)
    assert not HANGING.search(fold.replace("{% when a %}", "{% when a %} Here"))
    for path in (ROOT / "docs").rglob("*.md"):
        assert not HANGING.search(path.read_text("utf-8")), path


def test_too_large_a_rate_is_told_from_the_mistake(pages: Pages) -> None:
    found = pages("too large a rate")
    for language, wrong, also, impossible in [
        ("en", ("that is the symptom", "The loss goes the other way"), "it rises too", "no loss falls below 0"),
        ("es", ("ese es el síntoma", "La pérdida va en la dir"), "también sube", "ninguna pérdida baja de 0"),
    ]:
        both = found[language, "delta"] + found[language, "gradient-check"]
        assert not [words for words in wrong if words in both]
        assert also in found[language, "delta"]
        assert impossible in found[language, "second-iteration"]


def test_a_promise_that_can_be_kept_is_not_called_impossible(pages: Pages) -> None:
    for name in ("out of reach", "minute rate", "dead hidden layer", "one layer"):
        assert "falls below 0" not in pages(name)["en", "second-iteration"]
        assert "pérdida baja de 0" not in pages(name)["es", "second-iteration"]


def test_targets_out_of_reach_leave_a_floor_under_the_loss(pages: Pages) -> None:
    missed, reached = pages("out of reach"), pages("two decimals")
    for language, floor, never in [
        ("en", r"No weights bring this loss below ⟦0\.08⟧", "whatever the weights"),
        ("es", r"No hay pesos que lleven esta pérdida por debajo de ⟦0\.08⟧", "sean cuales sean los pesos"),
    ]:
        assert re.search(floor, missed[language, "training"])
        assert never in missed[language, "second-iteration"]
        assert never not in reached[language, "second-iteration"]
        assert not re.search(floor.partition("⟦")[0], reached[language, "training"])


def test_dead_neurons_and_twins_are_called_so(pages: Pages) -> None:
    for language, dead, twins in [
        ("en", "no gradient passes through them", "stay alike however long"),
        ("es", "por ellas no pasa ningún gradiente", "siguen iguales por mucho"),
    ]:
        assert dead in pages("dead hidden layer")[language, "training"]
        assert twins in pages("the same example twice")[language, "training"]
        for name in ("two decimals", "one layer", "out of reach"):
            assert dead not in pages(name)[language, "training"]
            assert twins not in pages(name)[language, "training"]


def test_an_example_is_memorised_only_where_its_outputs_are_near_their_targets(pages: Pages) -> None:
    for language, memorised, recites in [
        ("en", "One example is memorised.", "recites"),
        ("es", "Un ejemplo se memoriza.", "recita"),
    ]:
        assert memorised in pages("one layer")[language, "training"]
        for name in ("out of reach", "minute rate", "no loss", "dead hidden layer"):
            assert memorised not in pages(name)[language, "training"]
            assert name == "no loss" or recites not in pages(name)[language, "training"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "factors"), [("out of reach", 3), ("two decimals", 3), ("far too large a rate", 3), ("one layer", 2)]
)
def test_why_it_slows_down_is_split_into_factors(pages: Pages, name: str, factors: int, language: str) -> None:
    text = pages(name)[language, "training"]
    table = re.search(r"\| (start|principio) ÷ (end|final) \|\n\|---\|---\|---\|---\|\n((?:\|.*\n)+)", text)
    assert table
    shown = re.findall(r"⟦([^⟧]*)⟧ \|$", table[3], re.MULTILINE)
    ratios = [float(parse(re.sub(r"(?<=\d)[,\s](?=\d{3})", "", ratio)).value) for ratio in shown]  # they are grouped
    assert len(ratios) == factors + 1
    assert math.isclose(math.prod(ratios[:-1]), ratios[-1], rel_tol=1e-2 if name == "two decimals" else 2e-3)


def test_closeness_is_the_cause_only_where_the_error_shrinks_most(pages: Pages) -> None:
    reached, missed = pages("one layer"), pages("out of reach")
    for language, close, flat in [
        ("en", "the closer to the target, the shorter the step", "it is not closeness to the target"),
        ("es", "cuanto más cerca del valor objetivo, más corto el paso", "por estar cerca del valor objetivo"),
    ]:
        assert close in reached[language, "training"]
        assert close not in missed[language, "training"]
        assert flat in missed[language, "training"]


def test_a_constant_share_is_a_straight_line(pages: Pages) -> None:
    for language, line in [("en", "the curve is a straight line"), ("es", "la curva es una recta")]:
        assert line in pages("one layer")[language, "training"]
        for name in ("out of reach", "minute rate", "no loss", "dead outputs"):
            assert line not in pages(name)[language, "training"]


def test_two_numbers_are_alike_where_they_read_the_same() -> None:
    network = read_network(ROOT / "network.toml")
    network = replace(network, display=replace(network.display, decimals=3))
    course = build_course(network)
    scribe = PageState("", course, Language("en"))

    def number(name: str) -> Reference:
        return Reference(scribe, name)

    recount = Recount(course, Language("en"))
    for condition, holds in [
        (alike(number("w1"), number("w1")), True),
        (alike(number("w1"), number("w2")), False),
        (alike(number("w1"), number("w1") * 1.0001), True),  # exact and rounded: 0.15 and 0.150
        (alike(number("w1") - number("w1"), 0), True),
        (alike(number("E_total"), number("E_total") + "0.00001"), True),
        (alike(number("E_total"), number("E_total") + "0.001"), False),
    ]:
        assert isinstance(condition, Condition)
        assert condition.truth is holds
        assert truth(recount, condition.to_json()) is holds
    nothing = (number("w1") - number("w1")) / (number("w1") - number("w1"))
    assert alike(nothing, nothing).truth is False  # of what is not a number nothing holds


def test_a_first_step_that_is_made_up_for_is_told(finished: Callable[[str], list[Finished]]) -> None:
    for language, told in [("en", "The first step went too far"), ("es", "El primer paso se pasó de largo")]:
        for name, leaps in [("overshoots", True), ("network", False), ("diverges", False)]:
            training = next(p for p in finished(name) if (p.language, p.name) == (language, "training.md"))
            assert (told in visible(training.markdown)) == leaps


@pytest.mark.parametrize(("name", "rate"), [("diverges", "0.2"), ("network", "5"), ("learned", "5")])
def test_who_goes_too_far_is_asked_to_try_a_shorter_step(
    finished: Callable[[str], list[Finished]], name: str, rate: str
) -> None:
    training = [page.markdown for page in finished(name) if page.name == "training.md"]
    assert all(f"#q:eta={rate}" in text for text in training)


def test_a_fall_without_certain_digits_is_told_by_its_ends(finished: Callable[[str], list[Finished]]) -> None:
    for page in finished("3-4-1"):
        assert not re.search("ninguna cifra segura|no certain digit", visible(page.markdown))
