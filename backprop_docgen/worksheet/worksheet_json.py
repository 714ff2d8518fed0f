"""A worksheet as JSON and back: what is the same for every example stands once.

::

    "quantities": {"net_h1": {"symbol": …, "value": 0.3775, "exact": true, "tree": ["+", …]}, …}
    "examples": {"count": 4, "worked": 1, "names": ["i1", "net_h1", …]}

``examples`` names the quantities that every example has. An example's own is among the ``quantities`` where its
formula is another one than the worked example's, as that of its inputs. Else it is left out: it has the same formula,
with each of these names taken of the example itself (of ``[2]``: ``net_h1[2]``).
``["/", ["+", ["each", tree]], count]`` is a mean over the examples, the worked one first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from backprop_docgen.formula.tree import Expression, Quotient, Sum, Symbol, substitute, symbols, total
from backprop_docgen.formula.tree_json import Json
from backprop_docgen.formula.tree_json import from_json as tree_from_json
from backprop_docgen.formula.tree_json import to_json as tree_to_json
from backprop_docgen.worksheet.names import at_example
from backprop_docgen.worksheet.worksheet import Variant, Worksheet

_EACH: Final = "each"


def to_json(worksheet: Worksheet) -> dict[str, Any]:
    """What a worksheet has of its own: ``quantities`` by name and, where all examples have some, ``examples``.

    A value that is not finite is a string.
    """
    marks = worksheet.marks()
    having = Counter(name for name, _ in worksheet.listed())
    shared = {name: None for name, count in having.items() if marks and count == len(marks) + 1}
    quantities = {
        at_example(name, mark): _quantity(worksheet, at_example(name, mark))
        for name, mark in worksheet.listed()
        if not (mark and name in shared and _alike(worksheet, name, mark))
    }
    if not shared:
        return {"quantities": quantities}
    count = len(marks) + 1
    worked = next(number for number in range(1, count + 1) if f"[{number}]" not in marks)
    return {"quantities": quantities, "examples": {"count": count, "worked": worked, "names": list(shared)}}


def _quantity(worksheet: Worksheet, name: str) -> dict[str, object]:
    quantity = worksheet[name]
    return {
        "symbol": quantity.symbol,
        "value": quantity.value if math.isfinite(quantity.value) else str(quantity.value),
        "exact": quantity.exact is not None,
        "tree": None if quantity.tree is None else _tree(worksheet, quantity.tree),
    }


def _alike(worksheet: Worksheet, name: str, mark: str) -> bool:
    """Whether an example's formula is that of the worked one."""
    (own, frame), (worked, _) = worksheet.formula(name, mark), worksheet.formula(name, "")
    return own == (worked if frame else worksheet.marked(worked, mark))


def _tree(worksheet: Worksheet, tree: Expression) -> Json:
    """A tree, with a mean over the examples written once."""
    if isinstance(tree, Quotient) and isinstance(tree.numerator, Sum):
        first, *_ = terms = tree.numerator.terms
        marks = ["", *worksheet.marks()]
        over_all = len(terms) == len(marks) > 1
        if over_all and all(worksheet.marked(first, mark) == term for mark, term in zip(marks, terms, strict=True)):
            return ["/", ["+", [_EACH, tree_to_json(first)]], tree_to_json(tree.denominator)]
    return tree_to_json(tree)


def from_json(data: Mapping[str, Any], sheet: str = "", base: Worksheet | None = None) -> Worksheet:
    """Evaluate a stored worksheet anew from its trees (stored values are not trusted).

    With a ``base`` only the formulas are stored that it has not, or has otherwise. Raises QuantityError.
    """
    examples = data.get("examples", {})
    names, marks = examples.get("names", []), [] if base is None else base.marks()
    if examples:
        marks = [f"[{number}]" for number in range(1, examples["count"] + 1) if number != examples["worked"]]

    def marked(tree: Expression, mark: str) -> Expression:
        own: dict[str, Expression] = {
            name: Symbol(at_example(name, mark))
            for name in symbols(tree)
            if mark and (name in names or (base is not None and base.has(name, mark)))
        }
        return substitute(tree, own)

    trees: dict[str, Expression] = {}
    for name, entry in data["quantities"].items():
        term, divisor = mean_of(entry.get("tree"))
        trees[name] = tree_from_json(term)
        if divisor is not None:
            terms = [marked(trees[name], mark) for mark in ("", *marks)]
            trees[name] = Quotient(total(terms), tree_from_json(divisor))
    for name in names:
        for mark in marks:
            if at_example(name, mark) not in trees:
                trees[at_example(name, mark)] = marked(trees[name], mark)
    return Variant(base or Worksheet(), trees, sheet)


def mean_of(tree: object) -> tuple[object, object | None]:
    """The term and the divisor of a mean over the examples; the tree itself and None for any other one."""
    match tree:
        case ["/", ["+", [str(word), term]], divisor] if word == _EACH:
            return term, divisor
    return tree, None
