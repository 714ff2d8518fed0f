"""The style sheets of every page as one file: the first paint waits for it, and one is sooner there than four."""

from __future__ import annotations

from .assets import asset_files
from .katex_files import SITE_FOLDER, katex_file

SITE_PATH = "assets/site.css"
STYLES = ("backprop", "figures", "reading")


def text() -> str:
    """KaTeX's style sheet, its fonts named from where the one file is served, and then ours."""
    fonts = SITE_FOLDER.removeprefix("assets/") + "/fonts/"
    katex = katex_file("katex.min.css").read_text("utf-8").replace("url(fonts/", f"url({fonts}")
    ours = asset_files()
    return "\n".join([katex, *(ours[f"assets/{name}.css"].read_text("utf-8") for name in STYLES)])
