"""The warm-up's network: numbers that are done in the head, and what the logistic function makes of them."""

from __future__ import annotations

from fractions import Fraction

from backprop_docgen.network.file import read_network
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT

EXACT = {
    "out_h1": "1.5",
    "out_o1": "0.9",
    "error_o1": "0.8",
    "E_total": "0.32",
    "delta_o1": "0.8",
    "dE_total/dw2": "1.2",
    "dE_total/dout_h1": "0.48",
    "dE_total/dw1": "2.4",
    "w2@1": "0.48",
    "w1@1": "0.06",
    "out_h1@1": "0.3",
    "out_o1@1": "0.144",
    "E_total@1": "0.000968",
}


def test_every_number_is_exact_and_short() -> None:
    sheet = build_worksheet(read_network(ROOT / "networks" / "warm-up.toml"), "warm-up")
    assert {name: sheet[name].exact for name in EXACT} == {name: Fraction(text) for name, text in EXACT.items()}


def test_with_the_logistic_function_the_gradients_change_places() -> None:
    """What the page calls its surprise: w1's is twice as large as w2's, then hardly more than half of it."""
    plain, curved = (read_network(ROOT / "networks" / f"{name}.toml") for name in ("warm-up", "warm-up-logistic"))
    assert (plain.examples, [layer.weights for layer in plain.layers]) == (
        curved.examples,
        [layer.weights for layer in curved.layers],
    )
    share = [
        sheet["dE_total/dw1"].value / sheet["dE_total/dw2"].value
        for sheet in (build_worksheet(plain), build_worksheet(curved))
    ]
    assert share[0] == 2
    assert 0.54 < share[1] < 0.56
