"""What others show of a page that they link: ``og:`` tags, and a picture in each language, given ``site_url``."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file

from backprop_docgen.figures import picture
from backprop_docgen.figures.picture import Picture
from backprop_docgen.figures.scene import Scene, requests
from backprop_docgen.numbers.language import Language
from backprop_docgen.site.multilingual import Site
from backprop_docgen.site.other_plugins import plugin_of
from backprop_docgen.worksheet.course import Course

_OTHERS: Final = "social"
"""The theme's plugin that makes such pictures itself."""


def file_of(code: str) -> str:
    """A language's picture, as a path in the site."""
    return f"assets/previews/{code}.png"


def wanted(config: MkDocsConfig, site: Site, course: Course, languages: list[Language]) -> dict[str, Picture]:
    """The picture of each language, by its code; none without ``site_url``, for a preview needs whole addresses."""
    if not config.site_url or plugin_of(config, _OTHERS):
        return {}
    texts = {each.code: (each.site_name or "", each.site_description or "") for each in site.languages}
    return {each.code: preview(course, each, *texts[each.code]) for each in languages}


def preview(course: Course, language: Language, name: str, about: str) -> Picture:
    """The picture of a site with this name, and what it says of itself."""
    [request] = requests([Scene(picture.KIND, course.default, language)])
    return Picture(request, name, about)


def tags(picture_of: Mapping[str, Picture], language: Language, page: Page, site_url: str | None) -> str:
    """The tags of a page's head; "" where there is no picture."""
    found = picture_of.get(language.code)
    if found is None or not site_url:
        return ""
    root = site_url.rstrip("/") + "/"
    pairs = {
        "og:type": "website",
        "og:site_name": found.name,
        "og:title": str(page.title or found.name),
        "og:url": page.canonical_url or root,
        "og:locale": language.code,
        "og:image": urljoin(root, file_of(language.code)),
        "og:image:type": "image/png",
        "og:image:width": str(picture.WIDTH),
        "og:image:height": str(picture.HEIGHT),
        "og:image:alt": f"{found.name}: {language.translate(picture.TITLE)}",
    }
    lines = [f'<meta property="{name}" content="{escape(text)}">\n' for name, text in pairs.items()]
    return "".join(lines) + '<meta name="twitter:card" content="summary_large_image">\n'


def write(pictures: Mapping[str, bytes], folder: Path) -> None:
    """Write the picture of each language into the site."""
    for code, png in pictures.items():
        write_file(png, str(folder / file_of(code)))
