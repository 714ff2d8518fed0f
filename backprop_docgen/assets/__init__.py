"""Style sheets and scripts that the site serves."""

from __future__ import annotations

from pathlib import Path


def asset_files() -> dict[str, Path]:
    """Site path → file of the package."""
    folder = Path(__file__).parent
    return {f"assets/{path.name}": path for path in sorted(folder.iterdir()) if path.suffix in (".css", ".mjs")}


def script_text(name: str) -> str:
    """The source of one of the site's scripts."""
    return (Path(__file__).parent / name).read_text("utf-8")
