"""Equations read from TeX: what holds for a reader with a calculator, what does not, and what is not read at all."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_docgen.formula.evaluate import Value, evaluate, of_near
from backprop_docgen.formula.near import Near
from backprop_docgen.formula.tree import (
    Expression,
    Function,
    Power,
    Product,
    Sum,
    Symbol,
    children,
    constant,
    walk,
)
from backprop_docgen.latex.arithmetic import Leaf
from backprop_docgen.latex.equation import Piece, Rank, Typesetter
from backprop_docgen.latex.equations_hold import broken_relations, value_of
from backprop_docgen.latex.relations import relations
from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.worksheet import Quantity
from networks import known, trees

POINT, COMMA = Language("en"), Language("es", ",")
FIRST = 0xF0000
WIDE = Quantity("E", "E", Symbol("x"), known(0.29837110876000267))
EXACT = Quantity("w5", "w_{5}", None, known(0.4, Fraction("0.4")))


def symbols(token: str) -> Leaf | None:
    return value_of({chr(FIRST): WIDE, chr(FIRST + 1): EXACT}[token]) if ord(token) <= FIRST + 1 else None


def wrong(tex: str, mark: str = ".", decimals: int = 9) -> list[str]:
    tex = tex.replace("E!", chr(FIRST)).replace("w!", chr(FIRST + 1)).replace("u!", chr(FIRST + 2))
    return [broken.why for broken in broken_relations(tex, decimals, mark, symbols)]


def matrix(*rows: str) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


RIGHT = [
    r"0.5 + 0.5 = 1",
    r"\htmlData{q=out_o1}{0.751365070} - \htmlData{q=target_o1}{0.01} \approx \htmlData{q=error_o1}{0.741365070}",
    r"\tfrac12 \cdot (0.01 - 0.751365070)^2 \approx 0.274811084",
    r"\frac{1}{1 + e^{-0.3775}} \approx 0.593269992",
    r"2 \cdot 4.386 \times 10^{-10} \approx 8.772 \times 10^{-10}",
    r"\left|-0.5\right| = 0.5, \quad \lvert 0.5 - 1 \rvert = 0.5",
    r"\ln\left(2\right) \approx 0.693147181 \quad \tanh(1) \approx 0.761594156",
    r"\max\left(0,\, -3\right) = 0",
    r"\max\left(\tfrac{1}{100},\, \left[\,2 > 0\,\right]\right) = 1",
    r"\operatorname{lrelu}\left(-2\right) = -0.02",
    r"\begin{aligned} & x = 1 + 2 \\[0.4em] & \quad = 3 \\ & \qquad {} + 1 - 1 \end{aligned}",
    r"\begin{aligned} 1 + 1 &= 2 & 2 + 2 &= 4 \\ 3 + 3 &= 6 \end{aligned}",
    matrix("1 & 2", "3 & 4") + matrix("1", "1") + "=" + matrix("3", "7"),
    matrix("1 & 2") + r"^{\top} \odot" + matrix("2", "3") + "=" + matrix("2", "6"),
    r"\htmlClass{a}{\color{red} 1 + \mathbf{1}} = \textcolor{blue}{2}",
    r"E! \approx 0.298371109",
    r"w! = 0.4 \quad E! \cdot w! \approx 0.119348444",
    r"w! + w! = 2 \cdot w!",
    r"w! = 0.4 \\ E! \approx 0.298371109",
]


@pytest.mark.parametrize("tex", RIGHT)
def test_what_holds_is_accepted(tex: str) -> None:
    assert wrong(tex) == []


MISSED, SIGN, DIFFER, SHAPES = "do not meet", "takes ≈", "differ", "other shapes"
WRONG = [
    (r"0.5 + 0.5 = 2", MISSED),
    (r"\htmlData{q=out_o1}{0.751365070} - \htmlData{q=target_o1}{0.01} = \htmlData{q=E_o1}{0.274811083}", MISSED),
    (r"\tfrac12 (0.01 - 0.751365070)^2 \approx 0.274811094", MISSED),
    (r"\frac{1}{1 + e^{-0.3775}} = 0.593269992", SIGN),
    (r"2 \cdot 4.386 \times 10^{-10} \approx 8.775 \times 10^{-10}", MISSED),
    (r"\ln\left(2\right) \approx 0.693147191", MISSED),
    (r"\max\left(0,\, -3\right) = -3", MISSED),
    (r"\operatorname{lrelu}\left(-2\right) = -0.2", MISSED),
    (r"\begin{aligned} & x = 1 + 2 \\[0.4em] & \quad = 3 \\ & \qquad {} + 1 \end{aligned}", MISSED),
    (r"\begin{aligned} 1 + 1 &= 2 \\ 3 + 3 &= 7 \end{aligned}", MISSED),
    (matrix("1 & 2", "3 & 4") + matrix("1", "1") + "=" + matrix("3", "8"), MISSED),
    (matrix("1 & 2") + "=" + matrix("1", "2"), SHAPES),
    (r"E! = 0.274811083", MISSED),
    (r"E! = 0.298371109", SIGN),
    (r"w! = 0.41", MISSED),
    (r"E! + w! = w!", MISSED),
    (r"1 + 1 = 2 = 3", MISSED),
]


@pytest.mark.parametrize(("tex", "why"), WRONG)
def test_what_does_not_hold_is_found(tex: str, why: str) -> None:
    found = wrong(tex)
    assert len(found) == 1
    assert why in found[0]


UNREAD = [
    r"x = 3 = y",
    r"10\,000 = 10",
    r"1\frac{1}{2} = 1.5",
    r"E!(w!) = 7",
    r"E!^{+} = 7",
    r"\Delta E! = 7",
    r"E!_{1} = 7",
    r"u! = 7",
    r"2 \neq 3 \ne 4",
    r"\sqrt{4} = 3",
    r"2 = 3\,\%",
    r"\sum_k 1 = 3",
    r"1 = \underset{0 = 3}{2}",
    r"1 + 1 = 2 \\ -1 + 1 = 0",
    r"2 = 2 \\ 3 \\ 4 = 4",
    r"\begin{cases} 1 = 2 \end{cases}",
    r"\text{one} = 2",
    r"1 / 2 = 3",
    r"\frac{1}{0} = 3",
]


@pytest.mark.parametrize("tex", UNREAD)
def test_what_is_not_all_numbers_excludes_nothing(tex: str) -> None:
    assert wrong(tex) == []


def test_a_decimal_comma_is_the_languages() -> None:
    assert wrong(r"0{,}5 + 0{,}25 = 0{,}75", ",") == []
    assert wrong(r"\max\left(0;\, 0{,}5\right) = 0{,}5", ",") == []
    assert len(wrong(r"0{,}5 + 0{,}25 = 0{,}8", ",")) == 1
    assert wrong(r"0{,}5 + 0{,}25 = 0{,}8") == []  # no numerals of this language
    assert wrong(r"0,5 = 0,7", ",") == []  # a list


def test_a_symbol_is_what_is_known_of_its_quantity() -> None:
    assert value_of(Quantity("a", "a", None, known(float("nan")))) is None
    off = value_of(Quantity("a", "a", None, of_near(Near(0, Decimal("0.5"), Decimal("0.25")))))
    assert off is not None
    assert off.interval == (Fraction(1, 4), Fraction(3, 4))
    leaf = value_of(EXACT)
    assert leaf is not None
    assert (leaf.interval, leaf.exact) == ((Fraction("0.4"), Fraction("0.4")), True)


HOSTILE = {
    "fractions": r"\frac{" * 3000 + "1" + "}{2}" * 3000 + "= 1",
    "digits": "1" * 100_000 + "= 2",
    "parentheses": "(" * 9000 + "1" + ")" * 9000 + "= 2",
    "fences": r"\left(" * 5000 + "1" + r"\right)" * 5000 + "= 2",
    "braces": "{" * 9000 + "}" * 9000,
    "powers": "(" * 9 + "9" + "^9)" * 9 + "= 1",
    "many powers": "=".join([r"(((9^9)^9)^9)^9"] * 800),
    "sums": "+".join(["0.123456789"] * 9000) + "= 1",
    "matrices": matrix("1 & 1", "1 & 1") * 400 + "= 1",
    "scripts": "x" + "_1^1" * 4000 + "= 1 = 2",
    "relations": "1=2=" * 4000,
    "commands": "\\" + "a" * 100_000,
    "environments": r"\begin{aligned}" * 3000,
    "huge": r"e^{99999} = 9^{9} = 9{,}9 \times 10^{999} = \tanh(10^{9})",
}


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE)
def test_hostile_tex_is_read_in_time(tex: str) -> None:
    start = time.process_time()
    wrong(tex)
    assert time.process_time() - start < 1


@given(st.text(r"\{}()[]^_&=.,1e+- ", max_size=60) | st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    list(broken_relations(text, 9, "."))


NUMBERS = st.builds(constant, st.integers(-99, 99) | st.decimals(-9, 9, places=2))


def raised(tree: Expression) -> bool:
    """Whether it is set with an exponent: TeX allows no second one, and no quantity has such a formula."""
    if isinstance(tree, Sum | Product) and len(children(tree)) == 1:
        return raised(children(tree)[0])
    return isinstance(tree, Power) or (isinstance(tree, Function) and tree.name == "exp")


@pytest.mark.parametrize("language", [POINT, COMMA], ids=["point", "comma"])
@given(tree=trees(NUMBERS))
def test_a_typeset_tree_is_read_back_with_its_value(language: Language, tree: Expression) -> None:
    assume(not any(isinstance(node, Power) and raised(node.base) for node in walk(tree)))
    typesetter = Typesetter(lambda name: Piece(name, Rank.ATOM, 1), language)
    tex = typesetter.piece(tree).tex
    found = list(relations(f"{tex} = {tex}", 20, language.mark, lambda _: None))
    assert len(found) == 1
    (entry,) = found[0][0].entries()
    leaves = found[0][0].leaves
    value = evaluate(entry, lambda name: Value(float(leaves[name].written[0]), leaves[name].written[0], 0.0))
    expected = evaluate(tree, lambda _: Value(0.0, None, 0.0))
    if expected.exact is not None and value.exact is not None:
        assert value.exact == expected.exact
        return
    error = abs(value.double - expected.double)
    assume(math.isfinite(error) and math.isfinite(expected.bound))
    assert error <= 16 * max(expected.bound, value.bound)
