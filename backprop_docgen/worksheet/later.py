"""The quantities after many updates: the worksheet's formulas, with what training has made of the parameters.

Training is in doubles, so its last digits are rounding error; a quantity is known as well as its parameters are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from backprop_docgen.engine.array_functions import Array
from backprop_docgen.engine.engine import Engine, Parameters
from backprop_docgen.formula import near as fifty
from backprop_docgen.formula.evaluate import Value, of_near
from backprop_docgen.formula.tree import Constant
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.worksheet.agreement import engine_values, parameters_by_name
from backprop_docgen.worksheet.worksheet import Variant, Worksheet

FEW: Final = 16
"""Of more examples than these the formulas are not followed for each: the engine tells the values."""

_FEW_BITS: Final = 2.0**-48  # what the order of sums makes of them


class Later(Variant):
    """A worksheet whose parameters have other values, which no formula gives."""

    def __init__(self, base: Worksheet, parameters: Mapping[str, Value]) -> None:
        super().__init__(base, {name: Constant(Fraction(0)) for name in parameters}, base.sheet)
        self._values[""].update(parameters)


def stays(network: Network, worksheet: Worksheet) -> bool:
    """Whether an update changes nothing at all, in exact arithmetic: then none ever does."""
    names = topology(network)
    for name in (*names.all_weights(), *names.all_biases()):
        before, after = worksheet.value(name).exact, worksheet.value(f"{name}@1").exact
        if before is None or before != after:
            return False
    return True


def later_sheet(network: Network, base: Worksheet, parameters: Parameters, errors: Parameters) -> Later:
    """The worksheet of one pass with parameters that may be off by their errors; those that are frozen stay exact."""
    names = topology(network)
    changing = {*names.all_weights(), *(names.all_biases() if network.training.update_biases else ())}
    off = parameters_by_name(names, errors)
    found = parameters_by_name(names, parameters)
    return Later(base, {name: within(found[name], off[name]) for name in found if name in changing})


def later_values(
    network: Network, parameters: Parameters, errors: Parameters, step: int, example: int
) -> dict[str, Value]:
    """The engine's values of one example after so many updates, and how far they move with the parameters' errors."""
    engine = Engine(network)
    found = engine_values(network, engine, parameters, step, example)
    moved = engine_values(network, engine, _moved(parameters, errors), step, example)
    off = {name: 2.0 * abs(moved[name] - value) + _FEW_BITS * abs(value) for name, value in found.items()}
    return {name: within(value, off[name]) for name, value in found.items()}


def _moved(parameters: Parameters, errors: Parameters) -> Parameters:
    def both(one: tuple[Array, ...], other: tuple[Array, ...]) -> tuple[Array, ...]:
        return tuple(array + error for array, error in zip(one, other, strict=True))

    return Parameters(both(parameters.weights, errors.weights), both(parameters.biases, errors.biases))


def within(value: float, error: float) -> Value:
    """A double that may be off by an error."""
    digits = fifty.of_double(value)
    return of_near(digits._replace(error=fifty.of_double(error).rest) if math.isfinite(error) else digits)
