"""A site against the same project built anew: whatever differs has a name, and most of it a place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from backprop_docgen.check.difference import differences
from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.errors import SiteError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.published.file_list import WORKSHEET, site_files
from backprop_docgen.published.same import content_mark

_MOST: Final = 20
"""Differences of one file that are told."""


def check_rebuilt(site: SiteCopy, stored: Stored, rebuilt: Path) -> Iterator[Finding]:
    """Every file that the site has and the rebuilt one has not, or otherwise, or the reverse."""
    wanted = set(site_files(rebuilt))
    for name in site.names:
        if name not in wanted:
            yield _lines(site, name).finding("extra", 0, "the site built anew does not have this file", name)
    for name in sorted(wanted):
        if not site.exists(name):
            yield _lines(site, name).finding("missing", 0, "the site built anew has this file, this one has not", name)
            continue
        found, expected = site.data(name), (rebuilt / name).read_bytes()
        if found != expected and not _same(name, found, expected, stored):
            yield from _told(site, name, expected)
    yield from _listed(stored, json.loads((rebuilt / WORKSHEET).read_text("utf-8")))


def _same(name: str, found: bytes, expected: bytes, stored: Stored) -> bool:
    mark = content_mark(name, found, stored.ignore)
    return bool(mark) and mark == content_mark(name, expected, stored.ignore)


def _told(site: SiteCopy, name: str, expected: bytes) -> Iterator[Finding]:
    try:
        lines, wanted = Lines(site.file(name), site.text(name)), expected.decode("utf-8").replace("\r\n", "\n")
    except (SiteError, UnicodeDecodeError):
        yield _lines(site, name).finding("changed", 0, "is not the file that the site built anew has", name)
        return
    told = False
    for each in islice(differences(lines.text, wanted), _MOST):
        told = True
        message = f"{_short(each.found)} stands where the site built anew has {_short(each.expected)}"
        yield lines.finding("changed", each.offset, message, each.found[:80], each.expected[:80])
    if not told:
        yield lines.finding("changed", 0, "is not the file that the site built anew has", name)


def _listed(stored: Stored, rebuilt: Mapping[str, Any]) -> Iterator[Finding]:
    """The parts of ``worksheet.json``; of the files' digests what they say."""
    found = json.loads(stored.text)
    lines = Lines(stored.file, stored.text)
    for key, expected in rebuilt.items():
        if key in ("digest", "files"):
            continue
        if found.get(key) != expected:
            at = max(stored.text.find(f'"{key}":'), 0)
            yield lines.finding("worksheet", at, f"{key} is not what the site built anew has", key)
    for name, digests in rebuilt["files"].items():
        if stored.files.get(name, [])[-1:] != digests[-1:]:
            at = max(stored.text.find(f"{json.dumps(name, ensure_ascii=False)}:[", stored.text.find('"files":')), 0)
            yield lines.finding("worksheet", at, f"the digest of {name} is not that of the site built anew", name)


def _lines(site: SiteCopy, name: str) -> Lines:
    return Lines(site.file(name), "")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain[:60]) if plain else "nothing"
