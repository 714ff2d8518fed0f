"""A reader with a calculator: the relations of a published equation, in interval arithmetic, from its TeX alone.

It knows nothing of the package: how numbers are written it has from the pages that explain it. A numeral with fewer
places than the site's decimals is exact, unless the number's own equation ends with ≈: of what is known less well,
fewer digits are shown. Any other numeral stands for all that rounds to it.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from mpmath import iv

MARKED = re.compile(r"\\htmlData\{q=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
TOKEN = re.compile(
    r"\\(?:left|right)\s*[()|\[\]]|\\frac|\\tfrac|\\cdot|\\ln|\\tanh|\\max|\\operatorname\{lrelu\}"
    r"|e\^|\^|N\d+;|\d+(?:(?:\.|\{,\})\d+)?|[-+{}>,;]"
)
SKIPPED = re.compile(r"\\begin\{aligned\}|\\end\{aligned\}|\\\\\[[^\]]*\]|\\q?quad|&|\{\}|\\,|\s+")
Interval = Any  # mpmath's intervals have no types


class UnreadError(ValueError):
    """A side that is not all numbers."""


def ends_rounded(tex: str) -> bool:
    """Whether the last sign of an equation is ≈: what it is about is rounded, wherever its number stands."""
    return tex.rfind(r"\approx") > tex.rfind(" = ")


def relations(tex: str, decimals: int, inexact: Container[str] = ()) -> list[tuple[bool, str]]:
    """The relations of an equation between sides of numbers alone: whether each holds, as rounded numbers are read.

    ``inexact``: the quantities whose own equations end with ≈.
    """
    numbers: list[Interval] = []

    def taken(match: re.Match[str]) -> str:
        numbers.append(numeral(match[2], decimals, match[1] in inexact))
        return f"N{len(numbers) - 1};"

    plain = SKIPPED.sub(" ", MARKED.sub(taken, tex))
    sides = re.split(r"(\\approx|(?<![<>])=)", plain)
    found = []
    for left, sign, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
        try:
            one, other = (Calculator(side, numbers).value() for side in (left, right))
        except ValueError:  # symbols; what is not bounded, so that it excludes nothing
            continue
        found.append((bool(one.a <= other.b and other.a <= one.b), f"{left} {sign} {right}: {one} {other}"))
    return found


def numeral(text: str, decimals: int, inexact: bool) -> Interval:
    """What a printed number may be; nothing is excluded by what is infinite, or no number."""
    match = re.fullmatch(r"(-?)(\d+)(?:(?:\.|\{,\})(\d+))?(?: \\times 10\^\{(-?\d+)\})?", text)
    if match is None:
        return iv.mpf(["-inf", "inf"])
    sign, whole, places, power = match.groups()
    shift = int(power or 0) - len(places or "")
    middle = iv.mpf(int(sign + whole + (places or ""))) * iv.mpf(10) ** shift
    if power is None and len(places or "") < decimals and not inexact:
        return middle
    half = iv.mpf(10) ** shift / 2
    return iv.mpf([(middle - half).a, (middle + half).b])


class Calculator:
    """Recursive descent over one side."""

    def __init__(self, text: str, numbers: list[Interval]) -> None:
        self.tokens = [token.replace(" ", "") for token in TOKEN.findall(text)]
        if re.sub(r"\s", "", "".join(TOKEN.sub("", text).split())):
            raise UnreadError(text)
        self.numbers = numbers
        self.at = 0

    def value(self) -> Interval:
        found = self.sum()
        if self.at < len(self.tokens):
            raise UnreadError(self.tokens[self.at :])
        return found

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            raise UnreadError(f"{token!r} for {wanted!r}")
        self.at += 1
        return token

    def sum(self) -> Interval:
        found = self.product()
        while self.peek() in ("+", "-"):
            sign, term = self.take(), self.product()
            found = found + term if sign == "+" else found - term
        return found

    def product(self) -> Interval:
        if self.peek() == "-":
            self.take()
            return -self.product()
        found = self.power()
        while self.peek() == "\\cdot":
            self.take()
            found = found * self.power()
        return found

    def power(self) -> Interval:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        exponent = self.braced(lambda: int(self.take()))
        if exponent == 2 and base.a <= 0 <= base.b:
            return iv.mpf([0, max(base.a * base.a, base.b * base.b)])
        found = base
        for _ in range(exponent - 1):
            found = found * base
        return found

    def braced(self, inner: Any) -> Any:
        self.take("{")
        found = inner()
        self.take("}")
        return found

    def fenced(self, opening: str = "(", closing: str = ")") -> Interval:
        self.take(f"\\left{opening}")
        found = self.sum()
        self.take(f"\\right{closing}")
        return found

    def atom(self) -> Interval:
        token = self.peek()
        match token:
            case "\\left(":
                return self.fenced()
            case "\\left[":
                return self.step()
        self.take()
        if token.startswith("N"):
            return self.numbers[int(token[1:-1])]
        if re.fullmatch(r"\d+(?:(?:\.|\{,\})\d+)?", token):
            return iv.mpf(token.replace("{,}", "."))
        match token:
            case "\\frac" | "\\tfrac":
                top, bottom = self.braced(self.sum), self.braced(self.sum)
                if bottom.a <= 0 <= bottom.b:
                    raise UnreadError("a division by 0, perhaps")
                return top / bottom
            case "e^":
                return iv.exp(self.braced(self.sum))
            case "\\ln":
                argument = self.fenced()
                if argument.a <= 0:
                    raise UnreadError("the logarithm of 0, perhaps")
                return iv.log(argument)
            case "\\tanh":
                argument = self.fenced()
                ends = [1 - 2 / (iv.exp(2 * iv.mpf(end)) + 1) for end in (argument.a, argument.b)]
                return iv.mpf([ends[0].a, ends[1].b])
            case "\\operatorname{lrelu}":
                argument = self.fenced()
                slope = iv.mpf(1) / 100
                ends = [end if end > 0 else slope * end for end in (argument.a, argument.b)]
                return iv.mpf([iv.mpf(ends[0]).a, iv.mpf(ends[1]).b])
            case "\\max":
                self.take("\\left(")
                first = self.sum()
                self.take()  # a comma, or a semicolon
                second = self.sum()
                self.take("\\right)")
                return iv.mpf([max(first.a, second.a), max(first.b, second.b)])
        raise UnreadError(token)

    def step(self) -> Interval:
        self.take("\\left[")
        argument = self.sum()
        self.take(">")
        self.take("0")
        self.take("\\right]")
        return iv.mpf([int(argument.a > 0), int(argument.b > 0)])


iv.dps = 80
