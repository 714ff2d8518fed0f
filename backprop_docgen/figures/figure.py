"""Figures: the network, the paths of the gradient, the circuit and the curves, as SVG drawn from the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from backprop_docgen.errors import Problem, TemplateError, did_you_mean
from backprop_docgen.figures.before_after import before_after
from backprop_docgen.figures.circuit import circuit
from backprop_docgen.figures.loss_curve import loss_curve
from backprop_docgen.figures.network import bare_network, network_values
from backprop_docgen.figures.paths import hidden_paths, output_path
from backprop_docgen.figures.scene import Figure, Scene

__all__ = ["KINDS", "Figure", "Scene", "draw"]

KINDS: Final[Mapping[str, Callable[[Scene], Figure]]] = MappingProxyType(
    {
        "bare-network": bare_network,
        "network-values": network_values,
        "output-path": output_path,
        "hidden-paths": hidden_paths,
        "circuit": circuit,
        "loss-curve": loss_curve,
        "before-after": before_after,
    }
)
"""Every kind of figure, by the name that templates use."""


def draw(kind: str, scene: Scene) -> Figure:
    """Draw a figure; raises TemplateError for an unknown kind, or a path that the network does not have."""
    if kind not in KINDS:
        raise TemplateError(Problem("there is no figure of this kind", key=kind, advice=did_you_mean(kind, KINDS)))
    return KINDS[kind](scene)
