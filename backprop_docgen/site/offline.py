"""What lets readers keep the site, and install it: a manifest in each language, icons, and the service worker.

The worker carries the list of what it keeps, with digests, and ``offline.json`` tells which deploy this is. Both follow
from the site's list of files, and from the list itself, so no list has them; a check makes them anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from backprop_docgen.published.file_list import OFFLINE, WORKER, WORKSHEET, sha256
from backprop_docgen.v8.join import without_comments

MANIFEST: Final = "manifest.webmanifest"
_ICONS: Final = "assets/icons"
_SOURCE: Final = Path(__file__).with_name("service_worker.mjs")
_SIGNS: Final = 32
"""Of a digest, in hexadecimal."""
_COLOUR: Final = "#1f4e79"
"""That of the header."""
_PAPER: Final = "#ffffff"
_SIZES: Final[Mapping[str, tuple[int, float]]] = {"192": (192, 0.84), "512": (512, 0.84), "maskable": (512, 0.6)}
"""The icons by name: pixels, and how much of them the drawing takes; systems cut maskable ones to their own shapes."""
_LUNR: Final = re.compile(r"assets/javascripts/lunr/(?:min/lunr\.(?P<code>[a-z]{2,3})\.min|(?P<whole>\w+))\.js")
_BY_LANGUAGE: Final = {"tinyseg": "ja", "wordcut": "th"}
_LEFT_OUT: Final = re.compile(r"(?:.*/)?sitemap\.xml(?:\.gz)?|assets/previews/.*|.*\.map")


def icons() -> dict[str, bytes]:
    """The icons by their files: a small network, as PNG, the same on every machine."""
    from resvg_py import svg_to_bytes

    return {f"{_ICONS}/{name}.png": svg_to_bytes(_icon(*size)) for name, size in _SIZES.items()}


def _icon(pixels: int, share: float) -> str:
    """Two inputs and two outputs, each with each: a square of its own colour to the edge."""
    far = pixels * share / 4
    places = {(x, y): (pixels / 2 + x * far, pixels / 2 + y * far) for x in (-1, 1) for y in (-1, 1)}
    lines = [(places[-1, one], places[1, other]) for one in (-1, 1) for other in (-1, 1)]
    drawn = [f'<path d="M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" stroke-width="{far / 6:g}"/>' for a, b in lines]
    drawn += [f'<circle cx="{x:g}" cy="{y:g}" r="{far / 2.4:g}" stroke="none"/>' for x, y in places.values()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}">'
        f'<rect width="100%" height="100%" fill="{_COLOUR}"/>'
        f'<g fill="{_PAPER}" stroke="{_PAPER}">{"".join(drawn)}</g></svg>'
    )


def manifest(code: str, prefix: str, name: str, about: str) -> str:
    """What a system needs to install the site in a language; addresses are relative, so it may move."""
    up = "../" * prefix.count("/")
    sizes = {key: f"{pixels}x{pixels}" for key, (pixels, _) in _SIZES.items()}
    data = {
        "name": name,
        "short_name": _short(name),
        "description": about,
        "lang": code,
        "start_url": "./",
        "scope": up or "./",
        "display": "standalone",
        "theme_color": _COLOUR,
        "background_color": _PAPER,
        "icons": [
            {"src": f"{up}{_ICONS}/{key}.png", "sizes": size, "type": "image/png"}
            | ({"purpose": "maskable"} if key == "maskable" else {})
            for key, size in sizes.items()
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _short(name: str) -> str:
    """What stands below an icon: the first words of a name that are not too much."""
    short, *others = name.split() or [""]
    for word in others:
        if len(short) + len(word) >= 12:
            break
        short += f" {word}"
    return short


def files_to_keep(names: Collection[str], codes: Iterable[str]) -> list[str]:
    """What readers want of a site, in order: not what search engines, other languages and ``file://`` need."""
    known = set(codes)
    wanted = (name for name in names if not _LEFT_OUT.fullmatch(name) and not _twin(name, names))
    return sorted(name for name in wanted if _speaks(name, known))


def _speaks(name: str, codes: Collection[str]) -> bool:
    """Whether this is no part of the search in a language that the site has not."""
    found = _LUNR.fullmatch(name)
    if found is None:
        return True
    code = found["code"] or _BY_LANGUAGE.get(found["whole"])
    return code is None or code in codes


def _twin(name: str, names: Collection[str]) -> bool:
    """Whether this is data as a script, for pages that are opened without a server."""
    return name.endswith(".js") and f"{name}on" in names


def worker_files(
    files: Mapping[str, Sequence[str]], worksheets: bytes, codes: Iterable[str], size: Callable[[str], int]
) -> dict[str, bytes]:
    """The worker and ``offline.json`` of a site with these ``files`` (name → digests) and these ``worksheets``.

    ``size`` gives a file's size in bytes.
    """
    digests = {name: found[0][:_SIGNS] for name, found in files.items()}
    digests[WORKSHEET] = sha256(worksheets)[:_SIGNS]
    kept = {name: digests[name] for name in files_to_keep(digests, codes)}
    deploy = hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:_SIGNS]
    told = {"deploy": deploy, "bytes": sum(map(size, kept))}
    return {WORKER: _script({"deploy": deploy, "files": kept}), OFFLINE: f"{json.dumps(told)}\n".encode()}


def no_worker() -> dict[str, bytes]:
    """A worker that takes itself and all that was kept away, where readers have one from an earlier deploy."""
    return {WORKER: _script(None)}


def _script(kept: object) -> bytes:
    data = json.dumps(kept, ensure_ascii=False, indent=0)
    return f"globalThis.$kept = {data};\n{without_comments(_SOURCE.read_text('utf-8'))}".encode()
