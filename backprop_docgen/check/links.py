"""Numbers of equations and figures, recounted over all pages, and the references to them."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urlsplit

from backprop_docgen.finding import Finding
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.page import BuiltPage, Item
from backprop_docgen.published.page_list import page_file
from backprop_docgen.site.numbered import NUMBER, PLACE_CLASS

_KINDS: Final = {"eq": "equation", "fig": "figure"}


def check_references(pages: Iterable[BuiltPage], languages: Mapping[str, Language]) -> Iterator[Finding]:
    """Every numbered thing has the number of its place, and every reference names it and leads to it."""
    by_language: dict[str, list[BuiltPage]] = {}
    for page in pages:
        by_language.setdefault(page.language, []).append(page)
    for code, own in by_language.items():
        yield from _check(own, languages[code])


def _check(pages: list[BuiltPage], language: Language) -> Iterator[Finding]:
    counters: Counter[str] = Counter()
    numbers: dict[tuple[str, str], tuple[int, str]] = {}
    for page in pages:
        for item in page.items:
            kind = _kind(item)
            if kind and _own(item):
                counters[kind] += 1
                numbers.setdefault((kind, item.data["data-number"]), (counters[kind], page.url))
    by_url = {page.url: page for page in pages}
    for page in pages:
        for item in page.items:
            if item.kind == "reference":
                yield from _reference(page, item, numbers, language, by_url)


def _own(item: Item) -> bool:
    """Whether it is the number of the thing itself: it links to its own place on its own page."""
    return item.data.get("href", "").startswith("#") and (
        item.data.get("class") == "equation-number" or "in-caption" in item.data
    )


def _kind(item: Item) -> str:
    fragment = urldefrag(item.data.get("href", "")).fragment if item.kind == "reference" else ""
    return fragment.partition("-")[0] if fragment.partition("-")[0] in _KINDS else ""


def _reference(
    page: BuiltPage,
    item: Item,
    numbers: Mapping[tuple[str, str], tuple[int, str]],
    language: Language,
    pages: Mapping[str, BuiltPage],
) -> Iterator[Finding]:
    label, kind, offset = item.data["data-number"], _kind(item), page.offset(item.spot)
    found = numbers.get((kind, label))
    if found is None:
        yield page.lines.finding("reference", offset, f"no equation or figure has the label {label}", label)
        return
    number, url = found
    expected = f"({number})" if kind == "eq" else f"{language.translate('Figure')} {number}"
    if item.text != expected:
        at = page.lines.text.find(">", offset) + 1
        message = f"{_KINDS[kind]} {label} is {expected}, not {item.text}"
        yield page.lines.finding("reference", at, message, item.text, expected)
    address, fragment = urldefrag(item.data.get("href", ""))
    folder = posixpath.dirname(page_file(page.url))
    target = posixpath.normpath(posixpath.join(folder, unquote(address))) if address else ""
    if address.endswith("/") or (address and target == "."):
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    if (target or page_file(page.url)) != page_file(url):
        yield page.lines.finding("reference", offset, f"leads to another page than that of {label}", address, url)
    anchor = f"{kind}-" + "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in label)
    if _squeezed(fragment) != _squeezed(anchor):
        yield page.lines.finding("reference", offset, f"leads to {fragment}, not to {label}", fragment, anchor)
    elif fragment not in pages[url].ids:
        yield page.lines.finding("reference", offset, f"leads to {fragment}, which is nowhere on {url}", fragment)


def _squeezed(text: str) -> str:
    while "--" in text:
        text = text.replace("--", "-")
    return text


def check_frame(pages: Mapping[str, BuiltPage]) -> Iterator[Finding]:
    """Every link of the frame with a number in it must say what the heading or the title it leads to says.

    The place of a counted page ("3 of 9") is that of its group; links say its number, too.
    """
    by_file = {page_file(url): page for url, page in pages.items()}
    places = {name: place for name, page in by_file.items() if (place := _place(page))}
    yield from _check_places(by_file, places)
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
            numbers = [each for each in link.iter("span") if each.get("class") == NUMBER]
            counted = places.get(_target(name, address), ("", "", ""))[1]
            for number in numbers:
                if number.text != counted:
                    message = f"is no number of the page {address!r}"
                    yield page.lines.finding("wrong", page.at(number), message, number.text or "", counted)
            said = _words(link)
            if expected is None or not said:
                continue
            yield from _compare(page, link, said, expected)
            called = f"{counted} {expected}" if numbers else expected  # what it is called holds what is read there
            yield from _compare(page, link, link.get("aria-label") or "", called)


def _words(link: Any) -> str:
    """What a link says, without the number of its page."""
    numbers = {each.text for each in link.iter("span") if each.get("class") == NUMBER}
    return " ".join(word for text in link.itertext() if text not in numbers for word in text.split())


def _place(page: BuiltPage) -> tuple[str, str, str] | None:
    """A page's place, as the line above it says: the words before, its number, how many pages there are."""
    for line in page.root.iter("p"):
        if line.get("class") == PLACE_CLASS:
            text = line.text or ""
            *_, number, count = ("", "", *(token.text for token in tokens(text, page.language)))
            return text.partition(number or text or " ")[0], number, count
    return None


def _check_places(pages: Mapping[str, BuiltPage], places: Mapping[str, tuple[str, str, str]]) -> Iterator[Finding]:
    """In each group every number stands once, up to as many as there are."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, (before, number, _) in places.items():
        groups.setdefault((pages[name].language, before), []).append(number)
    for name, (before, number, count) in places.items():
        page, numbers = pages[name], groups[pages[name].language, before]
        right = number.isdigit() and int(number) in range(1, len(numbers) + 1) and numbers.count(number) == 1
        if not right or count != str(len(numbers)):
            at = max(page.lines.text.find(PLACE_CLASS), 0)
            yield page.lines.finding("wrong", at, "is no place of a page in its group", f"{number} {count}")


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
    named = unquote(address) or posixpath.basename(name)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), named))
    if address.endswith("/") or address in (".", "..") or address.endswith("/.."):
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    return target
