"""What a page can do by itself: scripts, styles, frames, and what leads its reader, or its addresses, elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from backprop_docgen.published.page import IGNORED, BuiltPage, digest
from backprop_docgen.published.page_list import page_file

_FRAMES: Final = frozenset(("iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe"))
_ADDRESSES: Final = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "xlink:href",
    "srcdoc",
    "poster",
    "background",
    "ping",
)
_SCRIPTED: Final = re.compile(r"[\s\x00-\x20]*(?:javascript|vbscript|data)[\s\x00-\x20]*:", re.IGNORECASE)
_DATA_IMAGE: Final = re.compile(r"\s*data:image/(?:png|gif|jpeg|webp|avif)[;,]", re.IGNORECASE)
_TEXT_TYPES: Final = frozenset(("application/json", "application/ld+json", "text/plain"))
_MOVES: Final = frozenset(("animate", "animatemotion", "animatetransform", "set", "marquee", "blink", "slot"))
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Active:
    """A part of a page that can change what the page shows. ``file``: the file of the site it names ("": none)."""

    kind: str
    text: str
    element: Any
    file: str = ""

    @property
    def mark(self) -> str:
        """A digest of what it is, whatever white space stands in it."""
        return digest(f"{self.kind} {self.file or _SPACE.sub(' ', self.text).strip()}", 16)


def active_parts(page: BuiltPage) -> Iterator[Active]:
    """All of them, in order."""
    for element in page.root.iter():
        tag = element.tag
        if isinstance(tag, str) and element.get(IGNORED) is None:
            yield from _of_element(page, element, tag.lower())


def _of_element(page: BuiltPage, element: Any, tag: str) -> Iterator[Active]:
    get = element.get
    if tag == "script":
        source = get("src") if get("src") is not None else get("href")
        if source is not None:
            yield Active("script", source, element, site_file(page.url, source))
        elif (get("type") or "").lower() not in _TEXT_TYPES:
            yield Active("script", "".join(element.itertext()), element)
    elif tag == "style":
        yield Active("style", "".join(element.itertext()), element)
    elif tag == "link" and {"stylesheet", "import", "modulepreload", "manifest"} & set(
        (get("rel") or "").lower().split()
    ):
        yield Active("style", get("href") or "", element, site_file(page.url, get("href") or ""))
    elif tag in _FRAMES:
        yield Active("frame", " ".join(get(name) or "" for name in ("src", "srcdoc", "data")), element)
    elif tag == "base":
        yield Active("base", get("href") or get("target") or "", element)
    elif (
        tag == "meta"
        and get("http-equiv") is not None
        and get("http-equiv").lower() not in ("x-ua-compatible", "content-type")
    ):
        yield Active("refresh", f"{get('http-equiv')} {get('content')}", element)
    elif tag in _MOVES:
        yield Active("style", f"<{tag}>", element)
    for name, value in element.attrib.items():
        if name.lower().startswith("on") or (
            name in _ADDRESSES and _SCRIPTED.match(value) and not _DATA_IMAGE.match(value)
        ):
            yield Active("script", f"{name}={value}", element)


def site_file(url: str, address: str) -> str:
    """The file of the site that an address on a page leads to; "" for one that leads elsewhere."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path:
        return ""
    path = unquote(parts.path)
    found = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page_file(url)), path)
    found = posixpath.normpath(found)
    return "" if found.startswith("..") else found
