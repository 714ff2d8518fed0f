"""Scripts, styles and frames of the pages: those of this program and of the theme are known by their content.

Whatever else could change a number is told: as a note where the site's own list has it (another plugin's, the
author's), which whoever checks may judge; as a finding where it has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from backprop_docgen import __version__
from backprop_docgen.assets import asset_files, script_texts
from backprop_docgen.check.offline import manifests
from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.latex import katex_files
from backprop_docgen.published.active import Active, active_parts
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.published.same import content_mark
from backprop_docgen.site.theme import SEARCH_WORKER, THEIR_WORKER, joined, theme_version

_PACKAGE: Final = Path(__file__).parents[1]
_STYLE: Final = re.compile(r"assets/stylesheets/main\.[0-9a-f]{8}\.min\.css")
_INLINE: Final = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1>", re.DOTALL)
_JINJA: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_COULD: Final = "it could change what readers see"
_FILLED: Final = r"[\w ./:#?&=%+-]*"
"""What may stand in a script of the theme where its template has a value: an address, a name of a font."""


@cache
def own_files() -> dict[str, bytes]:
    """The files that this program puts into a site: name → content."""
    theme = {name: path for name, path in _assets(_PACKAGE / "theme").items() if path.suffix == ".js"}
    files = theme | katex_files.asset_files() | asset_files()
    found = {name: path.read_bytes() for name, path in files.items()}
    theirs = [content for name, content in theme_files().items() if THEIR_WORKER.fullmatch(name)]
    found[SEARCH_WORKER] = b"\n".join([*theirs, found[SEARCH_WORKER]])
    return found | {name: text.encode() for name, text in script_texts().items()}


@cache
def theme_files() -> dict[str, bytes]:
    """The scripts and style sheets of the theme as it is installed here: name → content."""
    found = _assets(_theme()) if _theme() else {}
    return {name: path.read_bytes() for name, path in found.items() if path.suffix in (".js", ".css")}


def _assets(folder: Path | None) -> dict[str, Path]:
    found = sorted((folder / "assets").rglob("*")) if folder else []
    return {path.relative_to(folder).as_posix(): path for path in found if folder and path.is_file()}


def _theme() -> Path | None:
    """The folder of the theme's templates; None where it is not installed."""
    try:
        import material
    except ImportError:
        return None
    folder = Path(material.__file__).parent / "templates"
    return folder if folder.is_dir() else None


def check_own_files(site: SiteCopy, stored: Stored) -> Iterator[Finding]:
    """What the site carries of this program, and of the theme in its version, must be what is installed here."""
    if stored.version != __version__:
        return  # it is stale, which is told
    ours, theirs = dict(own_files()), theme_files()
    if stored.theme != theme_version():
        del ours[SEARCH_WORKER]  # it is the theme's, with something added
        theirs = {}
    for name, content in (theirs | ours).items():
        if not site.exists(name):
            if name in ours:
                yield _file(site, name).finding("missing", 0, "the site has lost a file of its live page", name)
        elif not _same(name, site.data(name), content):
            whose = "this program" if name in ours else "the theme"
            yield _file(site, name).finding("foreign", 0, f"is not the file of {whose}; {_COULD}", name)
    for name in site.names:
        if not _STYLE.fullmatch(name) or name in theme_files():
            continue
        if stored.theme == theme_version() and content_mark(name, site.data(name)) not in _style_marks():
            message = f"is not the style sheet of this program and its theme; {_COULD}"
            yield _file(site, name).finding("foreign", 0, message, name)
    if stored.theme != theme_version():
        message = f"the theme of the site is {stored.theme}, here is {theme_version()}: its files are not compared"
        yield Lines(stored.file, "").finding("note", 0, message, stored.theme)


def _same(name: str, found: bytes, wanted: bytes) -> bool:
    return found == wanted or content_mark(name, found) == (content_mark(name, wanted) or "-")


def _file(site: SiteCopy, name: str) -> Lines:
    """The file's name, without its text: there is nothing in a minified file to point at."""
    return Lines(site.file(name), "")


@cache
def _style_marks() -> frozenset[str]:
    """What the one style sheet of a site may say."""
    folder = _theme()
    sheets = sorted((folder / "assets/stylesheets").glob("*.min.css")) if folder else []
    kinds = {path.name.split(".")[0]: path.read_text("utf-8") for path in sheets}
    wanted = [[], ["main"], ["main", "palette"]]
    texts = [joined({kind: kinds[kind] for kind in each if kind in kinds}) for each in wanted]
    return frozenset(content_mark("x.css", text.encode()) for text in texts)


def check_activity(pages: Iterable[BuiltPage], stored: Stored) -> Iterator[Finding]:
    """Every script, style and frame of the pages; of those without a template only what the site's list has not."""
    ours = own_files().keys() | manifests(stored).keys()
    ours |= theme_files().keys() if stored.theme == theme_version() else set()
    told: dict[str, tuple[Active, BuiltPage]] = {}
    for page in pages:
        for part in active_parts(page):
            if part.file in ours or _STYLE.fullmatch(part.file) or (not part.file and _of_theme(part)):
                continue
            if part.mark in stored.active:
                if page.url in stored.pages:
                    told.setdefault(part.mark, (part, page))
                continue
            what = f"a {part.kind} that the site did not have; {_COULD}"
            said = " ".join(part.text.split())[:80]
            yield page.lines.finding("foreign", page.at(part.element), f"{what}: {said}", said)
    for part, page in told.values():
        said = part.file or " ".join(part.text.split())[:60]
        message = f"a {part.kind} of another plugin, or the author's; {_COULD}: {said}"
        yield page.lines.finding("note", page.at(part.element), message, said)


def _of_theme(part: Active) -> bool:
    """Whether a script or a style is one that stands in the theme's templates."""
    text = part.text.strip()
    return part.kind in ("script", "style") and any(pattern.fullmatch(text) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The scripts and styles in the theme's templates, with gaps where a page puts in a value."""
    folder = _theme()
    found = set()
    scripts = sorted((folder / "partials/javascripts").glob("*.html")) if folder else []
    for path in [folder / "base.html", *scripts] if folder else ():
        for _, text in _INLINE.findall(path.read_text("utf-8")):
            parts = _JINJA.split(text.strip())
            fixed = "".join(parts[::2])
            if fixed and len(parts) < 9:
                found.add("".join(_FILLED if index % 2 else re.escape(part) for index, part in enumerate(parts)))
    return tuple(re.compile(each) for each in sorted(found))
