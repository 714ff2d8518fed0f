"""Write a version and date the changelog's unreleased entries with it: what is left is to commit and to tag.

``python release/prepare_release.py 1.2.3``; nothing is written unless all of it can be.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from packaging.version import Version

from changelog import FILE, ROOT, VERSION_FILE, is_release, releases, with_release, with_version


def prepared(version: str, module: str, changelog: str, date: str) -> tuple[str, str]:
    """The texts of the version's module and of the changelog for a release; ValueError says why there can be none."""
    if not is_release(version):
        raise ValueError(f"{version!r} is no version of a release (as 1.2.3, or 1.2.3rc1)")
    newest = max((Version(each.name) for each in releases(changelog) if is_release(each.name)), default=None)
    if newest is not None and Version(version) <= newest:
        raise ValueError(f"{version} does not come after {newest}, which is released")
    return with_version(module, version), with_release(changelog, version, date)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Write a version, and date the changelog with it.")
    parser.add_argument("version", help="as 1.2.3")
    version = parser.parse_args(arguments).version
    places = [root / VERSION_FILE, root / FILE]
    module, changelog = (path.read_text("utf-8") for path in places)
    try:
        texts = prepared(version, module, changelog, datetime.datetime.now(datetime.UTC).date().isoformat())
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path, text in zip(places, texts, strict=True):
        path.write_text(text, "utf-8")
    print(f"{VERSION_FILE} and {FILE} say {version}. Read the changelog, then:")
    print(f'  git commit -am "Release {version}" && git tag v{version} && git push origin main v{version}')
    return 0


if __name__ == "__main__":
    sys.exit(main())
