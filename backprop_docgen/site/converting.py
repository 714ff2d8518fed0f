"""The third phase of a build: MkDocs converts page after page, and each is filled with its numbers."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url

from backprop_docgen.errors import Problem, SiteError, TemplateError
from backprop_docgen.pages.choice_texts import take_branches
from backprop_docgen.pages.leftover import left_in_html, maths_in_html
from backprop_docgen.pages.page import Page as TemplatePage
from backprop_docgen.pages.pieces import in_plain
from backprop_docgen.pages.places import escape_said, fill_html
from backprop_docgen.private_characters import PRIVATE
from backprop_docgen.site import navigation, other_plugins
from backprop_docgen.site.placing import Placed
from backprop_docgen.site.theme import quiet_permalinks, without_empty_heads

_BETWEEN: Final = "\0"
"""Between the texts of a page's choices, which are filled in one go."""


@dataclass(frozen=True)
class FilledPage:
    """A page's HTML with everything in it but its formulas: ``branches`` are the texts of its choices.

    ``converted`` is the hash of what it was made of, ``shown`` lists the quantities that it shows; ``clean``: nothing
    of a template is left in it.
    """

    converted: int
    html: str
    branches: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    clean: bool = False

    def text(self, content: str) -> str:
        """All of it in one, with what has become of its HTML since."""
        return "\n".join([content, *self.branches.values()])


@dataclass(frozen=True)
class Converting:
    """MkDocs converts page after page; ``filled`` has those that are converted, by source file.

    ``pages`` are those that come from templates, with their figures.
    """

    placed: Placed
    nav: Navigation
    pages: Mapping[str, TemplatePage]
    filled: dict[str, FilledPage] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def source(self, page: Page) -> str | None:
        """``on_page_read_source``: the Markdown of a page that comes from a template."""
        found = self.placed.rendered.pages.get(page.file.src_uri)
        return None if found is None else found.source

    def require_all(self, markdown: str, page: Page) -> None:
        """``on_page_markdown``, last: raise SiteError where other plugins have taken away what stands for numbers."""
        gone = set(PRIVATE.findall(self.source(page) or "")) - set(markdown)
        if gone:
            rendered = self.placed.rendered
            others = ", ".join(other_plugins.changers(rendered.config)) or "hooks"
            message = f"other plugins have taken {len(gone)} of its numbers, equations or figures out of its Markdown"
            advice = f"These can: {others}. 'mkdocs build --verbose' says more of what they do."
            raise SiteError(Problem(message, rendered.file(page.file.src_uri), advice=advice))

    def fill(self, page: Page) -> str:
        """``on_page_content``: a page's numbers, labels and figures go in; the texts of its choices leave it."""
        source, converted = page.file.src_uri, page.content or ""
        known = self.filled.get(source)
        if known is None or known.converted != hash(converted):
            known = self.filled[source] = self._fill(page, converted)
        template = self.pages.get(source)
        if template is not None:
            _fill_titles(page, template)
            page.markdown = page.markdown and in_plain(page.markdown, template.record)  # for whoever reads on
        return known.html

    def made(self, page: Page) -> Any:
        """What filling has made of a page, as JSON knows it; None where something is wrong with it."""
        found = self.filled[page.file.src_uri]
        return (found.html, found.branches, found.shown) if found.clean else None

    def take(self, page: Page, made: Any) -> None:
        """Take that for what filling the page would make."""
        html, branches, shown = made
        self.filled[page.file.src_uri] = FilledPage(hash(page.content or ""), html, branches, tuple(shown), clean=True)

    def _fill(self, page: Page, converted: str) -> FilledPage:
        template = self.pages.get(page.file.src_uri)
        permalink = self.placed.rendered.language_of(page.file.src_uri).translate("Permanent link")
        html, branches = take_branches(quiet_permalinks(without_empty_heads(converted), permalink))
        if template is None:
            return FilledPage(hash(converted), html, branches, clean=_is_clean(converted))
        record = template.record

        def address(name: str) -> str:
            source = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), name))
            return get_relative_url(self.placed.urls.get(source, ""), page.url)

        try:
            text, shown = fill_html(html, record, address)
            texts = fill_html(_BETWEEN.join(branches.values()), record, address).text.split(_BETWEEN)
        except TemplateError as error:
            file = self.placed.rendered.file(page.file.src_uri)
            self.problems.extend(replace(problem, file=file) for problem in error.problems)
            return FilledPage(hash(converted), html, branches)
        clean = all(_is_clean(each) for each in (text, *texts))
        return FilledPage(hash(converted), text, dict(zip(branches, texts, strict=False)), tuple(shown), clean)


def open_languages(placed: Placed, nav: Navigation, files: Files) -> None:
    """``on_nav``, once MkDocs has made the navigation: other plugins that change it find every language's own."""
    rendered = placed.rendered
    navigation.open_languages(rendered.site, nav, files)
    rendered.pace.make_pages(rendered.config, files, rendered.pages)


def convert(placed: Placed, nav: Navigation) -> Converting:
    """``on_nav``, last: one navigation per language; MkDocs converts the pages next. Raises SiteError, V8Error."""
    navigation.split_navigation(placed.rendered.site, nav)
    converting = Converting(placed, nav, placed.rendered.drawn())  # before the process is copied
    pages = placed.rendered.pages
    sources = {key: page.source for key, page in pages.items()}
    fingerprints = {key: page.fingerprint + converting.pages[key].drawings for key, page in pages.items()}
    placed.rendered.pace.convert(sources, converting, fingerprints)
    return converting


def _is_clean(html: str) -> bool:
    return not left_in_html(html) and not maths_in_html(html)


def _fill_titles(page: Page, template: TemplatePage) -> None:
    """What is told of a page elsewhere: its title, its table of contents, the anchors of what is numbered."""
    for link in page.toc:
        _fill_link(link, template)
    if page.title:  # not known before its text is
        page.title = escape_said(page.title, template.record)
    page.present_anchor_ids = (page.present_anchor_ids or set()) | template.anchors


def _fill_link(link: AnchorLink, template: TemplatePage) -> None:
    link.title = escape_said(link.title, template.record)
    for child in link.children:
        _fill_link(child, template)
