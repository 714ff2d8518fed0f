"""MathML read as mathematics: the sides of its relations, as trees over their printed numerals.

Only what is all numbers is read: sums, products, fractions, powers, the functions of this site, matrices. A numeral
with fewer decimals than the site prints is exact, any other is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeAlias

import lxml.etree

from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol, negative
from backprop_docgen.numbers.interval import Interval, follow
from backprop_docgen.numbers.rounding import Printed, rounded

_MATH: Final = re.compile(r"<math\b.*?</math>", re.DOTALL)
_RELATIONS: Final = frozenset("=≈≠<>≤≥≡→←↦⇒∝⟶")
_TIMES: Final = frozenset("⋅×·∗*")
_PLAIN: Final = re.compile(r"\d{1,400}(?:\.\d{1,400})?")
_GROUPING: Final = frozenset({"mrow", "mstyle", "mpadded", "mphantom", "semantics", "math", "mtd", "mtr", "mtable"})
_FUNCTIONS: Final = {"ln": "log", "tanh": "tanh", "lrelu": "leaky_relu", "exp": "exp"}
_FENCES: Final = {"(": ")", "[": "]", "|": "|", "∣": "∣"}
_DIGITS: Final = 15
_MAX_NODES: Final = 20_000
_MAX_DEPTH: Final = 60


class _NotNumericError(Exception):
    """A side with letters in it, or with signs that are not read here."""


@dataclass(frozen=True)
class Matrix:
    """A matrix of expressions, by its rows."""

    rows: tuple[tuple[Expression, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])


Tree: TypeAlias = Expression | Matrix


@dataclass
class Side:
    """One side of a relation: its tree over its own numerals, and those as printed."""

    tree: Tree
    numbers: dict[str, Printed]
    text: str

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of a matrix; None for a number."""
        return self.tree.shape if isinstance(self.tree, Matrix) else None

    def entries(self) -> Iterator[Side]:
        """The side itself, or each entry of a matrix."""
        if not isinstance(self.tree, Matrix):
            yield self
            return
        for row in self.tree.rows:
            for entry in row:
                yield Side(entry, self.numbers, self.text)

    def interval(self) -> Interval:
        """All values that the side may stand for; raises ValueError or OverflowError where that is not bounded."""
        assert not isinstance(self.tree, Matrix)
        return follow(self.tree, self.numbers.__getitem__)


def relations(html: str, decimals: int, mark: str) -> Iterator[tuple[Side, str, Side]]:
    """Neighbouring sides that are all numbers, with the sign between them (= or ≈)."""
    match = _MATH.search(html)
    if match is None:
        return
    try:
        root = lxml.etree.fromstring(match[0], parser=lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    except (lxml.etree.XMLSyntaxError, ValueError):
        return
    if sum(1 for _ in root.iter()) > _MAX_NODES:
        return
    nodes = _flat(root, 0)
    before: Side | None = None
    sign, start = "", 0
    for at in range(len(nodes) + 1):
        if at < len(nodes) and not (_tag(nodes[at]) == "mo" and (nodes[at].text or "") in _RELATIONS):
            continue
        side = _side(nodes[start:at], decimals, mark)
        if before is not None and side is not None and sign in ("=", "≈"):
            yield before, sign, side
        before = side
        sign, start = (nodes[at].text or "") if at < len(nodes) else "", at + 1


def _tag(node: Any) -> str:
    return str(node.tag).rpartition("}")[2] if isinstance(node.tag, str) else ""


def _flat(node: Any, depth: int) -> list[Any]:
    """The nodes of a row, groups opened unless they are fenced."""
    found: list[Any] = []
    for child in node:
        tag = _tag(child)
        if tag in ("annotation", "mspace", "") or (tag == "mtext" and not (child.text or "").strip()):
            continue
        if tag in _GROUPING and depth < _MAX_DEPTH and not _fenced(child):
            found += _flat(child, depth + 1)
        else:
            found.append(child)
    return found


def _fenced(node: Any) -> bool:
    return len(node) > 1 and _tag(node) == "mrow" and node[0].get("fence") == "true"


def _side(nodes: Sequence[Any], decimals: int, mark: str) -> Side | None:
    reader = _Reader(decimals, mark)
    try:
        tree = reader.total(list(nodes), 0)
    except (_NotNumericError, RecursionError):
        return None
    return Side(tree, reader.numbers, _spoken(nodes))


def _spoken(nodes: Sequence[Any]) -> str:
    return " ".join(" ".join("".join(node.itertext()).split()) for node in nodes)[:80]


@dataclass
class _Reader:
    """Reads the nodes of one side as an expression over its numerals."""

    decimals: int
    mark: str
    numbers: dict[str, Printed] = field(default_factory=dict)

    def sum(self, nodes: list[Any], depth: int) -> Expression:
        """A sum of numbers; of matrices see :meth:`total`."""
        tree = self.total(nodes, depth)
        if isinstance(tree, Matrix):
            raise _NotNumericError
        return tree

    def total(self, nodes: list[Any], depth: int) -> Tree:
        if depth > _MAX_DEPTH or not nodes:
            raise _NotNumericError
        terms: list[tuple[bool, list[Any]]] = [(False, [])]
        for node in nodes:
            sign = (node.text or "") if _tag(node) == "mo" else ""
            if sign in ("+", "−", "-"):
                minus = sign != "+"
                if terms[-1][1] and not (_tag(terms[-1][1][-1]) == "mo" and terms[-1][1][-1].text in _TIMES):
                    terms.append((minus, []))
                elif terms[-1][1]:
                    raise _NotNumericError  # a sign right after a times
                else:
                    terms[-1] = (terms[-1][0] != minus, [])
            else:
                terms[-1][1].append(node)
        parts: list[Tree] = []
        for minus, inner in terms:
            part = self.product(inner, depth)
            parts.append(_opposite(part) if minus else part)
        return _added(parts)

    def product(self, nodes: list[Any], depth: int) -> Tree:
        factors: list[Tree] = []
        at = 0
        while at < len(nodes):
            node = nodes[at]
            if _tag(node) == "mo" and node.text in _TIMES:
                at += 1
                continue
            if _tag(node) == "mn" and (scientific := self._scientific(nodes, at)):
                factors.append(scientific)
                at += 3
                continue
            name = (node.text or "") if _tag(node) == "mi" else ""
            if name in _FUNCTIONS or name == "max":
                at += 1
                while at < len(nodes) and (nodes[at].text or "") == "\u2061":
                    at += 1
                if at >= len(nodes) or not _fenced(nodes[at]):
                    raise _NotNumericError
                inner = _flat(nodes[at], depth)[1:-1]
                factors.append(self._maximum(inner, depth) if name == "max" else self._function(name, inner, depth))
                at += 1
                continue
            factors.append(self.atom(node, depth))
            at += 1
        if not factors:
            raise _NotNumericError
        return _multiplied(factors)

    def _function(self, name: str, inner: list[Any], depth: int) -> Expression:
        tree = self.sum(inner, depth + 1)
        if name == "ln" and isinstance(tree, Sum) and len(tree.terms) == 2 and self._is_one(tree.terms[0]):
            second = tree.terms[1]
            if isinstance(second, Function) and second.name == "exp":
                return Function("softplus", second.argument)  # without losing a small exponential beside the 1
        return Function(_FUNCTIONS[name], tree)

    def _is_one(self, tree: Expression) -> bool:
        return isinstance(tree, Symbol) and self.numbers[tree.name].exact and self.numbers[tree.name].value == 1

    def _maximum(self, inner: list[Any], depth: int) -> Expression:
        """max(0, x) and max(1/100, [x > 0]), the two that formulas of this site have."""
        cut = next((i for i, node in enumerate(inner) if _tag(node) == "mo" and node.text in (",", ";")), None)
        if cut is None:
            raise _NotNumericError
        first, second = self.sum(inner[:cut], depth + 1), self.sum(inner[cut + 1 :], depth + 1)
        if first == Constant(Fraction(0)) or (isinstance(first, Symbol) and self.numbers[first.name].value == 0):
            return Function("relu", second)
        if isinstance(second, Function) and second.name == "step":
            return Function("leaky_step", second.argument)
        raise _NotNumericError

    def atom(self, node: Any, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            raise _NotNumericError
        match _tag(node):
            case "mn":
                return self._number(node.text or "")
            case "mfrac" if len(node) == 2:
                return Quotient(self.sum(_parts(node[0]), depth + 1), self.sum(_parts(node[1]), depth + 1))
            case "msup" if len(node) == 2:
                return self._power(node[0], node[1], depth)
            case "mrow" if _fenced(node):
                table = next((child for child in node if _tag(child) == "mtable"), None)
                return self._fence(node, depth) if table is None else self._matrix(table, depth)
        raise _NotNumericError

    def _matrix(self, table: Any, depth: int) -> Matrix:
        rows = tuple(tuple(self.sum(_flat(cell, 0), depth + 1) for cell in row) for row in table)
        if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
            raise _NotNumericError
        return Matrix(rows)

    def _power(self, base: Any, exponent: Any, depth: int) -> Expression:
        if _tag(base) == "mi" and base.text == "e":
            return Function("exp", self.sum(_parts(exponent), depth + 1))
        digits = "".join(exponent.itertext()).strip()
        if not re.fullmatch(r"[1-9]", digits):
            raise _NotNumericError
        return Power(self.sum(_parts(base), depth + 1), int(digits))

    def _fence(self, node: Any, depth: int) -> Expression:
        inner = _flat(node, depth)
        opening, closing = inner[0].text or "", inner[-1].text or ""
        if _FENCES.get(opening) != closing:
            raise _NotNumericError
        content = inner[1:-1]
        if opening == "[":  # [x > 0]
            if len(content) < 3 or content[-2].text != ">" or content[-1].text != "0":
                raise _NotNumericError
            return Function("step", self.sum(content[:-2], depth + 1))
        tree = self.sum(content, depth + 1)
        return Function("abs", tree) if opening in "|∣" else tree

    def _scientific(self, nodes: list[Any], at: int) -> Expression | None:
        """4.386 × 10⁻¹⁰ is one printed number."""
        if at + 2 >= len(nodes) or nodes[at + 1].text != "×" or _tag(nodes[at + 2]) != "msup":
            return None
        base, exponent = nodes[at + 2]
        digits = "".join(exponent.itertext()).replace("−", "-").strip()
        if "".join(base.itertext()).strip() != "10" or not re.fullmatch(r"-?\d{1,3}", digits):
            return None
        return self._number(nodes[at].text or "", int(digits))

    def _number(self, text: str, exponent: int | None = None) -> Expression:
        plain = text.replace(self.mark, ".") if self.mark != "." else text
        if not _PLAIN.fullmatch(plain):
            raise _NotNumericError
        places = len(plain.partition(".")[2])
        exact = exponent is None and places < self.decimals
        name = f"n{len(self.numbers)}"
        self.numbers[name] = Printed(plain if exact else _significant(plain), exponent, exact)
        return Symbol(name)


def _significant(digits: str) -> str:
    """A rounded numeral without the digits that no double has: at most fifteen that count."""
    whole, _, places = digits.partition(".")
    count = len((whole + places).lstrip("0"))
    if count <= _DIGITS or not places:
        return digits
    return rounded(Fraction(digits), max(len(places) - (count - _DIGITS), 0))


def _parts(node: Any) -> list[Any]:
    """What stands in a numerator, a base, an exponent."""
    if _tag(node) in _GROUPING and not _fenced(node):
        return _flat(node, 0)
    return [node]


def _opposite(tree: Tree) -> Tree:
    if isinstance(tree, Matrix):
        return Matrix(tuple(tuple(negative(entry) for entry in row) for row in tree.rows))
    return negative(tree)


def _added(parts: list[Tree]) -> Tree:
    numbers = [part for part in parts if not isinstance(part, Matrix)]
    matrices = [part for part in parts if isinstance(part, Matrix)]
    if not matrices:
        return numbers[0] if len(numbers) == 1 else Sum(tuple(numbers))
    if numbers or len({matrix.shape for matrix in matrices}) > 1:
        raise _NotNumericError
    if len(matrices) == 1:
        return matrices[0]
    rows, columns = matrices[0].shape
    return Matrix(tuple(tuple(Sum(tuple(m.rows[i][j] for m in matrices)) for j in range(columns)) for i in range(rows)))


def _multiplied(factors: list[Tree]) -> Tree:
    result = factors[0]
    for factor in factors[1:]:
        if isinstance(result, Matrix) and isinstance(factor, Matrix):
            rows, inner = result.shape
            if inner != factor.shape[0] or rows * inner * factor.shape[1] > _MAX_NODES:
                raise _NotNumericError
            result = Matrix(
                tuple(
                    tuple(
                        Sum(tuple(Product((row[k], factor.rows[k][j])) for k in range(len(row))))
                        for j in range(factor.shape[1])
                    )
                    for row in result.rows
                )
            )
        elif isinstance(result, Matrix) or isinstance(factor, Matrix):
            matrix, number = (result, factor) if isinstance(result, Matrix) else (factor, result)
            assert isinstance(matrix, Matrix)
            assert not isinstance(number, Matrix)
            result = Matrix(tuple(tuple(Product((number, entry)) for entry in row) for row in matrix.rows))
        elif isinstance(result, Product):
            result = Product((*result.factors, factor))
        else:
            result = Product((result, factor))
    return result
