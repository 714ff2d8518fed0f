"""The texts of chosen sentences, through Markdown with their page and out of it again.

The live page puts another branch in the place of the one that stands, so it needs each as HTML. They
are converted at the end of their own page, where its links and its extensions hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_BRANCH: Final = re.compile(r'<div data-branch="(\d+\.\d+)">(.*?)</div>\s*', re.DOTALL)
_ALL: Final = re.compile(rf'\n*<div class="bp-branches">\s*((?:{_BRANCH.pattern})*)</div>', re.DOTALL)


def branches_markdown(texts: Mapping[str, str]) -> str:
    """Markdown that holds the texts, by ``choice.branch``; it follows a page's own."""
    blocks = "\n\n".join(_block(key, text) for key, text in texts.items())
    return f'\n\n<div class="bp-branches" markdown="block">\n\n{blocks}\n\n</div>\n'


def _block(key: str, text: str) -> str:
    if "\n\n" in text:
        return f'<div data-branch="{key}" markdown="block">\n\n{text}\n\n</div>'
    return f'<div data-branch="{key}" markdown="span">{text}</div>'


def take_branches(html: str) -> tuple[str, dict[str, str]]:
    """A converted page without its branches, and the HTML of each."""
    found = _ALL.search(html)
    if not found:
        return html, {}
    texts = {key: text.strip() for key, text in _BRANCH.findall(found[1])}
    return html[: found.start()] + html[found.end() :], texts
