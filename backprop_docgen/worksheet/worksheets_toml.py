"""Named worksheets of the site's own (``worksheets.toml``), independent of the network at hand.

Each table is a worksheet::

    [source]                      # a network of its own
    network = "networks/source.toml"

    [miscopied]                   # another worksheet, with numbers copied wrongly
    base = "source"
    replace = { "w8@1" = ["q", "w8"] }     # formulas, as expression trees
    typed = { "w2@1" = 8 }                 # typed in by hand, rounded to so many decimals
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from voluptuous import MultipleInvalid, Optional

from backprop_docgen.disk import read_text
from backprop_docgen.errors import BackpropError, NetworkError, Problem, QuantityError
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.network.file import read_network
from backprop_docgen.settings.validation import Anything, Mapped, Table, Whole, Words, problems, validated
from backprop_docgen.worksheet.course import Course, network_sheet
from backprop_docgen.worksheet.variants import miscopied

_MAX_BYTES: Final = 1_000_000
_NAME: Final = Words()
_FILE: Final = Mapped(
    _NAME,
    Table(
        "a table such as [miscopied]",
        "A worksheet of the site's own.",
        {
            Optional("network"): _NAME,
            Optional("base"): _NAME,
            Optional("replace", default=dict): Mapped(_NAME, Anything(), 'a table such as { "w8@1" = ["q", "w8"] }'),
            Optional("typed", default=dict): Mapped(_NAME, Whole(0, 15), 'a table such as { "w2@1" = 8 }'),
        },
        "in a worksheet",
    ),
    "tables such as [miscopied]",
)


def add_named_worksheets(course: Course, path: Path) -> list[Path]:
    """Add the worksheets of a file to a course; returns the network files read.

    Raises NetworkError with all problems of the file.
    """
    try:
        text = read_text(path, "worksheets in TOML", _MAX_BYTES, error=NetworkError)
        tables = validated(_FILE, tomllib.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError) as error:  # a giant number is no TOMLDecodeError
        raise NetworkError(Problem(str(error), file=str(path))) from None
    except MultipleInvalid as error:
        raise NetworkError(problems(error, str(path))) from None
    read: list[Path] = []
    wrong: list[Problem] = []
    for key, table in tables.items():
        try:
            _add(course, key, table, path, read)
        except QuantityError as error:
            wrong += [Problem(p.message, str(path), key=f"{key}: {p.key or ''}") for p in error.problems]
        except BackpropError as error:
            wrong += error.problems
    if wrong:
        raise NetworkError(wrong)
    return read


def _add(course: Course, key: str, table: Mapping[str, Any], path: Path, read: list[Path]) -> None:
    if "network" in table:
        file = path.parent / table["network"]
        read.append(file)
        course.add(key, network_sheet(read_network(file), key, str(file), course.run))
        return
    base = table.get("base")
    if base not in course.sheets:
        raise QuantityError(Problem("needs a network, or the base of another worksheet named before it"))
    trees = {name: from_json(tree) for name, tree in table["replace"].items()}
    course.add(key, miscopied(course.sheets[base], key, trees, table["typed"]))
