"""What is said of a slip: every clause in Spanish, too, with the same names in it."""

from __future__ import annotations

import re

import pytest

from backprop_docgen.numbers.language import load_language
from backprop_docgen.slips.table import RULES
from backprop_docgen.slips.words import symbol_text

SPANISH = load_language("es", ",")
PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("key", list(RULES))
def test_every_clause_is_said_in_spanish(key: str) -> None:
    text = RULES[key].text
    said = SPANISH.strings[text]
    assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(text))
    assert not re.search(r"\bde el\b|\ba el\b", said)
    assert said[0] == said[0].lower()
    assert said[-1] != "."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("net_h1", "net_h1"),
        ("h1", "h1"),
        ("h1_2", "h1₂"),
        ("net_h1_2", "net_h1₂"),
        ("net_h12", "net_h12"),
        ("delta_o1@1", "δ_o1⁺"),
        ("error_o1", "e_o1"),
        ("eta", "η"),
        ("w5@1", "w5⁺"),
        ("w5@20", "w5^(20)"),
        ("dE_total/dw5", "∂E_total/∂w5"),
        ("dE_sequential/dout_h1@1", "(∂E_seq/∂out_h1)⁺"),
        ("dout_h1_2/dnet_h1_2", "∂out_h1₂/∂net_h1₂"),
        ("net_h1[2]", "net_h1[2]"),
    ],
)
def test_a_name_in_a_sentence(name: str, text: str) -> None:
    assert symbol_text(name) == text
