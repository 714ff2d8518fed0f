"""Which values are right: all that follow from operands rightly rounded to the digits asked.

Whoever computes may round each quantity, and each step inside a formula, to the digits asked, to more, or not at all.
Every rounding is one unknown between bounds, so that no sampling is needed: what comes out lies in the interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    symbols,
)
from backprop_docgen.slips.affine import (
    ONE,
    Form,
    Parts,
    Range,
    add,
    apply,
    constant,
    divide,
    made,
    magnitude,
    multiply,
    power_of_ten,
    shifted,
    within,
)

_MOST: Final = 2048
"""Quantities whose roundings are told apart; later ones are not, which is wider, in bounded time and memory."""
_FEWEST: Final = 3  # digits from which on a product of two rounded numbers has more than they
_OFF: Final = 2.0**-50  # relatively: what doubles are off by in what is done here
_NOTHING: Final = 1e-13  # relatively: so little is no rounding
_LN10: Final = math.log(10)
_LARGEST_POWER: Final = 300.0  # exponents beyond go with a power of ten taken out


class RightIntervals:
    """The right values of a worksheet's quantities, at so many significant digits.

    ``formulas``: each quantity's tree (a given is a constant), which uses quantities of the mapping alone; they are
    followed when an interval is asked for. All numbers are dimensionless.
    """

    def __init__(self, formulas: Mapping[str, Expression], digits: int) -> None:
        self._formulas, self._digits = formulas, digits
        self._forms: dict[str, Form] = {}
        self._roundings = 0  # told apart so far

    def of(self, name: str) -> tuple[float, float]:
        """The least and the greatest right value, infinite where not bounded; raises KeyError for an unknown name."""
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is not bounded
            form = self._form(name)
            return self._written(form.low), -self._written(-form.high)

    def _form(self, name: str) -> Form:
        waiting = [name]
        while waiting:
            tree = self._formulas[waiting[-1]]
            missing = [each for each in symbols(tree) if each not in self._forms]
            if missing and len(waiting) > len(self._formulas):
                raise KeyError(f"{missing[0]} hangs on itself")
            if missing:
                waiting.append(missing[0])
                continue
            last = waiting.pop()
            if last not in self._forms:
                self._forms[last] = self._result(self._follow(tree), isinstance(tree, Constant))
        return self._forms[name]

    def _follow(self, tree: Expression) -> Form:
        """What a tree comes to, its last step not yet rounded."""
        match tree:
            case Symbol(name):
                return self._forms[name]
            case Constant(number):
                return constant(number)
            case Sum((first, *others)):
                found = self._step(first)
                for index, term in enumerate(others):
                    found = add(self._inside(found) if index else found, self._step(term))
                return found
            case Product((first, *others)):
                found = self._step(first)
                for index, other in enumerate(others):
                    found = multiply(self._inside(found) if index else found, self._step(other))
                return found
            case Power(base, exponent):
                factor = self._step(base)
                found = factor if exponent == 1 else apply("square", factor)
                for _ in range(exponent - 2):
                    found = multiply(self._inside(found), factor)
                return found
            case Quotient(Function("exp", power), bottom) if (powers := _powers(bottom)) is not None:
                return self._share(power, powers)
            case Quotient(numerator, denominator):
                return divide(self._step(numerator), self._step(denominator))
            case Function(name, argument):
                return apply(name, self._step(argument))
        raise AssertionError("a tree has no other nodes")

    def _step(self, tree: Expression) -> Form:
        return self._inside(self._follow(tree))

    def _share(self, power: Expression, powers: list[Expression]) -> Form:
        """eᵃ / Σ eᵇ: on paper each exponential is computed once, so its rounding is the same above and below.

        Where exponentials might overflow a power of ten is taken out of all of them, which leaves their digits alone.
        """
        exponents = {each: self._step(each) for each in (*powers, power)}
        least, largest = min(x.low for x in exponents.values()), max(x.high for x in exponents.values())
        if not -math.inf < least <= largest < math.inf:
            return within(0.0, 1.0)
        out = round(largest / _LN10) * _LN10 if abs(largest) > _LARGEST_POWER else 0.0
        exponentials = {
            each: self._inside(apply("exp", shifted(exponent, -out)), self._roundings + index)
            for index, (each, exponent) in enumerate(exponents.items())
        }
        total = exponentials[powers[0]]
        for each in powers[1:]:
            total = self._inside(add(total, exponentials[each]))
        if powers == [power]:
            return ONE
        found = divide(exponentials[power], total)
        most = 1.0 if power in powers else math.inf
        return made(found.centre, found.parts, found.rest, max(found.low, 0.0), min(found.high, most))

    def _inside(self, form: Form, own: int | None = None) -> Form:
        """A step of a formula, rounded or not; ``own``: its rounding is told apart, under this number."""
        if form.rounded or self._short(form):
            return form
        low, high = self._rounded(form)
        if not form.bounded:
            return Form(0.0, form.parts, math.inf, low, high, rounded=True)
        under, over = self._rounding(form)
        centre, half = form.centre + (under + over) / 2, (over - under) / 2
        if own is None:
            return Form(centre, form.parts, form.rest + half, low, high, rounded=True)
        return Form(centre, _with(form.parts, own, half), form.rest, low, high, rounded=True)

    def _result(self, form: Form, given: bool) -> Form:
        """A formula's result, rounded or not; all that was rounded inside it is this quantity's own rounding."""
        if form.rounded and not form.rest and form.parts.size <= self._roundings:
            return form  # another quantity, or what needs no rounding
        known, inside = form.parts[: self._roundings], form.parts[self._roundings :]
        centre, grid, low, high = form.centre, form.grid, form.low, form.high
        half = form.rest + float(np.abs(inside).sum())
        if needed := not (form.rounded or self._short(form)):
            low, high = self._rounded(form)
            grid = grid if given else self._grid(low, high)  # a given may stay as it is
            if form.bounded:
                under, over = self._rounding(form, half, float(np.abs(known).sum()))
                centre, half = form.centre + (under + over) / 2, (over - under) / 2
        found = made(centre, known, half, low, high, grid)
        if not found.bounded or found.rest <= _NOTHING * abs(found.centre) or self._roundings >= _MOST:
            grid = None if needed and not given else grid  # without parts it would say that nobody has rounded
            return Form(found.centre, found.parts, found.rest, found.low, found.high, grid, True)
        parts = _with(found.parts, self._roundings, found.rest)
        self._roundings += 1
        return Form(found.centre, parts, 0.0, found.low, found.high, found.grid, True)

    def _short(self, form: Form) -> bool:
        """Whether a number needs no rounding: a multiple of a power of ten with no more digits than asked."""
        if form.grid is None or self._digits < _FEWEST:
            return False
        return max(-form.low, form.high) <= power_of_ten(self._digits + form.grid)

    def _unit(self, size: float) -> float:
        """One unit of the last place of a number of that size."""
        return power_of_ten(magnitude(size) + 1 - self._digits)

    def _grid(self, low: float, high: float) -> int | None:
        """The power of ten of which every rounded number of an interval is a multiple."""
        least = max(low, -high)
        return magnitude(least) + 1 - self._digits if 0 < least < math.inf else None

    def _rounding(self, form: Form, own: float = 0.0, known: float = math.inf) -> tuple[float, float]:
        """What rounding adds to a number, at least and at most.

        Where all of the interval is rounded to the same number, that is known, and with more digits than asked no more
        than a twentieth of a unit is added; else it is half a unit, either way. ``own``: what is included already of
        the number's own, ± so much; ``known``: what others' roundings move it by.
        """
        low, high = form.low, form.high
        largest, least = max(-low, high), max(low, -high)
        unit, off = self._unit(largest), _OFF * largest
        if high - low < unit and least > 0 and magnitude(least) == magnitude(largest):
            nearest = round((low / 2 + high / 2) / unit) * unit
            far = max(abs(high - nearest), abs(nearest - low))
            if far + off < unit / 2:
                more = min(unit / 20, far)
                to_nearest = nearest - form.centre
                under = max(min(nearest - high, -more) - own, min(-own - more, to_nearest - known))
                over = min(max(nearest - low, more) + own, max(own + more, to_nearest + known))
                return under - off, over + off
        return -unit / 2 - own - off, unit / 2 + own + off

    def _rounded(self, form: Form) -> Range:
        """The interval of a number that was rounded, or not, since rounding keeps the order."""
        return self._under(form.low), -self._under(-form.high)

    def _written(self, number: float) -> float:
        """The least that is written for a number: who has worked with more digits rounds once more."""
        if not 0 < abs(number) < math.inf:
            return number
        return min(number, self._nearest(number)) - _OFF * abs(number)

    def _nearest(self, number: float) -> float:
        """The number to the digits asked; of two as near the lesser one."""
        unit = self._unit(abs(number))
        return math.ceil((number - _OFF * abs(number)) / unit - 0.5) * unit

    def _under(self, number: float) -> float:
        """The least that a number may be once it is rounded, to the digits asked or more, or not."""
        size = abs(number)
        if not 0 < size < math.inf:
            return number
        nearest = self._nearest(number)
        return min(nearest, number - min(self._unit(size) / 20, abs(nearest - number))) - _OFF * size


def _powers(bottom: Expression) -> list[Expression] | None:
    """The exponents of a sum of exponentials; None for anything else."""
    terms = bottom.terms if isinstance(bottom, Sum) else (bottom,)
    found = [term.argument for term in terms if isinstance(term, Function) and term.name == "exp"]
    return found if len(found) == len(terms) else None


def _with(parts: Parts, index: int, part: float) -> Parts:
    """The parts, and one more at this place."""
    found = np.zeros(index + 1)
    found[: parts.size] = parts
    found[index] = part
    return found
