"""Every private character of Unicode that stands in a text for something else, until that is put in or looked at."""

from __future__ import annotations

from typing import Final

MARK: Final = "\ue000"
"""A number that carries its mark, in the plain text of a page. The digests in ``worksheet.json`` hang on it."""
MATH: Final = "\ue001"
"""A formula, there as well."""

LABEL_OPEN, LABEL_CLOSE = "\ue002", "\ue003"
"""Around the label of an equation or a figure, until all numbers are known."""
NOTHING: Final = "\ue004"
"""Where a choice says nothing. It takes the space before it away, or the line that holds nothing else."""
BLOCK_OPEN, BLOCK_CLOSE = "\ue005", "\ue006"
"""Around the number of a text of several lines, which takes on the indentation of where it stands."""

PLACE_OPEN, PLACE_CLOSE = "\ue010", "\ue011"
"""Around the number of a piece of Markdown that its conversion does not hang on."""

CODE_OPEN, CODE_MIDDLE, CODE_CLOSE = "\ue012", "\ue013", "\ue014"
"""Around a literal of a code cell: open, name, middle, digits, close."""

RELATION, FACTOR, NAMED = "\ue020", "\ue021", "\ue022"
"""In an author's own equation: before a relation or a factor, and after the name it hangs on."""

ANY: Final = "\ue000-\ue0ff"
"""All of them, for a set of a regular expression."""
