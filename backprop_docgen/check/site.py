"""Does a site say what its worksheets say? Everything a check finds, of the sources and of any built copy.

Nothing from a checked site is ever executed: trees are evaluated, texts are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from backprop_docgen.check.activity import check_activity, check_own_files
from backprop_docgen.check.choices import check_choices
from backprop_docgen.check.digests import changed, check_digests
from backprop_docgen.check.figures import check_figures, drawn, wanted_figures
from backprop_docgen.check.files import (
    check_downloads,
    check_live,
    check_practice,
    check_seal,
    check_twins,
    check_workbooks,
    check_worksheets,
)
from backprop_docgen.check.formulas import check_formulas, require_shallow, typeset
from backprop_docgen.check.hidden import check_hidden
from backprop_docgen.check.links import check_frame, check_references
from backprop_docgen.check.notebooks import check_notebooks
from backprop_docgen.check.numbers import check_cells, check_contents, check_marks, check_untraceable
from backprop_docgen.check.offline import check_offline
from backprop_docgen.check.parity import check_parity
from backprop_docgen.check.previews import check_previews, painted, wanted_previews
from backprop_docgen.check.rebuilt_course import rebuild
from backprop_docgen.check.recount import Recount
from backprop_docgen.check.search import check_search
from backprop_docgen.check.staleness import check_network, check_sources_of, check_version
from backprop_docgen.check.stored_site import SiteCopy, Stored, read_stored, shallow
from backprop_docgen.check.template_text import raw_text
from backprop_docgen.engine.engine import History
from backprop_docgen.errors import BackpropError, Problem, QuantityError, SiteError
from backprop_docgen.finding import Finding, Lines, in_order
from backprop_docgen.latex.katex import Renderer
from backprop_docgen.latex.katex_files import katex_file
from backprop_docgen.network.network import Display, Network
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.pages.leftover import left_in_html
from backprop_docgen.published.made import printed
from backprop_docgen.published.page import BuiltPage
from backprop_docgen.published.page_list import CHOICES, SEARCH, page_file
from backprop_docgen.published.page_text import require_bounded, require_whole
from backprop_docgen.published.reader import read_page
from backprop_docgen.settings.allowances import Allowances
from backprop_docgen.site.data_files import SCHEMA
from backprop_docgen.site.practice_data import shape_of
from backprop_docgen.v8.context import initialise
from backprop_docgen.worksheet.arithmetic import arithmetic
from backprop_docgen.worksheet.course import Course, Trainer, train_network


@dataclass(frozen=True)
class Against:
    """What a site is compared with, to say whether it is stale: a network and its file, digests of the sources."""

    network: Network
    file: str
    sources: Mapping[str, str] | None = None


def check_site(
    folder: Path, network: Network | None = None, run: Trainer = train_network, against: Against | None = None
) -> list[Finding]:
    """Everything wrong in a built or published site, from its files alone.

    ``network`` takes the place of the site's own default network; ``against`` tells whether the site is stale.
    Raises BackpropError when the site cannot be checked at all: it is damaged, or holds what is not to be computed.
    """
    site = SiteCopy(folder)
    return check_copy(site, read_copy(site), network, run, against)


def read_copy(site: SiteCopy) -> Stored:
    """What a site says of itself; raises SiteError when it cannot be checked at all."""
    site.pages()  # a loop of links is found before anything is read
    return read_stored(site, SCHEMA)


def check_copy(
    site: SiteCopy,
    stored: Stored,
    network: Network | None = None,
    run: Trainer = train_network,
    against: Against | None = None,
) -> list[Finding]:
    """The same of a site that has been opened."""
    with shallow(str(site.root)):
        return _check_copy(site, stored, network, run, against)


def _check_copy(
    site: SiteCopy, stored: Stored, network: Network | None, run: Trainer, against: Against | None
) -> list[Finding]:
    course = rebuild(stored.worksheets, stored.file, shared(run), network)
    languages = site_languages(stored, course)
    strict = stored.arithmetic == arithmetic()
    checked = _Checked(site, stored, course, {code: Recount(course, each, strict) for code, each in languages.items()})
    findings = checked.read()
    findings += checked.pages_alone()
    findings += checked.pages_together()
    findings += checked.files()
    if network is None:
        findings += check_worksheets(stored, course, strict)
    if against is not None:
        findings += freshness(stored, against)
    findings += check_version(stored)
    findings += passed_over(stored, checked.every())
    told = {finding.file for finding in findings if finding.wrong}
    findings += check_digests(site, stored, {name for name in (*site.names, *stored.files) if site.file(name) in told})
    if not any(finding.file == stored.file for finding in findings):
        findings += check_seal(stored)
    findings += checked.scripts({finding.file for finding in findings})
    findings += check_offline(site, stored, {finding.file for finding in findings if finding.wrong})
    return in_order(findings)


@dataclass
class _Checked:
    """A site that is being checked: what it says of itself, what it should say, and its pages by their addresses."""

    site: SiteCopy
    stored: Stored
    course: Course
    recounts: Mapping[str, Recount]
    pages: dict[str, BuiltPage] = field(default_factory=dict)
    plain: list[BuiltPage] = field(default_factory=list)
    """Those that come from no template: they hold no numbers of ours."""

    def every(self) -> list[BuiltPage]:
        """All pages that could be read."""
        return [*self.pages.values(), *self.plain]

    def read(self) -> list[Finding]:
        """Read every page of the page list; tells what is missing, and what is not on the list."""
        findings = []
        known = set()
        for url in self.stored.pages:
            name = page_file(url)
            known.add(name)
            if not self.site.exists(name):
                message = "the page list has this page, the site has not"
                findings.append(Lines(self.site.file(name), "").finding("missing", 0, message, name))
                continue
            self.pages[url] = self._page(url, name)
        for name in self.site.pages():
            if name in self.stored.contents:
                self.plain.append(self._page(name, name))
            elif name not in known:
                lines = Lines(self.site.file(name), "")
                findings.append(lines.finding("extra", 0, "the page list does not have this page", name))
        return findings

    def _page(self, url: str, name: str) -> BuiltPage:
        file, text = self.site.file(name), self.site.text(name)
        if changed(self.site, self.stored, name):
            require_whole(text, file)
        require_bounded(text, file)
        with shallow(file):
            page = read_page(url, language_at(url, self.stored), file, text, self.stored.ignore, _MOST_ITEMS)
        require_shallow(page)
        return page

    def pages_alone(self) -> list[Finding]:
        """Each page by itself. Figures are drawn and formulas typeset meanwhile: V8 needs no Python."""
        allowances = Allowances(self.stored.allowances)
        languages = {code: recount.language for code, recount in self.recounts.items()}
        wanted = wanted_figures(self.pages.values(), self.course, languages)
        findings: list[Finding] = []
        initialise()
        with closing(Renderer(_SECONDS)) as renderer, ThreadPoolExecutor(1) as other:
            drawing = other.submit(drawn, wanted, renderer.context)
            every = [each for page in self.pages.values() for each in page.formulas]
            setting = other.submit(typeset, every, renderer, _same_katex(self.site))
            pictures = wanted_previews(self.pages.values(), self.stored, self.course, languages)
            painting = other.submit(painted, pictures, renderer.context)
            for page in self.pages.values():
                with shallow(page.lines.file):
                    findings += self._page_alone(page, allowances)
            figures, formulas, previews = drawing.result(), setting.result(), painting.result()
        for page in self.plain:
            findings += check_contents(page, None, self.stored.contents[page.url])
        findings += check_previews(self.site, self.pages.values(), previews)
        findings += check_activity(self.every(), self.stored)
        for url, page in self.pages.items():
            findings += check_figures(page, figures)
            shown = frozenset(self.stored.pages[url])
            with shallow(page.lines.file):
                findings += check_formulas(page, self.recounts[page.language], allowances, formulas, shown)
        return findings

    def _page_alone(self, page: BuiltPage, allowances: Allowances) -> Iterator[Finding]:
        recount, names = self.recounts[page.language], self.stored.pages[page.url]
        yield from _language(page)
        yield from check_hidden(page)
        yield from check_marks(page, recount)
        yield from check_cells(page, recount)
        yield from check_untraceable(page, allowances, recount)
        yield from raw_text(page.lines, left_in_html(page.lines.text))
        yield from check_contents(page, names, self.stored.contents.get(page.url, []))

    def pages_together(self) -> list[Finding]:
        """Numbers of equations and figures, the frame of the pages, the languages with one another."""
        languages = {code: recount.language for code, recount in self.recounts.items()}
        marks = {code: language.mark for code, language in languages.items()}
        stems = {url: page_stem(url, self.stored) for url in self.pages}
        pages = list(self.pages.values())
        return [
            *check_references(pages, languages),
            *check_frame(self.pages),
            *check_parity(pages, stems, marks),
        ]

    def files(self) -> list[Finding]:
        """What the site has beside its pages: downloads, choices, search."""
        prefixes = {code: str(each["prefix"]) for code, each in self.stored.languages.items()}
        pages = {(page.language, page_stem(url, self.stored)): page for url, page in self.pages.items()}
        languages = [recount.language for recount in self.recounts.values()]
        findings = [
            *check_own_files(self.site, self.stored),
            *check_downloads(self.site, self.course),
            *check_workbooks(self.site, self.course, languages),
            *check_notebooks(self.site, self.pages.values(), self.recounts),
            *check_practice(self.site, self.course),
            *check_live(self.site, self.course, languages),
            *check_search(
                self.site,
                self.pages.values(),
                prefixes,
                self.stored.contents,
                lambda code, name: printed(self.course, self.recounts[code].language, name),
            ),
        ]
        for name, keys in self.stored.contents.items():
            code, _, stem = name.removeprefix(CHOICES).removesuffix(".json").partition("/")
            if name.startswith(CHOICES) and code in self.recounts:
                findings += check_choices(self.site, name, keys, pages.get((code, stem)), self.recounts[code])
        return findings

    def scripts(self, told: Set[str]) -> Iterator[Finding]:
        """The data files' twins; that of a file about which something is ``told`` is as the file was."""
        data = ["worksheet.json", *(f"assets/live/{code}.json" for code in self.recounts)]
        data += [name for name in self.stored.contents if name.startswith(CHOICES)]
        data += [name for name in self.site.names if shape_of(name)]
        search = [f"{each['prefix']}{SEARCH}" for each in self.stored.languages.values()]
        fine = {name for name in (*data, *search) if self.site.file(name) not in told}
        return check_twins(self.site, fine.intersection(data), fine.intersection(search))


def _language(page: BuiltPage) -> Iterator[Finding]:
    spoken = page.root.get("lang")
    if spoken != page.language:
        at = max(page.lines.text.find("<html"), 0)
        message = f"says that it is in {spoken!r}; its place is among those in {page.language!r}"
        yield page.lines.finding("parity", at, message, str(spoken), page.language)


def passed_over(stored: Stored, pages: Iterable[BuiltPage]) -> Iterator[Finding]:
    """What the site tells a check to pass over, with the reason: whoever checks it must know."""
    pages = list(pages)
    lines = Lines(stored.file, stored.text)
    for each in stored.ignore:
        count = sum(len(page.ignored.get(each, ())) for page in pages)
        message = f"passed over as the site asks: {each.select!r}, {count} times ({each.reason})"
        yield lines.finding("note", max(stored.text.find('"ignore":'), 0), message, each.select)


def freshness(stored: Stored, against: Against) -> Iterator[Finding]:
    """What the site was built from, and is not what it is checked against."""
    yield from check_network(stored, against.network, against.file)
    if against.sources is not None:
        yield from check_sources_of(stored, against.sources)


def shared(run: Trainer) -> Trainer:
    """A trainer that trains equal networks once."""
    known: dict[tuple[Network, int, frozenset[int]], History] = {}
    spent: list[int] = []

    def train(network: Network, iterations: int, keep: Iterable[int]) -> History:
        wanted = frozenset(keep)
        key = (replace(network, display=Display()), iterations, wanted)
        if key not in known:
            spent.append(iterations)
            if sum(spent) > _MOST_ITERATIONS:
                raise QuantityError(Problem("the site asks for more training than a check does", key=str(iterations)))
            known[key] = run(network, iterations, wanted)
        return known[key]

    return train


def language_at(url: str, stored: Stored) -> str:
    """The language of an address: that of the longest prefix."""
    plain = url.removeprefix("./")
    return max(
        (code for code, each in stored.languages.items() if plain.startswith(str(each["prefix"]))),
        key=lambda code: len(str(stored.languages[code]["prefix"])),
        default="en",
    )


def page_stem(url: str, stored: Stored) -> str:
    """The name of a page's template without its language and ending, by its address."""
    plain = page_file(url).removeprefix(str(stored.languages[language_at(url, stored)]["prefix"]))
    return plain.removesuffix("index.html").removesuffix(".html").rstrip("/") or "index"


def site_languages(stored: Stored, course: Course | None = None) -> dict[str, Language]:
    """The languages of a site, with the decimal marks of its network, where that is given."""
    marks: Mapping[str, str] = course.default.network.display.decimal_mark if course else {}
    found = {}
    for code, each in stored.languages.items():
        mark = marks.get(code, ".")
        if "strings" in each:
            found[code] = Language(code, mark, each["strings"])
            continue
        try:
            found[code] = load_language(code, mark)
        except BackpropError:
            problem = Problem("has no strings of its own, and this version has none for it", stored.file, key=code[:40])
            raise SiteError(problem) from None
    return found or {"en": Language("en", marks.get("en", "."))}


_MOST_ITEMS: Final = 60_000
"""Numbers, formulas, paragraphs and lines of code of a page."""

_MOST_ITERATIONS: Final = 5_000_000
"""Training of all networks of a site together: a minute or two."""

_SECONDS: Final = 60.0
"""For typesetting all formulas of a site, which takes a second at most."""

_STYLE: Final = "assets/katex/katex.min.css"
_KATEX: Final = re.compile(r'katex-version:+after\{content:"([^"]*)"')


def _same_katex(site: SiteCopy) -> bool:
    """Whether the site's formulas were typeset by our version of KaTeX; it stands in the style sheet."""
    if not site.exists(_STYLE):
        return True
    ours = _KATEX.search(katex_file("katex.min.css").read_text("utf-8"))
    theirs = _KATEX.search(site.text(_STYLE))
    return bool(ours and theirs and ours[1] == theirs[1])
