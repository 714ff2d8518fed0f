"""A figure follows the weight that a page names: any that it can show, in networks of every shape."""

from __future__ import annotations

import re

import pytest

from backprop_docgen.errors import TemplateError
from backprop_docgen.figures.figure import Figure
from backprop_docgen.figures.scene import FOLLOWING, KINDS, OnDemand, Scene, Shown
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import load_language
from backprop_docgen.worksheet.course import Course, build_course
from built import ROOT

ENGLISH = load_language("en")
DEFAULT = build_course(read_network(ROOT / "network.toml"))
DEEP = build_course(
    parse_network(
        "[network]\ninputs = [1, 0.5, 0.2]\ntargets = [1]\n"
        + '[[layer]]\nneurons = 4\nactivation = "tanh"\n' * 2
        + "[[layer]]\nneurons = 3\n[[layer]]\nneurons = 1\n",
        "deep.toml",
    )
)
FLAT = build_course(parse_network("[network]\ninputs = [1, 0]\ntargets = [1]\n[[layer]]\nneurons = 1\n", "flat.toml"))


def drawn(course: Course, *shown: str) -> list[Figure]:
    return OnDemand().draw([Scene.of(each, course, ENGLISH) for each in shown])


@pytest.mark.parametrize("course", [DEFAULT, DEEP], ids=["default", "deep"])
def test_the_paths_follow_each_weight_of_their_layers(course: Course) -> None:
    *hidden, last = topology(course.default.network).weights
    wanted = [("output-path", name) for row in last for name in row]
    wanted += [("hidden-paths", name) for layer in hidden for row in layer for name in row]
    figures = drawn(course, *(f"{kind}/{name}" for kind, name in wanted))
    for (kind, name), figure in zip(wanted, figures, strict=True):
        assert {name, f"dE_total/d{name}"} <= {*figure.names}, (kind, name)
        assert all(f'data-weight="{name}"' in svg for svg in figure.svgs)
        assert re.search(rf"\b{name} to the loss|\b{name}\b", figure.alt)


def test_without_a_weight_it_is_the_figure_of_the_network_file() -> None:
    plain, named = drawn(DEFAULT, "output-path", "output-path/w5")
    assert plain.names == named.names
    assert "data-weight" not in plain.html


def test_a_circuit_shows_the_neurons_at_both_ends_of_its_weight() -> None:
    layer = topology(DEEP.default.network).weights[0]
    name = layer[2][1]  # of four neurons the third, which it would leave out
    figure = drawn(DEEP, f"circuit/{name}")[0]
    assert {"out_h1_3", "delta_h1_3"} <= {*figure.names}


def test_copies_of_a_figure_on_a_page_have_ids_of_their_own() -> None:
    figures = drawn(DEFAULT, "circuit", "circuit#2", "circuit/w6", "circuit/w6#2")
    ids = [each for figure in figures for each in re.findall(r' id="([^"]+)"', figure.html)]
    assert len(ids) == len(set(ids))
    first, second = (figure.html for figure in figures[:2])
    assert second.replace("-2-", "-").replace(' data-copy="2"', "") == first


def test_what_a_figure_shows_is_a_text_and_comes_back_from_it() -> None:
    for shown in (Shown("circuit"), Shown("curves", "a+b"), Shown("circuit", "a", "w7", 3), Shown("circuit", copy=2)):
        assert Shown.parse(str(shown)) == shown


@pytest.mark.parametrize(
    ("course", "shown", "said"),
    [
        (DEFAULT, "output-path/w1", "w1: the figure output-path does not follow this weight\n.*w5, w6, w7, w8"),
        (DEFAULT, "output-path/w55", "w55: there is no weight of this name\n    Did you mean w5?"),
        (DEFAULT, "output-path/x", "The network has w1, w2"),
        (DEEP, "circuit/w20", "w20: the figure circuit does not follow this weight"),
        (FLAT, "hidden-paths/w1", "hidden-paths: the network has no hidden layer"),
        (DEFAULT, "circuit#100", "there is no figure of this kind"),
    ],
)
def test_a_weight_that_cannot_be_followed_is_told_with_those_that_can(course: Course, shown: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        Scene.of(shown, course, ENGLISH)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in FOLLOWING and kind != "regions"])
def test_a_kind_that_follows_no_weight_says_which_do(kind: str) -> None:
    with pytest.raises(TemplateError, match="follows no weight\n    Those that follow one: output-path"):
        Scene.of(f"{kind}/w5", DEFAULT, ENGLISH)
