"""Style sheets and scripts that the site serves."""

from __future__ import annotations

from pathlib import Path

from backprop_docgen.errors import Problem, SiteError

_QR = Path(__file__).parents[1] / "_uqr"


def asset_files() -> dict[str, Path]:
    """Site path → file of the package."""
    folder = Path(__file__).parent
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in (".css", ".mjs"))
    return {f"assets/{path.relative_to(folder).as_posix()}": path for path in found}


def qr_files() -> dict[str, Path]:
    """Site path → file of the library that draws QR codes, loaded only by a reader who asks for one.

    Raises ``SiteError`` if it was not fetched when the package was built.
    """
    files = [_QR / "index.mjs", _QR / "LICENSE"]
    for file in files:
        if not file.exists():
            advice = "Install the package again: pip install ."
            raise SiteError(Problem("the library for QR codes is missing", file=str(file), advice=advice))
    return {f"assets/uqr/{file.name}": file for file in files}
