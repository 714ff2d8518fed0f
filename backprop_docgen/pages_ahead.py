"""Half of the pages, put into the theme and finished on the other core.

MkDocs goes on asking for every page; for one that is known, the theme's template answers with the finished page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from .listening import listening
from .parallel import Copy, cores, last_half

_OURS: Final = frozenset({"search", "material/search", "backprop-docgen"})
"""Plugins and hooks whose events of a page may run in a copy: what they leave behind there is not needed."""
_LEAST: Final = 20_000
"""Fewer characters are not worth a copy of the process."""

Finished = tuple[str, Any]
"""A finished page, and what else is known of it."""


class PagesAhead:
    """The pages of one build; ``finish`` finishes what the theme made of one."""

    def __init__(self, config: MkDocsConfig, finish: Callable[[str, Page], Finished]) -> None:
        self.config = config
        self.finish = finish
        self._ahead: set[str] = set()
        self._done: dict[str, Finished] = {}
        self._copy: Copy | None = None

    def begin(self, env: Environment, nav: Navigation, files: Files) -> None:
        """Let the other core begin with the last half of the pages."""
        pages = [file.page for file in files.documentation_pages() if file.page is not None]
        theirs = last_half(pages, _length)
        if cores() > 1 and sum(map(_length, theirs)) > _LEAST and self.config.plugins.keys() <= _OURS:
            self._ahead = {page.file.src_uri for page in theirs}
            self._copy = Copy(lambda _: self._finish_all(theirs, env, nav, files))
            _answer(env, self.known)

    def known(self, page: Page) -> Finished | None:
        """A finished page; None for one that has still to be made."""
        if self._copy is not None and page.file.src_uri in self._ahead:
            self._ahead = set()
            self._done = dict(self._copy)
            self.end()
        return self._done.get(page.file.src_uri)

    def end(self) -> None:
        """Leave nothing running."""
        if self._copy is not None:
            self._copy.end()

    def _finish_all(
        self, pages: Sequence[Page], env: Environment, nav: Navigation, files: Files
    ) -> Iterator[tuple[str, Finished]]:
        """In the copy: what MkDocs does with each page. One about which something is said is left to the original."""
        for page in pages:
            with listening(alone=True) as said:
                page.active = True
                context = get_context(nav, files, self.config, page)
                template = env.get_template(page.meta.get("template", "main.html"))
                context = self.config.plugins.on_page_context(context, page=page, config=self.config, nav=nav)
                finished = self.finish(template.render(context), page)
                page.active = False
            if not said:
                yield page.file.src_uri, finished


def _length(page: Page) -> int:
    return len(page.content or "")


def _answer(env: Environment, known: Callable[[Page], Finished | None]) -> None:
    """Let the templates of ``env`` answer with what is known of a page."""

    class KnownTemplate(env.template_class):  # type: ignore[name-defined, misc]  # it is whatever the environment has
        def render(self, *args: Any, **kwargs: Any) -> str:
            page = dict(*args, **kwargs).get("page")
            found = None if page is None else known(page)
            return str(super().render(*args, **kwargs)) if found is None else found[0]

    env.template_class = KnownTemplate
