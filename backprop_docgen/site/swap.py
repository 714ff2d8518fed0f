"""Build a site aside and put it in place only when all went well.

MkDocs empties ``site_dir`` before it builds and counts strict warnings after it has written
everything. Here it builds into a workshop; a build that fails leaves the last good site
as it was, and two builds at once each publish a whole site (the last one stays).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import mkdocs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import CountHandler

from backprop_docgen.errors import Problem
from backprop_docgen.site.workshop import Workshop

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_log = logging.getLogger("mkdocs.plugins.backprop_docgen")


class Aside:
    """A build beside the site. Made by ``begin``; ended, once, by ``commit`` or ``abandon``. Raises SiteError."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._config = config
        self._wanted = config.site_dir
        self._workshop = Workshop(Path(config.site_dir))
        self._renamed = _NameTheSite(str(self._workshop.new), config.site_dir)
        generator_log("commands.build").addFilter(self._renamed)
        config.site_dir = str(self._workshop.new)

    def commit(self) -> bool:
        """Publish the build; False, and nothing published, when a strict build has warnings. Raises SiteError."""
        published = not strict_warnings(self._config)
        if published:
            self._workshop.publish()
        self.abandon()
        return published

    def abandon(self) -> None:
        """Drop the build, if it wasn't published; what MkDocs knows as the site is the site again."""
        generator_log("commands.build").removeFilter(self._renamed)
        self._config.site_dir = self._wanted
        self._workshop.close()

    def refused(self, error: OSError) -> Problem:
        """What the disk refused to the build, in a sentence."""
        return self._workshop.refused(error)


def generator_log(part: str = "") -> logging.Logger:
    """The logger of the generator that builds, or of a part of it: ProperDocs answers to MkDocs's name, but logs under
    its own."""
    return logging.getLogger(".".join(filter(None, (mkdocs.__name__, part))))


def begin(config: MkDocsConfig) -> Aside:
    """``on_pre_build``: let MkDocs build aside. A ``--dirty`` build becomes a full one. Raises SiteError."""
    return Aside(config)


def strict_warnings(config: MkDocsConfig) -> bool:
    """Whether the running build is strict and has logged a warning: MkDocs will abort it."""
    return bool(config.strict) and any(
        handler.get_counts() for handler in generator_log().handlers if isinstance(handler, CountHandler)
    )


def count_quietly(config: MkDocsConfig) -> None:
    """``on_pre_build``: under ``--quiet`` a strict build counts the warnings that it does not print, too."""
    logger = generator_log()
    if config.strict and not logger.isEnabledFor(logging.WARNING):
        for handler in logger.handlers:
            if not isinstance(handler, CountHandler):
                handler.setLevel(max(handler.level, logger.level))
        logger.setLevel(logging.WARNING)


def keep_serving(server: LiveReloadServer) -> None:
    """``on_serve``: after a failed rebuild show the last good pages; MkDocs alone lets every request wait."""
    build = server.builder

    def rebuild() -> None:
        try:
            build()
        except BaseException:
            with server._epoch_cond:
                server._wanted_epoch = server._visible_epoch
                server._epoch_cond.notify_all()
            _log.info("The build failed; the last good pages are still being served.")
            raise

    server.builder = rebuild


class _NameTheSite(logging.Filter):
    """People know the site's folder, not the one beside it."""

    def __init__(self, aside: str, site: str) -> None:
        super().__init__()
        self._aside, self._site = aside, site

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = str(record.msg).replace(self._aside, self._site)
        return True
