"""All slips of a network, likeliest first: the rules applied to every formula of its worksheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

import numpy as np

from backprop_docgen.formula.tree import Constant, Expression, symbols
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.slips.doubles import Doubles, compute
from backprop_docgen.slips.everywhere import throughout
from backprop_docgen.slips.rules import Rules
from backprop_docgen.slips.table import RULES
from backprop_docgen.worksheet.names import Name, at_example, without_example
from backprop_docgen.worksheet.variants import model_weights
from backprop_docgen.worksheet.worksheet import Worksheet

MOST_SLIPS: Final = 3000
MOST_PARAMETERS: Final = 60
"""Of a network with more, practice covers the formulas of the model weights' paths alone."""
MOST_EXAMPLES: Final = 16
"""Of more examples, practice covers the worked one alone."""
_DRAWS: Final = 4


@dataclass(frozen=True, slots=True)
class Slip:
    """One wrong step: its rule, the wrong trees by name, and what its sentence names (names between ⟨ and ⟩).

    A slip ``everywhere`` is one of every example's formulas; ``formula`` is the name where it happens ("" there).
    """

    rule: str
    formula: str
    trees: Mapping[str, Expression]
    parts: Mapping[str, str]

    @property
    def rank(self) -> int:
        """1 (the likeliest) to 5."""
        return RULES[self.rule].rank

    @property
    def everywhere(self) -> bool:
        """Whether it is in several formulas at once."""
        return not self.formula


@dataclass(frozen=True)
class Catalogue:
    """The slips of a network, likeliest first, and the quantities that can be asked for, in order.

    ``names``: those and what they follow from, in order; of a network that is covered as a whole, every quantity.
    ``partial``: the network has so many parameters that the model weights' paths alone are covered.
    """

    slips: tuple[Slip, ...]
    asked: tuple[str, ...]
    names: tuple[str, ...]
    partial: bool


def catalogue(network: Network, worksheet: Worksheet) -> Catalogue:
    """Every slip of a network's own worksheet; at most ``MOST_SLIPS``, the likeliest."""
    names = topology(network)
    partial = len(names.all_weights()) + len(names.all_biases()) > MOST_PARAMETERS
    asked = tuple(_asked(network, worksheet, partial))
    whole = not partial and len(network.examples) <= MOST_EXAMPLES
    known = dict.fromkeys(worksheet.names() if whole else _followed(worksheet, asked))
    covered = known if whole else {*asked}
    rules = Rules(network, worksheet)
    changes = [
        change
        for name, mark in worksheet.order()
        if not mark and name in covered
        for change in rules.changes(name, worksheet.formula(name, mark)[0])
        if whole or all(operand in known for operand in symbols(change.tree))
    ]
    everywhere = [] if partial else throughout(network, worksheet, changes)
    found = [
        Slip(each.rule, "", trees, each.parts)
        for each in everywhere
        if (trees := {name: tree for name, tree in each.trees.items() if name in covered})
        and (whole or all(operand in known for tree in trees.values() for operand in symbols(tree)))
    ]
    found += [Slip(each.rule, each.formula, {each.formula: each.tree}, each.parts) for each in changes]
    found.sort(key=lambda slip: slip.rank)  # stable: what is everywhere first, then as the formulas follow
    return Catalogue(tuple(islice(_distinct(found, worksheet), MOST_SLIPS)), asked, tuple(known), partial)


def _followed(worksheet: Worksheet, asked: Iterable[str]) -> list[str]:
    """What quantities follow from, and themselves, in the worksheet's order."""
    found = with_ancestors(asked, lambda name: _formula(worksheet, name))
    return [full for name, mark in worksheet.order() if (full := at_example(name, mark)) in found]


def with_ancestors(names: Iterable[str], formula: Callable[[str], Expression]) -> set[str]:
    """Quantities, and all that they follow from; ``formula`` gives the tree of a name."""
    found: set[str] = set()
    left = list(names)
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += symbols(formula(name))
    return found


def _formula(worksheet: Worksheet, full_name: str) -> Expression:
    return worksheet.marked(*worksheet.formula(*without_example(full_name)))


def _asked(network: Network, worksheet: Worksheet, partial: bool) -> Iterator[str]:
    """Every quantity of the worked example that is computed from others."""
    on_path = _on_path(network) if partial else None
    many = len(network.examples) > MOST_EXAMPLES
    for name, mark in worksheet.order():
        if mark or not symbols(worksheet.formula(name, mark)[0]):
            continue
        base = Name.parse(name).base
        if many and (base.startswith(("E_mean", "dE_mean")) or "@" in name):
            continue
        if base.startswith(("E_mean", "dE_mean")) and len(network.examples) == 1:
            continue  # of one example they are E_total's under another name
        if on_path is None or _parts(base) <= on_path:
            yield name


def _on_path(network: Network) -> set[str]:
    names, model = topology(network), model_weights(network)
    found = {"eta", "total", "mean", *names.inputs}
    for weight in (model.output, model.hidden):
        if weight:
            layer, row, _ = names.ends(weight)
            found |= {weight, names.neurons[layer][row], names.biases[layer][row]}
    return found


def _parts(base: str) -> set[str]:
    """The neurons and parameters that a name speaks of."""
    pieces = base[1:].split("/d") if base.startswith("d") and "/d" in base else [base]
    return {
        piece.partition("_")[2] if piece.startswith(("net_", "out_", "E_", "error_", "delta_")) else piece
        for piece in pieces
    }


def _distinct(slips: Iterable[Slip], worksheet: Worksheet) -> Iterator[Slip]:
    """Without slips that are the same algebra as one before, or as the right formula: trees that come to the same."""
    random = Random(0)
    values: dict[str, Doubles] = {}

    def lookup(name: str) -> Doubles:
        if name not in values:
            values[name] = np.array([random.uniform(0.1, 2) * sign for sign in (1, -1, 1, -1)])
        return values[name]

    def comes_to(tree: Expression) -> tuple[str, ...]:
        found = np.broadcast_to(compute(tree, lookup), (_DRAWS,))
        return tuple(f"{number:.10e}" for number in found)

    seen: set[frozenset[tuple[str, tuple[str, ...]]]] = set()
    right: dict[str, tuple[str, ...]] = {}
    for slip in slips:
        for name in slip.trees:
            if name not in right:
                right[name] = comes_to(worksheet.formula(name, "")[0])
        results = {name: comes_to(tree) for name, tree in slip.trees.items()}
        changed = {(name, result) for name, result in results.items() if result != right[name]}
        key = frozenset(changed)
        if (
            key
            and key not in seen
            and not all(isinstance(tree, Constant) and tree.value == 0 for tree in slip.trees.values())
        ):
            seen.add(key)
            yield slip
