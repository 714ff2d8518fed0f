"""Debian's Chromium, and a site served on loopback."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

_BROWSERS = [Path("/usr/bin") / name for name in ("chromium-headless-shell", "chromium")]
CHROMIUM = next((path for path in _BROWSERS if path.exists()), _BROWSERS[-1])
"""Debian's; the one without windows draws the same in half of the time."""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Site(http.server.SimpleHTTPRequestHandler):
    """A folder below a path of its host, its 404 page for what is not there, as static hosts do it."""

    def __init__(
        self, *arguments: Any, mount: str, policy: Callable[[str], str] | None, packed: bool, **more: Any
    ) -> None:
        self.mount, self.policy, self.packed = mount, policy, packed
        super().__init__(*arguments, **more)

    def translate_path(self, path: str) -> str:
        inside = path.startswith(self.mount)
        return super().translate_path("/" + path.removeprefix(self.mount) if inside else "/outside the site")

    def _file(self) -> Path:
        path = Path(self.translate_path(self.path))
        return path / "index.html" if path.is_dir() else path

    def send_head(self) -> Any:
        file = self._file()
        if not (self.packed and self.path.partition("?")[0].endswith(("/", *PACKED)) and file.is_file()):
            return super().send_head()
        content = gzip.compress(file.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def end_headers(self) -> None:
        file = self._file()
        if self.policy and file.suffix == ".html" and file.is_file():
            self.send_header("Content-Security-Policy", self.policy(file.read_text("utf-8")))
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests read what the browser saw."""


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # a browser's connections in one go; of five, a slow machine refuses some for a second


PACKED = (".html", ".css", ".js", ".mjs", ".json", ".svg")


@contextmanager
def served(
    folder: Path, mount: str = "/", policy: Callable[[str], str] | None = None, packed: bool = False
) -> Iterator[str]:
    """The address of a folder, served on loopback below ``mount`` while the context lasts.

    ``policy`` makes the Content-Security-Policy of a page from its HTML; ``packed`` sends text gzipped.
    """
    handler = functools.partial(_Site, directory=str(folder), mount=mount, policy=policy, packed=packed)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{mount}"
        finally:
            server.shutdown()
            thread.join()


def opened(page: Page, address: str) -> Page:
    """Visit a page of the tutorial, and wait until it is at rest.

    A slow machine's network is idle for a while before a page is read, too: so first its modules have run, whose last
    work is the door to the reading menu.
    """
    page.goto(address)
    page.wait_for_selector(".bp-door", state="attached")
    page.wait_for_load_state("networkidle")
    return page


def settles(page: Page, probe: Callable[[], object], wanted: object) -> None:
    """Assert that a probe of the page gives what is wanted within ten seconds, and still does half a second later."""
    for _ in range(100):
        if probe() == wanted:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    assert probe() == wanted


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; at most one at a time in a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
