"""What must fit together in ``network.toml``: shapes, losses, names of weights.

The rules look at the raw data and pass over what is not of its type, so that one mistake
doesn't hide another; :mod:`backprop_docgen.network.schema` reports the types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeGuard

from backprop_docgen.formula.activations import ACTIVATIONS, LOSSES
from backprop_docgen.network.schema import MAX_EXAMPLES, MAX_LAYERS, MAX_NEURONS, number
from backprop_docgen.settings.toml_lines import KeyPath
from backprop_docgen.settings.validation import Mistake

MAX_PARAMETERS: Final = 2000
MAX_WORKED: Final = 20_000  # parameters times examples: each pair has quantities of its own in the worksheet


@dataclass(frozen=True)
class Finding:
    """One mistake: the key it is about, what is wrong and expected, and advice."""

    path: KeyPath
    message: str
    advice: str | None = None


def findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything in the file's data that does not fit together."""
    network, display = _table(data, "network"), _table(data, "display")
    layers = [layer if isinstance(layer, dict) else {} for layer in _list(data, "layer", MAX_LAYERS)]
    examples: list[tuple[KeyPath, Mapping[str, Any]]]
    if "example" in data:
        examples = [
            (("example", index), example)
            for index, example in enumerate(_list(data, "example", MAX_EXAMPLES))
            if isinstance(example, dict)
        ]
        if network.keys() & {"inputs", "targets"}:
            yield Finding(
                ("example",),
                "the data is given twice; expected either inputs and targets in [network] or [[example]] tables",
            )
    else:
        examples = [(("network",), network)]
        for key in ("inputs", "targets"):
            if key not in network and isinstance(data.get("network", {}), dict):
                yield Finding(("network", key), "missing; expected a list of numbers, or [[example]] tables")
    inputs, widths = _common_length(examples, "inputs"), []
    yield from _equal_lengths(examples, "inputs", inputs)
    width = inputs
    for index, layer in enumerate(layers):
        yield from _layer(index, layer, width)
        width = _neurons(layer)
        widths.append(width)
    if width is None:
        yield from _equal_lengths(examples, "targets", _common_length(examples, "targets"))
    elif layers:
        yield from _targets_fit(examples, width)
    if layers:
        yield from _loss(network, layers, examples)
    if inputs is not None and widths and None not in widths:
        yield from _size(layers, [inputs, *(width for width in widths if width is not None)], len(examples))
        yield from _model_weights(display, [inputs, *(width for width in widths if width is not None)])
    chosen = display.get("example", 1)
    if _is_whole(chosen) and 1 <= chosen <= MAX_EXAMPLES and chosen > len(examples) > 0:
        has = "is 1 example" if len(examples) == 1 else f"are {len(examples)} examples"
        yield Finding(
            ("display", "example"), f"there is no example {chosen}; expected at most {len(examples)}: there {has}"
        )


def _layer(index: int, layer: Mapping[str, Any], sources: int | None) -> Iterator[Finding]:
    path: KeyPath = ("layer", index)
    if "weights" not in layer and "neurons" not in layer:
        yield Finding(path, "no weights and no neurons; expected weights, or neurons = n for weights drawn at random")
    rows = _list(layer, "weights", MAX_NEURONS)
    reason = "the network has" if index == 0 else "the layer before has"
    unit = "input" if index == 0 else "neuron"
    lengths = [len(row) if isinstance(row, list) else 0 for row in rows]
    if sources is None:  # unknown, because that is a mistake already: the rows must still be equal
        sources, reason, unit = next((length for length in lengths if length), 1), "the first row has", "weight"
    for row, length in enumerate(lengths):
        if 0 < length <= MAX_NEURONS and length != sources:
            yield Finding(
                (*path, "weights", row),
                f"this row has {_count(length, 'weight')}, but {reason} {_count(sources, unit)};"
                f" expected {_count(sources, 'number')}",
            )
    neurons = layer.get("neurons")
    if rows and _is_whole(neurons) and 1 <= neurons <= MAX_NEURONS and neurons != len(rows):
        yield Finding(
            (*path, "neurons"),
            f"neurons is {neurons}, but weights has {_count(len(rows), 'row')}; expected them to agree",
            "Leave neurons out where the weights are written.",
        )
    biases, width = _list(layer, "bias", MAX_NEURONS), _neurons(layer)
    if biases and width is not None and len(biases) != width:
        yield Finding(
            (*path, "bias"),
            f"this list has {_count(len(biases), 'bias', 'biases')}, but the layer has {_count(width, 'neuron')};"
            f" expected {_count(width, 'number')}, or one number shared by the layer",
        )


def _loss(
    network: Mapping[str, Any], layers: list[dict[str, Any]], examples: list[tuple[KeyPath, Mapping[str, Any]]]
) -> Iterator[Finding]:
    activations = [layer.get("activation", "logistic") for layer in layers]
    last, loss = activations[-1], network.get("loss", "squared_error")
    if last not in list(ACTIVATIONS) or loss not in list(LOSSES):
        return  # what is no name at all is reported as such
    for index, activation in enumerate(activations[:-1]):
        if activation == "softmax":
            yield Finding(
                ("layer", index, "activation"),
                "softmax stands in a hidden layer; expected it only in the output layer,"
                " where it makes probabilities that sum to 1",
            )
    if last == "softmax" and loss != "categorical_cross_entropy":
        yield Finding(
            ("network", "loss"),
            f"the output layer is softmax, but the loss is {loss}; expected categorical_cross_entropy,"
            " which compares probabilities that sum to 1",
        )
    if loss == "categorical_cross_entropy" and last != "softmax":
        yield Finding(
            ("layer", len(layers) - 1, "activation"),
            f"the loss is categorical_cross_entropy, but the output layer is {last}; expected softmax,"
            " because this loss needs outputs that sum to 1",
        )
    if loss == "binary_cross_entropy" and last != "logistic":
        yield Finding(
            ("layer", len(layers) - 1, "activation"),
            f"the loss is binary_cross_entropy, but the output layer is {last}; expected logistic,"
            " because this loss takes logarithms of out and of 1 − out and needs outputs between 0 and 1",
        )
    for path, example in examples:
        targets = [_fraction(value) for value in _list(example, "targets", MAX_NEURONS)]
        known = [target for target in targets if target is not None]
        for index, target in enumerate(targets):
            if target is None:
                continue
            if loss == "binary_cross_entropy" and not 0 <= target <= 1:
                yield Finding(
                    (*path, "targets", index),
                    f"this target is {float(target):g}; expected 0 to 1, because binary_cross_entropy"
                    " takes it for a probability",
                )
            elif loss == "categorical_cross_entropy" and target < 0:
                yield Finding(
                    (*path, "targets", index),
                    f"this target is {float(target):g}; expected at least 0, because categorical_cross_entropy"
                    " takes it for a probability",
                )
        if loss == "categorical_cross_entropy" and targets and len(known) == len(targets) and sum(known) != 1:
            yield Finding(
                (*path, "targets"),
                f"the targets sum to {_sum_text(sum(known, Fraction(0)))}; expected exactly 1, because"
                " categorical_cross_entropy takes them for probabilities",
            )


def _equal_lengths(
    examples: list[tuple[KeyPath, Mapping[str, Any]]], key: str, length: int | None
) -> Iterator[Finding]:
    for path, example in examples:
        values = _list(example, key, MAX_NEURONS)
        if values and length is not None and len(values) != length:
            yield Finding(
                (*path, key),
                f"this example has {_count(len(values), key[:-1])}, but the first has {length};"
                f" expected {_count(length, 'number')}",
            )


def _targets_fit(examples: list[tuple[KeyPath, Mapping[str, Any]]], outputs: int) -> Iterator[Finding]:
    for path, example in examples:
        targets = _list(example, "targets", MAX_NEURONS)
        if targets and len(targets) != outputs:
            yield Finding(
                (*path, "targets"),
                f"there {'is' if len(targets) == 1 else 'are'} {_count(len(targets), 'target')},"
                f" but the last layer has {_count(outputs, 'neuron')}; expected {_count(outputs, 'number')}",
            )


def _size(layers: list[dict[str, Any]], widths: list[int], examples: int) -> Iterator[Finding]:
    parameters = 0
    for index, layer in enumerate(layers):
        biases = len(_list(layer, "bias", MAX_NEURONS)) or 1
        parameters += widths[index] * widths[index + 1] + biases
    if parameters > MAX_PARAMETERS:
        yield Finding(
            ("layer",),
            f"the network has {parameters} weights and biases; expected at most {MAX_PARAMETERS}",
        )
    elif parameters * examples > MAX_WORKED:
        yield Finding(
            ("example",),
            f"{examples} examples of a network with {parameters} weights and biases are too much to work out;"
            f" expected at most {MAX_WORKED // parameters} examples",
            "Take fewer examples or a smaller network.",
        )


def _model_weights(display: Mapping[str, Any], widths: list[int]) -> Iterator[Finding]:
    """The weights worked out in full must lie in the layers whose steps they show."""
    ends = [0]
    for sources, neurons in pairwise(widths):
        ends.append(ends[-1] + sources * neurons)
    ranges = {
        "model_output_weight": ("output layer", ends[-2:]),
        "model_hidden_weight": ("last hidden layer", ends[-3:-1]),
    }
    for key, (layer, bounds) in ranges.items():
        name = display.get(key)
        if not isinstance(name, str) or not name.startswith("w") or not name[1:].isdecimal() or len(name) > 5:
            continue
        if len(bounds) < 2:
            yield Finding(
                ("display", key), f"{name} is given, but the network has no hidden layer; expected no such key"
            )
        elif not bounds[0] < int(name[1:]) <= bounds[1]:
            yield Finding(
                ("display", key),
                f"{name} is no weight of the {layer}; expected one of w{bounds[0] + 1} to w{bounds[1]}",
            )


def _neurons(layer: Mapping[str, Any]) -> int | None:
    """The width of a layer, None where the file doesn't say it validly."""
    rows, neurons = _list(layer, "weights", MAX_NEURONS), layer.get("neurons")
    if rows:
        return len(rows)
    if "weights" not in layer and _is_whole(neurons) and 1 <= neurons <= MAX_NEURONS:
        return int(neurons)
    return None


def _common_length(examples: list[tuple[KeyPath, Mapping[str, Any]]], key: str) -> int | None:
    lengths = (len(_list(example, key, MAX_NEURONS)) for _, example in examples)
    return next((length for length in lengths if length), None)


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _list(data: Mapping[str, Any], key: str, limit: int) -> list[Any]:
    """The list under ``key``; empty where it is none or too long (which is a mistake by itself)."""
    value = data.get(key)
    return value if isinstance(value, list) and len(value) <= limit else []


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _fraction(value: object) -> Fraction | None:
    try:
        return Fraction(number(value))
    except Mistake:
        return None


def _sum_text(value: Fraction) -> str:
    """All digits where they are few: 0.9999999999 must not be shown as 1."""
    return f"{float(value)!r}" if float(value) != 1 else "nearly 1"


def _count(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
