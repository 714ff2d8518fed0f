"""Numbers that a reader does not see as they stand in the file: hidden, struck out, turned round, set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from backprop_docgen.finding import Finding
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.page import IGNORED, INDEX, BuiltPage

_ALTERING: Final = frozenset(
    re.findall(
        r"\w+",
        "audio bdo canvas datalist del dialog font marquee menuitem nobr noembed noframes noscript object optgroup "
        "option picture plaintext progress meter rb rp rt rtc ruby s select strike sub sup template textarea video xmp "
        "area map input button output slot",
    )
)
_TURNING: Final = ("hidden", "inert", "popover", "contenteditable", "color", "bgcolor", "background", "height")
_HARMLESS: Final = re.compile(
    r"\s*(?:(?:text-align|vertical-align)\s*:\s*[a-z-]+|(?:max-|min-)?width\s*:\s*[1-9][\d.]*(?:rem|em|px|%)"
    r"|(?:margin|padding)(?:-\w+)?\s*:\s*(?:0|[\d.]+r?em|auto|\s)+)?\s*"
)
"""Declarations of a style attribute that neither hide nor move what they are for."""


def check_hidden(page: BuiltPage) -> Iterator[Finding]:
    """Elements of the article, and those around it, that keep their numbers from being read as they are."""
    article = page.article()
    around = [article, *article.iterancestors()]
    inside: Any = None
    for element in [*around, *article.iterdescendants()]:
        if not isinstance(element.tag, str) or (inside is not None and inside in element.iterancestors()):
            continue
        inside = None
        why = _why(element)
        if why and (element in around or _holds_numbers(page, element)):
            inside = None if element in around else element
            at = page.at(element)
            yield page.lines.finding("hidden", at, f"numbers stand where {why}", f"<{element.tag}")


def _why(element: Any) -> str:
    """How an element changes what is read of it; "" where it does not."""
    get, tag = element.get, element.tag
    if get(IGNORED) is not None:
        return ""
    if tag in _ALTERING and not (tag == "sup" and _footnote(element)):
        return f"<{tag}> changes what is read"
    for name in _TURNING:
        if get(name) is not None:
            return f"the attribute {name} changes what is read"
    if get("aria-hidden", "false").lower() not in ("false", ""):
        return "aria-hidden keeps them from who listens"
    if get("dir", "ltr").lower() not in ("ltr", "auto"):
        return f"dir={get('dir')} turns them round"
    style = get("style")
    if style and tag != "svg" and not all(_HARMLESS.fullmatch(part) for part in style.split(";")):
        return f"a style of its own may hide or change them: {style[:60]}"
    return ""


def _footnote(element: Any) -> bool:
    """Whether this is the raised number of a footnote and nothing else."""
    links = [each for each in element if each.get("class") == "footnote-ref"]
    return len(links) == len(element) == 1 and not (element.text or "").strip() and not (links[0].tail or "").strip()


def _holds_numbers(page: BuiltPage, element: Any) -> bool:
    """Whether there is anything in it that a check knows of."""
    shown = " ".join(element.get(name) or "" for name in ("value", "label", "placeholder"))
    if tokens(shown, page.language):
        return True
    if any(each.get("data-q") or each.get("data-expr") or each.get(INDEX) for each in element.iter()):
        return True
    return (
        bool(tokens("".join(element.itertext()), page.language)) or next(element.iter("svg", "pre"), None) is not None
    )
