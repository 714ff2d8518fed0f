"""Expression trees as JSON, for the page, the site's data and its check."""

from __future__ import annotations

import math
import re
import reprlib
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from backprop_docgen.errors import Problem, QuantityError
from backprop_docgen.formula.evaluate import FUNCTIONS
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol

Json: TypeAlias = "float | int | str | list[Json]"

_MAX_EXPONENT: Final = 1000
_FRACTION: Final = re.compile(r"-?[0-9]{1,4000}(?:/0*[1-9][0-9]{0,4000})?")
_MAX_DEPTH: Final = 64


def to_json(tree: Expression) -> Json:
    """The tree as nested lists: ``["*", ["q", "w5"], 0.5]``; a constant no double holds is a string."""
    match tree:
        case Symbol(name):
            return ["q", name]
        case Constant(number):
            return _number_to_json(number)
        case Sum(terms):
            return ["+", *map(to_json, terms)]
        case Product(factors):
            return ["*", *map(to_json, factors)]
        case Power(base, exponent):
            return ["^", to_json(base), exponent]
        case Quotient(numerator, denominator):
            return ["/", to_json(numerator), to_json(denominator)]
        case Function(name, argument):
            return [name, to_json(argument)]


def _number_to_json(number: Fraction) -> Json:
    if number.denominator == 1 and abs(number) < 2**53:
        return int(number)
    try:
        double = float(number)
    except OverflowError:
        return str(number)
    return double if Fraction(repr(double)) == number else str(number)


def from_json(data: object, depth: int = 0) -> Expression:
    """The inverse of :func:`to_json`; raises QuantityError for anything that is not a tree."""
    if depth > _MAX_DEPTH:
        raise QuantityError(Problem(f"a tree deeper than {_MAX_DEPTH} levels"))
    match data:
        case bool():
            pass
        case int():
            return Constant(Fraction(data))
        case Decimal() if data.is_finite() and abs(data.adjusted()) <= _MAX_EXPONENT:
            return Constant(Fraction(data))
        case float() if math.isfinite(data):
            return Constant(Fraction(repr(data)))
        case str() if _FRACTION.fullmatch(data):
            return Constant(Fraction(data))
        case ["q", str() as name]:
            return Symbol(name)
        case ["+", _, *_]:
            return Sum(tuple(from_json(part, depth + 1) for part in data[1:]))
        case ["*", _, *_]:
            return Product(tuple(from_json(part, depth + 1) for part in data[1:]))
        case ["/", top, bottom]:
            return Quotient(from_json(top, depth + 1), from_json(bottom, depth + 1))
        case ["^", base, int() as exponent] if 1 <= exponent <= 9 and exponent is not True:
            return Power(from_json(base, depth + 1), exponent)
        case [str() as name, argument] if name in FUNCTIONS:
            return Function(name, from_json(argument, depth + 1))
    raise QuantityError(Problem(f"not an expression tree: {_shown(data)}"))


def _shown(data: object) -> str:
    try:
        return reprlib.repr(data)
    except ValueError:  # a whole number of more digits than Python writes
        return f"a {type(data).__name__} with a giant number"
