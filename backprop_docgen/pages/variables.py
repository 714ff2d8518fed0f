"""What an author gives to templates: settings of the site (``config``), and the page's own front matter (``page``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import yaml

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.pages.offered import Offered

FRONT: Final = re.compile(r"\A---\n(?P<yaml>.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_COMMENT: Final = re.compile(r"\{##.*?##\}", re.DOTALL)
_TEMPLATE: Final = re.compile(r"\{\{ .*? \}\}|\{%.*?%\}", re.DOTALL)
_TAGS: Final = re.compile(r"(?m)^[ \t]*(?:\{%.*?%\}[ \t]*)+\n")
_STAND_IN: Final = "\ufffd"
"""Where a value of front matter is itself made by the template: such a value is not known while it is rendered."""
_IN_QUOTES: Final = "What has a colon, a quote or a bracket in it stands in quotes: title: 'One: two'."
_HEADING: Final = re.compile(r"(?m)^# +(?P<title>.*?)(?: *\{[:#.][^{}]*\})? *#* *$")
_FENCED: Final = re.compile(r"(?ms)^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$")


class Variables(Offered, Mapping[str, object]):
    """Values by name: texts, numbers, true and false, none; lists of them; and values by name again."""

    internal = frozenset(("path",))

    def __init__(self, path: str, values: Mapping[Any, object]) -> None:
        self.path = path
        self._values = {str(key): _offered(f"{path}.{key}", value) for key, value in values.items()}

    @property
    def called(self) -> str:
        """How a template writes it."""
        return self.path

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _offered(path: str, value: object) -> object:
    if isinstance(value, Mapping):
        return Variables(path, value)
    if isinstance(value, list | tuple):
        return [_offered(f"{path}[{at}]", each) for at, each in enumerate(value)]
    return value if value is None or isinstance(value, str | int | float) else str(value)  # a date, say


class PageView(Offered):
    """The page that is being rendered."""

    called = "page"
    described = {"file": "The page's file, from the folder of the pages."}  # noqa: RUF012

    def __init__(self, file: str, source: str) -> None:
        self._source = source
        self.file = file

    @property
    def title(self) -> str:
        """The page's title: that of its front matter, else its first heading.

        Raises TemplateError without one.
        """
        given = self.meta.get("title")
        if given is not None:
            return str(given)
        body = _FENCED.sub("", _COMMENT.sub("", FRONT.sub("", self._source)))
        found = _HEADING.search(body)
        if found is None or _TEMPLATE.search(found["title"]):
            advice = "Write one into its front matter: title: …"
            raise TemplateError(Problem("this page has no title that is known beforehand", advice=advice))
        return found["title"]

    @cached_property
    def meta(self) -> Variables:
        """The page's front matter by name: ``page.meta.teacher``.

        Raises TemplateError where it cannot be read.
        """
        values = front_matter(self._source)
        return Variables("page.meta", {key: value for key, value in values.items() if _STAND_IN not in str(value)})


def front_matter(source: str) -> dict[str, object]:
    """What stands in the front matter of a template; a stand-in for what the template makes itself.

    Raises TemplateError, with the line, where it cannot be read: MkDocs would show it to readers as text.
    """
    found = FRONT.match(source)
    text = _TAGS.sub(_line_ends, _COMMENT.sub(_line_ends, found["yaml"])) if found else ""
    try:
        values = yaml.safe_load(_TEMPLATE.sub(_STAND_IN, text))
    except yaml.YAMLError as error:
        raise TemplateError(_unread(error)) from None
    return values if isinstance(values, dict) else {}


def _line_ends(match: re.Match[str]) -> str:
    """In the place of what YAML does not read, so that its lines stay those of the page."""
    return "\n" * match[0].count("\n")


def _unread(error: yaml.YAMLError) -> Problem:
    """Front matter that is no YAML: a quote or a bracket without its end is told where it begins."""
    context, said = getattr(error, "context", None) or "", getattr(error, "problem", None)
    begins = any(each in context for each in ("quoted scalar", "flow"))
    mark = getattr(error, "context_mark" if begins else "problem_mark", None)
    message = "a text in quotes has no end" if "quoted scalar" in context else said or str(error).partition("\n")[0]
    line = mark.line + 2 if mark else None  # marks count from 0, and the first line is ---
    return Problem(f"the front matter cannot be read as YAML: {message}", line=line, advice=_IN_QUOTES)
