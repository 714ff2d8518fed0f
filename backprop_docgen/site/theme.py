"""The style sheets of every page as one file, the theme's among them.

The first paint waits for all of them, and for each a browser may have to open a connection of its own.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from backprop_docgen.assets import asset_files
from backprop_docgen.latex.katex_files import SITE_FOLDER, katex_file

FOLDER = "assets/stylesheets"  # the theme's
STYLES = ("backprop", "figures", "reading")


@dataclass(frozen=True)
class StyleSheet:
    """The one file: its path in the site, its ``text``, and which of the theme's it stands for (none: ``replaced``)."""

    path: str
    text: str
    replaced: tuple[str, ...]

    def link(self, html: str) -> str:
        """The page with this file linked where the theme's first one was, and without the theme's others."""
        if not self.replaced:
            return html
        head, end, body = html.partition("</head>")
        first, *others = self.replaced
        head = head.replace(first, self.path)
        for name in others:
            head = re.sub(rf'<link rel="stylesheet" href="[^"]*{re.escape(name)}">\s*', "", head)
        return head + end + body


def style_sheet(files: Files, config: MkDocsConfig) -> StyleSheet:
    """The theme's style sheets that its pages link, then ours. The name changes with the content."""
    wanted = ["main", "palette"] if config.theme.get("palette") else ["main"]
    names = [re.compile(rf"{FOLDER}/{kind}\.\w+\.min\.css") for kind in wanted]
    found = [file for name in names for file in files if name.fullmatch(file.src_uri)]
    text = "\n".join([*(file.content_string for file in found), own_styles()])
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return StyleSheet(f"{FOLDER}/main.{digest}.min.css", text, tuple(file.src_uri for file in found))


def own_styles() -> str:
    """KaTeX's style sheet, its fonts named from where the one file is served, and then ours."""
    fonts = "../" + SITE_FOLDER.removeprefix("assets/") + "/fonts/"
    katex = katex_file("katex.min.css").read_text("utf-8").replace("url(fonts/", f"url({fonts}")
    ours = asset_files()
    return "\n".join([katex, *(ours[f"assets/{name}.css"].read_text("utf-8") for name in STYLES)])


_SEARCH = re.compile(r'(<div class="md-search" data-md-component="search" role="dialog")>')
_SEARCH_WORDS = re.compile(r'<input [^>]*class="md-search__input"[^>]* placeholder="([^"]*)"')
_FOR_MARKDOWN = re.compile(r'(<(?:div|figure|figcaption)(?: [^<>]*?)?) markdown(?:="[^"]*")?(?=[ >])')  # left in a fold
_EMPTY_HEAD = re.compile(r"<th((?: [^>]*)?)></th>")


def finish_page(html: str) -> str:
    """The page with a name for its search dialog; an empty corner of a table is no heading of anything.

    An attribute that was meant for Markdown is none of HTML's. Doing it twice changes nothing.
    """
    if words := _SEARCH_WORDS.search(html):
        html = _SEARCH.sub(lambda match: f'{match[1]} aria-label="{words[1]}">', html, count=1)
    html = _FOR_MARKDOWN.sub(r"\1", html)
    return _EMPTY_HEAD.sub(r"<td\1></td>", html)
