"""What a reader hands in, as one line of text: the network, its numbers, the answers, a checksum against bad copies.

The practice page writes it (``assets/practice/line.mjs``, which says the same; both are tried on the same cases)::

    bp1 shape=2-2-2 digits=4 seed=17 i1=0.5 … / net_h1=0%2C3775 out_h1=? … #1f3a9c07

White space may have become line ends on the way. The checksum tells a bad copy, not a forged one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from backprop_docgen.errors import BackpropError, Problem

_VERSION: Final = "bp1"
_LONGEST: Final = 65_536  # characters
_SPACE: Final = re.compile("[ \t\r\n\u00a0]+")
_SHAPE: Final = re.compile(r"[a-z0-9-]{1,40}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}(?:/[A-Za-z0-9_]{1,40})?(?:@1)?")
_VALUE: Final = re.compile(r"[A-Za-z0-9._!~*'()%-]{1,400}")
_ESCAPES: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_SETTINGS: Final = ("shape", "digits", "seed")


class LineError(BackpropError):
    """A text is no line of answers; ``reason`` is "form" or "checksum"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        message = "was copied badly: its checksum is another" if reason == "checksum" else "is no line of answers"
        super().__init__(Problem(message, advice="Ask for the line again."))


@dataclass(frozen=True)
class Line:
    """``numbers``: literals in the place of the published ones; ``answers``: as written, None where a result was shown.

    ``digits`` are the significant ones that were asked for; ``seed`` is that of which the numbers were drawn, if any.
    """

    shape: str
    digits: int
    seed: int | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str | None] = field(default_factory=dict)


def write(line: Line) -> str:
    """The line as text."""
    parts = [_VERSION, f"shape={line.shape}", f"digits={line.digits}"]
    if line.seed is not None:
        parts.append(f"seed={line.seed}")
    parts += [f"{name}={_quoted(literal)}" for name, literal in line.numbers.items()]
    parts.append("/")
    parts += [f"{name}={'?' if text is None else _quoted(text)}" for name, text in line.answers.items()]
    text = " ".join(parts)
    return f"{text} #{_checksum(text)}"


def parse(text: str) -> Line:
    """The line that a text is; raises LineError."""
    if len(text) > _LONGEST:
        raise LineError("form")
    *tokens, sum_ = [token for token in _SPACE.split(text) if token] or [""]
    if tokens[:1] != [_VERSION] or not re.fullmatch("#[0-9a-f]{8}", sum_) or "/" not in tokens:
        raise LineError("form")
    joined = " ".join(tokens)
    if not joined.isascii() or sum_ != f"#{_checksum(joined)}":
        raise LineError("checksum")
    slash = tokens.index("/")
    head, tail = _pairs(tokens[1:slash]), _pairs(tokens[slash + 1 :])
    shape, digits, seed = (head.pop(name, None) for name in _SETTINGS)
    if shape is None or not _SHAPE.fullmatch(shape) or digits is None or not re.fullmatch("[1-9][0-9]?", digits):
        raise LineError("form")
    if not (seed is None or re.fullmatch("[0-9]{1,10}", seed)):
        raise LineError("form")
    return Line(
        shape,
        int(digits),
        None if seed is None else int(seed),
        {_name(name): _plain(value) for name, value in head.items()},
        {_name(name): None if value == "?" else _plain(value) for name, value in tail.items()},
    )


def _quoted(text: str) -> str:
    return quote(text, safe="-_.!~*'()")


def _checksum(text: str) -> str:
    """CRC-32 of a text of ASCII, as in ZIP files."""
    return f"{zlib.crc32(text.encode()):08x}"


def _pairs(tokens: Sequence[str]) -> dict[str, str]:
    found = dict(token.partition("=")[::2] for token in tokens)
    if len(found) != len(tokens):
        raise LineError("form")
    return found


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise LineError("form")
    return text


def _plain(text: str) -> str:
    if not _VALUE.fullmatch(text) or not _ESCAPES.fullmatch(text):
        raise LineError("form")
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise LineError("form") from None
