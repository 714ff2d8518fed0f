"""The theme's style sheets and ours are one file, linked where the theme's first one was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backprop_docgen.site.theme import StyleSheet, own_styles

PAGE = """<head>
<link rel="stylesheet" href="../x/main.1.min.css">
<link rel="stylesheet" href="../x/palette.2.min.css">
<link rel="stylesheet" href="../own.css">
</head><body><code>x/main.1.min.css x/palette.2.min.css</code></body>"""


def test_one_link_takes_the_place_of_all_the_themes() -> None:
    sheet = StyleSheet("x/main.3.min.css", "", ("x/main.1.min.css", "x/palette.2.min.css"))
    head, _, body = sheet.link(PAGE).partition("</head>")
    assert re.findall(r'<link rel="stylesheet" href="(.*)">', head) == ["../x/main.3.min.css", "../own.css"]
    assert body == PAGE.partition("</head>")[2]


def test_without_a_style_sheet_of_the_theme_the_page_stays() -> None:
    assert StyleSheet("x/main.3.min.css", "", ()).link(PAGE) == PAGE


@pytest.mark.build
def test_the_file_of_a_site_holds_the_themes_and_ours_in_their_order(site: Path) -> None:
    links = {
        link
        for page in site.rglob("*.html")
        for link in re.findall(r'rel="stylesheet" href="[./]*([^"]*)"', page.read_text("utf-8"))
    }
    assert len(links) == 1
    folder = site / "assets" / "stylesheets"
    theme = [path.read_text("utf-8") for kind in ("main", "palette") for path in folder.glob(f"{kind}.*.min.css")]
    text = (site / links.pop()).read_text("utf-8")
    parts = [*(each for each in theme if each != text), own_styles()]
    assert len(parts) == 3
    assert text == "\n".join(parts)
    for name in set(re.findall(r"url\((?!data:)[\"']?([^)\"']+)", own_styles())):
        assert (folder / name).exists() or not name.endswith(".woff2"), name
