"""All slips of a network, likeliest first: the rules applied to every formula of its worksheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np

from backprop_docgen.formula.tree import Constant, Expression, symbols
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.slips.doubles import Doubles, compute
from backprop_docgen.slips.everywhere import throughout
from backprop_docgen.slips.rules import Rules
from backprop_docgen.slips.table import RULES
from backprop_docgen.worksheet.names import Name
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

    ``partial``: the network has so many parameters that the model weights' paths alone are covered.
    """

    slips: tuple[Slip, ...]
    asked: tuple[str, ...]
    partial: bool

    def to_json(self) -> list[list[Any]]:
        """Each slip as ``[rule, formula, [[name, tree], …], parts]``."""
        return [
            [slip.rule, slip.formula, [[name, to_json(tree)] for name, tree in slip.trees.items()], dict(slip.parts)]
            for slip in self.slips
        ]


def catalogue(network: Network, worksheet: Worksheet) -> Catalogue:
    """Every slip of a network's own worksheet; at most ``MOST_SLIPS``, the likeliest."""
    names = topology(network)
    partial = len(names.all_weights()) + len(names.all_biases()) > MOST_PARAMETERS
    asked = tuple(_asked(network, worksheet, partial))
    covered = set(asked)
    rules = Rules(network, worksheet)
    changes = [
        change
        for name, mark in worksheet.order()
        if not mark and (not partial or name in covered)
        for change in rules.changes(name, worksheet.formula(name, mark)[0])
    ]
    everywhere = [] if partial else throughout(network, worksheet, changes)
    found = [Slip(each.rule, "", each.trees, each.parts) for each in everywhere]
    found += [Slip(each.rule, each.formula, {each.formula: each.tree}, each.parts) for each in changes]
    found.sort(key=lambda slip: slip.rank)  # stable: what is everywhere first, then as the formulas follow
    return Catalogue(tuple(_distinct(found, worksheet))[:MOST_SLIPS], asked, partial)


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
    for slip in slips:
        changed = {
            (name, result)
            for name, tree in slip.trees.items()
            if (result := comes_to(tree)) != comes_to(worksheet.formula(name, "")[0])
        }
        key = frozenset(changed)
        if (
            key
            and key not in seen
            and not all(isinstance(tree, Constant) and tree.value == 0 for tree in slip.trees.values())
        ):
            seen.add(key)
            yield slip
