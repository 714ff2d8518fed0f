"""The command ``reading-time``: how many minutes each page of a built site takes, and the counted pages together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Final

from backprop_docgen.check.site import language_at, read_copy
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.published.page_list import page_file
from backprop_docgen.published.reader import read_page
from backprop_docgen.published.reading_time import ReadingTime, reading_time

_COLUMNS: Final = ("page", "language", "no.", "words", "equations", "predictions", "code lines", "minutes")


def reading_times(site: SiteCopy) -> list[ReadingTime]:
    """Every page of a site: language by language, the counted ones first and in order.

    Raises SiteError for what is no such site, and for a page that cannot be read.
    """
    stored = read_copy(site)
    found = [
        reading_time(read_page(url, language_at(url, stored), page_file(url), site.text(page_file(url)), stored.ignore))
        for url in stored.pages
    ]
    order = {code: place for place, code in enumerate(stored.languages)}
    return sorted(
        found,
        key=lambda each: (order.get(each.language, len(order)), each.number is None, each.number or 0, each.url),
    )


def totals(found: Iterable[ReadingTime]) -> dict[str, float]:
    """The minutes of the counted pages, by language."""
    sums: dict[str, float] = {}
    for each in found:
        sums[each.language] = sums.get(each.language, 0) + (each.minutes if each.number is not None else 0)
    return sums


def as_json(found: Sequence[ReadingTime]) -> str:
    """The pages with what was counted and their minutes, and the totals."""
    pages = [{**asdict(each), "minutes": round(each.minutes, 2)} for each in found]
    sums = {language: round(minutes, 2) for language, minutes in totals(found).items()}
    return json.dumps({"pages": pages, "numbered": sums}, ensure_ascii=False, indent=1)


def as_table(found: Sequence[ReadingTime]) -> str:
    """A line for each page, and one for the counted pages of each language together."""
    rows: list[Sequence[str]] = [_COLUMNS]
    sums = totals(found)
    for language, minutes in sums.items():
        for each in (each for each in found if each.language == language):
            counts = (each.words, each.equations, each.predictions, each.code_lines)
            number = "" if each.number is None else str(each.number)
            rows.append((each.url or "./", language, number, *map(str, counts), f"{each.minutes:.1f}"))
        rows.append(("numbered pages", language, *[""] * 5, f"{minutes:.1f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = []
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*names, *numbers]).rstrip())
    return "\n".join(lines)
