"""The settings of a site that templates may read as ``config``: harmless ones, in each language's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from backprop_docgen.site.language_option import SiteLanguage

SETTINGS: Final = ("site_name", "site_description", "site_author", "site_url", "repo_url", "edit_uri", "copyright")
"""Those of ``mkdocs.yml``, beside ``extra``."""
_OURS: Final = "alternate"
"""What this plugin puts into ``extra`` for the theme."""

Settings = dict[str, object]


def variables(config: Mapping[str, object], languages: Iterable[SiteLanguage]) -> dict[str, Settings]:
    """``config`` by language: what ``mkdocs.yml`` says, and above it what the plugin's option ``languages`` does."""
    return {language.code: _of(config, language) for language in languages}


def _of(config: Mapping[str, object], language: SiteLanguage) -> Settings:
    found: Settings = {name: config.get(name) for name in SETTINGS}
    own = {"site_name": language.site_name, "site_description": language.site_description}
    extra = config.get("extra")
    common = {key: value for key, value in extra.items() if key != _OURS} if isinstance(extra, Mapping) else {}
    return found | {key: value for key, value in own.items() if value} | {"extra": common | dict(language.extra)}
