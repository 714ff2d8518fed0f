"""A folder in which files are made before they are published, locked by its build as long as that lives.

It stands beside the folder that it is for; in it where that is a disk of its own, or where nothing may be put beside.
Both are on one disk, so publishing moves files and writes none. What a build that was killed has left is found by the
next one, which brings it to an end.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from errno import EACCES
from pathlib import Path
from typing import Final

from backprop_docgen.disk import refused
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site import publishing

try:
    import fcntl
except ImportError:  # Windows opens no folders, and so locks none: a build is taken for dead by its age alone
    _LOCKS = False
else:
    _LOCKS = True

_PATIENCE: Final = 30.0  # seconds to wait for another build that is publishing, which takes far less than one
_STALE: Final = 24 * 3600  # seconds after which a build is taken for dead where there are no locks
_KEPT: Final = "What was there is as it was."


class Workshop:
    """A workshop for ``target``, a folder that is made if there is none; what is made goes into ``new``.

    To be ended by :meth:`close`. Raises SiteError when there cannot be one.
    """

    def __init__(self, target: Path) -> None:
        self.target, made = _real(target)
        try:
            with _alone(self.target):
                _sweep(self.target)
                for folder in publishing.unchangeable(self.target):
                    raise OSError(EACCES, os.strerror(EACCES), str(folder))
                self._folder, lock = _locked(self.target)
        except OSError as error:
            if made:
                _remove_empty(self.target)
            raise SiteError(refused(error, self.target, _KEPT)) from None
        self._closing = weakref.finalize(self, _close, os.getpid(), self._folder, lock, self.target if made else None)
        self.new = self._folder / publishing.NEW

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Make files, by their names below the target. Raises SiteError."""
        with self._explained():
            for name, content in files.items():
                path = self.new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def empty(self) -> bool:
        """Whether there is nothing in the target."""
        return all(entry == self._folder for entry in self.target.iterdir())

    def publish(self) -> None:
        """Put what was made in the place of what was there. Raises SiteError; then that is still there."""
        with self._explained(), _alone(self.target):
            _sweep(self.target)
            publishing.publish(self._folder, self.target)

    def add(self) -> None:
        """Put what was made beside what was there, and over it. Raises SiteError."""
        with self._explained(kept=""):
            publishing.move(self.new, self.target)

    def close(self) -> None:
        """Leave nothing behind; may be called again."""
        self._closing()

    def refused(self, error: OSError, kept: str = _KEPT) -> Problem:
        """What the disk refuses, in the names that people know; ``kept`` says what became of the target's files."""
        if publishing.underway(self._folder):
            kept = f"What was there is in {self._folder}; the next build puts it back."
        problem = refused(error, self.target, kept)
        return replace(problem, file=str(problem.file).replace(str(self.new), str(self.target)))

    @contextmanager
    def _explained(self, kept: str = _KEPT) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SiteError(self.refused(error, kept)) from None


def _real(target: Path) -> tuple[Path, bool]:
    """The folder itself, where links lead to, and whether it is yet to be made. Raises SiteError."""
    try:
        real = target.resolve()
        if os.path.lexists(real) and not real.is_dir():
            advice = "Move it away, or name another folder."
            raise SiteError(Problem("is a file where a folder is needed", str(target), advice=advice))
        return real, not real.exists()
    except RuntimeError:  # so says Python 3.11 of a circle of links
        raise SiteError(Problem("is a link that leads in a circle", str(target))) from None
    except OSError as error:
        raise SiteError(refused(error, target)) from None


def _close(process: int, folder: Path, lock: int, made: Path | None) -> None:
    if process != os.getpid():  # a copy of the build
        return
    empty = made is not None and not publishing.published(folder)
    if not publishing.underway(folder):  # else the next build tries again
        shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)
    if empty and made is not None:
        _remove_empty(made)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError, SiteError), _alone(folder):
        folder.rmdir()


def _prefix(target: Path) -> str:
    return f".{target.name}-build-"


def _belongs(folder: Path, target: Path) -> bool:
    """Whether a folder's name is that of a workshop for this target, not of one for a target "site-build"."""
    rest = folder.name.removeprefix(_prefix(target))
    return rest != folder.name and "-" not in rest


def _locked(target: Path) -> tuple[Path, int]:
    """A new folder, and what holds its lock. Made in the target, it is on the same disk. Raises OSError."""
    folder = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target))
    lock = _open(folder)
    _lock(lock)
    (folder / publishing.NEW).mkdir()  # unlike the workshop, with the permissions of any other folder
    if not target.parent.stat().st_mode & stat.S_ISVTX:  # nothing is left in everybody's folder (there serve builds)
        with suppress(OSError):
            folder = folder.rename(target.parent / folder.name)
    return folder, lock


def _sweep(target: Path) -> None:
    """Bring to an end what builds that were killed have left. Raises OSError."""
    for place in (target, target.parent):
        try:
            left = [each for each in place.iterdir() if _belongs(each, target)]
        except PermissionError:  # a folder to go through, not to look at
            continue
        for folder in left:
            try:
                lock = _open(folder)
            except OSError:  # its build has just removed it, or it is another user's
                continue
            try:
                if _dead(folder, lock):
                    publishing.settle(folder, target)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _dead(folder: Path, lock: int) -> bool:
    """Whether the build of a workshop has ended; if so, the lock is ours."""
    got = _lock(lock)
    return time.time() - folder.stat().st_mtime > _STALE if got is None else got


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other build begins or publishes in a folder meanwhile, which is made if need be. Raises OSError, SiteError."""
    handle = _wait(folder)
    try:
        yield
    finally:
        os.close(handle)


def _wait(folder: Path) -> int:
    until = time.monotonic() + _PATIENCE
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # a build that has failed takes away the folder that it had made
            handle = _open(folder)
            if _lock(handle) is not False and _is(folder, handle):
                return handle
            os.close(handle)
        if time.monotonic() > until:
            advice = "Wait until it has ended, and try again."
            raise SiteError(Problem("another build is publishing here and does not end", str(folder), advice=advice))
        time.sleep(0.01)


def _open(folder: Path) -> int:
    """A folder opened, to be locked. Raises OSError."""
    if not _LOCKS:
        return os.open(os.devnull, os.O_RDONLY)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _is(folder: Path, handle: int) -> bool:
    return folder.exists() and (not _LOCKS or os.path.samestat(os.fstat(handle), folder.stat()))


def _lock(handle: int) -> bool | None:
    """Whether an open folder could be locked, until it is closed; None where folders cannot be locked."""
    if not _LOCKS:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
