"""A step-by-step backpropagation tutorial whose every number is computed.

``import backprop_docgen as bd``, then ``bd.load("network.toml")``: see :mod:`backprop_docgen.api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BackpropError as BackpropError

if TYPE_CHECKING:
    from .api import Drawing as Drawing
    from .api import Explained as Explained
    from .api import Quantity as Quantity
    from .api import Training as Training
    from .api import Tutorial as Tutorial
    from .api import load as load

__version__ = "0.1.0"
__all__ = ["BackpropError", "Drawing", "Explained", "Quantity", "Training", "Tutorial", "__version__", "load"]


def __getattr__(name: str) -> Any:
    """What :mod:`backprop_docgen.api` offers, imported when it is asked for: it brings NumPy with it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
