"""The drafts of all templates: those that are known from the store, the others drawn, on two cores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache

from backprop_docgen.errors import TemplateError
from backprop_docgen.pages.draft import Draft, Template, from_json
from backprop_docgen.speed.parallel import share
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.worksheet.course import Course

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Drawer as FigureDrawer
    from backprop_docgen.figures.scene import Scene

KIND: Final = "drafts"


@dataclass(frozen=True)
class Drawer:
    """Draws drafts, and remembers them; ``sources`` is a digest of the files that the course comes from."""

    store: Store
    bytecode: BytecodeCache
    sources: str
    figures: FigureDrawer | None = None

    def __call__(self, templates: Sequence[Template], course: Course) -> list[Draft]:
        """The draft of each template; one with problems is not remembered."""
        known = {template.file: self._known(template) for template in templates}
        new = [template for template in templates if known[template.file] is None]
        drawn = self._draw(new, course)
        for template, draft in zip(new, drawn, strict=True):
            known[template.file] = draft
            if not draft.problems:
                self.store.save(KIND, self._key(template), draft.to_json())
        return [draft for draft in known.values() if draft is not None]

    def _draw(self, templates: Sequence[Template], course: Course) -> list[Draft]:
        if not templates:
            return []
        if self.figures is not None:
            scenes = [scene for template in templates for scene in _scenes(template, course)]
            self.figures.begin(scenes)
        from backprop_docgen.pages.render_template import draw

        if self.figures is not None:
            self.figures.draw(scenes)  # before this process is copied
        return share(lambda template: draw(template, course, self.bytecode, self.figures), templates)

    def _known(self, template: Template) -> Draft | None:
        data = self.store.load(KIND, self._key(template))
        try:
            return from_json(template, data) if data is not None else None
        except (LookupError, TypeError, ValueError):
            return None

    def _key(self, template: Template) -> str:
        spoken = template.language
        language = json.dumps([spoken.code, spoken.mark, sorted(spoken.strings.items())])
        return digest(self.sources, language, template.file, template.source, template.shared)


def _scenes(template: Template, course: Course) -> Iterator[Scene]:
    """The figures that a template seems to show."""
    from backprop_docgen.figures.scene import KINDS, Scene

    for kind in KINDS:
        if f'"{kind}"' in template.source + template.shared:
            with suppress(TemplateError):
                yield Scene(kind, course.default, template.language)
