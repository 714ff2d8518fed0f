"""The whole site as one archive, for a disk or a machine without a network; the same bytes for the same site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final

from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.file_list import WORKSHEET
from backprop_docgen.published.page_list import SEARCH, page_file

FOLDER: Final = "tutorial/"
_BESIDE: Final = (WORKSHEET, "worksheet.js")
"""What belongs to a site and is not on its list."""
_FIRST: Final = (1980, 1, 1, 0, 0, 0)  # the first date that an archive can tell
_PACKED: Final = frozenset(("gz", "ico", "jpg", "pdf", "png", "webp", "woff2", "zip"))


def opens_by_itself(site: SiteCopy, stored: Stored) -> bool:
    """Whether a site's pages, and its search, work from a disk: built with the theme's plugin ``offline``."""
    prefixes = [str(each["prefix"]) for each in stored.languages.values()]
    indexes = [prefix + SEARCH for prefix in prefixes if site.exists(prefix + SEARCH)]
    linked = all(not url.endswith("/") or page_file(url) in _homes(prefixes) for url in stored.pages)
    return linked and all(site.exists(index.removesuffix("on")) for index in indexes)


def _homes(prefixes: Sequence[str]) -> set[str]:
    return {f"{prefix}index.html" for prefix in prefixes}


def make_zip(site: SiteCopy, stored: Stored, languages: Sequence[Language]) -> bytes:
    """Every file of the site that a check knows, in a folder; beside it how to open it. Raises SiteError."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        _add(archive, "README.txt", _read_me(opens_by_itself(site, stored), languages).encode())
        for name in sorted({*site.names, *(each for each in _BESIDE if site.exists(each))}):
            _add(archive, FOLDER + name, site.data(name))
    return stream.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIRST)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if name.rpartition(".")[2] in _PACKED else zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every machine
    archive.writestr(entry, data)


def _read_me(by_itself: bool, languages: Sequence[Language]) -> str:
    """How to open the site, in each language."""
    return "\n\n".join(_how(by_itself, language) for language in languages) + "\n"


def _how(by_itself: bool, language: Language) -> str:
    say = language.translate
    if by_itself:
        return say("Open tutorial/index.html in a browser. No network is needed.")
    return "\n".join(
        (
            say("The pages of this copy need a server on your machine; no network is needed. With Python:"),
            "    python -m http.server --bind 127.0.0.1 --directory tutorial 8000",
            say("Then open {address} in a browser.", address="http://127.0.0.1:8000/"),
        )
    )
