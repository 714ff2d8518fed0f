"""Style sheets and scripts that the site serves.

The modules here are joined into a few classic scripts: a page asks for less, and they run without a server, too, where
browsers load no modules (``file://``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.v8.join import scripts

ENTRY: Final = "assets/live.js"
"""The script of every page; it loads the others when something in them is wanted."""
_PACKAGE: Final = Path(__file__).parents[1]
_QR: Final = _PACKAGE / "_uqr"
_SCRIPTS: Final = {
    ENTRY: ["assets/live.mjs"],
    "assets/page.js": [
        "assets/page/live_page.mjs",
        "assets/origin/card.mjs",
        "assets/reading/menu.mjs",
        "assets/reading/projector.mjs",
    ],
    "assets/copying.js": ["assets/reading/copying.mjs"],
    "assets/panel.js": ["assets/panel/session.mjs", "assets/panel/panel.mjs"],
    "assets/circuit.js": ["assets/reading/stepper.mjs", "assets/home/home.mjs"],
    "assets/practice.js": [
        "assets/practice/questions.mjs",
        "assets/practice/practise.mjs",
        "assets/practice/explain.mjs",
    ],
    "assets/uqr/uqr.js": ["_uqr/index.mjs"],
}
"""Each script with the modules that are asked for in it; what they import comes along."""


def asset_files() -> dict[str, Path]:
    """Site path → file of the package: style sheets, and the licence of the library that draws QR codes.

    Raises ``SiteError`` if that was not fetched when the package was built.
    """
    folder = Path(__file__).parent
    sheets = {f"assets/{path.name}": path for path in sorted(folder.glob("*.css"))}
    return sheets | {"assets/uqr/LICENSE": _qr_file("LICENSE")}


def script_texts() -> dict[str, str]:
    """Site path → text of each script, the same for the same modules. Raises ``SiteError`` as ``asset_files`` does."""
    _qr_file("index.mjs")
    return scripts(_PACKAGE, _SCRIPTS, loader="assets/dom/site.mjs")


def _qr_file(name: str) -> Path:
    file = _QR / name
    if not file.exists():
        advice = "Install the package again: pip install ."
        raise SiteError(Problem("the library for QR codes is missing", file=str(file), advice=advice))
    return file
