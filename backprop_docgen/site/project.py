"""The settings of a site, and what follows from them: its course, its languages, its finished pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache

from backprop_docgen.disk import read_bytes
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.pages.draft import SHARED, read_template, template_file, template_names
from backprop_docgen.pages.page import Page, render_pages, render_templates, require_templates
from backprop_docgen.settings.allowances import Placed, marks, read_allowances
from backprop_docgen.settings.ignored import Ignored
from backprop_docgen.site.practice_data import network_files
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.speed.drafts import KeptDrafts
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.training_runs import TrainingCache
from backprop_docgen.worksheet.course import Course, build_course, train_network
from backprop_docgen.worksheet.worksheets_toml import add_named_worksheets

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Drawer, Scene

_MAX_BYTES: Final = 5_000_000  # a larger file is no page


@dataclass(frozen=True)
class Project:
    """Where things are: the network file, the templates by language, the named worksheets, the folder of the networks
    to practise with, the navigation.

    ``locales`` holds message catalogues of the project's own, ``<code>.po``; ``allowances`` lists numbers that
    may be typed by hand; ``store`` and ``bytecode`` keep results and compiled templates, if anything does;
    ``speed``: whether anything may; ``excluded`` tells of a file below the folder of all languages whether MkDocs
    leaves it out; ``ignored`` is what a check of the site passes over; ``numbered`` are the pages that are counted;
    ``variables`` has by language what templates call ``config``.
    """

    network: Path
    templates: dict[str, Path]
    worksheets: Path | None = None
    practice: Path | None = None
    order: Sequence[str] = field(default_factory=tuple)
    locales: Path | None = None
    allowances: Path | None = None
    root: Path | None = None
    store: Store | None = None
    bytecode: BytecodeCache | None = None
    speed: bool = True
    excluded: Callable[[str], bool] | None = None
    ignored: tuple[Ignored, ...] = ()
    numbered: Sequence[str] = ()
    variables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def docs(self) -> Path:
        """The folder of all languages."""
        return next(iter(self.templates.values())).parent

    def template_files(self) -> Iterator[tuple[str, str, Path]]:
        """Each template: its language, its name below the language's folder, its path."""
        for code, folder in self.templates.items():
            for name in template_names(folder, self.excluded):
                yield code, name, folder / name


def navigation_order(nav: object) -> list[str]:
    """The pages of MkDocs's ``nav``, as they come (sections opened up)."""
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [page for entry in nav.values() for page in navigation_order(entry)]
    return [page for entry in nav for page in navigation_order(entry)] if isinstance(nav, list) else []


def numbered_pages(nav: object, group: str | None) -> list[str]:
    """The pages of the group of MkDocs's ``nav`` that is counted, as they come; none where none is."""
    if isinstance(nav, dict):
        return navigation_order(nav[group]) if group in nav else numbered_pages(list(nav.values()), group)
    return [page for entry in nav for page in numbered_pages(entry, group)] if isinstance(nav, list) else []


def without_pages(nav: object, names: Container[str]) -> object:
    """MkDocs's ``nav`` without some pages, and without sections that this leaves empty."""
    if isinstance(nav, list):
        return [kept for entry in nav if (kept := without_pages(entry, names))]
    if isinstance(nav, dict):
        return {title: kept for title, entry in nav.items() if (kept := without_pages(entry, names))}
    return None if nav in names else nav


@dataclass(frozen=True)
class Tutorial:
    """A rendered site: its course, its pages, the files read, the languages, the numbers that may be typed."""

    course: Course
    pages: list[Page]
    files: list[Path]
    languages: list[Language]
    allowances: list[Placed] = field(default_factory=list)

    @property
    def scenes(self) -> list[Scene]:
        """What the figures of all pages are drawn from."""
        from backprop_docgen.figures.scene import Scene

        spoken = {language.code: language for language in self.languages}
        return [Scene.of(shown, self.course, spoken[page.language]) for page in self.pages for shown in page.figures]

    def drawn(self, drawer: Drawer) -> Tutorial:
        """The same with its figures. Raises V8Error."""
        figures = iter(drawer.draw(self.scenes))
        pages = [page.drawn({shown: next(figures) for shown in page.figures}) for page in self.pages]
        return replace(self, pages=pages)


def load_course(network: Path, worksheets: Path | None = None, store: Store | None = None) -> tuple[Course, list[Path]]:
    """Read the network and the named worksheets; returns the course and the files read."""
    run = TrainingCache(store).run if store else train_network
    found = build_course(read_network(network), str(network), run)
    add_variations(found)
    files = [network]
    if worksheets is not None:
        files += [worksheets, *add_named_worksheets(found, worksheets)]
    return found, files


def languages(codes: Sequence[str], network: Network, locales: Path | None = None) -> list[Language]:
    """The languages of the site, each with the decimal mark of the network file."""
    return [load_language(code, network.display.decimal_mark.get(code, "."), locales) for code in codes]


def render(project: Project) -> Tutorial:
    """Render every page of a project; raises BackpropError with all problems found."""
    require_templates(project.templates)
    course, files = load_course(project.network, project.worksheets, project.store)
    spoken = languages(list(project.templates), course.default.network, project.locales)
    rendered = render_templates
    if project.store and project.bytecode:
        sources = digest(*(path.read_text("utf-8") for path in files))
        rendered = KeptDrafts(project.store, project.bytecode, sources)
    order, excluded = project.order, project.excluded
    pages = render_pages(project.templates, order, course, spoken, rendered, excluded, project.variables)
    files += network_files(project.practice)
    return Tutorial(course, pages, files, spoken, allowances(project))


def allowances(project: Project) -> list[Placed]:
    """The numbers that may be typed by hand: those of the list file, and those marked in the pages."""
    found = read_allowances(project.allowances)[1] if project.allowances else []
    for code, name, page in project.template_files():
        template = read_template(project.templates[code], name, Language(code))
        for file, source in template.sources.items():
            found += marks(source, name, code, str(page) if file == template.file else file)[0]
    return found


def source_digests(project: Project, files: Iterable[Path]) -> dict[str, str]:
    """A digest of each template, and of each file that was read beside the network itself, by its name.

    Raises SiteError for one that cannot be read.
    """
    found = {template_file(project.templates[code], name): page for code, name, page in project.template_files()}
    common = project.docs / SHARED
    found |= {template_file(common, name): common / name for name in template_names(common)}
    others = [*files, *network_files(project.practice), *([project.allowances] if project.allowances else [])]
    root = project.network.parent if project.root is None else project.root
    for path in others:
        if path != project.network and path.is_file():
            found[_below(path, root)] = path
    return {name: _digest(path, name) for name, path in found.items()}


def _digest(path: Path, name: str) -> str:
    try:
        return hashlib.sha256(read_bytes(path, _MAX_BYTES)).hexdigest()[:16]
    except OSError as error:
        raise SiteError(Problem(f"cannot be read ({error.strerror})", name)) from None


def _below(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name
