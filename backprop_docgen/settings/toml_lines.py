"""Where the keys of a TOML text stand: tomllib gives values without lines, tree-sitter the lines.

tree-sitter is imported by the one function that needs it, because only a file with a mistake does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node

KeyPath: TypeAlias = tuple[str | int, ...]
"""A key from the top of the file; list positions count from 0."""

_DEPTH: Final = 8  # deeper than any key that has a meaning here
_ITEMS: Final = 1000  # longer than any list that has a meaning here
_TABLES: Final = 2000  # more than a file of 1000 examples has
_PAIRS: Final = 200  # more than any table that has a meaning here


@dataclass
class KeyLines:
    """The line (from 1) of every key and list item; ``repeated``: keys given again, with the later line."""

    lines: dict[KeyPath, int] = field(default_factory=dict)
    repeated: dict[KeyPath, int] = field(default_factory=dict)
    tables: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """The line of ``path``, or of the nearest table or list around it; None when there is none."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def key_lines(text: str) -> KeyLines:
    """Find the lines of all keys in ``text``, which need not be valid TOML."""
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    found = KeyLines()
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode("utf-8", "replace"))
    for node in _children(tree.root_node, _TABLES):
        if node.type == "pair":
            _add_pair(found, (), node)
        elif node.type in ("table", "table_array_element"):
            _add_table(found, node)
    return found


def key_text(path: KeyPath) -> str:
    """The path as a person writes it, list positions from 1: ``layer[2].weights[1][3]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            bare = part.isascii() and part.replace("-", "_").replace("_", "a").isalnum()
            name = part if bare else repr(part)
            text += ("." if text else "") + (name if len(name) <= 40 else name[:39] + "…")
    return text


def _children(node: Node, limit: int | None = None) -> Iterator[Node]:
    """The named children without comments, at most ``limit``."""
    cursor = node.walk()
    more, count = cursor.goto_first_child(), 0
    while more and (limit is None or count < limit):
        child = cursor.node
        if child is not None and child.is_named and child.type != "comment":
            yield child
            count += 1
        more = cursor.goto_next_sibling()


def _names(node: Node) -> tuple[str, ...]:
    """The parts of a key, quotes and escapes resolved."""
    if node.type == "dotted_key":
        return tuple(name for child in _children(node, _DEPTH) for name in _names(child))
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        with suppress(tomllib.TOMLDecodeError):  # a key that is itself the syntax error stays as written
            text = next(iter(tomllib.loads(f"{text} = 0")))
    return (text,)


def _add_table(found: KeyLines, node: Node) -> None:
    parts = list(_children(node, _PAIRS))
    names = _names(parts[0])
    path: KeyPath = ()
    for name in names[:-1]:
        path += (name,)
        if path in found.tables:  # [[layer]] … [layer.x]: x belongs to the last layer
            path += (found.tables[path] - 1,)
    path += names[-1:]
    line = node.start_point.row + 1
    if node.type == "table_array_element":
        found.lines.setdefault(path, line)
        index = found.tables.setdefault(path, 0)
        found.tables[path] += 1
        path += (index,)
    _add(found, path, line)
    for pair in parts[1:]:
        if pair.type == "pair":
            _add_pair(found, path, pair)


def _add_pair(found: KeyLines, table: KeyPath, node: Node) -> None:
    parts = list(_children(node, 2))
    names = _names(parts[0])
    for end in range(1, len(names)):
        found.lines.setdefault((*table, *names[:end]), node.start_point.row + 1)
    path = (*table, *names)
    _add(found, path, node.start_point.row + 1)
    if len(parts) == 2:
        _add_value(found, path, parts[1])


def _add_value(found: KeyLines, path: KeyPath, node: Node) -> None:
    if len(path) > _DEPTH:
        return
    if node.type == "array":
        for index, item in enumerate(_children(node, _ITEMS)):
            _add(found, (*path, index), item.start_point.row + 1)
            _add_value(found, (*path, index), item)
    elif node.type == "inline_table":
        for pair in _children(node):
            if pair.type == "pair":
                _add_pair(found, path, pair)


def _add(found: KeyLines, path: KeyPath, line: int) -> None:
    if found.lines.setdefault(path, line) != line:
        found.repeated.setdefault(path, line)
