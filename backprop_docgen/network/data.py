"""A network from data of Python or JSON, and a network with other numbers."""

from __future__ import annotations

import numbers
import re
import tomllib
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from backprop_docgen.errors import NetworkError, Problem, did_you_mean
from backprop_docgen.network.file import to_toml, validated_network
from backprop_docgen.network.network import Network
from backprop_docgen.network.schema import number
from backprop_docgen.network.topology import topology
from backprop_docgen.settings.validation import FloatText, Mistake

_LITERAL: Final = re.compile(r"[-+]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,60}", re.ASCII)
_GIVEN: Final = "Given are inputs (i1), targets (target_o1), weights (w1), biases (b1) and the learning rate (eta)."


def network_from(data: Mapping[str, Any], file: str | None = None) -> Network:
    """Validate a network given as data: the tables and keys of a file, numbers as int, float, Decimal or text.

    ``file`` is its name for messages. Raises NetworkError with every problem found (past 100, a count of the rest).
    """
    try:
        plain = _plain(data)
    except RecursionError:
        message = "lists or tables are nested too deeply; expected at most a list of lists"
        raise NetworkError(Problem(message, file)) from None
    return validated_network(plain, "", file)


def _plain(data: Any) -> Any:
    """The same data as a file has it: lists and tables, and numbers with a point as their texts."""
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, str):
        return int(data) if _WHOLE.fullmatch(data) else FloatText(data) if _LITERAL.fullmatch(data) else data
    if isinstance(data, bool | int):
        return data
    if isinstance(data, float):
        return FloatText(float.__repr__(data))  # NumPy's doubles write their type
    if isinstance(data, Decimal):
        return FloatText(data)
    if isinstance(data, numbers.Integral):
        return int(data)
    # an array, or a scalar of NumPy's
    return _plain(data.tolist()) if hasattr(data, "tolist") else data


def replaced(network: Network, values: Mapping[str, object], computed: Container[str] = ()) -> Network:
    """The network with other given numbers, by name: inputs, targets, weights, biases, ``eta``.

    A layer of drawn weights is a written one from then on. Raises NetworkError with every problem found; of what is
    ``computed`` it says so.
    """
    given = _given(network)
    changed, wrong = network, []
    for name, value in values.items():
        if name not in given:
            what = "is computed, not given" if name in computed else "no given number has this name"
            advice = None if name in computed else did_you_mean(name, given)
            wrong.append(Problem(what, key=name[:60], advice=advice or _GIVEN))
            continue
        try:
            changed = given[name](changed, number(_plain(value)))
        except Mistake as error:
            wrong.append(Problem(error.msg, key=name, advice=error.advice))
    if wrong:
        raise NetworkError(wrong)
    return validated_network(tomllib.loads(to_toml(changed), parse_float=FloatText), "", None)


Change = Callable[[Network, Decimal], Network]
"""Puts a number in its place."""


def _given(network: Network) -> dict[str, Change]:
    """What is given, not computed, by name."""
    names = topology(network)
    found: dict[str, Change] = {"eta": lambda old, value: replace(old, learning_rate=value)}
    targets = [f"target_{neuron}" for neuron in names.outputs]
    for place in range(len(network.examples)):
        marks = [f"[{place + 1}]", ""] if place + 1 == network.display.example else [f"[{place + 1}]"]
        for mark in marks:
            found |= {f"{name}{mark}": _Datum("inputs", place, at) for at, name in enumerate(names.inputs)}
            found |= {f"{name}{mark}": _Datum("targets", place, at) for at, name in enumerate(targets)}
    for layer, rows in enumerate(names.weights):
        found |= {name: _Weight(layer, j, i) for j, row in enumerate(rows) for i, name in enumerate(row)}
        found |= {name: _Bias(layer, at) for at, name in enumerate(dict.fromkeys(names.biases[layer]))}
    return found


@dataclass(frozen=True)
class _Datum:
    kind: str
    example: int
    place: int

    def __call__(self, network: Network, value: Decimal) -> Network:
        example = network.examples[self.example]
        data = _put(getattr(example, self.kind), self.place, value)
        changed = replace(example, **{self.kind: data})
        return replace(network, examples=_put(network.examples, self.example, changed))


@dataclass(frozen=True)
class _Weight:
    layer: int
    neuron: int
    source: int

    def __call__(self, network: Network, value: Decimal) -> Network:
        layer = network.layers[self.layer]
        row = _put(layer.weights[self.neuron], self.source, value)
        changed = replace(layer, weights=_put(layer.weights, self.neuron, row), random=False)
        return replace(network, layers=_put(network.layers, self.layer, changed))


@dataclass(frozen=True)
class _Bias:
    layer: int
    place: int

    def __call__(self, network: Network, value: Decimal) -> Network:
        layer = network.layers[self.layer]
        changed = replace(layer, biases=_put(layer.biases, self.place, value))
        return replace(network, layers=_put(network.layers, self.layer, changed))


def _put(items: tuple[Any, ...], place: int, item: object) -> tuple[Any, ...]:
    return (*items[:place], item, *items[place + 1 :])
