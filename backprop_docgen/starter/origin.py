"""What a course is made from: this very package, and how pip gets it again in the course's own environment.

From a package index it comes by its version, from a public address by that. What was installed from a file, or stands
in a checkout, is nowhere else: its wheel goes along with the course.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from backprop_docgen import __version__
from backprop_docgen.disk import read_bytes

_NAME: Final = "backprop-docgen"
_ROOT: Final = Path(__file__).parents[2]
"""Where the package stands: among installed ones, or in a checkout."""
_MAX_BYTES: Final = 200_000_000
WHEELS: Final = "wheels"
"""The folder of a course for what is brought along."""
_OF_AN_INSTALLER: Final = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json")
_REQUIREMENTS: Final = """\
# Made with {told}.
{requirement}

# What else your pages need (other plugins), a line each, below this one:
"""


@dataclass(frozen=True)
class Origin:
    """``how`` the package came here, its ``requirement`` for pip, and the ``wheel`` to bring along, by its file's name.

    ``lacking`` says why there is none though there should be.
    """

    how: str
    requirement: str
    wheel: tuple[str, bytes] | None = None
    lacking: str | None = None

    @property
    def told(self) -> str:
        """Version and origin."""
        return f"backprop-docgen {__version__}, {self.how}"

    @property
    def requirements(self) -> str:
        """The text of ``requirements.txt``."""
        return _REQUIREMENTS.format(told=self.told, requirement=self.requirement)


def find_origin(carry: bool = False) -> Origin:
    """What a course made now is made from; ``carry``: with a wheel, though an index or an address may have it."""
    if not (_ROOT / "backprop_docgen" / "_project").is_dir():
        return _carried("from a checkout", _built_wheel)
    try:
        installed = distribution(_NAME)
        source = json.loads(installed.read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return _carried("from a folder without metadata", _no_wheel)
    except json.JSONDecodeError:
        source = {}
    url = str(source.get("url", ""))
    if url.startswith("file:"):
        return _carried(f"from {_path(url).name}", lambda: _installed_wheel(installed, source))
    if carry:
        return _carried("as it was installed", lambda: _packed_again(installed))
    if url:
        return Origin(f"from {url}", _from_address(url, source))
    return Origin("from a package index", f"{_NAME}=={__version__}")


def _path(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def _from_address(url: str, source: dict[str, Any]) -> str:
    version = source.get("vcs_info")
    return f"{_NAME} @ {version['vcs']}+{url}@{version['commit_id']}" if version else f"{_NAME} @ {url}"


class _NoWheelError(Exception):
    """A wheel cannot be made; says why."""


def _carried(how: str, make: Callable[[], tuple[str, bytes]]) -> Origin:
    try:
        name, content = make()
    except (_NoWheelError, OSError) as error:
        return Origin(how, f"{_NAME}=={__version__}", lacking=str(error))
    digest = hashlib.sha256(content).hexdigest()
    along = f"{how}, brought along in {WHEELS}/ (sha256 {digest[:16]}…)"
    return Origin(along, f"./{WHEELS}/{name}", (name, content))


def _no_wheel() -> tuple[str, bytes]:
    raise _NoWheelError("nothing tells which files belong to the package")


def _installed_wheel(installed: Distribution, source: dict[str, Any]) -> tuple[str, bytes]:
    """The wheel that was installed, if it is still there and the same; else one made of what was installed."""
    path = _path(source["url"])
    digests = source.get("archive_info", {}).get("hashes", {})
    if path.suffix == ".whl" and path.is_file():
        content = read_bytes(path, _MAX_BYTES)
        if digests.get("sha256") in (None, hashlib.sha256(content).hexdigest()):
            return path.name, content
    return _packed_again(installed)


def _packed_again(installed: Distribution) -> tuple[str, bytes]:
    """A wheel of the installed files."""
    if installed.files is None:
        raise _NoWheelError("nothing tells which files belong to the package")
    with tempfile.TemporaryDirectory() as folder:
        for file in installed.files:
            compiled = "__pycache__" in file.parts
            if ".." in file.parts or compiled or file.is_absolute() or file.name in _OF_AN_INSTALLER:
                continue
            target = Path(folder, "package", *file.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), target)
        return _made_by(["-m", "wheel", "pack", str(Path(folder, "package")), "--dest-dir", folder], folder)


def _built_wheel() -> tuple[str, bytes]:
    """A wheel of the checkout."""
    alone = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    with tempfile.TemporaryDirectory() as folder:
        pip = ["-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", *alone]
        return _made_by([*pip, "--wheel-dir", folder, str(_ROOT)], folder)


def _made_by(command: list[str], folder: str) -> tuple[str, bytes]:
    """The wheel that a program has made in a folder. Raises _NoWheelError."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    found = next(Path(folder).glob("*.whl"), None)
    if done.returncode or found is None:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise _NoWheelError(said[-1] if said else "no wheel was made")
    return found.name, found.read_bytes()
