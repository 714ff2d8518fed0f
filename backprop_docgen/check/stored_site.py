"""The files of a built or published site, read as untrusted input: nothing too large, nothing that is not text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from backprop_docgen.disk import NotAFileError, read_bytes
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.network.schema import MAX_EXAMPLES
from backprop_docgen.published.file_list import WORKSHEET, site_files
from backprop_docgen.settings.allowances import Allowance, from_site
from backprop_docgen.settings.ignored import Ignored, ignored_in_site

_MAX_BYTES: Final[Mapping[str, int]] = {".html": 20_000_000, ".json": 64_000_000, ".csv": 64_000_000}
_MAX_TOTAL: Final = 600_000_000
_MAX_FILES: Final = 50_000
_MAX_PAGES: Final = 5_000
_MAX_ALLOWANCES: Final = 2_000
_MAX_NODES: Final = 6_000_000
_MAX_NESTING: Final = 80


@dataclass
class SiteCopy:
    """A site in a folder; every file is read once."""

    root: Path
    _texts: dict[str, str] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _total: int = 0

    def file(self, name: str) -> str:
        """A file's name as its user knows it."""
        return str(self.root / name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        try:
            return (self.root / name).is_file()
        except (OSError, ValueError):
            return False

    def text(self, name: str) -> str:
        """The text of a file; raises SiteError when it cannot be read, is too large, or is not UTF-8."""
        if name not in self._texts:
            data = self.data(name, _MAX_BYTES.get(Path(name).suffix, 20_000_000))
            try:
                self._texts[name] = data.decode("utf-8").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                line = data.count(b"\n", 0, error.start) + 1
                raise SiteError(Problem("is not a text in UTF-8", self.file(name), line)) from None
        return self._texts[name]

    def data(self, name: str, most: int = 200_000_000) -> bytes:
        """The bytes of a file; raises SiteError when it cannot be read, or has more than ``most``."""
        path = self.root / name
        try:
            data = read_bytes(path, most)
        except NotAFileError:
            raise SiteError(Problem("is no file", str(path))) from None
        except FileNotFoundError:
            raise SiteError(Problem("there is no such file", str(path))) from None
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
            reason = getattr(error, "strerror", None) or str(error)
            raise SiteError(Problem(f"cannot be read ({reason})", str(path))) from None
        self._total += 0 if name in self._sizes else len(data)
        self._sizes[name] = len(data)
        if self._total > _MAX_TOTAL:
            raise SiteError(Problem(f"has more than {_MAX_TOTAL // 1_000_000} MB", str(self.root)))
        if len(data) > most:
            raise SiteError(Problem(f"is larger than {most // 1_000_000} MB: too large to be checked", str(path)))
        return data

    @cached_property
    def names(self) -> list[str]:
        """The names of all files that belong on a site's list, in order; raises SiteError for what cannot be a site."""
        if not self.root.is_dir():
            advice = "Name the folder of a built site."
            raise SiteError(Problem("there is no such folder", str(self.root), advice=advice))
        found = []
        for name in site_files(self.root):
            found.append(name)
            if len(found) > _MAX_FILES:
                raise SiteError(Problem(f"has more than {_MAX_FILES} files: is this the site?", str(self.root)))
        return found

    def pages(self) -> list[str]:
        """The names of all HTML files, without following links to folders."""
        for folder, folders, files in os.walk(self.root):
            for name in (*folders, *files):
                _no_loop(Path(folder) / name)
        return [name for name in self.names if name.endswith(".html")]


@contextmanager
def shallow(file: str) -> Iterator[None]:
    """Raise SiteError where something in a file is nested deeper than can be followed."""
    try:
        yield
    except RecursionError:
        raise SiteError(Problem("holds something that is nested too deeply to be checked", file)) from None


def _no_loop(path: Path) -> None:
    """Raise SiteError for a symbolic link that leads to itself, or to a folder that it lies in."""
    if not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
        loop = target in path.parent.resolve().parents or target == path.parent.resolve()
    except FileNotFoundError:
        return  # it leads nowhere: what needs it will be missing
    except (OSError, RuntimeError):
        loop = True
    if loop:
        raise SiteError(Problem("is a symbolic link that leads round in a loop", str(path)))


def parse_json(text: str, file: str) -> Any:
    """Read JSON strictly and within bounds."""

    def refuse(word: str) -> float:
        raise ValueError(f"{word} is no number")

    try:
        data = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            raise SiteError(Problem(f"is no JSON: {error.msg}", file, error.lineno, error.colno)) from None
        said = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise SiteError(Problem(f"is no JSON that can be used: {said}", file)) from None
    _bounded(data, file)
    return data


def broken_json(lines: Lines, error: SiteError, code: str) -> Finding:
    """The finding that a file beside the pages is no JSON, at the place where reading it fails."""
    problem = error.problems[0]
    return lines.finding(code, lines.offset(problem.line or 1, problem.column or 1), problem.message)


def _bounded(data: Any, file: str) -> None:
    level, count, depth = [data], 0, 0
    while level:
        count += len(level)
        depth += 1
        if count > _MAX_NODES or depth > _MAX_NESTING:
            what = f"more than {_MAX_NODES} values" if count > _MAX_NODES else f"more than {_MAX_NESTING} levels"
            raise SiteError(Problem(f"holds {what}: too much to be checked", file))
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        level = inner


def _harmless(english: str, text: object) -> bool:
    """Whether a translated string has only plain placeholders, and none that the English one has not."""
    if not isinstance(text, str) or len(text) > 2000:
        return False
    try:
        fields = [list(Formatter().parse(each)) for each in (english, text)]
    except ValueError:
        return False
    known, used = ({name for _, name, _, _ in each if name is not None} for each in fields)
    plain = all(not spec and not conversion for _, _, spec, conversion in fields[1])
    return plain and used <= known and all(name.isidentifier() for name in used)


def _examples(data: Any, quantities: Mapping[str, Any]) -> bool:
    """Whether this tells which quantities every example has: a count, the worked one, names."""
    match data:
        case {"count": int() as count, "worked": int() as worked, "names": list() as names}:
            known = all(isinstance(name, str) and name in quantities for name in names)
            return known and 1 <= worked <= count <= MAX_EXAMPLES
    return False


def _inside(name: str) -> bool:
    """Whether this is a relative name, of something below the site's folder."""
    return not Path(name).is_absolute() and ".." not in re.split(r"[/\\]", name) and "\0" not in name


@dataclass(frozen=True)
class Stored:
    """What ``worksheet.json`` says."""

    file: str
    text: str
    version: str
    arithmetic: str
    worksheets: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, list[str]]
    contents: Mapping[str, list[str]]
    allowances: list[Allowance]
    languages: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, str]
    address: str
    epoch: str
    theme: str
    ignore: tuple[Ignored, ...]
    active: frozenset[str]
    files: Mapping[str, list[str]]


def read_stored(site: SiteCopy, schema: int) -> Stored:
    """Read and check the shape of a site's ``worksheet.json``; raises SiteError."""
    file = site.file(WORKSHEET)
    if not site.exists(WORKSHEET):
        advice = "Name the folder of a site that was built with the plugin backprop-docgen; it holds worksheet.json."
        raise SiteError(Problem("the site has no worksheets", file, advice=advice))
    text = site.text(WORKSHEET)
    data = parse_json(text, file)
    if not isinstance(data, dict):
        raise SiteError(Problem("is not the worksheets of a site: expected an object", file))
    if data.get("schema") != schema:
        found = repr(data.get("schema"))[:40]
        advice = "Build the site again with this version, or check it with the version that built it."
        raise SiteError(Problem(f"has schema {found}; this version reads schema {schema}", file, advice=advice))

    def part(key: str, kind: type, inside: type | None = None) -> Any:
        value = data.get(key)
        within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        if not isinstance(value, kind) or (inside is not None and not all(isinstance(each, inside) for each in within)):
            raise SiteError(Problem("is missing or has another shape than expected", file, key=key))
        return value

    lists = {key: part(key, dict, list) for key in ("pages", "contents")}
    for key, found_lists in lists.items():
        if len(found_lists) > _MAX_PAGES:
            raise SiteError(Problem(f"lists more than {_MAX_PAGES} pages", file, key=key))
        for url, names in found_lists.items():
            if not all(isinstance(name, str) for name in names):
                raise SiteError(Problem("is not a list of texts", file, key=f"{key}[{url[:60]}]"))
    for url in (*lists["pages"], *lists["contents"]):
        plain = unquote(url)
        if plain.startswith("/") or ".." in plain.split("/") or urlsplit(url).scheme or "\0" in plain:
            raise SiteError(Problem("is no address of a page inside the site", file, key=f"pages: {url[:80]}"))
    allowances = part("allowances", list)
    if len(allowances) > _MAX_ALLOWANCES:
        raise SiteError(Problem(f"lists more than {_MAX_ALLOWANCES} allowances", file, key="allowances"))
    files = part("files", dict, list)
    for name, digests in files.items():
        if not 1 <= len(digests) <= 2 or not all(isinstance(each, str) for each in digests):
            raise SiteError(Problem("is not a list of digests", file, key=f"files[{name[:60]}]"))
        if not _inside(name):
            raise SiteError(Problem("is no file inside the site", file, key=f"files: {name[:80]}"))
    worksheets = part("worksheets", dict, dict)
    for key, sheet in worksheets.items():
        quantities = sheet.get("quantities")
        if not isinstance(quantities, dict) or not all(isinstance(each, dict) for each in quantities.values()):
            raise SiteError(Problem("has no quantities", file, key=f"worksheets: {key[:60]!r}"))
        if "examples" in sheet and not _examples(sheet["examples"], quantities):
            raise SiteError(Problem("has examples of another shape", file, key=f"worksheets: {key[:60]!r}"))
    languages = part("languages", dict, dict)
    for code, each in languages.items():
        strings = each.get("strings", {})
        key = f"languages: {code[:40]}"
        if not re.fullmatch(r"[A-Za-z-]{1,20}", code):
            raise SiteError(Problem("is not the code of a language", file, key=key))
        if not isinstance(each.get("prefix"), str) or not isinstance(strings, dict):
            raise SiteError(Problem("has no prefix", file, key=key))
        if not _preview(each.get("preview")):
            raise SiteError(Problem("has no texts for its preview", file, key=key))
        if not all(_harmless(english, text) for english, text in strings.items()):
            raise SiteError(Problem("has strings that are no translations", file, key=key))
    return Stored(
        file,
        text,
        part("version", str),
        part("arithmetic", str),
        worksheets,
        lists["pages"],
        lists["contents"],
        from_site(allowances),
        languages,
        part("sources", dict, str),
        part("address", str),
        part("epoch", str),
        part("theme", str),
        ignored_in_site(part("ignore", list)),
        frozenset(part("active", list, str)),
        files,
    )


def _preview(texts: object) -> bool:
    """Name and description of a site, or nothing."""
    if texts is None:
        return True
    return isinstance(texts, list) and len(texts) == 2 and all(isinstance(each, str) for each in texts)
