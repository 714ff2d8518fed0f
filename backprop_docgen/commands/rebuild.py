"""A project's site built anew beside the one that is checked, in a process of its own and with nothing kept.

``python -m backprop_docgen.commands.rebuild SETTINGS FOLDER ADDRESS [NETWORK]`` is that process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.network.file import to_toml
from backprop_docgen.network.network import Network

_EPOCH: Final = "SOURCE_DATE_EPOCH"


@dataclass
class Rebuild:
    """A build under way, of the project with the settings ``config``, published at ``address`` on the day of ``epoch``.

    ``network`` takes the place of the project's own. To be used in a ``with`` statement, which takes the folder away.
    """

    config: Path
    address: str
    epoch: str = ""
    network: Network | None = None
    _folder: tempfile.TemporaryDirectory[str] = field(init=False)
    _process: subprocess.Popen[bytes] = field(init=False)

    def __enter__(self) -> Rebuild:
        self._folder = tempfile.TemporaryDirectory(prefix="backprop-docgen-")
        command = [sys.executable, "-m", __name__, str(self.config), str(self._site), self.address]
        if self.network is not None:
            path = Path(self._folder.name) / "network.toml"
            path.write_text(to_toml(self.network), "utf-8")
            command.append(str(path))
        own = {name: value for name, value in os.environ.items() if name != _EPOCH}
        dated = own | ({_EPOCH: self.epoch} if self.epoch.isdigit() else {})
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dated)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    @property
    def _log(self) -> Path:
        return Path(self._folder.name) / "log.txt"

    @property
    def _site(self) -> Path:
        return Path(self._folder.name) / "site"

    def site(self) -> Path:
        """The folder of the finished site; raises SiteError when it could not be built."""
        if self._process.wait():
            said = self._log.read_text("utf-8", "replace")
            lines = [line for line in said.splitlines() if line.strip()]
            problem = Problem(f"cannot be built anew: {' '.join(lines[-3:])[:400]}", str(self.config))
            raise SiteError(problem)
        return self._site


def build_anew(config: str, folder: str, address: str, network: str | None = None) -> None:
    """Build a project into ``folder`` as MkDocs does, with nothing kept."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    settings = load_config(config, site_dir=folder, site_url=address, strict=False)
    options = settings.plugins["backprop-docgen"].config
    options["speed"] = False
    if network is not None:
        options["network"] = network
    settings.plugins.on_startup(command="build", dirty=False)
    try:
        build(settings)
    finally:
        settings.plugins.on_shutdown()


if __name__ == "__main__":
    build_anew(*sys.argv[1:])
