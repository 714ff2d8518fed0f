"""Expression trees: evaluation in doubles and exactly, the error bound, JSON, and hostile input."""

from __future__ import annotations

import json
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_docgen.errors import QuantityError
from backprop_docgen.formula.evaluate import EXACT_DIGITS, FUNCTIONS, Value, decimal_places, evaluate, limited
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    constant,
    difference,
    negative,
    substitute,
    symbols,
    total,
    walk,
)
from backprop_docgen.formula.tree_json import from_json, to_json
from networks import DIGITS, NAMES, decimals, number, tree_value, trees

literals = st.builds(Constant, decimals())
closed = trees(literals)


def no_names(name: str) -> Value:
    raise AssertionError(name)


def value_of(tree: Expression) -> Value:
    return evaluate(tree, no_names)


# --- evaluation --------------------------------------------------------------------------------


def test_exact_arithmetic_decides_whatever_doubles_say() -> None:
    tree = Sum((Product((constant("0.25"), constant("0.05"))), Product((constant("0.3"), constant("0.1"))),
                constant("0.35")))
    assert 0.25 * 0.05 + 0.3 * 0.1 + 0.35 != 0.3925
    value = value_of(tree)
    assert (value.double, value.exact) == (0.3925, Fraction("0.3925"))
    assert abs((0.25 * 0.05 + 0.3 * 0.1 + 0.35) - 0.3925) <= value.bound < 1e-15  # for who has doubles alone


def test_at_a_corner_rounding_error_counts_as_nothing() -> None:
    one = Function("exp", constant(0))  # inexact, as every exponential
    nothing = Sum((Product((one, constant("0.1"))), Product((one, constant("0.2"))), Product((one, constant("-0.3")))))
    value = value_of(nothing)
    assert value.exact is None
    assert value.near.noise
    assert value_of(Function("step", nothing)).double == 0
    assert value_of(Function("step", Function("exp", constant(-30)))).double == 1


@given(trees(literals).filter(lambda tree: not any(isinstance(n, (Function, Quotient)) for n in walk(tree))))
def test_exact_values_are_those_of_decimal_arithmetic(tree: Expression) -> None:
    def in_decimals(node: Expression) -> Decimal:
        match node:
            case Constant(value):
                return Decimal(value.numerator) / Decimal(value.denominator)
            case Sum(terms):
                return sum((in_decimals(term) for term in terms), Decimal(0))
            case Product(factors):
                return Decimal(math.prod(in_decimals(factor) for factor in factors))
            case Power(base, exponent):
                return in_decimals(base) ** exponent
        raise AssertionError(node)

    exact = value_of(tree).exact
    assume(exact is not None)
    assert exact is not None
    with localcontext() as context:
        context.prec = 2000
        assert Fraction(in_decimals(tree)) == exact


@given(closed)
def test_the_bound_bounds_the_error(tree: Expression) -> None:
    """First-order, so for trees whose errors stay small beside their values."""
    value = value_of(tree)
    magnitudes = [abs(value_of(node).double) for node in walk(tree)]
    bounds = [value_of(node).bound for node in walk(tree)]
    assume(all(math.isfinite(m) and (m == 0 or 1e-100 < m < 1e100) for m in magnitudes))
    assume(all(bound <= 1e-9 * m for bound, m in zip(bounds, magnitudes, strict=True)))
    kinks = {"abs", "relu", "step", "leaky_relu", "leaky_step"}
    assume(all(value_of(n.argument).double for n in walk(tree) if isinstance(n, Function) and n.name in kinks))
    with mpmath.workdps(300):
        try:
            true = tree_value(tree, lambda name: mpmath.nan)
        except ZeroDivisionError:
            return
        assert abs(true - value.double) <= 1.001 * value.bound


@given(closed)
def test_evaluation_never_raises_and_an_exact_value_is_the_nearest_double(tree: Expression) -> None:
    value = value_of(tree)
    if value.exact is not None:
        assert value.double == float(value.exact)
        with mpmath.workdps(400):
            true = tree_value(tree, lambda name: mpmath.nan)
            assert abs(true - number(value.exact)) <= mpmath.mpf("1e-380") * max(1, abs(true))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "at", [-1000.0, -30.0, -1.0, -1e-20, 0.0, 1e-20, 0.5, 30.0, 1000.0, math.inf, -math.inf, math.nan]
)
def test_functions_follow_ieee_and_raise_nothing(name: str, at: float) -> None:
    result = evaluate(Function(name, Symbol("x")), lambda _: Value(at, None, 0.0))
    assert isinstance(result.double, float)
    if math.isnan(at):
        assert math.isnan(result.double)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=st.floats(-30, 30))
def test_functions_are_right_to_the_last_bits(name: str, x: float) -> None:
    assume(name != "log" or x > 0)
    double = FUNCTIONS[name].double(x)
    with mpmath.workdps(DIGITS):
        true = tree_value(Function(name, Symbol("x")), lambda _: mpmath.mpf(x))
        assert abs(true - double) <= 2**-51 * abs(true) + mpmath.mpf("1e-320")


def test_relu_and_its_slope_are_zero_at_zero() -> None:
    zero = constant(0)
    assert (value_of(Function("relu", zero)).double, value_of(Function("relu", zero)).exact) == (0.0, 0)
    assert value_of(Function("step", zero)).exact == 0
    assert value_of(Function("leaky_step", zero)).exact == Fraction(1, 100)


@pytest.mark.parametrize(
    ("tree", "double"),
    [
        (Quotient(constant(1), constant(0)), math.inf),
        (Quotient(constant(-1), constant(0)), -math.inf),
        (Quotient(constant(0), constant(0)), math.nan),
        (Function("log", constant(0)), -math.inf),
        (Function("log", constant(-1)), math.nan),
        (Function("exp", constant(1000)), math.inf),
        (Constant(Fraction(10) ** 400), math.inf),
        (Constant(-Fraction(10) ** 400), -math.inf),
        (Power(constant("1e300"), 9), math.inf),
        (Product((constant(0), Quotient(constant(1), constant(0)))), math.nan),
    ],
)
def test_overflow_is_a_value_not_an_exception(tree: Expression, double: float) -> None:
    value = value_of(tree)
    assert value.double == double or (math.isnan(double) and math.isnan(value.double))


def test_nothing_times_an_inexact_number_is_exactly_zero() -> None:
    assert value_of(Product((constant(0), Function("exp", constant(1))))).exact == 0


def test_underflow_keeps_the_exact_value() -> None:
    value = value_of(Product((constant("1e-300"), constant("1e-300"))))
    assert (value.double, value.exact) == (0.0, Fraction(1, 10**600))


def test_hostile_exponents_stay_cheap() -> None:
    tree: Expression = constant("1.0000000001")
    for _ in range(60):
        tree = Power(tree, 9)
    value = value_of(tree)
    assert value.exact is None
    assert value.double == math.inf


# --- forty digits ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Fraction("0." + "1" * EXACT_DIGITS), True),
        (Fraction("0." + "1" * (EXACT_DIGITS + 1)), False),
        (Fraction("0." + "0" * 100 + "1" * EXACT_DIGITS), True),
        (Fraction("-0." + "0" * 100 + "1" * (EXACT_DIGITS + 1)), False),
        (Fraction(10) ** 100, True),
        (Fraction(10) ** 1000 + 1, False),
        (Fraction(10) ** 5000, False),
        (Fraction(1, 2**40), True),  # 28 digits
        (Fraction(1, 2**60), False),  # 42 digits
        (Fraction(1, 3), True),
        (Fraction(1, 3 * 10**39), True),
        (Fraction(1, 3 * 10**40), False),
        (Fraction(0), True),
        (Fraction(-5), True),
    ],
)
def test_forty_digits_are_exact_and_more_are_not(value: Fraction, kept: bool) -> None:
    assert limited(value) == (value if kept else None)


@given(st.integers(-(10**60), 10**60), st.integers(0, 80))
def test_limited_counts_the_digits_of_a_decimal(digits: int, shift: int) -> None:
    value = Fraction(digits, 10**shift)
    significant = len(str(abs(digits)).rstrip("0"))
    assert (limited(value) is not None) == (significant <= EXACT_DIGITS)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_decimal_places_write_the_value_out(top: int, bottom: int) -> None:
    value = Fraction(top, bottom)
    places = decimal_places(value)
    if places is None:
        assert any(value.denominator % prime == 0 for prime in range(3, 10**4, 2) if prime % 5) or bottom > 10**4
    else:
        assert (value * 10**places).denominator == 1
        assert places == 0 or (value * 10 ** (places - 1)).denominator != 1


# --- JSON --------------------------------------------------------------------------------------


@given(trees())
def test_json_round_trip(tree: Expression) -> None:
    assert from_json(json.loads(json.dumps(to_json(tree), allow_nan=False))) == tree


def test_json_is_the_published_form() -> None:
    tree = Quotient(Sum((Product((Symbol("w5"), constant("0.5"))), constant("1/3"))), Power(Symbol("a"), 2))
    assert to_json(tree) == ["/", ["+", ["*", ["q", "w5"], 0.5], "1/3"], ["^", ["q", "a"], 2]]
    assert to_json(constant(2**53)) == 2.0**53
    assert to_json(constant(2**53 + 1)) == str(2**53 + 1)
    assert from_json(Decimal("0.1")) == constant("0.1")


def deep(levels: int) -> object:
    data: object = 1
    for _ in range(levels):
        data = ["exp", data]
    return data


HOSTILE: list[object] = [
    None, True, False, [], {}, "", "x", "1/0", "1/00", "nan", "inf", "1e999999999", "1e5", "9" * 5000, "1" + "0" * 9000,
    "1/" + "9" * 5000, "٣", math.nan, math.inf, -math.inf, Decimal("nan"), Decimal("inf"), Decimal("1e999999"),
    Decimal("1e-999999"), Decimal("sNaN"), ["+"], ["*"], ["/", 1], ["/", 1, 2, 3], ["^", 2, 0], ["^", 2, -1],
    ["^", 2, 10], ["^", 2, 2.0], ["^", 2, True], ["^", 2, "2"], ["exp"], ["exp", 1, 2], ["__import__", "os"],
    ["q"], ["q", 1], ["q", None], ["q", "a", "b"], ["+", 1, None], ["+", 1, [["+"]]], [1, 2], [["q", "a"]],
    {"q": "a"}, b"1", 1j, object(), deep(100), deep(500),
    ["zzz", deep(900)], ["zzz", 10**5000], ["+", 1, {"a": 10**5000}],
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_what_is_no_tree_is_refused(index: int) -> None:
    with pytest.raises(QuantityError, match="tree"):
        from_json(HOSTILE[index])


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.decimals()
    | st.sampled_from(["q", "+", "*", "/", "^", *FUNCTIONS])
)  # fmt: skip
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(anything)
def test_from_json_raises_only_its_own_error(data: object) -> None:
    try:
        tree = from_json(data)
    except QuantityError:
        return
    evaluate(tree, lambda _: Value(0.5, Fraction(1, 2), 0.0))
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree


def test_a_giant_number_is_a_constant_and_evaluates_to_infinity() -> None:
    assert value_of(from_json(10**5000)).double == math.inf


# --- walking -----------------------------------------------------------------------------------


@given(trees())
def test_substitution_reaches_every_symbol_and_nothing_else(tree: Expression) -> None:
    assert substitute(tree, {}) == tree
    renamed = substitute(tree, {name: Symbol(f"{name}x") for name in NAMES})
    assert symbols(renamed) == [f"{name}x" for name in symbols(tree)]
    assert substitute(renamed, {f"{name}x": Symbol(name) for name in NAMES}) == tree


@given(trees())
def test_walking_meets_every_node_once_parents_first(tree: Expression) -> None:
    nodes = list(walk(tree))
    assert nodes[0] is tree
    assert len(nodes) == 1 + sum(len(children(node)) for node in nodes)


def test_short_hands() -> None:
    a, b = Symbol("a"), Symbol("b")
    assert difference(a, b) == Sum((a, Product((constant(-1), b))))
    assert negative(a) == Product((constant(-1), a))
    assert (total([]), total([a]), total([a, b])) == (constant(0), a, Sum((a, b)))
