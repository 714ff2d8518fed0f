"""The settings of a site, and what follows from them: its course, its languages, its finished pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .cache import TrainingCache
from .course import Course, build_course, train_network
from .language import Language, load_language
from .network import Network
from .network_file import read_network
from .page import Page, render_pages, require_templates
from .variants import add_variants
from .worksheet_file import add_named_worksheets


@dataclass(frozen=True)
class Project:
    """Where things are: the network file, the templates by language, the named worksheets, the navigation."""

    network: Path
    templates: dict[str, Path]
    worksheets: Path | None = None
    cache: Path | None = None
    order: Sequence[str] = field(default_factory=tuple)


def navigation_order(nav: object) -> list[str]:
    """The pages of MkDocs's ``nav``, as they come (sections opened up)."""
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [page for entry in nav.values() for page in navigation_order(entry)]
    return [page for entry in nav for page in navigation_order(entry)] if isinstance(nav, list) else []


@dataclass(frozen=True)
class Tutorial:
    """A rendered site: the course it was computed from, its pages, and the network files read."""

    course: Course
    pages: list[Page]
    files: list[Path]


def load_course(
    network: Path, worksheets: Path | None = None, cache: Path | None = None
) -> tuple[Course, list[Path]]:
    """Read the network and the named worksheets; returns the course and the files read."""
    run = TrainingCache(cache).run if cache else train_network
    found = build_course(read_network(network), str(network), run)
    add_variants(found)
    files = [network]
    if worksheets is not None:
        files += [worksheets, *add_named_worksheets(found, worksheets)]
    return found, files


def languages(codes: Sequence[str], network: Network) -> list[Language]:
    """The languages of the site, each with the decimal mark of the network file."""
    return [load_language(code, network.display.decimal_mark.get(code, ".")) for code in codes]


def render(project: Project) -> Tutorial:
    """Render every page of a project; raises BackpropError with all problems found."""
    require_templates(project.templates)
    course, files = load_course(project.network, project.worksheets, project.cache)
    spoken = languages(list(project.templates), course.default.network)
    return Tutorial(course, render_pages(project.templates, project.order, course, spoken), files)
