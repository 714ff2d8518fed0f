"""ES modules joined into one classic script: each in a function of its own, after those that it imports from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(
    r'^import (?:(?:\{(?P<names>[^}]*)\}|\* as (?P<whole>\w+)) from )?"(?P<path>\.[^"]+)";$', re.MULTILINE
)
_EXPORT: Final = re.compile(r"^export (?=(?:const|var|class|(?:async )?function\*?) (\w+))", re.MULTILINE)
_EXPORTS: Final = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_DEFAULT: Final = re.compile(r"^export default (\w+);$", re.MULTILINE)
_COMMENT: Final = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*", re.MULTILINE | re.DOTALL)


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
    lines = ["(() => {", '"use strict";', "const $modules = {};", *join.parts, f"return {{ {given} }};", "})()"]
    return "\n".join(lines)


class _Join:
    """The modules taken so far: their texts, and what each exports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[str] = []
        self.exports: dict[str, set[str]] = {}

    def take(self, module: str, importers: tuple[str, ...]) -> None:
        """Take a module, after those that it imports from."""
        if module in importers:
            raise ValueError(f"{' → '.join([*importers, module])}: modules import each other in a circle")
        if module in self.exports:
            return
        text = (self.folder / module).read_text("utf-8")
        names = [_renamed(each) for match in _EXPORTS.finditer(text) for each in _listed(match[1])]
        names += [(name, name) for name in _EXPORT.findall(text)]

        def imported(match: re.Match[str]) -> str:
            other = posixpath.normpath(posixpath.join(posixpath.dirname(module), match["path"]))
            self.take(other, (*importers, module))
            return self._import(module, other, match)

        named = {own for own, _ in names}
        text = _DEFAULT.sub(lambda match: "" if match[1] in named else match[0], text)
        body = _EXPORT.sub("", _EXPORTS.sub("", _IMPORT.sub(imported, text)))
        if left := next(filter(_of_modules_alone, _COMMENT.sub("", body).splitlines()), None):
            raise ValueError(f"{module}: this cannot be joined into one script: {left.strip()}")
        self.exports[module] = {public for _, public in names}
        returned = ", ".join(own if own == public else f"{public}: {own}" for own, public in names)
        self.parts.append(f'$modules["{module}"] = (() => {{\n{body}\nreturn {{ {returned} }};\n}})();')

    def _import(self, module: str, other: str, match: re.Match[str]) -> str:
        if match["whole"]:
            return f'const {match["whole"]} = $modules["{other}"];'
        names = [_renamed(each) for each in _listed(match["names"] or "")]
        if missing := {public for public, _ in names} - self.exports[other]:
            raise ValueError(f"{module}: {other} exports no {', '.join(sorted(missing))}")
        taken = ", ".join(public if own == public else f"{public}: {own}" for public, own in names)
        return f'const {{ {taken} }} = $modules["{other}"];' if names else ""


def _of_modules_alone(line: str) -> bool:
    """Whether a line of code says what would mean something else, or nothing, in a classic script."""
    return line.startswith(("import ", "export ", "await ")) or "import(" in line or "import.meta" in line


def _listed(names: str) -> list[str]:
    return [each.strip() for each in names.split(",") if each.strip()]


def _renamed(name: str) -> tuple[str, str]:
    """``a as b`` → a, b; ``a`` → a, a."""
    first, _, second = name.partition(" as ")
    return first, second or first
