"""The languages of a site: same pages, same sections, same quantities, figures, cells and equations, same numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from backprop_docgen.finding import Finding
from backprop_docgen.published.page import BuiltPage, Item
from backprop_docgen.published.page_list import behind, item_names


def check_parity(pages: Iterable[BuiltPage], stems: Mapping[str, str], marks: Mapping[str, str]) -> Iterator[Finding]:
    """Compare each page with the one of the first language; ``stems``: a page's name without language, by address."""
    by_stem: dict[str, dict[str, BuiltPage]] = {}
    codes = list(marks)
    for page in pages:
        by_stem.setdefault(stems[page.url], {})[page.language] = page
    for stem, versions in by_stem.items():
        present = [code for code in codes if code in versions]
        for code in codes:
            if code not in versions:
                message = f"the page {stem} has no version in {code!r}"
                yield versions[present[0]].lines.finding("parity", 0, message, stem)
        first = versions[present[0]]
        for code in present[1:]:
            yield from _compare(first, versions[code], marks)


def _compare(first: BuiltPage, other: BuiltPage, marks: Mapping[str, str]) -> Iterator[Finding]:
    mine, theirs = [tag for tag, *_ in other.headings], [tag for tag, *_ in first.headings]
    if mine != theirs:
        at = next(
            (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
        )
        spot = other.headings[min(at, len(mine) - 1)][3] if mine else 0
        message = f"has {len(mine)} sections, {first.url} has {len(theirs)}; they part at number {at + 1}"
        yield other.lines.finding("parity", spot, message, str(len(mine)))
    for what, kinds in (("figures", ("figure",)), ("cells", ("cell",)), ("equations", ("formula",))):
        yield from _sequence(what, _kept(first, kinds), _kept(other, kinds), first, other)
    yield from _multiset("quantity", _quantities(first), _quantities(other), first, other)
    yield from _multiset("number", _numbers(first, marks), _numbers(other, marks), first, other)


def _kept(page: BuiltPage, kinds: tuple[str, ...]) -> list[tuple[str, Item]]:
    found = []
    for item in page.items:
        if item.kind not in kinds:
            continue
        if item.kind == "formula":
            made = item.key.partition(" ")[2].partition("~")[0].strip()
            if made:  # a display equation made from a quantity
                found.append((made, item))
        elif item.kind == "cell":
            found.append((f"{behind(item.data, 'literal')} | {behind(item.data, 'output')}", item))
        else:
            found.append((item.key, item))
    return found


def _sequence(
    what: str, theirs: list[tuple[str, Item]], mine: list[tuple[str, Item]], first: BuiltPage, other: BuiltPage
) -> Iterator[Finding]:
    keys, expected = [key for key, _ in mine], [key for key, _ in theirs]
    if keys == expected:
        return
    at = next(
        (i for i, (a, b) in enumerate(zip(keys, expected, strict=False)) if a != b), min(len(keys), len(expected))
    )
    item = mine[min(at, len(mine) - 1)][1] if mine else None
    wanted = expected[at] if at < len(expected) else "none"
    message = (
        f"has other {what} than {first.url}: {keys[at][:60] if at < len(keys) else 'none'} where that has {wanted[:60]}"
    )
    yield other.lines.finding("parity", other.offset(item.spot) if item else 0, message, "", wanted[:80])


def _quantities(page: BuiltPage) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in page.items:
        for name in item_names(item):
            found.setdefault(name, []).append(item)
    return found


def _numbers(page: BuiltPage, marks: Mapping[str, str]) -> dict[str, list[Item]]:
    """Marked numbers as they are printed, the decimal mark and the grouping undone; words are compared by name."""
    mark = marks[page.language]
    found: dict[str, list[Item]] = {}
    for item in page.items:
        if item.kind == "number" and re.search(r"\d", item.text):
            found.setdefault(plain_number(item.text, mark, item.data.get("data-format", "rule:0")), []).append(item)
    return found


def plain_number(text: str, mark: str, style: str) -> str:
    """A printed number without what belongs to its language: its groups of digits, and its decimal mark."""
    if style.startswith(("integer", "fixed:0", "word")):
        return re.sub(r"(?<=\d)[.,\u202f\u2009](?=\d{3}(?!\d))", "", text)
    groups = "\u202f\u2009" if mark == "," else ",\u202f\u2009"
    return re.sub(rf"(?<=\d)[{groups}](?=\d{{3}})", "", text).replace(mark, ".").replace("\u00a0%", "%")


def _multiset(
    what: str, theirs: Mapping[str, list[Item]], mine: Mapping[str, list[Item]], first: BuiltPage, other: BuiltPage
) -> Iterator[Finding]:
    have, want = Counter({k: len(v) for k, v in mine.items()}), Counter({k: len(v) for k, v in theirs.items()})
    for key, extra in (have - want).items():
        for item in mine[key][-extra:]:
            message = f"the {what} {key} stands {have[key]} times here, {want[key]} times on {first.url}"
            yield other.lines.finding("parity", other.offset(item.spot), message, key[:80])
            break
    for key in want - have:
        spot = first.offset(theirs[key][-1].spot)
        message = f"the {what} {key} stands {want[key]} times here, {have[key]} times on {other.url}"
        yield first.lines.finding("parity", spot, message, key[:80])
