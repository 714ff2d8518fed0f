"""A program among others: it writes in whatever encoding is asked for, and ends well when it is cut off."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import click

from backprop_docgen.disk import REFUSALS, refused

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C: 128 and the number of the signal, as in a shell."""
CUT_OFF: Final = 141
"""That of a program whose reader has gone (``| head``)."""
_CANNOT_WRITE: Final = 2
_STAND_INS: Final = str.maketrans(
    {
        **{"−": "-", "×": "x", "·": "*", "÷": "/", "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=", "±": "+-", "→": "->"},
        **{"∞": "inf", "½": "1/2", "∂": "d", "√": "sqrt", "Σ": "sum", "∑": "sum", "Δ": "delta", "…": "...", "�": "?"},
        **{"“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "•": "*", "¡": "!"},
        **{"α": "alpha", "δ": "delta", "η": "eta", "σ": "sigma", "θ": "theta", "\u200b": ""},
    }
)
"""For signs that an encoding lacks, and that fall apart into nothing simpler."""
_POWER: Final = re.compile("[⁺⁻⁰¹²³⁴-⁹]+")


class Program(click.Group):
    """A group of commands. Ctrl-C ends one with 130, a reader that has gone with 141, a full disk with a sentence."""

    def main(self, *arguments: Any, **more: Any) -> Any:
        """What Click does, with streams that can take any text."""
        with ExitStack() as stack:
            for name in ("stdout", "stderr"):
                stack.enter_context(_fitting_stream(name))
            try:
                return super().main(*arguments, **more)
            except OSError as error:
                if error.errno not in REFUSALS:
                    raise
                _forget_stdout()
                click.echo(f"error: {refused(error, 'the output')}", err=True)
                sys.exit(_CANNOT_WRITE)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, until all that it says has been taken."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("Aborted!", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_stdout()
            ctx.exit(CUT_OFF)


def say(text: str, style: str = "text") -> None:
    """Print what a command was asked for. ``style`` is its format: JSON and XML have their own ways to write a sign."""
    if style in ("json", "sarif"):
        text = _ascii(text, lambda sign: json.dumps(sign)[1:-1])
    elif style == "junit":
        text = _ascii(text, lambda sign: f"&#{ord(sign)};")
    sys.stdout.write(f"{text}\n")


def fitting(text: str, encoding: str) -> str:
    """The text with plain stand-ins for signs that an encoding lacks: ``3.8 × 10⁻⁷`` → ``3.8 x 10^-7``."""
    if _fits(text, encoding):
        return text
    whole = _POWER.sub(lambda match: match[0] if _fits(match[0], encoding) else f"^{_simple(match[0])}", text)
    return "".join(sign if _fits(sign, encoding) else _stand_in(sign, encoding) for sign in whole)


def _stand_in(sign: str, encoding: str) -> str:
    plain = sign.translate(_STAND_INS)
    plain = _simple(plain) if plain == sign else plain
    return plain if plain != sign and _fits(plain, encoding) else "?"


def _simple(text: str) -> str:
    """Letters without their accents, digits at their ordinary height."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).replace("−", "-")


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _ascii(text: str, escape: Callable[[str], str]) -> str:
    """A file of a format that is UTF-8 or nothing, written without what another encoding would write otherwise."""
    if (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" and _fits(text, "utf-8"):
        return text
    return "".join(sign if sign.isascii() else escape(sign) for sign in text)


class _Fitting(io.TextIOWrapper):
    def write(self, text: str, /) -> int:
        return super().write(fitting(text, self.encoding))


@contextmanager
def _fitting_stream(name: str) -> Iterator[None]:
    """Let one of Python's own two streams take any text; what a test or a program has put there is left alone."""
    stream = getattr(sys, name)
    if stream is None:  # it was closed before the program began
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123
            setattr(sys, name, nowhere)
            try:
                yield
            finally:
                setattr(sys, name, None)
        return
    if type(stream) is not io.TextIOWrapper:
        yield
        return
    stream.flush()
    new = _Fitting(stream.buffer, stream.encoding, stream.errors, line_buffering=stream.line_buffering)
    setattr(sys, name, new)
    try:
        yield
    finally:
        setattr(sys, name, stream)
        new.detach()


def _forget_stdout() -> None:
    """What nobody takes is not tried again when the program ends."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
