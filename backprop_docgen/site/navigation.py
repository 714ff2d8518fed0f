"""The navigation of each language: opened for other plugins, and split when they are done.

Each function is one step of a build, called from ``on_nav``; ``nav`` of the settings is turned into it by
``multilingual.place_files``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.language_option import SiteLanguage
from backprop_docgen.site.multilingual import Site
from backprop_docgen.site.numbered import counted


class HomePage(Page):
    """The home page of a language that doesn't stand at the root."""

    @property
    def is_homepage(self) -> bool:
        """Always."""
        return True


def open_languages(site: Site, nav: Navigation, files: Files) -> None:
    """``on_nav``, early: what a language's own section holds stands at the top, and its home page knows that it is one.

    So it does not matter to other plugins that there are several languages.
    """
    found = [(item, _spoken(site, [item])) for item in nav.items]
    alone = [each for _, each in found]
    items: list[StructureItem] = []
    for item, languages in found:
        if isinstance(item, Section) and len(languages) == 1 and alone.count(languages) == 1:
            for child in item.children:
                child.parent = None
            site.links += [(child, languages[0]) for child in item.children if not _spoken(site, [child])]
            items += item.children
        elif languages or not isinstance(item, Section):
            items.append(item)
    nav.items = items
    for language in site.languages[1:]:
        home = files.get_file_from_path(f"{language.code}/index.md")
        if home is not None and type(home.page) is Page:
            home.page.__class__ = HomePage


def split_navigation(site: Site, nav: Navigation) -> None:
    """``on_nav``, last: one tree per language; previous and next stay inside it. Raises SiteError for mixed ones."""
    known = {id(item): language for item, language in site.links}
    spoken = [_spoken(site, [item]) or [known[id(item)]] * (id(item) in known) for item in nav.items]
    problems = [
        Problem(
            f"the section '{item.title}' of the navigation holds pages of several languages",
            advice="Give every language a navigation of its own: 'nav' in mkdocs.yml holds for each of them.",
        )
        for item, languages in zip(nav.items, spoken, strict=True)
        if len(languages) > 1
    ]
    if problems:
        raise SiteError(problems)
    for language in site.languages:
        items = [item for item, own in zip(nav.items, spoken, strict=True) if own in ([], [language])]
        pages = list(_pages(items))
        for before, page, after in zip([None, *pages], pages, [*pages[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
        site.navigation[language.code] = Navigation(items, pages)
        if site.numbered is not None:
            site.steps |= counted(items, language.titles.get(site.numbered, site.numbered))


def _spoken(site: Site, items: Iterable[StructureItem]) -> list[SiteLanguage]:
    """The languages of the pages in a part of the navigation."""
    found = [site.language_of(page.file.src_uri) for page in _pages(items)]
    return [language for language in site.languages if language in found]


def _pages(items: Iterable[StructureItem]) -> Iterator[Page]:
    for item in items:
        if isinstance(item, Page):
            yield item
        if isinstance(item, Section):  # a page may be one, too (section-index)
            yield from _pages(item.children)
