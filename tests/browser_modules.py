"""What the browser's modules import, read off their text."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from built import ROOT

ASSETS = ROOT / "backprop_docgen" / "assets"
_STATIC = re.compile(r'^(?:import|export) [^"]*? from "(\.[^"]+)";', re.MULTILINE)
_LATER = re.compile(r'(?<!\{)\bimport\("(\.[^"]+)"\)(?!\.[A-Z])')  # the others are types in comments


def imported(assets: Path, module: str, later: bool = False) -> set[str]:
    """The modules that one imports, by their paths among the assets; with ``later`` those loaded on demand, too."""
    text = (assets / module).read_text("utf-8")
    names = [*_STATIC.findall(text), *(_LATER.findall(text) if later else [])]
    return {posixpath.normpath(posixpath.join(posixpath.dirname(module), name)) for name in names}
