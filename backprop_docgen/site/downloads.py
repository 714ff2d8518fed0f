"""The files of all values that readers take away: as a spreadsheet, as CSV, as JSON."""

from __future__ import annotations

from backprop_docgen.site.data_files import MOST_FORMULAS, values_csv, values_json
from backprop_docgen.site.project import Tutorial
from backprop_docgen.site.workbook import address, workbook
from backprop_docgen.speed.store import Store


def value_files(tutorial: Tutorial, store: Store | None = None) -> dict[str, str | bytes]:
    """The files by their names below the site; without a spreadsheet where the network is too large for one."""
    course = tutorial.course
    names = course.default.worksheet.names()
    found: dict[str, str | bytes] = {
        "downloads/values.csv": values_csv(course, names, MOST_FORMULAS),
        "downloads/values.json": values_json(course, names, MOST_FORMULAS),
    }
    for language in tutorial.languages:
        made = workbook(course, language, store)
        if made is not None:
            found[address(language.code)] = made
    return found
