"""One MkDocs build that serves several languages, from ``docs/<code>/…`` to ``<prefix>…``.

The first language stands at the site's root, the others under their prefix (``en/``). ``nav`` names
each file once, without its language, and holds for every language. Each function is one step of a
build and is called from the MkDocs event it is named after in its docstring; the state of one build
is its ``Site``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, is_error_template, nest_paths
from mkdocs.utils.templates import TemplateContext

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.language_option import SiteLanguage, site_languages
from backprop_docgen.site.theme import Frame

THEME_DIR = Path(__file__).parents[1] / "theme"

# Material's script asks every link[rel=alternate] for its own sitemap, at the public address, which is another host in
# a preview, and leads to that page where one changes the language. The space keeps a link's meaning and hides it there.
ALTERNATE = "alternate "


@dataclass
class Site:
    """What one build knows of its languages; ``urls`` maps a file without language to its URLs by code."""

    languages: tuple[SiteLanguage, ...]
    urls: dict[str, dict[str, str]] = field(default_factory=dict)
    navigation: dict[str, Navigation] = field(default_factory=dict)

    def language_of(self, src_uri: str) -> SiteLanguage:
        """The language of a source file; what lies outside the language folders is of the first."""
        folder = src_uri.partition("/")[0]
        return next((language for language in self.languages if language.code == folder), self.languages[0])

    def language_at(self, url: str) -> SiteLanguage:
        """The language published at a URL relative to the site: the longest prefix that fits."""
        return max((each for each in self.languages if url.startswith(each.prefix)), key=lambda each: len(each.prefix))


class HomePage(Page):
    """The home page of a language that doesn't stand at the root."""

    @property
    def is_homepage(self) -> bool:
        """Always."""
        return True


def prepare(config: MkDocsConfig, option: object) -> Site:
    """``on_config``: read the option ``languages``, add the templates; raises SiteError."""
    languages = tuple(
        replace(
            language,
            site_name=language.site_name or config.site_name,
            site_description=language.site_description or config.site_description,
        )
        for language in site_languages(option)
    )
    strings = [Path(folder, "partials/languages") for folder in config.theme.dirs]
    if problems := [
        Problem(f"the theme has no language {each.code!r}", key="languages", advice="Use a code of Material's list.")
        for each in languages
        if not any((folder / f"{each.code}.html").exists() for folder in strings)
    ]:
        raise SiteError(problems)
    config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME_DIR))
    site = Site(languages)
    _speak(config, languages[0])
    return site


def place_files(site: Site, files: Files, config: MkDocsConfig) -> list[str]:
    """``on_files``: give every file its language's address and MkDocs its ``nav``.

    Returns warnings (missing translations); raises SiteError when two files want one address.
    """
    root = PurePosixPath(Path(config.docs_dir).name)
    warnings: list[str] = []
    taken: dict[str, File] = {}
    problems: list[Problem] = []
    for file in files:
        language = site.language_of(file.src_uri)
        folder = f"{language.code}/"
        published = file.is_documentation_page() and file.inclusion.value > InclusionLevel.DRAFT.value
        if file.src_uri.startswith(folder):
            rest = file.src_uri.removeprefix(folder)
            file.dest_uri = language.prefix + file.dest_uri.removeprefix(folder)
            for cached in ("url", "abs_dest_path"):
                file.__dict__.pop(cached, None)
            if published:
                site.urls.setdefault(rest, {})[language.code] = file.url
                if rest == "index.md" and language.prefix:
                    HomePage(None, file, config)  # MkDocs finds it as file.page
        elif published:
            folders = ", ".join(f"{root / each.code}" for each in site.languages)
            warnings.append(f"'{root / file.src_uri}' is in none of the languages' folders ({folders}).")
        other = taken.setdefault(file.dest_uri, file)
        if other is not file:
            problems.append(
                Problem(
                    f"both '{other.src_uri}' and '{file.src_uri}' become '{file.dest_uri}'",
                    advice="Rename one; what all languages share can lie outside their folders.",
                )
            )
    if problems:
        raise SiteError(problems)
    for rest, urls in site.urls.items():
        there = next(iter(urls))
        warnings += [
            f"'{root / language.code / rest}' is missing: '{root / there / rest}' has no translation"
            f" into '{language.code}'."
            for language in site.languages
            if language.code not in urls
        ]
    nav: list[Any] = nest_paths(site.urls) if config.nav is None else config.nav  # type: ignore[no-untyped-call]
    warnings += [
        f"The section title '{title}' of 'nav' has no translation into '{language.code}' (titles)."
        for title in _section_titles(nav)
        if any(title in language.titles for language in site.languages)
        for language in site.languages
        if title not in language.titles
    ]
    config.nav = [{language.code: language_nav(nav, language, site.urls)} for language in site.languages]
    return warnings


def language_nav(nav: Iterable[Any], language: SiteLanguage, urls: Mapping[str, Mapping[str, str]]) -> list[Any]:
    """``nav`` in one language: its files, its section titles; a page that only others have is left out."""
    entries: list[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            for title, value in entry.items():
                section = isinstance(value, list)
                if inside := language_nav(value if section else [value], language, urls):
                    entries.append({language.titles.get(title, title): inside if section else inside[0]})
        elif urlsplit(entry).scheme or entry.startswith("/"):
            entries.append(entry)
        elif language.code in urls.get(entry, {language.code: ""}):
            entries.append(f"{language.code}/{entry}")
    return entries


def _section_titles(nav: Iterable[Any]) -> Iterator[str]:
    for entry in nav:
        if isinstance(entry, dict):
            for title, value in entry.items():
                yield title
                yield from _section_titles(value if isinstance(value, list) else [])


def split_navigation(site: Site, nav: Navigation) -> None:
    """``on_nav``: one tree per language; previous and next stay inside it."""
    for language, section in zip(site.languages, cast(list[Section], nav.items), strict=True):
        for item in section.children:
            item.parent = None
        pages = list(_pages(section.children))
        for before, page, after in zip([None, *pages], pages, [*pages[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
        site.navigation[language.code] = Navigation(section.children, pages)


def _pages(items: Iterable[StructureItem]) -> Iterator[Page]:
    for item in items:
        if isinstance(item, Page):
            yield item
        elif isinstance(item, Section):
            yield from _pages(item.children)


def add_templates(site: Site, env: Environment, config: MkDocsConfig) -> None:
    """``on_env``: a 404 page for every language; the sitemaps are written by ``write_sitemaps``."""
    copies = {f"{language.prefix}404.html": '{% extends "404.html" %}' for language in site.languages[1:]}
    env.loader = ChoiceLoader([cast(BaseLoader, env.loader), DictLoader(copies)])
    config.theme.static_templates.update(copies)
    config.theme.static_templates.discard("sitemap.xml")


def _speak(config: MkDocsConfig, language: SiteLanguage) -> None:
    """Make MkDocs and the theme speak a language until the next call."""
    config.theme["language"] = language.code
    config.site_name = cast(str, language.site_name)
    config.site_description = language.site_description


def page_context(site: Site, context: TemplateContext, page: Page, config: MkDocsConfig) -> Frame:
    """``on_page_context``: the page's language, its navigation, and the switcher to the same page; its frame."""
    language = site.language_of(page.file.src_uri)
    urls = _translations(site, page)
    _speak(config, language)
    links = {each.code: urls.get(each.code, each.prefix) for each in site.languages}
    config.extra["alternate"] = _switcher(site, links)
    context["nav"] = site.navigation[language.code]
    alternates = hreflang(site, urls, config.site_url)
    head = "".join(
        f'<link rel="{ALTERNATE}" hreflang="{code}" href="{escape(url)}">\n' for code, url in alternates.items()
    )
    base = get_relative_url(language.prefix or "./", page.url)
    head += f'<meta name="bp-languages" content="{escape(json.dumps(links))}">\n'
    return Frame(base, head)


def _translations(site: Site, page: Page) -> dict[str, str]:
    folder = f"{site.language_of(page.file.src_uri).code}/"
    return site.urls.get(page.file.src_uri.removeprefix(folder), {}) if page.file.src_uri.startswith(folder) else {}


def _switcher(site: Site, links: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": each.name, "lang": each.code, "link": links[each.code] or "./"} for each in site.languages]


def template_context(site: Site, context: TemplateContext, template_name: str, config: MkDocsConfig) -> Frame:
    """``on_template_context``: language and navigation of a static template (404); its frame.

    A 404 page is shown at any depth, so all its addresses are absolute paths.
    """
    language = site.language_at(template_name)
    _speak(config, language)
    root = _root_path(config)
    config.extra["alternate"] = _switcher(site, {each.code: root + each.prefix for each in site.languages})
    context["nav"] = site.navigation[language.code]
    if is_error_template(PurePosixPath(template_name).name):
        context["base_url"] = root
    return Frame(root + language.prefix)


def _root_path(config: MkDocsConfig) -> str:
    return urlsplit(config.site_url or "/").path.rstrip("/") + "/"


def hreflang(site: Site, urls: Mapping[str, str], site_url: str | None) -> dict[str, str]:
    """Absolute addresses of a page by language code, and ``x-default``; empty without ``site_url``."""
    if not site_url:
        return {}
    root = site_url.rstrip("/") + "/"
    links = {each.code: urljoin(root, urls[each.code]) for each in site.languages if each.code in urls}
    default = site.languages[0].code
    return {**links, "x-default": links[default]} if default in links else links
