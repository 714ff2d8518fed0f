"""What a network answers on the square of its two inputs, and for its examples: of figures "regions"."""

from __future__ import annotations

from typing import Final

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.network.network import Network
from backprop_docgen.worksheet.course import Sheet
from backprop_docgen.worksheet.names import Name

_LOW: Final = -0.25  # the square reaches a little beyond inputs of 0 and 1
_HIGH: Final = 1.25
_POINTS: Final = 31  # of the grid, each way
_STEPS: Final = 10_000  # an output is told to so many parts of 1, so that the last bits of a machine do not count


def check_square(sheet: Sheet) -> None:
    """Raises TemplateError where there is no such square to draw."""
    network = sheet.network
    wrong = None
    if (network.inputs, network.outputs) != (2, 1):
        wrong = "needs a network of two inputs and one output"
    elif any(not 0 <= each <= 1 for example in network.examples for each in example.inputs):
        wrong = "needs inputs between 0 and 1"
    elif any(example.targets[0] not in (0, 1) for example in network.examples):
        wrong = "needs targets of 0 and 1"
    elif sheet.varied:
        wrong = "needs a worksheet that has a network of its own"
    if wrong:
        raise TemplateError(Problem(f"this figure {wrong}", key="regions"))


def answers(sheet: Sheet) -> dict[str, object]:
    """The scene of ``regions.mjs``: before the first update, and after the last one."""
    network = sheet.network
    steps = sorted({0, network.training.iterations})
    return {
        "low": _LOW,
        "high": _HIGH,
        "alike": _alike(network),
        "points": [
            {"at": [float(each) for each in example.inputs], "target": int(example.targets[0])}
            for example in network.examples
        ],
        "stages": [_stage(sheet, step) for step in steps],
    }


def _stage(sheet: Sheet, step: int) -> dict[str, object]:
    examples = len(sheet.network.examples)
    marks = range(1, examples + 1) if examples > 1 else [None]
    loss = Name("E_total" if examples == 1 else "E_mean", step=step)
    return {
        "step": step,
        "grid": _grid(sheet, step),
        "outs": [_known(sheet, Name("out_o1", mark, step)) for mark in marks],
        "loss": _known(sheet, loss),
    }


def _grid(sheet: Sheet, step: int) -> list[list[float]]:
    """Rows from the bottom to the top."""
    places = [_LOW + (_HIGH - _LOW) * place / (_POINTS - 1) for place in range(_POINTS)]
    found = sheet.outputs(step, [(x, y) for y in places for x in places])[:, 0].reshape(_POINTS, _POINTS)
    rows: list[list[float]] = ((found * _STEPS).round() / _STEPS).tolist()
    return rows


def _known(sheet: Sheet, name: Name) -> dict[str, object]:
    quantity = sheet.quantity(name)
    value = quantity.number
    return {"name": quantity.name, "double": value.double, "digits": digits(value)}


def digits(value: Value) -> str:
    """A rational as "3/4" or "2"; of an inexact value its fifty digits: "0 0.59 1E-50"."""
    return " ".join(map(str, value.near)) if value.exact is None else str(value.exact)


def _alike(network: Network) -> bool:
    """Whether the neurons of each hidden layer are copies of one another, and so stay."""
    hidden = network.layers[:-1]
    return bool(hidden) and all(
        len(set(layer.weights)) == 1
        and len(set(layer.biases)) == 1
        and all(len(set(weights)) == 1 for weights in after.weights)
        for layer, after in zip(hidden, network.layers[1:], strict=True)
    )
