"""The formulas of all pages, typeset on the other core beside MkDocs's own work.

V8 lives in a copy of this process, and its memory goes with it. What a page needs is waited for when the
page is finished. Each page's formulas are kept in the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from .errors import MathError, Problem
from .katex import Formula, Renderer
from .parallel import Copy, cores
from .store import Store, digest

KIND: Final = "formulas"
_Result = tuple[str, list[str], list[Problem]]
"""A page, the HTML of its distinct formulas, and what is wrong with them."""


class Typesetting:
    """The formulas of one build, by page."""

    def __init__(self, renderer: Renderer, store: Store) -> None:
        self.renderer = renderer
        self.store = store
        self._formulas: dict[str, list[Formula]] = {}
        self._done: dict[str, list[str]] = {}
        self._coming: Iterator[_Result] = iter(())
        self._copy: Copy | None = None

    def begin(self, pages: Mapping[str, Iterable[Formula]]) -> None:
        """Typeset the formulas of pages, in their order, as far as they are not known."""
        self._formulas = {page: list(dict.fromkeys(formulas)) for page, formulas in pages.items()}
        new = [page for page in self._formulas if not self.store.holds(KIND, self._key(page))]
        if new and cores() > 1:
            self._copy = Copy(lambda: self._typeset(new))
            self._coming = iter(self._copy)
        else:
            self._coming = self._typeset(new)

    def page(self, page: str) -> dict[Formula, str]:
        """HTML of each formula of a page. Raises MathError with the problems of **all** pages."""
        formulas = self._formulas[page]
        html = self.store.load(KIND, self._key(page)) or self._wait(page)
        if len(html) != len(formulas):  # damaged, or the copy died
            return self.renderer.render_many(formulas)
        return dict(zip(formulas, html, strict=True))

    def end(self) -> None:
        """Leave nothing running."""
        if self._copy is not None:
            self._copy.end()

    def _wait(self, page: str) -> list[str]:
        """What comes for a page; nothing if that never comes."""
        while page not in self._done:
            done, html, problems = next(self._coming, (page, [], []))
            if problems:
                others = [each for _, _, more in self._coming for each in more]
                raise MathError(dict.fromkeys([*problems, *others]))
            self._done[done] = html
        return self._done.pop(page)

    def _typeset(self, pages: Iterable[str]) -> Iterator[_Result]:
        for page in pages:
            try:
                html = list(self.renderer.render_many(self._formulas[page]).values())
            except MathError as error:
                yield page, [], list(error.problems)
            else:
                self.store.save(KIND, self._key(page), html)
                yield page, html, []

    def _key(self, page: str) -> str:
        return digest(type(self.renderer).__name__, json.dumps(self._formulas[page]))
