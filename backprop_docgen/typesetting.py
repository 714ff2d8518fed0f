"""The formulas of all pages, typeset beside MkDocs's own work: V8 runs in a thread of its own.

What a page needs is waited for when the page is finished. Each page's formulas are kept in the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from .errors import MathError, Problem
from .katex import Formula, Renderer
from .store import Store, digest

KIND: Final = "formulas"


class Typesetting:
    """The formulas of one build, by page."""

    def __init__(self, renderer: Renderer, store: Store | None) -> None:
        self.renderer = renderer
        self.store = store
        self._thread = ThreadPoolExecutor(1)
        self._pages: dict[str, Future[dict[Formula, str]]] = {}

    def warm(self) -> None:
        """There will be new formulas: let V8 get ready."""
        self._thread.submit(self.renderer.warm)

    def begin(self, pages: Mapping[str, Sequence[Formula]]) -> None:
        """Typeset the formulas of pages, in their order."""
        self._pages = {page: self._thread.submit(self._typeset, formulas) for page, formulas in pages.items()}

    def page(self, page: str) -> dict[Formula, str]:
        """HTML of each formula of a page. Raises MathError with the problems of **all** pages."""
        try:
            return self._pages[page].result()
        except MathError:
            raise MathError(self._problems()) from None

    def end(self) -> None:
        """Leave nothing running."""
        self._thread.shutdown(cancel_futures=True)

    def _problems(self) -> Iterable[Problem]:
        errors = [future.exception() for future in self._pages.values()]
        found = [problem for error in errors if isinstance(error, MathError) for problem in error.problems]
        return dict.fromkeys(found)

    def _typeset(self, formulas: Sequence[Formula]) -> dict[Formula, str]:
        distinct = list(dict.fromkeys(formulas))
        key = digest(type(self.renderer).__name__, json.dumps(distinct))
        kept = self.store.load(KIND, key) if self.store else None
        if isinstance(kept, list) and len(kept) == len(distinct):
            return dict(zip(distinct, kept, strict=True))
        typeset = self.renderer.render_many(distinct)
        if self.store:
            self.store.save(KIND, key, list(typeset.values()))
        return typeset
