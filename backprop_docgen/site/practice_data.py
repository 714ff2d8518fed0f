"""What the practice page and the questions in pages read: ``assets/practice/<shape>.json``, one file a network.

::

    "shape": "2-2-2",
    "network": {…},                                           as its file has it
    "quantities": {"net_h1": {"symbol": …, "tree": …}, …},    of the worked example, before an update, and after it
    "asked": ["net_h1", …],                                   what can be asked, in the order of the computation
    "steps": {"net_h1": tree, …},                             what is computed by hand (:mod:`.slips.steps`)
    "slips": […]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.formula.tree import Constant, symbols
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.network.file import network_from, read_network, to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.site.data_files import MOST_FORMULAS, as_script, compact_json, lines_json, network_data
from backprop_docgen.slips.steps import steps
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.worksheet import Worksheet

DEFAULT: Final = "default"
"""The shape that is the site's own network."""
_PLACE: Final = re.compile(r"assets/practice/([a-z0-9-]{1,40})\.json")
_KIND: Final = "practice"


def place_of(shape: str) -> str:
    """The place of a shape's file below the site's root."""
    return f"assets/practice/{shape}.json"


def shape_of(place: str) -> str | None:
    """The shape whose file stands at a place; None where none does."""
    match = _PLACE.fullmatch(place)
    return match and match[1]


def network_files(folder: Path | None) -> list[Path]:
    """The networks to practise with, by name. Raises SiteError for a folder with none, or with another kind of name."""
    if folder is None:
        return []
    found = sorted(folder.glob("*.toml"))
    wrong = [path for path in found if shape_of(place_of(path.stem)) is None or path.stem == DEFAULT]
    if wrong or not found:
        advice = f"Name it in small letters, digits and hyphens, and not {DEFAULT}."
        unfit = [Problem("is no name for a network to practise with", str(path), advice=advice) for path in wrong]
        raise SiteError(unfit or Problem("holds no network (*.toml)", str(folder), key="practice"))
    return found


def practice_files(course: Course, networks: list[Path], store: Store | None) -> dict[str, str]:
    """Name → text of all files: the site's own network, and those of files; as scripts, too. Raises BackpropError."""
    if not networks:
        return {}
    texts: dict[str, str] = {}
    sheet = course.default
    if len(sheet.worksheet) <= MOST_FORMULAS:
        texts[DEFAULT] = _kept(store, DEFAULT, sheet.network, lambda: sheet.worksheet)
    for path in networks:
        network = read_network(path)
        texts[path.stem] = _kept(store, path.stem, network, partial(build_worksheet, network))
    placed = {place_of(shape): text for shape, text in texts.items()}
    return placed | dict(as_script(name, text) for name, text in placed.items())


def default_json(course: Course) -> str | None:
    """The file of the site's own network; None where that is too large to be computed by hand."""
    sheet = course.default
    if len(sheet.worksheet) > MOST_FORMULAS:
        return None
    return practice_json(DEFAULT, sheet.network, sheet.worksheet)


def _kept(store: Store | None, shape: str, network: Network, worksheet: Callable[[], Worksheet]) -> str:
    key = digest(shape, to_toml(network))
    found = store.load(_KIND, key) if store else None
    if not isinstance(found, str):
        found = practice_json(shape, network, worksheet())
        if store:
            store.save(_KIND, key, found)
    return found


def practice_json(shape: str, network: Network, worksheet: Worksheet) -> str:
    """One network to practise with as JSON, a quantity on each line."""
    found = steps(network, worksheet)
    names = list(_names(worksheet, found))
    trees = {name: worksheet[name].tree for name in names}
    return (
        lines_json(
            {
                "shape": compact_json(shape),
                "network": compact_json(network_data(network)),
                "quantities": lines_json({name: compact_json(_entry(worksheet, name)) for name in names}),
                "asked": compact_json([name for name, tree in trees.items() if not isinstance(tree, Constant)]),
                "steps": lines_json({name: compact_json(to_json(tree)) for name, tree in found.items()}),
                "slips": compact_json(_slips(network, worksheet)),
            }
        )
        + "\n"
    )


def _slips(network: Network, worksheet: Worksheet) -> list[Any]:
    """The wrong ways to compute it. (The catalogue goes here: ``catalogue(network, worksheet).to_json()``.)"""
    return []


def _entry(worksheet: Worksheet, name: str) -> dict[str, Any]:
    quantity = worksheet[name]
    assert quantity.tree is not None, "a worksheet's own formulas are all written"
    return {"symbol": quantity.symbol, "tree": to_json(quantity.tree)}


def _names(worksheet: Worksheet, found: Mapping[str, object]) -> Iterator[str]:
    """In order: the worked example's quantities, what is computed from them after one update, and what they need."""
    wanted = {name for name, mark in worksheet.order() if not mark and "@" not in name and "E_mean" not in name}
    wanted |= set(found)
    reach = list(wanted)
    while reach:
        tree = worksheet[reach.pop()].tree
        new = set(symbols(tree)) - wanted if tree is not None else set()
        wanted |= new
        reach += new
    return (name for name in worksheet.names() if name in wanted)


def rebuilt(shape: str, data: Mapping[str, Any], file: str, own: Callable[[], str | None]) -> str | None:
    """What a file must say by its own network; ``own`` gives that of the site's. Raises NetworkError."""
    if shape == DEFAULT:
        return own()
    network = network_from(data["network"], file)
    return practice_json(shape, network, build_worksheet(network))
