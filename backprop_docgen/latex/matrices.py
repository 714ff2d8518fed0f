"""Matrices of expressions: their sums and products, as far as their shapes allow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from backprop_docgen.formula.tree import Expression, Product, Sum, negative

_MOST_ENTRIES: Final = 20_000


@dataclass(frozen=True)
class Matrix:
    """A matrix of expressions, by its rows."""

    rows: tuple[tuple[Expression, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def transposed(self) -> Matrix:
        """Rows as columns."""
        return Matrix(tuple(zip(*self.rows, strict=True)))


Tree: TypeAlias = Expression | Matrix


def opposite(tree: Tree) -> Tree:
    """−tree."""
    if isinstance(tree, Matrix):
        return Matrix(tuple(tuple(map(negative, row)) for row in tree.rows))
    return negative(tree)


def added(parts: Sequence[Tree]) -> Tree:
    """The sum; raises ValueError for other shapes."""
    if len(parts) == 1:
        return parts[0]
    numbers = [part for part in parts if not isinstance(part, Matrix)]
    matrices = [part for part in parts if isinstance(part, Matrix)]
    if not matrices:
        return Sum(tuple(numbers))
    if numbers or len({matrix.shape for matrix in matrices}) > 1:
        raise ValueError("other shapes")
    entries = (zip(*rows, strict=True) for rows in zip(*(matrix.rows for matrix in matrices), strict=True))
    return Matrix(tuple(tuple(map(Sum, row)) for row in entries))


def multiplied(left: Tree, right: Tree, by_entries: bool) -> Tree:
    """The product, or that of each entry with the other's; raises ValueError for shapes that have none."""
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        return _by_entries(left, right) if by_entries else _matrix_product(left, right)
    if by_entries:
        raise ValueError("not two matrices")
    if isinstance(left, Matrix):
        left, right = right, left
    assert not isinstance(left, Matrix)
    if isinstance(right, Matrix):
        return Matrix(tuple(tuple(_times(left, entry) for entry in row) for row in right.rows))
    return Product((*left.factors, right)) if isinstance(left, Product) else Product((left, right))


def _by_entries(left: Matrix, right: Matrix) -> Matrix:
    if left.shape != right.shape:
        raise ValueError("other shapes")
    return Matrix(tuple(tuple(map(_times, *rows)) for rows in zip(left.rows, right.rows, strict=True)))


def _matrix_product(left: Matrix, right: Matrix) -> Matrix:
    (rows, inner), (other, columns) = left.shape, right.shape
    if inner != other or rows * inner * columns > _MOST_ENTRIES:
        raise ValueError("other shapes")
    turned = right.transposed.rows
    return Matrix(tuple(tuple(Sum(tuple(map(_times, row, column))) for column in turned) for row in left.rows))


def _times(left: Expression, right: Expression) -> Expression:
    return Product((left, right))
