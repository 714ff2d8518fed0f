"""Tables of quantities, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Final

from .describe import describe, kind
from .errors import Problem, TemplateError, did_you_mean
from .quantity import Name
from .reference import Reference
from .state import PageState

_HEADINGS: Final[Mapping[str, str]] = {
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


def table(state: PageState, references: Sequence[Reference], columns: Sequence[str]) -> str:
    """A Markdown table with a row for each quantity; see ``_HEADINGS`` for the columns."""
    for column in columns:
        if column not in _HEADINGS:
            raise TemplateError(
                Problem("a table has no such column", key=column, advice=did_you_mean(column, _HEADINGS))
            )
    cells: Mapping[str, Callable[[Reference], str]] = {
        "name": lambda reference: f"`{reference.full_name}`",
        "symbol": lambda reference: reference.sym,
        "meaning": lambda reference: describe(reference.full_name, state.language),
        "value": str,
        "gradient": lambda reference: str(Reference(state, f"dE_total/d{reference.full_name}")),
        "after": lambda reference: str(reference.after),
        "change": lambda reference: str((reference.after - reference).signed),
    }
    rows = [[state.language.translate(_HEADINGS[column]) for column in columns]]
    rows.append(["---:" if column in ("value", "after", "gradient", "change") else "---" for column in columns])
    rows += [[cells[column](reference) for column in columns] for reference in references]
    return state.block("\n".join(f"| {' | '.join(row)} |" for row in rows))


def all_values(state: PageState) -> str:
    """Every quantity of the default worksheet, folded by step and kind."""
    names = state.course.default.worksheet.names()
    parts = []
    for step in (0, 1):
        heading = "Before the first update" if step == 0 else "After one update"
        parts.append(f"## {state.language.translate(heading)}")
        own = [name for name in names if Name.parse(name).step == step]
        order = list(_KINDS)
        own.sort(key=lambda name: order.index(kind(name)))
        for group, members in groupby(own, key=kind):
            title = state.language.translate(_KINDS[group])
            rows = table(state, [Reference(state, name) for name in members], ("name", "symbol", "meaning", "value"))
            parts.append(f'??? note "{title}"\n\n    {rows}')
    return state.block("\n\n".join(parts))
