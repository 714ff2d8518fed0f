"""The MkDocs plugin: wiring only. Each hook hands over to the module that knows how."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from html import escape
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from jinja2 import Environment
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url, write_file
from mkdocs.utils.templates import TemplateContext

from . import bilingual, katex, katex_files, page_list, publication, publish, qr_files, site_files
from . import style_sheet as style
from .allowance import FILE as ALLOWANCES
from .allowance import for_site
from .assets import asset_files
from .branches import take_branches
from .bytecode import FOLDER as BYTECODE
from .bytecode import TemplateBytecode
from .conversion import Conversions, ConvertedPage
from .errors import BackpropError, MathError
from .project import Project, Tutorial, navigation_order, render, source_digests, without_pages
from .store import FOLDER as STORE
from .store import Store
from .typesetting import Typeset, Typesetting

log = logging.getLogger("mkdocs.plugins.backprop_docgen")

_P = ParamSpec("_P")
_R = TypeVar("_R")
_EXTENSION = "backprop_docgen.katex"


class BackpropConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs's own __init_subclass__ has no types
    """The plugin's options in ``mkdocs.yml``."""

    network = c.Type(str, default="network.toml")
    """The network file, relative to ``mkdocs.yml``; ``!ENV [BACKPROP_NETWORK, network.toml]`` by convention."""

    worksheets = c.Optional(c.Type(str))
    """A file with named worksheets of the site's own."""

    languages = c.Type(list, default=[{"code": "es", "name": "Español"}])
    """The languages, the first at the site's root; see :class:`backprop_docgen.site_language.SiteLanguage`."""


@contextmanager
def _for_people() -> Iterator[None]:
    """A user's mistake becomes one clear message; MkDocs prints it and exits with 1."""
    try:
        yield
    except BackpropError as error:
        raise PluginError(str(error)) from None


def _reported(hook: Callable[_P, _R]) -> Callable[_P, _R]:
    @wraps(hook)
    def call(*arguments: _P.args, **more: _P.kwargs) -> _R:
        with _for_people():
            return hook(*arguments, **more)

    return call


class BackpropPlugin(BasePlugin[BackpropConfig]):  # type: ignore[no-untyped-call]  # the same
    """Renders the templates, serves every language from one build, typesets mathematics, publishes whole sites."""

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Being here at all lets this instance live through the rebuilds of ``serve``."""
        gc.freeze()  # what has been imported stays: no need to look at it again
        self.aside: publish.Aside | None = None
        self.renderer: katex.Renderer | None = None
        self.running: list[Conversions | Typesetting] = []
    @event_priority(100)  # before other plugins write into site_dir
    @_reported
    def on_config(self, config: MkDocsConfig) -> None:
        """Build aside; read languages and network; render all templates."""
        self.site = bilingual.prepare(config, self.config.languages)
        self.store = Store(self._root(config) / STORE)
        self.project = self._project(config)
        self.tutorial: Tutorial = render(self.project)
        self.branches: dict[str, dict[str, str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.markdown = {f"{page.language}/{page.name}": page for page in self.tutorial.pages}
        left_out = {page.name for page in self.tutorial.pages if not page.in_navigation}
        config.nav = without_pages(config.nav, left_out)
        options = config.mdx_configs.setdefault(_EXTENSION, {})
        options["deferred"] = True
        if self.renderer is None:
            self.renderer = katex.make_renderer(options.get("renderer", "katex"))
        self.typesetting = Typesetting(self.renderer, self.store)
        self.running = [self.typesetting]
        config.extra_css[:0] = [style.SITE_PATH]
        script = c.ExtraScriptValue("assets/live.mjs")
        script.type = "module"
        config.extra_javascript.append(script)
        self.aside = publish.begin(config)

    def _root(self, config: MkDocsConfig) -> Path:
        return Path(config.config_file_path or ".").parent

    def _project(self, config: MkDocsConfig) -> Project:
        root = self._root(config)
        docs = Path(config.docs_dir)
        return Project(
            network=_shown(root / self.config.network),
            templates={language.code: docs / language.code for language in self.site.languages},
            worksheets=_shown(root / self.config.worksheets) if self.config.worksheets else None,
            order=navigation_order(config.nav),
            locales=_shown(root / "locales"),
            allowances=_shown(docs / ALLOWANCES),
            root=root,
            store=self.store,
            bytecode=root / BYTECODE,
        )

    @event_priority(-100)  # after other plugins have added their files
    @_reported
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what the pages need and offer; place every language."""
        for file in [file for file in files if file.src_uri == ALLOWANCES]:
            files.remove(file)  # it speaks of the sources; the site carries its content
        course = self.tutorial.course
        names = course.default.worksheet.names()
        texts = {
            style.SITE_PATH: style.text(),
            "downloads/values.csv": publication.values_csv(course, names),
            "downloads/values.json": publication.values_json(course, names, publication.MOST_FORMULAS),
        }
        for language in self.tutorial.languages:
            texts[f"assets/live/{language.code}.json"] = publication.live_json(course, language)
        for name, path in (katex_files.asset_files() | qr_files.asset_files() | asset_files()).items():
            files.append(File.generated(config, name, abs_src_path=str(path)))
        for name, text in texts.items():
            files.append(File.generated(config, name, content=text))
        for warning in [*self.tutorial.untranslated, *bilingual.place_files(self.site, files, config)]:
            log.warning(warning)
        urls = {file.src_uri: file.url for file in files.documentation_pages()}
        self.published = {key: urls[key] for key in self.markdown if key in urls}
        self.conversions = Conversions(self.store, config, files)
        self.running.append(self.conversions)
        for file in files.documentation_pages():
            if file.src_uri in self.markdown:  # MkDocs finds the page as file.page
                ConvertedPage(file, config, self.conversions, home=isinstance(file.page, bilingual.HomePage))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """One navigation per language; then the other core begins with the formulas and the pages."""
        bilingual.split_navigation(self.site, nav)
        sources = {key: page.markdown + page.branches for key, page in self.markdown.items()}
        self.typesetting.begin(sources)
        self.conversions.prepare(sources)

    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """The finished page instead of its template."""
        rendered = self.markdown.get(page.file.src_uri)
        return rendered.markdown + rendered.branches if rendered else None

    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """The texts of the choices leave the page before search reads it."""
        html, self.branches[page.file.src_uri] = take_branches(html)
        return html

    @_reported
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are Markdown no more: what formulas they hold is known."""
        bilingual.add_templates(self.site, env, config)
        env.bytecode_cache = TemplateBytecode(self._root(config) / BYTECODE, self.store.program)
        self.formulas = {}
        for file in files.documentation_pages():
            if file.page:
                texts = [file.page.content or "", *self.branches[file.src_uri].values()]
                self.formulas[file.src_uri] = katex.formulas_in("".join(texts))

    def _typeset(self, source: str, config: MkDocsConfig) -> Typeset:
        try:
            return self.typesetting.page(source, self.formulas)
        except MathError as error:
            raise self._placed(error, self.formulas, Path(config.docs_dir)) from None

    def _placed(self, error: MathError, formulas: dict[str, list[katex.Formula]], docs: Path) -> MathError:
        """The same error, each problem with every page and line that holds the formula."""
        problems = []
        for problem in error.problems:
            for source, found in formulas.items():
                if any(formula.tex == problem.key for formula in found):
                    template = (docs / source).read_text("utf-8")
                    line = katex.locate(problem.key or "", template)
                    problems.append(replace(problem, file=f"{docs.name}/{source}", line=line))
        return MathError(problems or error.problems)

    @event_priority(100)  # before search reads the page's context
    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """The page's own language."""
        bilingual.page_context(self.site, context, page, config)
        return context

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """The language of a 404 page."""
        bilingual.template_context(self.site, context, template_name, config)
        return context

    @_reported
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Search has indexed the page: the typeset mathematics goes in, and the fonts it needs are preloaded."""
        output = bilingual.finish_page(self.site, output, page, config)
        if page.file.src_uri in self.markdown:
            output = output.replace("</head>", f"{self._live_mark(page.file.src_uri)}\n</head>", 1)
        typeset = self._typeset(page.file.src_uri, config)
        formulas = {formula: html for formula, (html, _) in typeset.items()}
        if page.file.src_uri in self.markdown:
            self._write_choices(page.file.src_uri, formulas, Path(config.site_dir))
        filled = katex.fill(output, formulas)
        fonts = {font for formula in katex.formulas_in(page.content or "") for font in typeset[formula][1]}
        return katex_files.preload_fonts(filled, fonts, get_relative_url(".", page.url).rstrip("/") + "/")

    def _write_choices(self, source: str, formulas: Mapping[katex.Formula, str], folder: Path) -> None:
        """The file with the chosen sentences of a page."""
        name = page_list.choices_file(source)
        texts = {number: katex.fill(text, formulas) for number, text in self.branches[source].items()}
        data = publication.choices_data(self.markdown[source], texts)
        write_file(publication.choices_json(data).encode(), str(folder / name))
        self.choices[name] = page_list.choice_keys(data)

    def _live_mark(self, source: str) -> str:
        """What the small script of a page needs: the page's name, and the words on the doors that it makes."""
        code = self.markdown[source].language
        language = next(each for each in self.tutorial.languages if each.code == code)
        words = {
            "numbers": language.translate("Change the numbers"),
            "tools": language.translate("Tools"),
            "failed": language.translate("This could not be loaded; try again"),
            "reading": publication.door_strings(language),
        }
        marks = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
        return f'<meta name="bp-page" content="{escape(source.removesuffix(".md"))}"{marks}>'

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """The addresses of a 404 page."""
        return bilingual.finish_template(self.site, output_content, template_name, config)

    @event_priority(-100)  # last: everything is written
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Search and sitemap per language; then the finished site takes the place of the old one."""
        site_files.split_search(self.site, Path(config.site_dir))
        site_files.write_sitemaps(self.site, Path(config.site_dir), config.site_url)
        self._stop()
        self._write_worksheets(Path(config.site_dir))
        self.store.prune()
        if self.aside is not None:
            self.aside.commit()

    @_reported
    def _write_worksheets(self, folder: Path) -> None:
        """What the finished pages show goes into ``worksheet.json``, so that the site can be checked from itself."""
        pages = [(url, self.markdown[key].language) for key, url in self.published.items()]
        names, contents = page_list.read_lists(folder, pages, self.store)
        contents |= self.choices
        for language in self.site.languages:
            index = folder / language.prefix / page_list.SEARCH
            if index.is_file():
                contents[language.prefix + page_list.SEARCH] = page_list.search_keys(index.read_text("utf-8"))
        manifest = publication.Manifest(
            names,
            contents,
            list(for_site(self.tutorial.allowances, self.site.urls)),
            site_files.languages_data(self.site, self.tutorial.languages, self.project.locales),
            source_digests(self.project, self.tutorial.files),
        )
        path = folder / "worksheet.json"
        path.write_text(publication.worksheet_json(self.tutorial.course, manifest), "utf-8", newline="\n")

    def on_build_error(self, *, error: Exception) -> None:
        """The last good site stays, and nothing goes on running."""
        self._stop()
        if self.aside is not None:
            self.aside.abandon()

    def _stop(self) -> None:
        for each in self.running:
            each.end()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Rebuild when a network changes, too."""
        publish.keep_serving(server)
        for file in self.tutorial.files:
            server.watch(str(file))
        return server

    def on_shutdown(self) -> None:
        """Leave nothing running."""
        if self.renderer is not None:
            self.renderer.close()


def _shown(path: Path) -> Path:
    """The path as people know it: relative to where they are, if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
