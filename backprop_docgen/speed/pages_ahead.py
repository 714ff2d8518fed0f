"""Pages put into the theme and finished on the other core, from the last one back.

MkDocs goes on asking for every page; for one that is known, the theme's template answers with the finished page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from backprop_docgen.speed.log_capture import listening
from backprop_docgen.speed.parallel import Shared

_OURS: Final = frozenset({"search", "material/search", "backprop-docgen"})
"""Plugins and hooks whose events of a page may run in a copy: what they leave behind there is not needed."""
_LEAST: Final = 40_000
"""Fewer characters are not worth a copy of the process."""

Finished = tuple[str, Any]
"""A finished page, and what else is known of it."""
Finish = Callable[[str, Page], Finished]
"""Finishes what the theme made of a page."""


class PagesAhead:
    """The pages of one build; ``finish`` finishes what the theme made of one."""

    def __init__(self, config: MkDocsConfig, finish: Finish) -> None:
        self.config = config
        self.finish = finish
        self._places: dict[str, int] = {}
        self._shared: Shared[Finished] | None = None

    def begin(self, env: Environment, nav: Navigation, files: Files) -> None:
        """Let the other core begin."""
        pages = [file.page for file in files.documentation_pages() if file.page is not None]
        if sum(len(page.content or "") for page in pages) > _LEAST and self.config.plugins.keys() <= _OURS:
            self._places = {page.file.src_uri: at for at, page in enumerate(pages)}
            self._shared = Shared(lambda at: self._finish(pages[at], env, nav, files), len(pages))
            _answer(env, self.known)

    def known(self, page: Page) -> Finished | None:
        """A finished page; None for one that is to be made here."""
        at = self._places.get(page.file.src_uri)
        return self._shared.result(at) if self._shared is not None and at is not None else None

    def end(self) -> None:
        """Leave nothing running."""
        if self._shared is not None:
            self._shared.end()

    def _finish(self, page: Page, env: Environment, nav: Navigation, files: Files) -> Finished | None:
        """In the copy: what MkDocs does with a page. One about which something is said is left to the original."""
        with listening() as said:
            page.active = True
            context = get_context(nav, files, self.config, page)
            template = env.get_template(page.meta.get("template", "main.html"))
            context = self.config.plugins.on_page_context(context, page=page, config=self.config, nav=nav)
            finished = self.finish(template.render(context), page)
            page.active = False
        return None if said else finished


def _answer(env: Environment, known: Callable[[Page], Finished | None]) -> None:
    """Let the templates of ``env`` answer with what is known of a page."""

    class KnownTemplate(env.template_class):  # type: ignore[name-defined, misc]  # it is whatever the environment has
        def render(self, *args: Any, **kwargs: Any) -> str:
            page = dict(*args, **kwargs).get("page")
            found = None if page is None else known(page)
            return str(super().render(*args, **kwargs)) if found is None else found[0]

    env.template_class = KnownTemplate
