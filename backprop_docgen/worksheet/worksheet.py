"""Named quantities, and the worksheet that holds them in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from backprop_docgen.errors import Problem, QuantityError, did_you_mean
from backprop_docgen.formula.evaluate import Value, evaluate
from backprop_docgen.formula.tree import Constant, Expression, Symbol, substitute, symbols
from backprop_docgen.worksheet.names import Name, at_example, symbol_of, without_example


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named number: its LaTeX symbol, its formula (None: computed by the engine) and its value.

    ``number`` is dimensionless; so are its double ``value``, and ``exact``, where its rational value is known.
    """

    name: str
    symbol: str
    tree: Expression | None
    number: Value

    @property
    def value(self) -> float:
        """The nearest double."""
        return self.number.double

    @property
    def exact(self) -> Fraction | None:
        """The rational value, where it is known."""
        return self.number.exact


class Worksheet:
    """Quantities in the order in which they are computed; each tree uses only earlier ones.

    An example beside the worked one has a mark, ``[2]``. Its formulas are kept in the names of the worked example, so
    that all examples share one tree; a name in them is that of the example itself where the example has it.
    """

    def __init__(self, sheet: str = "") -> None:
        self.sheet = sheet
        # by the mark of the example ("" for all but the others), then by the name without it
        self._trees: dict[str, dict[str, Expression]] = {"": {}}
        self._values: dict[str, dict[str, Value]] = {"": {}}
        self._runs: list[tuple[str, list[str]]] = []  # the order: marks, each with names that follow one another
        self._quantities: dict[str, Quantity] = {}
        self._places: dict[str, int] = {}
        self._kin: dict[str, Hashable] = {}
        self._operands: dict[int, tuple[str, ...]] = {}  # by the identity of a tree, which the examples share

    def add(self, name: str, tree: Expression, mark: str = "") -> None:
        """Evaluate a tree over what is here already, and keep it under a new name, of the example with this mark.

        Raises QuantityError for a repeated name or a symbol that is not here yet.
        """
        trees = self._trees.setdefault(mark, {})
        if name in trees:
            raise QuantityError(Problem("is defined twice", key=at_example(name, mark)))
        values = self._values.setdefault(mark, {})
        values[name] = evaluate(tree, lambda operand: self.value(operand, mark))
        self._keep(name, tree, mark)

    def _keep(self, name: str, tree: Expression, mark: str) -> None:
        self._trees.setdefault(mark, {})[name] = tree
        if not self._runs or self._runs[-1][0] != mark:
            self._runs.append((mark, []))
        self._runs[-1][1].append(name)

    def has(self, name: str, mark: str) -> bool:
        """Whether the example with this mark has a quantity of that name."""
        return mark in self._trees and name in self._trees[mark]

    def value(self, name: str, mark: str = "") -> Value:
        """The value of a name, as a formula of the example with this mark means it; raises QuantityError."""
        found = self._values.get(mark, {}).get(name) or self._values[""].get(name)
        if found is None:
            name, mark = self._at(name)
            found = self._values[mark][name]
        return found

    def _at(self, name: str, mark: str = "") -> tuple[str, str]:
        """Name and mark of what a name means in a formula of the example with this mark; raises QuantityError."""
        at = (name, mark) if self.has(name, mark) else without_example(name)
        if not self.has(*at):
            advice = did_you_mean(name, self.names())
            raise QuantityError(Problem("no quantity has this name", key=name, advice=advice))
        return at

    def formula(self, name: str, mark: str) -> tuple[Expression, str]:
        """The tree of an example's quantity, and the mark of the example in whose names it is written."""
        return self._trees[mark][name], mark

    def operands(self, tree: Expression) -> tuple[str, ...]:
        """The names in a tree that this worksheet keeps; kept themselves, for every variant asks for all of them."""
        found = self._operands.get(id(tree))
        if found is None:
            found = self._operands[id(tree)] = tuple(symbols(tree))
        return found

    def marked(self, tree: Expression, mark: str) -> Expression:
        """A tree in full names: what the example with this mark has gets the mark."""
        if not mark:
            return tree
        own: dict[str, Expression] = {
            name: Symbol(at_example(name, mark)) for name in symbols(tree) if self.has(name, mark)
        }
        return substitute(tree, own)

    def __getitem__(self, name: str) -> Quantity:
        found = self._quantities.get(name)
        if found is None:
            bare, mark = self._at(name)
            found = self._quantity(bare, mark)
            if not mark:  # of many examples they would fill the memory
                self._quantities[name] = found
        return found

    def _quantity(self, name: str, mark: str) -> Quantity:
        full, tree = at_example(name, mark), self.marked(*self.formula(name, mark))
        return Quantity(full, self.symbol(full), tree, self.value(name, mark))

    def symbol(self, name: str) -> str:
        """LaTeX of a quantity's symbol."""
        return symbol_of(Name.parse(name))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.has(*without_example(name))

    def __iter__(self) -> Iterator[Quantity]:
        return map(self.__getitem__, self.names())

    def __len__(self) -> int:
        return sum(map(len, self._trees.values()))

    def names(self) -> list[str]:
        """All names, in order."""
        return [at_example(name, mark) for name, mark in self.order()]

    def order(self) -> Iterator[tuple[str, str]]:
        """All quantities in order: name and mark."""
        return ((name, mark) for mark, names in self._runs for name in names)

    def listed(self) -> Iterator[tuple[str, str]]:
        """The quantities whose formulas are its own: name and mark."""
        return self.order()

    def marks(self) -> list[str]:
        """The marks of the examples beside the worked one, in order."""
        return [mark for mark in self._trees if mark]

    def kin(self, mark: str) -> Hashable:
        """What is the same for examples that have the same formulas but for their constants."""
        if mark not in self._kin:
            worked, own = self._trees[""], self._trees.get(mark, {})
            others = (t for n, t in own.items() if t is not worked.get(n) and not isinstance(t, Constant))
            self._kin[mark] = tuple(map(id, others))
        return self._kin[mark]

    def place(self, name: str, mark: str) -> int:
        """Where in the order a quantity stands."""
        if mark:
            return next(place for place, each in enumerate(self.order()) if each == (name, mark))
        if not self._places:
            self._places = {own: place for place, (own, other) in enumerate(self.order()) if not other}
        return self._places[name]


class Variant(Worksheet):
    """A worksheet that differs from another in a few formulas; a quantity is computed when it is asked for.

    What the change does not reach is the other's. In a formula that takes the place of another one its
    own name stands for the other's value, so that ``w5 + 0.01`` is a nudge. Raises QuantityError for a
    formula with an unknown name, or one that depends on itself.
    """

    def __init__(self, base: Worksheet, trees: Mapping[str, Expression], sheet: str) -> None:
        super().__init__(sheet)
        self.base = base
        self._full = frozenset(trees)  # formulas given in full names, whatever example they are of
        self._later: dict[tuple[str, str], int] = {}  # the places of what the base has not
        self._reach: dict[str, dict[str, bool]] = {}  # by mark: does the change reach a name of its formulas?
        self._reach_of: dict[Hashable, dict[str, bool]] = {}
        for name, tree in trees.items():
            bare, mark = without_example(name)
            self._keep(bare, tree, mark)
        self._refuse_circles(trees)

    def add(self, name: str, tree: Expression, mark: str = "") -> None:
        """Put a formula in the place of another one, or beside them, unless the base has the very same."""
        if self.base.has(name, mark) and self.base.formula(name, mark) == (tree, mark):
            return
        self._keep(name, tree, mark)
        for found in (self._kin, self._reach, self._reach_of):
            found.clear()

    def _refuse_circles(self, trees: Mapping[str, Expression]) -> None:
        backwards = False
        for name, tree in trees.items():
            at = without_example(name)
            for operand in symbols(tree):
                if operand not in self:
                    self.base[operand]  # raises, with the nearest name
                own = operand == name and name in self.base
                backwards = backwards or (not own and self.place(*without_example(operand)) >= self.place(*at))
        if backwards:
            done: set[tuple[str, str]] = set()
            for name in trees:
                self._walk(without_example(name), done, [])

    def _walk(self, at: tuple[str, str], done: set[tuple[str, str]], path: list[tuple[str, str]]) -> None:
        if at in path:
            raise QuantityError(Problem("depends on itself", key=at_example(*at)))
        if at not in done:
            tree, mark = self.formula(*at)
            for operand in dict.fromkeys(symbols(tree)):
                below = self._at(operand, mark)
                if below != at or not self.base.has(*at):
                    self._walk(below, done, [*path, at])
            done.add(at)

    def place(self, name: str, mark: str) -> int:
        """Where in the order a quantity stands: new ones after those of the base."""
        if self.base.has(name, mark):
            return self.base.place(name, mark)
        if not self._later:
            self._later = {at: place for place, at in enumerate(self._added(), len(self.base))}
        return self._later[name, mark]

    def has(self, name: str, mark: str) -> bool:
        """Whether the example with this mark has a quantity of that name."""
        return super().has(name, mark) or self.base.has(name, mark)

    def formula(self, name: str, mark: str) -> tuple[Expression, str]:
        """A quantity's tree, and the mark of the example in whose names it is written ("": full names)."""
        if not super().has(name, mark):
            return self.base.formula(name, mark)
        return self._trees[mark][name], "" if at_example(name, mark) in self._full else mark

    def value(self, name: str, mark: str = "") -> Value:
        """The value of a name, as a formula of the example with this mark means it; raises QuantityError."""
        found = self._values.get(mark, {}).get(name)
        if found is None:
            reach = self._reach.get(mark)
            if reach is None:  # the same for all examples of the same formulas
                reach = self._reach[mark] = self._reach_of.setdefault(self.kin(mark), {})
            if name not in reach:
                reach[name] = self._reached(*self._at(name, mark))
            found = self._followed(*self._at(name, mark)) if reach[name] else self.base.value(name, mark)
        return found

    def _followed(self, name: str, mark: str) -> Value:
        values = self._values.setdefault(mark, {})
        if name not in values:
            tree, frame = self.formula(name, mark)
            nudged = at_example(name, mark) if super().has(name, mark) and self.base.has(name, mark) else None
            values[name] = evaluate(tree, lambda x: (self.base if x == nudged else self).value(x, frame))
        return values[name]

    def _reached(self, name: str, mark: str) -> bool:
        """Whether a change of formulas reaches a quantity."""
        if super().has(name, mark):
            return True
        known = self._reach_of.setdefault(self.kin(mark), {})
        if name not in known:
            tree, frame = self.base.formula(name, mark)
            known[name] = any(self._reached(*self._at(x, frame)) for x in self.base.operands(tree))
        return known[name]

    def kin(self, mark: str) -> Hashable:
        """What is the same for examples that have the same formulas but for their constants."""
        if mark and mark not in self._kin:
            worked, own = self._trees[""], self._trees.get(mark, {})
            others = tuple((name, tree is worked.get(name) or id(tree)) for name, tree in own.items())
            self._kin[mark] = self.base.kin(mark), others
        return mark and self._kin[mark]

    def _quantity(self, name: str, mark: str) -> Quantity:
        return super()._quantity(name, mark) if self._reached(name, mark) else self.base[at_example(name, mark)]

    def __len__(self) -> int:
        return len(self.base) + sum(1 for _ in self._added())

    def order(self) -> Iterator[tuple[str, str]]:
        """All quantities in order: name and mark."""
        return chain(self.base.order(), self._added())

    def _added(self) -> Iterator[tuple[str, str]]:
        return (at for at in self.listed() if not self.base.has(*at))

    def listed(self) -> Iterator[tuple[str, str]]:
        """The quantities whose formulas are its own: name and mark."""
        return super().order()

    def marks(self) -> list[str]:
        """The marks of the examples beside the worked one, in order."""
        return list(dict.fromkeys([*self.base.marks(), *super().marks()]))
