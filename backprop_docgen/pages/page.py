"""Templates, worksheets and languages in; finished Markdown pages out.

Figures are numbered over all pages in navigation order, the same in every language; so are those equations that a page
refers to, in any language, or in a sentence that may be told.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backprop_docgen.errors import Problem, SiteError, TemplateError, did_you_mean
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages import pieces, places
from backprop_docgen.pages.choice_texts import branches_markdown
from backprop_docgen.pages.draft import Draft, Template, read_template, template_names
from backprop_docgen.pages.page_state import Choice
from backprop_docgen.pages.pieces import EquationPiece, FigurePiece, Label, Numbered, Piece
from backprop_docgen.worksheet.course import Course

if TYPE_CHECKING:
    from backprop_docgen.figures.figure import Figure

Numbers = Mapping[Label, tuple[int, str]]
"""The number of each label of a language, and the page it stands on."""
_FRONT: Final = r"\A---\n(?:(?!---).*\n)*"
_LEFT_OUT: Final = re.compile(rf"{_FRONT}in_nav: false\n")
_SITE_ONLY: Final = re.compile(rf"{_FRONT}site_only: true\n")
_AGAIN: Final = {
    "eq": "Number it once, and write number=false for the repeats.",
    "fig": 'Refer to it with {{{{ figref("{label}") }}}}; or draw it again with number=false, or label="…" of its own.',
}
_LINKS: Final[Mapping[str, str]] = {"eq": "({number})", "fig": "{word} {number}"}


@dataclass(frozen=True)
class Page:
    """A rendered page: its language, file name, Markdown with tokens, their record, and its choices.

    ``branches`` is Markdown too: every text of every choice, for the live page.
    """

    language: str
    name: str
    text: str
    record: tuple[Piece, ...]
    choices: tuple[Choice, ...]
    branches: str = ""

    @property
    def in_navigation(self) -> bool:
        """Whether the page belongs to the path through the site; its front matter may say ``in_nav: false``."""
        return not _LEFT_OUT.match(self.text)

    @property
    def site_only(self) -> bool:
        """Whether it is about what only this site can do; its front matter says ``site_only: true``."""
        return _SITE_ONLY.match(self.text) is not None

    @cached_property
    def source(self) -> str:
        """Markdown for MkDocs, tokens and branches and all."""
        return places.source(self.text + self.branches, self.record)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that the page hangs on but its drawings."""
        text = json.dumps([self.source, pieces.to_json(self.record)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def markdown(self) -> str:
        """Finished Markdown."""
        return self._filled.text

    @property
    def shown(self) -> list[str]:
        """The quantities that it shows, in order, with repeats."""
        return self._filled.names

    def words(self, text: str) -> str:
        """A text of a choice as finished Markdown."""
        return places.fill_markdown(text, self.record).text

    def formulas(self) -> Iterator[tuple[str, bool]]:
        """The TeX of each formula, those of the branches too, and whether it stands on a line of its own."""
        return places.formulas(self.text + self.branches, self.record)

    def line_of(self, tex: str) -> int | None:
        """The template's line of a display equation, by its TeX."""
        found = (each for each in self.record if isinstance(each, EquationPiece) and each.maths.strip() == tex)
        return next((each.line for each in found), None)

    @property
    def anchors(self) -> set[str]:
        """The ids that its equations and figures bring with them."""
        numbered = [each for each in self.record if isinstance(each, EquationPiece | FigurePiece)]
        return {label.anchor for each in numbered if (label := each.target) is not None}

    @property
    def figures(self) -> list[str]:
        """Its figures, each by what it shows."""
        return [each.shown for each in self.record if isinstance(each, FigurePiece)]

    @property
    def drawings(self) -> str:
        """A digest of its figures, as far as they are drawn."""
        drawings = "".join(each.drawings for each in self.record if isinstance(each, FigurePiece))
        return hashlib.sha256(drawings.encode()).hexdigest()

    def drawn(self, figures: Mapping[str, Figure]) -> Page:
        """The page with its figures, by what they show."""
        found = (each.drawn(figures[each.shown]) if isinstance(each, FigurePiece) else each for each in self.record)
        return replace(self, record=tuple(found))

    @cached_property
    def _filled(self) -> places.Filled:
        return places.fill_markdown(self.text, self.record)


def render_templates(templates: Sequence[Template], course: Course) -> list[Draft]:
    """The draft of each template, one after the other."""
    from backprop_docgen.pages.render_template import render_template

    return [render_template(template, course) for template in templates]


def render_pages(
    templates: Mapping[str, Path],
    order: Sequence[str],
    course: Course,
    languages: Iterable[Language],
    rendered: Callable[[Sequence[Template], Course], list[Draft]] = render_templates,
    excluded: Callable[[str], bool] | None = None,
    settings: Mapping[str, Mapping[str, object]] | None = None,
) -> list[Page]:
    """Render every template of every language.

    ``templates`` maps a language to the folder of its templates; ``order`` is the navigation, which
    numbers equations and figures (pages that are not in it come last, by name); ``rendered`` makes the drafts
    (or knows them already); ``excluded`` tells which files are none of the site's; ``settings`` has
    by language what templates call ``config``. Raises TemplateError with every problem of every page.
    """
    sources: list[Template] = []
    unread: list[Problem] = []
    for language in languages:
        folder = templates[language.code]
        for name in sorted(template_names(folder, excluded), key=lambda name: (_place(order, name), name)):
            try:
                sources.append(read_template(folder, name, language, (settings or {}).get(language.code)))
            except SiteError as error:
                unread += error.problems
    if unread:
        raise SiteError(unread)
    drafts = rendered(sources, course)
    labels = {draft.language.code: _labels(drafts, draft.language.code) for draft in drafts}
    problems = [problem for draft in drafts for problem in draft.problems]
    problems += _repeated(drafts) + _unequal(drafts) + _dangling(drafts, labels)
    if problems:
        raise TemplateError(dict.fromkeys(problems))
    cited = {label for draft in drafts for label in draft.cited}
    numbers = {code: _numbers(found, cited) for code, found in labels.items()}
    return [_finish(draft, numbers[draft.language.code]) for draft in drafts]


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _labels(drafts: Iterable[Draft], code: str) -> list[tuple[Label, str]]:
    return [(label, draft.name) for draft in drafts if draft.language.code == code for label in draft.labels]


def _numbers(labels: Iterable[tuple[Label, str]], cited: Container[Label]) -> Numbers:
    """The labels of a language, counted per kind: those of figures, and of cited equations."""
    counters: Counter[str] = Counter()
    numbers: dict[Label, tuple[int, str]] = {}
    for label, page in labels:
        if label.kind == "eq" and label not in cited:
            continue
        counters[label.kind] += 1
        numbers.setdefault(label, (counters[label.kind], page))
    return numbers


def _repeated(drafts: Sequence[Draft]) -> list[Problem]:
    """What is numbered a second time in a language."""
    problems = []
    seen: dict[tuple[str, Label], str] = {}
    for draft in drafts:
        for label, line in draft.numbered:
            first = seen.get((draft.language.code, label))
            if first is not None:
                advice = _AGAIN[label.kind].format(label=label.label)
                message = f"is numbered on {first} already"
                problems.append(Problem(message, draft.file, line, None, label.label, advice))
            seen.setdefault((draft.language.code, label), draft.name)
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


def _dangling(drafts: Sequence[Draft], labels: Mapping[str, Iterable[tuple[Label, str]]]) -> list[Problem]:
    """References to numbered things that are on no page."""
    problems = []
    for draft in drafts:
        numbered = {label: None for label, _ in labels[draft.language.code]}
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
    def numbered(label: Label) -> Numbered | None:
        if label not in numbers:
            return None
        number, page = numbers[label]
        text = _LINKS[label.kind].format(word=draft.language.translate("Figure"), number=number)
        return Numbered(text, "" if page == draft.name else posixpath.relpath(page, posixpath.dirname(draft.name)))

    texts = {
        f"{number}.{index}": text
        for number, choice in enumerate(draft.choices, 1)
        for index, text in enumerate(choice.texts)
    }
    return Page(
        draft.language.code,
        draft.name,
        draft.text,
        tuple(piece.numbered(numbered) for piece in draft.record),
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
