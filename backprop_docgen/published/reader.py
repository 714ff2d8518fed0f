"""Reading a built page: formulas are cut out (they are most of a page, and are compared as text), the rest is parsed.

Every element knows where in the file it began; the walk through the tree notes everything numbered, in order.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

import lxml.etree
import lxml.html

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.finding import Lines
from backprop_docgen.numbers.numerals import Token, tokens
from backprop_docgen.private_characters import MARK, MATH
from backprop_docgen.published.page import (
    BLOCK,
    IGNORED,
    INDEX,
    OFFSET,
    Block,
    BuiltPage,
    Cell,
    Formula,
    Item,
    Spot,
    digest,
)
from backprop_docgen.published.page_text import cut
from backprop_docgen.settings.ignored import Ignored, xpath

_HANGS: Final = ("data-relations", "data-factors")
_LABELS: Final = ("data-q", "data-tree")
_CELL: Final = ("literals", "literal-trees", "outputs", "output-trees", "overflowed")
_SILENT: Final = frozenset({"script", "style", "template"})
_INLINE: Final = frozenset(
    re.findall(
        r"[\w-]+",
        "a abbr b bdi bdo bp-math cite code data del dfn em i ins kbd label mark q s samp small span strong sub sup "
        "time tspan u var wbr",
    )
)
_BLOCKS: Final = frozenset(("p", "li", "td", "th", "dt", "dd", "figcaption", "summary", "pre", "div"))
_SPOKEN: Final = ("alt", "title", "aria-label", "placeholder", "summary")
_SAID_IN_HEAD: Final = ("description", "keywords", "og:title", "og:description", "og:site_name", "og:image:alt")
_MAX_DEPTH: Final = 200


def read_page(
    url: str, language: str, file: str, text: str, ignored: Sequence[Ignored] = (), most: int = sys.maxsize
) -> BuiltPage:
    """Read a page, but for what is ``ignored``.

    Raises SiteError when it cannot be read as HTML, or holds more than ``most`` numbers and other things to look at.
    """
    page = BuiltPage(url, language, Lines(file, text))
    if OFFSET in text or INDEX in text:
        raise SiteError(Problem(f"holds {OFFSET} or {INDEX}, which no page of such a site has", file))
    try:
        page.root = lxml.html.document_fromstring(
            cut(text, page.formulas), parser=lxml.html.HTMLParser(encoding=None, remove_comments=True)
        )
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise SiteError(Problem(f"cannot be read as HTML: {error}", file)) from None
    page.ignored = found = {each: _selected(page.root, each) for each in ignored}
    for element in (element for elements in found.values() for element in elements):
        element.set(IGNORED, "")
    _Reader(page, most).read()
    return page


def _selected(root: Any, ignored: Ignored) -> list[Any]:
    try:
        return [each for each in root.xpath(xpath(ignored.select)) if isinstance(each.tag, str)]
    except lxml.etree.XPathError:
        return []


class _Reader:
    """Walks the tree once, and fills the lists of a page."""

    def __init__(self, page: BuiltPage, most: int) -> None:
        self.page = page
        self.most = most
        self.pieces: list[tuple[str, Any, bool, Item | None]] = []
        self.frame = True
        self.article = page.article()

    def read(self) -> None:
        head = self.page.root.find("head")
        if head is not None:
            for title in head.iter("title"):
                self.spoken(title, title.text or "", within="prose")
            for meta in head.iter("meta"):
                if (meta.get("name") or meta.get("property")) in _SAID_IN_HEAD:
                    self.spoken(meta, meta.get("content") or "", within="prose")
        body = self.page.root.find("body")
        if body is not None:
            self.walk(body, 0)
        self.flush()

    def walk(self, element: Any, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SILENT or element.get(IGNORED) is not None:
            return
        if len(self.page.items) + len(self.pieces) > self.most:
            message = f"holds more than {self.most} numbers, formulas, paragraphs: too much to be checked"
            raise SiteError(Problem(message, self.page.lines.file))
        if depth > _MAX_DEPTH:
            raise SiteError(Problem("is nested too deeply to be read", self.page.lines.file))
        if element is self.article:
            self.flush()
            self.frame = False
        inline = tag in _INLINE
        if not inline:
            self.flush()
        if tag in _BLOCKS and not self.frame:
            self.page.items.append(Item("block", BLOCK, self.page.at(element)))
        if not self.frame and (said := "\n".join(value for name in _SPOKEN if (value := element.get(name)))):
            self.later(element, said)
        if not self.special(element, tag):
            if element.text:
                self.pieces.append((element.text, element, False, None))
            for child in element:
                self.walk(child, depth + 1)
                if child.tail:
                    self.pieces.append((child.tail, child, True, None))
        if not inline:
            self.flush()
        if element is self.article:
            self.frame = True

    def special(self, element: Any, tag: str) -> bool:
        """Whether an element is read as a whole; then it is done."""
        get = element.get
        if tag in ("bp-math", "bp-math-block"):
            index = get(INDEX)
            if index is None:
                return False  # not of our making: its text is read
            self.formula(element, self.page.formulas[int(index)])
            return True
        if tag == "svg" or (tag == "div" and get("class") == "drawing"):
            return self.figure(element)
        if get("data-q") is not None or get("data-expr") is not None:
            self.number(element)
            return True
        if tag == "a" and get("data-try") is not None:
            key = f"try:{get('data-try')}|{digest(get('data-to') or '')}"
            self.mark(element, Item("try", key, self.page.at(element), _text(element), dict(element.attrib)), MATH)
            return True
        if get("data-number") is not None:
            data = {**element.attrib, **({"in-caption": "yes"} if _numbers_its_figure(element) else {})}
            item = Item("reference", f"@{get('data-number')}", self.page.at(element), _text(element), data)
            self.mark(element, item, MARK)
            return True
        if tag == "span" and get("class") == "published":
            text = _text(element)
            key = f"published:{text}|{get('data-explained') or ''}"
            item = Item("published", key, self.page.at(element), text, dict(element.attrib))
            self.mark(element, item, MATH)
            return True
        if tag == "span" and get("data-means") is not None:
            key, at = f"meaning:{get('data-means')}", self.page.at(element)
            self.mark(element, Item("meaning", key, at, _text(element), dict(element.attrib)), MATH)
            return True
        if tag == "span" and get("data-choice") is not None:
            self.mark(element, Item("choice", f"choice:{get('data-choice')}", self.page.at(element), ""), "")
            return False
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6") and not self.frame:
            text = self.page.words(element)
            self.page.headings.append((tag, get("id") or "", text, self.page.at(element)))
            self.mark(element, Item("heading", f"<{tag}>", self.page.at(element), text), "")
            return False
        if tag == "a" and get("class") == "headerlink":
            return True
        if tag == "div" and "cell" in (get("class") or "").split():
            self.cell(element)
            return True
        if tag == "pre":
            self.code(element)
            return True
        return False

    def number(self, element: Any) -> None:
        """A number that carries its mark."""
        get = element.get
        name = get("data-q") if get("data-q") is not None else "#" + digest(get("data-expr"))
        style = get("data-format")
        key = name if style is None else f"{name}|{style}"
        self.mark(element, Item("number", key, self.page.at(element), _text(element), dict(element.attrib)), MARK)

    def mark(self, element: Any, item: Item, sign: str) -> None:
        self.pieces.append((sign, element, False, item))

    def formula(self, element: Any, formula: Formula) -> None:
        holder = element.getparent()
        said = element.get("data-said") or (holder.get("data-said") if holder is not None else None)
        formula.said = tuple((said or "").split())
        if holder is not None and "equation" in (holder.get("class") or "").split():
            formula.of = holder.get("data-ladder") or holder.get("data-made")
            label = next((each.get("data-number") for each in holder.iter("a") if each.get("data-number")), None)
            formula.label = label
        elif holder is not None and (holder.get("data-made") or "").startswith("rule:"):
            formula.of = holder.get("data-made")
        kind = "display" if formula.display else "inline"
        key = f"${digest(f'{kind} {formula.tex}', 6)}" + (f" {formula.of}" if formula.of else "")
        if holder is not None and (hangs := [holder.get(name) for name in _HANGS if holder.get(name)]):
            key += f" ~{digest(' '.join(hangs), 4)}"
        self.mark(element, Item("formula", key, formula.offset, formula.tex or ""), MATH)

    def figure(self, element: Any) -> bool:
        """A figure of ours, with all of its drawings, is compared as a whole; of any other the text is read."""
        if self.frame:
            return bool(element.tag == "svg")  # an icon of the theme
        first, *others = [each for each in element.iter("svg") if "bp-figure" in _classes(each)] or [None]
        if first is None:
            return False
        kind = next((name[3:] for name in _classes(first) if name.startswith("bp-") and name != "bp-figure"), "")
        at, text = self.page.source(element, inside=element.tag == "div")
        labels = _labels(first)
        told = set(labels)
        labels += dict.fromkeys(label for each in others for label in _labels(each) if label not in told)
        more = (("@", "data-sheets"), ("/", "data-weight"), ("#", "data-copy"))
        shown = kind + "".join(f"{sign}{first.get(name)}" for sign, name in more if first.get(name))
        data = {"kind": kind, "shown": shown, "labels": "\n".join(labels)}
        self.mark(element, Item("figure", f"figure:{shown}", at, text, data), "")
        return True

    def cell(self, element: Any) -> None:
        blocks = list(element.iter("pre"))
        output = [
            pre for pre in blocks if any("output" in (up.get("class") or "").split() for up in pre.iterancestors())
        ]
        source = [pre for pre in blocks if pre not in output]
        code, code_spots = _pieces(source[0]) if source else ("", [])
        printed, printed_spots = _pieces(output[0]) if output else ("", [])
        cell = Cell(self.page.at(element), code, printed, dict(element.attrib), code_spots, printed_spots)
        self.page.cells.append(cell)
        names = " ".join(str(element.get(f"data-{name}")) for name in _CELL)
        item = Item("cell", f"cell:{digest(names)}", cell.offset, "", cell.data)
        self.page.items.append(item)
        for pre in blocks:
            self.code(pre)

    def code(self, element: Any) -> None:
        self.flush()
        inside = None
        for text, each, tail in _texts(element):
            if inside is not None and (each is not inside or not tail) and inside in (each, *each.iterancestors()):
                continue
            inside = None
            if not tail and each.tag == "data" and (each.get("data-q") or each.get("data-expr")):
                inside = each
                self.number(each)
            else:
                self.pieces.append((text, each, tail, None))
        self.flush("code")
        text, spots = _pieces(element)
        start = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                spot = Cell.place(spots, start + len(line) - len(line.lstrip()))
                self.page.items.append(Item("code", f"code:{digest(line.rstrip(), 4)}", spot, line.strip()))
            start += len(line)

    def later(self, element: Any, said: str) -> None:
        """Words in an attribute: a block of their own."""
        kept, self.pieces = self.pieces, []
        self.spoken(element, said, "prose")
        self.pieces = kept

    def spoken(self, element: Any, said: str, within: str) -> None:
        found = tokens(said, self.page.language, order=True)
        if found:
            at = self.page.at(element)
            text = self.page.lines.text
            start = at
            placed: list[tuple[Token, Spot]] = []
            for token in found:
                where = text.find(token.text, start)
                start = where + len(token.text) if where >= 0 else start
                placed.append((token, where if where >= 0 else at))
            whose = tuple((element.get("data-said") or "").split())
            self.page.blocks.append(Block(said, within, placed, False, whose))
            if whose:
                self.page.items.append(Item("said", f"said:{digest(' '.join(whose))}", at))
            self.page.items += [Item("token", token.text, spot, token.text) for token, spot in placed]

    def flush(self, within: str = "prose") -> None:
        """End a block: its tokens and marks become items, in order."""
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        text = "".join([piece[0] for piece in pieces])
        if text.isspace() and len(pieces) == 1:
            return  # what stands between elements, most of the time
        found = tokens(text, self.page.language if within == "prose" else None, order=True)
        items = self.page.items
        if not found and not any(piece[3] for piece in pieces):
            return
        at, place = 0, 0
        placed: list[tuple[Token, Spot]] = []
        for said, element, tail, item in pieces:
            if item is not None:
                items.append(item)
            while place < len(found) and found[place].start < at + len(said):
                token = found[place]
                place += 1
                spot: Spot = (element, tail, token.start - at)
                if item is not None:  # a loose sign at a mark
                    spot = item.spot
                placed.append((token, spot))
                items.append(Item("token", f"~{token.text}" if self.frame else token.text, spot, token.text))
            at += len(said)
        self.page.blocks.append(Block(text, within, placed, self.frame))


def _texts(element: Any) -> Iterator[tuple[str, Any, bool]]:
    """The pieces of an element's text in order: the text, the element it belongs to, and whether it comes after it."""
    for event, each in lxml.etree.iterwalk(element, events=("start", "end")):
        if event == "start" and each.text:
            yield each.text, each, False
        elif event == "end" and each.tail and each is not element:
            yield each.tail, each, True


def _numbers_its_figure(link: Any) -> bool:
    """Whether a caption begins with this link to the figure itself: its number."""
    caption = link.getparent()
    if caption is None or caption.tag != "figcaption" or caption.text:
        return False
    figure = caption.getparent()
    return figure is not None and link.get("href") == f"#{figure.get('id')}"


def _pieces(element: Any) -> tuple[str, list[tuple[int, Any, bool]]]:
    """The text of an element, and where each piece of it begins."""
    text, spots = "", [(0, element, False)]
    for said, each, tail in _texts(element):
        spots.append((len(text), each, tail))
        text += said
    return text, spots


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split()


def _labels(drawing: Any) -> list[str]:
    """What is behind the numbers of a drawing, in order."""
    return [value for each in drawing.iter() for name, value in each.attrib.items() if name in _LABELS]


def _text(element: Any) -> str:
    """The text of an element as it is."""
    return "".join(element.itertext())
