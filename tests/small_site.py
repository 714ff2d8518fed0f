"""A small site of the plugin's, quick to build: two pages in each language, or whatever pages a test gives it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from built import ROOT

MKDOCS_YML: Final = """\
site_name: Un sitio
site_url: https://example.org/sub/
theme:
  name: material
  font: false
plugins:
  - search
  - backprop-docgen:
      languages:
        - {code: es, name: Español}
        - {code: en, name: English, prefix: en/}
markdown_extensions:
  - attr_list
  - md_in_html
  - toc
  - pymdownx.superfences
  - backprop_docgen.katex
"""
PAGES: Final = {
    "es/index.md": "# Inicio\n\nLa pérdida es {{ E_total }}. [Sigue](step.md).\n",
    "en/index.md": "# Home\n\nThe loss is {{ E_total }}. [Go on](step.md).\n",
    "es/step.md": "# Un paso\n\n{{ eq(net_h1) }}\n\nVuelve a {{ eqref(net_h1) }}.\n",
    "en/step.md": "# A step\n\n{{ eq(net_h1) }}\n\nBack to {{ eqref(net_h1) }}.\n",
}


def small_site(folder: Path, pages: Mapping[str, str] | None = None, settings: str = "") -> Path:
    """Write the site's sources: its own pages and those given beside them, by their places below ``docs/``."""
    for name, text in (PAGES | dict(pages or {})).items():
        write(folder, name, text)
    (folder / "mkdocs.yml").write_text(MKDOCS_YML + settings, "utf-8")
    shutil.copy(ROOT / "network.toml", folder)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    """Write a page of the site."""
    path = folder / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
