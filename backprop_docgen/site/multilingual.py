"""One MkDocs build that serves several languages, from ``docs/<code>/…`` to ``<prefix>…``.

The first language stands at the site's root, the others under their prefix (``en/``). ``nav`` names
each file once, without its language, and holds for every language. Each function is one step of a
build and is called from the MkDocs event it is named after in its docstring; the state of one build
is its ``Site``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url, is_error_template, nest_paths
from mkdocs.utils.templates import TemplateContext

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.site.language_option import SiteLanguage, site_languages
from backprop_docgen.site.numbered import Step, require_group, titles_of, unknown_titles
from backprop_docgen.site.other_plugins import OWN_NAVIGATION, plugin_of
from backprop_docgen.site.theme import Frame

THEME_DIR = Path(__file__).parents[1] / "theme"

# Material's script asks every link[rel=alternate] for its own sitemap, at the public address, which is another host in
# a preview, and leads to that page where one changes the language. The space keeps a link's meaning and hides it there.
ALTERNATE = "alternate "


@dataclass
class Site:
    """What one build knows of its languages; ``urls`` maps a file without language to its URLs by code.

    ``files`` has those files by their sources; ``links`` are those of the navigation that lead elsewhere, each with its
    language; ``numbered`` is the group whose pages are counted, and ``steps`` has their places, by source file;
    ``warnings`` are about the settings.
    """

    languages: tuple[SiteLanguage, ...]
    urls: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    navigation: dict[str, Navigation] = field(default_factory=dict)
    links: list[tuple[StructureItem, SiteLanguage]] = field(default_factory=list)
    numbered: str | None = None
    warnings: list[str] = field(default_factory=list)
    steps: dict[str, Step] = field(default_factory=dict)

    def language_of(self, src_uri: str) -> SiteLanguage:
        """The language of a source file; what lies outside the language folders is of the first."""
        folder = src_uri.partition("/")[0]
        return next((language for language in self.languages if language.code == folder), self.languages[0])

    def language_at(self, url: str) -> SiteLanguage:
        """The language published at a URL relative to the site: the longest prefix that fits."""
        return max((each for each in self.languages if url.startswith(each.prefix)), key=lambda each: len(each.prefix))


def prepare(config: MkDocsConfig, option: object, numbered: str | None = None) -> Site:
    """``on_config``: read the options ``languages`` and ``numbered``, add the templates; raises SiteError."""
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
    wrong: list[str] = []
    if config.nav is not None:  # else it comes from folders, or from another plugin
        require_group(config.nav, numbered)
        wrong += [f"{_place(title, config)}{told}" for title, told in unknown_titles(config.nav, languages)]
    config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME_DIR))
    site = Site(languages, numbered=numbered, warnings=wrong)
    _speak(config, languages[0])
    return site


def place_files(site: Site, files: Files, config: MkDocsConfig) -> list[str]:
    """``on_files``: give every file its language's address and MkDocs its ``nav``.

    Returns warnings (missing translations); raises SiteError when two files want one address.
    """
    root = PurePosixPath(Path(config.docs_dir).name)
    warnings = list(site.warnings)
    taken: dict[str, File] = {}
    problems: list[Problem] = []
    for file in files:
        language = site.language_of(file.src_uri)
        vars(file)["locale"] = language.code  # as static-i18n says it: plugins that write dates ask for it
        folder = f"{language.code}/"
        published = file.is_documentation_page() and file.inclusion.value > InclusionLevel.DRAFT.value
        if file.src_uri.startswith(folder):
            rest = file.src_uri.removeprefix(folder)
            file.dest_uri = language.prefix + file.dest_uri.removeprefix(folder)
            for cached in ("url", "abs_dest_path"):
                file.__dict__.pop(cached, None)
            if published:
                site.urls.setdefault(rest, {})[language.code] = file.url
                site.files[file.src_uri] = file
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
    if config.nav is None and plugin_of(config, OWN_NAVIGATION):
        return warnings
    nav: list[Any] = nest_paths(site.urls) if config.nav is None else config.nav  # type: ignore[no-untyped-call]
    if config.nav is not None:
        warnings += _untranslated(nav, site.languages, config)
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


def _untranslated(nav: Iterable[Any], languages: Sequence[SiteLanguage], config: MkDocsConfig) -> Iterator[str]:
    """Warnings: titles of ``nav`` that not every language has in its own words.

    They may be written in those of the first; a link elsewhere may keep its title.
    """
    for title, value in titles_of(nav):
        leads_elsewhere = isinstance(value, str) and (bool(urlsplit(value).scheme) or value.startswith("/"))
        lacking = [each.code for each in languages[1:] if title not in each.titles]
        if lacking and (not leads_elsewhere or any(title in each.titles for each in languages)):
            yield (
                f"{_place(title, config)}the title '{title}' of 'nav' has no translation into {', '.join(lacking)}: "
                f"each language of the option 'languages' takes 'titles: {{{title}: …}}'."
            )


def _place(title: str, config: MkDocsConfig) -> str:
    """Where the settings give something this title: "mkdocs.yml:12: "."""
    path = Path(config.config_file_path or "")
    pattern = re.compile(rf"\s*(?:-\s+)*([\"']?){re.escape(title)}\1\s*:")
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return next((f"{path.name}:{at}: " for at, line in enumerate(lines, 1) if pattern.match(line)), "")


def add_templates(site: Site, env: Environment, config: MkDocsConfig) -> None:
    """``on_env``: a 404 page for every language; the sitemaps are written by ``write_sitemaps``."""
    copies = {f"{language.prefix}404.html" for language in site.languages[1:]}

    def copy(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        # with a name: loaders of other plugins ask for one
        return ('{% extends "404.html" %}', name, lambda: True) if name in copies else None

    env.loader = ChoiceLoader([cast(BaseLoader, env.loader), FunctionLoader(copy)])
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
    headings = escape(json.dumps(_headings(site, page), ensure_ascii=False))
    head += f'<meta name="bp-languages" content="{escape(json.dumps(links))}" data-headings="{headings}">\n'
    return Frame(base, head, site.steps, site.steps.get(page.file.src_uri))


def _translations(site: Site, page: Page) -> dict[str, str]:
    folder = f"{site.language_of(page.file.src_uri).code}/"
    return site.urls.get(page.file.src_uri.removeprefix(folder), {}) if page.file.src_uri.startswith(folder) else {}


def _headings(site: Site, page: Page) -> dict[str, list[str]]:
    """The ids of a page's headings in each language, in order: who changes the language stays where he was."""
    found: dict[str, list[str]] = {}
    inside = page.file.src_uri.partition("/")[2]
    for code in _translations(site, page):
        file = site.files.get(f"{code}/{inside}")
        if file is not None and file.page is not None:
            found[code] = [each.id for each in _links(file.page.toc)]
    return found


def _links(links: Iterable[AnchorLink]) -> Iterator[AnchorLink]:
    for link in links:
        yield link
        yield from _links(link.children)


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
    return Frame(root + language.prefix, steps=site.steps)


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
