"""Tables of quantities, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final, TypeAlias

from backprop_docgen.errors import Problem, TemplateError, did_you_mean
from backprop_docgen.formula.tree import Expression, constant, difference
from backprop_docgen.pages.number import Number, Reference
from backprop_docgen.pages.offered import what
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.roles import INTEGER, Counted, Item, Neuron, Roles
from backprop_docgen.pages.views import ModelView
from backprop_docgen.worksheet.describe import describe, kind
from backprop_docgen.worksheet.names import Name, at_example

FEW: Final = 3
"""So many items of a long list are shown, beside the worked ones."""

_Place: TypeAlias = tuple[str, str]  # the name of a quantity, and the mark of its example

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
        file=state.download("csv"),
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


HEADINGS: Final[Mapping[str, str]] = {
    "name": "Name",
    "symbol": "Symbol",
    "meaning": "Meaning",
    "value": "Value",
    "gradient": "Gradient",
    "after": "After the update",
    "change": "Change",
}

_KINDS: Final[Mapping[str, str]] = {
    "input": "Inputs",
    "target": "Targets",
    "rate": "Learning rate",
    "weight": "Weights",
    "bias": "Biases",
    "net": "Net inputs",
    "out": "Outputs of the neurons",
    "error": "Errors",
    "loss": "Losses",
    "local": "Local derivatives",
    "gradient": "Gradients",
}


_MOST_VALUES: Final = 420
"""A worksheet with more quantities is summarised: each takes some 3.3 kB of HTML, nearly all of it the symbol."""


def table(state: PageState, roles: Roles, references: Sequence[Reference], columns: Sequence[str]) -> str:
    """A Markdown table with a row for each quantity; ``HEADINGS`` has all columns.

    Of many quantities it has the first few and those worked out in full, and counts the others.
    """
    for each in references:
        if not isinstance(each, Reference):
            message = f"{what(each)} stands in a table; expected quantities, such as those of network.weights"
            raise TemplateError(Problem(message))
    rows, more = _rows(state, few(roles, references), columns), left_out(state, roles, references)
    return state.block(f"{rows}\n\n{more}" if more else rows)


def _rows(state: PageState, references: Sequence[Reference], columns: Sequence[str]) -> str:
    for column in columns:
        if column not in HEADINGS:
            advice = did_you_mean(column, HEADINGS) or f"The columns are {', '.join(HEADINGS)}."
            raise TemplateError(Problem("a table has no such column", key=column, advice=advice))
    cells: Mapping[str, Callable[[Reference], str]] = {
        "name": lambda reference: f"`{reference.full_name}`",
        "symbol": lambda reference: reference.sym,
        "meaning": lambda reference: meaning(state, reference.full_name),
        "value": str,
        "gradient": lambda reference: str(Reference(state, f"dE_total/d{reference.full_name}")),
        "after": lambda reference: str(reference.after),
        "change": lambda reference: str((reference.after - reference).signed),
    }
    rows = [[state.language.translate(HEADINGS[column]) for column in columns]]
    rows.append(["---:" if column in ("value", "after", "gradient", "change") else "---" for column in columns])
    rows += [[cells[column](reference) for column in columns] for reference in references]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def meaning(state: PageState, name: str) -> str:
    """What a quantity is, in words, under a mark that tells whose words they are."""
    return f'<span class="meaning" data-means="{name}">{describe(name, state.language)}</span>'


def all_values(state: PageState, roles: Roles) -> str:
    """Every quantity of the default worksheet, folded by step and kind; of one example no mean, which is its own loss.

    Of a large network (or of many examples) each fold has the first few and those worked out in
    full, tells the smallest and the largest value, and leaves the others to the downloads.
    """
    worksheet = state.course.default.worksheet
    groups: dict[tuple[int, str], list[_Place]] = {}
    group_of = cache(lambda name: (Name.parse(name).step, kind(name)))
    single = len(state.course.default.network.examples) == 1
    for name, mark in worksheet.order():
        if single and name.startswith(("E_mean", "dE_mean/")):
            continue
        groups.setdefault(group_of(name), []).append((name, mark))
    parts = []
    for step in (0, 1):
        heading = "Before the first update" if step == 0 else "After one update"
        parts.append(f"## {state.language.translate(heading)}")
        for group, title in _KINDS.items():
            if members := groups.get((step, group)):
                text = _fold(state, roles, members, complete=len(worksheet) <= _MOST_VALUES)
                parts.append(f'??? note "{state.language.translate(title)}"\n\n    {state.block(text)}')
    return state.block("\n\n".join(parts))


def _fold(state: PageState, roles: Roles, members: Sequence[_Place], complete: bool) -> str:
    def reference(place: _Place) -> Reference:
        return Reference(state, at_example(*place))

    complete = complete or len(members) <= _MOST_QUANTITIES
    shown = members if complete else [each for at, each in enumerate(members) if at < FEW or not each[1]]
    kept = few(roles, [reference(each) for each in shown], len(members) if complete else 0)
    rows = _rows(state, kept, ("name", "symbol", "meaning", "value"))
    if len(kept) == len(members):
        return rows
    more = rest(state, Number(state, constant(len(members) - len(kept)), INTEGER))
    value = state.course.default.worksheet.value
    ordered = sorted(members, key=lambda place: value(*place).double)
    least, most = reference(ordered[0]), reference(ordered[-1])
    extremes = state.language.translate(
        "The smallest value is {least}, of {first}; the largest is {most}, of {last}.",
        least=least,
        first=f"`{least.full_name}`",
        most=most,
        last=f"`{most.full_name}`",
    )
    return f"{rows}\n\n{more} {extremes}"
