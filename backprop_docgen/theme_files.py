"""The theme's files listed without its icons: MkDocs walks through these thousands in every build to leave them out."""

from __future__ import annotations

import os
from pathlib import Path
from types import MethodType

from jinja2 import Environment, FileSystemLoader
from mkdocs.theme import Theme


class _Visible(FileSystemLoader):
    """Templates in hidden folders (``.icons``) can be used, but are not listed."""

    def list_templates(self) -> list[str]:
        found = set()
        for top in self.searchpath:
            for folder, inside, names in os.walk(top, followlinks=self.followlinks):
                if folder == top:
                    inside[:] = [name for name in inside if not name.startswith(".")]
                below = Path(folder).relative_to(top)
                found |= {(below / name).as_posix() for name in names}
        return sorted(found)


def list_visible(theme: Theme) -> None:
    """Let the theme's environments list what MkDocs takes from them, and no more."""
    theme.get_env = MethodType(_visible_env, theme)  # type: ignore[method-assign]  # of this theme, and of its copies


def _visible_env(theme: Theme) -> Environment:
    env = type(theme).get_env(theme)
    if type(env.loader) is FileSystemLoader:
        env.loader = _Visible(env.loader.searchpath, env.loader.encoding, env.loader.followlinks)
    return env
