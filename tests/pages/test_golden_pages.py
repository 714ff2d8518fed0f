"""The pages of gallery networks, as they were read and approved.

A golden file holds pages of one language, as a reader meets them: without the marks of the numbers and without the
figures' drawings. Of three networks it holds them all; of ten that go wrong, have nothing to learn, or one or very many
of everything, those that depend most on the network. Refresh with ``--update-golden``, and read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rendered import Finished

Pages = Callable[[str], list[Finished]]
Golden = Callable[[str, str], None]
WHOLE = ("and", "2-3-3-2-tanh", "softmax")
IN_PART = (
    "one-of-each", "overshoots", "plateau", "learned", "twins", "out-of-reach", "softmax-examples", "softmax-even",
    "deep-narrow", "wide",
)  # fmt: skip
MADE = ("benchmark.md", "wrong-numbers.md", "reference.md", "figures-and-settings.md")
"""Pages made of what was measured, and of the program (``test_reference.py``)."""
DEPENDENT = ("nudge", "hidden-layer", "hidden-weights", "second-iteration", "training", "gradient-check")


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


def compared(pages: list[Finished]) -> str:
    return "\n".join(f"<!-- {page.name} -->\n{readable(page.markdown)}" for page in pages)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("network", WHOLE)
def test_the_pages_read_as_approved(network: str, language: str, finished: Pages, golden: Golden) -> None:
    pages = [page for page in finished(network) if page.language == language and page.name not in MADE]
    golden(f"pages/{network}.{language}.md", compared(pages))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("network", IN_PART)
def test_the_dependent_pages_read_as_approved(network: str, language: str, finished: Pages, golden: Golden) -> None:
    of_language = {page.name.removesuffix(".md"): page for page in finished(network) if page.language == language}
    pages = [of_language[name] for name in DEPENDENT if name in of_language]
    assert len(pages) >= 5
    golden(f"pages/{network}.{language}.md", compared(pages))
