"""A page's text before it is parsed: whether it can be read at all, and its formulas cut out of it."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.finding import Lines
from backprop_docgen.published.page import INDEX, OFFSET, Formula

_TAG: Final = re.compile(
    r"<!--|<(?:(?P<tag>bp-math(?:-block)?)\b[^<>]*>|(?P<raw>script|style)(?![\w-])|(?P<name>[A-Za-z][^\s/>]*))",
    re.IGNORECASE,
)
_RAW_END: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_ANNOTATION: Final = re.compile(r"<annotation\b[^<>]*>([^<]*)</annotation>")
_LONG_TAG: Final = re.compile(r"""<[A-Za-z](?=[^<>]{2000})(?:[^>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+""")
_QUOTED: Final = re.compile(r"""("[^"]*"|'[^']*')""")
_MOST_ATTRIBUTES: Final = 400


def require_whole(text: str, file: str) -> None:
    """Raise SiteError for a page that is cut off, or no text."""
    if "\x00" in text:
        raise SiteError(Problem("holds null characters: it is no web page", file))
    if not text[-200:].rstrip().lower().endswith("</html>"):
        line, column = Lines(file, text).place(len(text))
        raise SiteError(Problem("is cut off: it does not end with </html>", file, line, column))


def require_bounded(text: str, file: str) -> None:
    """Raise SiteError for a page with a tag that is all attributes: to read it takes the square of their number."""
    for tag in _LONG_TAG.finditer(text):
        if len(_QUOTED.sub("x", tag[0]).split()) > _MOST_ATTRIBUTES:
            problem = f"has a tag with more than {_MOST_ATTRIBUTES} attributes: too many to be checked"
            raise SiteError(Problem(problem, file, text.count("\n", 0, tag.start()) + 1))


def cut(text: str, formulas: list[Formula]) -> str:
    """The page without its formulas, which go into the list, and without comments; each tag with its offset."""
    parts: list[str] = []
    at = 0
    closed = {"bp-math": True, "bp-math-block": True}
    match = _TAG.search(text)
    while match:
        parts.append(text[at : match.start()])
        at = match.end()
        if match[0] == "<!--":
            end = text.find("-->", at)
            at = end + 3 if end >= 0 else len(text)
        elif match["name"] or match["raw"]:
            parts.append(f'{match[0]} {OFFSET}="{match.start()}"')
            if match["raw"]:  # no tags inside
                closing = _RAW_END[match["raw"].lower()].search(text, at)
                parts.append(text[at : closing.start() if closing else len(text)])
                at = closing.start() if closing else len(text)
        else:
            tag = match["tag"].lower()
            end = text.find(f"</{tag}>", at) if closed[tag] else -1
            closed[tag] = end >= 0
            opening = f'<{tag} {OFFSET}="{match.start()}"'
            if end >= 0:
                opening += f' {INDEX}="{len(formulas)}"'
                formulas.append(_formula(text[at:end], at, tag == "bp-math-block"))
                at = end
            parts.append(opening + match[0][len(tag) + 1 :])
        match = _TAG.search(text, at)
    return "".join([*parts, text[at:]])


def _formula(html: str, offset: int, display: bool) -> Formula:
    found = _ANNOTATION.search(html)
    return Formula(offset, html, unescape(found[1]) if found else None, display)
