"""What the functions and methods of a template take: each argument is of one kind, and another is told in words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from jinja2.runtime import Undefined

from backprop_docgen.errors import Problem, TemplateError, did_you_mean
from backprop_docgen.pages.offered import what

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Kind:
    """One kind of argument: ``expected`` completes "expected …"; ``names`` are all there are of a choice."""

    expected: str
    fits: Callable[[object], bool]
    names: Collection[str] = ()
    item: Callable[[object], bool] | None = None
    """Of a list: whether an item of it fits."""

    def or_none(self) -> Kind:
        """The same, or nothing at all."""
        return Kind(self.expected, lambda value: value is None or self.fits(value), self.names, self.item)

    def or_text(self) -> Kind:
        """The same, or one text by itself."""
        return Kind(self.expected, lambda value: isinstance(value, str) or self.fits(value), self.names, self.item)

    def wrong(self, value: object) -> object:
        """What of a value does not fit: itself, or an item of it."""
        if self.item is None or not isinstance(value, list | tuple):
            return value
        return next((each for each in value if not self.item(each)), value)


TEXT: Final = Kind("a text in quotes", lambda value: isinstance(value, str))
FLAG: Final = Kind("true or false", lambda value: isinstance(value, bool))
LIST: Final = Kind(
    "a list, such as network.weights",
    lambda value: isinstance(value, Iterable) and not isinstance(value, str | Mapping | Undefined),
)


def whole(low: int, high: int) -> Kind:
    """A whole number from ``low`` to ``high``."""
    return Kind(
        f"a whole number from {low} to {high}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
    )


def one_of(names: Collection[str]) -> Kind:
    """One of some names."""
    return Kind(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names, names)


def many(kind: Kind, expected: str) -> Kind:
    """A list of items of one kind; ``expected`` says so."""
    fits = kind.fits
    return Kind(expected, lambda value: isinstance(value, list | tuple) and all(map(fits, value)), kind.names, fits)


def takes(**kinds: Kind) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """A function of templates whose arguments are of these kinds, by their names.

    It raises TemplateError where there are more or fewer, or others. What is undefined has been told already.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        signature = inspect.signature(function)

        @wraps(function)
        def call(*arguments: _P.args, **named: _P.kwargs) -> _R:
            _check(function.__name__, signature, kinds, arguments, named)
            return function(*arguments, **named)

        return call

    return decorate


def _check(
    name: str,
    signature: inspect.Signature,
    kinds: Mapping[str, Kind],
    arguments: tuple[object, ...],
    named: Mapping[str, object],
) -> None:
    try:
        bound = signature.bind(*arguments, **named)
    except TypeError as error:
        raise TemplateError(misfit(name, signature, error, named)) from None
    for parameter, value in bound.arguments.items():
        kind = kinds.get(parameter)
        if kind is None:
            continue
        several = signature.parameters[parameter].kind is inspect.Parameter.VAR_POSITIONAL
        for each in value if several else (value,):
            if not kind.fits(each) and not isinstance(each, Undefined):
                wrong = kind.wrong(each)
                message = f"{name}(…): {parameter} is {what(wrong)}; expected {kind.expected}"
                near = did_you_mean(wrong, kind.names) if isinstance(wrong, str) and wrong not in kind.names else None
                raise TemplateError(Problem(message, advice=near or f"Write {usage(name, signature)}."))


def misfit(name: str, signature: inspect.Signature, error: TypeError, named: Iterable[str]) -> Problem:
    """Arguments that a function does not have, or lacks; ``error`` is what Python says of them."""
    known = [each for each in signature.parameters if each != "self"]
    unknown = next((each for each in named if each not in known), None)
    if unknown is not None:
        message, near = f"{name}(…) has no argument named {unknown}", did_you_mean(unknown, known)
    else:
        message, near = f"{name}(…): {error}", None
    return Problem(f"{message}; expected {usage(name, signature)}", advice=near)


def usage(name: str, signature: inspect.Signature) -> str:
    """How a function is written: ``eq(x, number=true, result=false)``."""
    parts = []
    for parameter, each in signature.parameters.items():
        if parameter == "self":
            continue
        star = {"VAR_POSITIONAL": "…", "VAR_KEYWORD": "=…"}.get(each.kind.name, "")
        default = "" if each.default is each.empty else f"={_written(each.default)}"
        parts.append(f"{parameter}{star}{default}")
    return f"{name}({', '.join(parts)})"


def _written(value: object) -> str:
    """A default as a template writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return str(value).lower() if value is None or isinstance(value, bool) else repr(value)
