"""Python lists of a code cell, laid out so that long ones stay readable; the marks of their numbers take no room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from backprop_docgen.pages.cell import without_marks

WIDTH: Final = 72
"""Characters of a line; a list that fits stays on one."""

_INDENT: Final = "    "
_MOST_LINES: Final = 50


def row(items: Iterable[str]) -> str:
    """A list on one line."""
    return f"[{', '.join(items)}]"


def vector(items: Sequence[str]) -> str:
    """A list of numbers: on one line if it fits, else filled into several."""
    return _on_one_line(items) or _block(_filled(items, WIDTH))


def matrix(rows: Sequence[Sequence[str]]) -> str:
    """A list of rows: on one line if it fits, else each row on a line of its own."""
    found = [row(items) for items in rows]
    return _on_one_line(found) or _block([f"{text}," for text in found])


def examples(rows: Sequence[Sequence[str]]) -> str:
    """A list of rows, each on a line of its own; many share lines, so that they fill no page."""
    found = [row(items) for items in rows]
    if len(found) <= _MOST_LINES // 2:
        return _block([f"{text}," for text in found])
    total = sum(len(without_marks(text)) + 2 for text in found)
    return _block(_filled(found, max(WIDTH, total // _MOST_LINES)))


def _on_one_line(items: Iterable[str]) -> str:
    text = row(items)
    return text if len(without_marks(text)) <= WIDTH else ""


def _filled(items: Iterable[str], width: int) -> list[str]:
    """The items, each with its comma, in lines of at most ``width`` characters."""
    lines: list[str] = []
    room = 0
    for item in items:
        size = len(without_marks(item)) + 2
        if size > room:
            lines.append(f"{item},")
            room = width - size
        else:
            lines[-1] += f" {item},"
            room -= size
    return lines


def _block(lines: Iterable[str]) -> str:
    return "[\n" + "".join(f"{_INDENT}{line}\n" for line in lines) + "]"
