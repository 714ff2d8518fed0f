"""Results kept on disk by the content that determines them, in one SQLite file.

The name of an entry is the digest of everything that its content hangs on, and of this program, so a
stale one is never found. Each entry begins with a digest of what follows: a damaged one is as good as
none, and a damaged file is begun anew. Builds may share a file. The least recently used entries go
first when it outgrows its limit. (A file for each entry would be simpler; making hundreds of files is
slow, most of all where as many have just been deleted.)
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from mmap import mmap
from pathlib import Path
from struct import Struct
from typing import Any, Final, TypeVar

from backprop_docgen.disk import require_file

FOLDER: Final = ".cache/backprop_docgen"
"""Where the store of a project is, beside its ``mkdocs.yml``."""
FILE: Final = "results.sqlite"
LIMIT: Final = 64 * 2**20
"""How many bytes the entries may have together."""
_SEAL: Final = hashlib.sha256().digest_size
_SHAPING: Final = (
    *("Jinja2", "Markdown", "mkdocs", "mkdocs-material", "markdown-katex", "pymdown-extensions", "Pygments"),
    *("numpy", "babel", "num2words", "resvg_py", "XlsxWriter"),
)
_PATIENCE: Final = 2.0  # seconds that a build waits, in all, for others that lock the file
_TURN: Final = 0.01  # seconds between two tries
_SECONDS: Final = Struct("d")
_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
# A crash may cost the last entries; what is in the file stays whole (write-ahead log).
_SETTINGS: Final = """
PRAGMA auto_vacuum = FULL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS entries (name TEXT PRIMARY KEY, kind TEXT, used REAL, content BLOB);
"""
_OUTGROWN: Final = """
DELETE FROM entries WHERE name IN (
    SELECT name FROM (SELECT name, sum(length(content)) OVER (ORDER BY used DESC, name) AS held FROM entries)
    WHERE held > ?
)
"""
_Found = TypeVar("_Found")


def fingerprint() -> str:
    """A digest of this program's own code and data, and of the versions of what shapes its results."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".po", ".mjs", ".json", ".css") or path.name == "VERSION":  # of what npm brings
            found.update(path.read_bytes())
    for name in _SHAPING:
        with suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}\n".encode())
    return found.hexdigest()


def digest(*parts: str) -> str:
    """A digest of texts, each apart from the next."""
    found = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        found.update(b"%d " % len(content) + content)
    return found.hexdigest()


@dataclass(frozen=True)
class Store:
    """A folder with kept results (made when first needed); ``program`` is the fingerprint that all entries share."""

    folder: Path
    program: str = field(default_factory=fingerprint)
    limit: int = LIMIT
    _connections: dict[int, sqlite3.Connection] = field(default_factory=dict, repr=False, compare=False)
    _used: set[str] = field(default_factory=set, repr=False, compare=False)
    _waited: mmap = field(default_factory=lambda: mmap(-1, _SECONDS.size), repr=False, compare=False)
    _troubles: set[str] = field(default_factory=set, repr=False, compare=False)

    def knows(self, kind: str) -> bool:
        """Whether anything of a kind has been kept."""
        return bool(self._ask("SELECT 1 FROM entries WHERE kind = ? LIMIT 1", kind))

    def holds(self, kind: str, key: str) -> bool:
        """Whether something, sound or not, is kept under a key."""
        return bool(self._ask("SELECT 1 FROM entries WHERE name = ?", self._name(kind, key)))

    def load(self, kind: str, key: str) -> Any:
        """What was kept under a key; None when there is nothing, or nothing sound."""
        content = self.read(kind, key)
        if content is None:
            return None
        try:
            return json.loads(zlib.decompress(content))
        except (ValueError, zlib.error, RecursionError):
            return None

    def save(self, kind: str, key: str, result: Any) -> None:
        """Keep a result that JSON can hold."""
        self.write(kind, key, zlib.compress(json.dumps(result).encode(), 1))

    def read(self, kind: str, key: str) -> bytes | None:
        """The bytes kept under a key; None when there are none, or damaged ones."""
        name = self._name(kind, key)
        found = self._ask("SELECT content FROM entries WHERE name = ?", name)
        if not found:
            return None
        self._used.add(name)
        return unsealed(found[0][0])

    def write(self, kind: str, key: str, content: bytes) -> None:
        """Keep bytes under a key. A file that cannot be written to only costs time."""
        row = (self._name(kind, key), kind, time.time(), sealed(content))
        self._try(lambda store: store.execute("REPLACE INTO entries VALUES (?, ?, ?, ?)", row))

    def prune(self) -> None:
        """Let the least recently used entries go until the file is within its limit."""
        now = time.time()
        used = [(now, name) for name in self._used]
        self._used.clear()

        def tidy(store: sqlite3.Connection) -> None:
            with store:  # all of it, or nothing
                store.execute("BEGIN IMMEDIATE")
                store.executemany("UPDATE entries SET used = ? WHERE name = ?", used)
                store.execute(_OUTGROWN, (self.limit,))

        self._try(tidy)

    def trouble(self) -> str | None:
        """Why something could not be kept, or found; None when all could."""
        return "; ".join(sorted(self._troubles)) or None

    def close(self) -> None:
        """Let go of the file; it is opened again when needed. A copy of this process must not outlive this."""
        connection = self._connections.pop(os.getpid(), None)
        if connection is not None:
            connection.close()

    def _ask(self, question: str, *values: str) -> list[Any]:
        return self._try(lambda store: store.execute(question, values).fetchall()) or []

    def _try(self, action: Callable[[sqlite3.Connection], _Found]) -> _Found | None:
        """Do something with the file; None when that cannot be done."""
        while True:
            try:
                return action(self._open())
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code in _LOCKED and self._wait():
                    continue
                if code in _DAMAGED:
                    self._remove()
                else:
                    self._troubles.add(str(error))
            except OSError as error:  # no folder, or no file
                self._troubles.add(error.strerror or str(error))
            return None

    def _wait(self) -> bool:
        """Wait a little, unless this build and its copies have waited long enough already."""
        (waited,) = _SECONDS.unpack_from(self._waited)
        if waited >= _PATIENCE:
            return False
        begun = time.monotonic()
        time.sleep(_TURN)
        _SECONDS.pack_into(self._waited, 0, waited + time.monotonic() - begun)
        return True

    def _remove(self) -> None:
        self.close()
        for path in self.folder.glob(f"{FILE}*"):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._troubles.add(error.strerror or str(error))

    def _open(self) -> sqlite3.Connection:
        """This process's own connection: a copy makes its own, and the original's stays open as long."""
        connection = self._connections.get(os.getpid())
        if connection is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in self.folder.glob(f"{FILE}*"):
                require_file(path)  # SQLite would wait for a pipe
            connection = sqlite3.connect(self.folder / FILE, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                connection.executescript(_SETTINGS)
            except sqlite3.Error:
                connection.close()
                raise
            self._connections[os.getpid()] = connection
        return connection

    def _name(self, kind: str, key: str) -> str:
        return f"{kind}/{digest(self.program, key)[:40]}"


def sealed(content: bytes) -> bytes:
    """The bytes behind their digest."""
    return hashlib.sha256(content).digest() + content


def unsealed(content: bytes) -> bytes | None:
    """The bytes behind their digest; None when they are damaged."""
    seal, content = content[:_SEAL], content[_SEAL:]
    return content if hashlib.sha256(content).digest() == seal else None
