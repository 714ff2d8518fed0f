"""Three texts become one: what it was, what its author made of it, and what a newer version has. Git merges."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from backprop_docgen.errors import Problem, SiteError


def merged(yours: bytes, base: bytes, new: bytes, names: tuple[str, str, str]) -> tuple[bytes, int]:
    """The merged text and the number of conflicts marked in it, with ``names`` for the three.

    Conflicts are -1 where there is nothing to merge, as in a file of other than text. Raises SiteError without Git.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, content in zip(("yours", "base", "new"), (yours, base, new), strict=True):
            paths.append(Path(folder, name))
            paths[-1].write_bytes(content)
        labels = [part for name in names for part in ("-L", name)]
        done = _git("merge-file", "--stdout", *labels, *map(str, paths), folder=Path(folder))
    return (done.stdout, done.returncode) if 0 <= done.returncode < 128 else (yours, -1)


def require_committed(folder: Path) -> None:
    """Raise SiteError where a folder is in Git and holds what is not committed: nobody could tell it from an update."""
    if shutil.which("git") is None:
        return
    done = _git("status", "--porcelain", "--", ".", folder=folder)
    if done.returncode == 0 and done.stdout.strip():
        changed = done.stdout.decode(errors="replace").rstrip().splitlines()
        shown = "\n    ".join([*changed[:10], *(["…"] if len(changed) > 10 else [])])
        advice = f"Commit it, or put it away (`git stash`); then `git diff` shows what the update did.\n    {shown}"
        raise SiteError(Problem("has changes that are not committed", str(folder), advice=advice))


def _git(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        advice = "Install Git: it merges what you and a newer version have changed in the same file."
        raise SiteError(Problem("there is no program git", advice=advice))
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, check=False)
