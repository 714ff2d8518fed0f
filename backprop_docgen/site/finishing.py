"""The last phase of a build: the theme's pages are finished, and the site takes the place of the old one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

from jinja2 import Environment
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, write_file
from mkdocs.utils.templates import TemplateContext

from backprop_docgen.errors import MathError, Problem, SiteError
from backprop_docgen.latex import katex, katex_files
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.leftover import is_escaped, left_in_html, maths_in_html, problems
from backprop_docgen.pages.page import Page as TemplatePage
from backprop_docgen.published import page_list
from backprop_docgen.published.contents import Contents
from backprop_docgen.published.contents import contents as contents_of
from backprop_docgen.published.file_list import WORKSHEET, file_list, site_files
from backprop_docgen.published.made import printed
from backprop_docgen.settings import ignored
from backprop_docgen.settings.allowances import for_site
from backprop_docgen.site import data_files, multilingual, offline, previews, search_and_sitemap, theme
from backprop_docgen.site.bad_formulas import placed
from backprop_docgen.site.converting import Converting, FilledPage
from backprop_docgen.site.notebooks import write_notebooks
from backprop_docgen.site.other_plugins import OFFLINE, alone, plugin_of
from backprop_docgen.site.project import source_digests
from backprop_docgen.site.rendering import Rendered
from backprop_docgen.speed.formulas import Typeset
from backprop_docgen.speed.pages_ahead import Finished

GUIDE: Final = "how-to-use.md"
"""The page to which the reading menu leads, where a site has it."""


@dataclass(frozen=True)
class Finishing:
    """All pages are converted: ``formulas`` are those of each, by source file, looked for when they are asked for.

    ``typeset`` has those of a page that is under way; ``choices`` grows as pages are finished: it has the digests of
    the chosen sentences, by the name of their file.
    """

    converting: Converting
    formulas: Mapping[str, Sequence[katex.Formula]]
    typeset: dict[str, Typeset] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def _rendered(self) -> Rendered:
        return self.converting.placed.rendered

    def begin(self, env: Environment, files: Files) -> None:
        """MkDocs puts the pages into the theme next: whoever can do it meanwhile, begins."""
        self._rendered.pace.finish_pages(self._rendered.config, env, self.converting.nav, files, self.finished)

    def page_context(self, context: TemplateContext, page: Page) -> TemplateContext:
        """``on_page_context``: the page's own language, what its live part needs, and its fonts."""
        frame = multilingual.page_context(self._rendered.site, context, page, self._rendered.config)
        source = page.file.src_uri
        template = self._rendered.pages.get(source)
        if template is not None:
            frame.head += f"{self._live_mark(page, template)}\n"
            language = self._language(template.language)
            frame.head += previews.tags(self._rendered.previews, language, page, self._rendered.config.site_url)
        if self._rendered.installable:
            prefix = self._rendered.site.language_of(source).prefix
            frame.head += f'<link rel="manifest" href="{get_relative_url(prefix + offline.MANIFEST, page.url)}">\n'
        frame.fonts = lambda: self._fonts(page)
        frame.say = self._words(self._rendered.site.language_of(source).code)
        theme.frame(context, frame)
        return context

    def template_context(self, context: TemplateContext, template_name: str) -> TemplateContext:
        """``on_template_context``: the language of a 404 page."""
        rendered = self._rendered
        frame = multilingual.template_context(rendered.site, context, template_name, rendered.config)
        frame.say, frame.words = self._words(rendered.site.language_at(template_name).code), self._words
        theme.frame(context, frame)
        return context

    def _words(self, code: str) -> Callable[[str], str]:
        """Small strings in a language, its own words where the settings have others than ours."""
        strings = self._language(code).strings
        return lambda text: strings.get(text) or text

    def _language(self, code: str) -> Language:
        return next(each for each in self._rendered.tutorial.languages if each.code == code)

    def finish_page(self, output: str, page: Page) -> str:
        """``on_post_page``: typeset mathematics. Raises MathError."""
        html, choices = self._rendered.pace.finished(page) or self.finished(output, page)
        self.choices.update(choices)
        return html

    def finish(self) -> None:
        """``on_post_build``: search, sitemap and worksheets; then the site takes the place of the old one."""
        rendered = self._rendered
        folder = Path(rendered.config.site_dir)
        search_and_sitemap.split_search(
            rendered.site, folder, lambda code, name: printed(rendered.tutorial.course, self._language(code), name)
        )
        search_and_sitemap.write_sitemaps(rendered.site, folder, rendered.config.site_url)
        wanted = rendered.previews
        previews.write(dict(zip(wanted, rendered.painter.paint(list(wanted.values())), strict=True)), folder)
        rendered.pace.end()
        if rendered.installable:
            self._write(folder, self._installing())
        self._write_worksheets(folder)
        rendered.pace.tidy()
        rendered.aside.commit()

    def finished(self, output: str, page: Page) -> Finished:
        """A page with its formulas, and the digests of its chosen sentences by the name of their file."""
        source = page.file.src_uri
        typeset = self.typeset.pop(source, None) or self._typeset(source)
        formulas = {formula: html for formula, (html, _) in typeset.items()}
        html = katex.fill(output, formulas)
        template = self._rendered.pages.get(source)
        if template is None:
            return html, {}
        contents_of(  # needed at the end
            page.url, template.language, html, self._rendered.project.ignored, self._rendered.pace.store
        )
        return html, self._write_choices(source, template, formulas)

    def _fonts(self, page: Page) -> str:
        """What preloads the fonts of a page's formulas; nothing where one cannot be typeset, which is told later.

        Nor where pages are opened without a server: browsers refuse to preload there, and the fonts are near.
        """
        if plugin_of(self._rendered.config, OFFLINE):
            return ""
        try:
            typeset = self.typeset[page.file.src_uri] = self._typeset(page.file.src_uri)
        except MathError:
            return ""
        fonts = {font for formula in katex.formulas_in(page.content or "") for font in typeset[formula][1]}
        return katex_files.preload_fonts(fonts, get_relative_url(".", page.url).rstrip("/") + "/")

    def _typeset(self, source: str) -> Typeset:
        try:
            return self._rendered.pace.typeset(source, self.formulas)
        except MathError as error:
            docs = Path(self._rendered.config.docs_dir)
            raise placed(error, self.formulas, docs, self._line_of) from None

    def _line_of(self, source: str, tex: str) -> int | None:
        template = self._rendered.pages.get(source)
        return None if template is None else template.line_of(tex)

    def _write_choices(
        self, source: str, template: TemplatePage, formulas: Mapping[katex.Formula, str]
    ) -> dict[str, list[str]]:
        """Write the file with the chosen sentences of a page; returns its name, and their digests."""
        name = page_list.choices_file(source)
        branches = self.converting.filled[source].branches
        texts = {number: katex.fill(text, formulas) for number, text in branches.items()}
        data = data_files.choices_data(template, texts)
        text = data_files.choices_json(data)
        for file, content in ((name, text), data_files.as_script(name, text)):
            write_file(content.encode(), str(Path(self._rendered.config.site_dir) / file))
        return {name: page_list.choice_keys(data)}

    def _live_mark(self, page: Page, template: TemplatePage) -> str:
        """What a page's small script needs: the page's name and address, and the words on the doors that it makes."""
        language = self._language(template.language)
        words = {
            "url": page.file.url,
            "numbers": language.translate("Change the numbers"),
            "tools": language.translate("Tools"),
            "failed": language.translate("This could not be loaded; try again"),
            "wide": language.translate("It scrolls sideways"),
            "guide": self._guide(page, template.language),
            "reading": data_files.door_strings(language),
        }
        marks = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
        if template.site_only:
            marks += " data-site-only"
        return f'<meta name="bp-page" content="{escape(page_list.page_name(page.file.src_uri))}"{marks}>'

    def _guide(self, page: Page, language: str) -> str:
        """The address of the page that tells how to use the pages, from this one; "" where there is none."""
        url = self.converting.placed.urls.get(f"{language}/{GUIDE}")
        return "" if url is None else get_relative_url(url, page.url)

    def _write_worksheets(self, folder: Path) -> None:
        """What the finished pages show goes into ``worksheet.json``, so that the site can be checked from itself."""
        rendered, urls = self._rendered, self.converting.placed.urls
        site, tutorial, project = rendered.site, rendered.tutorial, rendered.project
        read: dict[str, Contents] = {}
        said: dict[str, tuple[bytes, str]] = {}
        spoken = {page_list.page_file(url): (url, rendered.pages[key].language) for key, url in urls.items()}
        for name in site_files(folder):
            if name.endswith(".html"):
                data = (folder / name).read_bytes()
                url, language = spoken.get(name, (name, site.language_at(name).code))
                text = data.decode("utf-8", "replace")
                read[url] = contents_of(url, language, text, project.ignored, rendered.pace.store)
                said[name] = data, read[url].mark
        contents = {url: found.keys for url, found in read.items()} | self.choices
        for each in site.languages:
            index = folder / each.prefix / page_list.SEARCH
            if index.is_file():
                contents[each.prefix + page_list.SEARCH] = page_list.search_keys(index.read_text("utf-8"))
        manifest = data_files.Manifest(
            {url: self.converting.filled[key].shown for key, url in urls.items()},
            contents,
            list(for_site(tutorial.allowances, site.urls)),
            search_and_sitemap.languages_data(site, tutorial.languages, project.locales, rendered.previews),
            source_digests(project, tutorial.files),
            rendered.config.site_url or "",
            os.environ.get("SOURCE_DATE_EPOCH", ""),
            theme.theme_version(),
            ignored.for_site(project.ignored),
            sorted({mark for found in read.values() for mark in found.active}),
            file_list(folder, said, project.ignored, rendered.pace.store),
        )
        text = data_files.worksheet_json(tutorial.course, manifest)
        last = {name: content.encode() for name, content in ((WORKSHEET, text), data_files.as_script(WORKSHEET, text))}
        self._write(folder, last)
        codes = [each.code for each in site.languages]
        self._write(
            folder,
            offline.worker_files(manifest.files, last[WORKSHEET], codes, lambda name: (folder / name).stat().st_size)
            if rendered.installable
            else offline.no_worker(),
        )

    def _installing(self) -> dict[str, bytes]:
        """What systems want to know of a site that can be installed."""
        manifests = {
            each.prefix + offline.MANIFEST: offline.manifest(
                each.code, each.prefix, each.site_name or "", each.site_description or ""
            ).encode()
            for each in self._rendered.site.languages
        }
        return manifests | offline.icons()

    def _write(self, folder: Path, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            write_file(content, str(folder / name))


def finish(converting: Converting, env: Environment, files: Files) -> Finishing:
    """``on_env``: all pages are converted, so their formulas are known. Raises SiteError for what is left raw."""
    rendered = converting.placed.rendered
    multilingual.add_templates(rendered.site, env, rendered.config)
    theme.mend_templates(env, converting.placed.style, alone(rendered.config))
    env.bytecode_cache = rendered.pace.bytecode
    found = list(converting.problems)
    for file in files.documentation_pages():
        if file.page:
            filled = converting.filled[file.src_uri]
            content = file.page.content or ""
            text = "" if filled.clean and content == filled.html else filled.text(content)
            found += _left(file.page, text, rendered.file(file.src_uri))
    if found:
        raise SiteError(found)
    write_notebooks(converting.placed.rendered, files)
    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page is not None}
    return Finishing(converting, _Formulas(converting.filled, pages))


class _Formulas(Mapping[str, Sequence[katex.Formula]]):
    """The formulas of pages, each page's looked for once."""

    def __init__(self, filled: Mapping[str, FilledPage], pages: Mapping[str, Page]) -> None:
        self._filled, self._pages = filled, pages
        self._found: dict[str, list[katex.Formula]] = {}

    def __getitem__(self, source: str) -> Sequence[katex.Formula]:
        if source not in self._found:
            self._found[source] = katex.formulas_in(self._filled[source].text(self._pages[source].content or ""))
        return self._found[source]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


def _left(page: Page, text: str, file: str) -> Iterable[Problem]:
    """What is left of a template in a page, or of other tools' mathematics: in its text, title, description."""
    named = [text for text in (page.title, *page.meta.values()) if isinstance(text, str)]
    left = [one for each in (text, *named) for one in left_in_html(each)]
    maths = [one for each in (text, *named) for one in maths_in_html(each)]
    if not left and not maths:
        return ()
    try:
        source = page.file.content_string
    except (OSError, UnicodeDecodeError):
        source = ""
    return problems([*left, *(each for each in maths if not is_escaped(each, source))], file, source)
