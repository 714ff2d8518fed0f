"""The pages of this tutorial with other networks, rendered in this process: each template is compiled once for all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from backprop_docgen.figures.scene import OnDemand
from backprop_docgen.pages.draft import Draft, Template
from backprop_docgen.pages.page import Page, render_pages
from backprop_docgen.pages.render_template import render_template
from backprop_docgen.site.mkdocs_yml import read_project
from backprop_docgen.site.project import Tutorial, languages, load_course
from backprop_docgen.worksheet.course import Course
from built import ROOT, once


class _Compiled(BytecodeCache):
    """Compiled templates by their names; Jinja compiles anew what has changed."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_FIGURES = OnDemand()


def rendered(network: Path) -> list[Page]:
    """Every page, in every language."""
    project = read_project(ROOT / "mkdocs.yml", network)
    course, files = load_course(project.network, project.worksheets)
    spoken = languages(list(project.templates), course.default.network, project.locales)
    order, excluded = project.order, project.excluded
    pages = render_pages(project.templates, order, course, spoken, _drafts, excluded, project.variables)
    return Tutorial(course, pages, files, spoken).drawn(_FIGURES).pages


class Finished(NamedTuple):
    """A finished page."""

    language: str
    name: str
    markdown: str


def rendered_once(folder: Path, network: Path) -> list[Finished]:
    """Every page, in every language, rendered by the first of a run's processes and kept in a folder for the others."""

    def make(new: Path) -> None:
        pages = [Finished(page.language, page.name, page.markdown) for page in rendered(network)]
        new.mkdir()
        (new / "pages.json").write_text(json.dumps(pages), "utf-8")

    return [Finished(*each) for each in json.loads((once(folder, make) / "pages.json").read_text("utf-8"))]


def _drafts(templates: Sequence[Template], course: Course) -> list[Draft]:
    return [render_template(template, course, _COMPILED) for template in templates]
