"""Files that people write, read with care; and what a disk refuses, in a sentence."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from backprop_docgen.errors import BackpropError, Problem, SiteError

_NAMES: Final = (
    *("EACCES", "EDQUOT", "EFBIG", "EIO", "ELOOP", "EMFILE", "ENAMETOOLONG", "ENFILE"),
    *("ENODEV", "ENOMEM", "ENOSPC", "EPERM", "EROFS", "ESTALE"),
)
REFUSALS: Final = frozenset(getattr(errno, name) for name in _NAMES if hasattr(errno, name))
"""Errors that are no mistake of a program, but of the machine that it runs on."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM)
_KINDS: Final[tuple[tuple[Callable[[int], bool], str], ...]] = (
    (stat.S_ISDIR, "this is a folder"),
    (stat.S_ISFIFO, "this is a pipe"),
    (stat.S_ISSOCK, "this is a socket"),
    (lambda mode: True, "this is a device"),
)


def read_text(
    path: Path, expected: str, most: int, file: str | None = None, error: type[BackpropError] = SiteError
) -> str:
    """The text of a file of at most so many bytes, without a byte-order mark.

    ``expected`` says what the file should be ("a network file in TOML"), ``file`` is its name for messages. Raises
    ``error`` with one problem: for what is missing, may not be read, is no file (a pipe would be waited for), is
    larger, or is no text in UTF-8.
    """
    name = str(path) if file is None else file
    try:
        data = read_bytes(path, most)
    except FileNotFoundError:
        raise error(Problem(f"there is no such file; expected {expected}", name)) from None
    except (OSError, ValueError, RuntimeError) as wrong:  # ValueError: a null character in the path
        reason = getattr(wrong, "strerror", None) or wrong  # RuntimeError: a circle of links
        told = reason if isinstance(wrong, NotAFileError) else f"cannot be read ({reason})"
        raise error(Problem(f"{told}; expected {expected}", name)) from None
    if len(data) > most:
        raise error(Problem(f"the file is too big; expected at most {most // 1_000_000} MB of {expected}", name))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        advice = "Save it again with the encoding UTF-8."
        raise error(Problem(f"is not a text in UTF-8; expected {expected}", name, line, advice=advice)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise error(Problem(f"this is a binary file; expected {expected}", name, line))
    return text.removeprefix("\ufeff")  # some editors begin a file with it


class NotAFileError(OSError):
    """A folder, a pipe, a socket or a device."""


def read_bytes(path: Path, most: int) -> bytes:
    """The first bytes of a file: one more than ``most`` of a larger one. Raises OSError, for what is no file, too."""
    require_file(path)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        return stream.read(most + 1)


def require_file(path: Path) -> None:
    """Raise OSError unless there is an ordinary file, or a link to one."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise NotAFileError(0, next(kind for holds, kind in _KINDS if holds(mode)), str(path))
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def write_text(path: Path, text: str) -> None:
    """Write a file anew, all at once or not at all, so that a full disk takes nothing away. Raises OSError."""
    real = path.resolve()  # a link stays one
    part = real.with_name(f".{real.name}.part")
    try:
        part.write_text(text, "utf-8", newline="\n")
        if real.exists():
            shutil.copymode(real, part)
        part.replace(real)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def refused(error: OSError, place: Path | str, kept: str = "") -> Problem:
    """What a disk refuses, and what to do about it; ``kept`` is a sentence about what was there before.

    ``place`` is named where the error names none.
    """
    name, reason = str(error.filename2 or error.filename or place), error.strerror or str(error)
    if error.errno in _FULL:
        what, advice = f"there is no room left to write ({reason})", "Make room on this disk, and try again."
    elif error.errno == errno.EROFS:
        what, advice = f"cannot be written ({reason})", "Name another folder."
    elif error.errno in _FORBIDDEN:
        what, advice = f"may not be read or written ({reason}{_owner(name)})", "Make it yours, or name another folder."
    else:
        what, advice = f"cannot be written ({reason})", ""
    return Problem(what, name, advice=" ".join(filter(None, (advice, kept))) or None)


def _owner(path: str) -> str:
    """Whose it is, if another user's."""
    with suppress(OSError, KeyError, ImportError, AttributeError):  # Windows knows no such users
        import pwd

        user = Path(path).lstat().st_uid
        if user != os.geteuid():
            return f"; it belongs to {pwd.getpwuid(user).pw_name}"
    return ""
