"""What the site carries beside its pages: ``worksheet.json``, and the downloads as CSV and JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from backprop_docgen import __version__
from backprop_docgen.formula.tree import Expression, Quotient, Sum, Symbol
from backprop_docgen.latex.equation import FUNCTION_RULES, print_quantity
from backprop_docgen.latex.formula import formula_tex, formula_text, substituted_tex
from backprop_docgen.network.file import to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.page import Page
from backprop_docgen.worksheet.arithmetic import arithmetic
from backprop_docgen.worksheet.course import COUNTS, Course, Sheet
from backprop_docgen.worksheet.describe import meanings
from backprop_docgen.worksheet.names import without_example
from backprop_docgen.worksheet.variants import model_weights
from backprop_docgen.worksheet.worksheet import Quantity, Variant, Worksheet
from backprop_docgen.worksheet.worksheet_json import to_json

SCHEMA: Final = 4
MOST_FORMULAS: Final = 5000
"""Of so many quantities the site's downloads have the formulas of every example, values.json as LaTeX, too."""
_FEW: Final = 10
"""A sum of many more terms is abridged where there are many quantities."""
_PLAIN: Final = Language("en")


@dataclass(frozen=True)
class Manifest:
    """What a site says of itself beside its worksheets, so that it can be checked without its sources.

    ``names``: the quantities that each page (by its URL) shows, in order; ``contents``: every numbered thing
    of each page and of each file of choices, in order; ``allowances``: numbers that may be typed by hand;
    ``languages``: the prefix of each, and strings of the project's own; ``sources``: digests of the templates
    and of what else the site was built from; ``address``: where the site is published; ``epoch``: its
    SOURCE_DATE_EPOCH, if any; ``theme`` and its version; ``ignore``: what a check passes over; ``active``: digests of
    what pages can do by themselves (scripts, styles, frames); ``files``: the digests of every file.
    """

    names: Mapping[str, Sequence[str]]
    contents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    allowances: Sequence[Mapping[str, object]] = ()
    languages: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    epoch: str = ""
    theme: str = ""
    ignore: Sequence[Mapping[str, str]] = ()
    active: Sequence[str] = ()
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)


def network_data(network: Network) -> dict[str, object]:
    """A network as its file has it: the same tables and keys, with every default written out.

    A literal that no double holds is a text.
    """
    return tomllib.loads(to_toml(network), parse_float=_literal)


def _literal(text: str) -> float | str:
    double = float(text)
    return double if math.isfinite(double) and Decimal(repr(double)) == Decimal(text) else text


def worksheet_json(course: Course, manifest: Manifest) -> str:
    """The site's worksheets with their networks and trees, and its manifest: a quantity, or a page, on each line."""
    parts = {
        "schema": compact_json(SCHEMA),
        "version": compact_json(__version__),
        "arithmetic": compact_json(arithmetic()),
        "worksheets": worksheets_json(course),
        "pages": lines_json({url: compact_json(names) for url, names in manifest.names.items()}),
        "contents": lines_json({url: compact_json(keys) for url, keys in manifest.contents.items()}),
        "allowances": compact_json(list(manifest.allowances)),
        "languages": compact_json(manifest.languages),
        "sources": lines_json({name: compact_json(digest) for name, digest in manifest.sources.items()}),
        "address": compact_json(manifest.address),
        "epoch": compact_json(manifest.epoch),
        "theme": compact_json(manifest.theme),
        "ignore": compact_json(list(manifest.ignore)),
        "active": compact_json(list(manifest.active)),
        "files": lines_json({name: compact_json(digests) for name, digests in manifest.files.items()}),
    }
    text = lines_json(parts)
    return f'{text[:-2]},\n"digest":{compact_json(seal(text))}\n}}\n'


def seal(text: str) -> str:
    """A digest of ``worksheet.json`` without the line of the digest itself."""
    return hashlib.sha256(text.rstrip().encode()).hexdigest()[:16]


def unsealed(text: str) -> tuple[str, str]:
    """The text that the digest was taken of, and the digest that stands in it."""
    head, found, tail = text.rpartition(',\n"digest":"')
    return (f"{head}\n}}", tail.partition('"')[0]) if found else (text, "")


def worksheets_json(course: Course) -> str:
    """Every worksheet by its name, with the network that it belongs to.

    A worksheet that differs from another in a few formulas lists those alone, and names the other
    as its ``base``; what they change further on is computed from the trees.
    """
    return lines_json({key: worksheet_entry(key, sheet) for key, sheet in course.sheets.items()})


def worksheet_entry(key: str, sheet: Sheet) -> str:
    """One worksheet as JSON, a quantity on each line; a variant does not repeat a network of several examples."""
    data = to_json(sheet.worksheet)
    parts = {name: compact_json(value) for name, value in _beside(sheet.worksheet).items()}
    if not (sheet.varied and len(sheet.network.examples) > 1):
        parts["network"] = compact_json(network_data(sheet.network))
    parts["varied"] = compact_json(sheet.varied and key != COUNTS)
    parts["quantities"] = lines_json({name: compact_json(entry) for name, entry in data["quantities"].items()})
    if "examples" in data:
        parts["examples"] = compact_json(data["examples"])
    return lines_json(parts)


def compact_json(value: object) -> str:
    """A value on one line, with no more than it needs."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=list)


def lines_json(entries: Mapping[str, str]) -> str:
    """An object with each of its entries on a line of its own."""
    return "{\n" + ",\n".join(f"{compact_json(key)}:{value}" for key, value in entries.items()) + "\n}"


def _beside(worksheet: Worksheet) -> dict[str, object]:
    return {"base": worksheet.base.sheet} if isinstance(worksheet, Variant) else {}


def choices_data(page: Page, branches: Mapping[str, str]) -> list[dict[str, object]]:
    """The chosen sentences of a page: conditions as trees, every text as HTML, and which one stands."""
    return [
        {
            "conditions": list(choice.conditions),
            "texts": [branches[f"{number}.{index}"] for index in range(len(choice.texts))],
            "chosen": choice.chosen,
        }
        for number, choice in enumerate(page.choices, 1)
    ]


def choices_json(choices: Iterable[Mapping[str, object]]) -> str:
    """The chosen sentences of a page as JSON, each on a line of its own."""
    return "[\n" + ",\n".join(compact_json(choice) for choice in choices) + "\n]\n"


def as_script(name: str, text: str) -> tuple[str, str]:
    """A JSON file of the site as a classic script: its name, and a text that keeps the data under the file's name.

    Pages that are opened without a server (``file://``) may load scripts, but not fetch files.
    """
    key = compact_json(name)
    return f"{name.removesuffix('.json')}.js", f"(globalThis.$data ??= {{}})[{key}] =\n{text.rstrip()};\n"


def live_json(course: Course, language: Language) -> str:
    """What the live page needs beside the worksheets: how a language writes, and where everything stands."""
    network = course.default.network
    names, model = topology(network), model_weights(network)
    data = {
        "language": language.to_json(),
        "rules": {name: [rule.template, int(rule.rank)] for name, rule in FUNCTION_RULES.items()},
        "decimals": network.display.decimals,
        "iterations": network.training.iterations,
        "loss": "E_total" if len(network.examples) == 1 else "E_mean",
        "topology": names.to_json(),
        "model": {"output": model.output, "hidden": model.hidden},
        "meanings": meanings(language),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


DOOR_STRINGS: Final = (
    "Reading",
    "Numbers",
    "Figure",
    "The numbers of {figure}",
    "The numbers of this figure",
    "The numbers of this code",
    "The numbers of equation {number}",
    "The numbers of this equation",
    "Put the figure away",
    "The figure beside the text",
    "Steps of the figure",
    "One step back",
    "Next step",
    "Play",
    "Pause",
    "{number} of {total}: {step}",
)
"""What the page says before any of the language's other strings are loaded."""


def door_strings(language: Language) -> str:
    """``DOOR_STRINGS`` in a language, as JSON for the page's head; English needs none."""
    found = {text: language.strings[text] for text in DOOR_STRINGS if text in language.strings}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def quantity_entry(
    quantity: Quantity, lookup: Callable[[str], Quantity], decimals: int, formulas: bool = True
) -> dict[str, object]:
    """A quantity for people and programs: value (null if not finite), printed, exact, symbol, formula, substituted."""
    entry: dict[str, object] = {
        "value": quantity.value if math.isfinite(quantity.value) else None,
        "printed": print_quantity(quantity, decimals).text(),
        "exact": quantity.exact is not None,
        "symbol": quantity.symbol,
    }
    if formulas:
        entry |= {
            "formula": formula_tex(quantity, lookup),
            "substituted": substituted_tex(quantity, lookup, decimals),
        }
    return entry


def values_json(course: Course, names: Sequence[str], most: float = math.inf) -> str:
    """Quantities as JSON: ``{"network": …, "quantities": {name: …}}`` with full doubles.

    Of more than ``most`` quantities the LaTeX of the formulas is left out (values.csv has them as text), and those of
    the examples beside the worked one stand under ``examples``: by name, a list of the values of all examples.
    """
    sheet, brief = course.default, len(names) > most
    entries = {}
    for name in names:
        if brief and without_example(name)[1]:
            continue
        prefix = name.rpartition(":")[0]
        quantity, decimals = course.quantity(name), sheet.network.display.decimals
        entries[name] = quantity_entry(quantity, _local(course, prefix), decimals, formulas=not brief)
    data = {"network": network_data(sheet.network), "quantities": entries}
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    if not (brief and (examples := _values_of_examples(sheet))):
        return text
    lines = lines_json({name: compact_json(values) for name, values in examples.items()})
    return f'{text[:-2]},\n "examples": {lines}\n}}'


def _values_of_examples(sheet: Sheet) -> dict[str, list[float | None]]:
    """The values of what every example has, by name, in the examples' order; None where one is not finite."""
    worksheet = sheet.worksheet
    others = worksheet.marks()
    worked = sheet.network.display.example - 1
    marks = [*others[:worked], "", *others[worked:]]
    names = [name for name, mark in worksheet.order() if others and mark == others[0]]
    found = {name: [worksheet.value(name, mark).double for mark in marks] for name in names}
    return {name: [value if math.isfinite(value) else None for value in values] for name, values in found.items()}


def values_csv(course: Course, names: Sequence[str], most: float = math.inf) -> str:
    """Quantities as CSV: name, value (full double), printed, exact, formula as plain text.

    Of more than ``most`` quantities those of the examples beside the worked one have their value alone, and sums over
    the examples are abridged.
    """
    stream, brief = io.StringIO(), len(names) > most
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "value", "printed", "exact", "formula"])
    for name in names:
        bare, mark = without_example(name) if brief else (name, "")
        if mark:
            value = course.default.worksheet.value(bare, mark)
            writer.writerow([name, repr(value.double), "", str(value.exact is not None).lower(), ""])
            continue
        quantity = course.quantity(name)
        if brief:
            quantity = replace(quantity, tree=abridged(quantity.tree))
        printed = print_quantity(quantity, course.default.network.display.decimals)
        exact = str(quantity.exact is not None).lower()
        writer.writerow([name, repr(quantity.value), printed.code(), exact, formula_text(quantity)])
    return stream.getvalue()


def abridged(tree: Expression | None) -> Expression | None:
    """A mean with its first terms and its last one, if it has many."""
    match tree:
        case Quotient(Sum((first, second, *rest)), divisor) if len(rest) > _FEW:
            return Quotient(Sum((first, second, Symbol("…"), rest[-1])), divisor)
    return tree


def _local(course: Course, prefix: str) -> Callable[[str], Quantity]:
    return lambda name: course.quantity(f"{prefix}:{name}" if prefix else name)
