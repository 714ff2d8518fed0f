"""A project as its ``mkdocs.yml`` describes it, read without MkDocs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.base import ValidationError
from mkdocs.config.config_options import PathSpec
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from voluptuous import MultipleInvalid

from backprop_docgen.disk import require_file
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.settings.ignored import ignored_by
from backprop_docgen.settings.validation import problems
from backprop_docgen.site.language_option import site_languages
from backprop_docgen.site.options import read_options
from backprop_docgen.site.project import Project, navigation_order
from backprop_docgen.site.variables import variables

_PLUGIN = "backprop-docgen"
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


def site_folder(config: Path) -> Path:
    """The folder into which a project's site is built. Raises SiteError for settings that cannot be read."""
    return config.parent / str(_settings(config).get("site_dir") or "site")


def read_project(config: Path, network: Path | None = None) -> Project:
    """The project of a ``mkdocs.yml``; ``network`` takes the place of its network file.

    Raises SiteError when the file cannot be read or lists no such plugin.
    """
    data = _settings(config)
    listed = data.get("plugins") or []
    found = [entry[_PLUGIN] for entry in listed if isinstance(entry, dict) and _PLUGIN in entry]
    if not found:
        raise SiteError(Problem(f"lists no plugin {_PLUGIN}", str(config), key="plugins"))
    given = found[0] or {}
    if isinstance(given, dict):
        given.pop("enabled", None)  # MkDocs's own, for any plugin
    try:
        options = read_options(given)
    except MultipleInvalid as error:
        raise SiteError(problems(error, str(config))) from None
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
        variables=variables(data, languages),
    )


def _excluded(patterns: object, config: Path) -> Callable[[str], bool] | None:
    """What the setting ``exclude_docs`` leaves out; raises SiteError when it is no list of patterns."""
    if patterns is None:
        return None
    try:
        return PathSpec().validate(patterns).match_file
    except ValidationError as error:
        raise SiteError(Problem(str(error), str(config), key="exclude_docs")) from None
