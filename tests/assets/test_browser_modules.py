"""The browser's modules stand in rooms, too: each imports from those below it alone, and none in a circle."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

import pytest

from backprop_docgen.assets import ENTRY, script_texts
from browser_modules import ASSETS, imported

# each room, and those it may import from (what is loaded later counts as well); live.mjs, the door, stands at the top
ROOMS = {
    "_decimal": "",  # a library, fetched when the package is built
    "numbers": "_decimal",
    "dom": "",
    "network": "numbers",
    "figures": "numbers",
    "formulas": "network numbers",
    "page": "dom figures formulas network numbers",
    "panel": "dom network numbers",
    "origin": "dom formulas network numbers",
    "practice": "dom formulas network numbers",
    "reading": "dom numbers origin",
    "home": "dom network numbers reading",
    "": "dom home page panel practice reading",
}
MODULES = sorted(path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.mjs"))


def room(module: str) -> str:
    return module.rpartition("/")[0]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_from_its_own_room_and_those_below(module: str) -> None:
    allowed = {room(module), *ROOMS[room(module)].split(), "../_uqr"}
    assert {other for other in imported(ASSETS, module, later=True) if room(other) not in allowed} == set()


def test_nothing_is_imported_in_a_circle() -> None:
    TopologicalSorter({room: allowed.split() for room, allowed in ROOMS.items()}).prepare()
    TopologicalSorter({module: imported(ASSETS, module) for module in MODULES}).prepare()  # raises CycleError


def test_every_module_is_there_and_is_used() -> None:
    used = {other for module in MODULES for other in imported(ASSETS, module, later=True)}
    assert used <= {*MODULES, "../_uqr/index.mjs"}
    assert set(MODULES) - used == {"live.mjs"}


@pytest.mark.parametrize("module", [module for module in MODULES if not module.startswith("_")])
def test_the_types_of_every_module_are_checked(module: str) -> None:
    assert "\n// @ts-check\n" in (ASSETS / module).read_text("utf-8")


def test_every_module_stands_in_one_script_and_the_first_one_is_small() -> None:
    places = {script: re.findall(r'^\$modules\["(.*)"\] = ', text, re.M) for script, text in script_texts().items()}
    every = [module for modules in places.values() for module in modules]
    assert sorted(every) == sorted([*(f"assets/{module}" for module in MODULES), "_uqr/index.mjs"])
    rooms = {room(module.removeprefix("assets/")) for module in places[ENTRY]}
    assert rooms == {"", "dom", "origin", "reading"}
    assert script_texts() == script_texts()
