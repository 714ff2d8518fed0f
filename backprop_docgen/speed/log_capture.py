"""What is said (logged) while something is made, to be kept with it: whoever takes it from the store says it again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

Said = tuple[str, int, str]
"""A message: its logger's name, its level, its text."""

_LOGGERS: Final = ("", "mkdocs", "properdocs")
"""Those that have handlers: the root, and the generators' own."""


class _Ear(logging.Handler):
    """Hears everything that is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, record.levelno, record.getMessage()))


@contextmanager
def listening() -> Iterator[list[Said]]:
    """What is logged meanwhile, whatever the log level; nobody else hears it before :func:`say`."""
    ear = _Ear()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger.handlers, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers = [] if logger.parent and logger.propagate else [ear]
        if logger.level > logging.INFO:  # a quiet build; a logger without a level (0) asks the one above
            logger.setLevel(logging.INFO)
    try:
        yield ear.said
    finally:
        for logger, (handlers, level) in zip(loggers, before, strict=True):
            logger.handlers = handlers
            logger.setLevel(level)


def say(said: Iterable[Said]) -> None:
    """Log messages that were listened to, or kept, as far as the log level lets them through."""
    for name, level, text in said:
        logger = logging.getLogger(name)
        if logger.isEnabledFor(level):  # filters have let it through already; one against repeats would not again
            logger.callHandlers(logging.makeLogRecord(_record(name, level, text)))


def _record(name: str, level: int, text: str) -> dict[str, object]:
    return {"name": name, "levelno": level, "levelname": logging.getLevelName(level), "msg": text}
