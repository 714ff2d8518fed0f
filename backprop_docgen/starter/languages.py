"""A further language of a course: pages to translate, a message catalogue, its entries in the settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.numbers import get_decimal_symbol
from num2words import CONVERTER_CLASSES

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.numbers.catalogue import messages
from backprop_docgen.numbers.language import packaged_languages, small_strings
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.site.untranslated import UNTRANSLATED
from backprop_docgen.starter.entries import with_decimal_mark, with_language

_WORD_ALLOWED: Final = re.compile(r" *\{## allow: [^\d½¼⅓,]+,(?:(?!##\}).)*##\}")
"""That a number may be typed as a word, which is another one in each language."""
SOURCE: Final = "en"
"""The language to translate from, in every course that has it."""


def add_language(
    contents: dict[str, str], code: str, network: str | None = "network.toml", source: str = SOURCE
) -> list[Problem]:
    """Add a language to the files of a course, by their names; what is there already stays as it is.

    ``network`` names the network file, ``source`` is the language to translate from. Returns what has to be done by
    hand. Raises SiteError for a language that cannot be spoken here, and for settings in which the place of the
    languages is not found.
    """
    locale = locale_of(code)
    contents["mkdocs.yml"] = with_language(contents["mkdocs.yml"], code, _own_name(locale), source)
    for name, text in pages_to_translate(contents, source).items():
        contents.setdefault(name.replace(f"docs/{source}/", f"docs/{code}/", 1), text)
    listed, catalogue = f"docs/{ALLOWANCES}", f"locales/{code}.po"
    if listed in contents:
        contents[listed] = _allowed(contents[listed], code, source)
    if catalogue in contents or code not in packaged_languages():
        contents[catalogue] = with_all_strings(contents.get(catalogue, ""), catalogue, code)
    if network is None or network not in contents:
        return []
    mark = get_decimal_symbol(locale)
    contents[network], problems = with_decimal_mark(contents[network], network, code, mark if mark in ".," else ".")
    return problems


def locale_of(code: str) -> Locale:
    """The language of a code that Babel, num2words and the theme all know. Raises SiteError."""
    theme = files("material") / "templates" / "partials" / "languages"
    try:
        locale = Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = None
    if locale is None or locale.language not in CONVERTER_CLASSES or not (theme / f"{code}.html").is_file():
        known = sorted(each.name.removesuffix(".html") for each in theme.iterdir() if each.name.endswith(".html"))
        spoken = [each for each in known if each.partition("-")[0] in CONVERTER_CLASSES]
        advice = f"The languages with number words and a translated theme are {', '.join(spoken)}."
        raise SiteError(Problem("is no language that a course can be written in", key=code, advice=advice))
    return locale


def _own_name(locale: Locale) -> str:
    return str(locale.get_display_name(locale)).capitalize()


def pages_to_translate(contents: Mapping[str, str], source: str = SOURCE) -> dict[str, str]:
    """The pages of a language as skeletons, by the names that they have there."""
    return {
        name: skeleton(text) if name.endswith(".md") else text
        for name, text in contents.items()
        if name.startswith(f"docs/{source}/")
    }


def skeleton(page: str) -> str:
    """An English page to be translated: every part of it under a mark, which a build reports until it is deleted.

    Title and description are a part, so is what stands before the first heading, and then each heading of the first
    two levels begins one. The English words stay, to translate from; the calls are those that every language makes.
    """
    front, rest = _front_matter(_WORD_ALLOWED.sub("", page).splitlines())
    lines = [front[0], UNTRANSLATED, *front[1:]] if front else []
    if rest[:1] == ["{% shared %}"]:
        lines.append(rest.pop(0))
    fence, begun = False, False
    for line in rest:
        if (not fence and re.match(r"#{1,2} ", line)) or (line.strip() and not begun):
            lines.append(UNTRANSLATED)
            begun = True
        if line.lstrip().startswith(("{% cell", "{% endcell", "```")):
            fence = not fence
        lines.append(line)
    return "\n".join(lines) + "\n"


def _front_matter(lines: list[str]) -> tuple[list[str], list[str]]:
    if lines[:1] != ["---"] or "---" not in lines[1:]:
        return [], lines
    end = lines.index("---", 1) + 1
    return lines[:end], lines[end:]


def _allowed(text: str, code: str, source: str) -> str:
    """The list of allowances, with the language wherever the one to translate from is named."""

    def more(found: re.Match[str]) -> str:
        named = re.findall(r'"([^"]*)"', found[1])
        return f'{found[0][:-1]}, "{code}"]' if source in named and code not in named else found[0]

    return re.sub(r"(?m)^languages = \[([^\]\n]*)\]", more, text)


def with_all_strings(text: str, name: str, code: str) -> str:
    """A message catalogue with every string that it lacks at its end, to be translated; what was there stays."""
    there = messages(text, name)
    more = _po((each for each in small_strings() if each not in there), code)
    return f"{text.rstrip()}\n\n{more}" if text.strip() and more.strip() else text or more


def _po(texts: Iterable[str], code: str) -> str:
    found = Catalog(locale=locale_of(code), project="backprop_docgen", fuzzy=False, charset="utf-8")
    for text in texts:
        found.add(text)
    stream = BytesIO()
    write_po(stream, found, width=0, omit_header=True)
    return stream.getvalue().decode()
