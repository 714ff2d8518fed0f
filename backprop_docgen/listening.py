"""What is logged during a piece of work: results about which something was said are not kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Ear(logging.Handler):
    """Hears everything that is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record)


@contextmanager
def listening(alone: bool = False) -> Iterator[list[logging.LogRecord]]:
    """What is logged meanwhile; ``alone``: nobody else hears it."""
    ear = _Ear()
    loggers = [logging.getLogger(), logging.getLogger("mkdocs")]
    before = [logger.handlers for logger in loggers]
    for logger in loggers:
        logger.handlers = [ear] if alone else [*logger.handlers, ear]
    try:
        yield ear.said
    finally:
        for logger, handlers in zip(loggers, before, strict=True):
            logger.handlers = handlers
