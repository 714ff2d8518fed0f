"""The numbers of a network, and what they become when a slip is made: of one network, or of many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Final

from backprop_docgen.formula.tree import Constant, Expression, symbols
from backprop_docgen.network.network import Network
from backprop_docgen.slips.catalogue import Catalogue, Slip, catalogue
from backprop_docgen.slips.doubles import Doubles, compute
from backprop_docgen.worksheet.names import at_example, without_example
from backprop_docgen.worksheet.worksheet import Worksheet

_MOST_IN_PAIRS: Final = 24


class Sheet:
    """A network's quantities in doubles, its slips, and what each slip makes of each quantity.

    ``given`` puts other numbers in the place of the network's own, by name; where they are arrays, so are all values,
    an entry for each network of the same shape.
    """

    def __init__(
        self,
        network: Network,
        worksheet: Worksheet,
        given: Mapping[str, Doubles] | None = None,
        slips: Catalogue | None = None,
    ) -> None:
        self.network, self.worksheet = network, worksheet
        self.catalogue = slips if slips is not None else catalogue(network, worksheet)
        self.given = dict(given or {})
        self.formulas: dict[str, Expression] = {}
        self.ancestors: dict[str, frozenset[str]] = {}
        for name in self.catalogue.names:
            tree = worksheet.marked(*worksheet.formula(*without_example(name)))
            operands = frozenset(symbols(tree))
            self.formulas[name] = tree
            self.ancestors[name] = operands.union(*(self.ancestors[operand] for operand in operands))
        self._values: dict[str, Doubles] = {}
        self._under: dict[int, Callable[[str], Doubles]] = {}

    def value(self, name: str) -> Doubles:
        """The right value of a quantity; raises KeyError for another name."""
        if name not in self._values:
            tree = self.formulas[name]
            given = name in self.given and isinstance(tree, Constant)
            self._values[name] = self.given[name] if given else compute(tree, self.value)
        return self._values[name]

    def trees(self, slips: Sequence[Slip]) -> dict[str, Expression]:
        """The wrong formulas of slips, by full name: of one that is everywhere, for every example."""
        found: dict[str, Expression] = {}
        for slip in slips:
            for name, tree in slip.trees.items():
                found[name] = tree
                for mark in self.worksheet.marks() if slip.everywhere else ():
                    if self.worksheet.has(name, mark):
                        found[at_example(name, mark)] = self.worksheet.marked(tree, mark)
        return found

    def under(self, *slips: Slip) -> Callable[[str], Doubles]:
        """What any quantity becomes when these slips are made, all others following rightly.

        The function raises KeyError for another name, RecursionError where slips go round in a circle.
        """
        wrong = self.trees(slips)
        changed = frozenset(wrong)
        found: dict[str, Doubles] = {}

        def value(name: str) -> Doubles:
            if name not in changed and not (changed & self.ancestors[name]):
                return self.value(name)
            if name not in found:
                found[name] = compute(wrong.get(name, self.formulas[name]), value)
            return found[name]

        return value

    def reaches(self, slip: Slip, name: str) -> bool:
        """Whether a slip is in a quantity's formula, or in one that it follows from."""
        changed = self._changed[id(slip)]
        return name in changed or not changed.isdisjoint(self.ancestors[name])

    @cached_property
    def _changed(self) -> dict[int, frozenset[str]]:
        return {id(slip): frozenset(self.trees([slip])) for slip in self.catalogue.slips}

    def with_slip(self, slip: Slip, name: str) -> Doubles:
        """What a quantity becomes when a slip of the catalogue is made."""
        if id(slip) not in self._under:
            self._under[id(slip)] = self.under(slip)
        return self._under[id(slip)](name)

    def pairs(self, name: str) -> list[tuple[Slip, Slip]]:
        """Two of the likeliest slips at once, each of which reaches a quantity."""
        likeliest = [slip for slip in self.catalogue.slips if slip.rank == 1 and self.reaches(slip, name)]
        near = [slip for slip in likeliest if not slip.everywhere]
        near.sort(key=lambda slip: -len(self.ancestors[slip.formula]))  # those that are made last
        pool = [*(slip for slip in likeliest if slip.everywhere), *near][:_MOST_IN_PAIRS]
        return [
            (first, second)
            for index, first in enumerate(pool)
            for second in pool[index + 1 :]
            if self._changed[id(first)].isdisjoint(self._changed[id(second)])
        ]
