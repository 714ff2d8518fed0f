"""The settings of a site that templates may read as ``config``: harmless ones, in each language's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.language_option import SiteLanguage

SETTINGS: Final = ("site_name", "site_description", "site_author", "site_url", "repo_url", "edit_uri", "copyright")
"""Those of ``mkdocs.yml``, beside ``extra``."""
_OURS: Final = "alternate"
"""What this plugin puts into ``extra`` for the theme."""

Settings = dict[str, object]


def variables(config: Mapping[str, object], languages: Iterable[SiteLanguage]) -> dict[str, Settings]:
    """``config`` by language: what ``mkdocs.yml`` says, and above it what the plugin's option ``languages`` does.

    Raises SiteError for settings that hold themselves.
    """
    try:
        return {language.code: _of(config, language) for language in languages}
    except RecursionError:
        raise SiteError(Problem("holds itself", "mkdocs.yml", key="extra")) from None


def _of(config: Mapping[str, object], language: SiteLanguage) -> Settings:
    found: Settings = {name: config.get(name) for name in SETTINGS}
    own = {"site_name": language.site_name, "site_description": language.site_description}
    extra = config.get("extra")
    common = {key: value for key, value in extra.items() if key != _OURS} if isinstance(extra, Mapping) else {}
    return found | {key: value for key, value in own.items() if value} | {
        "extra": _named(common | dict(language.extra))
    }


def _named(value: object) -> Any:
    """A setting with texts for keys: YAML takes numbers and dates for keys, too, which have no common order."""
    if isinstance(value, Mapping):
        return {str(key): _named(each) for key, each in value.items()}
    return [_named(each) for each in value] if isinstance(value, list | tuple) else value
