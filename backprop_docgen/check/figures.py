"""The figures of a site, drawn anew from its worksheets and compared: labels, ticks, curves, descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from backprop_docgen.check.difference import differences
from backprop_docgen.check.recount import reason
from backprop_docgen.errors import BackpropError
from backprop_docgen.figures.figure import KINDS, Scene, draw
from backprop_docgen.finding import Finding
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.variants import model_weights


@dataclass
class Figures:
    """Every figure of a site in every language, drawn once."""

    course: Course
    _drawn: dict[tuple[str, str], str] = field(default_factory=dict)

    def svg(self, kind: str, language: Language) -> str:
        """The SVG of a kind of figure; raises BackpropError where the network has none."""
        key = (kind, language.code)
        if key not in self._drawn:
            self._drawn[key] = draw(kind, self._scene(language)).svg
        return self._drawn[key]

    def _scene(self, language: Language) -> Scene:
        sheet = self.course.default
        model = model_weights(sheet.network)
        return Scene(
            network=sheet.network,
            worksheet=sheet.worksheet,
            language=language,
            decimals=sheet.network.display.decimals,
            losses=lambda: [float(loss) for loss in sheet.history().losses],
            output_weight=model.output,
            hidden_weight=model.hidden,
        )


def check_figures(page: BuiltPage, figures: Figures, language: Language) -> Iterator[Finding]:
    """The figures of a page."""
    for item in page.items:
        if item.kind != "figure":
            continue
        kind, offset = item.data["kind"], page.offset(item.spot)
        if kind not in KINDS:
            yield page.lines.finding("figure", offset, f"there is no figure of the kind {kind!r}", kind[:40])
            continue
        try:
            expected = figures.svg(kind, language)
        except BackpropError as error:
            yield page.lines.finding("figure", offset, f"this network has no such figure: {reason(error)}", kind)
            continue
        for difference in differences(item.text, expected):
            found, wanted = difference.found[:60], difference.expected[:60]
            yield page.lines.finding(
                "figure",
                offset + difference.offset,
                f"the figure {kind} has {found!r} where the worksheet gives {wanted!r}",
                difference.found[:80],
                difference.expected[:80],
            )
