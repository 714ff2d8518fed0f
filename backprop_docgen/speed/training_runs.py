"""Training runs kept in the store, by the network and the number of updates that determine them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from backprop_docgen.engine.engine import Engine, History, Parameters, train
from backprop_docgen.network.file import to_toml
from backprop_docgen.network.network import Display, Network
from backprop_docgen.speed.store import Store, digest

KIND: Final = "trainings"


@dataclass(frozen=True)
class TrainingCache:
    """Trains networks, and remembers the runs."""

    store: Store

    def run(self, network: Network, iterations: int, keep: Iterable[int]) -> History:
        """The same as :func:`backprop_docgen.engine.engine.train`, from the store if it is there."""
        wanted = sorted(set(keep))
        key = _key(network, iterations, wanted)
        content = self.store.read(KIND, key)
        found = _load(content, len(network.layers), wanted) if content is not None else None
        if found is None:
            found = train(Engine(network), iterations, wanted)
            self.store.write(KIND, key, _content(found))
        return found


def _content(history: History) -> bytes:
    arrays = {"losses": history.losses}
    for kind, kept in (("", history.parameters), ("off_", history.errors)):
        for step, parameters in kept.items():
            for layer, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
                arrays[f"{kind}w{step}_{layer}"], arrays[f"{kind}b{step}_{layer}"] = weights, biases
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def _key(network: Network, iterations: int, keep: list[int]) -> str:
    plain = replace(network, display=Display())  # how numbers are shown changes no number
    return digest(to_toml(plain), str(iterations), str(keep))


def _load(content: bytes, layers: int, keep: list[int]) -> History | None:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            parameters, errors = (
                {
                    step: Parameters(
                        tuple(arrays[f"{kind}w{step}_{layer}"] for layer in range(layers)),
                        tuple(arrays[f"{kind}b{step}_{layer}"] for layer in range(layers)),
                    )
                    for step in keep
                }
                for kind in ("", "off_")
            )
            return History(arrays["losses"], parameters, errors)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
