"""What a course keeps of its beginning: the files that it was made with, which tell later changes by its author.

They stand in ``.backprop-docgen/``: ``template.zip`` has the files, ``made-from.json`` says by which version.
"""

from __future__ import annotations

import json
import lzma
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from backprop_docgen import __version__
from backprop_docgen.disk import read_bytes, read_text
from backprop_docgen.errors import Problem, SiteError

FOLDER: Final = ".backprop-docgen"
_FILES: Final = f"{FOLDER}/template.zip"
_ABOUT: Final = f"{FOLDER}/made-from.json"
_MAX_BYTES: Final = 20_000_000
_UNREADABLE: Final = (
    *(BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(ValueError, KeyError, TypeError, RuntimeError),
)
"""What is raised by a file that is damaged, or none of ours."""
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Beginning:
    """The ``files`` that a course was made with, by ``version``; ``wheel`` is the name of what was brought along."""

    files: Mapping[str, str]
    minimal: bool = False
    wheel: str | None = None
    version: str = __version__

    def written(self) -> dict[str, bytes]:
        """The files that keep it, the same for the same."""
        stream = BytesIO()
        with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=9) as archive:
            for name, text in sorted(self.files.items()):
                archive.writestr(ZipInfo(name, _LONG_AGO), text.encode(), ZIP_DEFLATED, 9)
        about = {"version": self.version, "minimal": self.minimal, "wheel": self.wheel}
        return {_FILES: stream.getvalue(), _ABOUT: f"{json.dumps(about, indent=2)}\n".encode()}


def read_beginning(folder: Path) -> Beginning:
    """What a course in a folder keeps. Raises SiteError for none, and for one that cannot be read."""
    path = folder / _FILES
    if not path.exists():
        advice = (
            "A course made by an earlier version keeps nothing. Make a new one beside it, and take over what you want "
            f"of its pages, and its folder {FOLDER}: from then on --update works."
        )
        said = "there is no course here, or none that keeps what it was made with"
        raise SiteError(Problem(said, str(path), advice=advice))
    try:
        about = json.loads(read_text(folder / _ABOUT, "what a course was made from, in JSON", _MAX_BYTES))
        with ZipFile(BytesIO(read_bytes(path, _MAX_BYTES))) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > _MAX_BYTES:
                raise ValueError("it is too big")
            files = {entry.filename: archive.read(entry).decode() for entry in entries}
        wheel = about["wheel"]
        inside = [*files, *([wheel] if wheel else [])]
        if any(PurePosixPath(name).is_absolute() or ".." in name.split("/") or "\\" in name for name in inside):
            raise ValueError("it names files outside the course")
        return Beginning(files, bool(about["minimal"]), wheel, str(about["version"]))
    except _UNREADABLE as error:
        advice = "Put it back as it was, from Git or a copy."
        raise SiteError(Problem(f"cannot be read: {error}", str(path), advice=advice)) from None
