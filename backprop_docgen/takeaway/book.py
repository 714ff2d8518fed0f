"""All pages of a language as one HTML document, to be printed: the site's own articles and style sheet, no script.

Every ``id`` begins with its page's, so that the links between pages lead to places inside the document. What leads to
something that is not in it, leads to where the site is published, or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote, unquote, urldefrag, urljoin

import lxml.etree
import lxml.html

from backprop_docgen.check.site import language_at
from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.address import published_at
from backprop_docgen.published.page_list import page_file

STYLE: Final = (files("backprop_docgen") / "takeaway" / "book.css").read_text("utf-8")
_INSIDE: Final = "http://site.invalid/"
"""Stands for the site's own address while links are followed."""
_NAMES: Final = ("id", "name", "for", "list", "form")
_LISTS: Final = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers")
_ADDRESSES: Final = ("href", "xlink:href")
_NAMED: Final = re.compile(r"url\((['\"]?)#")
_OUT: Final = (
    "script, style, template, meta, base, iframe, object, embed, "
    ".headerlink, .md-content__button, .md-source-file, .bp-off-paper"
)


@dataclass(frozen=True)
class Chapter:
    """A page of the site in the book; ``key`` begins its ids, ``group`` is that of the navigation it stands in."""

    key: str
    url: str
    title: str
    number: str = ""
    group: str = ""


@dataclass(frozen=True)
class Book:
    """A language's pages as one document: ``title`` and ``about`` from the site; ``body`` has the chapters as HTML."""

    language: Language
    title: str
    about: str
    address: str
    licence: str
    chapters: Sequence[Chapter]
    body: str
    styles: Sequence[str]
    fonts: Sequence[str]
    sheets: frozenset[str]

    def html(self, pages: Mapping[str, int]) -> str:
        """The document, with the number of the page on which each chapter (by its key) begins, where it is known."""
        links = [f'<link rel="stylesheet" href="{escape(style)}">' for style in self.styles]
        links += [f'<link rel="preload" href="{escape(font)}" as="font" crossorigin>' for font in self.fonts]
        return (
            f'<!doctype html><html lang="{escape(self.language.code)}" class="bp-book"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title>{''.join(links)}<style>{STYLE}{self._running_heads()}</style></head>"
            '<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="custom">'
            f'<main class="md-main md-content">{self._front(pages)}{self.body}</main></body></html>'
        )

    def _running_heads(self) -> str:
        """A kind of page for each chapter: its title stands above it, and sheets have narrow margins."""
        rules = []
        for number, chapter in enumerate(self.chapters):
            margin = "margin: 12mm 11mm;" if chapter.key in self.sheets else ""
            title = _css(f"{chapter.number} {chapter.title}".strip())
            rules.append(f"@page chapter-{number} {{ {margin} @top-center {{ content: {title} }} }}")
            rules.append(f"#{chapter.key} {{ page: chapter-{number} }}")
        return "\n".join(rules)

    def _front(self, pages: Mapping[str, int]) -> str:
        """The title, what the book is about, and its contents."""
        say = self.language.translate
        where = f'<p><a href="{escape(self.address)}">{escape(self.address)}</a></p>' if self.address else ""
        lines, group = [], ""
        for chapter in self.chapters:
            if chapter.group != group:
                lines.append(f'<p class="bp-group">{escape(chapter.group)}</p>')
                group = chapter.group
            page = pages.get(chapter.key, "")
            lines.append(
                f'<p><a href="#{chapter.key}"><span class="bp-number">{escape(chapter.number)}</span>'
                f"<span>{escape(chapter.title)}</span></a><span>{page}</span></p>"
            )
        return (
            f'<article class="md-typeset bp-front"><h1>{escape(self.title)}</h1><p>{escape(self.about)}</p>{where}'
            f'<p>{self.licence}</p><h2>{escape(say("Contents"))}</h2><div class="bp-contents">{"".join(lines)}</div>'
            "</article>"
        )


def book(site: SiteCopy, stored: Stored, language: Language) -> Book:
    """The pages of a language, as its navigation orders them, but for those about what only the site can do.

    Raises SiteError for a page that cannot be read.
    """
    return _Binder(site, stored, language).book()


class _Binder:
    """Puts the articles of one language's pages into one document."""

    def __init__(self, site: SiteCopy, stored: Stored, language: Language) -> None:
        self.site, self.stored, self.language = site, stored, language
        self.home = str(stored.languages[language.code]["prefix"])
        self.address = published_at(stored.address) or ""
        self.roots = {url: self._read(url) for url in stored.pages if language_at(url, stored) == language.code}

    def _read(self, url: str) -> Any:
        name = page_file(url)
        try:
            return lxml.html.document_fromstring(self.site.text(name), parser=lxml.html.HTMLParser(encoding="utf-8"))
        except (lxml.etree.LxmlError, ValueError) as error:
            raise SiteError(Problem(f"cannot be read as HTML ({error})", self.site.file(name))) from None

    def book(self) -> Book:
        home = next((root for url, root in self.roots.items() if page_file(url) == f"{self.home}index.html"), None)
        if home is None:
            raise SiteError(Problem("the site has lost its first page", self.site.file(f"{self.home}index.html")))
        entries = _navigation(home, self._inside(self.home))
        chapters, articles, sheets = [], [], set()
        self.keys = {_plain(url): f"p{number}" for number, url in enumerate(self._bound())}
        for url in self._bound():
            root = self.roots[url]
            article = next(iter(root.cssselect("article.md-content__inner")), None)
            if article is None:
                continue
            number, group = entries.get(_plain(url), ("", ""))
            heading = next(iter(article.cssselect("h1")), None)
            chapter = Chapter(self.keys[_plain(url)], url, _title(root, heading), number, group)
            chapters.append(chapter)
            if article.cssselect(".bp-sheet"):
                sheets.add(chapter.key)
            articles.append(self._chapter(chapter, article, heading))
        meta = home.xpath('string(//meta[@name="description"]/@content)')
        name = " ".join(home.xpath('string(//a[contains(@class, "md-logo")]/@title)').split())
        licence = next(iter(home.cssselect(".md-copyright__highlight")), None)
        return Book(
            self.language,
            name or chapters[0].title,
            meta,
            urljoin(self.address, quote(self.home)) if self.address else "",
            "" if licence is None else _inner(licence),
            chapters,
            "".join(articles),
            self._linked(home, "stylesheet"),
            self._fonts(),
            frozenset(sheets),
        )

    def _bound(self) -> list[str]:
        """The pages that go into the book, in order."""
        return [url for url, root in self.roots.items() if not root.xpath('//meta[@name="bp-page"][@data-site-only]')]

    def _fonts(self) -> list[str]:
        found = {each for url in self._bound() for each in self._linked(self.roots[url], "preload", url)}
        return sorted(found)

    def _linked(self, root: Any, kind: str, url: str | None = None) -> list[str]:
        base = self._inside(self.home if url is None else url)
        found = [_joined(base, each.get("href")) for each in root.cssselect(f'link[rel="{kind}"][href]')]
        return [f"/{each.removeprefix(_INSIDE)}" for each in found if each.startswith(_INSIDE)]

    def _inside(self, url: str) -> str:
        return urljoin(_INSIDE, url)

    def _chapter(self, chapter: Chapter, article: Any, heading: Any) -> str:
        for element in article.cssselect(_OUT):
            element.drop_tree()
        base = self._inside(chapter.url)
        for element in article.iter():
            if isinstance(element.tag, str):
                self._place(element, chapter.key, base)
        if heading is not None and chapter.number:
            number = lxml.html.fragment_fromstring(f'<span class="bp-number">{escape(chapter.number)}</span>')
            number.tail, heading.text = f" {heading.text or ''}", ""
            heading.insert(0, number)
        article.set("id", chapter.key)
        return _html(article)

    def _place(self, element: Any, key: str, base: str) -> None:
        """Let what an element is called, and what it names, be inside the book."""
        for name, value in element.attrib.items():
            if name in _NAMES:
                element.set(name, f"{key}--{value}")
            elif name in _LISTS:
                element.set(name, " ".join(f"{key}--{each}" for each in value.split()))
            elif name in _ADDRESSES:
                place = self._address(value, base)
                if place:
                    element.set(name, place)
                else:
                    del element.attrib[name]
            elif name == "src":
                element.set(name, _joined(base, value).replace(_INSIDE, "/", 1))
            elif name == "loading" or name.startswith("on"):
                del element.attrib[name]
            elif "url(" in value:
                element.set(name, _NAMED.sub(rf"url(\1#{key}--", value))

    def _address(self, value: str, base: str) -> str:
        """Where a link leads: a place in the book, a page of the published site, elsewhere; "" for nowhere."""
        whole, fragment = urldefrag(_joined(base, value))
        if not whole.startswith(_INSIDE):
            return value
        inside = whole.removeprefix(_INSIDE)
        key = self.keys.get(_plain(inside))
        sets = unquote(fragment).startswith("q:")  # numbers to try out, which paper cannot follow
        if key and not sets:
            return f"#{key}--{fragment}" if fragment else f"#{key}"
        return urljoin(self.address, inside) + (f"#{fragment}" if fragment else "") if self.address else ""


def _joined(base: str, link: str) -> str:
    """Where a link on a page leads; "" where it is no address at all."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _navigation(home: Any, base: str) -> dict[str, tuple[str, str]]:
    """The number and the group of each page in a language's navigation, by its address."""
    found: dict[str, tuple[str, str]] = {}
    for link in home.cssselect("nav.md-nav--primary a.md-nav__link[href]"):
        whole = urldefrag(_joined(base, link.get("href")))[0]
        if whole.startswith(_INSIDE):
            number = "".join(_text(each) for each in link.cssselect(".bp-number"))
            found.setdefault(_plain(whole.removeprefix(_INSIDE)), (number, _group(link)))
    return found


def _group(link: Any) -> str:
    """The outermost group of the navigation that a link stands in; "" for none."""
    groups = [each for each in link.iterancestors("li") if "md-nav__item--nested" in (each.get("class") or "")]
    label = next(iter(groups[-1].cssselect(".md-ellipsis")), None) if groups else None
    return "" if label is None else _text(label)


def _title(root: Any, heading: Any) -> str:
    if heading is None:
        return " ".join((root.findtext(".//title") or "").split())
    clean = lxml.html.fragment_fromstring(_html(heading))
    for link in clean.cssselect(".headerlink, .katex-html, annotation"):
        link.drop_tree()
    return _text(clean)


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _html(element: Any) -> str:
    text: str = lxml.html.tostring(element, encoding="unicode", with_tail=False)
    return text


def _inner(element: Any) -> str:
    """What stands in an element, as HTML."""
    parts: Iterator[str] = (lxml.html.tostring(each, encoding="unicode") for each in element)
    return escape(element.text or "") + "".join(parts)


def _plain(url: str) -> str:
    """An address inside the site, written in one way."""
    return page_file(url)


def _css(text: str) -> str:
    """A text as a string of a style sheet, which stands in HTML."""
    return '"' + "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text) + '"'
