"""CHANGELOG.md read as a list of releases: a heading each, groups of entries below it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FILE = "CHANGELOG.md"
VERSION_FILE = "backprop_docgen/__init__.py"
"""The one place that holds the version."""
UNRELEASED = "Unreleased"
GROUPS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
_HEADING = re.compile(r"(?m)^## \[(?P<name>[^\]\n]+)\](?: - (?P<date>.*))?\n")
_GROUP = re.compile(r"(?m)^### (.+)$")
_VERSION = re.compile(r'(?m)(?<=^__version__ = ")[^"\n]*(?="$)')
_RELEASE = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}((a|b|rc)(0|[1-9]\d*))?")


class Release(NamedTuple):
    """A section of the changelog: its name (a version, or ``Unreleased``), its date as written, and what it says."""

    name: str
    date: str
    body: str

    def groups(self) -> list[tuple[str, str]]:
        """Titles and texts of the groups, in order; what stands before the first has the title ""."""
        before, *rest = _GROUP.split(self.body)
        parts = [("", before), *zip(rest[::2], rest[1::2], strict=True)]
        return [(title.strip(), text.strip("\n")) for title, text in parts if title or text.strip()]

    def says_something(self) -> bool:
        """Whether anything but titles of groups stands in it."""
        return any(text for _, text in self.groups())


def releases(changelog: str) -> list[Release]:
    """The sections of a changelog, the newest first."""
    heads = list(_HEADING.finditer(changelog))
    ends = [*(head.start() for head in heads[1:]), len(changelog)]
    return [
        Release(head["name"], (head["date"] or "").strip(), changelog[head.end() : end].strip("\n"))
        for head, end in zip(heads, ends, strict=False)  # without a heading there is one end too many
    ]


def is_release(version: str) -> bool:
    """Whether a text is a version that may be released, as packaging tools write it: 1.2.3, or 1.2.3rc1."""
    return _RELEASE.fullmatch(version) is not None


def version_in(module: str) -> str:
    """The version that a module's text gives; ValueError unless it gives exactly one."""
    found = _VERSION.findall(module)
    if len(found) != 1:
        raise ValueError(f'{VERSION_FILE} has {len(found)} lines __version__ = "…"')
    return str(found[0])


def with_version(module: str, version: str) -> str:
    """A module's text with another version."""
    return _VERSION.sub(version, module)


def with_release(changelog: str, version: str, date: str) -> str:
    """A changelog whose unreleased entries have become a release; groups of the same title are put together.

    ValueError where nothing is unreleased, or the changelog has no section for it at its top.
    """
    first, *_ = releases(changelog) or [Release("", "", "")]
    if first.name != UNRELEASED or not first.says_something():
        raise ValueError(f"{FILE} has no entries under [{UNRELEASED}] at its top")
    joined: dict[str, list[str]] = {}
    for title, text in first.groups():
        joined.setdefault(title, []).append(text)
    parts = [
        (f"### {title}\n\n" if title else "") + "\n".join(text.strip("\n") for text in texts)
        for title, texts in joined.items()
    ]
    head = _HEADING.search(changelog)
    assert head is not None
    rest = changelog[head.end() :].lstrip("\n")[len(first.body) :].lstrip("\n")
    made = f"## [{version}] - {date}\n\n" + "\n\n".join(parts) + "\n"
    return changelog[: head.end()] + "\n" + made + (f"\n{rest}" if rest else "")
