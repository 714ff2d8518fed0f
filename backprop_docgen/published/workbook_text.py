"""What a spreadsheet file says: its cells with formulas and stored values, its named cells, the parts it is made of.

It is read as untrusted input: bounded, with nothing in it resolved or run.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_PARTS: Final = 200
_MOST_UNPACKED: Final = 32_000_000
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError)
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DIGITS: Final = 12  # the last ones of a double depend on the machine


def workbook_text(data: bytes) -> str:
    """A line for each part, named cell and cell. Raises ValueError for what is no such file, or too large a one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(_lines(_parts(archive))) + "\n"
    except _UNREADABLE as error:
        raise ValueError(f"no spreadsheet file: {error}") from None


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts by name; no more of each is unpacked than the whole may have."""
    names = archive.namelist()
    if len(names) > _MOST_PARTS or len(set(names)) < len(names):
        raise ValueError("too many parts")
    found, left = {}, _MOST_UNPACKED
    for name in sorted(names):
        with archive.open(name) as stream:
            found[name] = stream.read(left + 1)
        left -= len(found[name])
        if left < 0:
            raise ValueError("too large")
    return found


def _lines(parts: dict[str, bytes]) -> Iterator[str]:
    yield from parts
    texts = ["".join(each.itertext()) for each in _root(parts, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]
    book = _root(parts, "xl/workbook.xml")
    yield from (f"sheet {each.get('name')}" for each in book.iter(f"{_MAIN}sheet"))
    yield from (f"name {each.get('name')}: {each.text}" for each in book.iter(f"{_MAIN}definedName"))
    for name in parts:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            sheet = PurePosixPath(name).stem
            for cell in _root(parts, name).iter(f"{_MAIN}c"):
                formula = cell.findtext(f"{_MAIN}f")
                shown = "" if formula is None else f"={formula}: "
                yield f"{sheet} {cell.get('r')}: {shown}{_value(cell, texts)}"


def _value(cell: _Element, texts: list[str]) -> str:
    stored = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "s":
        return texts[int(stored)] if stored.isdecimal() and int(stored) < len(texts) else stored
    return stored if cell.get("t") else f"{float(stored):.{_DIGITS}g}" if stored else ""


def _root(parts: dict[str, bytes], name: str) -> _Element:
    import lxml.etree  # slow to import, and needed for what is not kept alone

    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    if name not in parts:
        raise ValueError(f"no spreadsheet file: it has no {name}")
    try:
        return lxml.etree.fromstring(parts[name], parser)
    except lxml.etree.LxmlError as error:
        raise ValueError(f"no spreadsheet file: {error}") from None
