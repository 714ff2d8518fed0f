"""Every number of the published example, and the slips by which its authors' copies went wrong."""

from __future__ import annotations

from functools import cache

import mpmath
import pytest

from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.network.file import read_network
from backprop_docgen.worksheet.course import Course, build_course
from backprop_docgen.worksheet.worksheets_toml import add_named_worksheets
from networks import DIGITS, ROOT, tree_values

NUMBERS = {
    "net_h1": 0.3775,
    "net_h2": 0.3925,
    "out_h1": 0.5932699921071872,
    "out_h2": 0.596884378259767,
    "net_o1": 1.10590596705977,
    "net_o2": 1.2249214040964653,
    "out_o1": 0.7513650695523157,
    "out_o2": 0.7729284653214625,
    "error_o1": 0.7413650695523157,
    "error_o2": -0.21707153467853746,
    "E_o1": 0.274811083176155,
    "E_o2": 0.023560025583847746,
    "E_total": 0.2983711087600027,
    "dE_o1/dout_o1": 0.7413650695523157,
    "dE_total/dout_o1": 0.7413650695523157,
    "dout_o1/dnet_o1": 0.18681560180895948,
    "dout_o2/dnet_o2": 0.17551005281727122,
    "dnet_o1/dw5": 0.5932699921071872,
    "dE_o1/dnet_o1": 0.13849856162855698,
    "dE_o2/dnet_o2": -0.03809823651655623,
    "delta_o1": 0.13849856162855698,
    "dE_total/dw5": 0.08216704056423078,
    "dE_total/dw6": 0.08266762784753325,
    "dE_total/dw7": -0.02260254047747507,
    "dE_total/dw8": -0.022740242215978222,
    "w5@1": 0.35891647971788465,
    "w6@1": 0.4086661860762334,
    "w7@1": 0.5113012702387375,
    "w8@1": 0.5613701211079891,
    "dnet_o1/dout_h1": 0.4,
    "dnet_o2/dout_h1": 0.5,
    "dE_o1/dout_h1": 0.05539942465142279,
    "dE_o2/dout_h1": -0.019049118258278114,
    "dE_total/dout_h1": 0.03635030639314468,
    "dout_h1/dnet_h1": 0.24130070857232525,
    "dnet_h1/dw1": 0.05,
    "dE_total/dw1": 0.00043856773447434685,
    "w1@1": 0.1497807161327628,
    "w2@1": 0.19956143226552565,
    "w3@1": 0.24975114363236957,
    "w4@1": 0.29950228726473914,
    "net_h1@1": 0.377445179033190707,
    "net_h2@1": 0.392437785908092392,
    "net_o1@1": 1.056849974004601130,
    "net_o2@1": 1.238397589063326040,
    "out_o1@1": 0.742088111190782449,
    "out_o2@1": 0.775284968294459517,
    "E_total@1": 0.291027773693599351,
    "E_total@10000": 3.510187782978859e-05,
    # what hand-copied numbers get wrong
    "miscopied:E_total@1": 0.2901837852484121,
    "miscopied:net_o2@1": 1.2613147960120292,
    "miscopied-w7:E_total@1": 0.2901837852492234,
    "wrong-net:net_h1": 0.3825,
    "transposed:net_h1": 0.3825,
    "transposed:net_h2": 0.39,
}

ROUNDED = {  # as many digits as the publications give
    "out_o1@10000": (12, "0.015913620444"),
    "out_o2@10000": (12, "0.984064273515"),
    "dE_o2/dout_h1": (9, "−0.019049118"),
    "E_total@1": (9, "0.291027774"),
    "sequential:E_total@1": (13, "0.2910279239054"),
    "sequential:out_o1@10000": (9, "0.015912196"),
    "sequential:out_o2@10000": (9, "0.984065734"),
    "E_total@9999": (10, "0.0000351085"),
    "trained:E_total@1": (12, "0.285750886699"),
    "trained:E_total@10000": (14, "0.00000435532107"),
    "separate:E_total@1": (12, "0.280471446791"),
    "separate:E_total@10000": (14, "0.00000244756224"),
    "left-out:dE_total/dw1": (14, "0.00571675240882"),
    "left-out-right:dE_total/dw1": (13, "0.0014291881022"),
}


@cache
def course() -> Course:
    result = build_course(read_network(ROOT / "networks" / "source.toml"))
    add_named_worksheets(result, ROOT / "worksheets.toml")
    return result


@pytest.mark.parametrize("name", NUMBERS)
def test_number_of_the_source(name: str) -> None:
    rounding = 1e-13 if name.endswith("@10000") else 1e-14  # of ten thousand updates
    assert course().quantity(name).value == pytest.approx(NUMBERS[name], rel=rounding, abs=0)


@pytest.mark.parametrize("name", ROUNDED)
def test_rounded_number_of_the_source(name: str) -> None:
    decimals, text = ROUNDED[name]
    assert print_quantity(course().quantity(name), decimals).text() == text


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("net_h1@1", "0.377445179033190707"),
        ("net_h2@1", "0.392437785908092392"),
        ("net_o1@1", "1.056849974004601130"),
        ("net_o2@1", "1.238397589063326040"),
        ("out_o1@1", "0.742088111190782449"),
        ("out_o2@1", "0.775284968294459517"),
        ("E_total@1", "0.291027773693599351"),
    ],
)
def test_second_iteration_to_eighteen_decimals(name: str, digits: str) -> None:
    with mpmath.workdps(DIGITS):
        value = tree_values(course().default.worksheet)[name]
        assert abs(value - mpmath.mpf(digits)) <= mpmath.mpf("0.5e-18")


def test_the_default_network_is_the_source() -> None:
    assert read_network(ROOT / "network.toml") == read_network(ROOT / "networks" / "source.toml")


def test_every_slip_leads_away_from_the_truth() -> None:
    true = course().quantity("E_total@1").value
    for slip in ("miscopied", "miscopied-w7"):
        assert course().quantity(f"{slip}:E_total@1").value < true  # it makes the loss look better than it is
    assert course().quantity("miscopied:w2@1").value == 0.19956143
    assert course().quantity("miscopied:w8@1").value == 0.55


def test_the_unrounded_net_input_is_exact_whatever_doubles_say() -> None:
    assert course().quantity("net_h2").exact is not None
    assert print_quantity(course().quantity("net_h2"), 9).text() == "0.3925"
    assert 0.25 * 0.05 + 0.30 * 0.10 + 0.35 != 0.3925


@pytest.mark.parametrize("example", ["source", "sequential", "trained", "separate"])
def test_ten_thousand_updates_bring_the_loss_near_zero_but_not_to_it(example: str) -> None:
    losses = course().sheets[example].history().losses
    assert len(losses) == 10_001
    assert 0 < losses[-1] < 4e-5
    assert (losses[1:] < losses[:-1]).all()
