"""Templates, worksheets and languages in; finished Markdown pages out.

Equations and figures are numbered over all pages in navigation order, the same in every language.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backprop_docgen.errors import Problem, SiteError, TemplateError, did_you_mean
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.choice_texts import branches_markdown
from backprop_docgen.pages.draft import Draft, Template, read_template, template_names
from backprop_docgen.pages.page_state import Choice, Label, resolve
from backprop_docgen.worksheet.course import Course

if TYPE_CHECKING:
    from backprop_docgen.figures.scene import Drawer

Numbers = Mapping[Label, tuple[int, str]]
"""The number of each label of a language, and the page it stands on."""
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


def draw_all(templates: Sequence[Template], course: Course, figures: Drawer | None = None) -> list[Draft]:
    """The draft of each template, one after the other."""
    from backprop_docgen.figures.scene import OnDemand
    from backprop_docgen.pages.render_template import draw

    figures = figures or OnDemand()
    return [draw(template, course, figures=figures) for template in templates]


def render_pages(
    templates: Mapping[str, Path],
    order: Sequence[str],
    course: Course,
    languages: Iterable[Language],
    drawn: Callable[[Sequence[Template], Course], list[Draft]] = draw_all,
    excluded: Callable[[str], bool] | None = None,
) -> list[Page]:
    """Render every template of every language.

    ``templates`` maps a language to the folder of its templates; ``order`` is the navigation, which
    numbers equations and figures (pages that are not in it come last, by name); ``drawn`` makes the drafts
    (or knows them already); ``excluded`` tells which files are none of the site's. Raises TemplateError with
    every problem of every page.
    """
    sources: list[Template] = []
    unread: list[Problem] = []
    for language in languages:
        folder = templates[language.code]
        for name in sorted(template_names(folder, excluded), key=lambda name: (_place(order, name), name)):
            try:
                sources.append(read_template(folder, name, language))
            except SiteError as error:
                unread += error.problems
    if unread:
        raise SiteError(unread)
    drafts = drawn(sources, course)
    numbers = {draft.language.code: _numbers(drafts, draft.language.code) for draft in drafts}
    problems = [problem for draft in drafts for problem in draft.problems]
    problems += _repeated(drafts) + _unequal(drafts) + _dangling(drafts, numbers)
    if problems:
        raise TemplateError(dict.fromkeys(problems))
    return [_finish(draft, numbers[draft.language.code]) for draft in drafts]


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _labels(drafts: Iterable[Draft], code: str) -> list[tuple[Label, str]]:
    return [(label, draft.name) for draft in drafts if draft.language.code == code for label in draft.labels]


def _numbers(drafts: Iterable[Draft], code: str) -> Numbers:
    """The labels of a language, counted per kind."""
    counters: Counter[str] = Counter()
    numbers: dict[Label, tuple[int, str]] = {}
    for label, page in _labels(drafts, code):
        counters[label.kind] += 1
        numbers.setdefault(label, (counters[label.kind], page))
    return numbers


def _repeated(drafts: Sequence[Draft]) -> list[Problem]:
    problems = []
    for code in dict.fromkeys(draft.language.code for draft in drafts):
        seen: dict[Label, str] = {}
        for label, page in _labels(drafts, code):
            if label in seen:
                advice = "Number it once, and write number=false for the repeats."
                problems.append(
                    Problem(
                        f"is numbered on {seen[label]} already",
                        f"{code}/{page}",
                        None,
                        None,
                        label.label,
                        advice,
                    )
                )
            seen.setdefault(label, page)
    return problems


def _unequal(drafts: Sequence[Draft]) -> list[Problem]:
    """Pages whose numbered things are not the same in every language."""
    problems = []
    first: dict[str, Draft] = {}
    for draft in drafts:
        model = first.setdefault(draft.name, draft)
        mine, theirs = draft.labels, model.labels
        if mine == theirs or draft.problems or model.problems:
            continue
        extra = [label.label for label in mine if label not in theirs]
        lacking = [label.label for label in theirs if label not in mine]
        details = [f"only here: {', '.join(extra)}"] if extra else []
        details += [f"only there: {', '.join(lacking)}"] if lacking else []
        problems.append(
            Problem(
                f"has other numbered equations or figures than {model.file}",
                draft.file,
                advice="; ".join(details) or "They are the same, in another order.",
            )
        )
    return problems


def _dangling(drafts: Sequence[Draft], numbers: Mapping[str, Numbers]) -> list[Problem]:
    """References to numbered things that are on no page."""
    problems = []
    for draft in drafts:
        numbered = numbers[draft.language.code]
        for label, line in draft.references:
            if label not in numbered:
                known = [found.label for found in numbered if found.kind == label.kind]
                kind = "equation" if label.kind == "eq" else "figure"
                problems.append(
                    Problem(
                        f"no {kind} has this label",
                        draft.file,
                        line,
                        key=label.label,
                        advice=did_you_mean(label.label, known),
                    )
                )
    return problems


def _finish(draft: Draft, numbers: Numbers) -> Page:
    language = draft.language

    def bare(label: Label) -> str:
        word = language.translate("Figure")
        number = numbers[label][0] if label in numbers else "–"  # what stands in no page has no number
        return _LINKS[label.kind].format(word=word, number=number)

    def link(label: Label) -> str:
        page = numbers[label][1] if label in numbers else draft.name
        way = "" if page == draft.name else posixpath.relpath(page, posixpath.dirname(draft.name))
        target = f"{way}#{label.anchor}"
        return f'[{bare(label)}]({target}){{ data-number="{label.label}" }}'

    texts = {
        f"{number}.{index}": resolve(text, link, bare)
        for number, choice in enumerate(draft.choices, 1)
        for index, text in enumerate(choice.texts)
    }
    return Page(
        language.code,
        draft.name,
        resolve(draft.text, link, bare),
        draft.shown,
        draft.choices,
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
