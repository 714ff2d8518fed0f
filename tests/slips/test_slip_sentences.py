"""What is said of the slips of three networks, and of every verdict, as it was read and approved.

Of sentences that differ in numbers of neurons and weights alone the first stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.slips.catalogue import Slip, catalogue
from backprop_docgen.slips.judge import Candidate, Verdict
from backprop_docgen.slips.table import RULES
from backprop_docgen.slips.words import remarks, sentence, together
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT

NETWORKS: Final = {
    "default": ROOT / "network.toml",
    "softmax": ROOT / "tests" / "networks" / "softmax-examples.toml",
    "two-hidden-layers": Path(__file__).with_name("two-hidden-layers.toml"),
}
LANGUAGES: Final = {"en": load_language("en"), "es": load_language("es", ",")}

each_language = pytest.mark.parametrize("code", list(LANGUAGES))


def said_of(slips: tuple[Slip, ...], language: Language) -> Iterator[str]:
    """Sentences of every kind, by rule."""
    seen = set()
    for rule in RULES:
        for slip in slips:
            if slip.rule == rule:
                said = sentence(Candidate(0.0, rule, slip.formula, (slip,)), language)
                if (kind := re.sub(r"[\d₀-₉]+|⁺(?=[^,]*$)", "", said)) not in seen:
                    seen.add(kind)
                    yield f"{rule}: {said}"


@each_language
@pytest.mark.parametrize("name", list(NETWORKS))
def test_the_sentences_read_as_approved(name: str, code: str, golden: Callable[[str, str], None]) -> None:
    network = read_network(NETWORKS[name])
    slips = catalogue(network, build_worksheet(network)).slips
    golden(f"slips/{name}.{code}.txt", "".join(f"{line}\n" for line in said_of(slips, LANGUAGES[code])))


@each_language
def test_the_verdicts_read_as_approved(code: str, golden: Callable[[str, str], None]) -> None:
    language, network = LANGUAGES[code], read_network(NETWORKS["default"])
    slips = catalogue(network, build_worksheet(network)).slips
    verdicts = [
        Verdict("net_h1", "right"),
        Verdict("net_h1", "right", remark="truncated"),
        Verdict("net_h1", "short", write=4),
        Verdict("net_h1", "carried"),
        Verdict("net_h1", "unknown", write=5),
        Verdict("net_h1", "unknown"),
        Verdict("net_h1", "slip", more=2),
    ]
    lines = [said for verdict in verdicts for said in remarks(verdict, language)]
    lines += [sentence(Candidate(0.0, rule.key, "net_h1"), language) for rule in RULES.values() if rule.family == "pen"]
    lines.append(sentence(Candidate(0.0, "other-quantity", "out_h1", other="dE_total/dw5"), language))
    lines.append(sentence(Candidate(0.0, "two-slips", "net_h1", (slips[0], slips[-1])), language))
    lines += [together(slips[0], told, given, language) for told, given in ((2, 2), (3, 3), (2, 3))]
    golden(f"slips/verdicts.{code}.txt", "".join(f"{line}\n" for line in lines))


def test_every_rule_of_a_formula_is_said_somewhere() -> None:
    """So that no sentence of the table goes unread."""
    said = set()
    for path in NETWORKS.values():
        network = read_network(path)
        said |= {slip.rule for slip in catalogue(network, build_worksheet(network)).slips}
    elsewhere = {rule.key for rule in RULES.values() if rule.family in ("pen", "another quantity", "two")}
    assert set(RULES) - said - elsewhere == set()
