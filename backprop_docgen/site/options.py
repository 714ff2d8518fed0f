"""The options of the MkDocs plugin, declared once for MkDocs and the command line."""

from __future__ import annotations

from typing import Any, TypeVar

from mkdocs.config.base import BaseConfigOption, Config, ConfigErrors, ConfigWarnings, ValidationError
from voluptuous import Marker, MultipleInvalid, Optional

from backprop_docgen.settings.ignored import CHECK
from backprop_docgen.settings.validation import Anything, Check, Flag, Table, Words, problems, validated

_T = TypeVar("_T")


class _Option(BaseConfigOption[_T]):
    """An option by the check that takes it, and what stands for it where it is not given."""

    def __init__(self, check: Check, default: _T) -> None:
        super().__init__()
        self.check = check
        self.default = default


class BackpropConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs's own __init_subclass__ has no types
    """The plugin's options in ``mkdocs.yml``."""

    network = _Option(Words(), "network.toml")
    """The network file, relative to ``mkdocs.yml``; ``!ENV [BACKPROP_NETWORK, network.toml]`` by convention."""

    worksheets = _Option[str | None](Words(), None)
    """A file with named worksheets of the site's own."""

    practice = _Option[str | None](Words(), None)
    """A folder with networks to practise with, one a file; see :mod:`backprop_docgen.site.practice_data`."""

    languages = _Option[object](Anything(), [{"code": "es", "name": "Español"}])
    """The languages, the first at the site's root; see :class:`backprop_docgen.site.language_option.SiteLanguage`."""

    numbered = _Option[str | None](Words(), None)
    """The group of ``nav`` whose pages are counted, by its title there; see :mod:`backprop_docgen.site.numbered`."""

    installable = _Option(Flag(), True)
    """Whether readers may keep the site for when they have no network, and install it.

    ``false`` also takes away what they have kept, when they come next; see :mod:`backprop_docgen.site.offline`.
    """

    check = _Option[dict[str, Any]](CHECK, {})
    """What a check of the site passes over, and why: ``ignore`` lists CSS selectors with their reasons."""

    speed = _Option(Flag(), True)
    """Whether to save time: to keep results beside ``mkdocs.yml``, to use a second core, to work ahead of MkDocs.

    The site is the same without; see :mod:`backprop_docgen.speed.pace`.
    """

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """All mistakes at once, unknown options among them; MkDocs's own would stop at the first."""
        try:
            self.update(read_options(self.data))
        except MultipleInvalid as error:
            wrong = [(each.key or "", [each.message, each.advice]) for each in problems(error, None)]
            return [(key, ValidationError(". ".join(filter(None, said)))) for key, said in wrong], []
        return [], []


def read_options(data: object) -> dict[str, Any]:
    """Every option by its name, as it was given or as it is by default; raises MultipleInvalid with all mistakes."""
    options = {name: each for name, each in vars(BackpropConfig).items() if isinstance(each, _Option)}
    checks: dict[Marker, Check] = {Optional(name): each.check for name, each in options.items()}
    table = Table("the options of the plugin", "The plugin's options.", checks, "among the plugin's options")
    return {name: each.default for name, each in options.items()} | dict(validated(table, data))
