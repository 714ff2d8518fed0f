"""One small exception tree; each error carries what a person needs to mend it.

    BackpropError
    ├── NetworkError        the network file: syntax, keys, shapes, ranges
    ├── QuantityError       a name no worksheet has
    ├── DisagreementError   worksheet and engine differ
    ├── TemplateError       a page's template: undefined name, wrong kind, bad claim
    ├── CellError           a code cell that raises or prints another number
    ├── MathError           TeX that KaTeX refuses
    └── SiteError           the site as a whole: missing translation, broken asset
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and what to do about it.

    ``file`` is as the user knows it; ``line`` and ``column`` count from 1; ``key`` names
    the setting or the quantity; ``advice`` is a full sentence.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    advice: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        head = ": ".join(part for part in (place, self.key, self.message) if part)
        return f"{head}\n    {self.advice}" if self.advice else head


class BackpropError(Exception):
    """Base of all errors that are the user's to mend; holds one or more problems."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NetworkError(BackpropError):
    """The network file is not usable."""


class QuantityError(BackpropError):
    """No worksheet has a quantity of that name."""


class DisagreementError(BackpropError):
    """Worksheet and engine compute different values."""


class TemplateError(BackpropError):
    """A template cannot be turned into a page."""


class CellError(TemplateError):
    """A code cell raises, or prints a number that is not the worksheet's."""


class MathError(BackpropError):
    """TeX that cannot be typeset."""


class SiteError(BackpropError):
    """The site as a whole is not complete."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that look most like ``name``, best first (at most ``count``)."""
    return get_close_matches(name, list(known), n=count, cutoff=0.5)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A sentence that offers the nearest known names, or None when nothing is near."""
    names = nearest(name, known)
    return f"Did you mean {' or '.join(names)}?" if names else None
