"""Networks of wide variety: every printed digit holds, and every published relation is true for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

import mpmath
import pytest

import sample
from backprop_docgen.engine.engine import Engine
from backprop_docgen.formula.tree import Constant, Symbol
from backprop_docgen.latex.equation import ladder, print_quantity
from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.agreement import compare
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet import Worksheet
from calculator import ends_rounded, relations
from networks import tree_values
from wild import wild_network

FIRST = sample.drawing("wild networks").randrange(10**6)
SEEDS = range(FIRST, FIRST + (200 if sample.everything else 10))
LANGUAGES = (Language("en", "."), Language("es", ","))
PLACES = 2500  # of the arithmetic that ours is held against: a saturated output may be 1 − 10⁻²⁰⁰⁰
MOST = 2000  # net inputs beyond this saturate even that: 1 − tanh² is 10⁻¹⁷³⁷ there


def false_relations(tex: str, decimals: int) -> list[str]:
    return [said for holds, said in relations(tex, decimals) if not holds]


def test_the_calculator_finds_what_is_wrong() -> None:
    right = r"x = \htmlData{q=a}{0.5} \cdot \left(1 - \htmlData{q=b}{0.3334}\right) \approx \htmlData{q=c}{0.3333}"
    assert false_relations(right, 4) == []
    assert len(false_relations(right.replace("0.3333", "0.3335"), 4)) == 1
    assert len(false_relations(r"x = \htmlData{q=a}{0.5} + 1 = \htmlData{q=b}{1.6}", 4)) == 1
    fewer = r"x \approx \frac{\htmlData{q=a}{2.01}}{3} \approx \htmlData{q=b}{0.6717}"
    assert len(false_relations(fewer, 4)) == 1
    assert [holds for holds, _ in relations(fewer, 4, {"a"})] == [True]
    exponential = r"x \approx \frac{1}{1 + e^{-\htmlData{q=n}{30}}} \approx \htmlData{q=o}{1.0000}"
    assert false_relations(exponential, 4) == []
    assert len(false_relations(exponential.replace("1.0000", "0.9999"), 4)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_relation_is_true(seed: int) -> None:
    network = wild_network(seed)
    worksheet, decimals = build_worksheet(network), network.display.decimals
    compare(network, worksheet, Engine(network))
    language, found, calculated = LANGUAGES[seed % 2], [], 0
    equations = {each.name: ladder(each, worksheet.__getitem__, language, decimals).tex for each in worksheet}
    inexact = {name for name, tex in equations.items() if ends_rounded(tex)}
    for quantity in worksheet:
        found += relations(equations[quantity.name], decimals, inexact)
        calculated += quantity.tree is not None and not isinstance(quantity.tree, Constant | Symbol)
    assert [said for holds, said in found if not holds] == []
    assert len(found) >= calculated * 0.8  # the others are not bounded: a logarithm of what may be 0


@pytest.mark.parametrize("seed", SEEDS)
def test_every_printed_digit_holds(seed: int) -> None:
    network = wild_network(seed)
    worksheet = build_worksheet(network)
    nets = [abs(each.value) for each in worksheet if each.name.startswith("net_")]
    if max(nets) > MOST:
        pytest.skip("no arithmetic of so many digits is at hand")
    true = tree_values(worksheet, PLACES)
    for decimals in {2, network.display.decimals, 15}:
        assert wrong_digits(worksheet, true, decimals) == []


def wrong_digits(worksheet: Worksheet, true: Mapping[str, mpmath.mpf], decimals: int) -> list[str]:
    """The numbers that are not the true ones, rounded to the places that are shown."""
    context, wrong = Context(prec=100, Emin=MIN_EMIN, Emax=MAX_EMAX), []
    with localcontext(context):
        for name, value in true.items():
            shown = print_quantity(worksheet[name], decimals)
            assert shown.finite == bool(mpmath.isfinite(value)), name
            if shown.finite:
                place, told = Decimal(1).scaleb(shown.last_place), Decimal(f"{shown.digits}e{shown.exponent or 0}")
                off = abs(Decimal(mpmath.nstr(value, 80, min_fixed=1, max_fixed=0)) - told)
                if off > place / 2 + place * Decimal("1e-20"):  # a tie may go either way
                    wrong.append(f"{name}: {shown.text()}, not {mpmath.nstr(value, 30)}")
    return wrong
