"""KaTeX's files: where they are in the package, where they go in a site, which fonts a page needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from backprop_docgen.errors import Problem, SiteError

FOLDER = Path(__file__).parents[1] / "_katex"
SITE_FOLDER = "assets/katex"
WAIT_FOR_FONTS = "assets/javascripts/fonts.js"  # of our theme folder


def asset_files() -> dict[str, Path]:
    """The files of a page with mathematics: path in the site → file; ``SiteError`` if KaTeX is not there.

    The script is for readers who change the numbers.
    """
    fonts = sorted(katex_file("fonts").glob("*.woff2"))
    files = [katex_file("katex.min.css"), katex_file("katex.min.js"), katex_file("LICENSE"), *fonts]
    return {f"{SITE_FOLDER}/{file.relative_to(FOLDER).as_posix()}": file for file in files}


def fonts_used(formulas: Iterable[str]) -> list[list[str]]:
    """For each typeset formula the fonts it is shown in, as paths in the site (worth preloading)."""
    rules = _font_rules()
    return [_fonts(html, rules) for html in formulas]


def _fonts(html: str, rules: Iterable[tuple[frozenset[str], str]]) -> list[str]:
    elements = {frozenset(classes.split()) for classes in set(re.findall(r'class="([^"]*)"', html))}
    if not any("katex-html" in classes for classes in elements):
        return []
    used = {font for wanted, font in rules if any(wanted <= classes for classes in elements)}
    return [f"{SITE_FOLDER}/fonts/{font}.woff2" for font in sorted(used | {"KaTeX_Main-Regular"})]


def preload_fonts(fonts: Iterable[str], root: str) -> str:
    """What preloads a page's fonts, and a script that shows the text when they are there, so that nothing shifts.

    ``root`` leads to the site's root. The links stand before the script, which reads them.
    """
    kind = 'as="font" type="font/woff2" crossorigin'
    links = "".join(f'<link rel="preload" href="{root}{font}" {kind}>\n' for font in sorted(fonts))
    wait = f'<script src="{root}{WAIT_FOR_FONTS}"></script>\n' if links else ""
    return links + wait


def _font_rules() -> list[tuple[frozenset[str], str]]:
    """KaTeX's stylesheet read as: the classes an element must have → the font it is set in."""
    rules = []
    for selectors, style in re.findall(r"(\.katex [^{}]*)\{([^{}]*)\}", katex_file("katex.min.css").read_text("utf-8")):
        if not re.search(r"font-(?:family|style|weight)", style):
            continue
        family = re.search(r"font-family:(KaTeX_\w+)", style)
        face = "Bold" * ("font-weight:700" in style) + "Italic" * ("font-style:italic" in style)
        font = f"{family[1] if family else 'KaTeX_Main'}-{face or 'Regular'}"
        for selector in selectors.split(","):
            own = selector.removesuffix(">span").split()[-1]
            rules.append((frozenset(own.strip(".").split(".")), font))
    return rules


def katex_file(name: str) -> Path:
    """A file of the KaTeX that was fetched when the package was built; ``SiteError`` if it is not there."""
    path = FOLDER / name
    if not path.exists():
        raise SiteError(Problem("KaTeX is missing", file=str(path), advice="Install the package again: pip install ."))
    return path
