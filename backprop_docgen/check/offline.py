"""What lets readers keep and install a site, made anew and compared: service worker, list, manifests, icons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from typing import Final

from backprop_docgen import __version__
from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.published.file_list import OFFLINE, WORKER, WORKSHEET
from backprop_docgen.site.offline import MANIFEST, icons, manifest, no_worker, worker_files

_COULD: Final = "it could change what readers see"


def manifests(stored: Stored) -> dict[str, tuple[str, str]]:
    """The manifests that a site has, with the language of each and its prefix."""
    named = {f"{each['prefix']}{MANIFEST}": (code, str(each["prefix"])) for code, each in stored.languages.items()}
    return {name: found for name, found in named.items() if name in stored.files}


def check_offline(site: SiteCopy, stored: Stored, told: Set[str]) -> Iterator[Finding]:
    """The worker can put anything in the place of a page, so it must be ours, with the list of this site's files.

    Of files about which something is ``told`` the list is not compared.
    """
    if stored.version != __version__:
        return  # it is stale, which is told
    wanted = no_worker()
    if manifests(stored):
        wanted = worker_files(stored.files, site.data(WORKSHEET), stored.languages, lambda name: 0)
        wanted |= icons()
        yield from _check_manifests(site, stored)
    elif site.exists(OFFLINE):
        message = "the site says that it may be kept, and has no manifest"
        yield _file(site, OFFLINE).finding("extra", 0, message, OFFLINE)
    for name, content in wanted.items():
        if site.file(name) in told:
            continue
        if not site.exists(name):
            yield _file(site, name).finding("missing", 0, "the site has lost a file of what readers may keep", name)
        elif not _same(name, site.data(name), content, listed=not told):
            message = f"is not the file of this program and this site; {_COULD}"
            yield _file(site, name).finding("foreign", 0, message, name)


def _same(name: str, found: bytes, wanted: bytes, listed: bool) -> bool:
    """Whether a file is the one that is wanted; with the same list of what is kept where that counts (``listed``)."""
    if name == OFFLINE:  # how large it all is, is only told
        return not listed or found.partition(b",")[0] == wanted.partition(b",")[0]
    if name == WORKER and not listed:
        return found.partition(b"};\n")[2] == wanted.partition(b"};\n")[2]
    return found == wanted


def _check_manifests(site: SiteCopy, stored: Stored) -> Iterator[Finding]:
    for name, (code, prefix) in manifests(stored).items():
        if not site.exists(name):
            continue  # the list of files tells
        text = site.text(name)
        try:
            data = json.loads(text)
            expected = manifest(code, prefix, str(data["name"]), str(data["description"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            expected = ""
        if text != expected:
            yield _file(site, name).finding("foreign", 0, "is not the manifest of this site", name)


def _file(site: SiteCopy, name: str) -> Lines:
    return Lines(site.file(name), "")
