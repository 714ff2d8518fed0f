"""What templates take in: files below ``docs/shared`` that ``{% include %}``, ``{% import %}`` … name in quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backprop_docgen.errors import Problem, did_you_mean

_TAKES: Final = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\b(?P<names>.*?)%\}", re.DOTALL)
_QUOTED: Final = re.compile(r'"([^"\n]*)"|' r"'([^'\n]*)'")
_WRITE: Final = 'Name a Markdown file below docs/shared, in quotes: {% include "note.md" %}.'


@dataclass(frozen=True)
class Included:
    """A file that a template takes in: its name there, the file as people know it, its text."""

    name: str
    file: str
    source: str


@dataclass(frozen=True)
class TakenIn:
    """All that a template takes in, also by what it takes in; ``missing`` tells of names that lead nowhere."""

    files: tuple[Included, ...] = ()
    missing: Mapping[str, Problem] | None = None

    def file(self, name: str) -> str:
        """The file of a name; the name itself where there is none."""
        return next((each.file for each in self.files if each.name == name), name)

    def problem(self, name: str) -> Problem:
        """Why there is nothing of this name."""
        known = (self.missing or {}).get(name)
        return known or Problem("a template takes in what it names in quotes", key=name, advice=_WRITE)


def taken_in(
    sources: Iterator[str],
    folder: Path,
    code: str,
    endings: tuple[str, ...],
    read: Callable[[str], str],
) -> TakenIn:
    """What templates with these sources take in from ``folder``; in its folder ``code`` is what one language says.

    ``read`` gives the text of a file by its name below the folder.
    """
    files: dict[str, Included] = {}
    missing: dict[str, Problem] = {}
    waiting = [*sources]
    while waiting:
        for name in _named(waiting.pop()):
            if name in files or name in missing:
                continue
            found = _found(name, folder, code, endings)
            if isinstance(found, Problem):
                missing[name] = found
            else:
                text = read(found)
                files[name] = Included(name, f"{folder.parent.name}/{folder.name}/{found}", text)
                waiting.append(text)
    return TakenIn(tuple(files.values()), missing)


def _named(source: str) -> Iterator[str]:
    for tag in _TAKES.finditer(source):
        for match in _QUOTED.finditer(tag["names"]):
            yield match[1] if match[1] is not None else match[2]


def _found(name: str, folder: Path, code: str, endings: tuple[str, ...]) -> str | Problem:
    """The file's name below the folder: of the language's own, or for all of them."""
    parts = name.split("/")
    if "\\" in name or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        return Problem("is no file that a template can take in", key=name, advice=_WRITE)
    if not name.endswith(endings):
        return Problem("is no Markdown file", key=name, advice=_WRITE)
    for place in (f"{code}/{name}", name):
        with suppress(OSError):  # so says a disk of a name that is too long for it
            if (folder / place).is_file():
                return place
    known = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.name.endswith(endings))
    near = did_you_mean(name, [each.removeprefix(f"{code}/") for each in known])
    return Problem(f"there is no file {folder.parent.name}/{folder.name}/{name}", advice=near or _WRITE)
