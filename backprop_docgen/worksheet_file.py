"""Named worksheets of the site's own (``worksheets.toml``), independent of the network at hand.

Each table is a worksheet::

    [source]                      # a network of its own
    network = "networks/source.toml"

    [slip]                        # another worksheet with a slip of the pen
    base = "source"
    replace = { "w8@1" = ["q", "w8"] }     # formulas, as expression trees
    typed = { "w2@1" = 8 }                 # typed in by hand, rounded to so many decimals
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from .course import Course, network_sheet
from .errors import BackpropError, NetworkError, Problem, QuantityError
from .expression import from_json
from .network_file import read_network
from .variants import slip


class NamedWorksheet(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    network: str | None = None
    base: str | None = None
    replace: dict[str, object] = Field(default_factory=dict)
    typed: dict[str, Annotated[int, Field(ge=0, le=15)]] = Field(default_factory=dict)


def add_named_worksheets(course: Course, path: Path) -> list[Path]:
    """Add the worksheets of a file to a course; returns the network files read.

    Raises NetworkError with all problems of the file.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        tables = TypeAdapter(dict[str, NamedWorksheet]).validate_python(data)
    except OSError as error:
        raise NetworkError(Problem(error.strerror or "cannot be read", file=str(path))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NetworkError(Problem(str(error), file=str(path))) from None
    except ValidationError as error:
        raise NetworkError(
            Problem(detail["msg"], file=str(path), key=".".join(map(str, detail["loc"]))) for detail in error.errors()
        ) from None
    read: list[Path] = []
    problems: list[Problem] = []
    for key, table in tables.items():
        try:
            _add(course, key, table, path, read)
        except QuantityError as error:
            problems += [Problem(p.message, str(path), key=f"{key}: {p.key or ''}") for p in error.problems]
        except BackpropError as error:
            problems += error.problems
    if problems:
        raise NetworkError(problems)
    return read


def _add(course: Course, key: str, table: NamedWorksheet, path: Path, read: list[Path]) -> None:
    if table.network is not None:
        file = path.parent / table.network
        read.append(file)
        course.add(key, network_sheet(read_network(file), key, str(file), course.run))
        return
    if table.base not in course.sheets:
        raise QuantityError(Problem("needs a network, or the base of another worksheet named before it"))
    trees = {name: from_json(tree) for name, tree in table.replace.items()}
    course.add(key, slip(course.sheets[table.base], key, trees, table.typed))
