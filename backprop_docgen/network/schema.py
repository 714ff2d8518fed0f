"""The tables and keys of ``network.toml``: types and ranges, each key by itself.

What must fit together (shapes, losses, names of weights) is in :mod:`backprop_docgen.network.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from voluptuous import Optional, Required

from backprop_docgen.formula.activations import ACTIVATIONS, LOSSES
from backprop_docgen.settings.likely import Kinds, number_meant
from backprop_docgen.settings.validation import (
    Check,
    Choice,
    Flag,
    FloatText,
    Listed,
    Mapped,
    Mistake,
    OneOrMany,
    Table,
    Text,
    Whole,
    shown,
)

MAX_NEURONS: Final = 64  # neurons in a layer, and inputs
MAX_LAYERS: Final = 7  # six hidden layers and the output layer
MAX_EXAMPLES: Final = 1000
_MAX_ITERATIONS: Final = 10**6
_MAX_SEED: Final = 10**9
_MAX_DIGITS: Final = 60
_MAX_TEXT: Final = 80  # characters: the digits, sign, point, leading zeros and exponent
_MAX_BITS: Final = 256
# Between these magnitudes a double keeps its full precision, and a fraction stays small.
_SMALLEST: Final = Decimal("1e-300")
_LARGEST: Final = Decimal("1e308")

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "sigmoid": "logistic",
    "expit": "logistic",
    "linear": "identity",
    "none": "identity",
    "leakyrelu": "leaky_relu",
    "lrelu": "leaky_relu",
    "mse": "mean_squared_error",
    "bce": "binary_cross_entropy",
    "cce": "categorical_cross_entropy",
    "cross_entropy": "categorical_cross_entropy",
}


def number(value: object) -> Decimal:
    """Convert a number of the file exactly; Mistake when it is none or out of range."""
    if isinstance(value, bool) or not isinstance(value, (int, FloatText)):
        likely = number_meant(value) if isinstance(value, str) else None
        message = f"{shown(value)} is not a number; expected a number such as 0.5"
        meant = likely if likely != value else None  # that quotes are wrong has been said
        raise Mistake(message, likely=meant and f"{meant}, without quotes")
    # A size of the text or of the whole number first: converting a giant one would take long.
    if value.bit_length() > _MAX_BITS if isinstance(value, int) else len(value) > _MAX_TEXT:
        raise Mistake(f"this number is too long; expected at most {_MAX_DIGITS} digits")
    try:
        result = Decimal(value)
    except InvalidOperation:  # an exponent beyond what even Decimal holds
        result = _LARGEST * 10
    if not result.is_finite():
        raise Mistake(f"{shown(value)} cannot be computed with; expected a finite number such as 0.5")
    if len(result.as_tuple().digits) > _MAX_DIGITS:
        raise Mistake(f"this number is too long; expected at most {_MAX_DIGITS} digits")
    if not result:
        return Decimal(0)  # 0.0, -0.0 and 0e-999 alike
    if not _SMALLEST <= result.copy_abs() <= _LARGEST:
        raise Mistake(f"{shown(value)} is out of range; expected 0, or 1e-300 to 1e308 in size")
    return result


class _Number(Check):
    def __init__(self, positive: bool = False) -> None:
        super().__init__(
            "a number greater than 0" if positive else "a number",
            {**({"exclusiveMinimum": 0} if positive else {}), "type": "number"},
        )
        self.positive = positive

    def _taken(self, value: object) -> Decimal:
        result = number(value)
        if self.positive and result <= 0:
            raise Mistake(f"{result} is not positive; expected {self.expected}")
        return result


class _Tables(Listed):
    """A list of tables, ``[[name]]`` each."""

    def __init__(self, item: Table, limit: int, items: str) -> None:
        super().__init__(item, limit, items)
        self.expected = f"at least one {item.expected} table"

    def _no_list(self, value: object) -> str:
        return f"{shown(value)} is not a list of tables; expected {self.item.expected}, in double brackets"

    def _wrong_size(self, size: int) -> str:
        return f"the file has {size or 'no'} {self.items}; expected 1 to {self.limit}"


_NUMBER: Final = _Number()
_ROW: Final = Listed(_NUMBER, MAX_NEURONS, "numbers")
_ROWS: Final = Listed(_ROW, MAX_NEURONS, "rows, one for each neuron")
_WEIGHT_NAME: Final = Text("w[1-9][0-9]{0,3}", "name of a weight", 'a name such as "w5"')
_LANGUAGE: Final = Text("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "language code", 'a code such as "es"')
_MARKS: Final = Mapped(_LANGUAGE, Choice("decimal mark", (".", ",")), 'a table such as { es = ",", en = "." }')

_NETWORK: Final = Table(
    "[network]",
    "[network]: data and loss.",
    {
        Optional("inputs"): _ROW,
        Optional("targets"): _ROW,
        Optional("learning_rate", default=FloatText("0.5")): _Number(positive=True),
        Optional("loss", default="squared_error"): Choice("loss", LOSSES, _OTHER_NAMES),
        Optional("seed", default=1): Whole(0, _MAX_SEED),
    },
)
_LAYER: Final = Table(
    "[[layer]]",
    "One [[layer]]: either weights or neurons (or both, agreeing).",
    {
        Optional("activation", default="logistic"): Choice("activation", ACTIVATIONS, _OTHER_NAMES),
        Optional("neurons"): Whole(1, MAX_NEURONS),
        Optional("weights"): _ROWS,
        Optional("bias", default=FloatText("0.0")): OneOrMany(_NUMBER, _ROW),
    },
)
_EXAMPLE: Final = Table("[[example]]", "One [[example]].", {Required("inputs"): _ROW, Required("targets"): _ROW})
_TRAINING: Final = Table(
    "[training]",
    "[training].",
    {
        Optional("iterations", default=10_000): Whole(0, _MAX_ITERATIONS),
        Optional("update", default="simultaneous"): Choice("way to update", ("simultaneous", "sequential")),
        Optional("update_biases", default=False): Flag(),
    },
)
_DISPLAY: Final = Table(
    "[display]",
    "[display].",
    {
        Optional("decimals", default=9): Whole(2, 15),
        Optional("decimal_mark", default=dict): _MARKS,
        Optional("example", default=1): Whole(1, MAX_EXAMPLES),
        Optional("model_output_weight"): _WEIGHT_NAME,
        Optional("model_hidden_weight"): _WEIGHT_NAME,
    },
)
TABLES: Final[Mapping[str, Table]] = {
    "network": _NETWORK,
    "layer": _LAYER,
    "example": _EXAMPLE,
    "training": _TRAINING,
    "display": _DISPLAY,
}
NETWORK_FILE: Final = Table(
    "a network file",
    "The whole file.",
    {
        Optional("network", default=dict): _NETWORK,
        Required("layer"): _Tables(_LAYER, MAX_LAYERS, "layers"),
        Optional("example"): _Tables(_EXAMPLE, MAX_EXAMPLES, "examples"),
        Optional("training", default=dict): _TRAINING,
        Optional("display", default=dict): _DISPLAY,
    },
    "at the top of the file",
)


def _keys(*kinds: type[Check]) -> frozenset[str]:
    return frozenset(key for table in TABLES.values() for key, check in table.keys.items() if isinstance(check, kinds))


KINDS: Final = Kinds(_keys(Whole), _keys(Choice, Text), _keys(Flag))
"""The keys that hold something else than numbers with a point."""
