"""The reference of what a template can call, written from the program: signatures, docstrings, examples that run.

``reference.toml`` has the examples, ``reference.<code>.toml`` the words of a language beside English, which docstrings
are in. A test holds all of it to what templates reach.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Any, Final

from jinja2 import Environment

from backprop_docgen.pages.arguments import usage
from backprop_docgen.pages.number import Number, Reference
from backprop_docgen.pages.offered import Offered
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.roles import LayerView, Neuron, Weight, without
from backprop_docgen.pages.said_of_functions import VALUES
from backprop_docgen.pages.variables import PageView
from backprop_docgen.pages.views import MistakeView, ModelView, NetworkView, TrainingExample

OBJECTS: Final[Mapping[str, type[Offered]]] = {
    **{"number": Number, "quantity": Reference, "weight": Weight, "neuron": Neuron, "layer": LayerView},
    **{"network": NetworkView, "model": ModelView, "example": TrainingExample, "mistake": MistakeView},
    "page": PageView,
}
"""What a template holds in its hand, by the section of the reference that tells what it has."""
FILTERS: Final[Mapping[str, str]] = {
    "few": "So many items of a list, as the function of this name gives them.",
    "without": "The items of a list that are not the unwanted ones.",
    "indented": "A text each of whose lines takes on the indentation of where it stands.",
}
"""Filters of this generator; Jinja's own are there, too."""
SECTIONS: Final = ("values", "functions", "filters", *OBJECTS, "jinja")
"""The sections that a page can ask for."""
_FOLDER: Final = Path(__file__).parent
_QUOTED: Final = re.compile(r"``(.+?)``")
_ROLE: Final = re.compile(r":\w+:`~?(.+?)`")


@dataclass(frozen=True)
class Entry:
    """One thing that a template can write: its name, its anchor, how it is called, what it is, an example."""

    name: str
    anchor: str
    usage: str
    said: str
    example: str


class Reader:
    """Writes sections of the reference for a page, of what its templates are ``given``."""

    def __init__(self, state: PageState, given: Mapping[str, object]) -> None:
        self._state = state
        self._given = given
        self._words = words(state.language.code)

    def section(self, name: str) -> str:
        """A section as Markdown: functions under headings of their own, values as a list of definitions."""
        if name == "jinja":
            return self._state.block(_jinja(self._state, self._given))
        entries = list(self._entries(name))
        if name in ("functions", "filters"):
            return self._state.block("\n\n".join(map(self._told, entries)))
        return self._state.block("\n\n".join(map(self._defined, entries)))

    def _entries(self, section: str) -> Iterator[Entry]:
        own, examples = self._words.get(section, {}), words("")[section]
        mine = self._words.get(f"{section}-examples", {})
        for name, (call, said) in described(section, self._given).items():
            example = mine.get(name, examples.get(name, ""))
            yield Entry(name, f"{section}-{name.replace('_', '-')}", call, own.get(name, said), example)

    def _told(self, entry: Entry) -> str:
        """A function: its heading, how it is called, what it is for, an example and what that gives."""
        text = f"### `{entry.name}` {{ #{entry.anchor} }}\n\n`{entry.usage}`\n\n{entry.said}"
        if not entry.example:
            return text
        return f"{text}\n\n{self._run(entry.example)}"

    def _defined(self, entry: Entry) -> str:
        """A value: what it is, an example and what that gives; one of several lines is a program of its own."""
        text = f"`{entry.usage}`{{ #{entry.anchor} }}\n:   {entry.said}"
        if "\n" in entry.example:
            program = f"```jinja\n{entry.example}\n```\n\n{self._state.render(entry.example)}"
            return f"{text}\n\n{indent(program, '    ')}"
        made = " ".join(self._state.render(entry.example).split())
        return f"{text}\n\n    {_code(entry.example)} → {made}" if entry.example else text

    def _run(self, example: str) -> str:
        made = self._state.render(f"{example}\n")
        return f'```jinja\n{example}\n```\n\n<div class="bp-made" markdown>\n\n{made}\n\n</div>'


def _code(text: str) -> str:
    """A span of code, which may hold backticks itself."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def described(section: str, given: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Everything that a section tells of: how it is called, and what it is in English."""
    if section == "values":
        return {name: (name, said) for name, said in VALUES.items()}
    if section == "functions":
        return {name: _called(name, each) for name, each in sorted(given.items()) if callable(each)}
    if section == "filters":
        known: Mapping[str, Callable[..., object] | None] = {"without": without}
        return {name: (_filter(name, known.get(name)), said) for name, said in FILTERS.items()}
    above = {"quantity": Number, "weight": Reference}
    return _of(OBJECTS[section], above.get(section, Offered))


def _filter(name: str, function: Callable[..., object] | None) -> str:
    return f"… | {name}" + ("(unwanted…)" if function is without else "(most)" if name == "few" else "")


def _called(name: str, function: Any) -> tuple[str, str]:
    return usage(name, inspect.signature(function)), _paragraph(inspect.getdoc(function) or "")


def _of(kind: type[Offered], above: type[Offered]) -> dict[str, tuple[str, str]]:
    """What a kind of thing has beside what another one has."""
    return {name: _attribute(kind, name) for name in sorted(_names(kind) - _names(above))}


def _names(kind: type[Offered]) -> set[str]:
    """What is reached of a kind of thing."""
    own = [each for each in kind.__mro__ if issubclass(each, Offered) and each is not Offered]
    names = {name for each in own for name in (*each.__dict__.get("described", {}), *vars(each))}
    return {name for name in names if not name.startswith("_")} - kind.internal - {"called", "described", "internal"}


def _attribute(kind: type[Offered], name: str) -> tuple[str, str]:
    found = inspect.getattr_static(kind, name, None)
    said = next((each.__dict__["described"][name] for each in kind.__mro__ if _says(each, name)), None)
    if said is not None or found is None:
        return name, said or ""
    if inspect.isfunction(found):
        return _called(name, found)
    return name, _paragraph(inspect.getdoc(found) or "")


def _says(kind: type, name: str) -> bool:
    return name in kind.__dict__.get("described", {})


def _paragraph(docstring: str) -> str:
    """The first paragraph of a docstring as Markdown on one line."""
    text = " ".join(docstring.partition("\n\n")[0].split())
    return _QUOTED.sub(r"`\1`", _ROLE.sub(r"`\1`", text))


@cache
def words(code: str) -> Mapping[str, Mapping[str, str]]:
    """The words of a language by section and name, where there are any; "": the examples of all."""
    path = _FOLDER / ("reference.toml" if not code else f"reference.{code}.toml")
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _jinja(state: PageState, given: Mapping[str, object]) -> str:
    """The names of Jinja's own functions, filters and tests, a line each."""
    say, jinja = state.language.translate, Environment()
    kinds = (
        (say("Functions"), set(jinja.globals) - set(given)),
        (say("Filters"), set(jinja.filters) - set(FILTERS)),
        (say("Tests"), set(jinja.tests)),
    )
    return "\n".join(
        f"- {kind}: " + ", ".join(f"`{name}`" for name in sorted(names) if name[:1].isalpha()) + "."
        for kind, names in kinds
    )
