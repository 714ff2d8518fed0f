"""Read and write ``network.toml``: a text goes in, a :class:`Network` or all its mistakes come out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy
from voluptuous import MultipleInvalid

from backprop_docgen.disk import read_text
from backprop_docgen.errors import NetworkError, Problem
from backprop_docgen.network.network import DECIMAL_MARKS, Display, Example, Layer, Network, Training
from backprop_docgen.network.rules import Finding, findings
from backprop_docgen.network.schema import KINDS, NETWORK_FILE, TABLES
from backprop_docgen.settings.likely import Misprint, mended, misprints
from backprop_docgen.settings.toml_lines import key_lines, key_text
from backprop_docgen.settings.validation import FloatText, UnknownKey, mistakes, validated

_MAX_BYTES: Final = 1_000_000
_MAX_COMMAS: Final = 150_000  # the largest allowed network and data have fewer
_MAX_PROBLEMS: Final = 100
# tomllib takes quadratic time over keys of very many parts; no key here has more than three.
_ENDLESS_KEY: Final = re.compile(r"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){8}""", re.ASCII)
_DEEP: Final = re.compile(r"[\[{](?:\s*+[\[{]){8}")
_HUGE_WHOLE: Final = re.compile(r"(?<![\w])[0-9_]{4300}", re.ASCII)
_ODD_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
_DIGITS_AROUND: Final = re.compile(r"\d,\d")
_MOST_LIKELY: Final = 12
_POINTS: Final = "Numbers have a point; those of a list have a comma and a space between them."
_SYNTAX_ADVICE: Final[Mapping[str, str]] = {
    "Invalid value": "Text stands in quotes; a number has a point with digits on both sides: 0.5, not .5 nor 0,5.",
    "Unclosed array": "A list needs commas between its items and a ] at its end; numbers have a point: 0.5, not 0,5.",
    "Expected newline or end of document after a statement": "Write one key = value on a line; numbers have a point.",
    "Cannot overwrite a value": "A key or a table may be given only once.",
    "Expected '=' after a key in a key/value pair": "Write key = value.",
}


def read_network(path: Path | str) -> Network:
    """Read and validate a network file.

    Raises NetworkError with every problem found: also when the file is missing, is no file (a folder, a pipe),
    is larger than 1 MB, or is not a text in UTF-8.
    """
    return parse_network(read_text(Path(path), "a network file in TOML", _MAX_BYTES, error=NetworkError), str(path))


def parse_network(text: str, file: str) -> Network:
    """Validate the text of a network file; ``file`` is its name for messages.

    Raises NetworkError with every problem found (past 100, a count of the rest).
    """
    if len(text) > _MAX_BYTES:
        raise NetworkError(_too_big(file))
    text = text.removeprefix("\ufeff")  # some editors begin a file with a byte-order mark
    wrong = _misprints(text)
    found: list[Problem] = []
    if wrong:
        found, guessed = _misprint_problems(wrong, text, file), mended(text, wrong)
        if guessed is None:  # what else is wrong cannot be told
            raise NetworkError(found)
        text = guessed
    try:
        network = validated_network(_load(text, file), text, file)
    except NetworkError as error:
        found = [*found, *_others(error.problems, found)]
    if found:
        raise NetworkError(sorted(found, key=lambda problem: problem.line or 0))
    return network


def _misprints(text: str) -> list[Misprint]:
    """Values that TOML does not take, or takes for others; only where there may be some."""
    try:
        tomllib.loads(text) if len(text) <= _MAX_BYTES and not _ENDLESS_KEY.search(text) else None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return misprints(text, KINDS) if isinstance(error, tomllib.TOMLDecodeError) else []
    if not _DIGITS_AROUND.search(text):
        return []
    return [misprint for misprint in misprints(text, KINDS) if "," in text[misprint.start : misprint.end]]


def _misprint_problems(wrong: Sequence[Misprint], text: str, file: str) -> list[Problem]:
    """What is wrong with values, those of one kind in one line together: "did you mean 0.15, 0.25?"."""
    groups: dict[tuple[int, str, str], list[Misprint]] = {}
    for misprint in wrong:
        groups.setdefault((text.count("\n", 0, misprint.start) + 1, misprint.key, misprint.reason), []).append(misprint)
    problems = []
    for (line, key, reason), own in groups.items():
        likely = ", ".join(misprint.likely for misprint in own[:_MOST_LIKELY] if misprint.likely)
        likely += ", …" if len(own) > _MOST_LIKELY else ""
        column = own[0].start - text.rfind("\n", 0, own[0].start)
        message = f"{key}: {reason}: did you mean {likely}? (expected TOML)" if likely else f"{key}: {reason}"
        advice = _SYNTAX_ADVICE["Invalid value"] if own[0].start == own[0].end else None
        problems.append(Problem(message, file, line, column, advice=_POINTS if "comma where" in reason else advice))
    return problems


def _others(problems: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Problems of other lines than those where something is wrong already."""
    known = {problem.line for problem in found}
    return [problem for problem in problems if problem.line not in known]


def validated_network(data: dict[str, Any], text: str, file: str | None) -> Network:
    """The network of a file's data, numbers with a point as :class:`FloatText`; ``text`` tells their lines.

    Raises NetworkError with every problem found (past 100, a count of the rest).
    """
    wrong: list[Finding] = []
    table = None
    try:
        table = validated(NETWORK_FILE, data)
    except MultipleInvalid as error:
        # The mistakes of a hostile file are many: only those that will be shown get their advice.
        wrong += islice(_schema_findings(error), _MAX_PROBLEMS + 1)
        hidden = max(0, len(error.errors) - len(wrong))
    else:
        hidden = 0
    wrong += findings(data)
    if wrong or table is None:
        raise NetworkError(_problems(wrong, hidden, text, file))
    return _network(table)


def to_toml(network: Network) -> str:
    """The text of a file that reads back to an equal network (drawn weights stay drawn from the seed)."""
    several = len(network.examples) > 1
    lines = ["[network]"]
    if not several:
        lines += _data(network.examples[0])
    lines += [
        f"learning_rate = {network.learning_rate}",
        f'loss = "{network.loss}"',
        f"seed = {network.seed}",
    ]
    for layer in network.layers:
        biases = str(layer.biases[0]) if layer.shared_bias else _row(layer.biases)
        lines += ["", "[[layer]]", f'activation = "{layer.activation}"']
        lines += (
            [f"neurons = {layer.neurons}"]
            if layer.random
            else ["weights = [", *(f"    {_row(row)}," for row in layer.weights), "]"]
        )
        lines += [f"bias = {biases}"]
    if several:
        for example in network.examples:
            lines += ["", "[[example]]", *_data(example)]
    training, display = network.training, network.display
    marks = ", ".join(f'{code} = "{mark}"' for code, mark in display.decimal_mark.items())
    lines += [
        "",
        "[training]",
        f"iterations = {training.iterations}",
        f'update = "{training.update}"',
        f"update_biases = {str(training.update_biases).lower()}",
        "",
        "[display]",
        f"decimals = {display.decimals}",
        f"decimal_mark = {{ {marks} }}",
        f"example = {display.example}",
    ]
    for key in ("model_output_weight", "model_hidden_weight"):
        if name := getattr(display, key):
            lines.append(f'{key} = "{name}"')
    return "\n".join(lines) + "\n"


def _data(example: Example) -> list[str]:
    return [f"inputs = {_row(example.inputs)}", f"targets = {_row(example.targets)}"]


def _row(values: Iterable[Decimal]) -> str:
    return f"[{', '.join(map(str, values))}]"


def _too_big(file: str) -> Problem:
    advice = "A network file has a few lines of text; is this the right file?"
    return Problem("the file is too big; expected at most 1 MB", file, advice=advice)


def _load(text: str, file: str) -> dict[str, Any]:
    """The raw data, numbers with a point as their text; NetworkError when it is no TOML."""
    if "\0" in text:
        raise NetworkError(
            Problem("this is a binary file; expected TOML", file, text.count("\n", 0, text.index("\0")) + 1)
        )
    if text.count(",") > _MAX_COMMAS:
        raise NetworkError(Problem("the file has too many values; expected at most 1000 examples of 64 inputs", file))
    if endless := _ENDLESS_KEY.search(text):
        line = text.count("\n", 0, endless.start()) + 1
        raise NetworkError(Problem("a key of very many parts; expected at most three (a.b.c)", file, line))
    try:
        return tomllib.loads(text, parse_float=FloatText)
    except tomllib.TOMLDecodeError as error:
        problems = _syntax_problems(str(error), text, file)
    except RecursionError:
        deep = _DEEP.search(text)
        place = text.count("\n", 0, deep.start()) + 1 if deep else None
        problems = [Problem("lists or tables are nested too deeply; expected at most a list of lists", file, place)]
    except ValueError:  # a whole number of more digits than Python converts
        huge = _HUGE_WHOLE.search(text)
        place = text.count("\n", 0, huge.start()) + 1 if huge else None
        problems = [Problem("a number has thousands of digits; expected at most 60", file, place)]
    raise NetworkError(problems)


def _syntax_problems(error: str, text: str, file: str) -> list[Problem]:
    if "Cannot overwrite" in error or "Cannot declare" in error:
        found = key_lines(text)
        if found.repeated:
            return [
                Problem(
                    f"given twice, first on line {found.lines[path]}; expected once",
                    file,
                    line,
                    key=key_text(path),
                    advice="Every layer begins with [[layer]], in double brackets." if path == ("layer",) else None,
                )
                for path, line in islice(found.repeated.items(), _MAX_PROBLEMS)
            ]
    what, _, place = error.rpartition(" (at ")
    numbers = [int(digits) for digits in re.findall(r"\d+", place)]
    line = numbers[0] if numbers else text.count("\n") + 1  # no number: "at end of document"
    column = numbers[1] if numbers else None
    advice = _SYNTAX_ADVICE.get(what)
    lines = text.splitlines()
    if line <= len(lines) and (odd := _ODD_SPACE.search(lines[line - 1])):
        what, column = f"a space that does not show (U+{ord(odd[0]):04X})", odd.start() + 1
        advice = "Word processors and web pages write such spaces: type an ordinary one."
    return [Problem(f"{what[:200]}; expected TOML", file, line, column, advice=advice)]


def _schema_findings(error: MultipleInvalid) -> Iterator[Finding]:
    for path, mistake in mistakes(error):
        homes = []
        if isinstance(mistake, UnknownKey):
            homes = [table.expected for table in TABLES.values() if path[-1] in table.keys]
        yield Finding(path, mistake.msg, f"It belongs in {' or '.join(homes)}." if homes else mistake.advice)


def _problems(wrong: list[Finding], hidden: int, text: str, file: str | None) -> list[Problem]:
    """In the order of the file; those without a line (what is missing) first."""
    lines = key_lines(text)
    problems = [
        Problem(finding.message, file, lines.line(finding.path), key=key_text(finding.path), advice=finding.advice)
        for finding in wrong
    ]
    problems.sort(key=lambda problem: problem.line or 0)
    rest = hidden + max(0, len(problems) - _MAX_PROBLEMS)
    if rest:
        problems = [*problems[:_MAX_PROBLEMS], Problem(f"and {rest} more problems; expected none", file)]
    return problems


def _network(table: Mapping[str, Any]) -> Network:
    given, display = table["network"], table["display"]
    if "inputs" in given and "targets" in given:
        examples: tuple[Example, ...] = (Example(given["inputs"], given["targets"]),)
    else:
        examples = tuple(Example(**example) for example in table["example"])
    layers: list[Layer] = []
    sources = len(examples[0].inputs)
    for index, layer in enumerate(table["layer"], start=1):
        layers.append(_layer(layer, sources, given["seed"], index))
        sources = layers[-1].neurons
    marks = MappingProxyType({**DECIMAL_MARKS, **display["decimal_mark"]})
    return Network(
        examples=examples,
        layers=tuple(layers),
        learning_rate=given["learning_rate"],
        loss=given["loss"],
        seed=given["seed"],
        training=Training(**table["training"]),
        display=Display(**(display | {"decimal_mark": marks})),
    )


def _layer(table: Mapping[str, Any], sources: int, seed: int, index: int) -> Layer:
    weights, bias = table.get("weights"), table["bias"]
    drawn = weights is None
    if weights is None:
        weights = _drawn_weights(seed, index, table["neurons"], sources)
    shared = isinstance(bias, Decimal)
    return Layer(table["activation"], weights, (bias,) if shared else bias, shared_bias=shared, random=drawn)


def _drawn_weights(seed: int, layer: int, neurons: int, sources: int) -> tuple[tuple[Decimal, ...], ...]:
    """Weights uniform in [−1, 1], rounded to 2 decimals; they depend on the seed, the layer's number and its shape."""
    draws = numpy.random.default_rng([seed, layer]).uniform(-1, 1, (neurons, sources))
    # Adding 0 turns −0.00 into 0.00.
    return tuple(tuple(Decimal(f"{draw:.2f}") + 0 for draw in row) for row in draws.tolist())
