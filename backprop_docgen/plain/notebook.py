"""Pages as a Jupyter notebook: text and equations as Markdown, code cells with what they printed, figures as SVG.

The file follows nbformat 4.5. It is written without the library of that name, which takes longer to import than a whole
build; a test reads every notebook with it.

Figures stand as addresses of data: Colab shows no attachments, and JupyterLab none that are SVG.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from backprop_docgen.figures.coloured import standalone
from backprop_docgen.plain.page import read_page
from backprop_docgen.plain.writer import TRIED, Writer
from backprop_docgen.private_characters import CELL

if TYPE_CHECKING:
    from lxml.etree import _Element

_HERE: Final = "http://site/"  # only to follow links from page to page
_PARTED: Final = re.compile(rf"\n*{CELL}(\d*){CELL}\n*")
_IMAGE: Final = re.compile(r"!\[(?P<words>(?:[^\]\\]|\\.)*)\]\((?P<file>figures/[^)\s]+)\)")
_STOPPED: Final = re.compile(r"(?P<name>\w+(?:Error|Exception)): (?P<value>.*)")


class PageSource(NamedTuple):
    """A page: its address below the site, and its HTML with formulas that are not typeset yet."""

    url: str
    html: str


class _Code(NamedTuple):
    source: str
    output: str
    overflowed: bool


def notebook(
    pages: Sequence[PageSource], title: str, introduction: Sequence[str], address: Callable[[str], str | None]
) -> str:
    """The text of the file. ``introduction``: paragraphs under the title; ``address`` gives that of a page elsewhere.

    Links from page to page lead to the notebook's own sections; where ``address`` gives None, the words stand alone.
    """
    names = {page.url: f"page-{number}" for number, page in enumerate(pages, 1)}
    cells = [_markdown("\n\n".join([f"# {title}", *introduction]))]
    drawn = cache(standalone)  # the circuit stands on several pages
    read = [_page(page, names, drawn) for page in pages]
    linked = {place for page in read for place in page.places}
    for each in read:
        cells += _page_cells(each, names, linked, address)
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class _Page(NamedTuple):
    """A page as a tree without its code cells; ``places``: the places that it links to."""

    url: str
    root: _Element
    codes: list[_Code]
    figures: Mapping[str, str]
    places: set[str]


def _page(page: PageSource, names: Mapping[str, str], drawn: Callable[[str], str]) -> _Page:
    root, figures = read_page(page.html, names[page.url], drawn)
    for link in root.xpath('//*[contains(@class, "headerlink")]'):
        link.drop_tree()
    codes = _take_cells(root)
    _part_sections(root)
    return _Page(page.url, root, codes, figures, _rename_places(root, page.url, names))


def _page_cells(
    page: _Page, names: Mapping[str, str], linked: Set[str], address: Callable[[str], str | None]
) -> Iterator[dict[str, Any]]:
    def target(link: str) -> str | None:
        there, place = _led(page.url, link)
        if not there.startswith(_HERE):
            return link
        there = there.removeprefix(_HERE)
        if there in names and not link.startswith(TRIED):
            return f"#{place or names[there]}"
        found = address(there)
        return found and (f"{found}#{place}" if place else found)

    figures = {file: _image(svg) for file, svg in page.figures.items()}
    text = f'<a id="{names[page.url]}"></a>\n\n' + Writer(target, linked).page(page.root)
    first, *rest = _PARTED.split(text)
    yield from _markdown_cells(first, figures)
    for code, following in zip(rest[::2], rest[1::2], strict=True):
        if code:
            yield _code(page.codes[int(code)])
        yield from _markdown_cells(following, figures)


def _take_cells(root: _Element) -> list[_Code]:
    """The code cells, each taken out of the tree; a fold around one is opened: no cell of a notebook is in another."""
    found = []
    for element in list(root.iter("div")):
        if "cell" not in (element.get("class") or "").split():
            continue
        source, *output = ["".join(each.itertext()).strip("\n") for each in element.iter("pre")]
        found.append(_Code(source, "\n".join(output), element.get("data-overflowed") is not None))
        for around in element.iterancestors():
            _open(around)
        _put_mark(element, str(len(found) - 1))
    return found


def _put_mark(element: _Element, what: str) -> None:
    """Let a mark stand in the place of an element."""
    _empty(element, "p")
    element.text = f"{CELL}{what}{CELL}"


def _empty(element: _Element, tag: str) -> None:
    """Another element in the place of one, with nothing in it."""
    tail = element.tail
    element.clear()
    element.tag, element.tail = tag, tail


def _open(element: _Element) -> None:
    """A fold, a list, or a block with a title becomes what is in it, the title in bold."""
    classes = (element.get("class") or "").split()
    if element.tag not in ("details", "blockquote", "li", "ul", "ol") and "admonition" not in classes:
        return
    element.tag = "div"
    element.attrib.pop("class", None)
    for title in element:
        if title.tag == "summary" or "admonition-title" in (title.get("class") or "").split():
            words = "".join(title.itertext())
            _empty(title, "p")
            strong = title.makeelement("strong", {})
            strong.text = words
            title.append(strong)


def _part_sections(root: _Element) -> None:
    """A section begins a cell."""
    for heading in list(root.iter("h2")):
        if all(each.tag in ("div", "section") and not each.get("class") for each in heading.iterancestors()):
            mark = heading.makeelement("p", {})
            mark.text = CELL + CELL
            heading.addprevious(mark)


def _rename_places(root: _Element, url: str, names: Mapping[str, str]) -> set[str]:
    """Places get the name of their page in front, as do links to them; returns those that the page links to."""
    own, found = names[url], set()
    for element in root.iter():
        if (place := element.get("id")) is not None:
            element.set("id", f"{own}-{place}")
        if element.tag == "a" and (link := element.get("href")):
            there, place = _led(url, link)
            page = names.get(there.removeprefix(_HERE))
            if page is not None and place and not link.startswith(TRIED):
                found.add(f"{page}-{unquote(place)}")
                element.set("href", f"#{page}-{unquote(place)}")
    return found


def _led(url: str, link: str) -> tuple[str, str]:
    """Where a link of a page leads, and the place there; one that is no address at all leads to itself."""
    try:
        there, place = urldefrag(urljoin(_HERE + url, link))
    except ValueError:
        return link, ""
    return there, place


def _markdown_cells(text: str, figures: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    def image(match: re.Match[str]) -> str:
        src = figures.get(match["file"])  # else code that looks so
        return match[0] if src is None else f'<img alt="{escape(_words(match["words"]))}" src="{src}">'

    if text.strip():
        yield _markdown(_IMAGE.sub(image, text).strip())


def _words(text: str) -> str:
    """The words of an image, as they are read."""
    return unescape(re.sub(r"\\(.)", r"\1", text))


def _image(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(code: _Code) -> dict[str, Any]:
    """A cell; one whose numbers overflow ends with an error, and those after it run all the same."""
    output, outputs, metadata = code.output, [], {}
    stopped = _STOPPED.fullmatch(output.rpartition("\n")[2]) if code.overflowed else None
    if stopped:
        output = output.rpartition("\n")[0]
        metadata = {"tags": ["raises-exception"]}
    if output:
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(output + "\n")})
    if stopped:
        error = {"ename": stopped["name"], "evalue": stopped["value"], "traceback": [stopped[0]]}
        outputs.append({"output_type": "error", **error})
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": outputs,
        "source": _lines(code.source),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
