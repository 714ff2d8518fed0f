"""The finished Markdown pages in a folder, for any other generator."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from backprop_docgen.assets import asset_files, script_texts
from backprop_docgen.errors import MathError
from backprop_docgen.figures.scene import OnDemand
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.latex.katex_files import asset_files as katex_asset_files
from backprop_docgen.site.bad_formulas import placed
from backprop_docgen.site.data_files import MOST_FORMULAS, Manifest, values_csv, values_json, worksheet_json
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import Tutorial, render
from backprop_docgen.site.workshop import Workshop


def render_to(out: Path, config: Path, network: Path | None = None) -> int:
    """Write pages, downloads, worksheets and assets; returns how many files.

    Everything is rendered before anything is written, and written aside first, so a failure leaves
    ``out`` as it was. Raises BackpropError.
    """
    project = read_project(config, network)
    tutorial = render(project).drawn(OnDemand())
    _require_formulas(tutorial, project.docs)
    files = _files(tutorial)
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


def _files(tutorial: Tutorial) -> dict[str, bytes]:
    course, names = tutorial.course, tutorial.course.default.worksheet.names()
    texts = {f"{page.language}/{page.name}": page.markdown for page in tutorial.pages}
    texts |= {
        "downloads/values.csv": values_csv(course, names, MOST_FORMULAS),
        "downloads/values.json": values_json(course, names, MOST_FORMULAS),
        "worksheet.json": worksheet_json(
            course, Manifest({f"{page.language}/{page.name}": page.shown for page in tutorial.pages})
        ),
    }
    binary = {name: path.read_bytes() for name, path in (katex_asset_files() | asset_files()).items()}
    texts |= script_texts()
    return {name: text.encode() for name, text in texts.items()} | binary
