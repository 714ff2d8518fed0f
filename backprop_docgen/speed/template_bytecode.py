"""Compiled templates, kept where Python keeps its own bytecode: in ``__pycache__``, beside ``mkdocs.yml``.

One file for each template, replaced when the template or this program changes. A damaged file is as
good as none.
"""

from __future__ import annotations

import io
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from backprop_docgen.speed.store import digest, sealed, unsealed

FOLDER: Final = "__pycache__"
"""Where the compiled templates of a project are, beside its ``mkdocs.yml``."""


class TemplateBytecode(BytecodeCache):
    """Jinja's bytecode cache in a folder (made when first needed); ``program`` is this program's fingerprint."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.program = program

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of this very source, if it is sound."""
        with suppress(OSError):
            content = unsealed(self._path(bucket).read_bytes())
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
    """All at once or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
        stream.write(content)
    Path(stream.name).replace(path)
