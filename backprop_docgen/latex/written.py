"""A formula as its author typed it: where in a source it stands, and where in it KaTeX stops.

What KaTeX gets has numbers, under our marks, where the source has ``{{ x }}``; people know only what they typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from backprop_docgen.errors import Problem

_JINJA: Final = re.compile(
    r"\{%[-+]?\s*(?P<block>for|if|choose)\b.*?\{%[-+]?\s*end(?P=block)\s*[-+]?%\}|\{\{ .*? \}\}|\{%.*?%\}|\{##.*?##\}",
    re.DOTALL,
)
_WRITTEN: Final = re.compile(
    r"\$(?P<quote>`+)(?P<inline>.+?)(?P=quote)\$"
    r"|^[ \t>]*(?P<ticks>`{3,}|~{3,})[ \t]*(?:\{[ \t]*\.)?math\b[^\n]*\n(?P<fence>.*?)^[ \t>]*(?P=ticks)"
    r"|\{%[-+]?\s*equation\b.*?%\}(?P<tag>.*?)\{%[-+]?\s*endequation\b",
    re.DOTALL | re.MULTILINE,
)
_MOST_PARTS: Final = 400
_MARK: Final = re.compile(r"\\htmlData\{q=[^{}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_SAID: Final = re.compile(r"(?P<what>.*?)(?: at position (?P<at>\d+): .*| (?P<end>at end of input): .*)", re.DOTALL)
_AROUND: Final = 20
_SHOWN: Final = 60


@dataclass(frozen=True)
class Written:
    """A formula in a source: its text there, where it begins, and what each part of it became in its TeX.

    A part is its beginning and end in the TeX, and in the text; of one that is not copied (``{{ x }}``) the whole
    stands for each of its places.
    """

    text: str
    offset: int
    source: str
    parts: tuple[tuple[int, int, int, int, bool], ...]

    @property
    def line(self) -> int:
        """The line (from 1) on which the formula begins."""
        lead = len(self.text) - len(self.text.lstrip(" \t\n>"))
        return self.source.count("\n", 0, self.offset + lead) + 1

    def at(self, position: int) -> tuple[int, str]:
        """Where in the text a place (from 0) of the TeX is; and the ``{{ x }}`` that it lies in, if any."""
        for first, last, begins, ends, copied in self.parts:
            if first <= position < last:
                return (begins + position - first, "") if copied else (begins, self.text[begins:ends])
        return len(self.text.rstrip(" \t\n>")), ""

    def place(self, at: int) -> tuple[int, int]:
        """Line and column (from 1) in the source of a place in the text."""
        offset = self.offset + at
        return self.source.count("\n", 0, offset) + 1, offset - (self.source.rfind("\n", 0, offset) + 1) + 1


def locate(tex: str, source: str) -> int | None:
    """The line (from 1) of ``source`` where a formula with this TeX begins, or None if it isn't written there."""
    found = find(tex, source)
    return None if found is None else found.line


def find(tex: str, source: str) -> Written | None:
    """The formula of a source that became this TeX; of several that could, the one with most of it in plain sight."""
    found = [each for match in _WRITTEN.finditer(source) if (each := _became(tex.strip(), match))]
    return max(found, key=_plainly, default=None)


def _plainly(written: Written) -> int:
    return sum(last - first for first, last, _, _, copied in written.parts if copied)


def _became(tex: str, match: re.Match[str]) -> Written | None:
    """The formula of a match, if it can have become the TeX."""
    name = next(each for each in ("inline", "fence", "tag") if match[each] is not None)
    text, parts = match[name], list(_parts(match[name]))
    if len(parts) > _MOST_PARTS:
        return None
    pattern = "".join(f"({each})" for _, _, each, _ in parts)
    found = re.fullmatch(rf"[\s>]*{pattern}[\s>]*", tex, re.DOTALL)
    if found is None:
        return None
    spans = [(*found.span(at), begins, ends, copied) for at, (begins, ends, _, copied) in enumerate(parts, 1)]
    return Written(text, match.start(name), match.string, tuple(spans))


def _parts(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """What a formula's text is made of: where each part begins and ends, how it may look, whether it is copied."""
    at = 0
    for match in (*_JINJA.finditer(text), None):
        end = len(text) if match is None else match.start()
        for word in re.finditer(r"[^\s>]+|[\s>]+", text[at:end]):
            blank = word[0][0] in " \t\n>"
            yield at + word.start(), at + word.end(), r"[\s>]*" if blank else re.escape(word[0]), not blank
        if match is not None:
            yield match.start(), match.end(), ".*?", False
            at = match.end()


def told(problem: Problem, tex: str, written: Written | None) -> Problem:
    """What KaTeX says of a formula, in its author's text: its line and column, and the position in what was typed."""
    said = _SAID.fullmatch(problem.message)
    position = len(tex) if said is None or said["end"] else int(said["at"]) - 1
    if written is None:
        text, at, inside = unmarked(tex), len(_beginning(tex[:position])), ""
    else:
        text = written.text
        at, inside = written.at(position)
    line_text, before = _flat(text), _flat(text[:at])
    at_line = len(before) + bool(before and text[at - 1].isspace())
    what = problem.message if said is None else said["what"]
    what = what.replace(r"\htmlData", inside or "a number")
    if said is not None:
        first, last = max(0, at_line - _AROUND), at_line + _AROUND
        excerpt = "…" * (first > 0) + line_text[first:last] + "…" * (last < len(line_text))
        what += f" {said['end'] or f'at position {at_line + 1}'}: {excerpt}"
    key = line_text if len(line_text) <= _SHOWN else f"{line_text[: _SHOWN - 1]}…"
    if written is None:
        return replace(problem, message=what, key=key)
    line, column = written.place(at) if said is not None else (written.line, None)
    return replace(problem, message=what, key=key, line=line, column=column)


def _flat(text: str) -> str:
    """A formula on one line, without the signs of a quotation."""
    return " ".join((re.sub(r"(?m)^[ \t>]+", "", text) if "\n" in text else text).split())


def unmarked(tex: str) -> str:
    """A formula without our marks."""
    return _MARK.sub(r"\1", tex)


def _beginning(tex: str) -> str:
    """The beginning of a formula without our marks, the last of which may be cut."""
    return re.sub(r"\\htmlData(?:\{q=[^{}]*\}?)?\{?", "", unmarked(tex))
