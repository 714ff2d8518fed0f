"""Matrices of marked numbers as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.pages.arguments import LIST, Kind, takes
from backprop_docgen.pages.number import Reference

_MOST_ENTRIES: Final = 7


def _holds_numbers(value: object) -> bool:
    return isinstance(value, Reference) or (isinstance(value, list | tuple) and all(map(_holds_numbers, value)))


_GROUPS: Final = Kind("a quantity, or a list of quantities", _holds_numbers)


@takes(rows=LIST)
def matrix(rows: Iterable[Iterable[Reference]]) -> str:
    """LaTeX of a matrix of marked numbers; of many rows or columns the first ones and the last."""
    found = [list(row) if LIST.fits(row) else [] for row in rows]
    if not all(row and all(isinstance(each, Reference) for each in row) for row in found):
        raise TemplateError(Problem("matrix(…) is given something else than rows of quantities"))
    height, width = len(found), max(map(len, found), default=0)
    lines = []
    for index in _ends(height):
        if index is None:
            dots = [r"\ddots" if column is None else r"\vdots" for column in _ends(width)]
            lines.append(" & ".join(dots))
        else:
            row = found[index]
            lines.append(" & ".join(r"\cdots" if column is None else row[column].num for column in _ends(width)))
    return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"


def _ends(length: int) -> list[int | None]:
    """The places of a row that are shown; None stands for those left out."""
    if length <= _MOST_ENTRIES:
        return list(range(length))
    return [0, 1, 2, None, length - 1]


@takes(groups=_GROUPS)
def relation(*groups: Iterable[object]) -> str:
    """LaTeX of = where every number of the groups is exact, of ≈ where one is rounded; groups may hold groups.

    It hangs on the first rounded number, or on the last of all.
    """
    numbers = list(_flat(groups))
    if not numbers:
        raise TemplateError(Problem("relation(…) is given no number; expected the quantities on both sides of it"))
    return next((number for number in numbers if not number.printed().exact), numbers[-1]).relation


def _flat(items: Iterable[object]) -> Iterator[Reference]:
    for item in items:
        if isinstance(item, Reference):
            yield item
        elif isinstance(item, Iterable):
            yield from _flat(item)
