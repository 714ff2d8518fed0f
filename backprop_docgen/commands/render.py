"""The finished Markdown pages in a folder: as MkDocs takes them, with all their marks, or plain, for any generator."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from backprop_docgen.assets import asset_files, script_texts
from backprop_docgen.errors import MathError
from backprop_docgen.figures.scene import OnDemand
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.latex.katex_files import asset_files as katex_asset_files
from backprop_docgen.pages.draft import ENDINGS
from backprop_docgen.plain.notebook import PageSource
from backprop_docgen.plain.page import converted_pages, plain_pages
from backprop_docgen.plain.writer import TRIED
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.site.bad_formulas import placed
from backprop_docgen.site.data_files import Manifest, worksheet_json
from backprop_docgen.site.downloads import value_files
from backprop_docgen.site.mkdocs_yml import read_extensions, read_project, site_address, site_names
from backprop_docgen.site.notebooks import address, in_notebook, notebook_of
from backprop_docgen.site.project import Project, Tutorial, render
from backprop_docgen.site.workshop import Workshop

Files = dict[str, bytes]


def render_to(out: Path, config: Path, network: Path | None = None, flavor: str = "mkdocs") -> int:
    """Write pages and what they need, in one of ``FLAVORS``; returns how many files.

    Everything is rendered before anything is written, and written aside first, so a failure leaves
    ``out`` as it was. Raises BackpropError.
    """
    project = read_project(config, network)
    tutorial = render(project).drawn(OnDemand())
    _require_formulas(tutorial, project.docs)
    files = FLAVORS[flavor](tutorial, _beside(project), config)
    with closing(Workshop(out)) as workshop:
        workshop.fill(files)
        workshop.add()
    return len(files)


def _require_formulas(tutorial: Tutorial, docs: Path) -> None:
    """Raise MathError for the formulas that KaTeX does not take."""
    pages = {f"{page.language}/{page.name}": page for page in tutorial.pages}
    formulas = {source: [Formula(*each) for each in page.formulas()] for source, page in pages.items()}
    renderer = Renderer()
    try:
        renderer.render_many(each for own in formulas.values() for each in own)
    except MathError as error:
        raise placed(error, formulas, docs, lambda source, tex: pages[source].line_of(tex)) from None
    finally:
        renderer.close()


def _beside(project: Project) -> Files:
    """What authors have put beside the pages: pictures, say."""
    found = {}
    for path in sorted(project.docs.rglob("*")):
        name = path.relative_to(project.docs).as_posix()
        ours = name.endswith(ENDINGS) or name == ALLOWANCES or any(part.startswith(".") for part in name.split("/"))
        if path.is_file() and not ours and not (project.excluded and project.excluded(name)):
            found[name] = path.read_bytes()
    return found


def _marked(tutorial: Tutorial, beside: Files, config: Path) -> Files:
    """The pages as this site's own build takes them, with its styles and scripts, and what lists their numbers."""
    manifest = Manifest({f"{page.language}/{page.name}": page.shown for page in tutorial.pages})
    texts = _finished(tutorial) | script_texts() | {"worksheet.json": worksheet_json(tutorial.course, manifest)}
    binary = {name: path.read_bytes() for name, path in (katex_asset_files() | asset_files()).items()}
    return beside | _downloads(tutorial, config) | _encoded(texts) | binary


def _plain(tutorial: Tutorial, beside: Files, config: Path) -> Files:
    """The pages without marks, and their figures; what only the site can do is linked there, if it is published."""
    kept = replace(tutorial, pages=[page for page in tutorial.pages if not page.site_only])
    every, pages, files = _finished(tutorial), _finished(kept), beside | _downloads(tutorial, config)
    on_site = site_address(config)

    def address(page: str, link: str) -> str | None:
        """Where a link leads from here."""
        try:
            target = urlsplit(link)
        except ValueError:  # no address at all
            return link
        there = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.path)) if target.path else page
        if target.scheme or target.netloc or there in files:
            return link
        here = there in pages and not link.startswith(TRIED)
        if here or there not in every or on_site is None:
            return link if here else None
        return f"{on_site(there)}#{target.fragment}".rstrip("#")

    for name, page in plain_pages(pages, read_extensions(config), address).items():
        figures = {posixpath.join(posixpath.dirname(name), file): svg for file, svg in page.figures.items()}
        files |= _encoded({name: page.markdown} | figures)
    return files


def _finished(tutorial: Tutorial) -> dict[str, str]:
    return {f"{page.language}/{page.name}": page.markdown for page in tutorial.pages}


def _downloads(tutorial: Tutorial, config: Path) -> Files:
    return _encoded(value_files(tutorial) | _notebooks(tutorial, config))


def _notebooks(tutorial: Tutorial, config: Path) -> dict[str, str]:
    pages, names, on_site = _finished(tutorial), site_names(config), site_address(config)
    counted, extensions, found = in_notebook(read_project(config)), read_extensions(config), {}
    for language in tutorial.languages:
        wanted = [f"{language.code}/{name}" for name in counted]
        converted = converted_pages({name: pages[name] for name in wanted if name in pages}, extensions)
        sources = [PageSource(name, html) for name, html in converted.items()]

        def elsewhere(page: str) -> str | None:
            return on_site(page) if on_site is not None and page in pages else None

        home = elsewhere(f"{language.code}/index.md")
        found[address(language.code)] = notebook_of(sources, language, names[language.code], home, elsewhere)
    return found


def _encoded(texts: Mapping[str, str | bytes]) -> Files:
    return {name: text.encode() if isinstance(text, str) else text for name, text in texts.items()}


FLAVORS: Final[Mapping[str, Callable[[Tutorial, Files, Path], Files]]] = {"mkdocs": _marked, "plain": _plain}
