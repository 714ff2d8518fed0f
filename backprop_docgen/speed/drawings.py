"""Figures, and the pictures of link previews: known from the store, or made on the other core."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from backprop_docgen.figures.figure import Figure, Request, draw_all
from backprop_docgen.figures.picture import Picture, pictures
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.v8.context import Context

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Scene

FIGURES: Final = "figures"
PICTURES: Final = "pictures"
_Wanted = TypeVar("_Wanted", bound=Hashable)
_Made = TypeVar("_Made")


class Kept(Generic[_Wanted, _Made]):
    """Makes what is wanted in one build, each once; ``v8`` does it, or this process where it cannot.

    ``make`` makes several, ``read`` finds one in the store, and ``write`` keeps it there.
    """

    def __init__(
        self,
        kind: str,
        v8: V8Copy,
        make: Callable[[Sequence[_Wanted]], list[_Made]],
        read: Callable[[_Wanted], _Made | None],
        write: Callable[[_Wanted, _Made], None],
    ) -> None:
        self._kind, self._v8 = kind, v8
        self._make, self._read, self._write = make, read, write
        v8.work[kind] = self._made
        self._known: dict[_Wanted, _Made] = {}
        self._coming: list[tuple[Sequence[_Wanted], Iterator[_Made]]] = []

    def begin(self, wanted: Sequence[_Wanted]) -> None:
        """The other core begins with those that are not known."""
        begun = {each for every, _ in self._coming for each in every}
        new = [each for each in dict.fromkeys(wanted) if each not in begun and not self._knows(each)]
        if new:
            self._coming.append((new, self._v8.ask(self._kind, new)))

    def all(self, wanted: Sequence[_Wanted]) -> list[_Made]:
        """What is made of each."""
        self.begin(wanted)
        self.finish()
        if missing := [each for each in dict.fromkeys(wanted) if each not in self._known]:
            self._known |= zip(missing, self._made(missing), strict=True)
        return [self._known[each] for each in wanted]

    def finish(self) -> None:
        """Wait for all that has been begun."""
        for wanted, made in self._coming:
            self._known |= zip(wanted, made, strict=False)
        self._coming.clear()

    def _knows(self, wanted: _Wanted) -> bool:
        if wanted not in self._known and (kept := self._read(wanted)) is not None:
            self._known[wanted] = kept
        return wanted in self._known

    def _made(self, wanted: Sequence[_Wanted]) -> list[_Made]:
        """Make, and keep."""
        made = self._make(wanted)
        for each, one in zip(wanted, made, strict=True):
            self._write(each, one)
        return made


class KeptFigures:
    """Draws the figures of one build."""

    def __init__(self, context: Context, store: Store, v8: V8Copy) -> None:
        def read(wanted: Request) -> Figure | None:
            kept = store.load(FIGURES, digest(*wanted))
            return Figure.of(kept) if kept else None

        def write(wanted: Request, figure: Figure) -> None:
            store.save(FIGURES, digest(*wanted), asdict(figure))

        self._kept = Kept(FIGURES, v8, lambda wanted: draw_all(context, wanted), read, write)
        self.finish = self._kept.finish

    def begin(self, scenes: Sequence[Scene]) -> None:
        """The other core begins with those that are not known."""
        self._kept.begin(_requests(scenes))

    def draw(self, scenes: Sequence[Scene]) -> list[Figure]:
        """The figure of each scene. Raises V8Error."""
        return self._kept.all(_requests(scenes))


class KeptPictures:
    """Makes the pictures of one build."""

    def __init__(self, context: Context, store: Store, v8: V8Copy) -> None:
        def read(wanted: Picture) -> bytes | None:
            return store.read(PICTURES, _key(wanted))

        def write(wanted: Picture, png: bytes) -> None:
            store.write(PICTURES, _key(wanted), png)

        self._kept = Kept(PICTURES, v8, lambda wanted: pictures(context, wanted), read, write)
        self.begin, self.paint, self.finish = self._kept.begin, self._kept.all, self._kept.finish


def _requests(scenes: Sequence[Scene]) -> list[Request]:
    from backprop_docgen.figures.scene import requests  # it wants worksheets, and V8 starts before their modules

    return requests(scenes)


def _key(picture: Picture) -> str:
    return digest(*picture.request, picture.name, picture.about)
