"""Texts without any sign that Markdown looks for, half of all, are kept from its inline patterns.

Each of these, sixteen or more, would search them and find nothing.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_INLINE: Final = 20  # Markdown's own priority of the inline patterns
_PATTERNS: Final = frozenset(
    (
        *("bp_math", "backtick", "escape", "footnote", "reference", "link", "image_link", "image_reference"),
        *("short_reference", "short_image_ref", "autolink", "automail", "linebreak", "html", "entity"),
        *("em_strong", "em_strong2", "not_strong"),
    )
)
"""Those that find nothing where there is no sign of theirs."""
_SIGN: Final = re.compile(r"[`\\\[!<&*_]|  \n")


class _Plain(AtomicString):
    """A text that stays as it is."""


class _Keep(Treeprocessor):
    """Before the inline patterns; nothing, where one of them is not known."""

    def run(self, root: Element) -> None:
        patterns = self.md.inlinePatterns
        if len(patterns) > sum(name in patterns for name in _PATTERNS):
            return
        for element in root.iter():
            text = element.text
            if text and type(text) is str and not _SIGN.search(text):
                element.text = _Plain(text)


class _Release(Treeprocessor):
    """After them: for whoever comes next a text is a text."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if type(element.text) is _Plain:
                element.text = str(element.text)


def keep_plain_texts(md: Markdown) -> None:
    """Register what does so."""
    md.treeprocessors.register(_Keep(md), "bp_keep", _INLINE + 0.5)
    md.treeprocessors.register(_Release(md), "bp_release", _INLINE - 0.5)
