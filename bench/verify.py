"""Is what a contender built right? All pages there, each formula typeset where it belongs, each cell's output true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

from contenders import Mathematics, Place
from results import Verdict
from tutorial import LANGUAGES, Page

_ANNOTATION = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)
_CODE = re.compile(r"<code[^>]*>(.*?)</code>", re.DOTALL)
_ERROR = re.compile(r'class="[^"]*\bkatex-error\b')


def verify(place: Place, order: Iterable[str]) -> Verdict:
    """What the finished output of a contender holds; ``order``: the pages of this project's own tutorial."""
    contender = place.contender
    if not place.pages:
        paths = [place.project / contender.page_path(code, name) for code in LANGUAGES for name in order]
        return Verdict(pages=sum(path.is_file() for path in paths), pages_wanted=len(paths))
    verdict = Verdict(
        pages_wanted=len(place.pages),
        formulas_wanted=sum(len(page.formulas) for page in place.pages),
        outputs_wanted=sum(len(page.printed) for page in place.pages),
    )
    for number, page in enumerate(place.pages):
        path = _built(place, number, page)
        if path.is_file():
            text = path.read_text("utf-8")
            if path.suffix == ".json":  # MyST's: HTML and plain text inside strings
                text = "\n".join(_strings(json.loads(text)))
            verdict.pages += 1
            verdict.formulas += 0 if _ERROR.search(text) else _formulas(text, page, contender.mathematics)
            plain = unescape(re.sub(r"<[^>]+>", "", text))
            verdict.outputs += sum(line in plain for line in page.printed)
    return verdict


def _built(place: Place, number: int, page: Page) -> Path:
    path = place.project / place.contender.page_path(page.language, page.name)
    if path.suffix == ".json" and not path.is_file():  # MyST has all pages in one folder, equal names numbered
        count = sum(each.name == page.name for each in place.pages[:number])
        path = path.parent.parent / f"{page.name}{f'-{count}' if count else ''}.json"
    return path


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _strings(each)


def _formulas(text: str, page: Page, mathematics: Mathematics) -> int:
    """How many of the page's formulas are there, once each, in the way that is wanted."""
    if mathematics == "browser":
        plain = _flat(unescape(re.sub(r"<[^>]+>", "", text)))
        return sum(_flat(tex) in plain for tex in page.formulas)
    found = {_flat(unescape(each)) for each in (_ANNOTATION if mathematics == "page" else _CODE).findall(text)}
    return sum(_flat(tex) in found for tex in page.formulas)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
