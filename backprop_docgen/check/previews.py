"""The pictures that links to the pages are shown with, made anew from the worksheets and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from backprop_docgen.check.stored_site import SiteCopy, Stored
from backprop_docgen.errors import BackpropError
from backprop_docgen.figures.picture import Picture, pictures
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.numbers.language import Language
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.site.previews import file_of, preview
from backprop_docgen.v8.context import Context
from backprop_docgen.worksheet.course import Course


def wanted_previews(
    pages: Iterable[BuiltPage], stored: Stored, course: Course, languages: Mapping[str, Language]
) -> dict[str, Picture]:
    """The picture of each language whose pages name it."""
    named = {page.language for page in pages if _address(page).endswith(file_of(page.language))}
    texts = {code: each.get("preview") or ["", ""] for code, each in stored.languages.items()}
    return {code: preview(course, languages[code], *texts[code]) for code in sorted(named)}


def painted(wanted: Mapping[str, Picture], context: Context) -> dict[str, bytes]:
    """Each picture; none where they cannot be made."""
    try:
        return dict(zip(wanted, pictures(context, list(wanted.values())), strict=True))
    except BackpropError:
        return dict.fromkeys(wanted, b"")


def check_previews(site: SiteCopy, pages: Iterable[BuiltPage], painted: Mapping[str, bytes]) -> Iterator[Finding]:
    """Each picture is the one of this network, and pages name no other."""
    for code, expected in painted.items():
        name = file_of(code)
        lines = Lines(site.file(name), "")
        if not site.exists(name):
            yield lines.finding("missing", 0, "the site has lost this picture", name)
        elif site.data(name) != expected:
            yield lines.finding("figure", 0, "this picture is not that of the site's network", name)
    for page in pages:
        address = _address(page)
        if address and not address.endswith(file_of(page.language)):
            offset = max(page.lines.text.find("og:image"), 0)
            yield page.lines.finding("figure", offset, "names another picture than its own for previews", address[:80])


def _address(page: BuiltPage) -> str:
    """The path of the picture that a page names; "" where it names none."""
    found = page.root.xpath('string(//meta[@property="og:image"]/@content)')
    return urlsplit(str(found)).path
