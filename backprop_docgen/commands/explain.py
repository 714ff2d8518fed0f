"""The command ``explain``: what a number is, or which slip gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from backprop_docgen.api import Explained, load
from backprop_docgen.errors import Problem, QuantityError

_OPTIONS: Final = ("--quantity", "--network", "--format", "--help")


def explain(words: Sequence[str], quantities: Sequence[str], network: Path) -> Explained:
    """Judge numbers, each for its quantity (one for all, or none: left open), about the network of a file.

    Names of quantities may stand among the words, or each before its number: ``net_h1=0.3825``. Raises BackpropError
    with all that is wrong.
    """
    tutorial = load(network)
    try:
        return tutorial.explain(*words, quantities=quantities)
    except QuantityError as error:
        raise QuantityError(map(_of_option, error.problems)) from None


def _of_option(problem: Problem) -> Problem:
    """The problem of a word, unless the word was meant for an option."""
    word = problem.key or ""
    if not re.match(r"--?[a-z]", word):
        return problem
    near = get_close_matches(word, _OPTIONS, 1)
    return Problem("no such option", key=word, advice=f"Did you mean {near[0]}?" if near else None)


def as_json(found: Explained) -> str:
    """The answers with their verdicts and explanations, and what explains several together."""
    return json.dumps({"answers": found.answers, "together": found.together}, ensure_ascii=False, indent=1)
