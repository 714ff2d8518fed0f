"""One template, rendered: a page as it is before the numbers of equations and figures are known."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jinja2 import BytecodeCache, FunctionLoader, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import UndefinedError

from .authoring import functions
from .cell import without_marks
from .course import Course
from .errors import BackpropError, Problem
from .language import Language
from .roles import without
from .state import Choice, Label, PageState
from .template import TemplateEnvironment, syntax_problem

_UNSPACED: Final = re.compile(r"\{\{([A-Za-z_]\w*)")
_MINUS: Final = re.compile(r"\{\{ -(?!\s)")
# Tags that leave text behind keep the indentation and the line end around them; all others vanish with their lines.
_OPENING: Final = re.compile(r"(?m)^([ \t]+)\{% (choose|cell|equation)\b")
_CLOSING: Final = re.compile(r"(?m)\{% end(choose|cell|equation) %\}$")


@dataclass(frozen=True)
class Template:
    """A template: its language, its file's name, the file as people know it, and its text."""

    language: Language
    name: str
    file: str
    source: str


@dataclass(frozen=True)
class Draft:
    """A rendered template: text in which numbers of labels are tokens yet, and what the page brings with it.

    ``shown``: the quantities shown, in order; ``labels``: what it numbers; ``references``: to what it refers,
    with the template's line.
    """

    language: Language
    name: str
    file: str
    text: str
    shown: tuple[str, ...]
    labels: tuple[Label, ...]
    references: tuple[tuple[Label, int | None], ...]
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything that :func:`from_json` needs beside the template."""
        return {
            "text": self.text,
            "shown": self.shown,
            "labels": [(label.kind, label.label) for label in self.labels],
            "references": [(label.kind, label.label, line) for label, line in self.references],
            "choices": [(each.conditions, each.texts, each.chosen, each.line) for each in self.choices],
        }


def from_json(template: Template, data: dict[str, Any]) -> Draft:
    """The draft of a template that was kept as JSON; raises LookupError, TypeError or ValueError for another's."""
    return Draft(
        template.language,
        template.name,
        template.file,
        data["text"],
        tuple(data["shown"]),
        tuple(Label(kind, label) for kind, label in data["labels"]),
        tuple((Label(kind, label), line) for kind, label, line in data["references"]),
        tuple(Choice(tuple(when), tuple(texts), chosen, line) for when, texts, chosen, line in data["choices"]),
    )


def read_template(path: Path, language: Language) -> Template:
    """A template from its file."""
    file = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return Template(language, path.name, file, path.read_text("utf-8"))


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
    return Draft(
        template.language,
        template.name,
        template.file,
        whole(text),
        tuple(record.shown),
        tuple(record.labels),
        tuple(record.references),
        tuple(replace(choice, texts=tuple(map(whole, choice.texts))) for choice in state.choices),
        tuple(state.problems),
    )
