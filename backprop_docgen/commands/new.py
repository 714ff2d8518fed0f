"""A new course in a folder of its own: this tutorial's templates, network and settings, ready to build and publish.

Where the templates come from: an installed package carries them in ``_project``; in a checkout they
are the project itself. Also the JSON Schema of the network file, by which editors complete and check it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import closing
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.numbers import get_decimal_symbol
from num2words import CONVERTER_CLASSES

from backprop_docgen import __version__
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.network.schema import NETWORK_FILE
from backprop_docgen.numbers.language import small_strings
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.site.project import UNTRANSLATED
from backprop_docgen.site.workshop import Workshop

_PACKAGE: Final = Path(__file__).parents[1]
_OWN: Final = Path(__file__).with_name("course")
"""What a course has of its own, in the places where it has it: its readme, what Git ignores, its workflow."""
_SOURCES: Final = ("docs", "networks", "worksheets.toml", "mkdocs.yml", "network.toml", "LICENSE-docs")
SCHEMA_FILE: Final = "network.schema.json"
_BENCHMARK: Final = "benchmark.md"
"""The page that tells how fast this very project is: it belongs to no other, and neither do its allowances."""
_SCHEMA_LINE: Final = re.compile(r"#:schema .*\n")


def create(folder: Path, codes: Iterable[str] = ()) -> list[str]:
    """Write a whole project into ``folder``, with skeletons of the further languages; returns the files' names.

    Everything is made before anything is written. Raises SiteError when the folder holds something,
    cannot be written, or a language is unknown.
    """
    contents = project_files()
    for code in codes:
        add_language(contents, code)
    with closing(Workshop(folder)) as workshop:
        if not workshop.empty():
            raise SiteError(Problem("is not empty", str(folder), advice="Name a folder that is empty, or a new one."))
        workshop.fill({name: text.encode() for name, text in contents.items()})
        workshop.add()
    return sorted(contents)


def project_files() -> dict[str, str]:
    """The files of a new course, by their names with ``/``."""
    packed = _PACKAGE / "_project"
    root = packed if packed.is_dir() else _PACKAGE.parent
    found = [path for name in _SOURCES for path in (root / name, *sorted((root / name).rglob("*"))) if path.is_file()]
    found = [path for path in found if path.name != _BENCHMARK]
    contents = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found}
    listed = f"docs/{ALLOWANCES}"
    contents["mkdocs.yml"] = _without_page(contents["mkdocs.yml"], _BENCHMARK)
    kept = (entry for entry in contents[listed].rstrip().split("\n\n") if _BENCHMARK not in entry)
    contents[listed] = "\n\n".join(kept) + "\n"
    network = _SCHEMA_LINE.sub("", contents["network.toml"], count=1)
    contents |= {
        path.relative_to(_OWN).as_posix(): path.read_text("utf-8") for path in _OWN.rglob("*") if path.is_file()
    }
    return contents | {
        "network.toml": f"#:schema ./{SCHEMA_FILE}\n{network}",
        SCHEMA_FILE: (_PACKAGE / SCHEMA_FILE).read_text("utf-8"),
        "requirements.txt": f"{_requirement()}\n",
    }


def _without_page(config: str, page: str) -> str:
    """``mkdocs.yml`` without a page of its ``nav``, and without the group, and its translations, that this empties."""
    head, title, rest = config.partition("nav:\n")
    nav, end, rest = rest.partition("\n\n")
    nav = re.sub(rf"(?m)^ *- {re.escape(page)}\n", "", f"{nav}\n")
    for group in re.findall(r"(?m)^  - (.+):\n(?! {6}- )", nav):
        nav = nav.replace(f"  - {group}:\n", "")
        rest = re.sub(rf"(?m)^ {{12}}{re.escape(group)}: .*\n", "", rest)
    return f"{head}{title}{nav.rstrip()}{end}{rest}"


def _requirement() -> str:
    """How pip gets this package again: from where it came, if that was a public address, else by its version."""
    try:
        origin = json.loads(distribution("backprop-docgen").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, json.JSONDecodeError):
        origin = {}
    url = str(origin.get("url", ""))
    if not url.startswith(("https://", "http://", "ssh://")):
        return f"backprop-docgen=={__version__}"
    version = origin.get("vcs_info")
    return f"backprop-docgen @ {version['vcs']}+{url}@{version['commit_id']}" if version else f"backprop-docgen @ {url}"


def add_language(contents: dict[str, str], code: str) -> None:
    """Add a language's skeleton to a project: pages to translate, a message catalogue, its entry in ``mkdocs.yml``.

    Raises SiteError when the language is there already, or one that cannot be spoken here.
    """
    locale = _locale(code)
    if f"docs/{code}/index.md" in contents:
        raise SiteError(Problem("this language is part of every new course", key=code))
    for name in [name for name in contents if name.startswith("docs/en/")]:
        contents[name.replace("docs/en/", f"docs/{code}/", 1)] = skeleton(contents[name])
    listed = f"docs/{ALLOWANCES}"
    contents[listed] = contents[listed].replace('languages = ["en"]', f'languages = ["en", "{code}"]')
    catalogue = Catalog(locale=locale, project="backprop_docgen", fuzzy=False, charset="utf-8")
    contents[f"locales/{code}.po"] = _po(catalogue)
    contents["mkdocs.yml"] = _with_language(contents["mkdocs.yml"], code, locale)
    mark = get_decimal_symbol(locale)
    contents["network.toml"] = re.sub(
        r"(?m)^(decimal_mark = \{.*?)(?= *\})",
        lambda match: f'{match[1]}, {code} = "{mark if mark in ".," else "."}"',
        contents["network.toml"],
    )


def _locale(code: str) -> Locale:
    """The language of a code that Babel, num2words and the theme all know."""
    theme = files("material") / "templates" / "partials" / "languages"
    try:
        locale = Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = None
    if locale is None or locale.language not in CONVERTER_CLASSES or not (theme / f"{code}.html").is_file():
        known = sorted(each.name.removesuffix(".html") for each in theme.iterdir() if each.name.endswith(".html"))
        spoken = [each for each in known if each.partition("-")[0] in CONVERTER_CLASSES]
        advice = f"The languages with number words and a translated theme are {', '.join(spoken)}."
        raise SiteError(Problem("is no language that a course can be written in", key=code, advice=advice))
    return locale


def skeleton(page: str) -> str:
    """An English page to be translated: every part of it under a mark, which a build reports until it is deleted.

    The English words stay, to translate from; the calls are those that every language has to make.
    """
    lines, fence = [], False
    for line in page.splitlines():
        if line.lstrip().startswith(("{% cell", "{% endcell", "```")):
            fence = not fence
        if not fence and re.match(r"#{1,2} ", line):
            lines.append(UNTRANSLATED)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _po(catalogue: Catalog) -> str:
    for text in small_strings():
        catalogue.add(text)
    stream = BytesIO()
    write_po(stream, catalogue, width=0, omit_header=True)
    return stream.getvalue().decode()


def _with_language(config: str, code: str, locale: Locale) -> str:
    """``mkdocs.yml`` with one more entry at the end of ``languages``, its comments kept."""
    name = str(locale.get_display_name(locale)).capitalize()
    head, title, rest = config.partition("      languages:\n")
    entries = re.match(r"(?: {8}.*\n)*", rest)
    assert entries is not None
    english = "".join(re.findall(r" {10}site_\w+: .*\n| {10}titles:\n(?: {12}.*\n)*", entries[0]))
    added = f"        - code: {code}\n          name: {name}\n          prefix: {code}/\n{english}"
    return f"{head}{title}{entries[0]}{added}{rest[entries.end() :]}"


def network_schema() -> str:
    """The JSON Schema (draft 7) of the network file: each key's type, range, names and default."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "network.toml of backprop_docgen"}
    return json.dumps(head | NETWORK_FILE.json, indent=2, ensure_ascii=False) + "\n"
