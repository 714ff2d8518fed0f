"""Cardinals as words, by num2words.

Those that a site needs are kept in ``number_words.json`` for the languages of ours: the library loads all its fifty
languages at once, which takes longer than a page.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).with_name("number_words.json")


def number_word(number: int, language: str) -> str:
    """A number as a word; raises NotImplementedError for a language without, or what the library raises."""
    kept = _kept().get(language, {}).get(str(number))
    return kept if kept is not None else spelled(number, language)


def spelled(number: int, language: str) -> str:
    """The same, from the library itself."""
    from num2words import num2words

    return str(num2words(number, lang=language))


@cache
def _kept() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(KEPT.read_text("utf-8"))
    return words
