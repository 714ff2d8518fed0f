"""Text in plain Markdown: what is escaped for whichever reader, what stands on a line, what is set in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

BAR: Final = "&#124;"
"""A bar in the cell of a table."""

_SIGN: Final = re.compile(
    r"""
    (?P<slashed>[\\`*]|(?<!\w)_|_(?!\w))
    |(?P<named>[$<\[\]~^{}]|&(?=\#?\w+;)|(?<!\w)@(?=\w)|==|\+\+|:(?=\w+:))
    """,
    re.VERBOSE,
)
_BEGINNING: Final = re.compile(
    r"(?P<number>\d+)(?=[.)](?:\s|$))|#(?=#{0,5}(?:\s|$))|[-+:](?=\s)|[>=|]|[-!?](?=[-!?])"
)
"""What would begin something else at the beginning of a line."""


def escaped(text: str | None) -> str:
    """Text in which nothing is read as Markdown, HTML or a formula."""

    def put(match: re.Match[str]) -> str:
        return f"\\{match[0]}" if match["slashed"] else "".join(f"&#{ord(sign)};" for sign in match[0])

    return _SIGN.sub(put, text or "")


def paragraph(text: str) -> list[str]:
    """A paragraph, as its lines were; none of nothing."""
    lines = [" ".join(re.split(r"[ \t]+", line.strip())) for line in text.split("\n")]
    found = "\n".join(_begun(line) for line in lines if line)
    return [found] if found else []


def _begun(line: str) -> str:
    """A line that begins nothing but itself."""
    found = _BEGINNING.match(line)
    if found is None:
        return line
    if found["number"]:
        return f"{found[0]}&#{ord(line[found.end()])};{line[found.end() + 1 :]}"
    return f"&#{ord(line[0])};{line[1:]}"


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(re.split(r"[ \t\n]+", text.strip()))


def around(signs: str, text: str) -> str:
    """Text between signs, which stand close to it."""
    inner = text.strip()
    if not inner:
        return text
    at = text.index(inner)
    return f"{text[:at]}{signs}{inner}{signs}{text[at + len(inner) :]}"


def code_span(text: str, in_table: bool) -> str:
    """Code in a line; readers do not agree on how a bar stands in the code of a table."""
    if in_table and "|" in text:
        return f"<code>{escape(one_line(text))}</code>"
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{one_line(text)}{space}{ticks}"


def quoted(blocks: list[str]) -> Iterator[str]:
    """Blocks as a quotation; none of nothing."""
    if blocks:
        yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).split("\n"))


def without_blanks(text: str) -> str:
    """A text set in, with nothing on its empty lines."""
    return re.sub(r"(?m)^ +$", "", text)


def target(address: str) -> str:
    """An address as it stands in a link."""
    return f"<{address}>" if re.search(r"[\s()]", address) else address
