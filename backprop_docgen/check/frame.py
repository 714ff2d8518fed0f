"""What stands around the article: contents, navigation, titles; their words are those of headings and titles."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from backprop_docgen.finding import Finding
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.published.page_list import page_file


def check_frame(pages: Mapping[str, BuiltPage]) -> Iterator[Finding]:
    """Every link of the frame with a number in it must say what the heading or the title it leads to says."""
    by_file = {page_file(url): page for url, page in pages.items()}
    titles = {name: _title(page) for name, page in by_file.items()}
    for name, page in by_file.items():
        article = page.article()
        body = page.root.find("body")
        for link in body.iter("a") if body is not None else ():
            href = link.get("href") or ""
            if urlsplit(href).scheme or article in link.iterancestors() or link.get("class", "").startswith("md-skip"):
                continue
            address, fragment = urldefrag(href)
            if not address and fragment:
                expected = next((text for _, ident, text, _ in page.headings if ident == unquote(fragment)), None)
            else:
                expected = titles.get(_target(name, address))
            said = " ".join("".join(link.itertext()).split())
            if expected is None or not said:
                continue
            for text in (said, link.get("aria-label") or ""):
                yield from _compare(page, link, text, expected)


def _compare(page: BuiltPage, link: Any, said: str, expected: str) -> Iterator[Finding]:
    found = [token.text for token in tokens(said, page.language)]
    wanted = [token.text for token in tokens(expected, page.language)]
    if found and found != wanted:
        at = page.at(link)
        at = max(page.lines.text.find(found[0], at), at)
        yield page.lines.finding("wrong", at, f"{said!r} leads to {expected!r}", found[0], " ".join(wanted))
    elif not found and wanted and expected.split()[:1] == said.split()[:1]:
        yield page.lines.finding("wrong", page.at(link), f"{said!r} leads to {expected!r}", "", " ".join(wanted))


def _title(page: BuiltPage) -> str:
    return next((text for tag, _, text, _ in page.headings if tag == "h1"), "")


def _target(name: str, address: str) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), address or posixpath.basename(name)))
    if address.endswith("/") or address in (".", "..") or address.endswith("/.."):
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    return target
