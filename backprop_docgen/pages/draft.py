"""One template, rendered: a page as it is before the numbers of equations and figures are known."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from backprop_docgen.disk import read_text
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages import pieces
from backprop_docgen.pages.page_state import Choice
from backprop_docgen.pages.pieces import EquationPiece, FigurePiece, Label, LabelPiece, Piece
from backprop_docgen.pages.taking_in import TakenIn, taken_in

SHARED: Final = "shared"
"""The folder, beside those of the languages, of what all languages of a page share: names, conditions, code."""

_MAX_BYTES: Final = 5_000_000
ENDINGS: Final = (".markdown", ".mdown", ".mkdn", ".mkd", ".md")
"""The endings by which MkDocs knows a page."""


@dataclass(frozen=True)
class Template:
    """A template: its language, its file's name below the language's folder, the file as people know it, its text.

    ``shared_file`` and ``shared`` are those of what all languages of the page share, "" where there is none;
    ``taken_in`` is what it includes and imports; ``settings`` are the values of ``config``.
    """

    language: Language
    name: str
    file: str
    source: str
    shared_file: str = ""
    shared: str = ""
    taken_in: TakenIn = field(default_factory=TakenIn)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, str]:
        """Every text that it is made of, by its file: its own first."""
        found = {self.file: self.source} | ({self.shared_file: self.shared} if self.shared_file else {})
        return found | {each.file: each.source for each in self.taken_in.files}


@dataclass(frozen=True)
class Draft:
    """A rendered template: text with tokens, and the record of what they stand for.

    Numbered things have no numbers yet.
    """

    language: Language
    name: str
    file: str
    text: str
    record: tuple[Piece, ...]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def numbered(self) -> list[tuple[Label, int | None]]:
        """What the page numbers, in order, with the template's line."""
        numbered = (piece for piece in self._pieces if isinstance(piece, EquationPiece | FigurePiece))
        return [(piece.target, piece.line) for piece in numbered if piece.target is not None]

    @property
    def labels(self) -> list[Label]:
        """The same without lines."""
        return [label for label, _ in self.numbered]

    @cached_property
    def references(self) -> list[tuple[Label, int | None]]:
        """To what it refers, with the template's line."""
        return [(piece.target, piece.line) for piece in self._pieces if isinstance(piece, LabelPiece)]

    @property
    def cited(self) -> set[Label]:
        """To what it refers wherever it may: the sentences too that are not told now."""
        told = "".join((self.text, *(text for choice in self.choices for text in choice.texts)))
        return {piece.target for piece in pieces.pieces_in(told, self.record) if isinstance(piece, LabelPiece)}

    @cached_property
    def _pieces(self) -> list[Piece]:
        return pieces.pieces_in(self.text, self.record)

    def to_json(self) -> dict[str, Any]:
        """Everything that :func:`from_json` needs beside the template."""
        return {
            "text": self.text,
            "record": pieces.to_json(self.record),
            "choices": [astuple(each) for each in self.choices],
        }


def from_json(template: Template, data: dict[str, Any]) -> Draft:
    """The draft of a template that was kept as JSON; raises LookupError, TypeError or ValueError for another's."""
    return Draft(
        template.language,
        template.name,
        template.file,
        data["text"],
        pieces.from_json(data["record"]),
        tuple(
            Choice(tuple(when), tuple(texts), chosen, line, name, tuple(situations))
            for when, texts, chosen, line, name, situations in data["choices"]
        ),
    )


def template_names(folder: Path, excluded: Callable[[str], bool] | None = None) -> list[str]:
    """The templates in a language's folder, at any depth, by their names with ``/``; those that MkDocs publishes.

    ``excluded`` tells of a file, by its place in the folder of all languages, whether it is none of the site's.
    """
    found = []
    for parent, folders, files in os.walk(folder, followlinks=True, onerror=_refuse):  # as MkDocs walks
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in folders:
            _refuse_circle(Path(parent, each))
        inside = Path(parent).relative_to(folder)
        names = ((inside / each).as_posix() for each in files if each.endswith(ENDINGS) and each[0] != ".")
        found += [name for name in names if excluded is None or not excluded(f"{folder.name}/{name}")]
    for name in found:
        require_name(f"{folder.name}/{name}")
    return sorted(found)


def require_name(file: str) -> None:
    """Raise SiteError for a file whose name no address can have: one of letters in another encoding."""
    shown = file.encode("utf-8", "replace").decode()
    if shown != file:
        raise SiteError(Problem("the name of this file is not in UTF-8", shown, advice="Give it another name."))


def _refuse(error: OSError) -> None:
    """A folder that cannot be read is not an empty one. One that is missing may be."""
    if not isinstance(error, FileNotFoundError):
        raise SiteError(Problem(f"cannot be read ({error.strerror}); expected a folder of pages", str(error.filename)))


def _refuse_circle(folder: Path) -> None:
    """Nobody would come to the end of a folder that holds itself."""
    if folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve()):
        raise SiteError(Problem("is a link to a folder that it stands in", str(folder), advice="Move it away."))


def without_ending(name: str) -> str:
    """The name of a page, with or without one of the endings, without it."""
    return next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)


def template_file(folder: Path, name: str) -> str:
    """The file of a template as people know it: ``docs/es/unit/page.md``."""
    return f"{folder.parent.name}/{folder.name}/{name}"


def read_template(
    folder: Path, name: str, language: Language, settings: Mapping[str, object] | None = None
) -> Template:
    """A template of a language's folder, with all that it takes in. Raises SiteError for a file that is no text."""
    file = template_file(folder, name)
    common = folder.parent / SHARED

    def read(name: str) -> str:
        return page_text(common / name, template_file(common, name))

    source, is_shared = page_text(folder / name, file), (common / name).is_file()
    shared = read(name) if is_shared else ""
    taken = taken_in(iter((source, shared)), common, language.code, ENDINGS, read)
    return Template(
        language, name, file, source, template_file(common, name) if is_shared else "", shared, taken, settings or {}
    )


def page_text(path: Path, file: str) -> str:
    """The text of a page's file, which people know as ``file``. Raises SiteError for one that cannot be read."""
    return read_text(path, "a page in Markdown", _MAX_BYTES, file).replace("\r\n", "\n").replace("\r", "\n")
