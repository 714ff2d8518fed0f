"""Results kept on disk by the content that determines them.

The name of an entry is the digest of everything that its content hangs on, and of this program, so a
stale one is never found. Each entry begins with a digest of what follows: a damaged one is as good as
none. Writing is atomic, so builds may share a folder. The least recently used entries go first when the
folder outgrows its limit.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

FOLDER: Final = ".cache/backprop_docgen"
"""Where the store of a project is, beside its ``mkdocs.yml``."""
LIMIT: Final = 64 * 2**20
"""How many bytes a folder may hold."""
_SEAL: Final = hashlib.sha256().digest_size
_SHAPING: Final = ("Jinja2", "Markdown", "mkdocs", "pymdown-extensions", "Pygments", "numpy", "babel", "num2words")


def fingerprint() -> str:
    """A digest of this program's own code and data, and of the versions of what shapes its results."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".po", ".mjs", ".json"):
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
    """A folder of kept results (made when first needed); ``program`` is the fingerprint that all entries share."""

    folder: Path
    program: str = field(default_factory=fingerprint)
    limit: int = LIMIT

    def knows(self, kind: str) -> bool:
        """Whether anything of a kind has been kept."""
        return (self.folder / kind).is_dir()

    def holds(self, kind: str, key: str) -> bool:
        """Whether something, sound or not, is kept under a key."""
        return self._path(kind, key).is_file()

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
        path = self._path(kind, key)
        try:
            content = path.read_bytes()
            os.utime(path)  # used just now
        except OSError:
            return None
        return unsealed(content)

    def write(self, kind: str, key: str, content: bytes) -> None:
        """Keep bytes under a key. A folder that cannot be written to only costs time."""
        with suppress(OSError):
            write_sealed(self._path(kind, key), content)

    def prune(self) -> None:
        """Let the least recently used entries go until the folder is within its limit."""
        entries = []
        for path in self.folder.glob("*/*"):
            with suppress(OSError):  # another build may have taken it away
                state = path.stat()
                entries.append((state.st_mtime, state.st_size, path))
        held = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if held <= self.limit:
                break
            with suppress(OSError):
                path.unlink()
            held -= size

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / digest(self.program, key)[:40]


def write_sealed(path: Path, content: bytes) -> None:
    """Write bytes behind their digest, all at once or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
        stream.write(hashlib.sha256(content).digest() + content)
    Path(stream.name).replace(path)


def unsealed(content: bytes) -> bytes | None:
    """The bytes behind their digest; None when they are damaged."""
    seal, content = content[:_SEAL], content[_SEAL:]
    return content if hashlib.sha256(content).digest() == seal else None
