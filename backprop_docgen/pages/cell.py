"""Code cells: their source, what running it really printed, and which quantities both show.

A literal that comes from the network is a token in the source, so that the finished cell can name the
quantity behind each numeral. Cells are the author's own code.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.errors import CellError, Problem
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.numbers.rounding import parse
from backprop_docgen.pages.number import Number
from backprop_docgen.pages.pieces import TOKEN, NumberPiece, Piece, in_plain, index_of
from backprop_docgen.worksheet.agreement import BOUNDS

NUMERAL: Final = re.compile(r"(?<![\w.])[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|inf|nan)(?!\w)")
"""A number as Python prints it."""
OVERFLOWED: Final = "__overflowed__"  # in the namespace of a page from the first overflow on
_SLACK: Final = Fraction(1, 10**12)


@dataclass(frozen=True)
class Cell:
    """A finished cell: ``source`` (with tokens) and ``output``; what is behind each numeral of both.

    That is a quantity's name, a formula over names as JSON, or "-" for a constant of the code itself.
    ``overflowed``: the numbers of its page have overflowed, so what it prints may be its own.
    """

    source: str
    output: str
    literals: tuple[str, ...]
    outputs: tuple[str, ...]
    overflowed: bool = False


def run_cell(
    body: str, pieces: Sequence[Piece], namespace: dict[str, object], shows: Sequence[Number], file: str, line: int
) -> Cell:
    """Run a cell's source in a namespace and check what it prints against the quantities it shows.

    ``pieces`` are those of its page; ``line`` is the line of the file that the body begins on. Raises
    CellError when the code raises, when it prints more or fewer numerals than ``shows`` names, or another
    value. An overflow is no mistake of the code: the cell then ends with Python's message, and those that
    need its names too.
    """
    marked = textwrap.dedent(body).strip("\n")
    source = in_plain(marked, pieces)
    output, stopped = _run(source, namespace, file, line)
    if stopped:  # what it printed before that still counts
        shows = shows[: len(NUMERAL.findall(output))]
    _check(output, shows, file, line, OVERFLOWED in namespace)
    output = "\n".join(filter(None, (output, stopped)))
    overflowed = OVERFLOWED in namespace
    outputs = tuple(number.behind for number in shows)
    return Cell(marked, output, _literals(marked, source, pieces), outputs, overflowed)


def _run(source: str, namespace: dict[str, object], file: str, line: int) -> tuple[str, str]:
    """What the cell prints, and the error of Python's that an overflow ends it with ("": none)."""
    printed, stopped = io.StringIO(), ""
    try:
        code = compile("\n" * (line - 1) + source, file, "exec")
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", RuntimeWarning)  # NumPy's words about overflow
            exec(code, namespace)
        if any(issubclass(one.category, RuntimeWarning) for one in caught):
            namespace[OVERFLOWED] = True
    except Exception as error:
        stopped = f"{type(error).__name__}: {error}"
        if not _overflows(error, namespace):
            raise CellError(Problem(f"this cell raises {stopped}", file, _line_of(error, file) or line)) from error
        namespace[OVERFLOWED] = True
    return printed.getvalue().rstrip("\n"), stopped


def _overflows(error: Exception, namespace: dict[str, object]) -> bool:
    """Whether the numbers are to blame, not the code: an overflow, or a name that one left undefined."""
    if isinstance(error, NameError):
        return OVERFLOWED in namespace
    return isinstance(error, OverflowError) or str(error) in ("math domain error", "float division by zero")


def _line_of(error: BaseException, file: str) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    traceback, found = error.__traceback__, None
    while traceback:
        if traceback.tb_frame.f_code.co_filename == file:
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _check(output: str, shows: Sequence[Number], file: str, line: int, overflowed: bool) -> None:
    """``overflowed``: plain code may have overflowed where the worksheet need not, so its values are its own."""
    numerals = NUMERAL.findall(output)
    if len(numerals) != len(shows):
        raise CellError(
            Problem(
                f"this cell prints {len(numerals)} numbers, but shows= names {len(shows)}",
                file,
                line,
                advice=f"It printed: {' '.join(numerals[:12]) or 'nothing'}.",
            )
        )
    problems = []
    for numeral, number in zip(numerals, shows, strict=True):
        value = number.value()
        if overflowed or not (math.isfinite(value.double) and math.isfinite(float(numeral))):
            continue
        if not agrees(numeral, value):
            problems.append(
                Problem(f"this cell prints {numeral}, but {number.behind} is {value.double!r}", file, line)
            )
    if problems:
        raise CellError(problems)


def agrees(numeral: str, value: Value) -> bool:
    """Whether a printed numeral is a value: at its own rounding, and within what rounding errors may make of it."""
    try:
        shown = parse(numeral.rstrip("."))
    except ValueError:
        return False
    expected = value.fraction
    if expected is None:
        return False
    noise = Fraction(BOUNDS * value.bound if math.isfinite(value.bound) else abs(expected)) + (value.error or 0)
    return abs(shown.value - expected) <= shown.half_unit + abs(expected) * _SLACK + noise


def _literals(marked: str, source: str, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The quantity behind each number token of the source, in order; "-" for the code's own constants."""
    starts: dict[int, str] = {}
    shift = 0
    for match in TOKEN.finditer(marked):
        piece = pieces[index_of(match[0])]
        if isinstance(piece, NumberPiece) and piece.behind:
            starts[match.start() - shift] = piece.behind
        shift += 1 - len(piece.plain)
    # a negative literal begins with its sign, one place before its digits
    return tuple(starts.get(at) or starts.get(at - 1, "-") for at, _ in number_tokens(source))


def number_tokens(source: str) -> Iterator[tuple[int, str]]:
    """Each number of a program, and where it stands; those in f-strings are no tokens for every Python.

    Raises tokenize.TokenError or SyntaxError for what is no program.
    """
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    depth = 0  # of f-strings, which Python 3.12 takes apart
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = tokenize.tok_name[token.type]
        depth += (name == "FSTRING_START") - (name == "FSTRING_END")
        if token.type == tokenize.NUMBER and not depth:
            yield lines[token.start[0] - 1] + token.start[1], token.string
