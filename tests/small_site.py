"""Small sites, quick to build: two pages in each language, or whatever a test gives; an excerpt of the tutorial."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from built import ROOT, copy_project

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

EXCERPT: Final = ("error", "hand-copied")
"""Two pages of the tutorial that hold most of what pages can hold; the home page of ``excerpt`` holds the rest."""
HOME: Final = {
    "es": """\
---
title: Inicio
description: Un extracto
---
# Inicio

Quedan [el error](error.md) y [los números copiados](hand-copied.md), y las ecuaciones
{{ eqref(error_o1) }}, {{ eqref(E_o1) }} y {{ eqref(E_total) }}.
La figura {{ figref("loss-curve") }} viene después de {{ figref("circuit") }} y de {{ figref("circuit@source:loss") }}.

## La pérdida, {{ E_total }}

La red se entrena {{ count(network.iterations, "vez", "veces") }}. Prueba con {{ invite(w5, w5 + 0.5) }}.

{{ figure("circuit", "El circuito.") }}

{{ figure("circuit", "El circuito publicado.", at="loss", of="source") }}

{{ figure("loss-curve", "La pérdida.") }}

{{ table(network.weights, columns=["symbol", "meaning", "value", "after"]) }}
""",
    "en": """\
---
title: Home
description: An excerpt
---
# Home

What is left: [the error](error.md), [numbers copied by hand](hand-copied.md), and equations
{{ eqref(error_o1) }}, {{ eqref(E_o1) }} and {{ eqref(E_total) }}.
{{ figref("loss-curve") }} comes after {{ figref("circuit") }} and {{ figref("circuit@source:loss") }}.

## The loss, {{ E_total }}

The network is trained {{ count(network.iterations, "time", "times") }}. Try {{ invite(w5, w5 + 0.5) }}.

{{ figure("circuit", "The circuit.") }}

{{ figure("circuit", "The published circuit.", at="loss", of="source") }}

{{ figure("loss-curve", "The loss.") }}

{{ table(network.weights, columns=["symbol", "meaning", "value", "after"]) }}
""",
}


def excerpt(folder: Path) -> Path:
    """Write the sources of an excerpt from the tutorial: a site that is built and checked in a tenth of the time.

    Its pages have links to pages that are left out, so a build of it is not strict.
    """
    copy_project(folder)
    for page in folder.glob("docs/*/*.md"):
        if page.stem not in EXCERPT:
            page.unlink()
    for language, text in HOME.items():
        (folder / "docs" / language / "index.md").write_text(text, "utf-8")
    settings = folder / "mkdocs.yml"
    nav = "  - index.md\n  - Tutorial:\n" + "".join(f"      - {page}.md\n" for page in EXCERPT)
    settings.write_text(re.sub(r"(?<=^nav:\n)(?: +- .*\n)+", nav, settings.read_text("utf-8"), flags=re.M), "utf-8")
    return folder
