"""What the practice page and the questions in pages read: ``assets/practice/<shape>.json``, one file a network.

::

    "shape": "2-2-2",
    "network": {…},                                           as its file has it
    "quantities": {"net_h1": {"symbol": …, "tree": …}, …},    what can be asked, and all that it follows from, in order
    "asked": ["net_h1", …],                                   what can be asked, in the order of the computation
    "steps": {"net_h1": tree, …},                             what is computed by hand (``slips/steps.py``)
    "rules": [["bias-left-out", 1, "left out", "the bias …"], …],    each with rank, family and its clause in English
    "slips": […]                                              the wrong ways (``slips/compact.py``)

The clauses are strings of the catalogue, which a page has in its language (``assets/live/<language>.json``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.formula.tree import symbols
from backprop_docgen.formula.tree_json import to_json
from backprop_docgen.network.data import network_from
from backprop_docgen.network.file import read_network, to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.site.data_files import MOST_FORMULAS, as_script, compact_json, lines_json, network_data
from backprop_docgen.slips.catalogue import MOST_EXAMPLES, catalogue
from backprop_docgen.slips.compact import Compact
from backprop_docgen.slips.steps import steps
from backprop_docgen.slips.table import RULES
from backprop_docgen.speed.store import Store, digest
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.names import without_example
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
    own = course.default
    texts = {DEFAULT: _kept(store, DEFAULT, own.network, lambda: own.worksheet)}
    for path in networks:
        texts[path.stem] = _kept(store, path.stem, read_network(path))
    placed = {place_of(shape): text for shape, text in texts.items() if text}
    return placed | dict(as_script(name, text) for name, text in placed.items())


def default_json(course: Course) -> str:
    """The file of the site's own network; "" where that is too large to be computed by hand."""
    return practice_json(DEFAULT, course.default.network, course.default.worksheet)


def _kept(store: Store | None, shape: str, network: Network, worksheet: Callable[[], Worksheet] | None = None) -> str:
    key = digest(shape, to_toml(network))
    found = store.load(_KIND, key) if store else None
    if not isinstance(found, str):
        found = practice_json(shape, network, worksheet() if worksheet else build_worksheet(network))
        if store:
            store.save(_KIND, key, found)
    return found


def practice_json(shape: str, network: Network, worksheet: Worksheet) -> str:
    """One network to practise with as JSON, a quantity on each line; "" of more than ``MOST_FORMULAS`` quantities."""
    if len(worksheet) > MOST_FORMULAS and len(network.examples) <= MOST_EXAMPLES:
        return ""
    known = catalogue(network, worksheet)
    formulas = {name: worksheet.marked(*worksheet.formula(*without_example(name))) for name in known.names}
    if len(formulas) > MOST_FORMULAS:
        return ""
    by_hand = {
        name: tree for name, tree in steps(network, worksheet).items() if {name, *symbols(tree)} <= formulas.keys()
    }
    entries = {name: {"symbol": worksheet.symbol(name), "tree": to_json(tree)} for name, tree in formulas.items()}
    return (
        lines_json(
            {
                "shape": compact_json(shape),
                "network": compact_json(network_data(network)),
                "quantities": lines_json({name: compact_json(entry) for name, entry in entries.items()}),
                "asked": compact_json(known.asked),
                "steps": lines_json({name: compact_json(to_json(tree)) for name, tree in by_hand.items()}),
                "rules": compact_json([[rule.key, rule.rank, rule.family, rule.text] for rule in RULES.values()]),
                "slips": compact_json(Compact(formulas).write(known.slips)),
            }
        )
        + "\n"
    )


def rebuilt(shape: str, data: Mapping[str, Any], file: str, own: Callable[[], str]) -> str:
    """What a file must say by its own network; ``own`` gives that of the site's. Raises NetworkError."""
    if shape == DEFAULT:
        return own()
    network = network_from(data["network"], file)
    return practice_json(shape, network, build_worksheet(network))
