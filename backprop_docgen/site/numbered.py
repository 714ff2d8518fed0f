"""The pages of one group of the navigation, counted: "3 The error" in the sidebar, "Tutorial · 3 of 9" above the page.

The plugin's option ``numbered`` names the group as ``nav`` does; what stands there is counted, in each language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

from backprop_docgen.errors import Problem, SiteError, did_you_mean
from backprop_docgen.site.language_option import SiteLanguage

PLACE: Final = "{number} of {count}"
"""What tells a page's place, to be translated."""
NUMBER: Final = "bp-number"
PLACE_CLASS: Final = "bp-place"
"""The classes of a page's number in links, and of the line above the page."""


@dataclass(frozen=True)
class Step:
    """A page's place in its group: ``number`` of ``count``; ``group`` is the title in the page's language."""

    number: int
    count: int
    group: str


def require_group(nav: Iterable[Any], numbered: str | None) -> None:
    """Raise SiteError for a group to be counted that ``nav`` does not have."""
    groups = [title for title, value in titles_of(nav) if isinstance(value, list)]
    if numbered is not None and numbered not in groups:
        advice = did_you_mean(numbered, groups) or f"It has {', '.join(groups) or 'none at all'}."
        raise SiteError(Problem(f"'nav' has no group {numbered!r}", key="numbered", advice=advice))


def unknown_titles(nav: Iterable[Any], languages: Iterable[SiteLanguage]) -> Iterator[tuple[str, str]]:
    """Titles that are translated and that ``nav`` does not have: each with what is wrong."""
    known = dict(titles_of(nav))
    for language in languages:
        for title in language.titles:
            if title not in known:
                advice = did_you_mean(title, known) or "Take it away."
                yield title, f"the titles of {language.code} have {title!r}, and 'nav' has no such title. {advice}"


def titles_of(nav: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    """Every title of ``nav``, and what stands under it."""
    for entry in nav:
        if isinstance(entry, dict):
            for title, value in entry.items():
                yield str(title), value
                yield from titles_of(value if isinstance(value, list) else [])


def counted(items: Iterable[StructureItem], title: str) -> dict[str, Step]:
    """The places of the pages in the groups with a title, by source file."""
    found: dict[str, Step] = {}
    for item in items:
        if isinstance(item, Section):
            pages = [page for page in item.children if isinstance(page, Page)]
            if item.title == title:
                found |= {page.file.src_uri: Step(at, len(pages), title) for at, page in enumerate(pages, 1)}
            else:
                found |= counted(item.children, title)
    return found


def number(steps: Mapping[str, Step], item: StructureItem) -> str:
    """HTML of a page's number, to stand before its title; "" for what is not counted."""
    plain = plain_number(steps, item)
    return plain and f'<span class="{NUMBER}">{plain.rstrip()}</span> '


def plain_number(steps: Mapping[str, Step], item: StructureItem) -> str:
    """The same without its element: what a link is called holds what is read there."""
    step = steps.get(item.file.src_uri) if isinstance(item, Page) else None
    return "" if step is None else f"{step.number} "


def place(step: Step | None, words: str) -> str:
    """HTML of the line above a page; ``words`` are those of ``PLACE`` in its language."""
    if step is None:
        return ""
    said = words.format(number=step.number, count=step.count)
    return f'<p class="{PLACE_CLASS}">{escape(step.group)} · {escape(said)}</p>\n'
