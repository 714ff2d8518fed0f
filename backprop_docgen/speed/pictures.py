"""Pictures for link previews, known from the store, or made on the other core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from backprop_docgen.figures.picture import Picture, pictures
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.v8.context import Context

KIND: Final = "pictures"


class KeptPictures:
    """Makes the pictures of one build, each once; ``v8`` makes them, or ``context`` here where it cannot."""

    def __init__(self, context: Context, store: Store, v8: V8Copy) -> None:
        self.context = context
        self.store = store
        self.v8 = v8
        v8.work[KIND] = self._paint
        self._known: dict[Picture, bytes] = {}
        self._coming: tuple[list[Picture], Iterator[bytes]] = [], iter(())

    def begin(self, wanted: Sequence[Picture]) -> None:
        """The other core begins with those that are not known."""
        for each in wanted:
            if kept := self.store.read(KIND, _key(each)):
                self._known[each] = kept
        if new := [each for each in wanted if each not in self._known]:
            self._coming = new, self.v8.ask(KIND, new)

    def paint(self, wanted: Sequence[Picture]) -> list[bytes]:
        """Each picture. Raises V8Error, and SiteError where the font is missing."""
        self.finish()
        if missing := [each for each in wanted if each not in self._known]:
            self._known |= zip(missing, self._paint(missing), strict=True)
        return [self._known[each] for each in wanted]

    def finish(self) -> None:
        """Wait for what has been begun."""
        wanted, made = self._coming
        self._known |= zip(wanted, made, strict=False)
        self._coming = [], iter(())

    def _paint(self, wanted: Sequence[Picture]) -> list[bytes]:
        """Make, and keep."""
        made = pictures(self.context, wanted)
        for each, png in zip(wanted, made, strict=True):
            self.store.write(KIND, _key(each), png)
        return made


def _key(picture: Picture) -> str:
    return digest(*picture.request, picture.name, picture.about)
