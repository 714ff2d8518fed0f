"""What a template holds in its hand, in its author's words: what a thing is called, and which values it offers.

Messages speak of things so; the names of our classes are nobody's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from jinja2.runtime import Macro, Undefined

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.private_characters import PRIVATE

_SHOWN: Final = 40
_MOST_OFFERED: Final = 16
_NOBODY_S: Final = frozenset(("called", "described", "internal"))
_CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int", "float", "Fraction", "Decimal", "complex"), "a plain number"),
    **dict.fromkeys(("Number", "Reference", "Weight"), "a number of the page"),
    **dict.fromkeys(("list", "tuple", "Counted", "generator"), "a list"),
    **{"str": "a text", "Markup": "a text", "bool": "true or false", "NoneType": "none", "dict": "a dictionary"},
    **{"Condition": "a condition", "Situations": "situations", "function": "a function", "method": "a function"},
    **{"Namespace": "a namespace", "Cycler": "a cycler", "Joiner": "a joiner"},
    **{"Neuron": "a neuron", "LayerView": "a layer", "TrainingExample": "an example", "MistakeView": "a mistake"},
    **{"NetworkView": "network", "ModelView": "model"},
}
_CLASS: Final = re.compile(
    r"(?:type )?'(?:[\w.]*\.)?([A-Za-z]\w*)'(?: objects?)?|\b([A-Z]\w*)(?: objects?)?(?!\w)|\b(\w+) objects?\b"
)
_CALLED: Final = re.compile(r"[\w.<>]*[.>](\w+)\(\)")


class Offered:
    """Something that a template takes values from; it is no text itself."""

    internal: ClassVar[frozenset[str]] = frozenset()
    """What of it is no author's business."""
    described: ClassVar[Mapping[str, str]] = {}
    """What values are that have no docstring of their own."""

    @property
    def called(self) -> str:
        """What it is, in a few words."""
        return "this value"

    def __str__(self) -> str:
        """It is never printed. Raises TemplateError."""
        raise TemplateError(unprintable(self))


def what(thing: object) -> str:
    """A thing, as an author would call it, in a few words."""
    if isinstance(thing, Offered):
        return thing.called
    if thing is None or isinstance(thing, bool):
        return str(thing).lower()
    if isinstance(thing, int | float):
        return _short(repr(thing))
    if isinstance(thing, str):
        return f'the text "{_short(thing)}"'
    if isinstance(thing, Macro):
        return f"the macro {thing.name}"
    if callable(thing):
        return f"the function {function_name(thing)}"
    return _CLASSES.get(type(thing).__name__, "a list" if isinstance(thing, list | tuple) else "this value")


def _short(text: str) -> str:
    line = PRIVATE.sub("□", " ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def function_name(function: object) -> str:
    """The name of a function that a template calls."""
    name = str(getattr(function, "__name__", None) or getattr(function, "name", None) or "this")
    return name.lower() if isinstance(function, type) else name


def offers(thing: object) -> list[str]:
    """The names of the values that a thing offers to a template."""
    if isinstance(thing, Mapping):
        return [str(key) for key in thing]
    if isinstance(thing, Undefined | str | int | float | list | tuple) or callable(thing) or thing is None:
        return []
    names = {*dir(type(thing)), *vars(thing)} if hasattr(thing, "__dict__") else set(dir(type(thing)))
    return sorted(name for name in names if not is_internal(thing, name))


def is_internal(thing: object, name: str) -> bool:
    """Whether a name is none that a thing offers to a template."""
    return name.startswith("_") or (isinstance(thing, Offered) and name in thing.internal | _NOBODY_S)


def offer(thing: object) -> str | None:
    """A sentence that lists what a thing offers; None where that is nothing."""
    names = offers(thing)
    if not names:
        return None
    rest = f" and {len(names) - _MOST_OFFERED} more" if len(names) > _MOST_OFFERED else ""
    return f"It has {', '.join(names[:_MOST_OFFERED])}{rest}."


def unprintable(thing: object) -> Problem:
    """What is said of a thing that stands where a text or a number should."""
    message = f"{what(thing)} cannot be printed; expected a number or a text"
    if thing is None:
        return Problem(message, advice="There may be no such thing in this network: ask with {% if x %} first.")
    if isinstance(thing, list | tuple):
        return Problem(message, advice="Write listing(…), table(…) or a loop {% for x in … %}.")
    if callable(thing):
        return Problem(message, advice=f"Call it: {function_name(thing)}(…).")
    return Problem(message, advice=offer(thing))


def said(error: BaseException) -> str:
    """What Python says of a mistake, without the names of classes."""
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, RecursionError):
        return "it goes round in a circle"
    if isinstance(error, KeyError):
        return f"there is nothing named {error}"
    text = _CALLED.sub(r"\1(…)", " ".join(str(error).split()))
    text = _CLASS.sub(lambda match: _CLASSES.get(match[1] or match[2] or match[3], match[0]), text)
    return text or "it cannot be computed"
