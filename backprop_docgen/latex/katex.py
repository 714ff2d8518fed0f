"""Mathematics in pages: markdown-katex's syntax, typeset by KaTeX in V8.

Converting Markdown leaves placeholders that hold the TeX and a plain text (for titles, search, alt texts).
They are filled, a whole batch at once, by the extension itself or, with ``deferred: true``, by whoever
finishes the page: ``formulas_in`` → ``Renderer.render_many`` → ``fill``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from markdown_katex.extension import KatexExtension, tex2html  # type: ignore[import-untyped]  # it has no types

from backprop_docgen.errors import MathError, Problem
from backprop_docgen.latex.foreign_maths import foreign_maths
from backprop_docgen.latex.katex_files import katex_file
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.latex.written import locate as locate  # where a formula stands, for whoever typesets it
from backprop_docgen.v8.context import Context, V8Error

RENDERERS = ("katex", "stock")

Typeset = tuple[str, str | None]
"""HTML of a formula; why it cannot be typeset, or None."""

# What KaTeX prints in its error colour without raising (commands it must not trust) is found by this colour.
_ERROR_COLOUR = "bad7e5"
_HTML_COMMAND = re.compile(r"\\html(?:Data|Class|Id)\s*\{[^{}]*\}")
_INLINE = re.compile(
    r'(?P<open>[(\[{«“‘¿¡]*)<bp-math(?P<more> [^>]*?)? data-tex="(?P<tex>[^"]*)"(?P<rest>[^>]*)>[^<]*</bp-math>'
)
_BLOCK = re.compile(r'<bp-math-block([^>]*) data-tex="([^"]*)"></bp-math-block>')
# Every code span is matched, so that `` $`x`$ `` (an example) is skipped as a whole.
_CODE_SPAN = r"(?:(?<!\\)(\$)|(?<![\\`]))(`+)(?!`)(.+?)(?<!`)\2(?!`)(?=(\$?))"
_FOREIGN = r"\\(?:\((?:.+?)\\\)|\[(?:.+?)\\\])"


def script() -> str:
    """KaTeX, and ``typesetting``: the browser's own way to typeset a formula, many at once."""
    from backprop_docgen.v8.join import joined  # only where V8 starts

    own = joined(Path(__file__).parents[1], ["latex/typesetting.mjs"])
    return f"{katex_file('katex.min.js').read_text('utf-8')}\nconst typesetting = {own};\n"


class Formula(NamedTuple):
    """TeX without its delimiters; ``display``: set on its own line, in large style."""

    tex: str
    display: bool = False


class Renderer:
    """Formulas → HTML with MathML, by KaTeX in V8.

    Each distinct formula is typeset once in the life of the renderer. ``seconds`` bounds one batch (that of
    a checked site, which nobody has to trust).
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.context = Context(seconds)
        self._html: dict[Formula, str] = {}

    def render_many(self, formulas: Iterable[Formula]) -> dict[Formula, str]:
        """HTML of each distinct formula, typeset in one batch.

        Raises ``MathError`` with one problem per formula that is not valid; ``problem.key`` is its TeX.
        """
        wanted = list(dict.fromkeys(formulas))
        new = [formula for formula in wanted if formula not in self._html]
        problems = []
        for formula, (html, error) in zip(new, self._typeset(new) if new else [], strict=True):
            message = "a command that is not allowed here" if _ERROR_COLOUR in html else error
            if message is None:
                self._html[formula] = html
            else:
                message = message.replace("\u0332", "")  # KaTeX underlines the culprit, which terminals garble
                problems.append(Problem(message, key=formula.tex, advice="Correct this formula's TeX."))
        if problems:
            raise MathError(problems)
        return {formula: self._html[formula] for formula in wanted}

    def start(self) -> None:
        """Start V8 with KaTeX now; the first ``render_many`` would."""
        self.context.load(script)

    def close(self) -> None:
        """Free V8; a later ``render_many`` starts it again."""
        self.context.close()

    def _typeset(self, formulas: Sequence[Formula]) -> list[Typeset]:
        """For each formula its HTML or KaTeX's message."""
        wanted = json.dumps({"formulas": formulas, "errorColor": f"#{_ERROR_COLOUR}"})
        try:
            found: list[Typeset] = self.context.call(script, "typesetting.typesetAll", wanted)
        except V8Error as error:
            raise MathError(Problem(f"KaTeX did not finish: {error}")) from None
        return found


class StockRenderer(Renderer):
    """Formulas → MathML by the unmodified markdown-katex: a process each, no number markers.

    Its KaTeX is older than our stylesheet, which MathML does without.
    """

    def start(self) -> None:
        """Nothing can be made ready for it."""

    def _typeset(self, formulas: Sequence[Formula]) -> list[Typeset]:
        return [self._typeset_one(formula) for formula in formulas]

    def _typeset_one(self, formula: Formula) -> Typeset:
        from markdown_katex.wrapper import KatexError  # type: ignore[import-untyped]  # it has no types

        options = {"format": "mathml", "error-color": _ERROR_COLOUR, "display-mode": formula.display}
        try:
            return tex2html(_HTML_COMMAND.sub("", formula.tex), options), None
        except (KatexError, NotImplementedError) as error:  # the latter: no binary for this platform
            said = re.search(r"KaTeX parse error: .*", str(error))  # the rest is its call stack
            return "", said[0] if said else str(error)


def make_renderer(kind: str) -> Renderer:
    """The renderer for the extension's option ``renderer``; ``MathError`` for an unknown one."""
    if kind not in RENDERERS:
        raise MathError(Problem(f"unknown renderer {kind!r}", key="renderer", advice="Use katex or stock."))
    return StockRenderer() if kind == "stock" else Renderer()


def formulas_in(html: str) -> list[Formula]:
    """The formulas whose placeholders ``html`` holds: inline ones first, each kind in order."""
    inline = [Formula(unquote(match["tex"])) for match in _INLINE.finditer(html)]
    return inline + [Formula(unquote(match[2]), display=True) for match in _BLOCK.finditer(html)]


def fill(html: str, rendered: Mapping[Formula, str]) -> str:
    """``html`` with every placeholder replaced by its typeset formula; ``KeyError`` when one is missing."""

    def inline(match: re.Match[str]) -> str:
        typeset = rendered[Formula(unquote(match["tex"]))]
        formula = f"<bp-math{match['more'] or ''}{match['rest']} data-search-exclude>{typeset}</bp-math>"
        return f'<span class="bp-open">{match["open"]}{formula}</span>' if match["open"] else formula

    def block(match: re.Match[str]) -> str:
        typeset = rendered[Formula(unquote(match[2]), display=True)]
        return f"<bp-math-block{match[1]} data-search-exclude>{typeset}</bp-math-block>"

    return _BLOCK.sub(block, _INLINE.sub(inline, html))


class _InlineMath(InlineProcessor):
    """``$`…`$`` → a placeholder element; every other code span is left to its own processor."""

    def handleMatch(  # type: ignore[override]  # the base class names its result more narrowly  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        tex = m[3].strip()
        if not (m[1] and m[4] and tex):
            return None, None, None
        element = Element("bp-math", {"data-tex": quote(tex, safe="")})
        element.text = AtomicString(plain(tex))
        return element, m.start(0), m.end(4)


class _ForeignMaths(InlineProcessor):
    r"""``\(…\)`` and ``\[…\]``: what looks like a formula keeps its signs, so that it is seen to be left there."""

    def handleMatch(  # type: ignore[override]  # the base class names its result more narrowly  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        if not list(foreign_maths(m[0])):
            return None, None, None
        return m[0], m.start(0), m.end(0)


def _fence(src: str, id_value: str, classes: list[str], attrs: Mapping[str, str], **_: object) -> str:
    """The placeholder of a ```` ```math ```` block, called by superfences."""
    names = escape(" ".join(["bp-math-block", *classes]))
    extra = "".join(f' {key}="{escape(value)}"' for key, value in ({"id": id_value} | dict(attrs)).items() if value)
    return f'<bp-math-block class="{names}"{extra} data-tex="{quote(src.strip(), safe="")}"></bp-math-block>'


def _any_attributes(
    language: str, inputs: Mapping[str, str], options: dict[str, str], attrs: dict[str, str], md: Markdown
) -> bool:
    """Superfences' validator: whatever an attribute list sets goes onto the placeholder."""
    attrs.update(inputs)
    return True


class _TreeDone(Treeprocessor):
    """Notes that titles and the table of contents have been read, so that typeset formulas may go in."""

    def __init__(self, md: Markdown, extension: BackpropKatexExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        self.extension.tree_done = True


class _Fill(Postprocessor):
    """Fills the placeholders of one finished page; does nothing when toc tries the postprocessors on a heading."""

    def __init__(self, md: Markdown, extension: BackpropKatexExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, text: str) -> str:
        if not self.extension.tree_done:
            return text
        self.extension.tree_done = False
        return fill(text, self.extension.renderer.render_many(formulas_in(text)))


class BackpropKatexExtension(KatexExtension):  # type: ignore[misc]  # markdown-katex has no types
    """markdown-katex's syntax everywhere in a page: lists, tables, titles, tabs, quotes, footnotes.

    Options: ``renderer`` (katex or stock); ``deferred`` (leave placeholders); ``foreign`` (other tools' ways of writing
    formulas stay as they were typed, where Markdown would take their backslashes). Raises ``MathError`` for bad TeX.
    """

    def __init__(self, **options: object) -> None:
        self.config = {
            "renderer": ["katex", "katex: in this process; stock: the unmodified markdown-katex"],
            "deferred": [False, "leave placeholders, to be filled when the page is finished"],
            "foreign": [False, "leave formulas between \\( and \\) as they were typed, to be found in the page"],
        }
        Extension.__init__(self, **options)  # markdown-katex's own starts a process to list options
        self.renderer = make_renderer(self.getConfig("renderer"))
        self.tree_done = False

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the inline syntax and, unless deferred, what fills the placeholders."""
        self.md = md
        md.registerExtension(self)
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        md.block_level_elements = [*md.block_level_elements, "bp-math-block"]  # no paragraph around it
        md.inlinePatterns.register(_InlineMath(_CODE_SPAN, md), "bp_math", 191)  # before code spans (190)
        if self.getConfig("foreign"):
            md.inlinePatterns.register(_ForeignMaths(_FOREIGN, md), "bp_foreign_maths", 185)  # before escapes (180)
        if not self.getConfig("deferred"):
            md.treeprocessors.register(_TreeDone(md, self), "bp_math", -100)  # after toc and titles
            md.postprocessors.register(_Fill(md, self), "bp_math", -100)

    def reset(self) -> None:
        """Start a new page; the first time, when all extensions are registered, add the fence to superfences."""
        self.tree_done = False
        if not self._superfences():
            self.md.registerExtensions(["pymdownx.superfences"], {})
        for extension in self._superfences():
            if not any(fence["formatter"] is _fence for fence in extension.superfences):
                extension.extend_super_fences("math", _fence, _any_attributes, None)

    def _superfences(self) -> list[Any]:
        return [extension for extension in self.md.registeredExtensions if hasattr(extension, "superfences")]
