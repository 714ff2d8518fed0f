"""One build of the site: what happens at each of MkDocs's events. Each step hands over to the module that knows how."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, write_file
from mkdocs.utils.templates import TemplateContext

from backprop_docgen.assets import asset_files, qr_files
from backprop_docgen.errors import MathError, Problem, SiteError
from backprop_docgen.latex import katex, katex_files
from backprop_docgen.pages.choice_texts import take_branches
from backprop_docgen.pages.draft import SHARED
from backprop_docgen.pages.leftover import left_in_html, problems
from backprop_docgen.published import page_list
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.settings.allowances import for_site
from backprop_docgen.site import data_files, multilingual, search_and_sitemap, swap
from backprop_docgen.site.options import BackpropConfig
from backprop_docgen.site.project import Project, Tutorial, navigation_order, render, source_digests, without_pages
from backprop_docgen.site.theme import style_sheet
from backprop_docgen.speed.formulas import Typeset
from backprop_docgen.speed.pace import Ordinary
from backprop_docgen.speed.pages_ahead import Finished

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.backprop_docgen")


class SiteBuild:
    """A build under way. Made at ``on_pre_build``: the network is read, all templates are rendered.

    ``site`` is what ``on_config`` made of the settings. Raises BackpropError with all that is wrong.
    """

    def __init__(self, config: MkDocsConfig, options: BackpropConfig, site: multilingual.Site, pace: Ordinary) -> None:
        self.config = config
        self.pace = pace
        self.root = Path(config.config_file_path or ".").parent
        self.site = site
        self.project = self._project(options)
        self.tutorial: Tutorial = render(self.project)
        self.markdown = {f"{page.language}/{page.name}": page for page in self.tutorial.pages}
        self.sources = {key: page.markdown + page.branches for key, page in self.markdown.items()}
        pace.begin(self.sources)
        self.branches: dict[str, dict[str, str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.formulas: dict[str, list[katex.Formula]] = {}
        left_out = {page.name for page in self.tutorial.pages if not page.in_navigation}
        config.nav = without_pages(config.nav, left_out)
        self.aside = swap.begin(config)

    def _project(self, options: BackpropConfig) -> Project:
        docs = Path(self.config.docs_dir)
        return Project(
            network=_shown(self.root / options.network),
            templates={language.code: docs / language.code for language in self.site.languages},
            worksheets=_shown(self.root / options.worksheets) if options.worksheets else None,
            order=navigation_order(self.config.nav),
            locales=_shown(self.root / "locales"),
            allowances=_shown(docs / ALLOWANCES),
            root=self.root,
            store=self.pace.store,
            bytecode=self.pace.bytecode,
            excluded=self.config.exclude_docs.match_file if self.config.exclude_docs else None,
        )

    def add_files(self, files: Files) -> Files:
        """``on_files``: add what the pages need and offer; place every language. Raises SiteError."""
        for file in [file for file in files if file.src_uri == ALLOWANCES or file.src_uri.startswith(f"{SHARED}/")]:
            files.remove(file)  # they speak of the sources; the site carries what they say
        self.style = style_sheet(files, self.config)
        if not self.style.replaced:
            self.config.extra_css[:0] = [self.style.path]
        course = self.tutorial.course
        names = course.default.worksheet.names()
        texts = {
            self.style.path: self.style.text,
            "downloads/values.csv": data_files.values_csv(course, names, data_files.MOST_FORMULAS),
            "downloads/values.json": data_files.values_json(course, names, data_files.MOST_FORMULAS),
        }
        for language in self.tutorial.languages:
            texts[f"assets/live/{language.code}.json"] = data_files.live_json(course, language)
        for name, path in (katex_files.asset_files() | qr_files() | asset_files()).items():
            files.append(File.generated(self.config, name, abs_src_path=str(path)))
        for name, text in texts.items():
            files.append(File.generated(self.config, name, content=text))
        for warning in [*self.tutorial.untranslated, *multilingual.place_files(self.site, files, self.config)]:
            log.warning(warning)
        urls = {file.src_uri: file.url for file in files.documentation_pages()}
        self.published = {key: urls[key] for key in self.markdown if key in urls}
        self.pace.make_pages(self.config, files, self.markdown)
        return files

    def split_navigation(self, nav: Navigation) -> None:
        """``on_nav``: one navigation per language."""
        self.nav = nav
        multilingual.split_navigation(self.site, nav)
        self.pace.convert(self.sources)

    def source(self, page: Page) -> str | None:
        """``on_page_read_source``: the Markdown of a page that comes from a template."""
        return self.sources.get(page.file.src_uri)

    def without_branches(self, html: str, page: Page) -> str:
        """``on_page_content``: the texts of the choices leave the page before search reads it."""
        html, self.branches[page.file.src_uri] = take_branches(html)
        return html

    def begin_pages(self, env: Environment, files: Files) -> None:
        """``on_env``: all pages are converted, so their formulas are known."""
        multilingual.add_templates(self.site, env, self.config)
        env.bytecode_cache = self.pace.bytecode
        found: list[Problem] = []
        for file in files.documentation_pages():
            if file.page:
                texts = [file.page.content or "", *self.branches[file.src_uri].values()]
                self.formulas[file.src_uri] = katex.formulas_in("".join(texts))
                found += self._left(file.page, texts)
        if found:
            raise SiteError(found)
        self.pace.finish_pages(self.config, env, self.nav, files, self._finished)

    def page_context(self, context: TemplateContext, page: Page) -> TemplateContext:
        """``on_page_context``: the page's own language."""
        multilingual.page_context(self.site, context, page, self.config)
        return context

    def template_context(self, context: TemplateContext, template_name: str) -> TemplateContext:
        """``on_template_context``: the language of a 404 page."""
        multilingual.template_context(self.site, context, template_name, self.config)
        return context

    def finish_page(self, output: str, page: Page) -> str:
        """``on_post_page``: typeset mathematics, and the fonts it needs preloaded. Raises MathError."""
        html, choices = self.pace.finished(page) or self._finished(output, page)
        self.choices |= choices
        return html

    def finish_template(self, output: str, template_name: str) -> str:
        """``on_post_template``: the addresses of a 404 page."""
        return self.style.link(multilingual.finish_template(self.site, output, template_name, self.config))

    def finish(self) -> None:
        """``on_post_build``: search, sitemap and worksheets; then the site takes the place of the old one."""
        folder = Path(self.config.site_dir)
        search_and_sitemap.split_search(self.site, folder)
        search_and_sitemap.write_sitemaps(self.site, folder, self.config.site_url)
        self.pace.end()
        self._write_worksheets(folder)
        self.pace.tidy()
        self.aside.commit()

    def abandon(self) -> None:
        """``on_build_error``: the last good site stays, and nothing goes on running."""
        self.pace.end()
        self.aside.abandon()

    def watch(self, server: LiveReloadServer) -> None:
        """``on_serve``: rebuild when a network changes, too."""
        swap.keep_serving(server)
        for file in self.tutorial.files:
            server.watch(str(file))

    def _finished(self, output: str, page: Page) -> Finished:
        """A page with everything in it, and the digests of its chosen sentences by the name of their file."""
        source = page.file.src_uri
        output = self.style.link(multilingual.finish_page(self.site, output, page, self.config))
        if source in self.markdown:
            output = output.replace("</head>", f"{self._live_mark(source)}\n</head>", 1)
        typeset = self._typeset(source)
        formulas = {formula: html for formula, (html, _) in typeset.items()}
        choices = self._write_choices(source, formulas) if source in self.markdown else {}
        filled = katex.fill(output, formulas)
        fonts = {font for formula in katex.formulas_in(page.content or "") for font in typeset[formula][1]}
        html = katex_files.preload_fonts(filled, fonts, get_relative_url(".", page.url).rstrip("/") + "/")
        if source in self.markdown:  # the lists are known at the end
            page_list.lists(page.url, self.markdown[source].language, html, self.pace.store)
        return html, choices

    def _left(self, page: Page, texts: Iterable[str]) -> Iterable[Problem]:
        """What is left of a template in a page: in its text, its title, its description."""
        named = [text for text in (page.title, *page.meta.values()) if isinstance(text, str)]
        left = [one for text in (*texts, *named) for one in left_in_html(text)]
        if not left:
            return ()
        try:
            source = page.file.content_string
        except (OSError, UnicodeDecodeError):
            source = ""
        return problems(left, f"{Path(self.config.docs_dir).name}/{page.file.src_uri}", source)

    def _typeset(self, source: str) -> Typeset:
        try:
            return self.pace.typeset(source, self.formulas)
        except MathError as error:
            raise self._placed(error) from None

    def _placed(self, error: MathError) -> MathError:
        """The same error, each problem with every page and line that holds the formula."""
        docs = Path(self.config.docs_dir)
        problems = []
        for problem in error.problems:
            for source, found in self.formulas.items():
                if any(formula.tex == problem.key for formula in found):
                    template = (docs / source).read_text("utf-8")
                    line = katex.locate(problem.key or "", template)
                    problems.append(replace(problem, file=f"{docs.name}/{source}", line=line))
        return MathError(problems or error.problems)

    def _write_choices(self, source: str, formulas: Mapping[katex.Formula, str]) -> dict[str, list[str]]:
        """Write the file with the chosen sentences of a page; returns its name, and their digests."""
        name = page_list.choices_file(source)
        texts = {number: katex.fill(text, formulas) for number, text in self.branches[source].items()}
        data = data_files.choices_data(self.markdown[source], texts)
        write_file(data_files.choices_json(data).encode(), str(Path(self.config.site_dir) / name))
        return {name: page_list.choice_keys(data)}

    def _live_mark(self, source: str) -> str:
        """What the small script of a page needs: the page's name, and the words on the doors that it makes."""
        code = self.markdown[source].language
        language = next(each for each in self.tutorial.languages if each.code == code)
        words = {
            "numbers": language.translate("Change the numbers"),
            "tools": language.translate("Tools"),
            "failed": language.translate("This could not be loaded; try again"),
            "reading": data_files.door_strings(language),
        }
        marks = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
        return f'<meta name="bp-page" content="{escape(page_list.page_name(source))}"{marks}>'

    def _write_worksheets(self, folder: Path) -> None:
        """What the finished pages show goes into ``worksheet.json``, so that the site can be checked from itself."""
        pages = [(url, self.markdown[key].language) for key, url in self.published.items()]
        names, contents = page_list.read_lists(folder, pages, self.pace.store)
        contents |= self.choices
        for language in self.site.languages:
            index = folder / language.prefix / page_list.SEARCH
            if index.is_file():
                contents[language.prefix + page_list.SEARCH] = page_list.search_keys(index.read_text("utf-8"))
        manifest = data_files.Manifest(
            names,
            contents,
            list(for_site(self.tutorial.allowances, self.site.urls)),
            search_and_sitemap.languages_data(self.site, self.tutorial.languages, self.project.locales),
            source_digests(self.project, self.tutorial.files),
        )
        path = folder / "worksheet.json"
        path.write_text(data_files.worksheet_json(self.tutorial.course, manifest), "utf-8", newline="\n")


def _shown(path: Path) -> Path:
    """The path as people know it: relative to where they are, if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
