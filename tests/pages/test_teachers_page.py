"""The page for teachers is complete: every key, every limit, every command; and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backprop_docgen.cli import main
from backprop_docgen.errors import BackpropError
from backprop_docgen.formula.activations import ACTIVATIONS, LOSSES
from backprop_docgen.network.file import read_network
from backprop_docgen.network.rules import MAX_PARAMETERS, MAX_WORKED
from backprop_docgen.network.schema import MAX_EXAMPLES, MAX_LAYERS, MAX_NEURONS, TABLES
from backprop_docgen.numbers.language import load_language
from networks import ROOT

LANGUAGES = ("en", "es")


def page(language: str) -> str:
    return (ROOT / "docs" / language / "change-the-weights.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_and_name_is_there(language: str) -> None:
    text = page(language)
    keys = {key for table in TABLES.values() for key in table.keys}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
    assert [name for name in (*ACTIVATIONS, *LOSSES) if f'`"{name}"`' not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_is_there(language: str) -> None:
    text, integer = page(language), load_language(language).integer
    for limit in (MAX_PARAMETERS, MAX_WORKED, MAX_EXAMPLES, MAX_LAYERS, MAX_NEURONS, 10**6, 10**9):
        assert re.search(rf"\b{integer(limit)}\b", text), limit  # grouped as the pages' own numbers are


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_there(language: str) -> None:
    text = page(language)
    assert [name for name in main.commands if f"backprop-docgen {name}" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_file_and_its_mistakes(language: str, tmp_path: Path) -> None:
    text = page(language)
    short = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    said = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert short
    assert said
    file = tmp_path / "other.toml"
    file.write_text(short[1], "utf-8")
    assert read_network(file).layers
    wrong = short[1].replace("targets = [1]\n", "targets = [1]\nlearning_rat = 0.5\n")
    wrong = wrong.replace("[0.1, -0.1]", '"0.1"').replace("[[0.5, -0.5]]", "[[0.5]]")
    file.write_text(wrong, "utf-8")
    with pytest.raises(BackpropError) as caught:
        read_network(file)
    lines = "\n".join(str(problem) for problem in caught.value.problems)
    assert lines.replace(str(file), "other.toml") == said[1].strip()
