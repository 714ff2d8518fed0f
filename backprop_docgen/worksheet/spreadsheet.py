"""A worksheet as a spreadsheet computes it: a name for each cell, and formulas over these names.

The functions are those that every spreadsheet has. Exponentials are bounded, since a spreadsheet has no infinity: it
would say that there is no number, there and wherever it leads. The cross-entropies are computed from the net inputs, as
in the formulas for training (``trainable.mjs``): a double cannot tell a sure output from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from fractions import Fraction
from typing import Final, NamedTuple

from backprop_docgen.formula.evaluate import decimal_places
from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
    negative,
)
from backprop_docgen.worksheet.names import Name, at_example
from backprop_docgen.worksheet.worksheet import Worksheet

MOST_CELLS: Final = 3000
"""So many quantities have cells: a second's work for a build."""
_GIVEN: Final = re.compile(r"(^|/d)([iwb])(\d+)$")
_LARGEST: Final = 700
"""The largest argument of an exponential; e to that power is 10³⁰⁴, near the largest double."""
_ONE: Final = constant(1)
_MINUS: Final = constant(-1)


def cell_name(name: str) -> str:
    """The name of a quantity's cell: ``w_5``, ``net_h1``, ``dE_total_dw_5``, ``w_5_next``, ``out_o1_example_2``.

    ``w5`` itself is where a cell stands, and the other signs have no place in the name of a cell.
    """
    parts = Name.parse(name)
    base = _GIVEN.sub(r"\1\2_\3", parts.base).replace("/", "_")
    example = "" if parts.example is None else f"_example_{parts.example}"
    step = {0: "", 1: "_next"}.get(parts.step, f"_after_{parts.step}")
    return base + example + step


def in_cells(worksheet: Worksheet) -> list[str]:
    """The quantities that have cells, in order: all; of too many, those of the worked example; of still more, none."""
    few = len(worksheet) <= MOST_CELLS
    names = [at_example(name, mark) for name, mark in worksheet.order() if few or not mark]
    return names if len(names) <= MOST_CELLS else []


def spreadsheet_formula(tree: Expression, lookup: Callable[[str], Expression | None]) -> str:
    """A tree as a formula over names of cells, without the = before it; ``lookup`` gives the tree of a quantity."""
    return _Writer(lookup).written(tree).text


def bearable(neurons: Iterable[str], after: str = "") -> dict[str, Expression]:
    """The formulas of logistic outputs with binary cross-entropy that doubles can bear, by the names that they have.

    1/out is 1 + e⁻ⁿᵉᵗ, 1/(1 − out) is 1 + eⁿᵉᵗ, and −ln out is softplus(−net). ``after``: the ``[n]@k`` of the names.
    """
    found: dict[str, Expression] = {}
    for neuron in neurons:
        net, out = Symbol(f"net_{neuron}{after}"), Symbol(f"out_{neuron}{after}")
        target = Symbol(f"target_{neuron}{after.partition('@')[0]}")
        missed = difference(_ONE, target)
        one_by_out = Sum((_ONE, Function("exp", negative(net))))
        one_by_rest = Sum((_ONE, Function("exp", net)))
        found[f"E_{neuron}{after}"] = Sum(
            (Product((target, Function("softplus", negative(net)))), Product((missed, Function("softplus", net))))
        )
        found[f"dE_{neuron}/dout_{neuron}{after}"] = difference(
            Product((missed, one_by_rest)), Product((target, one_by_out))
        )
        found[f"dout_{neuron}/dnet_{neuron}{after}"] = Quotient(out, one_by_rest)
    return found


class _Rank(IntEnum):
    """How strongly the parts of a formula hold together."""

    SUM = 1
    MINUS = 2
    PRODUCT = 3
    POWER = 4
    ATOM = 5


class _Written(NamedTuple):
    """``leads``: it begins with a power, so that a minus in front would be raised with its base: −2^2 is 4."""

    text: str
    rank: _Rank
    leads: bool = False

    def at(self, least: _Rank) -> str:
        return self.text if self.rank >= least else f"({self.text})"

    def negated(self) -> _Written:
        return _Written(f"-{f'({self.text})' if self.leads else self.at(_Rank.PRODUCT)}", _Rank.MINUS)


class _Writer:
    """Writes trees as formulas."""

    def __init__(self, lookup: Callable[[str], Expression | None]) -> None:
        self._lookup = lookup

    def written(self, tree: Expression) -> _Written:
        match tree:
            case Symbol(name):
                return _Written(cell_name(name), _Rank.ATOM)
            case Constant(value):
                return _number(value)
            case Sum(terms):
                return _Written("".join(self._terms(terms)), _Rank.SUM)
            case Product((first, *rest)) if first == _MINUS and rest:
                return self._product(rest).negated()
            case Product(factors):
                return self._product(factors)
            case Power(base, exponent):
                return _Written(f"{self.written(base).at(_Rank.ATOM)}^{exponent}", _Rank.POWER, True)
            case Quotient(Function("exp", own), Sum(terms)) if (others := _powers(terms)) is not None:
                return self._share(own, others)
            case Quotient(top, bottom):
                above, below = self.written(top), self.written(bottom)
                text = f"{above.at(_Rank.MINUS)}/{below.at(_Rank.POWER)}"
                return _Written(text, _Rank.PRODUCT, above.leads and above.rank > _Rank.SUM)
            case Function("log", Symbol(name)) if (share := self._as_share(name)) is not None:
                return self._log_of_share(*share)
            case Function(name, argument):
                return _function(name, self.written(argument))

    def _terms(self, terms: Iterable[Expression]) -> Iterator[str]:
        for place, term in enumerate(terms):
            match term:
                case Product((first, *rest)) if place and first == _MINUS and rest:
                    yield f"-{self._product(rest).at(_Rank.PRODUCT)}"
                case _ if place:
                    yield f"+{self.written(term).at(_Rank.PRODUCT)}"
                case _:
                    yield self.written(term).text

    def _product(self, factors: Iterable[Expression]) -> _Written:
        found = [self.written(factor) for factor in factors]
        if len(found) == 1:
            return found[0]
        return _Written("*".join(each.at(_Rank.POWER) for each in found), _Rank.PRODUCT, found[0].leads)

    def _share(self, own: Expression, others: list[Expression]) -> _Written:
        """eᵃ / Σ eᵇ as 1 / Σ eᵇ⁻ᵃ."""
        terms = ["1" if other == own else _exp(self.written(difference(other, own))).text for other in others]
        return _Written(f"1/({'+'.join(terms)})", _Rank.PRODUCT)

    def _as_share(self, name: str) -> tuple[Expression, list[Expression]] | None:
        match self._lookup(name):
            case Quotient(Function("exp", own), Sum(terms)) if (others := _powers(terms)) is not None:
                return own, others
        return None

    def _log_of_share(self, own: Expression, others: list[Expression]) -> _Written:
        """ln of a softmax's output: net − the largest net + ln of the largest output, which is at least 1/n."""
        nets = [each.name for each in others if isinstance(each, Symbol)]
        outs = [net.replace("net_", "out_", 1) for net in nets]
        largest, surest = (f"MAX({','.join(map(cell_name, names))})" for names in (nets, outs))
        return _Written(f"{self.written(own).text}-{largest}+LN({surest})", _Rank.SUM)


def _powers(terms: Iterable[Expression]) -> list[Expression] | None:
    """The exponents of a sum of exponentials; None of another sum."""
    found = [term.argument for term in terms if isinstance(term, Function) and term.name == "exp"]
    return found if len(found) == len(tuple(terms)) else None


def _number(value: Fraction) -> _Written:
    if value < 0:
        return _number(-value).negated()
    places = decimal_places(value)
    if places is None:
        return _Written(f"{value.numerator}/{value.denominator}", _Rank.PRODUCT)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return _Written(f"{digits[:-places]}.{digits[-places:]}" if places else digits, _Rank.ATOM)


def _exp(argument: _Written) -> _Written:
    return _Written(f"EXP(MIN({_LARGEST},{argument.text}))", _Rank.ATOM)


def _function(name: str, argument: _Written) -> _Written:
    x, factor = argument.text, argument.at(_Rank.POWER)
    match name:
        case "exp":
            return _exp(argument)
        case "softplus":
            return _Written(f"MAX(0,{x})+LN(1+EXP(-ABS({x})))", _Rank.SUM)
        case "relu":
            return _Written(f"MAX(0,{x})", _Rank.ATOM)
        case "step":
            return _Written(f"IF({x}>0,1,0)", _Rank.ATOM)
        case "leaky_relu":
            return _Written(f"IF({x}>0,{x},0.01*{factor})", _Rank.ATOM)
        case "leaky_step":
            return _Written(f"IF({x}>0,1,0.01)", _Rank.ATOM)
        case _:
            return _Written(f"{ {'abs': 'ABS', 'log': 'LN', 'tanh': 'TANH'}[name] }({x})", _Rank.ATOM)
