"""The languages of the site, as the plugin's option ``languages`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from voluptuous import MultipleInvalid, Optional, Required

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.settings.validation import Anything, Listed, Mapped, Table, Text, Words, mistakes, validated


@dataclass(frozen=True)
class SiteLanguage:
    """A language of the site: its folder in ``docs_dir`` and Material's code, and where it is published.

    ``titles`` translates the titles of ``nav``, of sections and pages; ``site_name`` and ``site_description`` default
    to those of the whole site. ``extra`` is put over that of ``mkdocs.yml``, for templates: ``config.extra.course``.
    """

    code: str
    name: str
    prefix: str = ""
    site_name: str | None = None
    site_description: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


_TEXT: Final = Words()
_LANGUAGE: Final = Table(
    "a language",
    "A language of the site.",
    {
        Required("code"): Text("[A-Za-z-]+", "language code", 'a code such as "es"'),
        Required("name"): _TEXT,
        Optional("prefix"): Text(r"([^/\s]+/)*", "prefix", 'a folder of the site such as "en/"'),
        Optional("site_name"): _TEXT,
        Optional("site_description"): _TEXT,
        Optional("titles"): Mapped(_TEXT, _TEXT, "a table of titles of the navigation"),
        Optional("extra"): Mapped(_TEXT, Anything(), "a table of variables for templates"),
    },
)
_LANGUAGES: Final = Listed(_LANGUAGE, None, "languages")


def site_languages(option: object) -> tuple[SiteLanguage, ...]:
    """The languages of the option; raises SiteError with every mistake."""
    try:
        languages = tuple(SiteLanguage(**each) for each in validated(_LANGUAGES, option))
    except MultipleInvalid as error:
        raise SiteError(
            Problem(
                each.msg,
                key="languages" + "".join(f"[{at + 1}]" if isinstance(at, int) else f".{at}" for at in path),
                advice=each.advice
                or "A language has a code (es), a name (Español), and, but for the first, a prefix (en/).",
            )
            for path, each in mistakes(error)
        ) from None
    problems = []
    if not languages or languages[0].prefix:
        problems.append(Problem("the first language is not at the root", key="languages", advice='Give it prefix "".'))
    for what in ("code", "prefix"):
        if len({getattr(language, what) for language in languages}) < len(languages):
            problems.append(Problem(f"two languages have the same {what}", key="languages"))
    if problems:
        raise SiteError(problems)
    return languages
