"""Plugins that cannot work beside this one are refused by name, before anything is built; and those that take part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin

from backprop_docgen.assets import ENTRY
from backprop_docgen.errors import Problem, SiteError

OFFLINE: Final = "offline"
OWN_NAVIGATION: Final = "awesome-nav"
"""It makes the navigation itself, and complains of any other."""
_Reason = Callable[[Mapping[str, Any]], str | None]
"""Why a plugin with these options cannot work; None where it can."""


def refuse(config: MkDocsConfig) -> None:
    """``on_config``: raise SiteError for the plugins of the list that cannot work, all of them at once."""
    problems = []
    for name, (reason, advice) in REFUSED.items():
        plugin = plugin_of(config, name)
        why = None if plugin is None else reason(plugin.config)
        if why:
            message = f"the plugin '{name}' cannot work beside backprop-docgen: {why}"
            problems.append(Problem(message, key="plugins", advice=advice))
    if problems:
        raise SiteError(problems)


def plugin_of(config: MkDocsConfig, name: str) -> BasePlugin[Any] | None:
    """A plugin that takes part, by its name or the theme's name for it; None where it does not."""
    found: BasePlugin[Any] | None = config.plugins.get(name) or config.plugins.get(f"material/{name}")
    return found if found is not None and found.config.get("enabled", True) else None


def changers(config: MkDocsConfig) -> list[str]:
    """The plugins that may change the Markdown of pages."""
    return [
        name
        for name, plugin in config.plugins.items()
        if getattr(type(plugin), "on_page_markdown", None) is not getattr(BasePlugin, "on_page_markdown", None)
        and not type(plugin).__module__.startswith(("backprop_docgen.", "material."))
    ]


def alone(config: MkDocsConfig) -> bool:
    """Whether no page can have a script of an author, a hook or another plugin, which may want the theme's first."""
    known = ("backprop_docgen.", "material.", "mkdocs.")
    others = [name for name, plugin in config.plugins.items() if not type(plugin).__module__.startswith(known)]
    scripts = [each for each in config.extra_javascript if str(each) != ENTRY]
    return not (others or config.hooks or scripts or config.theme.custom_dir)


def _macros(options: Mapping[str, Any]) -> str | None:
    delimiters = ("block", "variable", "comment")
    own = all(options.get(f"j2_{each}_start_string") for each in delimiters)
    if own or not options.get("render_by_default", True):
        return None
    return "by default it reads every page as a template, too, and takes attribute lists such as {#id} for comments"


REFUSED: Final[Mapping[str, tuple[_Reason, str]]] = {
    "i18n": (
        lambda _: "both build the pages of every language and give them their addresses",
        "Take it out of the list: the option 'languages' of backprop-docgen takes its place.",
    ),
    "macros": (
        _macros,
        "Give it 'render_by_default: false' (a page asks with 'render_macros: true'), or six delimiters of its own.",
    ),
    "minify_html": (
        lambda _: "it leaves out end tags of formulas, and no page could be read back and checked",
        "Take 'minify' (mkdocs-minify-plugin) in its place.",
    ),
    "print-site": (
        lambda _: "it joins pages of all languages before their formulas are typeset, and writes past the build",
        "Take it out of the list: every page of the tutorial prints as it is, with its folds open.",
    ),
}
