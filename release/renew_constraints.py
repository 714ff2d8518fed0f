"""Renew constraints.txt: install the project and what its tests need afresh, write down what came, say what changed.

``make constraints``, or ``python release/renew_constraints.py``. Which Python runs it matters: the oldest one supported
finds versions that all can install.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
FILE = "constraints.txt"
OURS = "backprop-docgen"
HEAD = "# The versions the site was last built and tested with. Names and versions only: no addresses.\n"
Kind = Literal["added", "removed", "newer", "older"]
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+-]+)")


class Change(NamedTuple):
    """What became of one package; a version that there is not is ""."""

    kind: Kind
    name: str
    old: str = ""
    new: str = ""


def pins(text: str) -> dict[str, str]:
    """Versions by name as spelled, of lines ``name==version``; ValueError for any other line but a comment.

    So no address, no option and no path of a machine comes into the file.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [_PIN.fullmatch(line) for line in lines]
    for line, pin in zip(lines, found, strict=True):
        if pin is None:
            raise ValueError(f"{line!r} is not a name and a version (name==1.2.3)")
    return {pin["name"]: pin["version"] for pin in found if pin}


def written(versions: Mapping[str, str]) -> str:
    """The file's text: one package a line, in alphabetical order."""
    return HEAD + "".join(sorted((f"{name}=={version}\n" for name, version in versions.items()), key=str.lower))


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """What parts two sets of versions, by name; spellings of one name (``A_b``, ``a-b``) are the same package."""
    before = {canonicalize_name(name): (name, version) for name, version in old.items()}
    after = {canonicalize_name(name): (name, version) for name, version in new.items()}
    found = []
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            found.append(Change("added", after[key][0], new=after[key][1]))
        elif key not in after:
            found.append(Change("removed", before[key][0], before[key][1]))
        elif (was := Version(before[key][1])) != (now := Version(after[key][1])):
            found.append(Change("newer" if now > was else "older", after[key][0], before[key][1], after[key][1]))
    return found


def told(found: list[Change]) -> str:
    """The changes as lines: how many of each kind, then each, kinds together."""
    if not found:
        return "Nothing changed.\n"
    kinds = [kind for kind in ("newer", "older", "added", "removed") if any(each.kind == kind for each in found)]
    counts = ", ".join(f"{sum(each.kind == kind for each in found)} {kind}" for kind in kinds)
    width = max(len(each.name) for each in found)
    rows = [each for kind in kinds for each in found if each.kind == kind]
    lines = (f"{each.kind:7}  {each.name:{width}}  {' → '.join(filter(None, (each.old, each.new)))}" for each in rows)
    return "\n".join([f"{counts}:", *lines]) + "\n"


def installed_afresh(root: Path) -> dict[str, str]:
    """What pip installs for the project and its tests with nothing held back; CalledProcessError where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        scripts, name = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
        pip = [str(Path(folder, scripts, name)), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", f"{root}[test]"], check=True)
        subprocess.run([*pip, "check"], check=True, stdout=sys.stderr)
        freeze = [*pip, "freeze", "--exclude", OURS]
        return pins(subprocess.run(freeze, check=True, stdout=subprocess.PIPE, text=True).stdout)


def oldest_python(root: Path) -> bool:
    """Whether no Python older than the one that runs is supported by the project."""
    wanted = SpecifierSet(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"])
    return not wanted.contains(f"3.{sys.version_info.minor - 1}")


def main(root: Path = ROOT) -> int:
    """The command; returns its exit code."""
    if not oldest_python(root):
        print("note: an older Python is supported, which may not be able to install all of this", file=sys.stderr)
    path = root / FILE
    old = pins(path.read_text("utf-8"))
    try:
        new = installed_afresh(root)
    except subprocess.CalledProcessError as error:
        print(f"error: {FILE} stays as it was: {error}", file=sys.stderr)
        return 1
    path.write_text(written(new), "utf-8")
    print(told(changes(old, new)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
