"""Where worksheet and engine meet: the engine's arrays under the worksheet's names, and their comparison."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from backprop_docgen.engine.array_functions import Array
from backprop_docgen.engine.engine import Engine, Parameters
from backprop_docgen.errors import DisagreementError, Problem
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import Topology, topology
from backprop_docgen.worksheet.worksheet import Worksheet

RELATIVE: Final = 1e-12
BOUNDS: Final = 16.0
UNDERFLOW: Final = 1e-300
"""Nearer to 0 doubles lose their digits, and what depends on them is off by as little."""
_REPORTED: Final = 20


@np.errstate(all="ignore")  # inf and nan are results here; who shows them says so
def engine_values(
    network: Network, engine: Engine, parameters: Parameters, step: int, example: int | None = None
) -> dict[str, float]:
    """What the engine computes with one set of parameters, by the worksheet's names: of all examples, or of one."""
    names = topology(network)
    after = f"@{step}" if step else ""
    found = engine.passes(parameters)
    slopes = parameters_by_name(names, Parameters(found.d_weights, found.d_biases))
    values = {f"{name}{after}": value for name, value in parameters_by_name(names, parameters).items()}
    values |= {f"dE_mean/d{name}{after}": value for name, value in slopes.items()}
    own_slopes = engine.output_slopes(found)
    for row in range(len(network.examples)) if example is None else [example - 1]:
        mark = "" if row + 1 == network.display.example else f"[{row + 1}]"
        own: dict[str, float] = {}
        for layer, neurons in enumerate(names.neurons):
            signal = engine.inputs[row] if layer == 0 else found.outs[layer - 1][row]
            d_net = found.d_nets[layer][row]
            for j, neuron in enumerate(neurons):
                own[f"net_{neuron}"] = found.nets[layer][row, j]
                own[f"out_{neuron}"] = found.outs[layer][row, j]
                own[f"dE_total/dout_{neuron}"] = found.d_outs[layer][row, j]
                own[f"dE_total/dnet_{neuron}"] = own[f"delta_{neuron}"] = d_net[j]
            shared = len(parameters.biases[layer]) != len(neurons)
            one_bias: Array = d_net.sum(keepdims=True) if shared else d_net
            d_weights = np.outer(d_net, signal)
            own |= {f"dE_total/d{k}": v for k, v in _layer(names, layer, d_weights, one_bias).items()}
        for j, neuron in enumerate(names.outputs):
            own[f"error_{neuron}"] = found.outs[-1][row, j] - engine.targets[row, j]
            own[f"E_{neuron}"] = found.losses[row, j]
        own["E_total"] = found.losses[row].sum()
        own |= {f"dout_{o}/dnet_{o}": slope for o, slope in zip(names.outputs, own_slopes[row], strict=False)}
        values |= {f"{name}{mark}{after}": float(value) for name, value in own.items()}
    values[f"E_mean{after}"] = float(found.losses.sum() / len(found.losses))
    return values


def parameters_by_name(names: Topology, parameters: Parameters) -> dict[str, float]:
    """The parameters, or numbers of their shapes, by the worksheet's names."""
    values: dict[str, float] = {}
    for layer, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        values |= _layer(names, layer, weights, biases)
    return values


def _layer(names: Topology, layer: int, weights: Array, biases: Array) -> dict[str, float]:
    values = {
        name: float(weights[j, i]) for j, row in enumerate(names.weights[layer]) for i, name in enumerate(row)
    }
    bias_names = dict.fromkeys(names.biases[layer])
    return values | dict(zip(bias_names, map(float, biases), strict=True))


def tolerance(value: Value) -> float:
    """How far two ways of computing a value in doubles may lie apart (absolute, dimensionless)."""
    if math.isnan(value.bound):  # of infinite slopes and no error at all nothing can be said
        return math.inf
    return max(RELATIVE * abs(value.double), BOUNDS * value.bound, UNDERFLOW)


def compare(network: Network, worksheet: Worksheet, engine: Engine, file: str | None = None) -> None:
    """Compare every quantity that both compute, before and after the first update.

    Raises DisagreementError naming the quantities that differ by more than :func:`tolerance`.
    """
    problems = []
    for step, parameters in enumerate((engine.initial, engine.update(engine.initial))):
        for name, double in engine_values(network, engine, parameters, step).items():
            value = worksheet.value(name)
            if not (math.isfinite(value.double) and math.isfinite(double)):
                continue  # overflow: the pages say so where the quantity is shown
            if abs(value.double - double) > tolerance(value):
                problems.append(
                    Problem(
                        f"the worksheet computes {value.double!r}, the NumPy engine {double!r}",
                        file=file,
                        key=name,
                        advice="The two must agree; one of the formulas is wrong.",
                    )
                )
    if problems:
        raise DisagreementError(problems[:_REPORTED])
