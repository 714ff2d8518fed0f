"""The command ``new``: a course in a folder of its own, a further language for it, the changes of a newer version.

Everything is made before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backprop_docgen.disk import read_bytes, read_text
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.workshop import Workshop
from backprop_docgen.starter.languages import SOURCE, add_language, locale_of
from backprop_docgen.starter.merge import require_committed
from backprop_docgen.starter.origin import WHEELS, Origin, find_origin
from backprop_docgen.starter.record import Beginning, read_beginning
from backprop_docgen.starter.template import course_files
from backprop_docgen.starter.update import Change, changes

_CONFIG: Final = "mkdocs.yml"
_MAX_BYTES: Final = 5_000_000


@dataclass(frozen=True)
class Written:
    """The names of the files that were written, what has to be done by hand, and what a course was made from."""

    files: list[str]
    by_hand: list[Problem]
    origin: Origin | None = None


def create(folder: Path, codes: Iterable[str] = (), minimal: bool = False, carry: bool = False) -> Written:
    """Write a whole course into ``folder``, with skeletons of further languages.

    ``minimal``: with one page in each language; ``carry``: with a wheel of this package, wherever that is from. Raises
    SiteError when the folder holds something, cannot be written, or a language is unknown.
    """
    for code in codes:
        locale_of(code)
    with closing(Workshop(folder)) as workshop:
        if not workshop.empty():
            advice = "Name a folder that is empty, or a new one. A course takes --update and --add-language."
            raise SiteError(Problem("is not empty", str(folder), advice=advice))
        origin = find_origin(carry)
        contents = course_files(origin, minimal)
        kept = _kept(contents, minimal, origin)
        for code in codes:
            if f"docs/{code}/index.md" in contents:
                raise SiteError(Problem("this language is part of every new course", key=code))
            add_language(contents, code)
        written = {name: text.encode() for name, text in contents.items()} | kept
        workshop.fill(written)
        workshop.add()
    return Written(sorted(written), _lacking(origin), origin)


def _kept(contents: Mapping[str, str], minimal: bool, origin: Origin) -> dict[str, bytes]:
    """What a course carries along: the package, if need be, and what it began with."""
    wheel = {f"{WHEELS}/{origin.wheel[0]}": origin.wheel[1]} if origin.wheel else {}
    return wheel | Beginning(dict(contents), minimal, next(iter(wheel), None)).written()


def _lacking(origin: Origin) -> list[Problem]:
    """That pip will not get the package from where it came, and that it could not be brought along."""
    if origin.lacking is None:
        return []
    advice = f"Build a wheel, put it into {WHEELS}/, and name it here in place of that: ./{WHEELS}/….whl"
    said = f"the package comes {origin.how}, and could not be brought along: {origin.lacking}"
    return [Problem(said, "requirements.txt", key=origin.requirement, advice=advice)]


def add_languages(folder: Path, codes: Iterable[str]) -> Written:
    """Add skeletons of languages to the course in ``folder``; of a language that it has, what is lacking.

    No page and no string that is there is changed; the words to translate are English where there are such. Raises
    SiteError when there is no course, a language is unknown, or its place in the settings is not found.
    """
    project = read_project(folder / _CONFIG)
    docs = project.docs
    if docs != folder / "docs":
        raise SiteError(Problem("keeps its pages elsewhere; expected docs", str(folder / _CONFIG), key="docs_dir"))
    texts = [folder / _CONFIG, project.allowances, project.network, *docs.glob("*/**/*"), *folder.glob("locales/*.po")]
    before = {
        path.relative_to(folder).as_posix(): read_text(path, "a file of a course", _MAX_BYTES)
        for path in texts
        if path is not None and _inside(path, folder) and path.is_file() and _is_text(path)
    }
    source = SOURCE if SOURCE in project.templates else next(iter(project.templates))
    network = project.network.relative_to(folder).as_posix() if _inside(project.network, folder) else None
    after, by_hand = dict(before), []
    for code in codes:
        by_hand += add_language(after, code, network, source)
        if network is None and code not in project.templates:
            advice = f"Look whether decimal_mark, in [display], should have {code}."
            by_hand.append(
                Problem("stands outside the course, and stays as it is", str(project.network), advice=advice)
            )
    changed = {name: text.encode() for name, text in after.items() if before.get(name) != text}
    for code in codes:
        changed |= _pictures(docs / source, docs / code, folder)
    _write(folder, changed)
    return Written(sorted(changed), by_hand)


def _pictures(source: Path, target: Path, folder: Path) -> dict[str, bytes]:
    """What stands beside the pages of a language and is no text, for another one that does not have it."""
    found = {target / path.relative_to(source): path for path in source.rglob("*") if path.is_file()}
    return {
        new.relative_to(folder).as_posix(): read_bytes(path, _MAX_BYTES)
        for new, path in found.items()
        if not _is_text(path) and not new.exists()
    }


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a course. Raises SiteError."""
    with closing(Workshop(folder)) as workshop:
        workshop.fill(files)
        workshop.add()


def _inside(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and ".." not in path.relative_to(folder).parts


def _is_text(path: Path) -> bool:
    return path.suffix in (".md", ".markdown", ".toml", ".yml", ".po", ".svg")


def update(folder: Path, dry_run: bool = False, carry: bool = False) -> tuple[list[Change], Written]:
    """Bring what this version has changed into the course in ``folder``, which an earlier one has made.

    ``dry_run`` only tells. Raises SiteError when there is no course, or one with changes that are not committed, or
    Git is needed and not there.
    """
    before = read_beginning(folder)
    spoken = list(read_project(folder / _CONFIG).templates)
    if not dry_run:
        require_committed(folder)
    origin = find_origin(carry)
    contents = course_files(origin, before.minimal)
    found = changes(folder, before, contents, spoken)
    kept = _kept(contents, before.minimal, origin)
    wheel = f"{WHEELS}/{origin.wheel[0]}" if origin.wheel else None
    if wheel and (not (folder / wheel).is_file() or (folder / wheel).read_bytes() != kept[wheel]):
        found.append(Change("updated" if wheel == before.wheel else "added", wheel, kept[wheel]))
    if before.wheel not in (None, wheel) and not origin.lacking and (folder / str(before.wheel)).is_file():
        found.append(Change("removed", str(before.wheel)))
    if not dry_run:
        _write(folder, {each.name: each.content for each in found if each.content is not None})
        for each in found:
            if each.what == "removed":
                (folder / each.name).unlink(missing_ok=True)
        _write(folder, kept)  # last: until then the course is one that the earlier version has made
    return found, Written([each.name for each in found if each.content is not None], _lacking(origin), origin)
