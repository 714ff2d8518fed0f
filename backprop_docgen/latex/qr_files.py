"""The library that draws QR codes: where its files are in the package, and where they go in a site."""

from __future__ import annotations

from pathlib import Path

from backprop_docgen.errors import Problem, SiteError

FOLDER = Path(__file__).parents[1] / "_uqr"


def asset_files() -> dict[str, Path]:
    """Site path → file; loaded only by a reader who asks for a code. ``SiteError`` if the library is not there."""
    files = [FOLDER / "index.mjs", FOLDER / "LICENSE"]
    for file in files:
        if not file.exists():
            advice = "Install the package again: pip install ."
            raise SiteError(Problem("the library for QR codes is missing", file=str(file), advice=advice))
    return {f"assets/uqr/{file.name}": file for file in files}
