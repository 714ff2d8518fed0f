"""Numbers typed by hand in the templates of a project, allowances without use, and what the languages do not share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

from backprop_docgen.check.source_parity import Template, source_parity
from backprop_docgen.check.template_text import raw_text, read_template
from backprop_docgen.disk import write_text
from backprop_docgen.finding import Finding, Lines, in_order
from backprop_docgen.numbers.language import Language
from backprop_docgen.numbers.numerals import number_of, spoken_numbers, tokens
from backprop_docgen.numbers.rounding import rounded
from backprop_docgen.pages.draft import SHARED, page_text, template_file, template_names
from backprop_docgen.pages.leftover import left_in_markdown, left_in_template, maths_in_markdown
from backprop_docgen.settings.allowances import Allowances, Placed, Within, covering, marks, phrases, read_allowances
from backprop_docgen.site.project import Project
from backprop_docgen.worksheet.course import Course
from backprop_docgen.worksheet.names import at_example

_MEANS: Final = ("E_mean", "dE_mean/")
"""What over one example is that example's own: nobody would write it."""
_MOST_UNUSED: Final = 5
"""So many allowances of the list that match nothing are told one by one."""
_SETTING: Final = re.compile(r"\bconfig((?:\.\w+)+)")
_LEAST_DIGITS: Final = 3
"""A numeral with fewer digits looks like too many quantities to be told whose it is."""


@dataclass(frozen=True)
class Fix:
    """A numeral that one quantity alone explains, and what to write instead."""

    path: str
    start: int
    end: int
    replacement: str


@dataclass
class Sources:
    """What a check of the sources found, and what it could put right by itself."""

    findings: list[Finding] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)


def check_sources(project: Project, course: Course, languages: Sequence[Language]) -> Sources:
    """Everything wrong in the templates of a project; raises SiteError for files that cannot be read."""
    result = Sources()
    list_text, listed = read_allowances(project.allowances) if project.allowances else ("", [])
    templates = [
        template
        for language in languages
        for template in _templates(project.templates[language.code], language, project.excluded, result)
    ]
    placed = [*listed, *(mark for template in templates for mark in template.marked)]
    shared = list(_templates(project.docs / SHARED, Language(SHARED), None, result))  # no language's number words
    _speak(shared, languages)
    placed += [mark for template in shared for mark in template.marked]
    allowances = Allowances([each.allowance for each in listed])
    values = _Values(course)
    for template in (*templates, *shared):
        _add_settings(template, project.variables)
        _typed(template, allowances, values, result)
        result.findings += raw_text(template.lines, left_in_template(template.lines.text))
    for lines in _no_templates(project):
        result.findings += raw_text(lines, (*left_in_markdown(lines.text), *maths_in_markdown(lines.text)))
    _unused(placed, allowances, list_text, [*templates, *shared], result)
    result.findings += source_parity(templates)
    result.findings = in_order(result.findings)
    return result


def _templates(
    folder: Path, language: Language, excluded: Callable[[str], bool] | None, result: Sources
) -> Iterator[Template]:
    for name in template_names(folder, excluded):
        lines = _page(folder / name, template_file(folder, name))
        found, wrong = marks(lines.text, name, language.code, lines.file)
        result.findings += [lines.finding("unused", at, message, "{## allow") for at, message in wrong]
        yield Template(name, language, lines, read_template(lines.text), found)


def _speak(shared: Iterable[Template], languages: Iterable[Language]) -> None:
    """What stands in a language's own folder among what templates take in is in that language."""
    spoken = {language.code: language for language in languages}
    for template in shared:
        template.language = spoken.get(template.page.partition("/")[0], template.language)


def _add_settings(template: Template, variables: Mapping[str, Mapping[str, object]]) -> None:
    """A number of the settings is typed by hand, too, where a template takes it from there."""
    code = template.language.code
    known = [variables[code]] if code in variables else [*variables.values()]
    for at, _, call in template.text.calls:
        for path in _SETTING.findall(call):
            texts = dict.fromkeys(_words(_setting(each, path.split(".")[1:])) for each in known)
            template.text.strings += [(at, text) for text in texts]


def _setting(value: object, keys: Iterable[str]) -> object:
    """What a template takes: all that a name holds, where it goes on with what is none."""
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            break
        value = value[key]
    return value


def _words(value: object) -> str:
    """All texts and numbers of a setting but addresses, which nobody reads for numbers."""
    if isinstance(value, Mapping):
        return "; ".join(map(_words, value.values()))
    if isinstance(value, list | tuple):
        return "; ".join(map(_words, value))
    return "" if value is None or isinstance(value, bool) or "://" in str(value) else str(value)


def _no_templates(project: Project) -> Iterator[Lines]:
    """The pages that lie outside the folders of the languages."""
    docs = project.docs
    ours = (f"{SHARED}/", *(f"{folder.name}/" for folder in project.templates.values()))
    for name in template_names(docs):
        if not name.startswith(ours) and not (project.excluded and project.excluded(name)):
            yield _page(docs / name, f"{docs.name}/{name}")


def _page(path: Path, file: str) -> Lines:
    return Lines(file, page_text(path, file))


def _typed(template: Template, allowances: Allowances, values: _Values, result: Sources) -> None:
    views = [(within, text, 0) for within, text in template.text.views()]
    strings = [("string", text, at) for at, text in template.text.strings]
    for within, whole, start in (*views, *strings):
        text = _without_names(whole) if within == "math" else whole
        words = template.language.code if within == "prose" or (within == "string" and " " in text) else None
        found = [token for token in tokens(text, words) if token.kind in ("numeral", "word")]
        if not found:
            continue
        spans = [*_spans(template, allowances, within, whole), *_marked_spans(template, allowances, whole, start)]
        allowed = covering(spans)
        for token in spoken_numbers(text, found):
            if not allowed(token.start, token.end):
                at = start + token.start
                names = values.like(token.text, template.language)
                result.findings.append(_finding(template, at, token.text, names, within))
                fix = _fix(template, at, token.text, within, names)
                if fix:
                    result.fixes.append(fix)


def _spans(template: Template, allowances: Allowances, within: str, text: str) -> list[tuple[int, int]]:
    kinds = ("prose", "code", "math") if within == "string" else (within,)
    found: list[tuple[int, int]] = []
    for kind in kinds:
        found += allowances.spans(text, template.page, template.language.code, cast(Within, kind))
    return found


def _marked_spans(template: Template, allowances: Allowances, text: str, start: int) -> list[tuple[int, int]]:
    """What the marks in a template allow: each on its own line alone."""
    found = []
    for mark in template.marked:
        line, _ = template.lines.place(mark.offset)
        first = template.lines.starts[line - 1] - start
        last = template.lines.text.find("\n", mark.offset) - start
        for low, high in phrases(mark.allowance.text, text):
            if first <= low and (high <= last or last < 0):
                allowances.used.add(mark.allowance)
                found.append((low, high))
    return found


_INDEX: Final = re.compile(
    r"\\\\\[[^\]]*\]|\\(?:begin|end|hspace|htmlData|htmlClass|htmlId)\{[^{}]*\}|_(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w)"
)


def _without_names(tex: str) -> str:
    """Mathematics without indices (they are names), gaps and environments; as long as before."""
    plain = _INDEX.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), tex)
    return plain.replace("\\", " ").replace("{,}", " , ")


def _finding(template: Template, at: int, text: str, names: list[str], within: str) -> Finding:
    if names:
        listed = " or ".join(names[:3]) + (f" (and {len(names) - 3} more)" if len(names) > 3 else "")
        advice = f"Looks like {listed}, write {written(names[0], within)}."
    else:
        mark = f"{{## allow: {text}, why ##}}"
        advice = f"Compute it, or allow it with a reason: {mark} on this line, or in docs/allowances.toml."
    return template.lines.finding("typed", at, f"{text} is typed by hand", text, None, advice)


def written(name: str, within: str = "prose") -> str:
    """How a template writes a quantity."""
    if name.startswith("count:"):
        return f'{{{{ count(q("{name}")) }}}}'
    plain = name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'q("{name}")'
    ending = {"math": ".num", "code": ".code"}.get(within, "")
    return f"{{{{ {plain}{ending} }}}}"


def _fix(template: Template, at: int, text: str, within: str, names: list[str]) -> Fix | None:
    """Only a numeral with enough digits, explained by one quantity alone, in running text, mathematics or code."""
    if len(names) != 1 or within == "string" or names[0].startswith("count:"):
        return None
    if sum(sign.isdigit() for sign in text.lstrip("-−+0.,")) < _LEAST_DIGITS:
        return None
    return Fix(template.lines.file, at, at + len(text), written(names[0], within))


class _Values:
    """Quantities by what they look like."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.decimals = course.default.network.display.decimals
        self._known: dict[tuple[Fraction, int], list[str]] = {}
        worksheet, alone = course.default.worksheet, len(course.default.network.examples) == 1
        values = ((at_example(name, mark), worksheet.value(name, mark)) for name, mark in worksheet.order())
        self._quantities = [
            (name, value.fraction)
            for name, value in values
            if value.fraction is not None and not (alone and name.startswith(_MEANS))
        ]
        self._counts = [(f"count:{q.name}", q.exact) for q in course.sheets["count"].worksheet if q.exact is not None]

    def like(self, text: str, language: Language) -> list[str]:
        """The quantities that have this value at this rounding."""
        found = number_of(text, language.code)
        if found is None:
            return []
        value, places = found
        if places < 0 or places > 20:
            return []
        key = (value, places)
        if key not in self._known:
            candidates = self._quantities if places else [*self._counts, *self._quantities]
            self._known[key] = [
                name
                for name, exact in candidates
                if Fraction(rounded(exact, places)) == value and self._fits(exact, places)
            ]
        return self._known[key]

    def _fits(self, exact: Fraction, places: int) -> bool:
        """A numeral without decimals means a whole number; 0 with any decimals means 0."""
        if places == 0:
            return exact.denominator == 1
        return exact == 0 or abs(exact) * 10**places >= 1


def _unused(
    placed: Iterable[Placed], allowances: Allowances, list_text: str, templates: Sequence[Template], result: Sources
) -> None:
    """Allowances that match nothing: one by one, but of the list many together, and those of pages that are gone."""
    files = {template.lines.file: template.lines for template in templates}
    pages = {template.page for template in templates}
    unused = [each for each in placed if each.allowance not in allowances.used]
    listed = [each for each in unused if each.file not in files]
    gone = [each for each in listed if each.allowance.pages is not None and pages.isdisjoint(each.allowance.pages)]
    left = [each for each in listed if each not in gone]
    if gone:
        names = sorted({page for each in gone for page in each.allowance.pages or ()})
        pages_gone = f"for pages that are not there ({', '.join(names[:8])}{', …' if len(names) > 8 else ''})"
        result.findings.append(_together(gone, f"is {pages_gone}", f"are {pages_gone}", list_text))
    if len(left) > _MOST_UNUSED:
        result.findings.append(_together(left, "matches nothing", "match nothing", list_text))
        unused = [each for each in unused if each.file in files]
    for each in unused:
        if each in gone:
            continue
        lines = files.get(each.file) or Lines(each.file, list_text)
        message = f"this allowance matches nothing: {each.allowance.text!r} ({each.allowance.reason})"
        result.findings.append(lines.finding("unused", each.offset, message, each.allowance.text))


def _together(found: Sequence[Placed], one: str, many: str, list_text: str) -> Finding:
    """Several allowances of the list, told in one line."""
    lines = Lines(found[0].file, list_text)
    places = list(dict.fromkeys(lines.place(each.offset)[0] for each in found))
    shown = ", ".join(map(str, places[:12])) + (", …" if len(places) > 12 else "")
    what = f"{len(found)} allowances {many}: delete them" if len(found) > 1 else f"1 allowance {one}: delete it"
    where = f"line{'s' * (len(places) > 1)} {shown}"
    first = found[0]
    return lines.finding("unused", first.offset, f"{what} in {first.file}, {where}", first.allowance.text)


def apply_fixes(root: Path, fixes: Iterable[Fix]) -> dict[str, int]:
    """Write the fixes into the templates below ``root``; returns how many each file got."""
    by_file: dict[str, list[Fix]] = {}
    for fix in fixes:
        by_file.setdefault(fix.path, []).append(fix)
    for name, own in by_file.items():
        path = root / name
        text = page_text(path, name)
        for fix in sorted(own, key=lambda each: -each.start):
            text = text[: fix.start] + fix.replacement + text[fix.end :]
        write_text(path, text)
    return {name: len(own) for name, own in by_file.items()}
