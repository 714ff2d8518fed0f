"""The slips of a network as JSON that is small enough to be sent, and back; ``practice/slips.mjs`` reads it, too.

Quantities are numbers: their places in the list of names. A slip is one of::

    17                                     what the slip 17 entries before it is, one update later
    [rule, formula, change, parts]         in one formula
    [rule, -1, [formula, change, …], parts]      in several: everywhere

``parts`` are those of the sentence but ``formula``, with ⟨17⟩ for a name: ``["⟨17⟩", "⟨4⟩"]`` is part and other, and
an empty one is none. A ``change`` is what becomes of the right formula::

    0                     what the sentence calls "other" stands for "part"
    "02"                  the operand at this place is left out: of its first operand the third
    [tree]                another tree: a name's number, [constant], or ["+", tree, …] as in formula/tree_json.py
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from backprop_docgen.errors import Problem, QuantityError
from backprop_docgen.formula.tree import Expression, Product, Sum, Symbol, children, substitute
from backprop_docgen.formula.tree_json import from_json, to_json
from backprop_docgen.slips.catalogue import Slip
from backprop_docgen.slips.edits import with_child, without
from backprop_docgen.slips.table import RULES

_KEYS: Final = ("part", "other")
_NAMED: Final = re.compile(r"⟨([^⟩]+)⟩")
_NUMBER: Final = re.compile(r"⟨(\d+)⟩")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_RULES: Final = tuple(RULES)


class Compact:
    """How the slips of one list of quantities are written: ``formulas`` has their right trees by name, in order."""

    def __init__(self, formulas: Mapping[str, Expression]) -> None:
        self._formulas = formulas
        self._names = tuple(formulas)
        self._at = {name: index for index, name in enumerate(self._names)}
        self._after = [self._at.get(f"{name}@1", index) for index, name in enumerate(self._names)]

    def write(self, slips: Iterable[Slip]) -> list[Any]:
        """Slips as entries, in their order. All names must be among the formulas."""
        entries: list[Any] = []
        at: dict[str, int] = {}  # where a slip stands, by what it is one update later
        for index, slip in enumerate(slips):
            entry = self._entry(slip)
            earlier = at.get(repr(entry))
            entries.append(entry if earlier is None else index - earlier)
            at.setdefault(repr(self._later(entry)), index)
        return entries

    def read(self, entries: Iterable[Any]) -> list[Slip]:
        """The inverse. Raises QuantityError for what is no list of slips."""
        found: list[Any] = []
        try:
            for entry in entries:
                found.append(self._later(found[-entry]) if isinstance(entry, int) else entry)
            return [self._slip(entry) for entry in found]
        except (LookupError, TypeError, ValueError, AttributeError):
            raise QuantityError(Problem("not a list of slips")) from None

    # one update later

    def _later(self, entry: Sequence[Any]) -> list[Any]:
        rule, formula, change, *said = entry
        if formula >= 0:
            trees = self._tree_later(change)
        else:
            trees = [self._tree_later(each) if index % 2 else self._after[each] for index, each in enumerate(change)]
        parts = [_NUMBER.sub(lambda match: f"⟨{self._after[int(match[1])]}⟩", text) for text in said]
        return [rule, self._after[formula] if formula >= 0 else -1, trees, *parts]

    def _tree_later(self, change: Any) -> Any:
        """A change with every name one update later; a place and "other" for "part" stay what they are."""
        return [self._named_later(change[0])] if isinstance(change, list) else change

    def _named_later(self, data: Any) -> Any:
        match data:
            case int():
                return self._after[data]
            case [_]:
                return data
            case ["^", base, exponent]:
                return ["^", self._named_later(base), exponent]
        return [data[0], *map(self._named_later, data[1:])]

    # one slip

    def _entry(self, slip: Slip) -> list[Any]:
        parts = [_NAMED.sub(self._number, slip.parts.get(key, "")) for key in _KEYS]
        while parts and not parts[-1]:
            parts.pop()
        changes = [(self._at[name], self._change(name, tree, slip)) for name, tree in slip.trees.items()]
        rule = _RULES.index(slip.rule)
        if slip.formula:
            ((formula, change),) = changes
            return [rule, formula, change, *parts]
        return [rule, -1, [each for pair in changes for each in pair], *parts]

    def _number(self, match: re.Match[str]) -> str:
        return f"⟨{self._at[match[1]]}⟩" if match[1] in self._at else match[0]

    def _slip(self, entry: Sequence[Any]) -> Slip:
        rule, formula, change, *said = entry
        parts = {key: _NAMED.sub(self._name, text) for key, text in zip(_KEYS, said, strict=False) if text}
        name = self._names[formula] if formula >= 0 else ""
        pairs = [(formula, change)] if formula >= 0 else list(zip(change[::2], change[1::2], strict=True))
        trees = {self._names[at]: self._changed(self._names[at], each, parts) for at, each in pairs}
        return Slip(_RULES[rule], name, trees, {"formula": f"⟨{name}⟩", **parts} if name else parts)

    def _name(self, match: re.Match[str]) -> str:
        return f"⟨{self._names[int(match[1])]}⟩" if match[1].isdigit() else match[0]

    # one formula

    def _change(self, name: str, tree: Expression, slip: Slip) -> Any:
        right = self._formulas[name]
        if _taken(right, slip.parts) == tree:
            return 0
        left_out = next((way for way, found in _shorter(right) if found == tree), None)
        return [self._tree(to_json(tree))] if left_out is None else left_out

    def _changed(self, name: str, change: Any, parts: Mapping[str, str]) -> Expression:
        right = self._formulas[name]
        match change:
            case 0:
                found = _taken(right, parts)
                if found is None:
                    raise ValueError(change)
                return found
            case str() as way:
                return _left_out(right, [_DIGITS.index(each) for each in way])
            case [tree]:
                return from_json(self._plain(tree))
        raise ValueError(change)

    def _tree(self, data: Any) -> Any:
        match data:
            case ["q", name]:
                return self._at[name]
            case ["^", base, exponent]:
                return ["^", self._tree(base), exponent]
            case [kind, *operands]:
                return [kind, *map(self._tree, operands)]
        return [data]

    def _plain(self, data: Any) -> Any:
        match data:
            case bool() | str():
                raise ValueError(data)
            case int():
                return ["q", self._names[data]]
            case [constant]:
                return constant
            case ["^", base, exponent]:
                return ["^", self._plain(base), exponent]
        return [data[0], *map(self._plain, data[1:])]


def _taken(right: Expression, parts: Mapping[str, str]) -> Expression | None:
    """The formula with what a sentence calls "other" in the place of "part"; None where it names no such two."""
    part, other = (_NAMED.fullmatch(parts.get(key, "")) for key in _KEYS)
    return substitute(right, {part[1]: Symbol(other[1])}) if part and other else None


def _shorter(tree: Expression, way: str = "") -> Iterable[tuple[str, Expression]]:
    """Every way to leave one operand of a sum, product or quotient out, with what is left."""
    for index, child in enumerate(children(tree)[: len(_DIGITS)]):
        here = way + _DIGITS[index]
        if isinstance(tree, Sum | Product) and len(children(tree)) > 1:
            yield here, without(children(tree), index, type(tree))
        for deeper, found in _shorter(child, here):
            yield deeper, with_child(tree, index, found)


def _left_out(tree: Expression, way: Sequence[int]) -> Expression:
    if len(way) > 1:
        return with_child(tree, way[0], _left_out(children(tree)[way[0]], way[1:]))
    if not isinstance(tree, Sum | Product) or way[0] >= len(children(tree)) > 1:
        raise ValueError(way)
    return without(children(tree), way[0], type(tree))
