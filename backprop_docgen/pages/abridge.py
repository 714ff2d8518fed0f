"""Long lists made short: the worked items and the first few stand on the page, the rest is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backprop_docgen.formula.expression import Expression, constant, difference
from backprop_docgen.pages.number import Number, Reference
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.roles import INTEGER, Counted, Item, Neuron, Roles
from backprop_docgen.pages.views import ModelView

FEW: Final = 3
"""So many items of a long list are shown, beside the worked ones."""

_MOST_NEURONS: Final = 8
_MOST_QUANTITIES: Final = 30


def few(roles: Roles, items: Sequence[Item], most: int | None = None) -> Sequence[Item]:
    """The list itself if it has no more than ``most`` items; else the first few, and those worked out in full.

    Neurons bring whole calculations with them, so more than eight are many; of quantities, thirty.
    """
    found = list(items)
    if most is None:
        most = _MOST_NEURONS if any(isinstance(item, Neuron) for item in found) else _MOST_QUANTITIES
    if len(found) <= most:
        return items
    worked = _worked(roles)
    kept = [item for index, item in enumerate(found) if index < FEW or _identity(item) in worked]
    return Counted(kept, constant(len(kept)))


def left_out(state: PageState, roles: Roles, items: Sequence[object], most: int | None = None) -> str:
    """A sentence that counts what :func:`few` leaves out and says where it is; "" if that is nothing."""
    missing = len(items) - len(few(roles, items, most))
    if not missing:
        return ""
    length: Expression = items.length if isinstance(items, Counted) else constant(len(items))
    number = Number(state, difference(length, constant(len(items) - missing)), INTEGER)
    return rest(state, number)


def rest(state: PageState, number: Number) -> str:
    """The sentence that says how many more there are, and where."""
    return state.language.translate(
        "And {number} more like these: every number of theirs is in {file}.",
        number=number,
        file="[values.csv](../downloads/values.csv)",
    )


def _worked(roles: Roles) -> frozenset[str]:
    model = ModelView(roles)
    found = (
        model.output_weight,
        model.output_neuron,
        model.output_source,
        model.hidden_weight,
        model.hidden_neuron,
        model.hidden_source,
    )
    example = f"example {roles.spec.display.example}"
    return frozenset([example, *(_identity(item) for item in found if item is not None)])


def _identity(item: object) -> str:
    return item.full_name if isinstance(item, Reference) else str(getattr(item, "name", item))
