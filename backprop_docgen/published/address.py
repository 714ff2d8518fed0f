"""Where a site is published: what its files say of it to readers elsewhere."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_LOCAL: Final = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # no reader gets there


def published_at(site_url: str | None) -> str | None:
    """The address of the site with a slash at its end; None where it has none, or one that is nobody else's."""
    try:
        host = urlsplit(site_url or "").hostname
    except ValueError:
        return None
    return None if not site_url or host is None or host in _LOCAL else site_url.rstrip("/") + "/"
