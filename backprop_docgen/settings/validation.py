"""Data from outside, checked key by key (voluptuous): all mistakes at once, each in words for people.

Every check says, too, what it takes: in a few words, and as JSON Schema, by which editors complete and check a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from voluptuous import Invalid, Marker, MultipleInvalid, Required, RequiredFieldInvalid, Schema
from voluptuous.schema_builder import Undefined

from backprop_docgen.errors import Problem, did_you_mean
from backprop_docgen.settings.likely import number_meant
from backprop_docgen.settings.toml_lines import KeyPath

_LONGEST_NAME: Final = 80  # characters of a name that are compared with the known ones


class FloatText(str):
    """A number with a point or an exponent as the file writes it, not yet converted."""

    __slots__ = ()


class Mistake(Invalid):
    """A value that cannot be taken: what is wrong and expected; ``path`` leads to it.

    Advice is the nearest of the ``known`` names to the one that was given, or what is said of it in ``others``,
    or what was ``likely`` meant.
    """

    def __init__(
        self,
        message: str,
        given: str = "",
        known: Collection[str] = (),
        others: Mapping[str, str] | None = None,
        likely: str | None = None,
    ) -> None:
        super().__init__(message)
        self._given, self._known, self._others, self._likely = given, known, others or {}, likely

    @property
    def advice(self) -> str | None:
        """A sentence, or None; found when it is asked for, because a hostile file holds very many mistakes."""
        if self._likely is not None:
            return f"Did you mean {self._likely}?"
        other = self._others.get(self._given)
        if other in self._known:
            return f"Did you mean {other}?"
        return did_you_mean(self._given[:_LONGEST_NAME], self._known) if self._given else None


class UnknownKey(Mistake):
    """A key that a table doesn't have."""


class Check:
    """Gives a value as it is needed, or raises Invalid.

    ``expected`` completes "expected …"; ``json`` is what is taken, as JSON Schema.
    """

    def __init__(self, expected: str, json: Mapping[str, Any]) -> None:
        self.expected = expected
        self.json = dict(json)

    def __call__(self, value: object) -> Any:
        """The value checked and converted; raises Invalid."""
        return self._taken(value)

    def _taken(self, value: object) -> Any:
        raise NotImplementedError


def validated(check: Check, data: object) -> Any:
    """The data as the check gives it; raises MultipleInvalid with a Mistake for everything wrong."""
    return Schema(check)(data)


def mistakes(error: MultipleInvalid) -> Iterator[tuple[KeyPath, Mistake]]:
    """The mistakes found, and the path to each."""
    for each in error.errors:
        assert isinstance(each, Mistake)
        yield tuple(part if isinstance(part, int) else str(part) for part in each.path), each


def problems(error: MultipleInvalid, file: str | None, advice: str | None = None) -> list[Problem]:
    """The mistakes of a small file; ``advice`` is for those that bring none."""
    return [
        Problem(each.msg, file, key=".".join(map(str, path)), advice=each.advice or advice)
        for path, each in mistakes(error)
    ]


def shown(value: object) -> str:
    """A value from a file, short and named by its kind, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() < 150 else "a huge whole number"
    if isinstance(value, (FloatText, float, Decimal)):
        return _short(str(value))
    if isinstance(value, str):
        return f'the text "{_short(repr(value)[1:-1])}"'
    if isinstance(value, date | time):
        return "a date or time"
    kinds: dict[type, str] = {list: "a list", dict: "a table", type(None): "nothing"}
    return kinds.get(type(value), f"an object of the type {type(value).__name__}")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


class Whole(Check):
    """A whole number from ``low`` to ``high``."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(
            f"a whole number from {low} to {high}", {"maximum": high, "minimum": low, "type": "integer"}
        )
        self.low, self.high = low, high

    def _taken(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            likely = number_meant(value, "whole") if isinstance(value, str) else None
            meant = likely if likely != value else None
            raise Mistake(f"{shown(value)} is not a whole number; expected {self.expected}", likely=meant)
        if not self.low <= value <= self.high:
            raise Mistake(f"{shown(value)} is out of range; expected {self.expected}")
        return value


class Flag(Check):
    """True or false."""

    def __init__(self) -> None:
        super().__init__("true or false", {"type": "boolean"})

    def _taken(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Mistake(f"{shown(value)} is neither true nor false; expected {self.expected}")
        return value


class Choice(Check):
    """One of some names; ``others`` are what people say instead, written small and with underscores."""

    def __init__(self, kind: str, names: Iterable[str], others: Mapping[str, str] | None = None) -> None:
        self.kind, self.names, self.others = kind, tuple(names), others or {}
        expected = "one of " + ", ".join(f'"{name}"' for name in self.names)
        super().__init__(expected, {"enum": list(self.names), "type": "string"})

    def _taken(self, value: object) -> str:
        if isinstance(value, str) and value in self.names:
            return value
        message = f"{shown(value)} is no {self.kind}; expected {self.expected}"
        if not isinstance(value, str) or isinstance(value, FloatText):
            raise Mistake(message)
        raise Mistake(message, value.lower().replace("-", "_").replace(" ", "_"), self.names, self.others)


class Text(Check):
    """A text that a pattern matches whole."""

    def __init__(self, pattern: str, kind: str, expected: str) -> None:
        super().__init__(expected, {"pattern": f"^({pattern})$", "type": "string"})
        self.pattern, self.kind = pattern, kind

    def _taken(self, value: object) -> str:
        if not isinstance(value, str) or isinstance(value, FloatText) or not re.fullmatch(self.pattern, value):
            raise Mistake(f"{shown(value)} is no {self.kind}; expected {self.expected}")
        return value


class Words(Check):
    """Any text of ``least`` to ``most`` characters."""

    def __init__(self, kind: str = "text", least: int = 0, most: int | None = None) -> None:
        size = f" of {least} to {most} characters" if most else ""
        super().__init__(
            f"a text{size}", {**({"maxLength": most} if most else {}), "minLength": least, "type": "string"}
        )
        self.kind, self.least, self.most = kind, least, most

    def _taken(self, value: object) -> str:
        if not isinstance(value, str) or len(value) < self.least or len(value) > (self.most or len(value)):
            raise Mistake(f"{shown(value)} is no {self.kind}; expected {self.expected}")
        return value


class Anything(Check):
    """Whatever it is: who uses it will say what is wrong."""

    def __init__(self) -> None:
        super().__init__("a value", {})

    def _taken(self, value: object) -> object:
        return value


class Listed(Check):
    """A list of items, 1 to ``limit``; its size is checked first, so a giant list costs nothing. None: any number."""

    def __init__(self, item: Check, limit: int | None, items: str) -> None:
        size = {} if limit is None else {"maxItems": limit, "minItems": 1}
        super().__init__(f"a list of {items}", {"items": item.json, **size, "type": "array"})
        self.item, self.limit, self.items = item, limit, items

    def _taken(self, value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Mistake(self._no_list(value))
        if self.limit is not None and not 1 <= len(value) <= self.limit:
            raise Mistake(self._wrong_size(len(value)))
        # voluptuous's own lists stop at the first item that holds a mistake further inside
        found, wrong = [], []
        for at, each in enumerate(value):
            try:
                found.append(self.item(each))
            except Invalid as error:
                error.prepend([at])
                wrong += error.errors if isinstance(error, MultipleInvalid) else [error]
        if wrong:
            raise MultipleInvalid(wrong)
        return tuple(found)

    def _no_list(self, value: object) -> str:
        return f"{shown(value)} is not a list; expected {self.expected}"

    def _wrong_size(self, size: int) -> str:
        has = f"has {size} items" if size else "is empty"
        return f"this list {has}; expected 1 to {self.limit} {self.items}"


class OneOrMany(Check):
    """A value, or a list of such values."""

    def __init__(self, one: Check, many: Listed) -> None:
        super().__init__(f"{one.expected}, or {many.expected}", {"oneOf": [one.json, many.json]})
        self.one, self.many = one, many

    def _taken(self, value: object) -> Any:
        return self.many(value) if isinstance(value, list) else self.one(value)


class Mapped(Check):
    """A table of keys that the writer chooses."""

    def __init__(self, key: Text | Words, value: Check, expected: str) -> None:
        pattern = key.json.get("pattern")
        rule = {"patternProperties": {pattern: value.json}} if pattern else {"additionalProperties": value.json}
        super().__init__(expected, {**rule, "type": "object"})
        self._schema = Schema({key: value})

    def _taken(self, value: object) -> dict[str, Any]:
        return _table(self._schema, value, self.expected)


class Table(Check):
    """A table of known keys, each marked Required or Optional; a key it doesn't know is a mistake.

    A key without a value (null in YAML and JSON) is as good as none. ``expected`` is how the table begins in a file
    ("[network]"), ``where`` what lies inside it ("in [network]").
    """

    def __init__(self, expected: str, about: str, keys: Mapping[Marker, Check], where: str | None = None) -> None:
        required = [str(marker) for marker in keys if isinstance(marker, Required)]
        json = {
            "additionalProperties": False,
            "description": about,
            "properties": {str(marker): _default(marker) | check.json for marker, check in keys.items()},
            **({"required": required} if required else {}),
            "type": "object",
        }
        super().__init__(expected, json)
        self.keys = {str(marker): check for marker, check in keys.items()}
        self._where = where or f"in {expected}"
        self._schema = Schema(dict(keys))

    def _taken(self, value: object) -> Any:
        if isinstance(value, dict):
            value = {key: each for key, each in value.items() if each is not None}
        try:
            return _table(self._schema, value, self.expected)
        except MultipleInvalid as error:
            # in the order of the keys: what is missing comes in any
            places = {name: place for place, name in enumerate(self.keys)}
            found = sorted(error.errors, key=lambda each: places.get(str(each.path[0]), len(places)))
            raise MultipleInvalid([self._in_words(each) for each in found]) from None

    def _in_words(self, error: Invalid) -> Invalid:
        name = str(error.path[0])
        if isinstance(error, RequiredFieldInvalid):
            mistake = Mistake(f"missing; expected {self.keys[name].expected}")
        elif type(error) is Invalid:  # voluptuous itself looks at nothing but the keys
            message = f"unknown key {self._where}; expected one of {', '.join(self.keys)}"
            mistake = UnknownKey(message, name, self.keys)
        else:
            return error
        mistake.prepend([name])
        return mistake


def _default(marker: Marker) -> dict[str, Any]:
    default: Undefined | Callable[[], Any] = getattr(marker, "default", Undefined())
    value = None if isinstance(default, Undefined) else default()
    if isinstance(value, FloatText):
        return {"default": float(value)}
    return {"default": value} if isinstance(value, (str, int)) else {}


def _table(schema: Schema, value: object, expected: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        single = isinstance(value, list) and re.match(r"\[\w", expected)
        raise Mistake(f"{shown(value)} is not a table; expected {expected}{', in single brackets' if single else ''}")
    if odd := [shown(key) for key in value if not isinstance(key, str)]:  # in YAML
        raise Mistake(f"keys that are no text: {', '.join(odd)}; expected them in quotes")
    found: dict[str, Any] = schema(value)
    return found
