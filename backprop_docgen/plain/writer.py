"""HTML → plain Markdown, element by element.

It is written for all readers of Markdown at once: signs that one of them takes for something are entities, what stands
in a list is set in by four, and a fold is HTML with Markdown in it (``markdown="1"`` tells Python-Markdown so, which
others pass over).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from backprop_docgen.latex.portable import portable, portable_display
from backprop_docgen.plain.text import (
    BAR,
    around,
    code_span,
    escaped,
    one_line,
    paragraph,
    quoted,
    target,
    without_blanks,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

TRIED: Final = "#q:"
"""How the address of a number to try begins."""
DRAWN: Final = "bp-drawn"
"""The class of a picture that is a figure of ours; any other one is the author's, and stands where it is published."""

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = frozenset(
    (
        *(*_HEADINGS, "p", "div", "section", "article", "figure", "figcaption", "details", "blockquote"),
        *("ul", "ol", "dl", "pre", "table", "hr", "bp-math-block"),
    )
)
_SILENT: Final = frozenset(("script", "style", "template", "input", "button", "textarea", "select", "summary"))
_KEPT: Final = frozenset(("sub", "sup", "u", "s", "del", "ins", "mark"))


@dataclass(frozen=True)
class Writer:
    """Writes one page: ``address`` gives that of a link (None: its words stay alone), ``linked`` has the ids that
    something links to.
    """

    address: Callable[[str], str | None]
    linked: Container[str]

    def page(self, root: _Element) -> str:
        """All of a page."""
        return "\n\n".join(self._blocks(root)) + "\n"

    def _blocks(self, parent: _Element) -> list[str]:
        """The blocks of an element; text that stands loose between them is a paragraph."""
        found, loose = [], escaped(parent.text)
        for child in parent:
            if _is_block(child):
                found += [*paragraph(loose), *self._block(child)]
                loose = ""
            else:
                loose += self._inline_element(child)
            loose += escaped(child.tail)
        return [*found, *paragraph(loose)]

    def _block(self, element: _Element) -> Iterator[str]:
        classes = (element.get("class") or "").split()
        if element.tag in _HEADINGS:
            yield from self._anchor(element)
            yield f"{'#' * int(element.tag[1])} {one_line(_words(element))}"
        elif element.tag == "bp-math-block":
            yield _display(element)
        elif "equation" in classes:
            yield from self._equation(element)
        elif element.tag == "pre":
            yield _fence(element)
        elif element.tag == "table":
            yield from self._table(element)
        elif element.tag in ("ul", "ol"):
            yield self._list(element)
        elif element.tag == "dl":
            yield from self._definitions(element)
        elif element.tag == "blockquote":
            yield from quoted(self._blocks(element))
        elif element.tag == "hr":
            yield "* * *"
        elif element.tag == "details":
            yield from self._fold(element)
        elif "admonition" in classes:
            yield from quoted(self._titled(element))
        elif "tabbed-set" in classes:
            yield from self._tabs(element)
        elif "footnote" in classes:
            yield from self._footnotes(element)
        elif element.tag == "p" and any(self._leads_nowhere(each) for each in element.iter("a")):
            return
        else:
            yield from self._anchor(element)
            yield from self._blocks(element)

    def _leads_nowhere(self, link: _Element) -> bool:
        """Whether a link invites to try a number where none can be tried."""
        href = link.get("href") or ""
        return href.startswith(TRIED) and self.address(href) is None

    def _anchor(self, element: _Element) -> Iterator[str]:
        """A place to link to, where something does."""
        name = element.get("id")
        if name is not None and name in self.linked:
            yield f'<a id="{escape(name)}"></a>'

    def _equation(self, element: _Element) -> Iterator[str]:
        yield from self._anchor(element)
        number = "".join(text for each in element.iter() if _has(each, "equation-number") for text in each.itertext())
        for formula in element.iter("bp-math-block"):
            yield _display(formula, number)

    def _list(self, element: _Element) -> str:
        first = int(element.get("start") or 1)
        items = [self._blocks(each) for each in element.iterchildren("li")]
        loose = any(len(item) > 2 or (len(item) > 1 and not _is_list(item[1])) for item in items)
        loose = loose or element.find("li/p") is not None
        written = []
        for number, item in enumerate(items, first):
            marker = f"{number}." if element.tag == "ol" else "-"
            text = ("\n\n" if loose else "\n").join(item).replace("\n", "\n    ")
            written.append(f"{marker.ljust(3)} {text}".rstrip())
        return without_blanks(("\n\n" if loose else "\n").join(written))

    def _definitions(self, element: _Element) -> Iterator[str]:
        for each in element:
            if each.tag == "dt":
                yield f"**{one_line(self._inline(each))}**"
            elif each.tag == "dd":
                yield without_blanks("-   " + "\n\n".join(self._blocks(each)).replace("\n", "\n    "))

    def _fold(self, element: _Element) -> Iterator[str]:
        """A fold; where HTML is not read as a block, its title and what is in it."""
        summary = element.find("summary")
        title = one_line(_words(summary)) if summary is not None else ""
        inside = self._blocks(element)
        if any(each.tag in ("li", "blockquote", "td") or _has(each, "admonition") for each in element.iterancestors()):
            yield from [f"**{title}**", *inside]
            return
        yield f'<details markdown="1">\n<summary>{title}</summary>'
        yield from [*inside, "</details>"]

    def _titled(self, element: _Element) -> list[str]:
        """What stands under a title, which is bold."""
        title = next((each for each in element if _has(each, "admonition-title")), None)
        if title is None:
            return self._blocks(element)
        words = one_line(self._inline(title))
        element.remove(title)
        inside = self._blocks(element)
        return [f"**{words}**", *inside] if inside else []

    def _tabs(self, element: _Element) -> Iterator[str]:
        """Tabs, one under the other."""
        labels = list(element.iter("label"))
        panes = [each for each in element.iter("div") if _has(each, "tabbed-block") or _has(each, "tabbed-content")]
        inner = [each for each in panes if _has(each, "tabbed-block")] or panes
        for label, pane in zip(labels, inner, strict=False):
            yield f"**{one_line(self._inline(label))}**"
            yield from self._blocks(pane)

    def _footnotes(self, element: _Element) -> Iterator[str]:
        for each in element.iter("li"):
            for back in each.xpath('.//a[@class="footnote-backref"]'):
                back.drop_tree()
            label = (each.get("id") or "").partition(":")[2]
            yield without_blanks(f"[^{label}]: " + "\n\n".join(self._blocks(each)).replace("\n", "\n    "))

    def _table(self, element: _Element) -> Iterator[str]:
        rows = [[each for each in row if each.tag in ("th", "td")] for row in element.iter("tr")]
        if not rows:
            return
        wide = max(map(len, rows))
        lines = [[self._cell(each) for each in row] + [""] * (wide - len(row)) for row in rows]
        styles = [each.get("style") or "" for each in rows[0]] + [""] * (wide - len(rows[0]))
        lines.insert(1, [_ruled(style) for style in styles])
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, element: _Element) -> str:
        return one_line(self._inline(element)).replace("|", BAR)

    def _inline(self, element: _Element) -> str:
        return escaped(element.text) + "".join(
            self._inline_element(each) + escaped(each.tail) for each in element
        )

    def _inline_element(self, element: _Element) -> str:
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            return ""
        anchor = "".join(self._anchor(element))
        if element.tag == "bp-math":
            return f"${portable(unquote(element.get('data-tex', '')))}$"
        if element.tag in ("code", "kbd"):
            in_table = next(element.iterancestors("td", "th"), None) is not None
            return anchor + code_span("".join(element.itertext()), in_table)
        if element.tag in ("em", "i"):
            return anchor + around("*", self._inline(element))
        if element.tag in ("strong", "b"):
            return anchor + around("**", self._inline(element))
        if element.tag == "br":
            return "<br>"
        if element.tag == "img":
            return self._picture(element)
        if element.tag == "sup" and (element.get("id") or "").startswith("fnref"):
            return f"[^{(element.get('id') or '').rpartition(':')[2]}]"
        if element.tag == "a":
            return anchor + self._link(element)
        inside = self._inline(element)
        return f"{anchor}<{element.tag}>{inside}</{element.tag}>" if element.tag in _KEPT else anchor + inside

    def _picture(self, element: _Element) -> str:
        """A picture; the words that stand for it where it cannot be shown."""
        words, src = one_line(escaped(element.get("alt"))), element.get("src")
        address = src if src is None or _has(element, DRAWN) else self.address(src)
        return words if address is None else f"![{words}]({target(address)})"

    def _link(self, element: _Element) -> str:
        words, href = self._inline(element), element.get("href")
        address = self.address(href) if href else None
        return words if address is None or not words.strip() else f"[{words}]({target(address)})"


def _is_block(element: _Element) -> bool:
    return element.tag in _BLOCKS


def _is_list(text: str) -> bool:
    return re.match(r"-   |\d+\. ", text) is not None


def _has(element: _Element, name: str) -> bool:
    return name in (element.get("class") or "").split()


def _words(element: _Element) -> str:
    """A title in words: a menu, a window and a fold show no formulas, and the placeholder of one has its words."""
    return escaped("".join(element.itertext()))


def _fence(element: _Element) -> str:
    code = element.find("code")
    classes = (code.get("class") or "").split() if code is not None else []
    language = next((each.removeprefix("language-") for each in classes if each.startswith("language-")), "")
    text = "".join(element.itertext()).strip("\n")
    ticks = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def _display(element: _Element, number: str = "") -> str:
    return f"$$\n{portable_display(unquote(element.get('data-tex', '')), number)}\n$$"


def _ruled(style: str) -> str:
    """The sign under a head of a table."""
    side = re.search(r"text-align:\s*(\w+)", style)
    return {"right": "---:", "center": ":---:", "left": ":---"}.get(side[1] if side else "", "---")
