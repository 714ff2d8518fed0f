"""Number words, plurals, gender, conjunctions, and whole numbers in two languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from backprop_docgen.errors import SiteError
from backprop_docgen.numbers.language import WORDS_UP_TO, Language, load_language
from backprop_docgen.numbers.rounding import printed
from networks import known

ES, EN = Language("es", ","), Language("en")


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (0, "m", "cero pesos"),
        (1, "m", "un peso"),
        (1, "f", "una neurona"),
        (2, "m", "dos pesos"),
        (8, "f", "ocho neuronas"),
        (16, "m", "dieciséis pesos"),
        (21, "m", "veintiún pesos"),
        (21, "f", "veintiuna neuronas"),
        (22, "m", "veintidós pesos"),
        (30, "f", "treinta neuronas"),
        (31, "f", "31 neuronas"),
    ],
)
def test_spanish_counts_agree_with_their_noun(number: int, gender: str, words: str) -> None:
    noun = ES.plural(number, *(("peso", "pesos") if gender == "m" else ("neurona", "neuronas")))
    assert f"{ES.word(number, gender)} {noun}" == words


def test_without_a_noun_one_keeps_its_ending() -> None:
    assert [ES.word(n, noun=False) for n in (1, 21, 2)] == ["uno", "veintiuno", "dos"]


def test_english_words() -> None:
    assert [EN.word(n) for n in (1, 2, 21, 30, 31, -1)] == ["one", "two", "twenty-one", "thirty", "31", "−1"]
    assert [EN.plural(1, "weight"), EN.plural(2, "weight"), EN.plural(0, "bias", "biases")] == [
        "weight",
        "weights",
        "biases",
    ]
    assert WORDS_UP_TO == 30


@pytest.mark.parametrize(
    ("number", "spanish", "english"),
    [
        (7, "7", "7"),
        (999, "999", "999"),
        (1000, "1000", "1,000"),
        (9999, "9999", "9,999"),
        (10_000, "10\u202f000", "10,000"),
        (1_000_000, "1\u202f000\u202f000", "1,000,000"),
        (-10_000, "−10\u202f000", "−10,000"),
    ],
)
def test_grouping(number: int, spanish: str, english: str) -> None:
    assert (ES.integer(number), EN.integer(number)) == (spanish, english)


@pytest.mark.parametrize(
    ("word", "y", "o"),
    [
        ("salidas", "y", "o"),
        ("Inglaterra", "e", "o"),
        ("hijos", "e", "o"),
        ("hielo", "y", "o"),
        ("otra", "y", "u"),
        ("ocho", "y", "u"),
        ("hora", "y", "u"),
        ("$i_1$", "e", "o"),
        ("`out_o1`", "y", "u"),
        (r"\text{out}", "y", "u"),
    ],
)
def test_conjunctions_before_their_own_sound(word: str, y: str, o: str) -> None:
    assert (ES.conjunction("and", word), ES.conjunction("or", word)) == (y, o)


def test_lists() -> None:
    assert [ES.enumerate(["w1", "w2", "w3"][:n]) for n in range(4)] == ["", "w1", "w1 y w2", "w1, w2 y w3"]
    assert EN.enumerate(["a", "b", "c"]) == "a, b, and c"
    assert EN.enumerate(["a", "b"], "or") == "a or b"
    assert ES.enumerate(["<b>1</b>", "<b>2</b>"], spoken=["uno", "hijo"]) == "<b>1</b> e <b>2</b>"


def test_numbers_and_percentages_carry_the_mark() -> None:
    number = printed(known(-0.21707153467853746), 4)
    assert (ES.number(number), EN.number(number), ES.tex(number)) == ("−0,2171", "−0.2171", "-0{,}2171")
    assert (ES.percent(Fraction(25, 1000), 1), EN.percent(Fraction(25, 1000), 1)) == ("2,5\u00a0%", "2.5%")
    assert (ES.list_separator, EN.list_separator) == (";", ",")


def test_the_whole_part_of_a_large_number_is_grouped() -> None:
    number = printed(known(-12345.678912345), 4)
    assert (Language("es").number(number), EN.number(number)) == ("−12\u202f345.6789", "−12,345.6789")
    assert EN.number(printed(known(1234.5), 4), plus=True) == "+1,234.5000"
    assert (Language("es").number(printed(known(1234.5), 4)), ES.number(number)) == ("1234.5000", "−12\u202f345,6789")
    assert Language("en", ",").integer(12345) == "12\u202f345"  # a comma that is the decimal mark groups nothing
    assert EN.percent(Fraction(2118_88, 10_000), 2) == "2,118.88%"


def test_catalogues() -> None:
    spanish = load_language("es", ",")
    assert (spanish.code, spanish.mark) == ("es", ",")
    assert spanish.translate("learning rate") != "learning rate"
    assert load_language("en").translate("weight {number}", number=5) == "weight 5"
    with pytest.raises(SiteError, match="catalogue"):
        load_language("xx")
