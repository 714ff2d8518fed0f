"""The files of a site against its own list: what is missing, what has come, what has other bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.published.file_list import sha256
from backprop_docgen.published.same import content_mark

REWRITTEN = "other bytes, same content: something has written this file anew since the site was built"


def check_digests(site: SiteCopy, stored: Stored, told: Collection[str]) -> Iterator[Finding]:
    """Every file whose digest is not the one on the list; of those ``told`` already (by their names) nothing more.

    A file that says the same in other bytes is noted.
    """
    for name in stored.files:
        if not site.exists(name) and name not in told:
            yield _lines(site, name).finding("missing", 0, "the site's list has this file, the site has not", name)
    for name in site.names:
        if name in told:
            continue
        if name not in stored.files:
            message = "the site's list does not have this file: it was written after the list, or put there since"
            yield _lines(site, name).finding("extra", 0, message, name)
        elif sha256(data := site.data(name)) != stored.files[name][0]:
            said = content_mark(name, data, stored.ignore)
            if said and [said] == stored.files[name][1:]:
                yield _lines(site, name).finding("note", 0, REWRITTEN, name)
            else:
                yield _lines(site, name).finding("changed", 0, _what(name), name)


def changed(site: SiteCopy, stored: Stored, name: str) -> bool:
    """Whether a file has other bytes than its list says."""
    return stored.files.get(name, [""])[0] != sha256(site.data(name))


def _what(name: str) -> str:
    what = "its words, or its markup" if name.endswith(".html") else "it"
    return f"is not the file that was built: {what} changed since"


def _lines(site: SiteCopy, name: str) -> Lines:
    return Lines(site.file(name), "")
