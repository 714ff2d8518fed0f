"""The kept number words are those of the library, in the languages of the site."""

from __future__ import annotations

import json

import pytest

import backprop_docgen.numbers.language as words
from backprop_docgen.numbers.language import KEPT, WORDS_UP_TO, number_word, spelled
from backprop_docgen.numbers.numerals import vocabulary

WORDS = json.loads(KEPT.read_text("utf-8"))


@pytest.mark.parametrize("language", WORDS)
def test_the_kept_words_are_those_of_the_library(language: str) -> None:
    assert {number: spelled(int(number), language) for number in WORDS[language]} == WORDS[language]


def test_the_languages_of_the_site_need_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "spelled", lambda *_: pytest.fail("the library was asked"))
    vocabulary.cache_clear()
    for language in ("es", "en"):
        assert vocabulary(language)
        assert all(number_word(number, language) for number in range(WORDS_UP_TO + 1))


def test_other_languages_come_from_the_library() -> None:
    assert number_word(21, "pt") == spelled(21, "pt")
    with pytest.raises(NotImplementedError):
        number_word(21, "xx")
