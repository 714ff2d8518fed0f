"""One template, rendered: a page as it is before the numbers of equations and figures are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Problem
from .language import Language
from .state import Choice, Label


@dataclass(frozen=True)
class Template:
    """A template: its language, its file's name, the file as people know it, and its text."""

    language: Language
    name: str
    file: str
    source: str


@dataclass(frozen=True)
class Draft:
    """A rendered template: text in which numbers of labels are tokens yet, and what the page brings with it.

    ``shown``: the quantities shown, in order; ``labels``: what it numbers; ``references``: to what it refers,
    with the template's line.
    """

    language: Language
    name: str
    file: str
    text: str
    shown: tuple[str, ...]
    labels: tuple[Label, ...]
    references: tuple[tuple[Label, int | None], ...]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything that :func:`from_json` needs beside the template."""
        return {
            "text": self.text,
            "shown": self.shown,
            "labels": [(label.kind, label.label) for label in self.labels],
            "references": [(label.kind, label.label, line) for label, line in self.references],
            "choices": [(each.conditions, each.texts, each.chosen, each.line) for each in self.choices],
        }


def from_json(template: Template, data: dict[str, Any]) -> Draft:
    """The draft of a template that was kept as JSON; raises LookupError, TypeError or ValueError for another's."""
    return Draft(
        template.language,
        template.name,
        template.file,
        data["text"],
        tuple(data["shown"]),
        tuple(Label(kind, label) for kind, label in data["labels"]),
        tuple((Label(kind, label), line) for kind, label, line in data["references"]),
        tuple(Choice(tuple(when), tuple(texts), chosen, line) for when, texts, chosen, line in data["choices"]),
    )


def read_template(path: Path, language: Language) -> Template:
    """A template from its file."""
    file = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return Template(language, path.name, file, path.read_text("utf-8"))
