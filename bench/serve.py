"""How long a change takes to be seen under ``mkdocs serve``."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from contenders import OWN, Place
from process import end_all

_LIMIT = 120.0  # seconds
_BEGUN, _DONE = "Building documentation...", "Reloading browsers"  # in MkDocs's log
_RELOAD = re.compile(rb"livereload\([^)]*\)")  # another number at every request


class Server:
    """``mkdocs serve`` of a project while the context lasts."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._log = place.folder / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    def __enter__(self) -> Self:
        command = [str(self._place.contender.bin / "mkdocs"), "serve", "--livereload", "-a", f"127.0.0.1:{self._port}"]
        self._place.clear()
        with self._log.open("wb") as stream:
            self._process = subprocess.Popen(
                command,
                cwd=self._place.project,
                env=self._place.environment(),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        end_all(self._process.pid, self._place.project)
        self._process.wait()

    def page(self, address: str) -> bytes:
        """A page as it is served now, once there is one; raises TimeoutError."""
        until = time.monotonic() + _LIMIT
        while time.monotonic() < until and self._process.poll() is None:
            with (
                suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(f"http://127.0.0.1:{self._port}/{address}", timeout=_LIMIT) as answer,
            ):
                return _RELOAD.sub(b"", bytes(answer.read()))
            time.sleep(0.05)
        raise TimeoutError(f"{address} is not served")

    def rebuilt(self, address: str, change: Callable[[], None]) -> tuple[float, float]:
        """Seconds from a change until a page is served anew, and those of the build alone; raises TimeoutError.

        While MkDocs builds, every request waits: the end of the build is when the page can be seen. Its log is
        watched for that, line by line, as it never prints the same duration twice.
        """
        before, seen = self.page(address), self._count(_DONE)
        change()
        begun = time.perf_counter()
        while True:
            started = self._until(_BEGUN, seen + 2, begun)  # the first build, and one for each reload
            ended = self._until(_DONE, seen + 1, begun)
            if self.page(address) != before:
                return time.perf_counter() - begun, ended - started
            seen += 1  # a rebuild for the change before

    def _until(self, line: str, count: int, begun: float) -> float:
        while self._count(line) < count:
            if time.perf_counter() - begun > _LIMIT or self._process.poll() is not None:
                raise TimeoutError("no rebuild")
            time.sleep(0.002)
        return time.perf_counter()

    def _count(self, line: str) -> int:
        return self._log.read_text("utf-8", "replace").count(line)


def change_of(place: Place, page: str) -> Callable[[int], None]:
    """How a round changes a project: this one's network gets another weight, a plain site's page another sentence."""
    if place.contender is OWN:
        path = place.project / "network.toml"
        text = path.read_text("utf-8")
        first = re.search(r"weights = \[\[([\d.]+)", text)
        assert first is not None
        return lambda turn: _write(path, f"{text[: first.end(1)]}{turn + 1}{text[first.end(1) :]}")
    path = place.project / "docs" / page
    text = path.read_text("utf-8")
    return lambda turn: _write(path, f"{text}\n{turn}.\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
