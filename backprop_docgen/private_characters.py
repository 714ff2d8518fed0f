"""Every private character of Unicode that stands in a text for something else, until that is put in or looked at."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "\ue000"
"""A number that carries its mark, in the plain text of a page. The digests in ``worksheet.json`` hang on it."""
MATH: Final = "\ue001"
"""A formula, there as well."""

NOTHING: Final = "\ue004"
"""Where a choice says nothing. It takes the space before it away, or the line that holds nothing else."""
BLOCK_OPEN, BLOCK_CLOSE = "\ue005", "\ue006"
"""Around the number of a text of several lines, which takes on the indentation of where it stands."""

CELL: Final = "\ue007"
"""Around the number of a code cell that has been taken out of a text; around nothing where a cell of text ends."""
PLACE_OPEN, PLACE_CLOSE = "\ue008", "\ue009"
"""Around a template's file and line, where someone looks for it: what follows was written there."""

FIRST_TOKEN, LAST_TOKEN = 0xF0000, 0x10FFFD
"""The tokens of a page, one character each: the n-th stands for the n-th piece of its record."""

TOKENS: Final = f"{chr(FIRST_TOKEN)}-{chr(LAST_TOKEN)}"
"""All tokens, for a set of a regular expression."""

ANY: Final = f"\ue000-\ue01f{TOKENS}"
"""All of them, for a set of a regular expression. KaTeX has one of its own, the stroke of ≠ (U+E020)."""

PRIVATE: Final = re.compile(f"[{ANY}]")
"""One of them."""
