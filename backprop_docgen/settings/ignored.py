"""What a check passes over, as the plugin's option ``check`` lists it: CSS selectors, each with the reason why::

    check:
      ignore:
        - select: .git-revision-date-localized-plugin
          reason: dates of another plugin

The site carries the list, so that a copy of it can be checked; whoever checks it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from voluptuous import MultipleInvalid, Optional, Required

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.settings.validation import Check, Listed, Mistake, Table, Words, mistakes, shown, validated

_MOST_PARTS: Final = 4
_NESTED: Final = re.compile(r"\S[\s>+~]+\S")


@dataclass(frozen=True)
class Ignored:
    """Elements that a check passes over, by a CSS selector, and why."""

    select: str
    reason: str


class _Selector(Check):
    """A CSS selector: so short that looking for what it selects takes no longer than reading the page."""

    def __init__(self) -> None:
        super().__init__(
            f'a CSS selector such as ".git-revision-date", of at most {_MOST_PARTS} parts', {"type": "string"}
        )

    def _taken(self, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= 200:
            raise Mistake(f"{shown(value)} is no selector; expected {self.expected}")
        if any(len(_NESTED.findall(each)) >= _MOST_PARTS for each in value.split(",")):
            raise Mistake(f"{shown(value)} has too many parts; expected {self.expected}")
        try:
            xpath(value)
        except ValueError as error:
            raise Mistake(f"{shown(value)} is no selector ({error}); expected {self.expected}") from None
        return value


IGNORE: Final = Listed(
    Table(
        "what a check passes over",
        "Elements that a check passes over.",
        {Required("select"): _Selector(), Required("reason"): Words("reason", 3, 400)},
        "in an entry of ignore",
    ),
    50,
    "selectors",
)
CHECK: Final = Table(
    "the settings of a check", "The settings of a check.", {Optional("ignore"): IGNORE}, "in the option check"
)


def xpath(select: str) -> str:
    """The selector as XPath; raises ValueError for what is none."""
    from cssselect import HTMLTranslator, SelectorError  # where there is a selector at all

    try:
        return str(HTMLTranslator().css_to_xpath(select))
    except SelectorError as error:
        raise ValueError(str(error)) from None


def ignored_by(option: Mapping[str, Any]) -> tuple[Ignored, ...]:
    """What the option ``check``, already validated, tells to pass over."""
    return tuple(Ignored(**each) for each in option.get("ignore", ()))


def ignored_in_site(data: object) -> tuple[Ignored, ...]:
    """What a site tells to pass over; raises SiteError when its list is none."""
    if data == []:
        return ()
    try:
        return tuple(Ignored(**each) for each in validated(IGNORE, data))
    except MultipleInvalid as error:
        said = next(each.msg for _, each in mistakes(error))
        raise SiteError(Problem(said, "worksheet.json", key="ignore")) from None


def for_site(ignored: Iterable[Ignored]) -> list[dict[str, str]]:
    """The list as a site carries it."""
    return [asdict(each) for each in ignored]
