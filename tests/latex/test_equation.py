"""LaTeX from trees: golden ladders, marked numerals, parentheses, and equations that hold for their reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given

from backprop_docgen.formula.evaluate import FUNCTIONS
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
    negative,
    symbols,
    walk,
)
from backprop_docgen.latex.equation import (
    FUNCTION_RULES,
    Equation,
    Typesetter,
    definition,
    ladder,
    numeric,
    operands,
    print_quantity,
    symbolic,
)
from backprop_docgen.numbers.interval import Reading, read
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.rounding import Printed
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.names import Name as QuantityName
from backprop_docgen.worksheet.names import symbol_of
from backprop_docgen.worksheet.worksheet import Quantity, Worksheet
from equations import CASES, COMMA, GOLDEN, POINT, default
from networks import known, trees

MARKED = re.compile(r"\\htmlData\{q=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")


@pytest.mark.parametrize("case", GOLDEN)
def test_ladders_are_as_they_were_read_and_approved(case: str, golden: Callable[[str, str], None]) -> None:
    network, language, decimals = GOLDEN[case]
    worksheet = build_worksheet(network)
    first = [quantity for quantity in worksheet if "@" not in quantity.name or case == "default"]
    blocks = [f"% {q.name}\n{ladder(q, worksheet.__getitem__, language, decimals).tex}\n" for q in first]
    golden(f"equations/{case}.tex", "\n".join(blocks))




@pytest.mark.parametrize(("worksheet", "decimals"), [c[1::2] for c in CASES], ids=[c[0] for c in CASES])
def test_every_equation_holds_for_a_reader_with_a_calculator(worksheet: Worksheet, decimals: int) -> None:
    for quantity in worksheet:
        assert quantity.tree is not None
        result = print_quantity(quantity, decimals)
        numbers = operands(quantity.tree, worksheet.__getitem__, result, decimals)
        assert numbers.keys() == set(symbols(quantity.tree))
        if not result.finite or not all(number.finite for number in numbers.values()):
            continue
        try:
            assert read(quantity.tree, numbers.__getitem__, result) is not Reading.FALSE, quantity.name
        except (ValueError, OverflowError):
            continue  # unbounded: nothing is excluded


@pytest.mark.parametrize(
    ("worksheet", "language", "decimals"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_every_numeral_is_marked(worksheet: Worksheet, language: Language, decimals: int) -> None:
    """What is left when the marked numbers are taken out are the formula's own constants."""
    for quantity in worksheet:
        equation = ladder(quantity, worksheet.__getitem__, language, decimals)
        assert tuple(name for name, _ in MARKED.findall(equation.tex)) == equation.names
        assert equation.names[-1] == quantity.name
        for name, numeral in MARKED.findall(equation.tex):
            assert re.search(r"\d|infty|NaN", numeral), (quantity.name, name)
        tree = quantity.tree
        assert tree is not None
        result = print_quantity(quantity, decimals)
        numbers = operands(tree, worksheet.__getitem__, result, decimals)
        bare = MARKED.sub("", numeric(numbers.__getitem__, language).piece(tree).tex)
        rules = "".join(FUNCTION_RULES[n.name].template for n in walk(tree) if isinstance(n, Function))
        own = {Fraction(digits) for digits in re.findall(r"\d+", rules.replace("{0}", ""))}
        own |= {Fraction(n.exponent) for n in walk(tree) if isinstance(n, Power)}
        own |= {Fraction(part) for n in walk(tree) if isinstance(n, Constant) for part in fraction_parts(n.value)}
        for digits in re.findall(r"\d+(?:\.\d+)?", bare.replace("{,}", ".")):
            assert symbols(tree) == [] or Fraction(digits) in own, (quantity.name, bare)


def fraction_parts(value: Fraction) -> tuple[Fraction | int, ...]:
    return abs(value), abs(value.numerator), value.denominator


@given(trees())
def test_braces_and_parentheses_of_any_tree_pair(tree: Expression) -> None:
    tex = names_only().piece(tree).tex
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\left") == tex.count(r"\right")
    assert "--" not in tex.replace(" ", "")
    assert "+-" not in tex.replace(" ", "")


def names_only() -> Typesetter:
    def lookup(name: str) -> Quantity:
        return Quantity(name, symbol_of(QuantityName.parse(name)), None, known(0.0))

    return symbolic(lookup, POINT)


A, B, C = Symbol("w1"), Symbol("w2"), Symbol("w3")
TEX = {"w1": "2", "w2": "-3", "w3": "5"}


def put_in(tree: Expression) -> str:
    tex = numeric(lambda name: Printed(TEX[name], exact=True), POINT).piece(tree).tex
    return MARKED.sub(r"\2", tex).replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")


@pytest.mark.parametrize(
    ("tree", "tex"),
    [
        (Sum((A, B)), "2 + (-3)"),
        (Sum((B, A)), "-3 + 2"),
        (difference(A, B), "2 - (-3)"),
        (difference(A, Sum((B, C))), "2 - (-3 + 5)"),
        (Product((A, B)), "2 * (-3)"),
        (Product((B, A)), "-3 * 2"),
        (Product((Sum((A, C)), B)), "(2 + 5) * (-3)"),
        (negative(B), "-(-3)"),
        (negative(Sum((A, C))), "-(2 + 5)"),
        (Power(B, 2), "(-3)^{2}"),
        (Power(A, 2), "2^{2}"),
        (Power(Quotient(A, C), 2), r"(\frac{2}{5})^{2}"),
        (Quotient(B, C), r"\frac{-3}{5}"),
        (Function("exp", negative(B)), "e^{-(-3)}"),
        (Function("relu", B), r"\max(0,\, -3)"),
        (Product((constant("1/2"), Power(A, 2))), r"\frac{1}{2} * 2^{2}"),
        (Product((A, Product((B, C)))), "2 * (-3 * 5)"),
        (Sum((A, Product((B, C)))), "2 + (-3) * 5"),
        (constant("1/3"), r"\frac{1}{3}"),
        (constant("-0.25"), "-0.25"),
    ],
)
def test_parentheses_stand_where_they_are_needed(tree: Expression, tex: str) -> None:
    assert put_in(tree) == tex


def test_every_function_has_a_rule() -> None:
    assert FUNCTION_RULES.keys() == FUNCTIONS.keys()


def test_the_separator_is_a_semicolon_where_the_comma_is_the_mark() -> None:
    assert r"0;\," in symbolic(build_worksheet(default()).__getitem__, COMMA).piece(Function("relu", Symbol("w1"))).tex


def test_exact_takes_equals_and_rounded_takes_about() -> None:
    worksheet = build_worksheet(default())
    assert r"\approx" not in ladder(worksheet["net_h1"], worksheet.__getitem__, POINT, 9).tex
    assert r"\approx" in ladder(worksheet["out_h1"], worksheet.__getitem__, POINT, 9).tex
    assert r"\approx" in ladder(worksheet["net_h1"], worksheet.__getitem__, POINT, 2).tex


def test_another_worksheets_name_stands_in_front() -> None:
    worksheet = build_worksheet(default(), "source")
    equation: Equation = ladder(worksheet["net_h1"], worksheet.__getitem__, POINT, 9, "source")
    assert set(equation.names) == {f"source:{n}" for n in ("w1", "i1", "w2", "i2", "b1", "net_h1")}


def test_a_quantity_without_formula_has_no_equation() -> None:
    bare = Quantity("E_total@10", "E", None, known(1.0))
    for write in (lambda: ladder(bare, {}.__getitem__, POINT, 9), lambda: definition(bare, {}.__getitem__, POINT)):
        with pytest.raises(ValueError, match="no formula"):
            write()
