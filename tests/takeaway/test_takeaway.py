"""Files to take away: the book and its PDF, the archive, what a check says of them, what is refused."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from pypdf import PdfReader

from backprop_docgen.check.digests import check_digests
from backprop_docgen.check.site import read_copy, site_languages
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.cli import main
from backprop_docgen.takeaway.archive import opens_by_itself
from backprop_docgen.takeaway.book import Book, book
from backprop_docgen.takeaway.chromium import find_chromium, print_pdf
from backprop_docgen.takeaway.pdf import _day, _Served
from browser import CHROMIUM

pytestmark = pytest.mark.build
PRINTS = pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}")


def takeaway(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, ["takeaway", *map(str, arguments)], env=environment)


@pytest.fixture(scope="module")
def copy(excerpted: Path) -> SiteCopy:
    return SiteCopy(excerpted / "site")


@pytest.fixture(scope="module")
def bound(copy: SiteCopy) -> Book:
    stored = read_copy(copy)
    return book(copy, stored, site_languages(stored)["es"])


@pytest.fixture(scope="module")
def pages(bound: Book) -> BeautifulSoup:
    return BeautifulSoup(bound.html({"p1": 77}), "lxml")


def test_the_book_has_the_pages_in_the_order_of_the_navigation(bound: Book) -> None:
    assert [(each.url, each.number, each.group) for each in bound.chapters] == [
        ("./", "", ""),
        ("error/", "1", "Tutorial"),
        ("hand-copied/", "2", "Tutorial"),
    ]
    assert bound.title == "Retropropagación paso a paso"
    assert all(style.startswith("/assets/") for style in (*bound.styles, *bound.fonts))


def test_every_place_in_the_book_has_its_own_name_and_every_link_leads_somewhere(pages: BeautifulSoup) -> None:
    names = Counter(str(each["id"]) for each in pages.select("[id]"))
    assert max(names.values()) == 1
    inside = {link["href"].removeprefix("#") for link in pages.select('a[href^="#"]')}
    assert inside <= names.keys()
    assert {"p0", "p1", "p2"} < inside
    assert any("--" in name for name in inside)
    others = {link["href"] for link in pages.select("a[href]")} - {f"#{name}" for name in inside}
    assert all(re.match("https?://", address) for address in others)  # this site is published nowhere
    assert not any("127.0.0.1" in address for address in others)
    labelled = {name for each in pages.select("[aria-labelledby]") for name in str(each["aria-labelledby"]).split()}
    assert labelled <= names.keys()


def test_the_book_is_still(pages: BeautifulSoup) -> None:
    assert not pages.select("script, iframe, .headerlink")
    assert not [each for each in pages.find_all(True) if any(name.startswith("on") for name in each.attrs)]
    assert pages.select_one('.bp-contents a[href="#p1"] + span').text == "77"  # type: ignore[union-attr]


def test_a_page_about_the_site_alone_stays_off_paper(copy: SiteCopy, tmp_path: Path) -> None:
    shutil.copytree(copy.root, tmp_path / "site")
    page = tmp_path / "site" / "error" / "index.html"
    page.write_text(
        page.read_text("utf-8").replace('<meta name="bp-page"', '<meta name="bp-page" data-site-only'), "utf-8"
    )
    site = SiteCopy(tmp_path / "site")
    stored = read_copy(site)
    found = book(site, stored, site_languages(stored)["es"])
    assert [each.url for each in found.chapters] == ["./", "hand-copied/"]


FOREIGN = """\
<p id="mark">before</p><p><a href="http://[x">no address</a></p><meta http-equiv="refresh" content="0;url=/error/">
<svg onload="document.body.textContent = 'after'"></svg><iframe src="/error/"></iframe><base href="/error/">
</article>"""


@pytest.fixture
def foreign(copy: SiteCopy, tmp_path: Path) -> SiteCopy:
    """A site that anybody may have written."""
    shutil.copytree(copy.root, tmp_path / "site")
    page = tmp_path / "site" / "index.html"
    page.write_text(page.read_text("utf-8").replace("</article>", FOREIGN, 1), "utf-8")
    lists = tmp_path / "site" / "worksheet.json"
    text = lists.read_text("utf-8")
    lists.write_text(text.replace('"epoch":""', '"epoch":"99999999999999999999"'), "utf-8")
    return SiteCopy(tmp_path / "site")


def test_nothing_of_a_foreign_site_runs_in_the_book(foreign: SiteCopy) -> None:
    stored = read_copy(foreign)
    assert stored.epoch.startswith("9999")
    found = BeautifulSoup(book(foreign, stored, site_languages(stored)["es"]).html({}), "lxml")
    assert not found.select("article meta, article base, iframe, svg[onload]")
    assert found.find("a", string="no address") is not None


@pytest.mark.browser
@PRINTS
def test_a_book_is_printed_without_scripts(tmp_path: Path) -> None:
    with _Served(tmp_path) as served:
        served.show("<p>before<svg onload=\"document.body.textContent = 'after'\"></svg><script>after()</script>")
        print_pdf(find_chromium(CHROMIUM), served.address, tmp_path / "book.pdf")
    assert PdfReader(tmp_path / "book.pdf").pages[0].extract_text() == "before"


@pytest.mark.parametrize(("epoch", "day"), [("", "1970"), ("²", "1970"), ("9" * 20, "1970"), ("86400", "19700102")])
def test_a_date_is_one_whatever_a_site_says(epoch: str, day: str) -> None:
    assert _day(epoch).decode().startswith(day)
    assert len(_day(epoch)) == 14


@pytest.fixture(scope="module")
def printed(copy: SiteCopy, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    out = tmp_path_factory.mktemp("printed")
    result = takeaway(copy.root, "--language", "es", "--format", "pdf", "-o", out)
    assert result.exit_code == 0, result.output
    assert [path.name for path in out.iterdir()] == ["tutorial-es.pdf"]
    return PdfReader(out / "tutorial-es.pdf")


@pytest.mark.browser
@PRINTS
def test_the_pdf_has_contents_with_page_numbers_bookmarks_and_links(printed: PdfReader, bound: Book) -> None:
    places = printed.named_destinations
    starts = [printed.get_destination_page_number(places[f"/{each.key}"]) or 0 for each in bound.chapters]
    assert starts == sorted(set(starts))
    contents = printed.pages[0].extract_text()
    assert "Índice" in contents
    for chapter, start in zip(bound.chapters, starts, strict=True):
        assert re.search(rf"{re.escape(chapter.title)}\s+{start + 1}\b", contents)
        head = f"{chapter.number} {chapter.title}".strip()
        assert printed.pages[start].extract_text().startswith(f"{head}\n{start + 1}\n")  # its running head, its number
    titles = [each.title for each in printed.outline if not isinstance(each, list)]
    assert titles == [bound.title, *(f"{each.number} {each.title}".strip() for each in bound.chapters)]
    links = [each.get_object() for page in printed.pages for each in page.get("/Annots", [])]
    kinds = Counter("inside" if "/Dest" in each else "outside" for each in links)
    assert kinds["inside"] > 10
    assert kinds["outside"] > 0


@pytest.mark.browser
@PRINTS
def test_the_pdf_says_what_it_is(printed: PdfReader) -> None:
    root = printed.trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]  # tags, for who hears it
    assert printed.metadata is not None
    assert printed.metadata.title == "Retropropagación paso a paso"
    assert str(printed.metadata["/CreationDate"]).startswith("D:19700101000000")  # the same site, the same file
    assert [round(side / 72 * 25.4) for side in printed.pages[0].mediabox[2:]] == [210, 297]
    fonts = {str(font.get_object()["/BaseFont"]) for page in printed.pages for font in _fonts(page)}
    assert any("KaTeX_Main" in font for font in fonts)


def _fonts(page: object) -> list[object]:
    return list(page["/Resources"].get("/Font", {}).values())  # type: ignore[index]


def test_the_archive_holds_the_site_and_is_the_same_each_time(copy: SiteCopy, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        result = takeaway(copy.root, "--format", "zip", "-o", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert "opens with a server only" in result.stderr
        made.append((tmp_path / name / "site.zip").read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "one" / "site.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    unpacked = SiteCopy(tmp_path / "unpacked" / "tutorial")
    assert unpacked.names == copy.names
    assert list(check_digests(unpacked, read_copy(unpacked), ())) == []
    told = (tmp_path / "unpacked" / "README.txt").read_text("utf-8")
    assert "necesitan un servidor" in told
    assert "need a server" in told


def test_an_archive_that_opens_by_itself_says_so(copy: SiteCopy, tmp_path: Path) -> None:
    stored = read_copy(copy)
    assert not opens_by_itself(copy, stored)
    pages = {
        url.replace("/", ".html") if url not in ("./", "en/") else url: shown for url, shown in stored.pages.items()
    }
    for prefix in ("", "en/"):
        (tmp_path / prefix / "search").mkdir(parents=True)
        for name in ("json", "js"):
            (tmp_path / prefix / "search" / f"search_index.{name}").touch()
    by_itself = SiteCopy(tmp_path)
    stored = type(stored)(**(vars(stored) | {"pages": pages}))
    assert opens_by_itself(by_itself, stored)


def test_a_check_knows_what_was_made_afterwards_and_nothing_else(copy: SiteCopy, tmp_path: Path) -> None:
    shutil.copytree(copy.root, tmp_path / "site")
    folder = tmp_path / "site" / "takeaway"
    folder.mkdir()
    for name in ("tutorial-es.pdf", "tutorial-pt-BR.pdf", "site.zip", "tutorial-es.html", "other.pdf"):
        (folder / name).touch()
    site = SiteCopy(tmp_path / "site")
    found = list(check_digests(site, read_copy(site), ()))
    assert sorted(each.text for each in found) == ["takeaway/other.pdf", "takeaway/tutorial-es.html"]
    assert {each.code for each in found} == {"extra"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no such folder"),
        (["."], "the site has no worksheets"),
        (["SITE", "--language", "e"], "the site has no language 'e'\n    Did you mean es or en?"),
        (["SITE", "--language", "eo"], "the site has no language 'eo'"),
        (["SITE", "--chromium", "no-such-browser"], "there is no such program\n    Install Chromium, Chrome or Edge"),
        (["SITE", "-o", "a-file"], "Directory 'a-file' is a file"),
    ],
)
def test_what_cannot_be_made_is_said(
    copy: SiteCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").touch()
    wanted = [str(copy.root) if each == "SITE" else each for each in arguments]
    out = [] if "-o" in wanted else ["-o", "out"]
    result = takeaway(*wanted, "--format", "zip" if out == [] else "pdf", *out)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_without_a_browser_it_says_what_to_install(copy: SiteCopy, tmp_path: Path) -> None:
    result = takeaway(copy.root, "-o", tmp_path / "out", PATH=str(tmp_path))
    if "Applications" in sys.platform or result.exit_code == 0:
        pytest.skip("a browser stands elsewhere on this machine")
    assert result.exit_code == 2
    assert "no Chromium was found" in result.stderr
    assert "--format zip" in result.stderr


def test_what_a_browser_says_when_it_cannot_print_is_passed_on(copy: SiteCopy, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho first >&2\necho no display today >&2\nexit 3\n", "utf-8")
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    result = takeaway(copy.root, "--chromium", browser, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "printed no PDF\n    It said: no display today" in result.stderr
    assert not (tmp_path / "out").exists()
