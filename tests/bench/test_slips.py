"""What the explanations know, measured on a few networks with the benchmark's own code; the pages follow from it."""

from __future__ import annotations

import re
import sys
from collections import Counter

import pytest

import sample
from networks import ROOT

sys.path.append(str(ROOT / "bench"))

import slips
import slips_report
from slips_report import Results

NETWORKS = 10
LANGUAGES = ("es", "en")


@pytest.fixture(scope="module")
def counts() -> slips.Counts:
    chance = sample.drawing("networks with slips")
    return slips.batch([chance.randrange(10**6) for _ in range(NETWORKS)])


def of(counts: slips.Counts, what: str) -> dict[str, Counter[str]]:
    """What came out, by digits."""
    found: dict[str, Counter[str]] = {}
    for (measured, _, digits, became), number in counts.items():
        if measured == what:
            found.setdefault(digits, Counter())[became] += number
    return found


def share(found: Counter[str], *became: str) -> float:
    return sum(found[each] for each in became) / found.total()


def test_of_planted_slips_nothing_else_is_named(counts: slips.Counts) -> None:
    planted = of(counts, "planted")
    assert set(planted) == {"3", "4", "6"}
    for found in planted.values():
        assert set(found) <= set(slips_report.OUTCOMES)
    assert share(planted["6"], "first", "listed", "tie") > 0.85
    assert share(planted["4"], "first", "listed", "tie") > 0.5


def test_numbers_that_mean_nothing_are_seldom_named(counts: slips.Counts) -> None:
    for found in of(counts, "random").values():
        assert share(found, "named", "carried") <= 0.02


def test_slips_that_are_not_known_are_seldom_taken_for_others(counts: slips.Counts) -> None:
    for found in of(counts, "left out").values():
        assert share(found, "named") <= 0.05


def test_whoever_rounds_every_step_rightly_is_right(counts: slips.Counts) -> None:
    for found in of(counts, "stepwise").values():
        assert set(found) == {"right"}
        assert found.total() > 1000


def test_the_public_numbers() -> None:
    posts = slips.posts()
    found = {(post.network, post.quantity, post.number): post for post in posts}
    for key in (
        ("two-two-two", "net_h1", "0.3825"),
        ("two-two-two", "net_h2", "0.3900"),
        ("two-two-two", "E_total@1", "0.291027924"),
        ("four-times", "dE_total/dw1", "0.00571675240882"),
        ("always-one", "dE_total/dw1", "1"),
    ):
        assert found[key].became == "explained", key
    assert Results.read().posts == posts, "run: make evidence"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_page_is_what_the_results_give(language: str) -> None:
    path = ROOT / "docs" / language / slips_report.PAGE
    assert path.read_text("utf-8") == slips_report.pages()[path], "run: python bench/slips.py --write"


def test_both_languages_have_the_same_parts() -> None:
    spanish, english = (slips_report.page(Results.read(), language) for language in LANGUAGES)
    for part in (r"(?m)^#+ ", r"(?m)^\|", r"(?m)^```", r"(?m)^- ", r"(?m)^\?\?\?"):
        assert len(re.findall(part, spanish)) == len(re.findall(part, english)), part


def test_nothing_measured_is_worse_than_the_page_promises() -> None:
    results = Results.read()
    for digits in slips_report.DIGITS:
        assert slips_report.total(results.planted, digits)["other"] == 0
        assert set(slips_report.total(results.stepwise, digits)) == {"right"}
        for row in results.random.values():
            assert share(Counter(row[digits]), "named", "carried") <= 0.02
    assert sum(post.what != "follows" for post in results.posts) == 97
