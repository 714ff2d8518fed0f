"""A template → its draft. What rendering needs is imported with this: a build that knows its drafts goes without."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np
from jinja2 import BytecodeCache, FunctionLoader, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import UndefinedError

from .authoring import functions
from .cell import without_marks
from .course import Course
from .draft import Draft, Template
from .errors import BackpropError, Problem
from .leftover import left_in_markdown, problems
from .roles import without
from .state import PageState
from .template import TemplateEnvironment, syntax_problem

_UNSPACED: Final = re.compile(r"\{\{([A-Za-z_]\w*)")
_MINUS: Final = re.compile(r"\{\{ -(?!\s)")
# Tags that leave text behind keep the indentation and the line end around them; all others vanish with their lines.
_OPENING: Final = re.compile(r"(?m)^([ \t]+)\{% (choose|cell|equation)\b")
_CLOSING: Final = re.compile(r"(?m)\{% end(choose|cell|equation) %\}$")


def draw(template: Template, course: Course, bytecode: BytecodeCache | None = None) -> Draft:
    """Render a template; what is wrong with it stands in the draft's ``problems``."""
    state = PageState(template.file, course, template.language)
    callables = functions(state)
    environment = TemplateEnvironment(state, callables)
    environment.filters |= {"without": without, "few": callables["few"]}
    environment.bytecode_cache = bytecode
    environment.loader = FunctionLoader({template.file: _with_line_ends(template.source)}.get)
    state.problems += _slips(template, {*callables, *course.default.worksheet.names()})
    text = ""
    try:
        with np.printoptions():  # what a cell sets holds for its page only
            text = environment.get_template(template.file).render()
    except TemplateSyntaxError as error:
        state.problems.append(syntax_problem(template.file, error.message or "cannot be read", error.lineno))
    except TemplateNotFound as error:
        message = f"a template cannot take in another one ({error.name})"
        state.problems.append(Problem(message, template.file, _line(error)))
    except UndefinedError as error:
        if not state.problems:
            state.problems.append(Problem(str(error), template.file))
    except BackpropError as error:
        line = _line(error)
        state.problems += [replace(p, file=template.file, line=p.line or line, column=None) for p in error.problems]
    except (TypeError, AttributeError, ValueError, KeyError, IndexError) as error:
        if not state.problems:
            state.problems.append(Problem(f"{type(error).__name__}: {error}", template.file, _line(error)))
    return _finished(template, state, text)


def _with_line_ends(source: str) -> str:
    return _CLOSING.sub(r"{% end\1 +%}", _OPENING.sub(r"\1{%+ \2", source))


def _slips(template: Template, known: set[str]) -> list[Problem]:
    """What Jinja would take for text, or for something else than was meant."""
    problems = []
    for number, text_line in enumerate(template.source.splitlines(), 1):
        for match in _UNSPACED.finditer(text_line):
            if match[1] in known:
                advice = f"Write {{{{ {match[1]} … }}}}, with a space inside each pair of braces."
                problems.append(Problem(f"{match[0]} is not taken for a number", template.file, number, advice=advice))
        if _MINUS.search(text_line):
            advice = "Jinja takes that minus for white-space control; write {{ 0 - x }}."
            problems.append(Problem("a minus stands right after {{", template.file, number, advice=advice))
    return problems


def _line(error: BaseException) -> int | None:
    """The template's line in a traceback: Jinja rewrites it for compiled templates."""
    found: int | None = None
    traceback = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _finished(template: Template, state: PageState, text: str) -> Draft:
    def whole(part: str) -> str:
        return without_marks(state.expand(part))

    record = state.record
    page = whole(text)
    choices = tuple(replace(choice, texts=tuple(map(whole, choice.texts))) for choice in state.choices)
    texts = (page, *(text for choice in choices for text in choice.texts))
    left = problems((each for part in texts for each in left_in_markdown(part)), template.file, template.source)
    known = {problem.line for problem in state.problems}
    state.problems += [problem for problem in left if problem.line not in known]
    return Draft(
        template.language,
        template.name,
        template.file,
        page,
        tuple(record.shown),
        tuple(record.labels),
        tuple(record.references),
        choices,
        tuple(state.problems),
    )
