"""Formulas that KaTeX does not take, told where their authors wrote them: file, line, and what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from backprop_docgen.errors import MathError, Problem
from backprop_docgen.latex import written
from backprop_docgen.latex.katex import Formula
from backprop_docgen.pages.draft import SHARED


def placed(
    error: MathError,
    formulas: Mapping[str, Iterable[Formula]],
    docs: Path,
    line_of: Callable[[str, str], int | None],
) -> MathError:
    """The same error, each problem at every place that holds the formula.

    ``formulas`` has those of each page by its file below ``docs``; ``line_of`` tells the line of one that stands in
    the page's file in another way (``{% equation %}``, a macro), as far as it is known.
    """
    found = [
        _told(source, problem, docs, line_of)
        for problem in error.problems
        for source, own in formulas.items()
        if any(formula.tex == problem.key for formula in own)
    ]
    return MathError(sorted(found, key=lambda each: (each.file or "", each.line or 0)) or error.problems)


def _told(source: str, problem: Problem, docs: Path, line_of: Callable[[str, str], int | None]) -> Problem:
    """A problem with file and line: of the page, or of what all its languages share."""
    tex = problem.key or ""
    shared = f"{SHARED}/{source.partition('/')[2]}"
    others = sorted(path.relative_to(docs).as_posix() for path in (docs / SHARED).rglob("*.md"))  # it may be taken in
    for name in dict.fromkeys((source, shared, *others)):
        path = docs / name
        if path.is_file() and (found := written.find(tex, path.read_text("utf-8"))):
            return written.told(replace(problem, file=f"{docs.name}/{name}"), tex, found)
    return written.told(replace(problem, file=f"{docs.name}/{source}", line=line_of(source, tex)), tex, None)
