"""How a build goes: the ordinary way, or faster. It is chosen once, by the option ``speed``; no step asks again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache, Environment

from backprop_docgen.errors import MathError
from backprop_docgen.figures.figure import script as drawing
from backprop_docgen.figures.picture import Painter, PaintOnDemand
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.speed.drawings import KeptFigures, KeptPictures
from backprop_docgen.speed.formulas import KIND as FORMULAS
from backprop_docgen.speed.formulas import Typeset, Typesetting, with_fonts
from backprop_docgen.speed.store import FOLDER as STORE
from backprop_docgen.speed.store import Store
from backprop_docgen.speed.template_bytecode import FOLDER as BYTECODE
from backprop_docgen.speed.template_bytecode import TemplateBytecode
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.speed.versions import as_tested

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

    from backprop_docgen.figures.scene import Drawer
    from backprop_docgen.speed.markdown import Conversions, Filler
    from backprop_docgen.speed.pages_ahead import Finish, Finished, PagesAhead


log: Final = logging.getLogger("mkdocs.plugins.backprop_docgen")


class Ordinary:
    """MkDocs converts and finishes page by page, KaTeX typesets what a page holds; nothing is kept."""

    store: Store | None = None
    bytecode: BytecodeCache | None = None

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def start(self) -> None:
        """Before the modules of a build are imported."""

    def figures(self) -> Drawer:
        """Who draws figures."""
        from backprop_docgen.figures.scene import OnDemand

        return OnDemand(self._renderer.context)

    def painter(self) -> Painter:
        """Who makes the pictures of link previews."""
        return PaintOnDemand(self._renderer.context)

    def begin(self, pages: Mapping[str, str], formulas: Callable[[str], Sequence[Formula]]) -> None:
        """All templates are rendered: ``pages`` has by name what each hangs on, ``formulas`` gives those of one."""

    def make_pages(self, config: MkDocsConfig, files: Files, sources: Container[str]) -> None:
        """MkDocs has made a page of each file, and the navigation."""

    def convert(self, sources: Mapping[str, str], filler: Filler, fingerprints: Mapping[str, str]) -> None:
        """The navigation is known; MkDocs converts the pages next, and ``filler`` fills each with its numbers.

        ``fingerprints`` tell what each page with its numbers hangs on.
        """

    def finish_pages(
        self, config: MkDocsConfig, env: Environment, nav: Navigation, files: Files, finish: Finish
    ) -> None:
        """All pages are converted; MkDocs puts them into the theme next, and ``finish`` finishes each."""

    def finished(self, page: Page) -> Finished | None:
        """A page that is finished already."""
        return None

    def typeset(self, page: str, formulas: Mapping[str, Iterable[Formula]]) -> Typeset:
        """Each formula of a page, typeset; ``formulas`` are those of all pages.

        Raises MathError with the problems of **all** pages.
        """
        try:
            return with_fonts(self._renderer.render_many(formulas[page]))
        except MathError:
            self._renderer.render_many([*formulas[page], *(each for every in formulas.values() for each in every)])
            raise

    def end(self) -> None:
        """Leave nothing running."""

    def tidy(self) -> None:
        """The site is complete."""


class Fast(Ordinary):
    """Results are kept below ``root``, the other core works, and much is done before MkDocs asks for it."""

    def __init__(self, renderer: Renderer, root: Path) -> None:
        super().__init__(renderer)
        self._store = self.store = Store(root / STORE)
        self.bytecode = TemplateBytecode(root / BYTECODE, self._store.program)
        self._v8 = V8Copy()
        self._typesetting = Typesetting(renderer, self._store, self._v8)
        self._figures = KeptFigures(renderer.context, self._store, self._v8)
        self._pictures = KeptPictures(renderer.context, self._store, self._v8)
        self._conversions: Conversions | None = None
        self._pages: PagesAhead | None = None

    def start(self) -> None:
        """V8 starts on the other core, unless results have been kept and it may not be needed."""
        if not self._store.knows(FORMULAS):
            self._v8.start(self._prepare)

    def figures(self) -> Drawer:
        """Figures from the store, or from the other core."""
        return self._figures

    def painter(self) -> Painter:
        """Pictures from the store, or from the other core."""
        return self._pictures

    def begin(self, pages: Mapping[str, str], formulas: Callable[[str], Sequence[Formula]]) -> None:
        """The other core begins to typeset formulas."""
        self._typesetting.begin(pages, formulas)

    def make_pages(self, config: MkDocsConfig, files: Files, sources: Container[str]) -> None:
        """Pages that come from templates take their HTML from what is known, or made ahead."""
        from backprop_docgen.speed.markdown import Conversions, ConvertedPage

        if as_tested("mkdocs"):
            self._conversions = Conversions(self._store, config, files)
            for file in files.documentation_pages():
                if file.page is not None and file.src_uri in sources:
                    ConvertedPage.become(file.page, self._conversions)

    def convert(self, sources: Mapping[str, str], filler: Filler, fingerprints: Mapping[str, str]) -> None:
        """The other core begins to convert pages."""
        if self._conversions is not None:
            self._conversions.prepare(sources, filler, fingerprints)

    def finish_pages(
        self, config: MkDocsConfig, env: Environment, nav: Navigation, files: Files, finish: Finish
    ) -> None:
        """The other core begins to finish pages."""
        from backprop_docgen.speed.pages_ahead import PagesAhead

        self._figures.finish()
        self._typesetting.finish()
        self._pictures.finish()
        self._v8.end()
        if as_tested("mkdocs"):
            self._pages = PagesAhead(config, finish)
            self._pages.begin(env, nav, files)

    def finished(self, page: Page) -> Finished | None:
        """A page that the other core has finished."""
        return None if self._pages is None else self._pages.known(page)

    def typeset(self, page: str, formulas: Mapping[str, Iterable[Formula]]) -> Typeset:
        """The same, from the store, from the other core, or by its shape."""
        return self._typesetting.page(page, formulas)

    def end(self) -> None:
        """Leave nothing running."""
        for each in (self._v8, self._conversions, self._pages):
            if each is not None:
                each.end()

    def _prepare(self) -> None:
        """In the copy: KaTeX and figures, before anything is asked for."""
        self._renderer.start()
        self._renderer.context.load(drawing)

    def tidy(self) -> None:
        """The store is brought within its limit, and let go of; what was the matter with it is said."""
        self._store.prune()
        self._store.close()
        if reason := self._store.trouble():
            log.info(f"{self._store.folder} could not be used ({reason}), so this build took longer than need be.")
