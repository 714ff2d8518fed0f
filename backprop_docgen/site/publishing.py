"""A finished folder takes the place of what stands in another one, so that a kill at any moment loses nothing.

Entries are moved, on one disk, so nothing is written, and each file stands in one place at any moment. First all that
goes is put into ``leaving``, which is then renamed ``left``; then what is new moves in. Whoever finds one of these two
folders after a kill knows which way to go on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NEW: Final = "new"
"""Below a workshop: what is to be published."""
_LEAVING: Final = "leaving"
_LEFT: Final = "left"


def publish(workshop: Path, site: Path) -> None:
    """Put what is new in a workshop in the place of a site. Hidden files of the site stay, as MkDocs keeps them.

    Raises OSError; the site is whole then, or, if even that cannot be done, :func:`underway` is true.
    """
    leaving = workshop / _LEAVING
    leaving.mkdir()
    try:
        for entry in sorted(site.iterdir()):
            if not entry.name.startswith(".") or os.path.lexists(workshop / NEW / entry.name):
                move(entry, leaving / entry.name)
        leaving.replace(workshop / _LEFT)
        settle(workshop, site)
    except BaseException:  # Ctrl-C, too
        settle(workshop, site)
        raise


def settle(workshop: Path, site: Path) -> None:
    """Make whole what was cut short: the old site, or, if all of that had left already, the new one. Raises OSError."""
    leaving = workshop / _LEAVING
    if leaving.is_dir():
        _move_all(leaving, site)
        leaving.rmdir()
    elif published(workshop) and (workshop / NEW).is_dir():  # else it is being removed
        _move_all(workshop / NEW, site)


def published(workshop: Path) -> bool:
    """Whether what was made in a workshop has been put in the place of the site."""
    return (workshop / _LEFT).is_dir()


def underway(workshop: Path) -> bool:
    """Whether a workshop holds what belongs into its site."""
    coming = workshop / (NEW if published(workshop) else _LEAVING)
    return coming.is_dir() and any(coming.iterdir())


def move(source: Path, target: Path) -> None:
    """Move a file, or a folder with all in it, over what stands there; folders are merged.

    A move that was cut short can be taken up again. Raises OSError, which names the target.
    """
    try:
        source.replace(target)
    except OSError as error:
        if source.is_symlink() or not source.is_dir():
            raise OSError(error.errno, error.strerror, str(target)) from None
        # There is such a folder, or the disk moves files alone (the layers of a container).
        target.mkdir(exist_ok=True)
        shutil.copymode(source, target)
        _move_all(source, target)
        source.rmdir()


def _move_all(source: Path, target: Path) -> None:
    for entry in sorted(source.iterdir()):
        move(entry, target / entry.name)


def unchangeable(site: Path) -> Iterator[Path]:
    """The folders of a site whose files may not be taken away: another user's, or on a disk that is only read."""
    for folder, folders, files in os.walk(site):
        if folder == str(site):
            folders[:] = [each for each in folders if not each.startswith(".")]
        if (folders or files or folder == str(site)) and not os.access(folder, os.W_OK | os.X_OK):
            yield Path(folder)
