"""Figures known from the store, or drawn on the other core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from backprop_docgen.figures.figure import Figure, Request, draw_all
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.v8.context import Context

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Scene

KIND: Final = "figures"


class KeptFigures:
    """Draws the figures of one build, each once; ``v8`` draws them, or ``context`` here where it cannot."""

    def __init__(self, context: Context, store: Store, v8: V8Copy) -> None:
        self.context = context
        self.store = store
        self.v8 = v8
        v8.work[KIND] = self._draw
        self._known: dict[Request, Figure] = {}
        self._coming: list[tuple[Sequence[Request], Iterator[Figure]]] = []

    def begin(self, scenes: Sequence[Scene]) -> None:
        """The other core begins with those that are not known."""
        self._begin(_requests(scenes))

    def draw(self, scenes: Sequence[Scene]) -> list[Figure]:
        """The figure of each scene. Raises V8Error."""
        wanted = _requests(scenes)
        self._begin(wanted)
        self.finish()
        if missing := [each for each in dict.fromkeys(wanted) if each not in self._known]:
            self._known |= zip(missing, self._draw(missing), strict=True)
        return [self._known[each] for each in wanted]

    def finish(self) -> None:
        """Wait for all that has been begun."""
        for wanted, figures in self._coming:
            self._known |= zip(wanted, figures, strict=False)
        self._coming.clear()

    def _begin(self, wanted: Sequence[Request]) -> None:
        begun = {each for every, _ in self._coming for each in every}
        new = [each for each in dict.fromkeys(wanted) if each not in begun and not self._knows(each)]
        if new:
            self._coming.append((new, self.v8.ask(KIND, new)))

    def _knows(self, wanted: Request) -> bool:
        if wanted not in self._known and (kept := self.store.load(KIND, digest(*wanted))):
            self._known[wanted] = Figure.of(kept)
        return wanted in self._known

    def _draw(self, wanted: Sequence[Request]) -> list[Figure]:
        """Draw, and keep."""
        figures = draw_all(self.context, wanted)
        for each, figure in zip(wanted, figures, strict=True):
            self.store.save(KIND, digest(*each), asdict(figure))
        return figures


def _requests(scenes: Sequence[Scene]) -> list[Request]:
    from backprop_docgen.figures.scene import requests  # it wants worksheets, and V8 starts before their modules

    return requests(scenes)
