"""What a newer version brings to a course: three-way, file by file, beside what its author has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from backprop_docgen import __version__
from backprop_docgen.disk import read_bytes, read_text
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.starter.languages import SOURCE, add_language, pages_to_translate, with_all_strings
from backprop_docgen.starter.merge import merged
from backprop_docgen.starter.record import Beginning

_MAX_BYTES: Final = 200_000_000
What = Literal["added", "updated", "merged", "conflict", "removed", "yours", "left out", "to translate"]
"""What becomes of a file: the last three are as they were."""


@dataclass(frozen=True)
class Change:
    """What becomes of a file of a course: its new ``content``, None where it goes or stays as it is; why, in a note."""

    what: What
    name: str
    content: bytes | None = None
    note: str = ""


def changes(folder: Path, before: Beginning, after: Mapping[str, str], codes: list[str]) -> list[Change]:
    """What has to be done with the files of a course; ``codes`` are the languages that it has beside the template's.

    Raises SiteError when Git is needed and not there, or a file cannot be read.
    """
    spoken = [code for code in codes if f"docs/{code}/index.md" not in after]
    base, new = _with_languages(before.files, spoken), _with_languages(after, spoken)
    names = ("yours", f"version {before.version}", f"version {__version__}")
    every = sorted({*base, *new})
    found = [_change(name, _read(folder / name), base.get(name), new.get(name), names) for name in every]
    for code in spoken:
        found += _translations(folder, before.files, after, code)
        found += _strings(folder, f"locales/{code}.po", code)
    return [each for each in found if each is not None]


def _with_languages(files: Mapping[str, str], codes: list[str]) -> dict[str, bytes]:
    """The template's own files as they are in a course with these languages; without the files of the languages."""
    contents = dict(files)
    for code in codes:
        trial = dict(contents)
        try:
            add_language(trial, code)
        except SiteError:  # one that the author has added in another way
            continue
        contents = {name: trial[name] for name in files}
    return {name: text.encode() for name, text in contents.items()}


def _read(path: Path) -> bytes | None:
    """A file of the course, None where there is none. Raises SiteError."""
    try:
        return read_bytes(path, _MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SiteError(Problem(f"cannot be read ({error.strerror or error})", str(path))) from None


def _change(
    name: str, yours: bytes | None, base: bytes | None, new: bytes | None, names: tuple[str, str, str]
) -> Change | None:
    """What becomes of one file. Raises SiteError."""
    if base == new:
        return None
    windows = yours is not None and b"\r\n" in yours
    plain = yours.replace(b"\r\n", b"\n") if yours is not None and windows else yours

    def ending(content: bytes) -> bytes:
        return content.replace(b"\n", b"\r\n") if windows else content

    if plain == new:
        return None
    if plain is None:
        return Change("added", name, new) if base is None else Change("left out", name, note="you have deleted it")
    if new is None:
        if plain == base:
            return Change("removed", name)
        return Change("yours", name, note="a newer version has it no more, and you have changed it")
    if plain == base:
        return Change("updated", name, ending(new))
    text, conflicts = merged(plain, base or b"", new, names)
    if conflicts < 0:
        return Change("conflict", name, note="cannot be merged; it stays as it is")
    if text == plain:
        return None
    note = f"{conflicts} marked with <<<<<<<" if conflicts else ""
    return Change("conflict" if conflicts else "merged", name, ending(text), note)


def _translations(folder: Path, before: Mapping[str, str], after: Mapping[str, str], code: str) -> Iterator[Change]:
    """The pages of a further language: skeletons follow the English pages; a translation is named where its own did."""
    old, new = pages_to_translate(before), pages_to_translate(after)
    for source in sorted({*old, *new}):
        if before.get(source) == after.get(source):
            continue
        name = source.replace(f"docs/{SOURCE}/", f"docs/{code}/", 1)
        yours = _read(folder / name)
        if yours is None and source not in old:
            yield Change("added", name, new[source].encode(), "to be translated")
        elif yours is not None and source in old and yours == old[source].encode():
            yield Change("updated", name, new[source].encode()) if source in new else Change("removed", name)
        elif yours is not None:
            yield Change("to translate", name, note=f"{source} {'has changed' if source in new else 'is gone'}")


def _strings(folder: Path, name: str, code: str) -> Iterator[Change]:
    """A catalogue with the strings that are new."""
    if not (folder / name).is_file():
        return
    text = read_text(folder / name, "a message catalogue", _MAX_BYTES)
    whole = with_all_strings(text, name, code)
    if whole != text:
        count = len(messages(whole, name)) - len(messages(text, name))
        yield Change("updated", name, whole.encode(), f"{count} strings to be translated")
