"""What a built page shows, as its site's ``worksheet.json`` lists it: names of quantities, and every numbered thing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from backprop_docgen.errors import BackpropError
from backprop_docgen.formula.tree import symbols
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.published.page import Item
from backprop_docgen.published.page import digest as short
from backprop_docgen.speed.store import Store, digest

_HTML_DATA: Final = re.compile(r"\\htmlData\{q=([^{}]*)\}")
_LABEL: Final = re.compile(r'data-(?:q|tree)="([^"]*)"')


KIND: Final = "contents"
"""What the store calls the contents of a page."""

CHOICES: Final = "assets/choices/"
"""Where the files of chosen sentences are."""


SEARCH: Final = "search/search_index.json"
"""The search index of a language, below its prefix."""


def page_file(url: str) -> str:
    """The file of a page, by its address inside the site (``mi%20p%C3%A1gina/``)."""
    plain = unquote(url.removeprefix("./"))
    return f"{plain}index.html" if not plain or plain.endswith("/") else plain


def page_name(source: str) -> str:
    """What a page is called, by its template: as in its address, "es/nudge", and "es/unit" for "es/unit/index.md"."""
    code, _, inside = source.partition("/")
    stem = re.sub(r"(^|/)(?:index|README)$", "", inside.rpartition(".")[0])
    return f"{code}/{stem or 'index'}"


def choices_file(source: str) -> str:
    """The file with the chosen sentences of a page, by its template."""
    return f"{CHOICES}{page_name(source)}.json"


def item_names(item: Item) -> list[str]:
    """The names behind one thing on a page."""
    if item.kind == "number":
        name = item.data.get("data-q")
        return [name] if name is not None else list(tree_names(item.data["data-expr"]))
    if item.kind == "formula":
        return _HTML_DATA.findall(item.text)
    if item.kind == "figure":
        return [name for found in _LABEL.findall(item.text) for name in _label_names(unescape(found))]
    if item.kind == "cell":
        named = [each for kind in ("literal", "output") for each in behind(item.data, kind)]
        return [name for each in named for name in _label_names(each)]
    return []


def behind(data: Mapping[str, str], kind: str) -> list[str]:
    """What a cell says is behind each of its literals ("literal") or outputs ("output"): a name, a formula, "-"."""
    names = data.get(f"data-{kind}s", "").split()
    trees = data.get(f"data-{kind}-trees", "").split()
    return [tree if tree != "-" else name for name, tree in zip_longest(names, trees, fillvalue="-")]


def _label_names(text: str) -> Iterable[str]:
    if text == "-":
        return []
    return tree_names(text) if text.startswith("[") else [text]


def tree_names(text: str) -> Iterator[str]:
    """The names in a formula that stands in an attribute; none for what is no formula."""
    try:
        yield from symbols(from_json(json.loads(text)))
    except (ValueError, RecursionError, BackpropError):
        return


def read_contents(root: Path, url: str, language: str, store: Store | None = None) -> list[str]:
    """The contents of a built page, by its address."""
    return contents(url, language, (root / page_file(url)).read_text("utf-8"), store)


def contents(url: str, language: str, text: str, store: Store | None = None) -> list[str]:
    """A digest of everything on a built page that a reader meets, in order: as it is kept, or else as it is read."""
    mark = digest(url, language, text)
    known: list[str] | None = store.load(KIND, mark) if store else None
    if known is None:
        from backprop_docgen.published.reader import read_page  # and with it an HTML parser, for new pages only

        known = read_page(url, language, page_file(url), text).keys()
        if store:
            store.save(KIND, mark, known)
    return known


def choice_keys(choices: Iterable[object]) -> list[str]:
    """A digest of every condition and every text of the chosen sentences, in order."""
    found = []
    for choice in choices:
        parts = choice if isinstance(choice, dict) else {}
        for kind in ("conditions", "texts"):
            listed = parts.get(kind)
            for part in listed if isinstance(listed, list) else ():
                found.append(f"{kind[0]}{short(json.dumps(part, ensure_ascii=False, sort_keys=True))}")
    return found


def search_keys(text: str) -> list[str]:
    """A digest of the settings of a search index; its texts are those of the pages."""
    data = json.loads(text)
    settings = data.get("config") if isinstance(data, dict) else None
    return [short(json.dumps(settings, ensure_ascii=False, sort_keys=True))]
