"""Modules joined into one script mean what they meant."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from backprop_docgen.v8.context import Context
from backprop_docgen.v8.join import joined, scripts
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


def test_comments_on_lines_of_their_own_are_left_out(tmp_path: Path) -> None:
    kept = "/*! licence */\nconst one = /** @type {any} */ (`/* a */ // b`); // c\n"
    told = kept.replace("const", "// why\n/**\n * what\n */\nexport const") + "  /** d */\n"
    (tmp_path / "a.mjs").write_text(told)
    body = joined(tmp_path, ["a.mjs"])
    assert kept in body
    assert re.findall(r"why|what|d \*/", body) == []


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


# --- several scripts, of which most are loaded later: a stand-in for a page loads them

LOADER = """export const asked = [];
export function script(path) {
  asked.push(path);
  globalThis.document = { currentScript: { src: `https://x.org/sub/${path}` } };
  (0, eval)(texts[path]);
}
"""
ENTRY = """import { asked, script } from "./load.mjs";
/** @typedef {import("./types.mjs").Type} Type */
export const here = import.meta.url;
export const open = () => import("./later.mjs").then(({ sum }) => [sum, asked]);
"""
LATER = """import { asked } from "./load.mjs";
import { two } from "./room/shared.mjs";
export const sum = two() + asked.length;
"""
# V8 alone has no URL; promises that are kept at once let a test wait for nothing
PAGE = """globalThis.URL = class {
  constructor(path, base) {
    const parts = (base.href ?? base).replace(/[^/]*$/, "").split("/").slice(0, -1);
    for (const part of path.split("/")) part === ".." ? parts.pop() : part !== "." && parts.push(part);
    this.href = parts.join("/");
  }
};
const kept = (value) => ({ value, then: (go) => kept(go(value)) });
globalThis.Promise = { all: (loading) => kept(loading) };
globalThis.document = { currentScript: { src: "https://x.org/sub/first.js" } };
globalThis.texts = %s;
(0, eval)(texts["first.js"]);
const all = { here: $modules["first.mjs"].here, open: $modules["first.mjs"].open().value };
"""
WANTED = {"first.js": ["first.mjs"], "more/shared.js": ["room/shared.mjs"], "later.js": ["later.mjs"]}


def modules() -> dict[str, str]:
    return {"first": ENTRY, "load": LOADER, "later": LATER, "room/shared": "export const two = () => 2;"}


def test_what_is_imported_later_is_loaded_with_all_it_needs_and_modules_know_where_they_are(tmp_path: Path) -> None:
    texts = scripts(written(tmp_path, modules()), WANTED, loader="load.mjs")
    with closing(Context()) as context:
        found = context.call(lambda: PAGE.replace("%s", json.dumps(texts)), "(() => all)", "null")
    assert found == {"here": "https://x.org/sub/first.mjs", "open": [4, ["more/shared.js", "later.js"]]}


def test_each_module_stands_in_the_first_script_that_needs_it(tmp_path: Path) -> None:
    texts = scripts(written(tmp_path, modules()), WANTED, loader="load.mjs")
    places = {name: re.findall(r'^\$modules\["(.*)"\] = ', text, re.M) for name, text in texts.items()}
    assert places == {
        "first.js": ["load.mjs", "first.mjs"],
        "more/shared.js": ["room/shared.mjs"],
        "later.js": ["later.mjs"],
    }
    assert texts == scripts(tmp_path, WANTED, loader="load.mjs")


def test_what_is_imported_later_must_stand_in_a_script(tmp_path: Path) -> None:
    folder = written(tmp_path, {"first": 'export const open = () => import("./later.mjs");', "later": ""})
    with pytest.raises(ValueError, match=r"later.mjs is imported later, and stands in none"):
        scripts(folder, {"first.js": ["first.mjs"]}, loader="first.mjs")
