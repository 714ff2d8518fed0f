"""A book as PDF, with the numbers of its pages in the contents.

Style sheets cannot yet say on which page a place is, in Chromium. So the book is printed twice: the first time to see
where its chapters begin.
"""

from __future__ import annotations

import functools
import http.server
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from backprop_docgen.takeaway.book import Book
from backprop_docgen.takeaway.chromium import print_pdf

_PLACE: Final = "/.book.html"  # no page of a site: its name begins with a dot
_STILL: Final = "script-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
"""What a browser must not do with a book, whoever has written the site."""
_DATE: Final = re.compile(rb"(?<=Date \(D:)\d{14}[^)]{0,7}(?=\))")
_NODE: Final = re.compile(rb"(?<=\(node)\d{8}(?=\))")


def make_pdf(book: Book, root: Path, chromium: str, path: Path, epoch: str) -> int:
    """Print the book of the site in ``root`` into a file; returns how many pages it has.

    ``epoch``: the SOURCE_DATE_EPOCH of the site; the PDF is dated by it, so that the same site gives the same file.
    Raises SiteError.
    """
    with _Served(root) as served:
        served.show(book.html({}))
        print_pdf(chromium, served.address, path)
        served.show(book.html(_pages(path, {chapter.key for chapter in book.chapters})))
        print_pdf(chromium, served.address, path)
    _settle(path, _day(epoch))
    from pypdf import PdfReader

    return len(PdfReader(path).pages)


def _pages(path: Path, keys: set[str]) -> dict[str, int]:
    """The number of the page on which each chapter begins."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    found = {name.removeprefix("/"): place for name, place in reader.named_destinations.items()}
    numbers = {key: reader.get_destination_page_number(found[key]) for key in sorted(keys & found.keys())}
    return {key: number + 1 for key, number in numbers.items() if number is not None}


def _day(epoch: str) -> bytes:
    """The date of a SOURCE_DATE_EPOCH, as a PDF writes it; of what is none, the first one."""
    try:
        day = datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        day = datetime.fromtimestamp(0, UTC)
    return day.strftime("%Y%m%d%H%M%S").rjust(14, "0").encode()


def _settle(path: Path, day: bytes) -> None:
    """Take out of a PDF what differs from print to print; no byte moves.

    That is the minute in which it was printed, and the browser's numbers of elements in the names of tags.
    """
    data = path.read_bytes()
    numbers = {node: b"%08d" % place for place, node in enumerate(sorted(set(_NODE.findall(data))))}
    data = _DATE.sub(lambda match: day + match[0][14:], data)
    path.write_bytes(_NODE.sub(lambda match: numbers[match[0]], data))


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The files of the site, and the book among them."""

    def __init__(self, *arguments: Any, served: _Served, **more: Any) -> None:
        self.served = served
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        if self.path != _PLACE:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", _STILL)
        self.send_header("Content-Length", str(len(self.served.shown)))
        self.end_headers()
        self.wfile.write(self.served.shown)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Served:
    """A site on loopback while the context lasts, with a document in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shown = b""

    def show(self, html: str) -> None:
        self.shown = html.encode()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{_PLACE}"

    def __enter__(self) -> _Served:
        handler = functools.partial(_Handler, directory=str(self.root), served=self)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
