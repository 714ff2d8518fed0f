"""Python lists of a code cell, laid out so that long ones stay readable: by how wide their literals are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from backprop_docgen.pages.number import Number

WIDTH: Final = 72
"""Characters of a line; a list that fits stays on one."""

_INDENT: Final = "    "
_MOST_LINES: Final = 50


def row(items: Iterable[str]) -> str:
    """A list on one line."""
    return f"[{', '.join(items)}]"


def vector(items: Sequence[Number]) -> str:
    """A list of numbers: on one line if it fits, else filled into several."""
    found = [_Item(item.code, len(item.literal)) for item in items]
    return _on_one_line(found) or _block(_filled(found, WIDTH))


def matrix(rows: Sequence[Sequence[Number]]) -> str:
    """A list of rows: on one line if it fits, else each row on a line of its own."""
    found = list(map(_row, rows))
    return _on_one_line(found) or _block([f"{item.code}," for item in found])


def examples(rows: Sequence[Sequence[Number]]) -> str:
    """A list of rows, each on a line of its own; many share lines, so that they fill no page."""
    found = list(map(_row, rows))
    if len(found) <= _MOST_LINES // 2:
        return _block([f"{item.code}," for item in found])
    total = sum(item.width + 2 for item in found)
    return _block(_filled(found, max(WIDTH, total // _MOST_LINES)))


class _Item(NamedTuple):
    """Code, and how many characters of a line it takes when its literals are put in."""

    code: str
    width: int


def _row(items: Sequence[Number]) -> _Item:
    return _Item(row(item.code for item in items), _width(len(item.literal) for item in items))


def _width(widths: Iterable[int]) -> int:
    """How wide a list is: brackets, and between its items a comma and a space."""
    return max(2, sum(width + 2 for width in widths))


def _on_one_line(items: Sequence[_Item]) -> str:
    return row(item.code for item in items) if _width(item.width for item in items) <= WIDTH else ""


def _filled(items: Iterable[_Item], width: int) -> list[str]:
    """The items, each with its comma, in lines of at most ``width`` characters."""
    lines: list[str] = []
    room = 0
    for item in items:
        size = item.width + 2
        if size > room:
            lines.append(f"{item.code},")
            room = width - size
        else:
            lines[-1] += f" {item.code},"
            room -= size
    return lines


def _block(lines: Iterable[str]) -> str:
    return "[\n" + "".join(f"{_INDENT}{line}\n" for line in lines) + "]"
