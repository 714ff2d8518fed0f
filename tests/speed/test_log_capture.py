"""What is said about a page is said by every build, whatever was kept and whatever the log level was then."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.utils import DuplicateFilter

import sample
from backprop_docgen.speed.log_capture import listening, say
from built import build
from small_site import PAGES, small_site, write

LEVELS = [("-q",), (), ("-v",), ("-q", "--strict")]
DEAD = "[gone](nowhere.md), ![no picture](none.png), [no place](#nowhere)"


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.levelname, record.getMessage()))


@pytest.fixture
def heard() -> Iterator[Heard]:
    logger, handler = logging.getLogger("mkdocs"), Heard()
    level = logger.level
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_quiet_logger_is_listened_to_and_says_no_more_than_it_may(heard: Heard) -> None:
    logger = logging.getLogger("mkdocs.structure.pages")
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    with listening() as said:
        logger.warning("100 %% of %s", "links")
        logger.info("a note")
    assert said == [("mkdocs.structure.pages", 30, "100 % of links"), ("mkdocs.structure.pages", 20, "a note")]
    assert heard.said == []
    say(said)
    assert heard.said == []
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    say(said)
    assert heard.said == [("WARNING", "100 % of links")]


def test_what_was_heard_is_no_repeat(heard: Heard) -> None:
    logger = logging.getLogger("mkdocs.once")
    logger.addFilter(DuplicateFilter())
    with listening() as said:
        logger.warning("once")
    say(said)
    assert heard.said == [("WARNING", "once")]


@pytest.mark.build
@pytest.mark.parametrize("first", sample.some("log levels", LEVELS, 1), ids=" ".join)
def test_every_build_says_what_is_wrong_with_a_page(tmp_path: Path, first: tuple[str, ...]) -> None:
    folder = small_site(tmp_path)
    good = build(folder, "--strict")
    assert good.returncode == 0, good.stderr
    before = (folder / "site" / "en" / "step" / "index.html").read_bytes()
    write(folder, "en/step.md", f"{PAGES['en/step.md']}\n{DEAD}\n")
    assert build(folder, *first).returncode == int("--strict" in first)
    if "--strict" in first:
        assert (folder / "site" / "en" / "step" / "index.html").read_bytes() == before
    for _ in range(2):
        result = build(folder, "--strict")
        assert result.returncode == 1
        assert "nowhere.md" in result.stderr
        assert "none.png" in result.stderr
        assert "Aborted with 2 warnings in strict mode!" in result.stdout
    network = folder / "network.toml"  # the page is known with other numbers
    network.write_text(network.read_text("utf-8").replace("0.40, 0.45", "0.43, 0.45"), "utf-8")
    assert build(folder, "--strict").returncode == 1
    write(folder, "en/step.md", PAGES["en/step.md"])
    assert build(folder, "--strict").returncode == 0
