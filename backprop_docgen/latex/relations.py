"""TeX → its relations: neighbouring sides that are all numbers, and the sign between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.formula.tree import Expression, Function, Power, Symbol, children
from backprop_docgen.latex.arithmetic import Leaf, Reader, Symbols
from backprop_docgen.latex.matrices import Matrix, Tree
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.latex.tex_nodes import Node, nodes_of

_MOST_BITS: Final = 20_000
_FUNCTION_BITS: Final = 2_200
_SHOWN: Final = 80


@dataclass(frozen=True)
class Side:
    """One side of a relation: its tree over its own leaves, and its TeX."""

    tree: Tree
    leaves: dict[str, Leaf]
    tex: str

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of a matrix; None for a number."""
        return self.tree.shape if isinstance(self.tree, Matrix) else None

    @property
    def text(self) -> str:
        """The side in plain words, cut short."""
        return plain(self.tex)[:_SHOWN]

    def entries(self) -> Iterator[Expression]:
        """The tree, or each of a matrix."""
        if isinstance(self.tree, Matrix):
            for row in self.tree.rows:
                yield from row
        else:
            yield self.tree


def relations(tex: str, decimals: int, mark: str, symbols: Symbols) -> Iterator[tuple[Side, str, Side]]:
    """Neighbouring sides that are all numbers, with the sign between them (= or ≈)."""
    try:
        nodes = nodes_of(tex)
    except ValueError:
        return
    before: Side | None = None
    sign, part = "", list[Node]()
    for node in (*_joined(nodes), Node("relation", "", "end")):
        if node.kind != "relation":
            part.append(node)
            continue
        side = _side(part, decimals, mark, symbols)
        if before is not None and side is not None and sign in ("=", "≈"):
            yield before, sign, side
        before, sign, part = side, node.text, []


def _joined(nodes: Sequence[Node]) -> list[Node]:
    """The lines of a formula as one, with a sign of its own where another equation begins.

    A line goes on with a relation or a sign, after one, or with a matrix. Where a minus, or a thing beside another,
    may go on or begin, what it stands in is not read.
    """
    found: list[Node] = []
    related = False  # whether the equation that is being read has a relation
    for new_line, piece in _pieces(nodes):
        relates = any(node.kind == "relation" for node in piece)
        if found and not _open(found[-1]) and not _goes_on(piece[0]):
            minus = piece[0].kind == "sign"
            if not minus and related and (relates or not new_line):
                found.append(Node("relation", "", "another"))
                related = False
            elif (relates and related) if minus else (related or {found[-1].kind, piece[0].kind} != {"fence"}):
                found.append(Node("other", ""))
        found += piece
        related = related or relates
    return found


def _pieces(nodes: Sequence[Node]) -> Iterator[tuple[bool, list[Node]]]:
    """What stands between the breaks, and whether a new line begins with it."""
    new_line, piece = False, list[Node]()
    for node in nodes:
        if node.kind != "break":
            piece.append(node)
            continue
        if piece:
            yield new_line, piece
            new_line, piece = False, []
        new_line = new_line or node.text == "line"
    if piece:
        yield new_line, piece


def _open(node: Node) -> bool:
    return node.kind in ("relation", "sign")


def _goes_on(node: Node) -> bool:
    return node.kind == "relation" or (node.kind == "sign" and node.text != "-")


def _side(nodes: Sequence[Node], decimals: int, mark: str, symbols: Symbols) -> Side | None:
    reader = Reader(decimals, mark, symbols)
    try:
        side = Side(reader.total(nodes, 0), reader.leaves, " ".join(node.tex for node in nodes))
    except ValueError:
        return None
    weights: dict[int, int] = {}
    return side if sum(_bits(entry, side.leaves, weights) for entry in side.entries()) <= _MOST_BITS else None


def _bits(tree: Expression, leaves: dict[str, Leaf], known: dict[int, int]) -> int:
    """About how long the value of a tree becomes as a fraction; matrices share the parts of their entries."""
    found = known.get(id(tree))
    if found is None:
        found = sum(_bits(child, leaves, known) for child in children(tree)) + 1
        if isinstance(tree, Power):
            found *= tree.exponent
        elif isinstance(tree, Function):
            found += _FUNCTION_BITS
        elif isinstance(tree, Symbol):
            ends = leaves[tree.name].interval
            found += max(end.numerator.bit_length() + end.denominator.bit_length() for end in ends)
        known[id(tree)] = found
    return found
