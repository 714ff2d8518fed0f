"""Chromium, or a browser made of it, on this machine; and its print of a page as PDF.

The browser itself is asked to print, from its command line: its links, bookmarks and tags come along, and no program to
drive it is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from backprop_docgen.errors import Problem, SiteError

_COMMANDS: Final = (
    *("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
_PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS: Final = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking"),
    *("--disable-sync", "--disable-component-update", "--no-pdf-header-footer", "--generate-pdf-document-outline"),
)
_SECONDS: Final = 600
_INSTALL: Final = (
    "Install Chromium, Chrome or Edge, or name one with --chromium PATH; --format zip makes the archive without it."
)


def find_chromium(given: Path | None = None) -> str:
    """The program to print with: the one given, or else the first that is found. Raises SiteError for none."""
    if given is not None:
        found = shutil.which(given)
        if found is None:
            raise SiteError(Problem("there is no such program", str(given), advice=_INSTALL))
        return found
    for name in (*_COMMANDS, *_PLACES):
        if found := shutil.which(name):
            return found
    raise SiteError(Problem("no Chromium was found to print the PDF with", advice=_INSTALL))


def print_pdf(chromium: str, address: str, path: Path) -> None:
    """Print the page at an address into a file. Raises SiteError where the browser makes none."""
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="backprop-docgen-", ignore_cleanup_errors=True) as profile:
        command = [chromium, *_FLAGS, *_unboxed(), f"--user-data-dir={profile}", f"--print-to-pdf={path}", address]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except OSError as error:
            raise SiteError(Problem(f"cannot be run ({error.strerror})", chromium, advice=_INSTALL)) from None
        except subprocess.TimeoutExpired:
            raise SiteError(Problem(f"printed nothing in {_SECONDS // 60} minutes", chromium)) from None
    if done.returncode or not path.is_file():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        advice = f"It said: {said[-1][:300]}" if said else _INSTALL
        raise SiteError(Problem("printed no PDF", chromium, advice=advice))


def _unboxed() -> list[str]:
    """As root, in a container, Chromium runs without its sandbox or not at all; the book has no script."""
    root = sys.platform != "win32" and os.geteuid() == 0
    return ["--no-sandbox"] if root else []
