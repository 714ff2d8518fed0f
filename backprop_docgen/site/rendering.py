"""The first phase of a build: the network is read, and all templates are rendered."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig

from backprop_docgen.errors import Problem
from backprop_docgen.latex.katex import Formula
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.page import Page
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.settings.ignored import ignored_by
from backprop_docgen.site import multilingual, swap
from backprop_docgen.site.language_option import site_languages
from backprop_docgen.site.options import BackpropConfig
from backprop_docgen.site.other_plugins import OFFLINE, plugin_of
from backprop_docgen.site.previews import wanted
from backprop_docgen.site.project import Project, Tutorial, navigation_order, numbered_pages, render, without_pages
from backprop_docgen.site.untranslated import untranslated
from backprop_docgen.site.variables import variables
from backprop_docgen.speed.pace import Ordinary

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

    from backprop_docgen.figures.picture import Painter, Picture
    from backprop_docgen.figures.scene import Drawer


@dataclass(frozen=True)
class Rendered:
    """A build under way: its settings, and the pages that come from templates, by their source files.

    ``site`` is what ``on_config`` made of the settings, ``lacking`` is what is not translated yet; ``installable``:
    readers may keep the site and install it.
    """

    config: MkDocsConfig
    site: multilingual.Site
    pace: Ordinary
    project: Project
    tutorial: Tutorial
    pages: Mapping[str, Page]
    drawer: Drawer
    painter: Painter
    previews: Mapping[str, Picture]
    aside: swap.Aside
    lacking: list[Problem]
    installable: bool

    def drawn(self) -> dict[str, Page]:
        """The pages with their figures. Raises V8Error."""
        return _by_source(self.tutorial.drawn(self.drawer))

    def language_of(self, source: str) -> Language:
        """What a source file's page is written in."""
        code = self.site.language_of(source).code
        return next(language for language in self.tutorial.languages if language.code == code)

    def file(self, source: str) -> str:
        """A page's file as people know it."""
        return f"{Path(self.config.docs_dir).name}/{source}"

    def abandon(self) -> None:
        """``on_build_error``: the last good site stays, and nothing goes on running."""
        self.pace.end()
        self.aside.abandon()

    def watch(self, server: LiveReloadServer) -> None:
        """Rebuild when something changes that MkDocs does not know of; what is watched already is not watched twice."""
        for path in [*self.tutorial.files, self.project.locales, self.project.practice]:
            if path is not None and path.exists():
                server.watch(str(path))


def begin(
    config: MkDocsConfig, options: BackpropConfig, site: multilingual.Site, pace: Ordinary, serving: bool = False
) -> Rendered:
    """``on_pre_build``: read the network, render all templates. Raises BackpropError with all that is wrong.

    Nobody keeps a site while it is written (``serving``), or one that needs no server.
    """
    aside = swap.begin(config)
    try:
        project = _project(config, options, site, pace)
        tutorial = render(project)
        settings = _shown(Path(config.config_file_path or "mkdocs.yml"))
        lacking = untranslated(project, site_languages(options.languages), settings, bool(config.site_description))
        found = _by_source(tutorial)
        drawer = pace.figures()
        drawer.begin(tutorial.scenes)
        fingerprints = {key: page.fingerprint for key, page in found.items()}
        pace.begin(fingerprints, lambda key: [Formula(*each) for each in found[key].formulas()])
        previews = wanted(config, site, tutorial.course, tutorial.languages)
        painter = pace.painter()
        painter.begin(list(previews.values()))
        config.nav = without_pages(config.nav, {page.name for page in tutorial.pages if not page.in_navigation})
    except BaseException:
        aside.abandon()
        raise
    installable = options.installable and not serving and plugin_of(config, OFFLINE) is None
    return Rendered(
        *(config, site, pace, project, tutorial, found, drawer, painter, previews, aside),
        lacking=lacking,
        installable=installable,
    )


def _by_source(tutorial: Tutorial) -> dict[str, Page]:
    return {f"{page.language}/{page.name}": page for page in tutorial.pages}


def _project(config: MkDocsConfig, options: BackpropConfig, site: multilingual.Site, pace: Ordinary) -> Project:
    root, docs = Path(config.config_file_path or ".").parent, Path(config.docs_dir)
    return Project(
        network=_shown(root / options.network),
        templates={language.code: docs / language.code for language in site.languages},
        worksheets=_shown(root / options.worksheets) if options.worksheets else None,
        practice=_shown(root / options.practice) if options.practice else None,
        order=navigation_order(config.nav),
        locales=_shown(root / "locales"),
        allowances=_shown(docs / ALLOWANCES),
        root=root,
        store=pace.store,
        bytecode=pace.bytecode,
        excluded=config.exclude_docs.match_file if config.exclude_docs else None,
        ignored=ignored_by(options.check),
        numbered=numbered_pages(config.nav, options.numbered),
        variables=variables(dict(config), site.languages),
    )


def _shown(path: Path) -> Path:
    """The path as people know it: relative to where they are, if it lies below."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd())  # noqa: PTH100  # a link keeps its name
    except ValueError:
        return path
