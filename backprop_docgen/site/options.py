"""The options of the MkDocs plugin."""

from __future__ import annotations

from typing import Final

from mkdocs.config import config_options as c
from mkdocs.config.base import Config

NETWORK: Final = "network.toml"
LANGUAGES: Final = ({"code": "es", "name": "Español"},)
"""What stands for an option that is not given."""


class BackpropConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs's own __init_subclass__ has no types
    """The plugin's options in ``mkdocs.yml``."""

    network = c.Type(str, default=NETWORK)
    """The network file, relative to ``mkdocs.yml``; ``!ENV [BACKPROP_NETWORK, network.toml]`` by convention."""

    worksheets = c.Optional(c.Type(str))
    """A file with named worksheets of the site's own."""

    languages = c.Type(list, default=list(LANGUAGES))
    """The languages, the first at the site's root; see :class:`backprop_docgen.site.language_option.SiteLanguage`."""

    speed = c.Type(bool, default=True)
    """Whether to save time: to keep results beside ``mkdocs.yml``, to use a second core, to work ahead of MkDocs.

    The site is the same without; see :mod:`backprop_docgen.speed.pace`.
    """
