"""What stands on a line, as an expression over its numbers; ValueError for what is not all numbers.

Read are sums, products, fractions, powers, the functions of this site, matrices. A numeral with fewer decimals than
the site prints is exact, any other is rounded. A quantity's symbol is its value, where the caller can tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from backprop_docgen.formula.tree import Expression, Function, Power, Quotient, Sum, Symbol
from backprop_docgen.latex.matrices import Matrix, Tree, added, multiplied, opposite
from backprop_docgen.latex.tex_nodes import MOST_DEPTH, Node
from backprop_docgen.numbers.interval import Interval, of_printed
from backprop_docgen.numbers.rounding import Printed, rounded

_PLAIN: Final = re.compile(r"\d{1,400}(?:\.\d{1,400})?")
_FUNCTIONS: Final = {"ln": "log", "tanh": "tanh", "lrelu": "leaky_relu", "exp": "exp"}
_TIMES: Final = frozenset("·×⊙")
_TRANSPOSED: Final = ("top", "intercal", "T")
_DIGITS: Final = 15
_MOST_MATRICES: Final = 8
_UNREAD: Final = "not all numbers"


@dataclass(frozen=True)
class Leaf:
    """A number of a side: all that it may stand for, what it says as it is written, whether that is exact."""

    interval: Interval
    written: Interval
    exact: bool

    @classmethod
    def of(cls, number: Printed) -> Leaf:
        """A numeral."""
        return cls(of_printed(number), (number.value, number.value), number.exact)


Symbols: TypeAlias = Callable[[str], Leaf | None]
"""The number that a private character stands for."""


@dataclass
class Reader:
    """Reads the nodes of one side as an expression over its leaves."""

    decimals: int
    mark: str
    symbols: Symbols
    leaves: dict[str, Leaf] = field(default_factory=dict)
    matrices: int = 0

    def sum(self, nodes: Sequence[Node], depth: int) -> Expression:
        """A sum of numbers; of matrices see :meth:`total`."""
        tree = self.total(nodes, depth)
        if isinstance(tree, Matrix):
            raise ValueError(_UNREAD)
        return tree

    def total(self, nodes: Sequence[Node], depth: int) -> Tree:
        """A sum of numbers or of matrices."""
        if depth > MOST_DEPTH or not nodes:
            raise ValueError(_UNREAD)
        terms: list[tuple[bool, list[Node]]] = [(False, [])]
        for node in nodes:
            if node.kind != "sign" or node.text in _TIMES:
                terms[-1][1].append(node)
                continue
            minus, before = terms[-1]
            if before and before[-1].kind == "sign":
                raise ValueError(_UNREAD)  # a sign right after a times
            if before:
                terms.append((node.text == "-", []))
            else:
                terms[-1] = (minus != (node.text == "-"), [])
        parts = [(minus, self.product(inner, depth)) for minus, inner in terms]
        return added([opposite(part) if minus else part for minus, part in parts])

    def product(self, nodes: Sequence[Node], depth: int) -> Tree:
        """Factors with a sign between them, or side by side: a numeral stands first there, or alone."""
        result: Tree | None = None
        sign = ""
        at = 0
        while at < len(nodes):
            node = nodes[at]
            if node.kind == "sign":
                if sign or result is None or at + 1 == len(nodes):
                    raise ValueError(_UNREAD)
                sign = node.text
                at += 1
                continue
            factor, used = self._factor(nodes, at, depth)
            if result is None:
                result = factor
            elif not sign and _unclear(nodes[at - 1], node):
                raise ValueError(_UNREAD)
            else:
                result = self._multiplied(result, factor, sign)
            sign = ""
            at += used
        if result is None:
            raise ValueError(_UNREAD)
        return result

    def _factor(self, nodes: Sequence[Node], at: int, depth: int) -> tuple[Tree, int]:
        """A factor, and how many nodes it takes."""
        node = nodes[at]
        if node.kind == "number" and (exponent := _scientific(nodes[at + 1 : at + 3])) is not None:
            return self._number(node.text, exponent), 3
        if node.kind == "name" and (node.text in _FUNCTIONS or node.text == "max"):
            if at + 1 == len(nodes) or nodes[at + 1].kind != "fence":
                raise ValueError(_UNREAD)
            inner = nodes[at + 1].parts[0]
            if node.text == "max":
                return self._maximum(inner, depth), 2
            return self._function(node.text, inner, depth), 2
        return self._atom(node, depth), 1

    def _function(self, name: str, inner: Sequence[Node], depth: int) -> Expression:
        tree = self.sum(inner, depth + 1)
        if name == "ln" and isinstance(tree, Sum) and len(tree.terms) == 2 and self._is(tree.terms[0], 1):
            second = tree.terms[1]
            if isinstance(second, Function) and second.name == "exp":
                return Function("softplus", second.argument)  # without losing a small exponential beside the 1
        return Function(_FUNCTIONS[name], tree)

    def _is(self, tree: Expression, number: int) -> bool:
        """Whether a part is this number, as it is written."""
        return isinstance(tree, Symbol) and set(self.leaves[tree.name].written) == {Fraction(number)}

    def _maximum(self, inner: Sequence[Node], depth: int) -> Expression:
        """max(0, x) and max(1/100, [x > 0]), the two that formulas of this site have."""
        cut = next((i for i, node in enumerate(inner) if node.kind == "separator"), None)
        if cut is None:
            raise ValueError(_UNREAD)
        first, second = self.sum(inner[:cut], depth + 1), self.sum(inner[cut + 1 :], depth + 1)
        if self._is(first, 0):
            return Function("relu", second)
        if isinstance(second, Function) and second.name == "step" and self._is_leak(first):
            return Function("leaky_step", second.argument)
        raise ValueError(_UNREAD)

    def _is_leak(self, tree: Expression) -> bool:
        return isinstance(tree, Quotient) and self._is(tree.numerator, 1) and self._is(tree.denominator, 100)

    def _atom(self, node: Node, depth: int) -> Tree:
        match node.kind:
            case "number":
                return self._number(node.text)
            case "symbol":
                leaf = self.symbols(node.text)
                if leaf is not None:
                    return self._leaf(leaf)
            case "fraction":
                top, bottom = node.parts
                return Quotient(self.sum(top, depth + 1), self.sum(bottom, depth + 1))
            case "power":
                base, exponent = node.parts
                return self._power(base, exponent, depth)
            case "fence":
                return self._fence(node, depth)
        raise ValueError(_UNREAD)

    def _power(self, base: tuple[Node, ...], exponent: tuple[Node, ...], depth: int) -> Tree:
        if [node.text for node in base if node.kind == "name"] == ["e"] and len(base) == 1:
            return Function("exp", self.sum(exponent, depth + 1))
        inner = self.total(base, depth + 1)
        if isinstance(inner, Matrix):
            if len(exponent) != 1 or exponent[0].text not in _TRANSPOSED:
                raise ValueError(_UNREAD)
            return inner.transposed
        digits = _integer(exponent)
        if not re.fullmatch(r"[1-9]", digits):
            raise ValueError(_UNREAD)
        return Power(inner, int(digits))

    def _fence(self, node: Node, depth: int) -> Tree:
        (inner,) = node.parts
        if node.text in ("()", "[]") and len(inner) == 1 and inner[0].kind == "table":
            return self._matrix(inner[0], depth)
        if node.text == "[]" and len(inner) > 2 and (inner[-2].text, inner[-1].text) == (">", "0"):
            return Function("step", self.sum(inner[:-2], depth + 1))
        if node.text == "||":
            return Function("abs", self.sum(inner, depth + 1))
        if node.text not in ("()", "[]"):
            raise ValueError(_UNREAD)
        return self.total(inner, depth + 1)

    def _matrix(self, table: Node, depth: int) -> Matrix:
        rows = tuple(tuple(self.sum(cell.parts[0], depth + 1) for cell in row) for row in table.parts)
        if len({len(row) for row in rows}) > 1:
            raise ValueError(_UNREAD)
        return Matrix(rows)

    def _number(self, text: str, exponent: int | None = None) -> Symbol:
        plain_text = text.replace(self.mark, ".")
        if not _PLAIN.fullmatch(plain_text):
            raise ValueError(_UNREAD)
        places = len(plain_text.partition(".")[2])
        exact = exponent is None and places < self.decimals
        written = Printed(plain_text, exponent, exact)
        known = written if exact else Printed(_significant(plain_text), exponent)
        return self._leaf(Leaf(of_printed(known), (written.value, written.value), exact))

    def _leaf(self, leaf: Leaf) -> Symbol:
        name = f"n{len(self.leaves)}"
        self.leaves[name] = leaf
        return Symbol(name)

    def _multiplied(self, left: Tree, right: Tree, sign: str) -> Tree:
        self.matrices += isinstance(left, Matrix) or isinstance(right, Matrix)
        if self.matrices > _MOST_MATRICES:
            raise ValueError(_UNREAD)
        return multiplied(left, right, by_entries=sign == "⊙")


def _unclear(before: Node, node: Node) -> bool:
    """Whether two things side by side may be no product: 10 000, 1½, E(w)."""
    if before.kind == "number" and node.kind == "fraction":
        return all(_integer(part) for part in node.parts)
    return node.kind == "number" or (before.kind == "symbol" and node.kind == "fence")


def _scientific(nodes: Sequence[Node]) -> int | None:
    """The power of ten that makes one printed number of the numeral before: × 10⁻¹⁰."""
    if len(nodes) < 2 or nodes[0].text not in ("×", "·") or nodes[1].kind != "power":
        return None
    base, exponent = (_integer(part) for part in nodes[1].parts)
    if base != "10" or not re.fullmatch(r"-?\d{1,3}", exponent):
        return None
    return int(exponent) if nodes[0].text == "×" or exponent.startswith("-") else None


def _integer(nodes: Sequence[Node]) -> str:
    """The digits of a whole number with its sign; "" for anything else."""
    signs, digits = nodes[:-1], nodes[-1:]
    if not digits or digits[0].kind != "number" or any(node.text != "-" for node in signs) or len(signs) > 1:
        return ""
    return "-" * len(signs) + digits[0].text


def _significant(digits: str) -> str:
    """A rounded numeral without the digits that no double has: at most fifteen that count."""
    whole, _, places = digits.partition(".")
    count = len((whole + places).lstrip("0"))
    if count <= _DIGITS or not places:
        return digits
    return rounded(Fraction(digits), max(len(places) - (count - _DIGITS), 0))
