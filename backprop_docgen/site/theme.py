"""The theme's pages as they are for our sites: its templates are mended as they are loaded, so that no page has to be.

What a page's frame needs beside comes with its context, as ``bp``. The style sheets of every page are one file, the
theme's among them: the first paint waits for all, and for each a browser may have to open a connection of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import Final, cast

from jinja2 import BaseLoader, Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.utils.templates import TemplateContext

from backprop_docgen.assets import asset_files
from backprop_docgen.latex.katex_files import SITE_FOLDER, katex_file
from backprop_docgen.site.numbered import PLACE, Step, number, place, plain_number

FOLDER = "assets/stylesheets"  # the theme's
STYLES = ("backprop", "figures", "reading", "questions", "print")
_WORKERS: Final = "assets/javascripts/workers"
_OURS: Final = "search-worker.js"
SEARCH_WORKER: Final = f"{_WORKERS}/{_OURS}"
THEIR_WORKER: Final = re.compile(rf"{_WORKERS}/search\.\w+\.min\.js")
_COMMENT: Final = re.compile(r"[ \t]*/\*.*?\*/\n?", re.DOTALL)
Mend = tuple[re.Pattern[str], str]
"""What is looked for in a template or a style sheet of the theme, and what stands there instead."""
RULES: Final[Mapping[str, Sequence[Mend]]] = {
    "main": [  # whatever is put in anywhere, a browser styles anew all that stands beside it
        (
            re.compile(r"(?<=\.md-typeset table:not\(\[class\]\)\+)\*(?=\{margin-top:1\.5em\})"),
            ":is(p,ul,ol,dl,div,details,figure,h2,h3,h4)",
        ),
        (re.compile(r"(?<=~\.tabbed-labels>)(?=:)"), "label"),
        (re.compile(r"(?<=~\.tabbed-content>)(?=:)"), "div"),
        # For who has no scripts; the theme's own takes the mark away only when all of the page has been painted, and
        # then the search came into the header, and the navigation left the text's side.
        (re.compile(r"(?<=[{}])\.no-js \.md-(?!typeset)[^{}]*\{[^{}]*\}"), r"@media (scripting:none){\g<0>}"),
    ],
    "palette": [  # for the moment in which colours change, which the theme's script takes every visit for
        (
            re.compile(r"(?<=\[data-md-color-switching\] )\*,(?:\[data-md-color-switching\] :\w+,?){2}(?=\{)"),
            ":is(a,button,label,input,.md-header,.md-search__form)",
        ),
    ],
}
"""Rules of the theme, by its style sheet: those for everything (``*``) make a browser style all of a long page anew."""


@dataclass(frozen=True)
class StyleSheet:
    """The one file: its path in the site, its ``text``, and which of the theme's it stands for (none: ``replaced``)."""

    path: str
    text: str
    replaced: tuple[str, ...]

    def mends(self) -> list[Mend]:
        """This file is linked where the theme's first one was, and the theme's others are not."""
        if not self.replaced:
            return []
        first, *others = map(re.escape, self.replaced)
        link = r"""<link rel="stylesheet" href="\{\{ '%s' \| url \}\}">\s*"""
        return [(re.compile(first), self.path), *((re.compile(link % name), "") for name in others)]


def style_sheet(files: Files, config: MkDocsConfig) -> StyleSheet:
    """The theme's style sheets that its pages link, then ours. The name changes with the content."""
    wanted = ["main", "palette"] if config.theme.get("palette") else ["main"]
    found = {
        kind: file
        for kind in wanted
        for file in files
        if re.fullmatch(rf"{FOLDER}/{kind}\.\w+\.min\.css", file.src_uri)
    }
    text = joined({kind: file.content_string for kind, file in found.items()})
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return StyleSheet(f"{FOLDER}/main.{digest}.min.css", text, tuple(file.src_uri for file in found.values()))


def joined(theirs: Mapping[str, str]) -> str:
    """The theme's style sheets, by their kind, without their rules for everything, and ours."""
    return "\n".join([*(mended(text, RULES[kind]) for kind, text in theirs.items()), own_styles()])


def mended(text: str, mends: Sequence[Mend]) -> str:
    """A text of the theme with what stands there instead."""
    for wanted, instead in mends:
        text = wanted.sub(instead, text)
    return text


def join_search_worker(files: Files) -> None:
    """``on_files``: what we teach the theme's search stands in one file with the theme's worker.

    A worker of ours that loads the theme's would not have it in time where workers are frames (``file://``).
    """
    ours = files.get_file_from_path(SEARCH_WORKER)
    theirs = [file for file in files if THEIR_WORKER.fullmatch(file.src_uri)]
    if ours is not None:
        ours.content_string = "\n".join(file.content_string for file in [*theirs, ours])


def own_styles() -> str:
    """KaTeX's style sheet, its fonts named from where the one file is served, and then ours."""
    fonts = "../" + SITE_FOLDER.removeprefix("assets/") + "/fonts/"
    katex = katex_file("katex.min.css").read_text("utf-8").replace("url(fonts/", f"url({fonts}")
    return f"{katex}\n{own_sheets()}"


def own_sheets() -> str:
    """Our style sheets of every page, without their comments."""
    ours = asset_files()
    return "\n".join(_COMMENT.sub("", ours[f"assets/{name}.css"].read_text("utf-8")) for name in STYLES)


def theme_version() -> str:
    """The theme that is installed here, with its version."""
    try:
        return f"mkdocs-material {version('mkdocs-material')}"
    except PackageNotFoundError:
        return ""


@dataclass
class Frame:
    """What stands around a page: ``base`` leads to its language's root (as the theme's script wants it, for search).

    ``head`` is what closes its head, with what ``fonts`` gives when the template asks for it. ``steps`` are the counted
    pages, ``step`` is this one's place among them; ``say`` says a small string in the page's language, ``words`` gives
    what says it in another one, by its code.
    """

    base: str | None = None
    head: str = ""
    steps: Mapping[str, Step] = field(default_factory=dict)
    step: Step | None = None
    fonts: Callable[[], str] = str
    say: Callable[[str], str] = str
    words: Callable[[str], Callable[[str], str]] = lambda code: str

    def number(self, item: StructureItem) -> str:
        """A page's number, before its title."""
        return number(self.steps, item)

    def plain_number(self, item: StructureItem) -> str:
        """The same as plain text."""
        return plain_number(self.steps, item)

    def place(self) -> str:
        """The line above the page that tells its place."""
        return place(self.step, self.say(PLACE))


def frame(context: TemplateContext, found: Frame) -> None:
    """Give a page its frame."""
    cast(dict[str, object], context)["bp"] = found


class _Mended(BaseLoader):
    """The theme's templates, mended."""

    def __init__(self, theme: BaseLoader, mends: Mapping[str, Sequence[Mend]]) -> None:
        self.theme = theme
        self.mends = mends

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, fresh = self.theme.get_source(environment, template)
        return mended(source, self.mends.get(template, ())), name, fresh


def mend_templates(env: Environment, style: StyleSheet | None = None, alone: bool = False) -> None:
    """Let an environment load the theme's templates mended; in a page without a frame nothing of it shows.

    ``alone``: no script but the theme's and ours can be in a page, so that the theme's may come after the first paint.
    """
    base = [*MENDS["base.html"], *(style.mends() if style else ()), *([DEFERRED] if alone else ())]
    mends = dict(MENDS) | {"base.html": base}
    env.loader = _Mended(cast(BaseLoader, env.loader), mends)
    env.globals["bp"] = Frame()


DEFERRED: Final[Mend] = (
    re.compile(r"""(<script src="\{\{ 'assets/javascripts/bundle\.\w+\.min\.js' \| url \}\}")(?=>)"""),
    r"\1 defer",
)
"""The theme's script, at a page's end: as it is, the first paint waits until it has come, often until it has run."""
MENDS: Final[Mapping[str, Sequence[Mend]]] = {
    "base.html": [
        (  # languages are linked by absolute addresses, at the end of the head
            re.compile(r"\{% if config\.extra\.alternate is .*?\{% endfor %\}\s*\{% endif %\}\s*", re.DOTALL),
            "",
        ),
        (re.compile("(?=</head>)"), "{{ bp.head }}{{ bp.fonts() }}"),
        (re.compile(r'(?=<article class="md-content__inner md-typeset">)'), "{{ bp.place() }}"),
        (re.compile('"base": base_url'), '"base": bp.base or base_url'),
        (re.compile(r'("search": "assets/javascripts/workers/)(search\.\w+\.min\.js)'), rf"\1{_OURS}?\2"),
    ],
    "partials/nav-item.html": [
        (
            re.compile(r'(?<=<span class="md-ellipsis">)\s*(?=\{\{ render_title\(ref\) \}\})'),
            "{{ bp.number(nav_item) }}",
        ),
        *(  # a group that is always open is no stop, and an empty one is not valid
            (
                re.compile(rf'(?<={re.escape(opening)}) tabindex="\{{\{{ tabindex \}}\}}"'),
                '{% if tabindex %} tabindex="{{ tabindex }}"{% endif %}',
            )
            for opening in (
                '<label class="md-nav__link" for="{{ path }}" id="{{ path }}_label"',
                '<label class="md-nav__link {{ class }}" for="{{ path }}" id="{{ path }}_label"',
            )
        ),
    ],
    "partials/footer.html": [
        (re.compile(rf"(?=\{{\{{ page\.{side}_page\.title{end} \}}\}})"), f"{{{{ bp.{number}(page.{side}_page) }}}}")
        for side in ("previous", "next")
        for number, end in (("number", ""), ("plain_number", r" \| e"))
    ],
    "partials/palette.html": [
        (re.compile(rf'(?<={name}="\{{\{{ )option\.toggle\.name(?= \}}\}}")'), "bp.say(option.toggle.name)")
        for name in ("aria-label", "title")
    ],
    "partials/search.html": [
        (
            re.compile(r'(?<=<div class="md-search" data-md-component="search" role="dialog")>'),
            """ aria-label="{{ lang.t('search.placeholder') }}">""",
        )
    ],
}


_EMPTY_HEAD: Final = re.compile(r"<th((?: [^>]*)?)></th>")


def without_empty_heads(html: str) -> str:
    """A page's content, in which an empty corner of a table is no heading of anything."""
    return _EMPTY_HEAD.sub(r"<td\1></td>", html)


_PERMALINK: Final = re.compile(r'<a class="headerlink" href="([^"]*)" title="Permanent link">')


def quiet_permalinks(html: str, title: str) -> str:
    """A page's content, in which a heading's link to itself is no stop of the keyboard and no part of its name.

    It is there for a pointer; the keyboard has the table of contents.
    """
    more = f'title="{escape(title)}" tabindex="-1" aria-hidden="true"'
    return _PERMALINK.sub(lambda found: f'<a class="headerlink" href="{found[1]}" {more}>', html)
