"""What the templates of one page in several languages do not share: the page itself, its sections, its calls."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backprop_docgen.check.template_text import TemplateText
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.numbers.language import Language
from backprop_docgen.settings.allowances import Placed

_PARITY_CALLS: Final = re.compile(
    r"\b(ask|eq|formula|figure|count|table|matrix|q|d|listing|all_values|activation_rule|slope_rule|loss_rule)\("
)

_NAMES: Final = re.compile(r"\s*\w+(\s*,\s*\w+)*\s*")


@dataclass
class Template:
    """A template: its page's name, its language, its text taken apart."""

    page: str
    language: Language
    lines: Lines
    text: TemplateText
    marked: list[Placed]


def source_parity(templates: Sequence[Template]) -> Iterator[Finding]:
    """What the templates of a page do not share: the page itself, its sections, its calls, its typed numbers."""
    codes = list(dict.fromkeys(template.language.code for template in templates))
    pages: dict[str, dict[str, Template]] = {}
    for template in templates:
        pages.setdefault(template.page, {})[template.language.code] = template
    for page, versions in pages.items():
        present = [code for code in codes if code in versions]
        first = versions[present[0]]
        for code in codes:
            if code not in versions:
                yield first.lines.finding("parity", 0, f"the page {page} has no version in {code!r}", page)
        for code in present[1:]:
            yield from _compare(first, versions[code])


def _compare(first: Template, other: Template) -> Iterator[Finding]:
    theirs, mine = ([level for _, level, _ in each.text.headings] for each in (first, other))
    if theirs != mine:
        pairs = enumerate(zip(mine, theirs, strict=False))
        at = next((i for i, (one, two) in pairs if one != two), min(len(mine), len(theirs)))
        spot = other.text.headings[min(at, len(mine) - 1)][0] if mine else 0
        message = f"has {len(mine)} sections, {first.lines.file} has {len(theirs)}; they part at number {at + 1}"
        yield other.lines.finding("parity", spot, message, str(len(mine)))
    have, want = _calls(other), _calls(first)
    yield from _more(have, want, other, first)
    yield from _more(want, have, first, other)


def _more(
    here: Mapping[str, list[int]], there: Mapping[str, list[int]], template: Template, partner: Template
) -> Iterator[Finding]:
    """The calls that one template has more often than its partner."""
    counted = Counter({call: len(places) for call, places in here.items()})
    for call, extra in (counted - Counter({call: len(places) for call, places in there.items()})).items():
        times = f"{_times(len(here[call]))} here, {_times(len(there.get(call, [])))} in {partner.lines.file}"
        yield template.lines.finding("parity", here[call][-extra], f"{call[:60]} stands {times}", call[:80])


def _times(count: int) -> str:
    return ("not at all", "once", "twice")[count] if count < 3 else f"{count} times"


def _calls(template: Template) -> dict[str, list[int]]:
    """Numbered things by what they call, texts in quotes left out: they are in the page's language."""
    found: dict[str, list[int]] = {}
    for at, kind, text in template.text.calls:
        word = text.split(" ")[0] if text else ""
        if kind == "tag" and word == "when":  # one language may say at once what another says of each situation
            said = text.removeprefix(word)
            for each in said.split(",") if _NAMES.fullmatch(said) else [said]:
                found.setdefault(f"{word} {' '.join(each.split())}", []).append(at)
        elif kind == "tag" and word in ("cell", "equation", "choose"):
            found.setdefault(" ".join(text.split()), []).append(at)
        elif kind == "expression" and _PARITY_CALLS.match(text):
            found.setdefault(_call(" ".join(text.split())), []).append(at)
    return found


def _call(text: str) -> str:
    """A call without the words it is given: a count by what it counts, a figure by its kind and its worksheets."""
    if text.startswith("count("):
        return re.split(r"""\s*,\s*(?:["']|gender)|\)$""", text)[0] + ")"
    if text.startswith("figure("):
        of = re.search(r""",\s*of=(\[[^\]]*\]|"[^"]*"|[\w.]+)""", text)
        return text.split(",")[0] + (f", of={of[1]}" if of else "") + ")"
    return text
