"""Build a site aside and put it in place only when all went well.

MkDocs empties ``site_dir`` before it builds and counts strict warnings after it has written
everything. Here it builds into a folder beside the site; a build that fails leaves the last good site
as it was, and two builds at once each publish a whole site (the last one stays).
"""

from __future__ import annotations

import errno
import logging
import shutil
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import mkdocs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import CountHandler, clean_directory

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_STALE = 24 * 3600  # seconds after which the folder of a build is taken for one that was killed
_log = logging.getLogger("mkdocs.plugins.backprop_docgen")


class Aside:
    """A build beside the site. Made by ``begin``; ended, once, by ``commit`` or ``abandon``."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._config = config
        self._wanted = config.site_dir
        self._site = Path(config.site_dir).resolve()
        self._workshop = _workshop(self._site)
        self._new = self._workshop / "new"
        self._new.mkdir()  # unlike the workshop, with the permissions of any other folder
        self._renamed = _NameTheSite(str(self._new), config.site_dir)
        generator_log("commands.build").addFilter(self._renamed)
        self._cleanup = weakref.finalize(self, shutil.rmtree, self._workshop, ignore_errors=True)
        config.site_dir = str(self._new)

    def commit(self) -> bool:
        """Publish the build; False, and nothing published, when a strict build has warnings."""
        published = not strict_warnings(self._config)
        if published:
            _swap(self._new, self._site, self._workshop)
        self.abandon()
        return published

    def abandon(self) -> None:
        """Drop the build, if it wasn't published; what MkDocs knows as the site is the site again."""
        generator_log("commands.build").removeFilter(self._renamed)
        self._config.site_dir = self._wanted
        self._cleanup()


def generator_log(part: str = "") -> logging.Logger:
    """The logger of the generator that builds, or of a part of it: ProperDocs answers to MkDocs's name, but logs under
    its own."""
    return logging.getLogger(".".join(filter(None, (mkdocs.__name__, part))))


def begin(config: MkDocsConfig) -> Aside:
    """``on_pre_build``: let MkDocs build aside. A ``--dirty`` build becomes a full one."""
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


def _workshop(site: Path) -> Path:
    """A fresh folder, beside the site if it can be: then publishing is a rename."""
    prefix = f".{site.name}-build-"
    site.parent.mkdir(parents=True, exist_ok=True)
    for left in site.parent.iterdir():
        with suppress(FileNotFoundError):  # its own build has just removed it
            if left.name.startswith(prefix) and time.time() - left.stat().st_mtime > _STALE:
                shutil.rmtree(left, ignore_errors=True)
    try:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=site.parent))
    except PermissionError:
        return Path(tempfile.mkdtemp(prefix=prefix))


def _swap(new: Path, site: Path, workshop: Path) -> None:
    """Put ``new`` in the place of ``site``; the hidden files of the old site stay, as MkDocs keeps them."""
    with suppress(FileNotFoundError):
        shutil.copymode(site, new)
    attempt = 0
    while True:
        attempt += 1
        old = workshop / f"old-{attempt}"
        try:
            site.rename(old)
            _keep_hidden(old, new)
        except FileNotFoundError:
            pass  # there was none, or another build is publishing right now
        except OSError:  # a mount point, another file system, a folder we may not change
            clean_directory(str(site))
            shutil.copytree(new, site, dirs_exist_ok=True)
            return
        try:
            new.rename(site)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):  # those: another build was faster, so once more
                if old.exists():
                    _keep_hidden(new, old)
                    old.rename(site)
                raise


def _keep_hidden(old: Path, new: Path) -> None:
    for entry in old.iterdir():
        if entry.name.startswith(".") and not (new / entry.name).exists():
            entry.rename(new / entry.name)
