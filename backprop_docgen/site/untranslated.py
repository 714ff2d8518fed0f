"""What a language still lacks: parts of pages, entries of the settings, strings of its catalogue.

A skeleton (`backprop-docgen new --add-language`) has English words under marks; a strict build passes when all are
gone. Beside them, a language with a catalogue of the project's own is asked for what the other languages have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from backprop_docgen.disk import read_text
from backprop_docgen.errors import Problem
from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.numbers.language import packaged_languages, small_strings
from backprop_docgen.pages.draft import page_text, template_file, template_names
from backprop_docgen.site.language_option import SiteLanguage
from backprop_docgen.site.project import Project

UNTRANSLATED: Final = "{## untranslated ##}"
"""A line of a template that stands above what is not translated yet."""
SETTING: Final = "# untranslated"
"""What ends a line of ``mkdocs.yml`` that is not translated yet."""
_FRONT_MATTER: Final = re.compile(r"\A---\n((?:(?!---\n).*\n)*)---\n")
_MAX_BYTES: Final = 5_000_000


def untranslated(project: Project, languages: Sequence[SiteLanguage], settings: Path, described: bool) -> list[Problem]:
    """Everything that is lacking, each with its file and, where there is one, its line.

    ``languages`` are those of the option, ``settings`` is ``mkdocs.yml``; ``described``: the site has a description.
    """
    problems = [*_marked_pages(project), *_marked_settings(settings)]
    for language in [each for each in languages if _own(project, each.code)]:
        if language != languages[0]:  # whose name and description are the site's
            problems += _unsaid_settings(language, settings, described)
        problems += _unsaid_titles(project, language, [each for each in languages if each != language])
        problems += _unsaid_strings(project, language)
    return problems


def _own(project: Project, code: str) -> bool:
    """Whether a language's words are the project's own: there is a catalogue, or will have to be."""
    catalogue = _catalogue(project, code)
    return code not in packaged_languages() or (catalogue is not None and catalogue.is_file())


def _catalogue(project: Project, code: str) -> Path | None:
    return project.locales / f"{code}.po" if project.locales else None


def _marked_pages(project: Project) -> Iterator[Problem]:
    for code, name, page in project.template_files():
        file = template_file(project.templates[code], name)
        marks = [at for at, line in enumerate(page_text(page, file).split("\n"), 1) if line == UNTRANSLATED]
        if marks:
            message = f"untranslated parts, {len(marks)}, begin in the lines {', '.join(map(str, marks))}"
            advice = f"Translate what follows each {UNTRANSLATED}, and delete that line."
            yield Problem(message, file, marks[0], advice=advice)


def _marked_settings(settings: Path) -> Iterator[Problem]:
    lines = read_text(settings, "the settings of a site", _MAX_BYTES).splitlines() if settings.is_file() else []
    marked = {at: line.rstrip() for at, line in enumerate(lines, 1) if line.rstrip().endswith(SETTING)}
    if marked:
        told = [f"{settings.name}:{at}: {line.removesuffix(SETTING).strip()}" for at, line in marked.items()]
        yield _listed(
            f"untranslated settings, {len(told)}", settings.name, f"Translate each, and delete {SETTING}.", told
        )


def _unsaid_settings(language: SiteLanguage, settings: Path, described: bool) -> Iterator[Problem]:
    lacking = [] if language.site_name else ["site_name"]
    lacking += ["site_description"] if described and not language.site_description else []
    for key in lacking:
        advice, place = f"Write it where the option 'languages' has {language.code}.", f"languages.{language.code}"
        yield Problem(f"there is no {key} in {language.name}", settings.name, key=place, advice=advice)


def _unsaid_titles(project: Project, language: SiteLanguage, others: Iterable[SiteLanguage]) -> Iterator[Problem]:
    """Titles and descriptions that the same page has in other languages, in its front matter."""
    folder = project.templates[language.code]
    for name in template_names(folder, project.excluded):
        wanted = {key for each in others for key in _front_keys(project.templates[each.code], name)}
        for key in sorted(wanted - _front_keys(folder, name), reverse=True):
            advice = f"Other languages have one. Write it between two lines --- at the top: {key}: …"
            yield Problem(f"the page has no {key}", template_file(folder, name), 1, advice=advice)


def _front_keys(folder: Path, name: str) -> set[str]:
    """Which of title and description a page has; none where there is no such page."""
    page = folder / name
    front = _FRONT_MATTER.match(page_text(page, template_file(folder, name))) if page.is_file() else None
    return set(re.findall(r"(?m)^(title|description):[ \t]*\S", front[1])) if front else set()


def _unsaid_strings(project: Project, language: SiteLanguage) -> Iterator[Problem]:
    """Strings without a translation, and those whose translation is a guess (fuzzy), one a line."""
    path = _catalogue(project, language.code)
    if path is None or not path.is_file():
        return  # no build comes so far
    found = messages(read_text(path, "a message catalogue", _MAX_BYTES), str(path))
    wanted = small_strings()
    lacking = []
    for text in wanted:
        message = found.get(text)
        if message is None:
            lacking.append(f'{path}: "{text}" is not in the file')
        elif not message.translation or message.fuzzy:
            lacking.append(f'{path}:{message.line}: "{text}"{" is fuzzy" if message.translation else ""}')
    if lacking:
        said = f"{len(lacking)} of {len(wanted)} strings are untranslated"
        advice = "Fill in each msgstr; delete the mark of what is fuzzy when it is right."
        yield _listed(said, str(path), advice, lacking)


def _listed(message: str, file: str, advice: str, lines: Iterable[str]) -> Problem:
    return Problem(message, file, advice="\n    ".join([advice, *lines]))
