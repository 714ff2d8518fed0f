"""The MkDocs plugin: its options, and each hook handed over to the build that is under way.

V8 starts up on the other core while the modules of a build are imported here: they are imported where one begins.
"""

from __future__ import annotations

import gc
import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority

from backprop_docgen.assets import ENTRY
from backprop_docgen.latex.katex import Renderer, make_renderer
from backprop_docgen.site.options import BackpropConfig
from backprop_docgen.site.swap import count_quietly
from backprop_docgen.speed.pace import Fast, Ordinary

from .disk import REFUSALS, refused
from .errors import BackpropError, Problem

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from backprop_docgen.site.converting import Converting
    from backprop_docgen.site.finishing import Finishing
    from backprop_docgen.site.multilingual import Site
    from backprop_docgen.site.placing import Placed
    from backprop_docgen.site.rendering import Rendered

_P = ParamSpec("_P")
_R = TypeVar("_R")
_EXTENSION = "backprop_docgen.katex"
_log = logging.getLogger("mkdocs.plugins.backprop_docgen")


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


_Phase = TypeVar("_Phase")


def _made(phase: _Phase | None) -> _Phase:
    """What the phase before has made: MkDocs calls the hooks in order."""
    assert phase is not None, "MkDocs has left out a hook"
    return phase


@cache  # a second freeze would keep all that the build before has left
def _load_phases() -> None:
    """Load all modules of a build. They stay: nothing is collected meanwhile, or looked at later."""
    gc.disable()

    gc.freeze()
    gc.enable()


def _name_later_writers(config: MkDocsConfig, ours: Callable[..., Any]) -> None:
    """Warn of hooks that run after the last one of ours: what they write is on no list, and was not looked at."""
    hooks = config.plugins.events["post_build"]
    names = {id(plugin): name for name, plugin in config.plugins.items()}
    for hook in hooks[hooks.index(ours) + 1 :]:
        owner = getattr(hook, "__self__", None)
        name = names.get(id(owner)) or getattr(hook, "__module__", None) or repr(hook)
        _log.warning("%s runs after backprop-docgen's last hook: a check will not know what it writes.", name)


class BackpropPlugin(BasePlugin[BackpropConfig]):  # type: ignore[no-untyped-call]  # MkDocs's own __init_subclass__ has no types
    """Renders the templates, serves every language from one build, typesets mathematics, publishes whole sites."""

    renderer: Renderer | None = None
    pace: Ordinary | None = None
    site: Site | None = None
    rendered: Rendered | None = None
    placed: Placed | None = None
    converting: Converting | None = None
    finishing: Finishing | None = None
    server: LiveReloadServer | None = None
    serving = False

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Being here at all lets this instance live through the rebuilds of ``serve``."""
        self.serving = command == "serve"

    @event_priority(100)  # before other plugins look at the theme's language
    @_reported
    def on_config(self, config: MkDocsConfig) -> None:
        """Settings only: a tool that reads them (mike) does not build, and finds ``site_dir`` as it was written."""
        from backprop_docgen.site.multilingual import prepare
        from backprop_docgen.site.other_plugins import refuse

        refuse(config)
        self.pace = self.rendered = self.placed = self.converting = self.finishing = None
        config.mdx_configs.setdefault(_EXTENSION, {}).update(deferred=True, foreign=True)
        self.site = prepare(config, self.config.languages, self.config.numbered)
        script = ExtraScriptValue(ENTRY)
        script.defer = True
        config.extra_javascript.append(script)

    @event_priority(100)  # before other plugins write into site_dir
    @_reported
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Begin a build: aside, with the network read and all templates rendered."""
        assert self.site is not None, "MkDocs calls on_config first"
        count_quietly(config)
        if self.renderer is None:
            self.renderer = make_renderer(config.mdx_configs[_EXTENSION].get("renderer", "katex"))
        root = Path(config.config_file_path or ".").parent
        self.pace = Fast(self.renderer, root) if self.config.speed else Ordinary(self.renderer)
        self.pace.start()
        _load_phases()
        from backprop_docgen.site import rendering

        self.rendered = rendering.begin(config, self.config, self.site, self.pace, self.serving)

    @event_priority(-100)  # after other plugins have added their files
    @_reported
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what the pages need and offer; place every language."""
        from backprop_docgen.site import placing

        self.placed = placing.place(_made(self.rendered), files)
        return files

    @event_priority(90)  # after what makes a navigation (awesome-nav), before what changes one (section-index)
    @_reported
    def _nav_is_there(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        from backprop_docgen.site import converting

        converting.open_languages(_made(self.placed), nav, files)

    @event_priority(-100)  # after other plugins have changed it
    @_reported
    def _nav_is_finished(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        from backprop_docgen.site import converting

        self.converting = converting.convert(_made(self.placed), nav)

    on_nav = CombinedEvent(_nav_is_there, _nav_is_finished)
    """One navigation per language."""

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """The rendered page instead of its template."""
        return _made(self.converting).source(page)

    @event_priority(-1000)  # after other plugins have changed it
    @_reported
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """All that this page's template has made is still there."""
        _made(self.converting).require_all(markdown, page)

    @event_priority(100)  # before other plugins look at the page
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The numbers go in, and the texts of the choices leave the page, before search reads it."""
        return _made(self.converting).fill(page)

    @_reported
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are Markdown no more: what formulas they hold is known."""
        from backprop_docgen.site import finishing

        self.finishing = finishing.finish(_made(self.converting), env, files)
        self.finishing.begin(env, files)  # a copy of the process has the hooks, too

    @event_priority(100)  # before search reads the page's context
    @_reported
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """The page's own language, and what its frame holds."""
        return _made(self.finishing).page_context(context, page)

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """The language of a 404 page."""
        return _made(self.finishing).template_context(context, template_name)

    @event_priority(100)  # before other plugins look at the page (minify)
    @_reported
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Search has indexed the page: the typeset mathematics goes in."""
        return _made(self.finishing).finish_page(output, page)

    @event_priority(-math.inf)  # last: everything is written
    @_reported
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Search and sitemap per language; then the finished site takes the place of the old one."""
        _name_later_writers(config, self.on_post_build)
        _made(self.finishing).finish()
        if self.server is not None:
            _made(self.rendered).watch(self.server)

    @event_priority(-100)  # other plugins hear of the error, too
    def on_build_error(self, *, error: Exception) -> None:
        """The last good site stays, and nothing goes on running. What the disk refused is said in a sentence."""
        problem = self._refused(error)
        if self.rendered is not None:
            self.rendered.abandon()
        elif self.pace is not None:
            self.pace.end()
        if problem is not None:
            _log.error(str(problem))
            raise Abort("Aborted with an error of the disk!")

    def _refused(self, error: Exception) -> Problem | None:
        """What the disk refused MkDocs, or a plugin; None for other errors."""
        if not (isinstance(error, OSError) and error.errno in REFUSALS):
            return None
        return refused(error, "") if self.rendered is None else self.rendered.aside.refused(error)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]) -> Any:
        """Rebuild when a network or a catalogue changes, too, also one that came while the site was served."""
        from backprop_docgen.site import swap

        self.server = server
        swap.keep_serving(server)
        _made(self.rendered).watch(server)
        return server

    def on_shutdown(self) -> None:
        """Leave nothing running."""
        if self.renderer is not None:
            self.renderer.close()
