"""Whether a tag may be released: tag, version, changelog and built files say the same.

``python release/check_release.py v1.2.3 [--dist DIR] [--notes FILE]`` prints what is not so: 0 nothing, 1 something.
It needs nothing but Python, so it can run before anything is installed.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

from changelog import FILE, GROUPS, ROOT, UNRELEASED, VERSION_FILE, Release, is_release, releases, version_in


def problems(tag: str, version: str, changelog: str, today: datetime.date) -> Iterator[str]:
    """What forbids releasing ``version`` under ``tag``, in sentences; ``today`` is the latest date of a release."""
    if not is_release(version):
        yield f"{VERSION_FILE}: {version} is no version of a release (as 1.2.3, or 1.2.3rc1)"
    if tag != f"v{version}":
        yield f"the tag is {tag}, but the version is {version}, whose tag is v{version} ({VERSION_FILE})"
    found = releases(changelog)
    unreleased = [each for each in found if each.name == UNRELEASED]
    if any(each.says_something() for each in unreleased):
        yield f"{FILE}: entries are left under [{UNRELEASED}]"
    of_version = [each for each in found if each.name == version]
    if len(of_version) != 1:
        yield f"{FILE}: {version} has {len(of_version) or 'no'} section{'s' * (len(of_version) > 1)}"
        return
    (release,) = of_version
    if next(each for each in found if each.name != UNRELEASED) is not release:
        yield f"{FILE}: {version} is not the newest release"
    yield from _in_section(release, today)


def _in_section(release: Release, today: datetime.date) -> Iterator[str]:
    try:
        if datetime.date.fromisoformat(release.date) > today:
            yield f"{FILE}: {release.name} is dated {release.date}, which is yet to come"
    except ValueError:
        yield f"{FILE}: {release.name} has no date as 2026-01-31 after its name (found: {release.date!r})"
    if not release.says_something():
        yield f"{FILE}: nothing is said of {release.name}"
    titles = [title for title, _ in release.groups() if title]
    for title in dict.fromkeys(titles):
        if title not in GROUPS:
            yield f"{FILE}: {release.name} has a group {title}; groups are {', '.join(GROUPS)}"
        if titles.count(title) > 1:
            yield f"{FILE}: {release.name} has {titles.count(title)} groups {title}"


def wrong_files(version: str, names: set[str]) -> Iterator[str]:
    """What is missing among built files, or should not be there: one wheel, one source archive, of this version."""
    wanted = {f"backprop_docgen-{version}-py3-none-any.whl", f"backprop_docgen-{version}.tar.gz"}
    yield from (f"{name} is missing among the built files" for name in sorted(wanted - names))
    yield from (f"{name} is no file of {version}" for name in sorted(names - wanted))


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Check that tag, version, changelog and built files say the same.")
    parser.add_argument("tag", help="as v1.2.3")
    parser.add_argument("--dist", type=Path, help="a folder with the built files")
    parser.add_argument("--notes", type=Path, help="a file to write what the changelog says of the release into")
    given = parser.parse_args(arguments)
    version = version_in((root / VERSION_FILE).read_text("utf-8"))
    changelog = (root / FILE).read_text("utf-8")
    found = list(problems(given.tag, version, changelog, datetime.datetime.now(datetime.UTC).date()))
    if given.dist:
        found += wrong_files(version, {path.name for path in given.dist.iterdir()})
    for each in found:
        print(f"error: {each}", file=sys.stderr)
    if not found and given.notes:
        (notes,) = (each.body for each in releases(changelog) if each.name == version)
        given.notes.write_text(f"{notes}\n", "utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
