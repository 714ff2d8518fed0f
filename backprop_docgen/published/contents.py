"""What is kept of a built page for ``worksheet.json``, and found again for an equal page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from backprop_docgen.published.active import active_parts
from backprop_docgen.published.page_list import page_file
from backprop_docgen.published.same import content_mark
from backprop_docgen.settings.ignored import Ignored
from backprop_docgen.speed.store import Store, digest

_KIND: Final = "contents"


class Contents(NamedTuple):
    """What is kept of a built page: the ``keys`` of all that a reader meets, in order; what it can do by itself
    (``active``: digests); and a digest of what it says, however it is written.
    """

    keys: list[str]
    active: list[str]
    mark: str


def contents(
    url: str, language: str, text: str, ignored: Sequence[Ignored] = (), store: Store | None = None
) -> Contents:
    """The contents of a built page: as they are kept, or else as they are read."""
    mark = digest(url, language, text, *(each.select for each in ignored))
    known = store.load(_KIND, mark) if store else None
    if known is not None:
        return Contents(*known)
    from backprop_docgen.published.reader import read_page  # and with it an HTML parser, for new pages only

    page = read_page(url, language, page_file(url), text, ignored)
    active = [part.mark for part in active_parts(page)]
    found = Contents(page.keys(), active, content_mark(page_file(url), text.encode(), ignored))
    if store:
        store.save(_KIND, mark, found)
    return found
