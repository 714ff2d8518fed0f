"""Where a text differs from the one that was expected: lines first, then pieces of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, islice
from typing import Final

from backprop_docgen.published.same import plain_html, same_html

_PIECE: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|</?[A-Za-z][^\s<>]*|[-+−]?\d[\d.]*(?:[eE][-+]?\d+)?|\w+|\s+|.', re.DOTALL
)
_FEW: Final = 8
_MOST: Final = 2500
"""Pieces that are compared with one another; of longer stretches only the first difference is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of the found text, and what should be there instead."""

    offset: int
    found: str
    expected: str


def differences(found: str, expected: str) -> Iterator[Difference]:
    """Every difference of two texts, by its place in the found one."""
    if found == expected:
        return
    have, want = found.splitlines(keepends=True), expected.splitlines(keepends=True)
    starts = list(accumulate(map(len, have), initial=0))
    for i, j, k, m in changed(have, want):
        if j - i == m - k:
            for at in range(j - i):
                yield from _inside(have[i + at], want[k + at], starts[i + at])
        else:
            yield from _inside("".join(have[i:j]), "".join(want[k:m]), starts[i])


def html_differences(found: str, expected: str) -> Iterator[Difference]:
    """Every difference of two pieces of HTML as trees: equal ones may be written otherwise."""
    if same_html(found, expected):
        return
    try:
        told = list(differences(plain_html(found), plain_html(expected)))
    except ValueError:
        told = []
    most = 2 * len(told) + _FEW
    written = list(islice(differences(found, expected), most + 1))
    if not told or len(written) <= most:  # it is written as ours is: each difference has its place
        yield from written
        return
    at = 0
    for each in told:
        at = max(found.find(each.found.strip() or each.found, at), at)
        yield Difference(at, each.found, each.expected)


def _inside(found: str, expected: str, start: int) -> Iterator[Difference]:
    if found == expected:
        return
    have, want = _PIECE.findall(found), _PIECE.findall(expected)
    starts = list(accumulate(map(len, have), initial=start))
    for i, j, k, m in changed(have, want):
        one, other = "".join(have[i:j]), "".join(want[k:m])
        yield Difference(starts[i], one, other)


def changed(have: Sequence[str], want: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches in which two sequences differ: from, to in the one; from, to in the other."""
    start, least = 0, min(len(have), len(want))
    while start < least and have[start] == want[start]:
        start += 1
    end = 0
    while end < least - start and have[-1 - end] == want[-1 - end]:
        end += 1
    i, j, k, m = start, len(have) - end, start, len(want) - end
    if j - i == m - k:  # nothing inserted, most likely: place by place
        yield from _pairs(have, want, i, j)
    elif j - i > _MOST or m - k > _MOST:
        yield i, j, k, m
    else:
        for tag, a, b, c, d in SequenceMatcher(None, have[i:j], want[k:m], autojunk=False).get_opcodes():
            if tag != "equal":
                yield i + a, i + b, k + c, k + d


def _pairs(have: Sequence[str], want: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int, int, int]]:
    wrong = [at for at in range(i, j) if have[at] != want[at]]
    if len(wrong) > max(20, (j - i) // 2) and j - i <= _MOST:  # shifted after all
        for tag, a, b, c, d in SequenceMatcher(None, have[i:j], want[i:j], autojunk=False).get_opcodes():
            if tag != "equal":
                yield i + a, i + b, i + c, i + d
        return
    for at in wrong:
        yield at, at + 1, at, at + 1
