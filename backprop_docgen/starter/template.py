"""The files of a new course: this tutorial's pages, network and settings, or a page to begin with.

Where the pages come from: an installed package carries them in ``_project``; in a checkout they are the project
itself. Also the JSON Schema of the network file, by which editors complete and check it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from backprop_docgen.network.schema import NETWORK_FILE
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.starter.origin import Origin

_PACKAGE: Final = Path(__file__).parents[1]
_OWN: Final = Path(__file__).with_name("course")
"""What a course has of its own, in the places where it has it: its readme, what Git ignores, its workflow."""
_MINIMAL: Final = Path(__file__).with_name("minimal")
"""The page, in two languages, and the settings of a course that begins with one."""
_COMMON: Final = ("network.toml", "LICENSE-docs")
_SOURCES: Final = ("docs", "networks", "worksheets.toml", "mkdocs.yml")
SCHEMA_FILE: Final = "network.schema.json"
_BENCHMARK: Final = "benchmark.md"
"""The page that tells how fast this very project is: it belongs to no other, and neither do its allowances."""
_SCHEMA_LINE: Final = re.compile(r"#:schema .*\n")
_MADE_FROM: Final = "@made_from@"
"""What stands in the readme for the version and origin."""


def course_files(origin: Origin, minimal: bool = False) -> dict[str, str]:
    """The files of a new course, by their names with ``/``; ``minimal``: with one page in each language."""
    packed = _PACKAGE / "_project"
    root = packed if packed.is_dir() else _PACKAGE.parent
    contents = _below(root, _COMMON) | (_below(_MINIMAL) if minimal else _tutorial(root)) | _below(_OWN)
    network = _SCHEMA_LINE.sub("", contents["network.toml"], count=1)
    return contents | {
        "README.md": contents["README.md"].replace(_MADE_FROM, origin.told),
        "network.toml": f"#:schema ./{SCHEMA_FILE}\n{network}",
        SCHEMA_FILE: (_PACKAGE / SCHEMA_FILE).read_text("utf-8"),
        "requirements.txt": origin.requirements,
    }


def _tutorial(root: Path) -> dict[str, str]:
    """The tutorial's pages and settings, without what belongs to this project alone."""
    contents = {name: text for name, text in _below(root, _SOURCES).items() if Path(name).name != _BENCHMARK}
    listed = f"docs/{ALLOWANCES}"
    kept = (entry for entry in contents[listed].rstrip().split("\n\n") if _BENCHMARK not in entry)
    return contents | {
        "mkdocs.yml": _without_page(contents["mkdocs.yml"], _BENCHMARK),
        listed: "\n\n".join(kept) + "\n",
    }


def _below(root: Path, names: tuple[str, ...] = (".",)) -> dict[str, str]:
    """The texts of files, and of all those in folders, by their names below ``root``."""
    found = (path for name in names for path in (root / name, *sorted((root / name).rglob("*"))) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found}


def _without_page(config: str, page: str) -> str:
    """``mkdocs.yml`` without a page of its ``nav``, and without the group, and its translations, that this empties."""
    head, title, rest = config.partition("nav:\n")
    nav, end, rest = rest.partition("\n\n")
    nav = re.sub(rf"(?m)^ *- {re.escape(page)}\n", "", f"{nav}\n")
    for group in re.findall(r"(?m)^  - (.+):\n(?! {6}- )", nav):
        nav = nav.replace(f"  - {group}:\n", "")
        rest = re.sub(rf"(?m)^ {{12}}{re.escape(group)}: .*\n", "", rest)
    return f"{head}{title}{nav.rstrip()}{end}{rest}"


def network_schema() -> str:
    """The JSON Schema (draft 7) of the network file: each key's type, range, names and default."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "network.toml of backprop_docgen"}
    return json.dumps(head | NETWORK_FILE.json, indent=2, ensure_ascii=False) + "\n"
