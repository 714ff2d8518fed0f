"""What a built page shows, as its site's ``worksheet.json`` lists it: names of quantities, and every numbered thing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Final
from urllib.parse import unquote

from backprop_docgen.errors import BackpropError
from backprop_docgen.formula.tree import symbols
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.published.page import Item
from backprop_docgen.published.page import digest as short

_HTML_DATA: Final = re.compile(r"\\htmlData\{q=([^{}]*)\}")


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
        return [name for found in item.data["labels"].split("\n") if found for name in _label_names(found)]
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
    """Digests of the settings of a search index, and of its sections' addresses; its texts are those of the pages."""
    data = json.loads(text)
    settings = data.get("config") if isinstance(data, dict) else None
    docs = data.get("docs") if isinstance(data, dict) else None
    places = [str(each.get("location")) for each in docs if isinstance(each, dict)] if isinstance(docs, list) else []
    return [short(json.dumps(settings, ensure_ascii=False, sort_keys=True)), *map(short, places)]
