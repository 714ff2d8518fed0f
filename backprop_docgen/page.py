"""Templates, worksheets and languages in; finished Markdown pages out.

Equations and figures are numbered over all pages in navigation order, the same in every language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import UndefinedError

from .authoring import functions
from .branches import branches_markdown
from .cell import without_marks
from .course import Course
from .errors import BackpropError, Problem, SiteError, TemplateError, did_you_mean
from .language import Language
from .roles import without
from .state import Choice, Label, PageState, resolve
from .template import TemplateEnvironment, syntax_problem

_UNSPACED: Final = re.compile(r"\{\{([A-Za-z_]\w*)")
_MINUS: Final = re.compile(r"\{\{ -(?!\s)")
# Tags that leave text behind keep the indentation and the line end around them; all others vanish with their lines.
_OPENING: Final = re.compile(r"(?m)^([ \t]+)\{% (choose|cell|equation)\b")
_CLOSING: Final = re.compile(r"(?m)\{% end(choose|cell|equation) %\}$")
_LEFT_OUT: Final = re.compile(r"\A---\n(?:(?!---).*\n)*in_nav: false\n")
_LINKS: Final[Mapping[str, str]] = {"eq": "({number})", "fig": "{word} {number}"}


@dataclass(frozen=True)
class Page:
    """A finished page: its language, file name, Markdown, the quantities it shows in order, and its choices.

    ``branches`` is Markdown too: every text of every choice, for the live page.
    """

    language: str
    name: str
    markdown: str
    shown: tuple[str, ...]
    choices: tuple[Choice, ...]
    branches: str = ""

    @property
    def in_navigation(self) -> bool:
        """Whether the page belongs to the path through the site; its front matter may say ``in_nav: false``."""
        return not _LEFT_OUT.match(self.markdown)


@dataclass(frozen=True)
class _Draft:
    """A page before the numbers of equations and figures are known."""

    language: Language
    name: str
    text: str
    state: PageState


def render_pages(
    templates: Mapping[str, Path], order: Sequence[str], course: Course, languages: Iterable[Language]
) -> list[Page]:
    """Render every template of every language.

    ``templates`` maps a language to the folder of its templates; ``order`` is the navigation, which
    numbers equations and figures (pages that are not in it come last, by name). Raises TemplateError
    with every problem of every page.
    """
    drafts: list[_Draft] = []
    problems: list[Problem] = []
    for language in languages:
        folder = templates[language.code]
        found = sorted((path.name for path in folder.glob("*.md")), key=lambda name: (_place(order, name), name))
        for name in found:
            draft = _draft(folder / name, course, language)
            drafts.append(draft)
            problems += draft.state.problems
    problems += _repeated(drafts) + _unequal(drafts) + _dangling(drafts)
    if problems:
        raise TemplateError(dict.fromkeys(problems))
    return [_finish(draft, drafts) for draft in drafts]


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _draft(path: Path, course: Course, language: Language) -> _Draft:
    file = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    state = PageState(file, course, language)
    source = path.read_text("utf-8")
    text = ""
    callables = functions(state)
    environment = TemplateEnvironment(state, callables)
    environment.filters |= {"without": without, "few": callables["few"]}
    for number, text_line in enumerate(source.splitlines(), 1):
        for match in _UNSPACED.finditer(text_line):
            if match[1] in course.default.worksheet or match[1] in callables:
                advice = f"Write {{{{ {match[1]} … }}}}, with a space inside each pair of braces."
                state.problems.append(Problem(f"{match[0]} is not taken for a number", file, number, advice=advice))
        if _MINUS.search(text_line):
            advice = "Jinja takes that minus for white-space control; write {{ 0 - x }}."
            state.problems.append(Problem("a minus stands right after {{", file, number, advice=advice))
    try:
        with np.printoptions():  # what a cell sets holds for its page only
            text = environment.from_string(_CLOSING.sub(r"{% end\1 +%}", _OPENING.sub(r"\1{%+ \2", source))).render()
    except TemplateSyntaxError as error:
        state.problems.append(syntax_problem(file, error.message or "cannot be read", error.lineno))
    except UndefinedError as error:
        if not state.problems:
            state.problems.append(Problem(str(error), file))
    except BackpropError as error:
        line = _line(error)
        state.problems += [Problem(p.message, file, p.line or line, key=p.key, advice=p.advice) for p in error.problems]
    except (TypeError, AttributeError, ValueError, KeyError, IndexError) as error:
        if not state.problems:
            state.problems.append(Problem(f"{type(error).__name__}: {error}", file, _line(error)))
    return _Draft(language, path.name, without_marks(state.expand(text)), state)


def _line(error: BaseException) -> int | None:
    """The template's line in a traceback: Jinja rewrites it for compiled templates."""
    found: int | None = None
    traceback = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _labels(drafts: Iterable[_Draft], language: Language) -> list[tuple[Label, str]]:
    return [(label, d.name) for d in drafts if d.language is language for label in d.state.record.labels]


def _numbers(drafts: Iterable[_Draft], language: Language) -> dict[Label, tuple[int, str]]:
    """The number of each label, counted per kind, and the page it stands on."""
    counters: Counter[str] = Counter()
    numbers: dict[Label, tuple[int, str]] = {}
    for label, page in _labels(drafts, language):
        counters[label.kind] += 1
        numbers.setdefault(label, (counters[label.kind], page))
    return numbers


def _repeated(drafts: Sequence[_Draft]) -> list[Problem]:
    problems = []
    for language in {draft.language.code: draft.language for draft in drafts}.values():
        seen: dict[Label, str] = {}
        for label, page in _labels(drafts, language):
            if label in seen:
                advice = "Number it once, and write number=false for the repeats."
                problems.append(
                    Problem(
                        f"is numbered on {seen[label]} already",
                        f"{language.code}/{page}",
                        None,
                        None,
                        label.label,
                        advice,
                    )
                )
            seen.setdefault(label, page)
    return problems


def _unequal(drafts: Sequence[_Draft]) -> list[Problem]:
    """Pages whose numbered things are not the same in every language."""
    problems = []
    first: dict[str, _Draft] = {}
    for draft in drafts:
        model = first.setdefault(draft.name, draft)
        mine, theirs = draft.state.record.labels, model.state.record.labels
        if mine == theirs or draft.state.problems or model.state.problems:
            continue
        extra = [label.label for label in mine if label not in theirs]
        lacking = [label.label for label in theirs if label not in mine]
        details = [f"only here: {', '.join(extra)}"] if extra else []
        details += [f"only there: {', '.join(lacking)}"] if lacking else []
        problems.append(
            Problem(
                f"has other numbered equations or figures than {model.state.file}",
                draft.state.file,
                advice="; ".join(details) or "They are the same, in another order.",
            )
        )
    return problems


def _dangling(drafts: Sequence[_Draft]) -> list[Problem]:
    """References to numbered things that are on no page."""
    problems = []
    for draft in drafts:
        numbers = _numbers(drafts, draft.language)
        for label, line in draft.state.record.references:
            if label not in numbers:
                known = [found.label for found in numbers if found.kind == label.kind]
                kind = "equation" if label.kind == "eq" else "figure"
                problems.append(
                    Problem(
                        f"no {kind} has this label",
                        draft.state.file,
                        line,
                        key=label.label,
                        advice=did_you_mean(label.label, known),
                    )
                )
    return problems


def _finish(draft: _Draft, drafts: Sequence[_Draft]) -> Page:
    numbers = _numbers(drafts, draft.language)
    language = draft.language

    def bare(label: Label) -> str:
        word = language.translate("Figure")
        number = numbers[label][0] if label in numbers else "–"  # what stands in no page has no number
        return _LINKS[label.kind].format(word=word, number=number)

    def link(label: Label) -> str:
        page = numbers[label][1] if label in numbers else draft.name
        target = f"#{label.anchor}" if page == draft.name else f"{page}#{label.anchor}"
        return f'[{bare(label)}]({target}){{ data-number="{label.label}" }}'

    state, record = draft.state, draft.state.record
    texts = {
        f"{number}.{index}": resolve(without_marks(state.expand(text)), link, bare)
        for number, choice in enumerate(state.choices, 1)
        for index, text in enumerate(choice.texts)
    }
    return Page(
        language.code,
        draft.name,
        resolve(draft.text, link, bare),
        tuple(record.shown),
        tuple(state.choices),
        branches_markdown(texts) if texts else "",
    )


def require_templates(templates: Mapping[str, Path]) -> None:
    """Raise SiteError when a language has no folder of templates."""
    problems = [
        Problem(f"there is no folder of templates for the language {code!r}", str(folder))
        for code, folder in templates.items()
        if not folder.is_dir()
    ]
    if problems:
        raise SiteError(problems)
