"""The shipped templates can be edited: words in the languages' files, all else once, in lines that one can read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from built import ROOT, pages

LONGEST = 160
LANGUAGES = ("es", "en")
DOCS = ROOT / "docs"
# What decides about words, outside docs/shared. A list's own loop may stay: its words are in it.
DECIDES = re.compile(
    r"\{%[-+]?\s*(?:if|elif|else|otherwise)\b|\{%[-+]?\s*choose\s*[-+]?%\}"
    r"|\{%[-+]?\s*when\s+(?![a-z_]\w*(?:\s*,\s*[a-z_]\w*)*\s*[-+]?%\})"
    r"|\{\{ [^{}]*\sif\s[^{}]* \}\}"
)
SETS = re.compile(r"\{%[-+]?\s*set\s[^%]*=(?:[^%]|%(?!\}))*%\}")
CELLS = re.compile(r"\{%[-+]?\s*cell\b.*?\{%[-+]?\s*endcell\s*[-+]?%\}", re.DOTALL)
MACROS = re.compile(r"\{%[-+]?\s*macro\b.*?\{%[-+]?\s*endmacro\s*[-+]?%\}", re.DOTALL)


def template(folder: str, page: str) -> str:
    """A template without what it only quotes: ``{{ "{% if %}" }}`` shows readers how something is written."""
    return re.sub(r"""\{\{ (["']).*?\1 \}\}""", "", (DOCS / folder / f"{page}.md").read_text("utf-8"))


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_is_too_long_to_be_read(path: Path) -> None:
    body = re.sub(r"\A---\n.*?^---\n", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    drawn = ("|", "<svg ")  # a row of a table, and what a program has drawn
    long = [line for line in body.splitlines() if len(line) > LONGEST and not line.lstrip().startswith(drawn)]
    assert long == []


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_condition_stands_in_a_language_s_file(language: str, page: str) -> None:
    assert [match[0] for match in DECIDES.finditer(template(language, page))] == []


@pytest.mark.parametrize("page", pages())
def test_what_is_the_same_in_every_language_stands_once(page: str) -> None:
    texts = [template(language, page) for language in LANGUAGES]
    for kind in (SETS, CELLS, MACROS):
        found = [{" ".join(match[0].split()) for match in kind.finditer(text)} for text in texts]
        assert set.intersection(*found) == set()


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_branch_begins_on_a_line_of_its_own(language: str, page: str) -> None:
    text = template(language, page)
    assert re.findall(r"(?m)^.*\S.*\{%[-+]?\s*when\b.*$", text) == []


def test_the_rules_find_what_they_are_for() -> None:
    wrong = [
        "{% if x %}", "{%- else %}", "{% choose %}", "{% when x > 0 %}", "{% when falls(x) %}", "{% otherwise %}",
        '{{ "a" if b else "c" }}',
    ]  # fmt: skip
    fine = ["{% choose end %}", "{% when falls %}", "{% when a, b_2 %}", "{% for x in y %}", "{{ x }} if {{ y }}"]
    assert [text for text in wrong if not DECIDES.search(text)] == []
    assert [text for text in fine if DECIDES.search(text)] == []
