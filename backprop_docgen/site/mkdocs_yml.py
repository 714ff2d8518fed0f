"""A project as its ``mkdocs.yml`` describes it, read without MkDocs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.base import ValidationError
from mkdocs.config.config_options import MarkdownExtensions, PathSpec
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import File
from mkdocs.utils.yaml import yaml_load
from voluptuous import MultipleInvalid

from backprop_docgen.disk import require_file
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.plain.page import Extensions
from backprop_docgen.published.address import published_at
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.settings.ignored import ignored_by
from backprop_docgen.settings.validation import problems
from backprop_docgen.site.language_option import site_languages
from backprop_docgen.site.options import read_options
from backprop_docgen.site.project import Project, navigation_order, numbered_pages
from backprop_docgen.site.variables import variables

PLUGIN = "backprop-docgen"
_MAX_BYTES = 5_000_000


def _settings(config: Path) -> dict[str, Any]:
    """The data of a ``mkdocs.yml``; raises SiteError."""
    try:
        require_file(config)
        if config.stat().st_size > _MAX_BYTES:
            raise SiteError(Problem("the file is too big; expected the settings of a MkDocs site", str(config)))
        with config.open("rb") as stream:
            data = yaml_load(stream)
    except OSError as error:
        raise SiteError(Problem(error.strerror or "cannot be read", str(config))) from None
    except (yaml.YAMLError, ConfigurationError) as error:
        raise SiteError(Problem(str(error), str(config))) from None
    if not isinstance(data, dict):
        raise SiteError(Problem("is not the settings of a MkDocs site", str(config)))
    return data


def _options(data: dict[str, Any], config: Path) -> dict[str, Any]:
    """The options of our plugin; raises SiteError where it is not listed, or has others."""
    given = plugin_options(data)
    if given is None:
        raise SiteError(Problem(f"lists no plugin {PLUGIN}", str(config), key="plugins"))
    if isinstance(given, dict):
        given.pop("enabled", None)  # MkDocs's own, for any plugin
    try:
        return read_options(given)
    except MultipleInvalid as error:
        raise SiteError(problems(error, str(config))) from None


def site_folder(config: Path) -> Path:
    """The folder into which a project's site is built. Raises SiteError for settings that cannot be read."""
    return config.parent / str(_settings(config).get("site_dir") or "site")


def plugin_options(data: dict[str, Any]) -> Any:
    """The options of our plugin, however MkDocs lets it be listed; None where it is not."""
    listed = data.get("plugins") or []
    for entry in listed if isinstance(listed, list) else [listed]:
        if entry == PLUGIN:
            return {}
        if isinstance(entry, dict) and PLUGIN in entry:
            return entry[PLUGIN] or {}
    return None


def read_project(config: Path, network: Path | None = None) -> Project:
    """The project of a ``mkdocs.yml``; ``network`` takes the place of its network file.

    Raises SiteError when the file cannot be read or lists no such plugin.
    """
    data = _settings(config)
    options = _options(data, config)
    root = config.parent
    docs = root / data.get("docs_dir", "docs")
    languages = site_languages(options["languages"])
    return Project(
        network=network or root / options["network"],
        templates={language.code: docs / language.code for language in languages},
        worksheets=root / options["worksheets"] if options["worksheets"] is not None else None,
        order=navigation_order(data.get("nav")),
        locales=root / "locales",
        allowances=docs / ALLOWANCES,
        root=root,
        speed=options["speed"],
        excluded=_excluded(data.get("exclude_docs"), config),
        ignored=ignored_by(options["check"]),
        practice=root / options["practice"] if options["practice"] else None,
        numbered=numbered_pages(data.get("nav"), options["numbered"]),
        variables=variables(data, languages),
    )


def read_extensions(config: Path) -> Extensions:
    """The Markdown extensions of a ``mkdocs.yml``; raises SiteError for those that cannot be loaded."""
    option: Any = MarkdownExtensions(builtins=["toc", "tables", "fenced_code"])  # MkDocs's, as in a build
    try:
        names = option.validate(_settings(config).get("markdown_extensions") or [])
    except ValidationError as error:
        raise SiteError(Problem(str(error), str(config), key="markdown_extensions")) from None
    return Extensions(names, option.configdata)


def site_address(config: Path) -> Callable[[str], str] | None:
    """What tells the address of a page (``en/delta.md``) on the published site; None where it is published nowhere.

    Raises SiteError.
    """
    data = _settings(config)
    base = published_at(str(data.get("site_url") or ""))
    if base is None:
        return None
    prefixes = {each.code: each.prefix for each in site_languages(_options(data, config)["languages"])}

    def address(page: str) -> str:
        code, _, name = page.partition("/")
        file = File(name, "", "", use_directory_urls=bool(data.get("use_directory_urls", True)))
        return f"{base}{prefixes[code]}{file.url.removeprefix('./')}"

    return address


def site_names(config: Path) -> dict[str, str]:
    """What the site is called in each language, by its code. Raises SiteError."""
    data = _settings(config)
    listed = site_languages(_options(data, config)["languages"])
    return {each.code: each.site_name or str(data.get("site_name") or "") for each in listed}


def _excluded(patterns: object, config: Path) -> Callable[[str], bool] | None:
    """What the setting ``exclude_docs`` leaves out; raises SiteError when it is no list of patterns."""
    if patterns is None:
        return None
    try:
        return PathSpec().validate(patterns).match_file
    except ValidationError as error:
        raise SiteError(Problem(str(error), str(config), key="exclude_docs")) from None
