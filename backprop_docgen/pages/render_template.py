"""A template → its draft. What rendering needs is imported with this: a build that knows its drafts goes without."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Final, cast

import numpy as np
from jinja2 import BytecodeCache, FunctionLoader, TemplateNotFound, TemplateSyntaxError
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import UndefinedError

from backprop_docgen.errors import BackpropError, Problem
from backprop_docgen.pages.draft import SHARED, Draft, Template
from backprop_docgen.pages.jinja import TemplateEnvironment
from backprop_docgen.pages.judgement import without_symbols, wrong_formulas
from backprop_docgen.pages.leftover import Leftover, left_in_markdown, line_in, maths_in_markdown, problems
from backprop_docgen.pages.offered import said
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.places import misplaced
from backprop_docgen.pages.roles import without
from backprop_docgen.pages.syntax import syntax_problem
from backprop_docgen.pages.template_functions import functions
from backprop_docgen.pages.traced import PlaceMarks, without_marks
from backprop_docgen.pages.variables import FRONT, front_matter
from backprop_docgen.private_characters import PRIVATE
from backprop_docgen.worksheet.course import Course

_CONFLICT: Final = re.compile(r"<{7} \S")
_CHOOSE_ONE: Final = "Choose what stays, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>."
_UNSPACED: Final = re.compile(r"\{\{([A-Za-z_]\w*)")
_SHARED: Final = re.compile(r"\{%-?\s*shared\s*-?%\}")
_FIRST: Final = re.compile(r"(?:---\n(?:(?!---\n).*\n)*---\n)?\s*\{% shared %\}\n")
_BEGIN: Final = "Begin the page with {% shared %}, on a line of its own right after the front matter."
_MINUS: Final = re.compile(r"\{\{ -(?!\s)")
# Tags that leave text behind keep the indentation and the line end around them; all others vanish with their lines.
_OPENING: Final = re.compile(r"(?m)^([ \t]+)\{% (choose|cell|equation)\b")
_INDENTED: Final = "indented"
_INCLUDING: Final = re.compile(r"(?m)^([ \t]+)(\{% include\b[^\n]*?%\})[ \t]*$")
"""A file taken in stands where its tag does: each of its lines with the indentation of that one."""
_CLOSING: Final = re.compile(r"(?m)\{% end(choose|cell|equation) %\}$")


def render_template(
    template: Template, course: Course, bytecode: BytecodeCache | None = None, traced: bool = False
) -> Draft:
    """Render a template; what is wrong with it stands in the draft's ``problems``.

    ``traced``: its text has the marks of :mod:`backprop_docgen.pages.traced`.
    """
    state = PageState(template.file, course, template.language, template.source, template.settings)
    callables = functions(state)
    environment = TemplateEnvironment(state, callables, template.taken_in.file)
    environment.add_filter("without", without)
    environment.add_filter("few", cast(Callable[..., object], callables["few"]))
    environment.add_filter(_INDENTED, lambda text: state.block(text.strip("\n")))
    environment.bytecode_cache = bytecode
    if traced:
        environment.add_extension(PlaceMarks)
    sources = template.sources
    environment.loader = FunctionLoader(lambda name: _loaded(name, sources))
    state.problems += _sharing(template)
    state.problems += _front_matter(template)
    for file, source in sources.items():
        state.problems += _misspellings(file, source, (callables, course.default.worksheet))
    text = ""
    try:
        with np.printoptions():  # what a cell sets holds for its page only
            if template.shared_file:
                state.shared = _names(environment.get_template(template.shared_file))
            text = environment.get_template(template.file).render(state.shared)
    except TemplateSyntaxError as error:
        file = error.name or template.file
        state.note(syntax_problem(file, error.message or "cannot be read", error.lineno, sources.get(file, "")))
    except TemplateNotFound as error:
        file, line = _place(error, sources, template.file)
        state.note(replace(template.taken_in.problem(str(error.name)), file=file, line=line))
    except BackpropError as error:
        file, line = _place(error, sources, template.file)
        for problem in error.problems:
            state.note(replace(problem, file=file, line=problem.line or line, column=None))
    except Exception as error:  # what a template does is its author's: a mistake in it is told in words
        if not (state.problems and isinstance(error, UndefinedError)):
            file, line = _place(error, sources, template.file)
            state.note(Problem(f"this cannot be rendered: {said(error)}", file, line))
    return _finished(template, state, text)


def _loaded(name: str, sources: Mapping[str, str]) -> tuple[str, str, None] | None:
    """As Jinja wants it: the source, and the file that tracebacks name."""
    return (_with_line_ends(PRIVATE.sub("□", sources[name])), name, None) if name in sources else None


def _names(shared: JinjaTemplate) -> dict[str, object]:
    """What the shared file of a page names: values, situations, macros."""
    try:
        module = shared.make_module()
    except Exception:
        shared.environment.handle_exception()  # as render does: the traceback then names the template's own lines
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _sharing(template: Template) -> list[Problem]:
    """``{% shared %}`` stands right after the front matter of a page that shares something, and nowhere else."""
    where = template.shared_file or f"docs/{SHARED}/{template.name}"
    found = [match.start() for match in _SHARED.finditer(template.source)]
    if not found:
        if not template.shared_file:
            return []
        return [Problem(f"does not take what {where} shares", template.file, advice=_BEGIN)]
    line = template.source.count("\n", 0, found[-1]) + 1
    if not template.shared_file:
        return [Problem("there is nothing to be shared", template.file, line, advice=f"Write it into {where}.")]
    if len(found) > 1 or not _FIRST.match(template.source):
        return [Problem("{% shared %} stands in another place", template.file, line, advice=_BEGIN)]
    return []


def _front_matter(template: Template) -> list[Problem]:
    """Front matter that cannot be read, whether or not the page asks for it."""
    try:
        front_matter(template.source)
    except BackpropError as error:
        return [replace(problem, file=template.file) for problem in error.problems]
    return []


def _with_line_ends(source: str) -> str:
    if front := FRONT.match(source):  # a mark ends its line there, too: the next one is a key of its own
        source = front[0].replace("##}\n", "+##}\n") + source[front.end() :]
    source = _INCLUDING.sub(rf"\1{{%+ filter {_INDENTED} %}}\2{{% endfilter +%}}", source)
    return _CLOSING.sub(r"{% end\1 +%}", _OPENING.sub(r"\1{%+ \2", source))


def _misspellings(file: str, source: str, known: Iterable[Container[str]]) -> list[Problem]:
    """What Jinja would take for text, or for something else than was meant."""
    problems = []
    for number, text_line in enumerate(source.splitlines(), 1):
        if _CONFLICT.match(text_line):
            message = f"a conflict of a merge is left here ({text_line.strip()[:40]})"
            problems.append(Problem(message, file, number, advice=_CHOOSE_ONE))
        if found := PRIVATE.search(text_line):
            message = f"a private character of Unicode stands here (U+{ord(found[0]):04X})"
            problems.append(Problem(message, file, number, advice="Pages use them for their numbers: delete it."))
        for match in _UNSPACED.finditer(text_line):
            if any(match[1] in names for names in known):
                advice = f"Write {{{{ {match[1]} … }}}}, with a space inside each pair of braces."
                problems.append(Problem(f"{match[0]} is not taken for a number", file, number, advice=advice))
        if _MINUS.search(text_line):
            advice = "Jinja takes that minus for white-space control; write {{ 0 - x }}."
            problems.append(Problem("a minus stands right after {{", file, number, advice=advice))
    return problems


def _place(error: BaseException, files: Container[str], file: str) -> tuple[str, int | None]:
    """File and line of the innermost template in a traceback: Jinja rewrites it for compiled templates."""
    line: int | None = None
    traceback = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename in files:
            file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line


def _elsewhere(left: Leftover, template: Template) -> tuple[str, int | None]:
    """File and line of what is left, in what a template shares or takes in."""
    others = ((file, line_in(left, source)) for file, source in template.sources.items() if file != template.file)
    return next(((file, line) for file, line in others if line), ("", None))


def _finished(template: Template, state: PageState, text: str) -> Draft:
    def expanded(part: str) -> str:
        return without_symbols(state.expand(part), state.record)

    state.problems += wrong_formulas(without_marks(state.expand(text)), state, template)
    page = expanded(text)
    choices = tuple(replace(choice, texts=tuple(map(expanded, choice.texts))) for choice in state.choices)
    texts = (page, *(text for choice in choices for text in choice.texts))
    state.problems += [replace(problem, file=template.file) for problem in misplaced(without_marks(page), state.record)]
    raw = (each for part in map(without_marks, texts) for each in (*left_in_markdown(part), *maths_in_markdown(part)))
    left = [
        replace(each, file=file, line=elsewhere) if elsewhere else each
        for one in raw
        for each in problems([one], template.file, template.source)
        for file, elsewhere in [_elsewhere(one, template) if each.line is None else ("", None)]
    ]
    known = {problem.line for problem in state.problems}
    for problem in left:
        if problem.line not in known:
            state.note(problem)
    return Draft(
        template.language,
        template.name,
        template.file,
        page,
        tuple(state.record),
        choices,
        tuple(state.problems),
    )
