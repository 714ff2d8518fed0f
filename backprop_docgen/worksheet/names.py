"""The grammar of the names of quantities, and the symbol of each.

It is public (templates, JSON, HTML and the command line use it)::

    name  = base [ "[" example "]" ] [ "@" updates ]        net_h1   net_h1[2]   w5@1
    base  = base "/d" base for a derivative                 dE_total/dw5   dout_h1/dnet_h1

A quantity of another worksheet carries that worksheet's name in front: ``source:E_total@1``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from backprop_docgen.errors import Problem, QuantityError

_NAME: Final = re.compile(
    r"(?:(?P<sheet>[a-z][a-z0-9_-]*):)?(?P<base>[^\[\]@:]+)(?:\[(?P<example>\d{1,4})\])?(?:@(?P<step>\d{1,7}))?",
    re.ASCII,
)
_NEURON: Final = re.compile(r"(?P<letter>[ho])(?P<number>\d+)(?:_(?P<within>\d+))?")
_FAMILIES: Final = {"net": r"\text{net}", "out": r"\text{out}", "target": r"\text{target}", "error": "e", "E": "E"}


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a quantity's name; ``sheet`` is "" for the default worksheet."""

    base: str
    example: int | None = None
    step: int = 0
    sheet: str = ""

    @classmethod
    def parse(cls, text: str) -> Name:
        """Read a name; raises QuantityError when it does not follow the grammar."""
        match = _NAME.fullmatch(text)
        if not match:
            raise QuantityError(Problem(f"{text!r} is not the name of a quantity"))
        example, step = match["example"], match["step"]
        return cls(match["base"], int(example) if example else None, int(step or 0), match["sheet"] or "")

    def __str__(self) -> str:
        sheet = f"{self.sheet}:" if self.sheet else ""
        example = "" if self.example is None else f"[{self.example}]"
        return f"{sheet}{self.base}{example}{f'@{self.step}' if self.step else ''}"


def at_example(name: str, mark: str) -> str:
    """A name of the worked example with the mark of another one: ``net_h1@1`` and ``[2]`` → ``net_h1[2]@1``."""
    if not mark:
        return name
    base, at, step = name.partition("@")
    return f"{base}{mark}{at}{step}"


def without_example(name: str) -> tuple[str, str]:
    """The inverse of :func:`at_example`; the mark is "" where a name has none."""
    if "[" not in name:
        return name, ""
    base, _, rest = name.partition("[")
    number, _, step = rest.partition("]")
    bare, mark = base + step, f"[{number}]"
    return (bare, mark) if at_example(bare, mark) == name else (name, "")


def neuron_symbol(neuron: str) -> str:
    """LaTeX of a neuron's own name: ``h1`` → ``h_{1}``, ``h1_2`` (layer 1, neuron 2) → ``h1_{2}``."""
    letter, number, within = _neuron(neuron)
    return f"{letter}{number}_{{{within}}}" if within else f"{letter}_{{{number}}}"


def _neuron(neuron: str) -> tuple[str, str, str | None]:
    match = _NEURON.fullmatch(neuron)
    if not match:
        raise QuantityError(Problem(f"{neuron!r} is not the name of a neuron"))
    return match["letter"], match["number"], match["within"]


def _base_symbol(base: str) -> str:
    if base.startswith("d") and "/d" in base:
        top, bottom = base[1:].split("/d", 1)
        top_symbol = r"E_{\text{seq}}" if top == "E_sequential" else _base_symbol(top)
        return rf"\frac{{\partial {top_symbol}}}{{\partial {_base_symbol(bottom)}}}"
    if base == "eta":
        return r"\eta"
    if not base:
        raise QuantityError(Problem("a derivative needs a quantity on both sides"))
    family, _, rest = base.partition("_")
    if family == "delta":
        return rf"\delta_{{{_subscript(rest)}}}"
    if family == "E" and rest in ("total", "mean"):
        return rf"E_{{\text{{{rest}}}}}"
    if base == "E_change":
        return r"\Delta E"
    if family in _FAMILIES and rest:
        return f"{_FAMILIES[family]}_{{{_subscript(rest)}}}"
    return f"{base[0]}_{{{base[1:]}}}"


def _subscript(neuron: str) -> str:
    letter, number, within = _neuron(neuron)
    return f"{letter}{number}_{{{within}}}" if within else f"{letter}{number}"


def symbol_of(name: Name) -> str:
    """The LaTeX symbol of a name; ``@1`` is a plus, later updates their number, ``[n]`` the example."""
    marks = "" if name.example is None else f"[{name.example}]"
    if name.step:
        marks += "+" if name.step == 1 else f"({name.step})"
    base = _base_symbol(name.base)
    if not marks:
        return base
    return rf"\left({base}\right)^{{{marks}}}" if base.startswith(r"\frac") else f"{base}^{{{marks}}}"
