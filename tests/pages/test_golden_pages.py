"""The pages of three gallery networks, as they were read and approved.

A golden file holds all pages of one language, as a reader meets them: without the marks of the
numbers and without the figures' drawings. Refresh with ``--update-golden``, and read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from backprop_docgen.pages.page import Page
from rendered import rendered

ROOT = Path(__file__).parents[2]


@cache
def of_gallery(network: str) -> list[Page]:
    return rendered(ROOT / "tests" / "networks" / f"{network}.toml")


def readable(markdown: str) -> str:
    """A page without what only programs read."""
    text = re.sub(r"<data [^>]*>(.*?)</data>", r"\1", markdown, flags=re.DOTALL)
    text = re.sub(r'<span class="chosen"[^>]*>(.*?)</span>', r"\1", text, flags=re.DOTALL)
    text = re.sub(r'<span class="meaning"[^>]*>(.*?)</span>', r"\1", text)
    text = re.sub(r"\\htmlData\{[^}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1", text)
    text = re.sub(r"(?:<svg.*?</svg>\s*)+", "<svg/>", text, flags=re.DOTALL)
    text = re.sub(r'<div class="(equation|cell)[^>]*>', r"<\1>", text)
    # the last digits of a double depend on the machine's mathematical library
    return re.sub(r"(?<![\w.])(-?\d+\.\d{13})\d+", r"\1…", text)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("network", ["and", "2-3-3-2-tanh", "softmax"])
def test_the_pages_read_as_approved(network: str, language: str, golden: Callable[[str, str], None]) -> None:
    pages = [page for page in of_gallery(network) if page.language == language and page.name != "benchmark.md"]
    text = "\n".join(f"<!-- {page.name} -->\n{readable(page.markdown)}" for page in pages)
    golden(f"pages/{network}.{language}.md", text)
