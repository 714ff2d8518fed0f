"""Training runs kept on disk, by the content that determines them.

An entry's name is the digest of the network and of this program's version, so a stale one is never
found; a damaged one is computed anew; writing is atomic, so two builds may share the folder.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from . import __version__
from .engine import Engine, History, Parameters, train
from .network import Display, Network
from .network_file import to_toml

ENTRIES: Final = 64
"""How many training runs the folder keeps; the least recently used ones go first."""


@dataclass(frozen=True)
class TrainingCache:
    """Trains networks, and remembers the runs in a folder (made when first needed)."""

    folder: Path

    def run(self, network: Network, iterations: int, keep: Iterable[int]) -> History:
        """The same as :func:`backprop_docgen.engine.train`, from the folder if it is there."""
        wanted = sorted(set(keep))
        path = self.folder / f"{_digest(network, iterations, wanted)}.npz"
        found = _load(path, len(network.layers), wanted)
        if found is None:
            found = train(Engine(network), iterations, wanted)
            with suppress(OSError):  # a folder that cannot be written to only costs time
                self._store(path, found)
        return found

    def _store(self, path: Path, history: History) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        arrays = {"losses": history.losses}
        for step, parameters in history.parameters.items():
            for layer, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
                arrays[f"w{step}_{layer}"], arrays[f"b{step}_{layer}"] = weights, biases
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        Path(stream.name).replace(path)
        entries = sorted(self.folder.glob("*.npz"), key=lambda entry: entry.stat().st_mtime)
        for old in entries[:-ENTRIES]:
            old.unlink(missing_ok=True)


def _digest(network: Network, iterations: int, keep: list[int]) -> str:
    plain = replace(network, display=Display())  # how numbers are shown changes no number
    key = f"{__version__}\n{np.__version__}\n{to_toml(plain)}\n{iterations}\n{keep}"
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _load(path: Path, layers: int, keep: list[int]) -> History | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            parameters = {
                step: Parameters(
                    tuple(arrays[f"w{step}_{layer}"] for layer in range(layers)),
                    tuple(arrays[f"b{step}_{layer}"] for layer in range(layers)),
                )
                for step in keep
            }
            found = History(arrays["losses"], parameters)
        os.utime(path)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    return found
