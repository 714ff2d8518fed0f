r"""TeX → what stands on the line of a formula: numerals, signs, fractions, powers, fences, matrices.

What changes nothing in what a formula says goes: marks, colours, small spaces, the braces of a group. What is not
known stays as a node that says so. Of TeX that is long, deep, or not closed nothing is read (ValueError).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from backprop_docgen.private_characters import PRIVATE

MOST_TOKENS: Final = 20_000
MOST_DEPTH: Final = 60

Kind = Literal[
    "number", "symbol", "name", "sign", "relation", "break", "separator", "fraction", "power", "fence", "table",
    "row", "space", "open", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One thing on the line: its TeX, what it says (digits, a sign, a name, the two ends of a fence), its parts.

    Those of a fraction are its two, of a power base and exponent, of a fence what stands in it, of a table its rows
    of cells, each a "row". A "symbol" is a private character that stands for a number. A "break" is a wide space, or a
    new "line".
    """

    kind: Kind
    tex: str
    text: str = ""
    parts: tuple[tuple[Node, ...], ...] = ()


_OTHER: Final = Node("other", "")
_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)
_RELATIONS: Final = {r"\approx": "≈"} | {sign: sign for sign in "=≈<>≠≤≥≡→←↦⇒∝⟶∼∈"}
_MORE_RELATIONS: Final = re.compile(
    r"\\(?:lt|gt|neq?|leq?|geq?|equiv|(?:long|Long)?(?:left)?(?:[rR]ight|left)arrow|gets|to|mapsto|implies|iff|propto"
    r"|sim|simeq|cong|in|coloneqq)"
)
_SIGNS: Final = {"+": "+", "-": "-", "−": "-", r"\times": "×", "×": "×", r"\odot": "⊙", "⊙": "⊙"} | dict.fromkeys(
    (r"\cdot", r"\ast", "*", "·", "⋅", "∗"), "·"
)
_SPACE: Final = re.compile(
    r"~|\\(?:[,;:!> ]|(?:thin|med|thick|en)space|(?:display|text|script)style|[bB]igg?[lr]?|notag|nonumber"
    r"|(?:no)?limits|allowbreak|nobreak|hline)"
)
_BREAKS: Final = frozenset((r"\\", r"\quad", r"\qquad", r"\cr", r"\newline"))
_UNSEEN: Final = re.compile(r"\\(?:hspace|vspace|phantom|tag|label|color)")
_DRESSED: Final = re.compile(r"\\(?:html(?:Data|Class|Id|Style)|textcolor)")
_FONT: Final = re.compile(r"\\(?:math(?:bf|rm|it|sf|tt|normal)|boldsymbol|bm|bold|boxed|fbox)")
_WORDS: Final = re.compile(r"\\(?:text(?:rm|bf|it)?|mbox)")
_FRACTION: Final = re.compile(r"\\[cdt]?frac")
_NAMES: Final = {"e": "e", "T": "T"} | {rf"\{name}": name for name in ("ln", "tanh", "exp", "max", "top", "intercal")}
_LADDER: Final = re.compile(r"(?:align(?:ed)?|split|gather(?:ed)?|equation|alignedat)\*?")
_MATRICES: Final = {"pmatrix": "()", "bmatrix": "[]", "matrix": "", "smallmatrix": "", "array": ""}
_PAIRS: Final = {")": "(", "]": "[", r"\rvert": r"\lvert"}
_ENDS: Final = {r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\lbrack": "[", r"\rbrack": "]"}


def nodes_of(tex: str) -> tuple[Node, ...]:
    """What stands on the line. Raises ValueError for TeX of which nothing is read."""
    tokens = [match.span() for match in islice(_TOKEN.finditer(tex), MOST_TOKENS + 1)]
    if len(tokens) > MOST_TOKENS:
        raise ValueError("too long")
    return _Parser(tex, tokens).row(frozenset(), 0)


class _Parser:
    def __init__(self, tex: str, places: list[tuple[int, int]]) -> None:
        self.tex = tex
        self.places = places
        self.tokens = [tex[start:end] for start, end in places]
        self.at = 0

    def row(self, stop: frozenset[str], depth: int) -> tuple[Node, ...]:
        """What stands before one of the tokens that stop it, or before the end where there is none."""
        if depth > MOST_DEPTH:
            raise ValueError("too deep")
        found: list[Node] = []
        opened: list[tuple[int, int]] = []  # where a parenthesis that is not closed yet stands: node, token
        while self._next() not in stop:
            if not self._next():
                if stop:
                    raise ValueError("not closed")
                break
            start, token = self.at, self._take()
            if token in _PAIRS.values():
                opened.append((len(found), start))
                found.append(Node("open", token, token))
            elif token in _PAIRS:
                self._close(found, opened, token)
            elif token in ("^", "_", "'"):
                base = found.pop() if found else _OTHER
                opened = opened if base.kind != "open" else opened[:-1]
                found.append(self._script(base, token, start, depth + len(opened)))
            else:
                found.append(self._node(token, start, depth + len(opened)))
        return _flat(found)

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise ValueError("not closed")
        self.at += 1
        return token

    def _written(self, start: int) -> str:
        """The TeX from a token up to here."""
        return self.tex[self.places[start][0] : self.places[self.at - 1][1]]

    def _close(self, found: list[Node], opened: list[tuple[int, int]], token: str) -> None:
        """A fence that no \\left opens."""
        if not opened or found[opened[-1][0]].text != _PAIRS[token]:
            found.append(_OTHER)
            return
        begin, start = opened.pop()
        opening, *inside = found[begin:]
        del found[begin:]
        ends = _ENDS.get(opening.text, opening.text) + _ENDS.get(token, token)
        found.append(Node("fence", self._written(start), ends, (_flat(inside),)))

    def _script(self, base: Node, token: str, start: int, depth: int) -> Node:
        script = () if token == "'" else self._argument(depth)
        if token != "^" or base.kind not in ("number", "symbol", "name", "row", "fence"):
            return _OTHER
        return Node("power", base.tex + self._written(start), parts=(_flat([base]), script))

    def _argument(self, depth: int) -> tuple[Node, ...]:
        """A group, or a single token."""
        start, token = self.at, self._take()
        if token.isdecimal():
            return (Node("number", token, token),)
        return _flat([self._node(token, start, depth)])

    def _node(self, token: str, start: int, depth: int) -> Node:
        if token == "{":
            inner = self.row(frozenset("}"), depth + 1)
            self._take()
            return Node("row", self._written(start), parts=(inner,))
        if _FONT.fullmatch(token) or _DRESSED.fullmatch(token):
            if _DRESSED.fullmatch(token):
                self._raw()
            inner = self._argument(depth + 1)
            return Node("row", self._written(start), parts=(inner,))
        if token.isdecimal() and token.isascii():
            return self._number(token, start)
        if _FRACTION.fullmatch(token):
            parts = self._argument(depth + 1), self._argument(depth + 1)
            return Node("fraction", self._written(start), parts=parts)
        if token == r"\left":
            return self._fence(start, depth)
        if token == r"\begin":
            return self._environment(start, depth)
        return self._simple(token, start)

    def _simple(self, token: str, start: int) -> Node:
        """A sign, a name, a space; what is not known takes its arguments with it."""
        if token in _SIGNS:
            return Node("sign", token, _SIGNS[token])
        if token in _RELATIONS or _MORE_RELATIONS.fullmatch(token):
            return Node("relation", token, _RELATIONS.get(token, token))
        if token in _NAMES:
            return Node("name", token, _NAMES[token])
        if token in ",;":
            return Node("separator", token, token)
        if token in _BREAKS:
            if token == r"\\" and self._next() == "[":
                self._optional()
            return Node("break", token, "" if token in (r"\quad", r"\qquad") else "line")
        if _SPACE.fullmatch(token):
            return Node("space", token)
        if _UNSEEN.fullmatch(token):
            self._raw()
            return Node("space", token)
        if _WORDS.fullmatch(token):
            return _OTHER if self._raw().strip("~ ") else Node("space", token)
        if token == r"\operatorname" and "".join(self._raw().split()) == "lrelu":
            return Node("name", self._written(start), "lrelu")
        if PRIVATE.fullmatch(token):
            return Node("symbol", token, token)
        if token in ("}", r"\right", r"\end"):
            raise ValueError("not opened")
        while len(token) > 1 and self._next() == "{":
            self._raw()
        return _OTHER

    def _number(self, token: str, start: int) -> Node:
        digits = [token]
        while True:
            ahead = "".join(self.tokens[self.at : self.at + 4])
            if re.match(r"\.?[0-9]", ahead):
                digits.append(self._take())
            elif re.match(r"\{,\}[0-9]", ahead):
                self.at += 3
                digits.append(",")
            else:
                return Node("number", self._written(start), "".join(digits))

    def _fence(self, start: int, depth: int) -> Node:
        opening = self._take()
        inner = self.row(frozenset((r"\right",)), depth + 1)
        self._take()
        closing = self._take()
        ends = _ENDS.get(opening, opening) + _ENDS.get(closing, closing)
        return Node("fence", self._written(start), ends, (inner,))

    def _environment(self, start: int, depth: int) -> Node:
        kind = self._raw()
        if kind in ("array", "alignedat"):
            self._raw()
        rows: list[list[tuple[Node, ...]]] = [[]]
        stop = frozenset(("&", r"\\", r"\cr", r"\end"))
        while True:
            rows[-1].append(self.row(stop, depth + 1))
            token = self._take()
            if token == r"\end":
                self._raw()
                break
            if token != "&":
                rows.append([])
                if self._next() == "[":
                    self._optional()
        if len(rows) > 1 and rows[-1] == [()]:
            rows.pop()
        tex = self._written(start)
        if _LADDER.fullmatch(kind):
            return Node("row", tex, parts=(_ladder(rows),))
        if kind not in _MATRICES:
            return _OTHER
        cells = tuple(tuple(Node("row", "", parts=(cell,)) for cell in row) for row in rows)
        table = Node("table", tex, parts=cells)
        return Node("fence", tex, _MATRICES[kind], ((table,),)) if _MATRICES[kind] else table

    def _raw(self) -> str:
        """An argument as it is written."""
        if self._next() == "*":
            self._take()
        if self._take() != "{":
            return self.tokens[self.at - 1]
        start, depth = self.at, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self._take(), 0)
        return self.tex[self.places[start][0] : self.places[self.at - 1][0]]

    def _optional(self) -> None:
        while self._take() != "]":
            pass


def _flat(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes of a row, groups opened, spaces gone."""
    found: list[Node] = []
    for node in nodes:
        if node.kind == "row":
            found += node.parts[0]
        elif node.kind != "space":
            found.append(node)
    return tuple(found)


def _ladder(rows: list[list[tuple[Node, ...]]]) -> tuple[Node, ...]:
    """The rows of aligned equations, one after another: after each pair of columns comes another equation."""
    found: list[Node] = []
    for row in rows:
        for index, cell in enumerate(row):
            if found and index % 2 == 0:
                found.append(Node("break", "", "" if index else "line"))
            found += cell
    return tuple(found)
