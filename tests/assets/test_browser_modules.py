"""The browser's modules stand in rooms, too: each imports from those below it alone, and none in a circle."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest

from browser_modules import ASSETS, imported

# each room, and those it may import from (what is loaded later counts as well); live.mjs, the door, stands at the top
ROOMS = {
    "_decimal": "",  # a library, fetched when the package is built
    "numbers": "_decimal",
    "dom": "",
    "network": "numbers",
    "figures": "numbers",
    "formulas": "network numbers",
    "page": "figures formulas network numbers",
    "panel": "dom network numbers",
    "origin": "dom formulas network numbers",
    "reading": "dom numbers origin",
    "": "dom page panel reading",
}
MODULES = sorted(path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.mjs"))


def room(module: str) -> str:
    return module.rpartition("/")[0]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_from_its_own_room_and_those_below(module: str) -> None:
    allowed = {room(module), *ROOMS[room(module)].split()}
    assert {other for other in imported(ASSETS, module, later=True) if room(other) not in allowed} == set()


def test_nothing_is_imported_in_a_circle() -> None:
    TopologicalSorter({room: allowed.split() for room, allowed in ROOMS.items()}).prepare()
    TopologicalSorter({module: imported(ASSETS, module) for module in MODULES}).prepare()  # raises CycleError


def test_every_module_is_there_and_is_used() -> None:
    used = {other for module in MODULES for other in imported(ASSETS, module, later=True)}
    assert used <= set(MODULES)
    assert set(MODULES) - used == {"live.mjs"}
