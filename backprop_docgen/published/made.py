"""Where the numbers of a site are made: the section of a page that works a quantity out, or else first shows it.

Search puts that section before all others that only use the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from backprop_docgen.errors import QuantityError
from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.numbers.language import Language
from backprop_docgen.worksheet.course import COUNTS, Course

_MARK: Final = re.compile(r"""<h([1-6])\b[^>]*?\sid=["']?([^"'\s>]+)|\bdata-(ladder|worked|q)=["']?([^"'\s>]+)""")
_ARTICLE: Final = re.compile(r"<article\b.*</article>", re.DOTALL)


def shown(html: str) -> Iterator[tuple[str, str, bool]]:
    """Each quantity that a page's text shows: where ("" or "#section"), its name, and whether its equation is there."""
    found = _ARTICLE.search(html)
    section = ""
    for level, heading, kind, name in _MARK.findall(found[0] if found else ""):
        if heading:
            section = "" if level == "1" else f"#{heading}"
        elif not name.startswith(f"{COUNTS}:"):
            yield section, name, kind in ("ladder", "worked")


def made(pages: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Where each quantity is made, by name: the address of the section.

    ``pages`` are addresses and HTML, in the order in which they are read.
    """
    equations: dict[str, str] = {}
    others: dict[str, str] = {}
    for url, html in pages:
        for section, name, equation in shown(html):
            (equations if equation else others).setdefault(name, url + section)
    return others | equations


def printed(course: Course, language: Language, name: str) -> str | None:
    """A quantity as the pages of a language print it; None where there is none."""
    try:
        quantity = course.quantity(name)
    except QuantityError:
        return None
    return language.number(print_quantity(quantity, course.default.network.display.decimals))
