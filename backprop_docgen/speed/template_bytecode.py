"""Compiled templates, kept where Python keeps its own bytecode: in ``__pycache__``, beside ``mkdocs.yml``.

One file for each template, replaced when the template or this program changes. A damaged file is as
good as none.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from backprop_docgen.disk import read_bytes
from backprop_docgen.speed.store import digest, sealed, unsealed

FOLDER: Final = "__pycache__"
"""Where the compiled templates of a project are, beside its ``mkdocs.yml``."""
_MOST: Final = 50_000_000  # bytes of one compiled template


class TemplateBytecode(BytecodeCache):
    """Jinja's bytecode cache in a folder (made when first needed); ``program`` is this program's fingerprint."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.program = program

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of this very source, if it is sound."""
        with suppress(OSError):
            content = unsealed(read_bytes(self._path(bucket), _MOST))
            if content is not None and content.startswith(self._mark):
                bucket.load_bytecode(io.BytesIO(content.removeprefix(self._mark)))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; a folder that cannot be written to only costs time."""
        stream = io.BytesIO()
        bucket.write_bytecode(stream)
        with suppress(OSError):
            _write(self._path(bucket), sealed(self._mark + stream.getvalue()))

    @property
    def _mark(self) -> bytes:
        return self.program.encode()

    def _path(self, bucket: Bucket) -> Path:
        return self.folder / f"{digest(bucket.key)[:16]}.{sys.implementation.cache_tag}.jinja"


def _write(path: Path, content: bytes) -> None:
    """All at once or not at all; what a killed build has left is replaced. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as stream:
            stream.write(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
