"""A check as the command line asks for it: which project, which network, what to compare a site with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from backprop_docgen import __version__
from backprop_docgen.check.rebuilt_course import default_network
from backprop_docgen.check.rebuilt_site import check_rebuilt
from backprop_docgen.check.site import Against, check_copy, read_copy
from backprop_docgen.check.sources import apply_fixes, check_sources
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.commands.rebuild import Rebuild
from backprop_docgen.errors import BackpropError, Problem, SiteError
from backprop_docgen.finding import Finding, Lines, in_order
from backprop_docgen.latex.equations_hold import BROKEN
from backprop_docgen.network.file import read_network
from backprop_docgen.pages.page import require_templates
from backprop_docgen.site.mkdocs_yml import read_project, site_folder
from backprop_docgen.site.project import Project, languages, load_course, render, source_digests
from backprop_docgen.speed.store import FOLDER, Store
from backprop_docgen.speed.training_runs import TrainingCache
from backprop_docgen.worksheet.arithmetic import arithmetic
from backprop_docgen.worksheet.course import train_network

_DEFAULT: Final = Path("mkdocs.yml")
_QUOTED: Final = re.compile("'([^']+)'")


def run_sources(config: Path, network: Path | None, fix: bool) -> tuple[list[Finding], Mapping[str, int]]:
    """Check the sources of a project, and with ``fix`` mend what can be mended; returns what was put right, too."""
    project = read_project(config, network)
    require_templates(project.templates)
    course, _ = load_course(project.network, project.worksheets)
    spoken = languages(list(project.templates), course.default.network, project.locales)
    found = check_sources(project, course, spoken)
    fixed: Mapping[str, int] = {}
    if fix and found.fixes:
        fixed = apply_fixes(project.docs.parent, found.fixes)
        found = check_sources(project, course, spoken)
    return in_order([*found.findings, *_rendering(project)]), fixed


def _rendering(project: Project) -> Iterator[Finding]:
    """What stops a build where templates are rendered: equations that do not hold, names that nobody knows."""
    try:
        render(project)
    except SiteError as error:
        raise error from None
    except BackpropError as error:
        for problem in error.problems:
            path = project.docs.parent / (problem.file or "")
            lines = Lines(problem.file or "", path.read_text("utf-8") if path.is_file() else "")
            code = "equation" if BROKEN in problem.message else "template"
            message = ": ".join(part for part in (problem.key, problem.message) if part)
            text = problem.key or _named(problem.message)
            yield lines.finding(code, _place(lines, problem, text), message, text, None, problem.advice)


def _named(message: str) -> str:
    """What a message names in quotes: 'figrue' is undefined."""
    found = _QUOTED.search(message)
    return found[1] if found else ""


def _place(lines: Lines, problem: Problem, text: str) -> int:
    """Where it stands: at its column, else where its line has what is wrong, else where the line begins."""
    start = lines.offset(problem.line or 1, problem.column or 1)
    end = lines.text.find("\n", start)
    if problem.line is None or problem.column is not None:
        return start
    return max(start, lines.text.find(text, start, end if end >= 0 else len(lines.text)))


def run_site(site: Path, network: Path | None, config: Path | None) -> list[Finding]:
    """Check a built site. It is compared with a project when that is named, or is the one at hand that builds there.

    The project is also built anew, unless the site is stale or another network is given, and that is compared.
    """
    project = _project(site, config)
    run = TrainingCache(Store(Path(FOLDER))).run if _keeps_results() else train_network
    given = None if network is None else read_network(network)
    copy = SiteCopy(site)
    stored = read_copy(copy)
    if project is None:
        against = None if given is None else Against(given, str(network))
        return check_copy(copy, stored, given, run, against)
    _, files = load_course(project.network, project.worksheets)
    own, sources = read_network(network or project.network), source_digests(project, files)
    against = Against(own, str(network or project.network), sources)
    ours = given is None and stored.version == __version__ and dict(stored.sources) == sources
    if not ours or stored.arithmetic != arithmetic():
        return check_copy(copy, stored, given, run, against)
    built_from = default_network(stored.worksheets, stored.file)
    other = None if built_from == own else built_from
    with Rebuild(config or _DEFAULT, stored.address, stored.epoch, other) as rebuild:
        findings = check_copy(copy, stored, given, run, against)
        try:
            findings += check_rebuilt(copy, stored, rebuild.site())
        except SiteError as error:
            findings += (Lines(each.file or "", "").finding("stale", 0, each.message) for each in error.problems)
    return in_order(findings)


def _keeps_results() -> bool:
    """Whether there is a project in this folder, and it may keep results."""
    try:
        return _DEFAULT.is_file() and read_project(_DEFAULT).speed
    except BackpropError:
        return False


def _project(site: Path, config: Path | None) -> Project | None:
    """The named project; or the one in this folder, if its site is the one to be checked."""
    if config is not None:
        return read_project(config)
    if not _DEFAULT.is_file():
        return None
    try:
        ours = site_folder(_DEFAULT).resolve() == site.resolve()
        return read_project(_DEFAULT) if ours else None
    except (BackpropError, OSError, RuntimeError):
        return None
