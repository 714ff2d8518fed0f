"""A spreadsheet file read back, and computed: by a few lines that know nothing of our trees, or by LibreOffice."""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

SOFFICE = shutil.which("soffice")
_SPACE = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
}
_PLACE = re.compile(r"='?(?P<sheet>[^'!]+)'?!\$(?P<column>[A-Z]+)\$(?P<row>\d+)")
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:E[-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/^(),<>=]))")


class Read(NamedTuple):
    """A file: for each named cell its formula ("" for a number that is given) and its value as it is stored."""

    formulas: dict[str, str]
    values: dict[str, float]
    places: dict[str, tuple[str, str]]
    """Part of the archive, and cell."""


def read(data: bytes) -> Read:
    archive = zipfile.ZipFile(io.BytesIO(data))
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {
        each.get("Id"): f"xl/{each.get('Target')}"
        for each in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = book.iterfind("m:sheets/m:sheet", _SPACE)
    parts = {str(each.get("name")): targets[each.get(f"{_SPACE['r']}id")] for each in sheets}
    cells = {
        part: {each.get("r"): each for each in ElementTree.fromstring(archive.read(part)).iter(f"{{{_SPACE['m']}}}c")}
        for part in parts.values()
    }
    found = Read({}, {}, {})
    for name in book.iterfind("m:definedNames/m:definedName", _SPACE):
        place = _PLACE.fullmatch(f"={name.text}")
        if place is None:  # the rows that are printed on every page
            continue
        part, cell = parts[place["sheet"]], place["column"] + place["row"]
        element, label = cells[part][cell], str(name.get("name"))
        found.places[label] = part, cell
        found.formulas[label] = element.findtext("m:f", "", _SPACE)
        stored = element.findtext("m:v", "", _SPACE)
        found.values[label] = math.nan if stored.startswith("#") else float(stored)
    return found


def computed(book: Read, given: Mapping[str, float] | None = None) -> dict[str, float]:
    """Every named cell, computed from its formula; ``given`` takes the place of what is given."""
    values = {name: book.values[name] for name, formula in book.formulas.items() if not formula} | dict(given or {})

    def value(name: str) -> float:
        if name not in values:
            values[name] = _Formula(book.formulas[name], value).value()
        return values[name]

    return {name: value(name) for name in book.formulas}


class _Formula:
    """A formula, read from left to right as spreadsheets do: a minus in front is stronger than a power."""

    def __init__(self, text: str, lookup: Callable[[str], float]) -> None:
        self.tokens = [match[match.lastgroup] for match in _TOKEN.finditer(text)]
        assert "".join(self.tokens) == text.replace(" ", ""), text
        self.lookup, self.at = lookup, 0

    def value(self) -> float:
        found = self._comparison()
        assert self.at == len(self.tokens), self.tokens
        return found

    def _next(self, *wanted: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def _comparison(self) -> float:
        left = self._sum()
        return float(left > self._sum()) if self._next(">") else left

    def _sum(self) -> float:
        found = self._product()
        while sign := self._next("+", "-"):
            found += self._product() * (1 if sign == "+" else -1)
        return found

    def _product(self) -> float:
        found = self._power()
        while sign := self._next("*", "/"):
            factor = self._power()
            found = found * factor if sign == "*" else found / factor
        return found

    def _power(self) -> float:
        found = self._signed()
        while self._next("^"):
            found **= self._signed()
        return found

    def _signed(self) -> float:
        return -self._signed() if self._next("-") else self._atom()

    def _atom(self) -> float:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            found = self._comparison()
            assert self._next(")")
            return found
        if token[0].isdigit():
            return float(token)
        return self._function(token) if self._next("(") else self.lookup(token)

    def _function(self, name: str) -> float:
        arguments = [self._comparison()]
        while self._next(","):
            arguments.append(self._comparison())
        assert self._next(")")
        if name == "IF":
            return arguments[1] if arguments[0] else arguments[2]
        one = {"EXP": math.exp, "LN": math.log, "TANH": math.tanh, "ABS": abs}
        return {"MAX": max, "MIN": min}[name](arguments) if name in ("MAX", "MIN") else one[name](*arguments)


def recalculated(data: bytes, given: Mapping[str, float], folder: Path) -> dict[str, float]:
    """Every named cell as LibreOffice computes it, from a file without the values that we have stored."""
    book = read(data)
    changed = {book.places[name]: number for name, number in given.items()}
    file = folder / "changed.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(file, "w") as out:
        for part in archive.namelist():
            text = archive.read(part)
            if part.startswith("xl/worksheets/"):
                text = _emptied(text.decode(), {cell: number for (at, cell), number in changed.items() if at == part})
            out.writestr(part, text)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    arguments = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*arguments, str(folder / "out"), str(file)], check=True, capture_output=True, timeout=300)
    return read((folder / "out" / file.name).read_bytes()).values


def _emptied(text: str, given: Mapping[str, float]) -> bytes:
    for cell, number in given.items():
        text, count = re.subn(rf'(<c r="{cell}"[^>]*><v>)[^<]*', rf"\g<1>{number!r}", text)
        assert count == 1
    return re.sub(r"(</f>)<v>[^<]*</v>", r"\1", text).encode()
