"""Modules joined into one script mean what they meant."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from backprop_docgen.v8.context import Context
from backprop_docgen.v8.join import joined
from browser_modules import ASSETS, imported

LOW = """const hidden = 1;
export const one = hidden;
export function two() {
  return 2;
}
export { hidden as three };
"""
MIDDLE = """import "./low.mjs";
import * as low from "./low.mjs";
const hidden = 4;
export class Four {
  of = low.one + hidden;
}
export { hidden };
"""
TOP = """// import { nothing } from "./nowhere.mjs";
/** @typedef {import("./types.mjs").Type} Type */
import {
  one as first,
  two,
  three,
} from "./room/low.mjs";
import { Four, hidden } from "./room/middle.mjs";
export const sum = first + two() + three + new Four().of + hidden;
export const strict = (function () { return this === undefined; })();
"""


def written(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        path = folder / f"{name}.mjs"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def value(folder: Path, *entries: str) -> object:
    with closing(Context()) as context:
        return context.call(lambda: f"const all = {joined(folder, entries)};", "(() => all)", "null")


def test_every_way_to_export_and_to_import(tmp_path: Path) -> None:
    folder = written(tmp_path, {"room/low": LOW, "room/middle": MIDDLE, "top": TOP})
    assert value(folder, "top.mjs") == {"sum": 13, "strict": True}
    assert value(folder, "top.mjs", "room/middle.mjs") == {"sum": 13, "strict": True, "hidden": 4}


def test_a_module_runs_once_and_after_those_that_it_imports() -> None:
    text = joined(ASSETS, ["figures/figure.mjs"])
    modules = [line.split('"')[1] for line in text.splitlines() if line.startswith('$modules["')]
    assert len(modules) == len(set(modules)) > 10
    for place, module in enumerate(modules):
        assert imported(ASSETS, module) <= set(modules[:place])
    assert text == joined(ASSETS, ["figures/figure.mjs"])


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"a": 'import { b } from "./b.mjs";', "b": 'import "./a.mjs";'}, "a.mjs → b.mjs → a.mjs: .*circle"),
        ({"a": "export let count = 0;"}, "a.mjs: this cannot be joined.*export let"),
        ({"a": "export default 3;"}, "export default"),
        ({"a": 'export * from "./b.mjs";', "b": ""}, "export *"),
        ({"a": 'import b from "./b.mjs";', "b": ""}, "import b"),
        ({"a": 'import { b } from "package";'}, "package"),
        ({"a": 'const later = () => import("./b.mjs");'}, r"import\("),
        ({"a": "const root = import.meta.url;"}, "import.meta"),
        ({"a": 'import { c } from "./b.mjs";', "b": "export const b = 1;"}, "a.mjs: b.mjs exports no c"),
    ],
)
def test_what_would_mean_something_else_is_refused(modules: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        joined(written(tmp_path, modules), ["a.mjs"])
