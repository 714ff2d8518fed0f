"""When two files say the same: what is left of one when the ways of writing it are taken away.

HTML is compared as a tree: quotes, the order of attributes, entities, comments, end tags that may be left out, and
white space that no browser shows are not part of it. JSON is compared as data, XML as a tree, other text but for its
line ends. A spreadsheet is compared cell by cell.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from backprop_docgen.published.workbook_text import workbook_text
from backprop_docgen.settings.ignored import Ignored, xpath

_MOST_UNPACKED: Final = 64_000_000
_TEXTS: Final = frozenset((".css", ".csv", ".js", ".map", ".mjs", ".svg", ".txt"))
_BLOCKS: Final = (
    "address|article|aside|base|blockquote|body|br|button|caption|col|colgroup|dd|details|dialog|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|meta|nav|noscript|ol|optgroup|"
    "option|p|pre|script|section|select|style|summary|svg|table|tbody|td|template|tfoot|th|thead|title|tr|ul|video|"
    "bp-math-block|path|g|rect|circle|line|text|desc|defs|marker|polyline|polygon|ellipse|use|symbol|image|tspan"
)
_TAG_END: Final = r"""[^<>"]*(?:"[^"]*"[^<>"]*)*>"""
_AROUND: Final = re.compile(rf"\s*(</?(?:{_BLOCKS})(?![\w-]){_TAG_END})\s*")
_KEPT: Final = re.compile(rf"(<(pre|textarea|script|style)(?![\w-]){_TAG_END}.*?</\2>)", re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_CLASS: Final = re.compile(r'(?<= class=")[^"]*(?=")')
_BARE: Final = re.compile(r' ([a-z-]+)="\1"')
"""An attribute that stands without a value, as ``hidden``: its value may be empty, or its name."""


def plain_html(text: str, ignored: Sequence[Ignored] = ()) -> str:
    """HTML, a page or a part of one, as a tree is written in one way alone, without what is ``ignored``.

    Raises ValueError for what is none.
    """
    import lxml.etree  # slow to import, and needed for what is not kept alone
    import lxml.html

    parser = lxml.html.HTMLParser(encoding=None, remove_comments=True, remove_pis=True)
    whole = re.match(r"\s*(?:<!doctype[^>]*>\s*)?<html\b", text, re.IGNORECASE)
    try:
        root = lxml.html.document_fromstring(text if whole else f"<body>{text}", parser=parser)
        for element in [each for one in ignored for each in root.xpath(xpath(one.select))]:
            if element.getparent() is not None:
                element.drop_tree()
        written: str = lxml.etree.tostring(root, method="c14n").decode("utf-8")
    except (lxml.etree.LxmlError, AssertionError) as error:
        raise ValueError(str(error)) from None
    parts = _KEPT.split(written)
    found = [part if index % 3 else _spaced(part) for index, part in enumerate(parts) if index % 3 != 2]
    return "".join(found)


def _spaced(text: str) -> str:
    text = _AROUND.sub(r"\1", _SPACE.sub(" ", text))
    return _BARE.sub(r' \1=""', _CLASS.sub(lambda match: " ".join(match[0].split()), text))


def same_html(one: str, other: str) -> bool:
    """Whether two pieces of HTML are the same tree."""
    if one == other:
        return True
    try:
        return plain_html(one) == plain_html(other)
    except ValueError:
        return False


def content_mark(name: str, data: bytes, ignored: Sequence[Ignored] = ()) -> str:
    """A digest of what a file says, however it is written; "" for what can be written in one way alone."""
    try:
        plain = _plain(name, data, ignored)
    except (ValueError, RecursionError, OSError, EOFError, zlib.error, SyntaxError):
        return ""
    return "" if plain is None else hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(name: str, data: bytes, ignored: Sequence[Ignored]) -> str | None:
    kind = PurePosixPath(name).suffix
    if kind == ".gz":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            inner = stream.read(_MOST_UNPACKED + 1)
        if len(inner) > _MOST_UNPACKED:
            return None
        return _plain(name.removesuffix(".gz"), inner, ignored) or inner.decode("latin-1")
    if kind == ".html":
        return plain_html(data.decode("utf-8"), ignored)
    if kind == ".xlsx":
        return workbook_text(data)
    if kind in (".json", ".ipynb"):
        return json.dumps(json.loads(data), sort_keys=True)
    if kind == ".xml":
        import lxml.etree

        parser = lxml.etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
        return str(lxml.etree.tostring(lxml.etree.fromstring(data, parser), method="c14n").decode("utf-8"))
    if kind in _TEXTS:
        return "\n".join(line.rstrip() for line in data.decode("utf-8").strip().splitlines())
    return None
