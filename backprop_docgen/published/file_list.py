"""The files of a site with their digests, as ``worksheet.json`` lists them.

::

    "files": {"index.html": ["<SHA-256>", "<digest of what it says>"], "assets/images/favicon.png": ["<SHA-256>"], …}

The second digest is the same for a file that another writer has only written in another way (:mod:`.same`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from backprop_docgen.published.same import content_mark
from backprop_docgen.settings.ignored import Ignored
from backprop_docgen.speed.store import Store, digest

WORKSHEET: Final = "worksheet.json"
_KIND: Final = "said"
WORKER: Final = "service-worker.js"
OFFLINE: Final = "offline.json"
UNLISTED: Final = (WORKSHEET, "worksheet.js", WORKER, OFFLINE, "CNAME", "versions.json")
"""Besides names that begin with a dot: the list itself, also as a script, what follows from it, and what hosts and mike
put beside a site."""

TAKEAWAY: Final = "takeaway"
"""The folder of a site for what the command ``takeaway`` makes of it afterwards: these files, which no list has."""
ARCHIVE: Final = "site.zip"
_TAKEN_AWAY: Final = re.compile(rf"{TAKEAWAY}/(?:tutorial-[A-Za-z]+(?:-[A-Za-z]+)*\.pdf|{re.escape(ARCHIVE)})")


def pdf_name(code: str) -> str:
    """The name of the PDF in a language."""
    return f"tutorial-{code}.pdf"


def listed(name: str) -> bool:
    """Whether a file of a site, by its name below it, belongs on the list."""
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not (hidden or name in UNLISTED or _TAKEN_AWAY.fullmatch(name))


def site_files(root: Path) -> Iterator[str]:
    """The names of all files below a folder that belong on its list, in order; links to folders are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            inside = (Path(folder) / name).relative_to(root).as_posix()
            if listed(inside):
                yield inside


def sha256(data: bytes) -> str:
    """The digest of a file's bytes, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()


def file_list(
    root: Path, known: Mapping[str, tuple[bytes, str]], ignored: Sequence[Ignored] = (), store: Store | None = None
) -> dict[str, list[str]]:
    """Every file of a finished site with its digests; ``known``: the bytes of some, and what they say."""
    found = {}
    for name in site_files(root):
        data = (root / name).read_bytes()
        said, mark = known.get(name, (b"", ""))
        found[name] = [
            each for each in (sha256(data), mark if said == data else _mark(name, data, ignored, store)) if each
        ]
    return found


def _mark(name: str, data: bytes, ignored: Sequence[Ignored], store: Store | None) -> str:
    """What a file says: as it is kept, or else as it is read."""
    if not name.endswith((".html", ".xml", ".xlsx", ".gz")):  # the others need no parser
        return content_mark(name, data, ignored)
    key = digest(sha256(data), *(each.select for each in ignored))
    mark: str | None = store.load(_KIND, key) if store else None
    if mark is None:
        mark = content_mark(name, data, ignored)
        if store:
            store.save(_KIND, key, mark)
    return mark
