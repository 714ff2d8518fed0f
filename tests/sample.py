"""Shares of sets too large to try whole in every run, drawn anew each time by a seed that the run prints.

``pytest --seed N`` draws the same again, ``pytest --all`` takes the whole sets. conftest.py sets both before any test
is collected, in every worker the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any, TypeVar

T = TypeVar("T")
seed = 0
everything = False


def drawing(name: str) -> random.Random:
    """Chance for one purpose: the same for a seed, whatever else is drawn."""
    return random.Random(f"{seed} {name}")


def some(name: str, values: Sequence[T], least: int) -> list[T]:
    """So many of the values, in their order; with ``--all`` every one."""
    if everything or least >= len(values):
        return list(values)
    kept = set(drawing(name).sample(range(len(values)), least))
    return [value for at, value in enumerate(values) if at in kept]


def covering(name: str, *sets: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Combinations in which every value of each factor occurs, and as many pairs of values as go into them.

    That is one for each value of the longest factor. With ``--all`` every combination.
    """
    factors = [list(each) for each in sets]
    every = list(product(*map(range, map(len, factors))))
    if everything:
        return _values(factors, every)
    left = drawing(name).sample(every, len(every))
    alone = {(at, value) for at, factor in enumerate(factors) for value in range(len(factor))}
    paired: set[tuple[tuple[int, int], ...]] = set()
    taken = []
    while alone:
        best = max(left, key=lambda one: (len(alone & set(enumerate(one))), len(_pairs(one) - paired)))
        left.remove(best)
        taken.append(best)
        alone -= set(enumerate(best))
        paired |= _pairs(best)
    return _values(factors, sorted(taken))


def _pairs(one: tuple[int, ...]) -> set[tuple[tuple[int, int], ...]]:
    return set(combinations(enumerate(one), 2))


def _values(factors: Sequence[Sequence[Any]], taken: Sequence[tuple[int, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(factor[at] for factor, at in zip(factors, one, strict=True)) for one in taken]
