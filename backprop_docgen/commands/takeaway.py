"""The command ``takeaway``: a built site as files to take away, a PDF a language and an archive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backprop_docgen.check.site import read_copy, site_languages
from backprop_docgen.check.stored_site import SiteCopy, Stored, shallow
from backprop_docgen.disk import refused
from backprop_docgen.errors import Problem, SiteError, did_you_mean
from backprop_docgen.numbers.language import Language
from backprop_docgen.progress import watched
from backprop_docgen.published.file_list import ARCHIVE, TAKEAWAY, pdf_name
from backprop_docgen.site.workshop import Workshop
from backprop_docgen.takeaway.archive import make_zip, opens_by_itself
from backprop_docgen.takeaway.book import book
from backprop_docgen.takeaway.chromium import find_chromium
from backprop_docgen.takeaway.pdf import make_pdf

FORMATS: Final = ("pdf", "zip")
NEEDS_A_SERVER: Final = (
    "note: the unpacked archive opens with a server only, as its README.txt tells. For one whose pages open by a "
    "double click, build the site with the theme's plugins 'offline' and 'privacy'."
)


@dataclass(frozen=True)
class Made:
    """A file that was made: where it is, its bytes, and its pages (0: it has none)."""

    path: Path
    size: int
    pages: int = 0

    def __str__(self) -> str:
        pages = f"{self.pages} pages, " if self.pages else ""
        return f"{self.path}  {pages}{self.size / 1_000_000:.1f} MB"


def take_away(
    root: Path, codes: Sequence[str], formats: Sequence[str], out: Path | None, chromium: Path | None
) -> tuple[list[Made], list[str]]:
    """Make the files of a site in a folder (its own ``takeaway``, if none is named); returns them, and notes.

    They are made aside, so that a failure leaves what was there. Raises BackpropError for what is no such site, for a
    language that it has not, and where nothing can print.
    """
    site = SiteCopy(root)
    stored = read_copy(site)
    languages = site_languages(stored)
    wanted = [_language(code, languages, stored) for code in dict.fromkeys(codes)] or list(languages.values())
    program = find_chromium(chromium) if "pdf" in formats else ""
    target = out or root / TAKEAWAY
    pages: dict[str, int] = {}
    with closing(Workshop(target)) as workshop, shallow(str(root)):
        try:
            if "pdf" in formats:
                with watched("Printing", len(wanted), "languages") as report:
                    for number, language in enumerate(wanted):
                        path = workshop.new / pdf_name(language.code)
                        printed = book(site, stored, language)
                        pages[path.name] = make_pdf(printed, root, program, path, stored.epoch)
                        report(number + 1)
            if "zip" in formats:
                (workshop.new / ARCHIVE).write_bytes(make_zip(site, stored, list(languages.values())))
            names = sorted(path.name for path in workshop.new.iterdir())
        except OSError as error:
            raise SiteError(refused(error, target)) from None
        workshop.add()
    made = [Made(target / name, (target / name).stat().st_size, pages.get(name, 0)) for name in names]
    return made, [] if "zip" not in formats or opens_by_itself(site, stored) else [NEEDS_A_SERVER]


def _language(code: str, languages: dict[str, Language], stored: Stored) -> Language:
    if code not in languages:
        advice = did_you_mean(code, languages) or f"It has {', '.join(languages)}."
        raise SiteError(Problem(f"the site has no language {code!r}", stored.file, advice=advice))
    return languages[code]
