"""The drafts of all templates: those that are known from the store, the others rendered, on two cores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import BytecodeCache

from backprop_docgen.pages.draft import Draft, Template, from_json
from backprop_docgen.speed.parallel import share
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.worksheet.course import Course

KIND: Final = "drafts"


@dataclass(frozen=True)
class KeptDrafts:
    """Renders templates, and keeps their drafts; ``sources`` is a digest of the files that the course comes from."""

    store: Store
    bytecode: BytecodeCache
    sources: str

    def __call__(self, templates: Sequence[Template], course: Course) -> list[Draft]:
        """The draft of each template; one with problems is not kept."""
        known = {template.file: self._known(template) for template in templates}
        pages = {name: place for place, name in enumerate(dict.fromkeys(template.name for template in templates))}
        new = [template for template in templates if known[template.file] is None]
        new.sort(key=lambda template: pages[template.name])  # what all languages of a page show is computed once
        rendered = self._render(new, course)
        for template, draft in zip(new, rendered, strict=True):
            known[template.file] = draft
            if not draft.problems:
                self.store.save(KIND, self._key(template), draft.to_json())
        return [draft for draft in known.values() if draft is not None]

    def _render(self, templates: Sequence[Template], course: Course) -> list[Draft]:
        if not templates:
            return []
        from backprop_docgen.pages.render_template import render_template

        return share(lambda template: render_template(template, course, self.bytecode), templates)

    def _known(self, template: Template) -> Draft | None:
        data = self.store.load(KIND, self._key(template))
        try:
            return from_json(template, data) if data is not None else None
        except (LookupError, TypeError, ValueError):
            return None

    def _key(self, template: Template) -> str:
        spoken = template.language
        language = json.dumps([spoken.code, spoken.mark, sorted(spoken.strings.items())])
        settings = json.dumps(template.settings, sort_keys=True, default=str)
        taken = json.dumps([[each.name, each.file, each.source] for each in template.taken_in.files])
        return digest(self.sources, language, template.file, template.source, template.shared, taken, settings)
