"""What Jinja says of a template that it cannot read, in words: which tag, which line opened it, what was expected."""

from __future__ import annotations

import re
from typing import Final

from backprop_docgen.errors import Problem, did_you_mean

_DELIMITERS: Final = "Mind the delimiters: {{ x }} with spaces, {% tag %}, {## comment ##}."
_BLOCKS: Final = ("for", "if", "choose", "cell", "equation", "macro", "call", "filter", "block", "with", "raw")
_INSIDE: Final = {
    **{"when": "choose", "otherwise": "choose", "elif": "if", "else": "if or for"},
    **{f"end{block}": block for block in (*_BLOCKS, "set")},
}
"""Tags that stand inside another one, or end it."""
_TAGS: Final = (*_BLOCKS, *_INSIDE, "set", "shared", "include", "import", "from", "extends", "do", "print")
_TOKENS: Final = {
    "end of statement block": "%}",
    "end of print statement": "}}",
    "begin of statement block": "{%",
    "begin of print statement": "{{",
    "end of template": "the end of the page",
    "name": "a name",
    "integer": "a number",
    "string": "a text in quotes",
}
_WRITTEN: Final = {
    "for": "{% for x in list %} … {% endfor %}",
    "set": "{% set name = value %}",
    "cell": "{% cell shows=[…] %} … {% endcell %}",
    "equation": '{% equation "label" %} … {% endequation %}',
    "when": "{% when name %} among situations, else {% when condition %}",
}
_TAG: Final = re.compile(
    r"\{##.*?##\}|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}|\{%[-+]?\s*(?P<name>\w+)", re.DOTALL
)
_UNKNOWN: Final = re.compile(r"Encountered unknown tag '(\w+)'")
_NEEDED: Final = re.compile(r"looking for(?: the following tags:)? ((?:'\w+'(?: or )?)+)")
_EXPECTED: Final = re.compile(r"expected token '(.+?)', got '(.+?)'$")
_STANDS: Final = re.compile(r"(?:unexpected|Expected an expression, got) '(.+?)'(?:, expected '(.+)')?$")
_CUT_OFF: Final = re.compile(r"unexpected end of template, expected '(.+?)'")
_UNOPENED: Final = {"}": "}}", ")": "( before it", "]": "[ before it"}
"""What was meant where a bracket closes that was never opened."""
_CHARACTER: Final = re.compile(r"unexpected char (['\"])(.+)\1 at \d+$")


def syntax_problem(file: str, message: str, line: int | None, source: str) -> Problem:
    """A template that Jinja cannot read."""
    if found := _UNKNOWN.match(message):
        return _unknown(file, found[1], _needed(message), line, source)
    if message.startswith("Unexpected end of template"):
        needed = _needed(message)
        end = next((each for each in needed if each.startswith("end")), "end…")
        return _unclosed(file, end.removeprefix("end"), end, line, source)
    if message.startswith("Missing end of raw"):
        return _unclosed(file, "raw", "endraw", line, source)
    if message.startswith("Missing end of comment"):
        return Problem("{## is never closed; expected ##}", file, line)
    if found := _CUT_OFF.match(message):
        sign = "{{" if found[1] == "end of print statement" else "{%"
        at = source.rfind(sign)
        place = source.count("\n", 0, at) + 1 if at >= 0 else line
        return Problem(f"{sign} is never closed; expected {_token(found[1])}", file, place)
    if found := _CHARACTER.match(message):
        if found[2] in "'\"":
            return Problem(f"a text in quotes has no end; expected another {found[2]}", file, line)
        advice = "Inside {{ }} and {% %} stand names, numbers and texts in straight quotes."
        return Problem(f"{found[2]} cannot stand here", file, line, advice=advice)
    if found := _EXPECTED.match(message):
        stands, wanted = _token(found[2]), _token(found[1])
        return Problem(f"{stands} stands here; expected {wanted}", file, line, advice=_of_tag(line, source))
    if found := _STANDS.match(message):
        stands, wanted = _token(found[1]), found[2] or _UNOPENED.get(found[1], "a value")
        return Problem(f"{stands} stands here; expected {wanted}", file, line, advice=_of_tag(line, source))
    return Problem(message[:1].lower() + message[1:], file, line, advice=_DELIMITERS)


def _unknown(file: str, name: str, needed: list[str], line: int | None, source: str) -> Problem:
    """A tag that is not known at all, or not where it stands."""
    opened = _open(source, line, name)
    still = f"{{% {opened[-1][0]} %}} of line {opened[-1][1]} is still open" if opened else ""
    if name in _INSIDE and not opened:
        where = "after" if name.startswith("end") else "inside of"
        return Problem(f"unknown tag {name!r} here; expected it {where} {{% {_INSIDE[name]} %}}", file, line)
    if name == "otherwise" and opened and opened[-1][0] == "choose":
        advice = "A choice between situations says each of them: {% when name %}."
        return Problem("{% otherwise %} stands among situations; expected {% when … %}", file, line, advice=advice)
    known = name in _TAGS
    message = f"{{% {name} %}} stands in the wrong place" if known else f"unknown tag {name!r}"
    expected = f"; expected {_listed(needed)}" if needed else ""
    near = None if known else did_you_mean(name, dict.fromkeys((*needed, *_TAGS)))
    return Problem(f"{message}{expected}", file, line, advice=near or (f"{still}." if still else None))


def _unclosed(file: str, name: str, end: str, line: int | None, source: str) -> Problem:
    opened = [place for tag, place in _open(source) if tag == name]
    return Problem(f"{{% {name} %}} is never closed; expected {{% {end} %}}", file, opened[-1] if opened else line)


def _open(source: str, line: int | None = None, name: str | None = None) -> list[tuple[str, int]]:
    """The tags that are still open at the end of a template (or at a tag of a line), each with its line."""
    found: list[tuple[str, int]] = []
    for match in _TAG.finditer(source):
        tag, place = match["name"], source.count("\n", 0, match.start()) + 1
        if line is not None and (place, tag) >= (line, tag) and tag in (name, None):
            break
        if tag in _BLOCKS:
            found.append((tag, place))
        elif tag and found and found[-1][0] == tag.removeprefix("end"):
            found.pop()
    return found


def _needed(message: str) -> list[str]:
    """The tags that Jinja was looking for."""
    found = _NEEDED.search(message)
    return re.findall(r"'(\w+)'", found[1]) if found else []


def _listed(tags: list[str]) -> str:
    return " or ".join(f"{{% {tag} %}}" for tag in tags)


def _token(name: str) -> str:
    """A token as it is written."""
    return _TOKENS.get(name, name)


def _of_tag(line: int | None, source: str) -> str | None:
    """How the tag of a line is written."""
    lines = source.splitlines()
    tags = re.findall(r"\{%[-+]?\s*(\w+)", lines[line - 1]) if line and line <= len(lines) else []
    return next((f"Write {_WRITTEN[tag]}." for tag in tags if tag in _WRITTEN), None)
