"""Whether a site was built from what lies in the project now: its network, its templates, this version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_docgen import __version__
from backprop_docgen.check.stored_site import Stored
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.network.network import Network
from backprop_docgen.site.data_files import network_data


def check_version(stored: Stored) -> Iterator[Finding]:
    """The version that built the site."""
    if stored.version != __version__:
        lines = Lines(stored.file, stored.text)
        at = max(stored.text.find('"version":'), 0)
        message = f"the site is stale: built with version {stored.version}, this is {__version__}"
        yield lines.finding("stale", at, message, stored.version, __version__)


def check_network(stored: Stored, network: Network, file: str) -> Iterator[Finding]:
    """The network that the site was built from, key by key."""
    found = stored.worksheets.get("", {}).get("network", {})
    lines = Lines(stored.file, stored.text)
    at = max(stored.text.find('"network":'), 0)
    have, want = dict(_flat(found)), dict(_flat(network_data(network)))
    for key in dict.fromkeys([*want, *have]):
        if have.get(key) != want.get(key):
            mine, theirs = _shown(have, key), _shown(want, key)
            message = f"the site is stale: {key} is {mine} in the site, {theirs} in {file}"
            yield lines.finding("stale", at, message, f"{key}: {mine}", theirs)


def _shown(data: Mapping[str, Any], key: str) -> str:
    return repr(data[key]) if key in data else "not there"


def _flat(data: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of nested tables by its path, lists counted from 1."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _flat(value, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list):
        for number, value in enumerate(data, 1):
            yield from _flat(value, f"{key}[{number}]")
    else:
        yield key, data


def check_sources_of(stored: Stored, digests: Mapping[str, str]) -> Iterator[Finding]:
    """The templates and other files that the site was built from, by their digests."""
    lines = Lines(stored.file, stored.text)
    start = max(stored.text.find('"sources":'), 0)
    for name in dict.fromkeys([*digests, *stored.sources]):
        if digests.get(name) == stored.sources.get(name):
            continue
        what = (
            "has changed since"
            if name in digests and name in stored.sources
            else ("is new" if name in digests else "is gone")
        )
        at = stored.text.find(f'"{name}":', start)
        yield lines.finding("stale", at if at >= 0 else start, f"the site is stale: {name} {what}", name)
