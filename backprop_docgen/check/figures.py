"""The figures of a site, drawn anew from its worksheets and compared: labels, ticks, curves, descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backprop_docgen.check.difference import html_differences
from backprop_docgen.check.recount import reason
from backprop_docgen.errors import TemplateError
from backprop_docgen.figures.figure import Figure, Request, tried
from backprop_docgen.figures.scene import KINDS, Scene, requests
from backprop_docgen.finding import Finding
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.v8.context import Context
from backprop_docgen.worksheet.course import Course

_Key = tuple[str, str]  # kind and worksheets ("circuit@warm-up"), and code of the language
Figures = Mapping[_Key, Figure | str]
"""What the pages of a site should show, by kind, worksheets and language; or why that cannot be drawn."""


def wanted_figures(
    pages: Iterable[BuiltPage], course: Course, languages: Mapping[str, Language]
) -> dict[_Key, Request | str]:
    """What V8 needs of each figure that pages show; or why there is none."""
    every = {(item.data["shown"], page.language) for page in pages for item in page.items if item.kind == "figure"}
    found: dict[_Key, Request | str] = {}
    scenes = {}
    for shown, code in sorted(every):
        try:
            scenes[shown, code] = Scene.of(shown, course, languages[code])
        except TemplateError as error:
            found[shown, code] = reason(error)
    return found | dict(zip(scenes, requests(scenes.values()), strict=True))


def drawn(wanted: Mapping[_Key, Request | str], context: Context) -> Figures:
    """Every figure, in one batch."""
    todo = {key: each for key, each in wanted.items() if isinstance(each, Request)}
    refused = {key: each for key, each in wanted.items() if isinstance(each, str)}
    return refused | dict(zip(todo, tried(context, list(todo.values())), strict=True))


def check_figures(page: BuiltPage, figures: Figures) -> Iterator[Finding]:
    """The figures of a page."""
    for item in page.items:
        if item.kind != "figure":
            continue
        kind, shown, offset = item.data["kind"], item.data["shown"], page.offset(item.spot)
        if kind not in KINDS:
            yield page.lines.finding("figure", offset, f"there is no figure of the kind {kind!r}", kind[:40])
            continue
        expected = figures[shown, page.language]
        if isinstance(expected, str):
            yield page.lines.finding("figure", offset, f"this network has no such figure: {expected}", shown[:40])
            continue
        for difference in html_differences(item.text, expected.html):
            found, wanted = difference.found[:60], difference.expected[:60]
            yield page.lines.finding(
                "figure",
                offset + difference.offset,
                f"the figure {shown} has {found!r} where the worksheet gives {wanted!r}",
                difference.found[:80],
                difference.expected[:80],
            )
