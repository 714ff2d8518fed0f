"""Which line of a template made a text of a page; else which small string of a figure or a table, or which setting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from backprop_docgen.disk import read_text
from backprop_docgen.errors import Problem, SiteError, did_you_mean
from backprop_docgen.numbers.language import Language, small_strings
from backprop_docgen.pages.draft import Draft, Template, read_template, without_ending
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.pages.render_template import render_template
from backprop_docgen.pages.traced import Place, Reading, letters, read
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import Project, languages, load_course
from backprop_docgen.worksheet.course import Course

_PACKAGE: Final = Path(__file__).parents[1]
_MAX_BYTES: Final = 5_000_000
_ELLIPSIS: Final = re.compile(r"…|\.{3}")
_PLACEHOLDER: Final = re.compile(r"\{\w*\}")
_WORD: Final = re.compile(r"\w{2,}")
_LEAST_SHARE: Final = 0.6  # of a text that a small string says
_MOST: Final = 20  # places that are told, of a text that stands on very many
_NEAREST: Final = 3


@dataclass(frozen=True)
class Found:
    """A line that makes a text: of which page ("en/training", "": of none), where, and what stands there.

    ``kind`` is "template", "string" (a small string of figures, tables and tools, in a message catalogue or the code)
    or "setting". Of a sentence among several ``choice`` and ``situation`` are the names, and ``told`` is whether it is
    the one that this network tells.
    """

    kind: str
    page: str
    file: str
    line: int
    source: str
    choice: str | None = None
    situation: str | None = None
    told: bool = True

    def __str__(self) -> str:
        about = f"  [{self.page}]" if self.page else ""
        if self.choice or self.situation:
            name = ": ".join(filter(None, (self.choice, self.situation)))
            about += f"  [{name}]"
        return f"{self.file}:{self.line}{about}{'' if self.told else '  (not told by this network)'}\n    {self.source}"


@dataclass(frozen=True)
class Answer:
    """What was found; ``nearest`` are lines with most of the words, where nothing was."""

    found: tuple[Found, ...]
    nearest: tuple[Found, ...] = ()

    def __str__(self) -> str:
        if self.found:
            return "\n".join(map(str, self.found[:_MOST])) + _more(len(self.found))
        if not self.nearest:
            return "No page says this."
        return "\n".join(("No page says this. The nearest:", *map(str, self.nearest)))

    def to_json(self) -> str:
        """As a JSON object with lists of objects, whose fields are those of :class:`Found`."""
        data = {"found": [asdict(each) for each in self.found], "nearest": [asdict(each) for each in self.nearest]}
        return json.dumps(data, ensure_ascii=False, indent=1)


def _more(count: int) -> str:
    return f"\nand {count - _MOST} more; name the page: --page" if count > _MOST else ""


def where(
    text: str, config: Path, network: Path | None = None, page: str | None = None, language: str | None = None
) -> Answer:
    """The lines that make a text: as readers see it, with "…" where anything may stand (a formula, say).

    Raises BackpropError for a project that cannot be rendered, a page or a language that is not there, a text without
    letters or digits.
    """
    parts = [part for part in map(letters, _ELLIPSIS.split(text)) if part]
    if not parts:
        raise SiteError(Problem("expected a text of letters or digits, as it stands on a page", key=text[:40]))
    project = read_project(config, network)
    traced = _Traced(project, page, language)
    found = [*dict.fromkeys(each for one in traced.pages for each in one.found(parts))]
    held = any(_holds(each, parts) for each in found)  # a button or a title may say it, too: those that say it whole
    found += _strings(parts, text, project, traced.spoken, whole=held)
    found += _settings(parts, config, whole=bool(found))
    nearest = () if found else traced.nearest(text)
    return Answer(tuple(found), tuple(nearest))


def _holds(found: Found, parts: Sequence[str]) -> bool:
    return any(part in letters(found.source) for part in parts)


@dataclass(frozen=True)
class _TracedPage:
    """A page whose text knows its places; ``sources`` has the lines of each template by its file."""

    page: Page
    sources: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        return f"{self.page.language}/{without_ending(self.page.name)}"

    @cached_property
    def reading(self) -> Reading:
        return read(self.page.text, self.page.record)

    @cached_property
    def told(self) -> dict[Place, tuple[str | None, str | None]]:
        """The names of choice and situation of each line that a chosen sentence comes from."""
        return {
            place: (choice.name, choice.situations[choice.chosen] if choice.situations else None)
            for choice in self.page.choices
            for place in self._of(choice.texts[choice.chosen]).places
            if place is not None
        }

    def _of(self, text: str) -> Reading:
        return read(text, self.page.record)

    def found(self, parts: Sequence[str]) -> Iterator[Found]:
        """The lines that make these parts, those of sentences that are not told as well."""
        for places in self.reading.found(parts):
            for place in places:
                name, situation = self.told.get(place, (None, None))
                yield replace(self.at(place), choice=name, situation=situation)
        for choice in self.page.choices:
            for at, text in enumerate(choice.texts):
                if at == choice.chosen:
                    continue
                for places in self._of(text).found(parts):
                    situation = choice.situations[at] if choice.situations else None
                    for place in places:
                        yield replace(self.at(place), choice=choice.name, situation=situation, told=False)

    def at(self, place: Place) -> Found:
        """A line of a template."""
        lines = self.sources.get(place.file, ())
        source = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
        return Found("template", self.name, place.file, place.line, source)


class _Traced:
    """The pages of a project, of one language or one name if they are given."""

    def __init__(self, project: Project, page: str | None, language: str | None) -> None:
        codes = list(project.templates)
        if language is not None and language not in codes:
            near = did_you_mean(language, codes) or f"There are {', '.join(codes)}."
            raise SiteError(Problem("the site has no such language", key=language, advice=near))
        names = {without_ending(name) for _, name, _ in project.template_files()}
        if page is not None and without_ending(page) not in names:
            advice = did_you_mean(without_ending(page), names)
            raise SiteError(Problem("there is no page of this name", key=page, advice=advice))
        course = load_course(project.network, project.worksheets)[0]
        self.spoken = languages(codes, course.default.network, project.locales)
        pages = render_pages(
            project.templates, project.order, course, self.spoken, _rendered, project.excluded, project.variables
        )
        self.pages = [
            _TracedPage(each, self._sources(project, each))
            for each in pages
            if language in (None, each.language) and (page is None or without_ending(each.name) == without_ending(page))
        ]
        self.spoken = [each for each in self.spoken if language in (None, each.code)]

    def _sources(self, project: Project, page: Page) -> dict[str, Sequence[str]]:
        spoken = next(each for each in self.spoken if each.code == page.language)
        template = read_template(project.templates[page.language], page.name, spoken)
        return {file: source.split("\n") for file, source in template.sources.items()}

    def nearest(self, text: str) -> list[Found]:
        """The lines of templates that share most words with a text."""
        wanted = set(_WORD.findall(text.casefold()))
        scored: dict[Found, float] = {}
        for one in self.pages:
            for file, lines in one.sources.items():
                for number, line in enumerate(lines, 1):
                    words = set(_WORD.findall(line.casefold()))
                    if common := len(wanted & words):
                        found = one.at(Place(file, number))
                        scored[found] = common / len(wanted) + common / (len(wanted | words) * 10)
        best = sorted(scored, key=lambda each: -scored[each])[:_NEAREST]
        return [each for each in best if scored[each] >= _LEAST_SHARE]


def _rendered(templates: Sequence[Template], course: Course) -> list[Draft]:
    return [render_template(template, course, traced=True) for template in templates]


def _strings(
    parts: Sequence[str], text: str, project: Project, spoken: Iterable[Language], whole: bool
) -> Iterator[Found]:
    """The small strings that say most of the text, or just the ``whole``: where they are translated and said."""
    wanted = letters(text)
    for language in spoken:
        known = language.strings or {each: each for each in small_strings()}
        every = {message: said or message for message, said in known.items()}
        among = {message: said for message, said in every.items() if not whole or letters(said) == wanted}
        scores = {message: _share(said, parts, wanted) for message, said in among.items()}
        best = max(scores.values(), default=0.0)
        for message in (each for each, score in scores.items() if score == best >= _LEAST_SHARE):
            catalogue = _catalogue(project, language)
            place = _line(catalogue, f'msgid "{_quoted(message)}') if language.strings else None
            if place is not None:
                yield Found("string", "", _shown(catalogue), place, f"{message} → {known[message]}")
            for path in _code():
                said = _line(path, f'"{_quoted(message)}"')
                if said is not None:
                    yield Found("string", "", _shown(path), said, message)


def _share(said: str, parts: Sequence[str], whole: str) -> float:
    """How much of a text a small string says, whose placeholders stand for anything: 0 to 1."""
    words = [letters(each) for each in _PLACEHOLDER.split(said)]
    if any(parts[0] in word for word in words) and len(parts) == 1:
        return 1
    literal = [word for word in words if word]
    if literal and re.search(".{0,200}?".join(map(re.escape, literal)), whole):
        return sum(map(len, literal)) / len(whole)
    return 0


def _catalogue(project: Project, language: Language) -> Path:
    own = project.locales / f"{language.code}.po" if project.locales else None
    return own if own is not None and own.is_file() else _PACKAGE / "locales" / f"{language.code}.po"


def _code() -> Iterator[Path]:
    """The modules that say small strings."""
    for folder in ("assets", "pages", "worksheet", "numbers", "latex", "figures", "published", "site"):
        for ending in ("mjs", "py"):
            yield from sorted((_PACKAGE / folder).rglob(f"*.{ending}"))


def _quoted(message: str) -> str:
    return message.replace("\\", "\\\\").replace('"', '\\"')


def _line(path: Path, wanted: str) -> int | None:
    if not path.is_file() or "_katex" in path.parts or "_decimal" in path.parts:
        return None
    text = path.read_text("utf-8")
    at = text.find(wanted)
    return None if at < 0 else text.count("\n", 0, at) + 1


def _shown(path: Path) -> str:
    """A file of the package below its own name; another as it is."""
    return path.relative_to(_PACKAGE.parent).as_posix() if path.is_relative_to(_PACKAGE) else str(path)


def _settings(parts: Sequence[str], config: Path, whole: bool) -> Iterator[Found]:
    """Lines of the settings that hold the text, or say just the ``whole``: names of the site, titles of navigation."""
    for number, line in enumerate(read_text(config, "the settings of a site", _MAX_BYTES).split("\n"), 1):
        said = line.partition("#")[0]
        ways = {letters(each) for each in (said, *said.split(": "))}
        if any(part in ways if whole else part in letters(said) for part in parts):
            yield Found("setting", "", str(config), number, line.strip())
