"""A message catalogue (``.po``): the small strings in a language, each with its line."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from babel.messages.pofile import PoFileError, read_po

from backprop_docgen.errors import Problem, SiteError


@dataclass(frozen=True)
class Message:
    """An English string and what stands for it, "" where nothing does; ``fuzzy``: a guess, to be looked at."""

    text: str
    translation: str
    fuzzy: bool
    line: int | None


def messages(text: str, name: str) -> dict[str, Message]:
    """The messages of a catalogue, by their English strings.

    ``name`` is the file as people know it. Raises SiteError for what cannot be read, and for every translation whose
    placeholders are not those of the string: they are put in by name.
    """
    try:
        found = {
            str(each.id): Message(str(each.id), str(each.string or ""), each.fuzzy, each.lineno)
            for each in read_po(StringIO(text))
            if each.id
        }
    except (ValueError, PoFileError) as error:
        raise SiteError(Problem(f"cannot be read as a message catalogue: {error}", name)) from None
    if wrong := [problem for each in found.values() if each.translation for problem in _placeholders(each, name)]:
        raise SiteError(wrong)
    return found


def _placeholders(message: Message, name: str) -> Iterator[Problem]:
    wanted, found = _names(message.text), _names(message.translation)
    if found != wanted:
        shown = ", ".join(f"{{{each}}}" for each in sorted(wanted or ())) or "none"
        said = f"the placeholders of {message.translation!r} are not those of {message.text!r}"
        yield Problem(said, name, message.line, advice=f"It has {shown}; each is to stand in the translation.")


def _names(text: str) -> set[str] | None:
    """The names in braces; None for braces that do not fit."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None
