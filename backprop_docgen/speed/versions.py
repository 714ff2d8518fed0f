"""The versions whose private parts some of this room leans on; beside others it stands aside, and only time is lost."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import mkdocs

from backprop_docgen.latex.katex_files import katex_file

TESTED: Final = {"katex": "0.19", "mkdocs": "1.6", "mkdocs-material": "9.8"}
"""Major and minor version of each package, as in ``constraints.txt``; KaTeX's is the one this package brings."""
_log = logging.getLogger("mkdocs.plugins.backprop_docgen")


def as_tested(name: str) -> bool:
    """Whether a package is here in the tested version; said in a verbose build if it is not."""
    found = _installed(name)
    if found.split(".")[:2] == TESTED[name].split("."):
        return True
    _log.debug(f"{name} is not of version {TESTED[name]} ({found or 'missing'}): what leans on it saves no time here")
    return False


def _installed(name: str) -> str:
    if name == "katex":
        return katex_file("VERSION").read_text("utf-8").strip()
    if name == "mkdocs" and mkdocs.__name__ != name:  # ProperDocs answers to its name
        return mkdocs.__name__
    try:
        return version(name)
    except PackageNotFoundError:  # another generator in the place of MkDocs
        return ""
