"""The formulas of all pages, typeset on the other core beside MkDocs's own work.

It begins when the pages are rendered, and is waited for when the pages are finished. Each page's formulas are kept
in the store, and so are their shapes, which a change of the numbers leaves as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from backprop_docgen.errors import MathError
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.latex.katex_files import fonts_used
from backprop_docgen.speed.formula_shape import pieces, put, shape
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.speed.versions import as_tested

KIND: Final = "formulas"
SHAPES: Final = "formula_shapes"
Typeset = dict[Formula, tuple[str, Sequence[str]]]
"""For each formula its HTML, and the fonts it is shown in."""
_Made = TypeVar("_Made")


class Typesetting:
    """The formulas of one build, by page; ``v8`` typesets them, or ``renderer`` here where it cannot."""

    def __init__(self, renderer: Renderer, store: Store, v8: V8Copy) -> None:
        self.renderer = renderer
        self.store = store
        self.v8 = v8
        v8.work[KIND] = self._typeset_in_copy
        self._keys: Mapping[str, str] = {}
        self._done: dict[str, Typeset] = {}
        self._shapes: dict[Formula, tuple[Sequence[str] | None, Sequence[str]]] = {}
        self._coming: Iterator[tuple[str, Typeset]] = iter(())
        self._by_shape = as_tested("katex")

    def begin(self, pages: Mapping[str, str], formulas: Callable[[str], Sequence[Formula]]) -> None:
        """Typeset the formulas of pages, in their order, as far as they are not known.

        ``pages`` has by name what each hangs on, ``formulas`` gives those of one.
        """
        self._keys = {page: digest(type(self.renderer).__name__, text) for page, text in pages.items()}
        new = [page for page in pages if not self.store.holds(KIND, self._keys[page])]
        if new:
            self._coming = self.v8.ask(KIND, {page: (self._keys[page], formulas(page)) for page in new})

    def finish(self) -> None:
        """Wait for all that has been begun."""
        self._done |= self._coming

    def page(self, page: str, formulas: Mapping[str, Iterable[Formula]]) -> Typeset:
        """Each formula of a page, typeset; ``formulas`` are those of all pages.

        Raises MathError with the problems of **all** pages.
        """
        known = self._load(page) or self._done.get(page, {})
        wanted = list(dict.fromkeys(formulas[page]))
        if missing := [formula for formula in wanted if formula not in known]:
            try:
                known |= self._typeset(missing)
            except MathError:
                rest = [each for other in formulas for each in formulas[other] if each not in self._done.get(other, {})]
                self._typeset([*missing, *rest])  # the same again, and all others that have come to nothing
                raise
            self._save(page, known)
        return {formula: known[formula] for formula in wanted}

    def _typeset_in_copy(self, wanted: Mapping[str, tuple[str, Sequence[Formula]]]) -> Iterator[tuple[str, Typeset]]:
        """A formula that cannot be typeset may be no formula after all: it is left to the original."""
        self._keys = {page: key for page, (key, _) in wanted.items()}
        for page, (key, formulas) in wanted.items():
            typeset = _sound(self._typeset, formulas)
            if typeset.keys() == set(formulas):
                self._save(page, typeset)
            yield page, {} if self.store.holds(KIND, key) else typeset

    def _typeset(self, formulas: Iterable[Formula]) -> Typeset:
        """Formulas by their shapes; those of which that is not safe as they are."""
        wanted = list(dict.fromkeys(formulas))
        shaped = {formula: found for formula in wanted if self._by_shape and (found := shape(formula))}
        self._learn(list(dict.fromkeys(own for own, _ in shaped.values())))
        done: Typeset = {}
        for formula, (own, numbers) in shaped.items():
            parts, fonts = self._shapes[own]
            if parts is not None:
                done[formula] = put(parts, numbers), fonts
        return done | with_fonts(self.renderer.render_many(each for each in wanted if each not in done))

    def _learn(self, shapes: Sequence[Formula]) -> None:
        """Typeset shapes, as far as they are not known."""
        key = digest(type(self.renderer).__name__, json.dumps(shapes))
        kept = None if all(each in self._shapes for each in shapes) else self.store.load(SHAPES, key)
        if kept is not None:
            self._shapes |= zip(shapes, kept, strict=True)
        elif new := [each for each in shapes if each not in self._shapes]:
            html = with_fonts(_sound(self.renderer.render_many, new))
            made = {each: (pieces(each, html[each][0]), html[each][1]) for each in html}
            self._shapes |= {each: made.get(each, (None, ())) for each in new}
            self.store.save(SHAPES, key, [self._shapes[each] for each in shapes])

    def _load(self, page: str) -> Typeset | None:
        kept = self.store.load(KIND, self._keys[page]) if page in self._keys else None
        return kept and {Formula(tex, display): (html, fonts) for tex, display, html, fonts in kept}

    def _save(self, page: str, typeset: Typeset) -> None:
        if page in self._keys:
            self.store.save(KIND, self._keys[page], [(*formula, *pieces) for formula, pieces in typeset.items()])


def with_fonts(html: Mapping[Formula, str]) -> Typeset:
    """Typeset formulas with the fonts they are shown in."""
    return dict(zip(html, zip(html.values(), fonts_used(html.values()), strict=True), strict=True))


def _sound(
    typeset: Callable[[Iterable[Formula]], dict[Formula, _Made]], formulas: Sequence[Formula]
) -> dict[Formula, _Made]:
    """What is made of those formulas that KaTeX takes; what is wrong with the others is told where they are needed."""
    try:
        return typeset(formulas)
    except MathError as error:
        bad = {problem.key for problem in error.problems}
        return typeset(each for each in formulas if each.tex not in bad)
