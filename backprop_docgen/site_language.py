"""The languages of the site, as the plugin's option ``languages`` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from backprop_docgen.errors import Problem, SiteError


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class SiteLanguage:
    """A language of the site: its folder in ``docs_dir`` and Material's code, and where it is published.

    ``titles`` translates the section titles of ``nav``; ``site_name`` and ``site_description`` default to MkDocs's own.
    """

    code: Annotated[str, Field(pattern=r"^[A-Za-z-]+$")]
    name: str
    prefix: Annotated[str, Field(pattern=r"^([^/\s]+/)*$")] = ""
    site_name: str | None = None
    site_description: str | None = None
    titles: Mapping[str, str] = Field(default_factory=dict)


def site_languages(option: object) -> tuple[SiteLanguage, ...]:
    """The languages of the option; raises SiteError with every mistake."""
    try:
        languages = tuple(TypeAdapter(list[SiteLanguage]).validate_python(option))
    except ValidationError as error:
        raise SiteError(
            Problem(
                each["msg"],
                key="languages" + "".join(f"[{at + 1}]" if isinstance(at, int) else f".{at}" for at in each["loc"]),
                advice="A language has a code (es), a name (Español), and, but for the first, a prefix (en/).",
            )
            for each in error.errors()
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
