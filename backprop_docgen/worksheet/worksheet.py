"""Named quantities, and the worksheet that holds them in order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from backprop_docgen.errors import Problem, QuantityError, did_you_mean
from backprop_docgen.formula.evaluate import Value, evaluate
from backprop_docgen.formula.tree import Expression, symbols
from backprop_docgen.formula.tree_json import from_json, to_json
from backprop_docgen.worksheet.names import Name, symbol_of


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named number: its LaTeX symbol, its formula (None: computed by the engine) and its value.

    ``value`` is a double, dimensionless; ``exact`` its rational value where that is known;
    ``bound`` the first-order bound of its rounding error.
    """

    name: str
    symbol: str
    tree: Expression | None
    value: float
    exact: Fraction | None = None
    bound: float = 0.0


class Worksheet:
    """Quantities in the order in which they are computed; each tree uses only earlier ones."""

    def __init__(self, sheet: str = "") -> None:
        self.sheet = sheet
        self._quantities: dict[str, Quantity] = {}
        self._operand_names: dict[str, tuple[str, ...]] = {}

    def add(self, name: str, tree: Expression) -> Quantity:
        """Evaluate a tree over what is here already, and keep it under a new name.

        Raises QuantityError for a repeated name or a symbol that is not here yet.
        """
        if name in self._quantities:
            raise QuantityError(Problem("is defined twice", key=name))
        value = evaluate(tree, self._value)
        quantity = Quantity(name, symbol_of(Name.parse(name)), tree, value.double, value.exact, value.bound)
        self._quantities[name] = quantity
        return quantity

    def _value(self, name: str) -> Value:
        quantity = self[name]
        return Value(quantity.value, quantity.exact, quantity.bound)

    def __getitem__(self, name: str) -> Quantity:
        try:
            return self._quantities[name]
        except KeyError:
            raise QuantityError(
                Problem("no quantity has this name", key=name, advice=did_you_mean(name, self._quantities))
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._quantities

    def __iter__(self) -> Iterator[Quantity]:
        return iter(self._quantities.values())

    def __len__(self) -> int:
        return len(self._quantities)

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._quantities)

    def operands(self, name: str) -> tuple[str, ...]:
        """The names in a quantity's formula; kept, for every variant asks for all of them."""
        found = self._operand_names.get(name)
        if found is None:
            tree = self[name].tree
            found = self._operand_names[name] = () if tree is None else tuple(symbols(tree))
        return found

    def to_json(self) -> dict[str, object]:
        """Every quantity by name, ready for JSON: symbol, value (a string if not finite), exact, tree."""
        return {
            q.name: {
                "symbol": q.symbol,
                "value": q.value if math.isfinite(q.value) else str(q.value),
                "exact": q.exact is not None,
                "tree": None if q.tree is None else to_json(q.tree),
            }
            for q in self._listed()
        }

    def _listed(self) -> Iterator[Quantity]:
        """What :meth:`to_json` lists."""
        return iter(self)

    @staticmethod
    def from_json(
        data: Mapping[str, Mapping[str, object]], sheet: str = "", base: Worksheet | None = None
    ) -> Worksheet:
        """Evaluate a stored worksheet anew from its trees (stored values are not trusted).

        With a ``base`` only the formulas are stored that it has not, or has otherwise.
        """
        trees = {name: from_json(entry["tree"]) for name, entry in data.items()}
        if base is not None:
            return Variant(base, trees, sheet)
        worksheet = Worksheet(sheet)
        for name, tree in trees.items():
            worksheet.add(name, tree)
        return worksheet


class Variant(Worksheet):
    """A worksheet that differs from another in a few formulas; a quantity is computed when it is asked for.

    What the change does not reach is the other's. In a formula that takes the place of another one its
    own name stands for the other's value, so that ``w5 + 0.01`` is a nudge. Raises QuantityError for a
    formula with an unknown name, or one that depends on itself.
    """

    def __init__(self, base: Worksheet, trees: Mapping[str, Expression], sheet: str) -> None:
        super().__init__(sheet)
        self.base = base
        self._trees = dict(trees)
        self._added = [name for name in trees if name not in base]
        self._refuse_circles()

    def _refuse_circles(self) -> None:
        places = {name: place for place, name in enumerate(self.names())}
        backwards = False
        for name, tree in self._trees.items():
            for operand in symbols(tree):
                if operand not in places:
                    self.base[operand]  # raises, with the nearest name
                own = operand == name and name in self.base
                backwards = backwards or (not own and places[operand] >= places[name])
        if backwards:
            done: set[str] = set()
            for name in self._trees:
                self._walk(name, done, [])

    def _walk(self, name: str, done: set[str], path: list[str]) -> None:
        if name in path:
            raise QuantityError(Problem("depends on itself", key=name))
        if name not in done:
            for operand in dict.fromkeys(self.operands(name)):
                if operand != name or name in self._added:
                    self._walk(operand, done, [*path, name])
            done.add(name)

    def operands(self, name: str) -> tuple[str, ...]:
        """The names in a quantity's formula."""
        return tuple(symbols(self._trees[name])) if name in self._trees else self.base.operands(name)

    def __getitem__(self, name: str) -> Quantity:
        if name not in self._quantities:
            self._quantities[name] = self._followed(name)
        return self._quantities[name]

    def _followed(self, name: str) -> Quantity:
        tree = self._trees.get(name)
        if tree is None:
            found = self.base[name]
            if all(self[operand] is self.base[operand] for operand in self.base.operands(name)):
                return found
            tree = found.tree
        assert tree is not None  # a worksheet's own quantities have trees
        value = evaluate(tree, lambda operand: (self.base if operand == name else self)._value(operand))
        return Quantity(name, symbol_of(Name.parse(name)), tree, value.double, value.exact, value.bound)

    def __contains__(self, name: object) -> bool:
        return name in self.base or name in self._added

    def __iter__(self) -> Iterator[Quantity]:
        return map(self.__getitem__, self.names())

    def __len__(self) -> int:
        return len(self.names())

    def names(self) -> list[str]:
        """All names, in order."""
        return [*self.base.names(), *self._added]

    def _listed(self) -> Iterator[Quantity]:
        return map(self.__getitem__, self._trees)
