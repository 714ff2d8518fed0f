"""The tables and keys of ``network.toml``: types and ranges, each key by itself (pydantic).

What must fit together (shapes, losses, names of weights) is in :mod:`backprop_docgen.network_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainValidator, Tag
from pydantic_core import PydanticCustomError

from .errors import did_you_mean
from .functions import ACTIVATIONS, LOSSES

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


class FloatText(str):
    """A number with a point or an exponent as the file writes it, not yet converted."""

    __slots__ = ()


def shown(value: object) -> str:
    """A value from the file, short and named by its kind, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() < 150 else "a huge whole number"
    if isinstance(value, FloatText):
        return _short(value)
    if isinstance(value, str):
        return f'the text "{_short(repr(value)[1:-1])}"'
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def number(value: object) -> Decimal:
    """Convert a number of the file exactly; PydanticCustomError (people's words) when it is none or out of range."""
    if isinstance(value, bool) or not isinstance(value, (int, FloatText)):
        raise _wrong(f"{shown(value)} is not a number; expected a number such as 0.5")
    # A size of the text or of the whole number first: converting a giant one would take long.
    if value.bit_length() > _MAX_BITS if isinstance(value, int) else len(value) > _MAX_TEXT:
        raise _wrong(f"this number is too long; expected at most {_MAX_DIGITS} digits")
    try:
        result = Decimal(value)
    except InvalidOperation:  # an exponent beyond what even Decimal holds
        result = _LARGEST * 10
    if not result.is_finite():
        raise _wrong(f"{shown(value)} cannot be computed with; expected a finite number such as 0.5")
    if len(result.as_tuple().digits) > _MAX_DIGITS:
        raise _wrong(f"this number is too long; expected at most {_MAX_DIGITS} digits")
    if not result:
        return Decimal(0)  # 0.0, -0.0 and 0e-999 alike
    if not _SMALLEST <= result.copy_abs() <= _LARGEST:
        raise _wrong(f"{shown(value)} is out of range; expected 0, or 1e-300 to 1e308 in size")
    return result


def _wrong(message: str, advice: str | None = None) -> PydanticCustomError:
    # The message goes in as a value: braces in a user's text are no placeholders.
    return PydanticCustomError("network", "{message}", {"message": message, "advice": advice})


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise _wrong(f"{value} is not positive; expected a number greater than 0")
    return value


def _whole(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        expected = f"expected a whole number from {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(f"{shown(value)} is not a whole number; {expected}")
        if not low <= value <= high:
            raise _wrong(f"{shown(value)} is out of range; {expected}")
        return value

    return check


def _choice(kind: str, names: Iterable[str]) -> Callable[[object], str]:
    known = tuple(names)

    def check(value: object) -> str:
        expected = "expected one of " + ", ".join(f'"{name}"' for name in known)
        if not isinstance(value, str) or isinstance(value, FloatText):
            raise _wrong(f"{shown(value)} is no {kind}; {expected}")
        if value not in known:
            plain = value.lower().replace("-", "_").replace(" ", "_")
            other = _OTHER_NAMES.get(plain)
            advice = f"Did you mean {other}?" if other in known else did_you_mean(plain[:80], known)
            raise _wrong(f"{shown(value)} is no {kind}; {expected}", advice)
        return value

    return check


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(f"{shown(value)} is neither true nor false; expected true or false")
    return value


def _text(pattern: str, kind: str, expected: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or isinstance(value, FloatText) or not re.fullmatch(pattern, value):
            raise _wrong(f"{shown(value)} is no {kind}; expected {expected}")
        return value

    return check


def _sized(limit: int, items: str) -> Callable[[object], list[Any]]:
    """A list with 1 to ``limit`` items; checked before the items, so a giant list costs nothing."""

    def check(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong(f"{shown(value)} is not a list; expected a list of {items}")
        if not 1 <= len(value) <= limit:
            has = f"has {len(value)} items" if value else "is empty"
            raise _wrong(f"this list {has}; expected 1 to {limit} {items}")
        return value

    return check


def _tables(limit: int, name: str, items: str) -> Callable[[object], list[Any]]:
    def check(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong(f"{shown(value)} is not a list of tables; expected [[{name}]], in double brackets")
        if not 1 <= len(value) <= limit:
            raise _wrong(f"the file has {len(value) or 'no'} {items}; expected 1 to {limit}")
        return value

    return check


def _table(name: str) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, dict):
            several = isinstance(value, list)
            raise _wrong(f"{shown(value)} is not a table; expected {name}{', in single brackets' if several else ''}")
        return value

    return BeforeValidator(check)


_T = TypeVar("_T")
Number: TypeAlias = Annotated[Decimal, PlainValidator(number)]
Row: TypeAlias = Annotated[tuple[Number, ...], BeforeValidator(_sized(MAX_NEURONS, "numbers"))]
Rows: TypeAlias = Annotated[tuple[Row, ...], BeforeValidator(_sized(MAX_NEURONS, "rows, one for each neuron"))]
Flag: TypeAlias = Annotated[bool, PlainValidator(_flag)]
WeightName: TypeAlias = Annotated[
    str, PlainValidator(_text("w[1-9][0-9]{0,3}", "name of a weight", 'a name such as "w5"'))
]
LanguageCode: TypeAlias = Annotated[
    str, PlainValidator(_text("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "language code", 'a code such as "es"'))
]
Bias: TypeAlias = Annotated[
    Annotated[Number, Tag("shared")] | Annotated[Row, Tag("each")],
    Discriminator(lambda value: "each" if isinstance(value, (list, tuple)) else "shared"),
]


class Table(BaseModel):
    """A table of the file; a key it doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NetworkTable(Table):
    """``[network]``: data and loss."""

    inputs: Row | None = None
    targets: Row | None = None
    learning_rate: Annotated[Number, AfterValidator(_positive)] = Decimal("0.5")
    loss: Annotated[str, PlainValidator(_choice("loss", LOSSES))] = "squared_error"
    seed: Annotated[int, PlainValidator(_whole(0, _MAX_SEED))] = 1


class LayerTable(Table):
    """One ``[[layer]]``: either ``weights`` or ``neurons`` (or both, agreeing)."""

    activation: Annotated[str, PlainValidator(_choice("activation", ACTIVATIONS))] = "logistic"
    neurons: Annotated[int, PlainValidator(_whole(1, MAX_NEURONS))] | None = None
    weights: Rows | None = None
    bias: Bias = Decimal(0)


class ExampleTable(Table):
    """One ``[[example]]``."""

    inputs: Row
    targets: Row


class TrainingTable(Table):
    """``[training]``."""

    iterations: Annotated[int, PlainValidator(_whole(0, _MAX_ITERATIONS))] = 10_000
    update: Annotated[str, PlainValidator(_choice("way to update", ("simultaneous", "sequential")))] = "simultaneous"
    update_biases: Flag = False


class DisplayTable(Table):
    """``[display]``."""

    decimals: Annotated[int, PlainValidator(_whole(2, 15))] = 9
    decimal_mark: Annotated[
        dict[LanguageCode, Annotated[str, PlainValidator(_choice("decimal mark", (".", ",")))]],
        _table('a table such as { es = ",", en = "." }'),
    ] = Field(default_factory=dict)
    example: Annotated[int, PlainValidator(_whole(1, MAX_EXAMPLES))] = 1
    model_output_weight: WeightName | None = None
    model_hidden_weight: WeightName | None = None


class NetworkFile(Table):
    """The whole file."""

    network: Annotated[NetworkTable, _table("[network]")] = NetworkTable()
    layer: Annotated[
        tuple[Annotated[LayerTable, _table("[[layer]]")], ...],
        BeforeValidator(_tables(MAX_LAYERS, "layer", "layers")),
    ]
    example: Annotated[
        tuple[Annotated[ExampleTable, _table("[[example]]")], ...],
        BeforeValidator(_tables(MAX_EXAMPLES, "example", "examples")),
    ] = ()
    training: Annotated[TrainingTable, _table("[training]")] = TrainingTable()
    display: Annotated[DisplayTable, _table("[display]")] = DisplayTable()


TABLES: Final[Mapping[str, type[Table]]] = {
    "network": NetworkTable,
    "layer": LayerTable,
    "example": ExampleTable,
    "training": TrainingTable,
    "display": DisplayTable,
}
