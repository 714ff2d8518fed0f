"""ES modules joined into classic scripts: each in a function of its own, after those that it imports from.

The build's V8 takes one script; a site's pages take a few, of which most are loaded when something in them is wanted.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(
    r'^import (?:(?:\{(?P<names>[^}]*)\}|\* as (?P<whole>\w+)) from )?"(?P<path>\.[^"]+)";$', re.MULTILINE
)
_EXPORT: Final = re.compile(r"^export (?=(?:const|var|class|(?:async )?function\*?) (\w+))", re.MULTILINE)
_EXPORTS: Final = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_DEFAULT: Final = re.compile(r"^export default (\w+);$", re.MULTILINE)
_LATER: Final = re.compile(r'(?<!\{)\bimport\("(\.[^"]+)"\)(?!\.[A-Z])')  # the others are types in comments
_COMMENT: Final = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*", re.MULTILINE | re.DOTALL)

_TOLD: Final = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/[ \t]*\n|//[^\n]*\n)", re.MULTILINE | re.DOTALL)
"""A comment that has its lines for itself: a third of what is joined, and nothing to a browser (``/*!`` stays)."""


def without_comments(text: str) -> str:
    """A module without the comments that have their lines for themselves."""
    return _TOLD.sub("", text)


def joined(folder: Path, entries: Sequence[str]) -> str:
    """A JavaScript expression: its value is an object with all that the entry modules (below ``folder``) export.

    What they import, from paths that begin with a dot, comes along; the same files give the same text. Raises
    ValueError for modules that import each other in a circle, and for what does not mean the same in one script:
    ``export let``, a default export without a name, exports from elsewhere, ``import(…)``, ``import.meta``.
    """
    join = _Join(folder)
    for entry in entries:
        join.take(entry, ())
    given = ", ".join(f'...$modules["{entry}"]' for entry in entries)
    head = ["(() => {", '"use strict";', "const $modules = {};"]
    return "\n".join([*head, *join.parts.values(), f"return {{ {given} }};", "})()"])


def scripts(folder: Path, wanted: Mapping[str, Sequence[str]], loader: str) -> dict[str, str]:
    """The texts of classic scripts for a site's pages: ``wanted`` names the entry modules of each by its place there.

    A module stands in the first script that imports it. ``import("./x.mjs")`` loads the scripts that ``x.mjs`` and what
    it imports stand in, with the function ``script`` that the module ``loader`` exports: it takes a script's place in
    the site and gives a promise; the first script is there already. ``import.meta.url`` is the address that a module
    would have if modules were served from the site's root. Raises ValueError as ``joined`` does, and for
    ``import(…)`` of a module that stands in none of the scripts.
    """
    join = _Join(folder, later=True)
    home: dict[str, str] = {}
    for script, entries in wanted.items():
        for entry in entries:
            join.take(entry, ())
        home |= {module: script for module in join.parts if module not in home}
    first = next(iter(wanted))

    def needed(module: str) -> list[str]:
        if module not in home:
            raise ValueError(f"{module} is imported later, and stands in none of the scripts")
        found = {home[each] for each in join.needed(module)} - {first}
        return [script for script in wanted if script in found]

    texts = {}
    for script in wanted:
        own = [module for module, place in home.items() if place == script]
        later = {other: needed(other) for module in own for other in join.later[module]}
        head = ["(() => {", '"use strict";', "const $modules = (globalThis.$modules ??= {});"]
        if any("$root" in join.parts[module] for module in own):
            up = "../" * script.count("/") or "./"
            head.append(f'const $root = new URL("{up}", document.currentScript.src);')
        if later:
            head.append(f"const $scripts = {json.dumps(later)};")
            load = f'Promise.all($scripts[module].map($modules["{loader}"].script))'
            head.append(f"const $load = (module) => {load}.then(() => $modules[module]);")
        texts[script] = "\n".join([*head, *(join.parts[module] for module in own), "})();", ""])
    return texts


class _Join:
    """The modules taken so far: their texts, what each exports, what each imports at once, and what later."""

    def __init__(self, folder: Path, later: bool = False) -> None:
        self.folder = folder
        self.parts: dict[str, str] = {}
        self.exports: dict[str, set[str]] = {}
        self.imports: dict[str, list[str]] = {}
        self.later: dict[str, list[str]] = {}
        self._may_load = later

    def take(self, module: str, importers: tuple[str, ...]) -> None:
        """Take a module, after those that it imports from."""
        if module in importers:
            raise ValueError(f"{' → '.join([*importers, module])}: modules import each other in a circle")
        if module in self.exports:
            return
        text = (self.folder / module).read_text("utf-8")
        names = [_renamed(each) for match in _EXPORTS.finditer(text) for each in _listed(match[1])]
        names += [(name, name) for name in _EXPORT.findall(text)]
        imports = self.imports[module] = []
        later = self.later[module] = []

        def imported(match: re.Match[str]) -> str:
            other = _beside(module, match["path"])
            self.take(other, (*importers, module))
            imports.append(other)
            return self._import(module, other, match)

        def loaded(match: re.Match[str]) -> str:
            other = _beside(module, match[1])
            later.append(other)
            return f'$load("{other}")'

        named = {own for own, _ in names}
        text = _DEFAULT.sub(lambda match: "" if match[1] in named else match[0], text)
        body = _EXPORT.sub("", _EXPORTS.sub("", _IMPORT.sub(imported, text)))
        if self._may_load:
            body = _LATER.sub(loaded, body).replace("import.meta.url", f'new URL("{module}", $root).href')
        if left := next(filter(_of_modules_alone, _COMMENT.sub("", body).splitlines()), None):
            raise ValueError(f"{module}: this cannot be joined into one script: {left.strip()}")
        body = without_comments(body)
        self.exports[module] = {public for _, public in names}
        returned = ", ".join(own if own == public else f"{public}: {own}" for own, public in names)
        self.parts[module] = f'$modules["{module}"] = (() => {{\n{body}\nreturn {{ {returned} }};\n}})();'

    def needed(self, module: str) -> set[str]:
        """A module and all that it imports at once."""
        return {module}.union(*(self.needed(other) for other in self.imports[module]))

    def _import(self, module: str, other: str, match: re.Match[str]) -> str:
        if match["whole"]:
            return f'const {match["whole"]} = $modules["{other}"];'
        names = [_renamed(each) for each in _listed(match["names"] or "")]
        if missing := {public for public, _ in names} - self.exports[other]:
            raise ValueError(f"{module}: {other} exports no {', '.join(sorted(missing))}")
        taken = ", ".join(public if own == public else f"{public}: {own}" for public, own in names)
        return f'const {{ {taken} }} = $modules["{other}"];' if names else ""


def _beside(module: str, path: str) -> str:
    """The module that another one means by a relative path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), path))


def _of_modules_alone(line: str) -> bool:
    """Whether a line of code says what would mean something else, or nothing, in a classic script."""
    return line.startswith(("import ", "export ", "await ")) or "import(" in line or "import.meta" in line


def _listed(names: str) -> list[str]:
    return [each.strip() for each in names.split(",") if each.strip()]


def _renamed(name: str) -> tuple[str, str]:
    """``a as b`` → a, b; ``a`` → a, a."""
    first, _, second = name.partition(" as ")
    return first, second or first
