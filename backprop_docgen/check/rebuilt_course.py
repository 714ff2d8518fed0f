"""A site's worksheets computed anew from what the site carries: its networks, and the formulas of its variants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from backprop_docgen.errors import BackpropError, Problem, SiteError
from backprop_docgen.formula.activations import ACTIVATIONS
from backprop_docgen.formula.tree import walk
from backprop_docgen.formula.tree_json import from_json as tree_from_json
from backprop_docgen.network.data import network_from
from backprop_docgen.network.network import Network
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import COUNTS, Course, Sheet, Trainer, build_course, network_sheet
from backprop_docgen.worksheet.worksheet_json import from_json, mean_of

_MAX_TREE: Final = 200_000
_MAX_WORK: Final = 3 * 10**9
"""Iterations × examples × parameters that a check will train: some minutes."""


def rebuild(
    worksheets: Mapping[str, Mapping[str, Any]], file: str, run: Trainer, replacement: Network | None = None
) -> Course:
    """The course that the networks of ``worksheets`` give; ``replacement`` takes the place of the default one.

    Raises BackpropError for what cannot be computed.
    """
    network = replacement or default_network(worksheets, file)
    for key, stored in worksheets.items():
        for name, entry in stored["quantities"].items():
            _require_formula(entry.get("tree"), file, f"worksheets: {key[:60]!r}: {name[:60]}")
    if replacement is not None:
        _require_same_shape(replacement, default_network(worksheets, file), file)
    course = build_course(network, file, run)
    add_variations(course)
    for key, stored in worksheets.items():
        if key not in course.sheets:
            try:
                course.add(key, _sheet(course, key, stored, file))
            except BackpropError as error:
                raise SiteError(
                    Problem(p.message, file, key=f"worksheets: {key[:60]!r}: {(p.key or '')[:60]}", advice=p.advice)
                    for p in error.problems
                ) from None
    for sheet in course.sheets.values():
        if not sheet.varied:
            _require_feasible(sheet.network, file)
    return course


def default_network(worksheets: Mapping[str, Mapping[str, Any]], file: str) -> Network:
    """The network that a site was built from. Raises BackpropError."""
    if "" not in worksheets:
        raise SiteError(Problem("has no default worksheet", file, key="worksheets"))
    return _network(worksheets[""], file, "")


def _require_formula(data: object, file: str, key: str) -> None:
    """Raise SiteError for what is no formula, or too long a one: nothing else of it would be computed."""
    try:
        size = sum(1 for part in mean_of(data) if part is not None for _ in walk(tree_from_json(part)))
    except (BackpropError, RecursionError) as error:
        said = error.problems[0].message if isinstance(error, BackpropError) else "nested too deeply"
        raise SiteError(Problem(f"has no formula that can be computed: {said}", file, key=key)) from None
    if size > _MAX_TREE:
        raise SiteError(Problem(f"has a formula of more than {_MAX_TREE} parts", file, key=key))


def _require_same_shape(network: Network, own: Network, file: str) -> None:
    """Raise SiteError where a network has other quantities than the site's own: no number could be compared."""
    if _shape(network) != _shape(own):
        message = f"the network given is {_shape(network)}; expected one like the site's own, which is {_shape(own)}"
        advice = "Build a site from that network, and check it without --network."
        raise SiteError(Problem(message, file, advice=advice))


def _shape(network: Network) -> str:
    """Whatever the names of a network's quantities hang on, in words: ``2-2-2, 1 example``."""
    widths = "-".join(map(str, (len(network.examples[0].inputs), *(layer.neurons for layer in network.layers))))
    parts = [f"{widths} with {len(network.examples)} example{'s' * (len(network.examples) > 1)}"]
    own = [str(at) for at, layer in enumerate(network.layers, 1) if not layer.shared_bias]
    if own:
        parts.append(f"a bias for each neuron of layer {', '.join(own)}")
    if ACTIVATIONS[network.layers[-1].activation].coupled:
        parts.append(network.layers[-1].activation)
    return ", ".join(parts)


def _network(stored: Mapping[str, Any], file: str, key: str) -> Network:
    data = stored.get("network")
    if not isinstance(data, dict):
        raise SiteError(Problem("has no network", file, key=f"worksheets: {key!r}"))
    return network_from(data, file)


def _sheet(course: Course, key: str, stored: Mapping[str, Any], file: str) -> Sheet:
    if not stored.get("varied") and key != COUNTS:
        return network_sheet(_network(stored, file, key), key, file, course.run)
    base = course.sheets.get(str(stored.get("base"))) if "base" in stored else None
    if "base" in stored and base is None:
        raise SiteError(Problem("names a base that is not there, or comes later", key="base"))
    worksheet = from_json(stored, key, base.worksheet if base else None)
    return Sheet(base.network if base else course.default.network, worksheet, varied=True)


def _require_feasible(network: Network, file: str) -> None:
    parameters = sum(layer.neurons * (layer.sources + 1) for layer in network.layers)
    if network.training.iterations * len(network.examples) * parameters > _MAX_WORK:
        raise SiteError(
            Problem("asks for a training run that would take hours; it is not checked", file, key="iterations")
        )
