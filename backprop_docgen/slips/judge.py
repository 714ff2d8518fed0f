"""Is a number right, and if not: which wrong step gives it? Said only where it can be known.

A slip is named where chance would give so near a candidate at most once in fifty: the candidates that lie around the
number are counted, far about and near by, likeliest rules first, and each stands for as much room as the last digit
leaves open. So a number of few digits is not explained, unless a candidate is exactly what was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal, TypeAlias

from backprop_docgen.formula.tree import Constant, Expression, symbols
from backprop_docgen.slips.answer import Answer
from backprop_docgen.slips.catalogue import Slip, with_ancestors
from backprop_docgen.slips.pen import pen_slips
from backprop_docgen.slips.right import RightIntervals
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.steps import steps
from backprop_docgen.slips.table import LOWEST, PLAUSIBLE, RULES
from backprop_docgen.worksheet.names import Name

VerdictName: TypeAlias = Literal["right", "short", "carried", "slip", "other-quantity", "unknown"]

FEWEST: Final = 3
"""Answers of fewer significant digits are not judged, unless a candidate is exactly what was written."""
MOST: Final = 15
"""More digits than a double holds tell nothing."""
CHANCE: Final = 0.02
"""A slip is named where chance would give so near a candidate at most this often."""
WIDTH: Final = 0.25
"""Candidates are counted as far around a number as half its way to the right value, or this part of that."""
NAMED: Final = 3
"""So many explanations are given at most."""
_CROWD: Final = 3
"""So many others make a crowd: of fewer the distance tells nothing."""
_SAME: Final = 1e-12
"""Values that differ by less than this part are the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer: what was read, its quantity (None: left open), and the digits asked for (None: as written)."""

    answer: Answer
    quantity: str | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wrong value of a quantity, and what gives it: slips of the catalogue, the pen, or another quantity."""

    value: float
    rule: str
    quantity: str
    slips: tuple[Slip, ...] = ()
    other: str = ""

    @property
    def rank(self) -> int:
        """1 (the likeliest) to 5."""
        return RULES[self.rule].rank

    @property
    def tier(self) -> int:
        """The same, but 0 of the likeliest that are made everywhere: they are few."""
        return 0 if self.rank == 1 and len(self.slips) == 1 and self.slips[0].everywhere else self.rank

    @property
    def formula(self) -> str:
        """Where it happens; "" where that is everywhere."""
        return self.slips[0].formula if len(self.slips) == 1 else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of an answer. ``explanations``: the likeliest first; ``more``: as many others print alike.

    ``remark``: "truncated", of a right one; ``write``: of an unknown one, with so many digits a slip could be told.
    """

    quantity: str | None
    verdict: VerdictName
    explanations: tuple[Candidate, ...] = ()
    more: int = 0
    remark: str | None = None
    write: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict for each answer, and the slips that explain several of them together."""

    verdicts: tuple[Verdict, ...]
    together: tuple[Slip, ...] = ()

    @property
    def told(self) -> int:
        """How many of the answers are explained together."""
        return sum(
            any(slip in self.together for each in verdict.explanations for slip in each.slips)
            for verdict in self.verdicts
        )


class Judge:
    """Judges answers about one network."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._intervals: dict[int, RightIntervals] = {}
        self._candidates: dict[str, list[Candidate]] = {}
        self._pairs: dict[str, list[Candidate]] = {}

    def judge(self, asked: Sequence[Asked]) -> Judgement:
        """A verdict for each answer, in order; those given for what a quantity follows from are carried forward."""
        verdicts: list[Verdict] = []
        for each in asked:
            verdicts.append(self._open(each) if each.quantity is None else self._of(each, each.quantity))
        own = {
            each.quantity: (each.answer.value, verdict.verdict)
            for each, verdict in zip(asked, verdicts, strict=True)
            if each.quantity is not None
        }
        for index, each in enumerate(asked):
            missed = verdicts[index].verdict not in ("right", "short")
            if each.quantity is not None and missed and self._carried(each, each.quantity, own):
                verdicts[index] = Verdict(each.quantity, "carried")
        together = self._together(asked, verdicts)
        for index, each in enumerate(asked) if together else ():
            if verdicts[index].verdict in _OPEN:
                fits = [found for slip in together if (found := self._fitting(slip, each)) is not None]
                if fits:
                    verdicts[index] = Verdict(fits[0].quantity, "slip", tuple(fits))
        return Judgement(tuple(verdicts), tuple(together))

    # one answer for one quantity

    def _of(self, asked: Asked, name: str) -> Verdict:
        answer, value = _Written.of(asked.answer), float(self.sheet.value(name))
        if self._is_right(asked, name):
            cut = not answer.rounds(value) and answer.is_cut(value)
            return Verdict(name, "right", remark="truncated" if cut else None)
        wanted = asked.digits or answer.digits
        if answer.digits < FEWEST and asked.digits is None:  # all that there is, so it may be exact
            plausible = [each for each in self.candidates(name) if each.rank <= PLAUSIBLE and each.slips]
            exactly = [each for each in plausible if answer.fits(each.value)]  # many a given has so few digits, too
            if exactly:
                return _verdict(name, sorted(exactly, key=lambda each: each.rank))
        fewer = answer.digits < max(wanted, FEWEST) and answer.rounds(value)
        if fewer and answer.digits:
            return Verdict(name, "short", write=max(wanted, FEWEST))
        found = self._explained(answer, name, value)
        few = fewer if not answer.digits else answer.digits < FEWEST
        return _with_more(found, max(wanted, FEWEST) if few else asked.digits or 0, few)

    def _is_right(self, asked: Asked, name: str) -> bool:
        answer, exact = asked.answer, self._exact(name)
        if exact is not None and exact == answer.value:
            return True
        digits = min(asked.digits or answer.digits, MOST)
        if answer.digits < max(digits, FEWEST):
            return False
        low, high = self.interval(name, digits)
        return math.isfinite(low) and math.isfinite(high) and low <= answer.value <= high

    def _exact(self, name: str) -> Fraction | None:
        return None if self.sheet.given else self.sheet.worksheet[name].exact

    def interval(self, name: str, digits: int) -> tuple[float, float]:
        """The right interval of a quantity."""
        if digits not in self._intervals:
            self._intervals[digits] = RightIntervals(self._formulas(), digits)
        return self._intervals[digits].of(name)

    def _formulas(self) -> Mapping[str, Expression]:
        given = {name: Constant(Fraction(repr(float(value)))) for name, value in self.sheet.given.items()}
        return {**self.sheet.formulas, **given}

    def _explained(self, answer: _Written, name: str, value: float) -> Verdict:
        """A wrong answer: what gives it, where that can be told."""
        digits = min(answer.digits, MOST)
        low, high = self.interval(name, digits) if digits >= FEWEST else (value, value)

        def wrong(candidates: Iterable[Candidate]) -> list[Candidate]:
            """Those that are wrong at these digits: what lies in the right interval is never claimed."""
            return [each for each in candidates if not low <= each.value <= high and not _alike(each.value, value)]

        pen = self.pen(name, value, digits) if digits >= FEWEST else []
        # many a quantity is exactly what a number of few digits says
        single = wrong([*pen, *(each for each in self.candidates(name) if each.slips or answer.digits >= FEWEST)])
        radius = max(abs(answer.value - value) / 2, abs(value) * WIDTH)
        hidden = [each for each in self.candidates(name) if low <= each.value <= high and not _alike(each.value, value)]
        if any(answer.fits(each.value) for each in hidden):
            return Verdict(name, "unknown", write=_digits_to_tell(answer, hidden, radius))
        found = _named(answer, single, radius)
        if found is None and not any(answer.fits(each.value) for each in single):
            single += wrong(self.pairs(name))
            found = _named(answer, single, radius)
        if found is None:
            return Verdict(name, "unknown", write=_digits_to_tell(answer, single, radius))
        return _verdict(name, found)

    def candidates(self, name: str) -> list[Candidate]:
        """Every value of a quantity that one slip gives, and those of other quantities."""
        if name not in self._candidates:
            self._candidates[name] = [
                Candidate(value, slip.rule, name, (slip,))
                for slip in self.sheet.catalogue.slips
                if self.sheet.reaches(slip, name)
                if math.isfinite(value := float(self.sheet.with_slip(slip, name)))
            ] + list(self._others(name))
        return self._candidates[name]

    def _others(self, name: str) -> Iterator[Candidate]:
        for other, rule in self.taken_for(name).items():
            value = float(self.sheet.value(other))
            if math.isfinite(value):
                yield Candidate(value, rule, name, other=other)

    def taken_for(self, name: str) -> dict[str, str]:
        """The quantities whose value may be given for another's, each with the rule that says so."""
        near = self._kin(name)
        return {
            other: "other-quantity" if other in near else "distant-quantity"
            for other in self.sheet.formulas
            if other != name and "[" not in other
        }

    def _kin(self, name: str) -> set[str]:
        """What a quantity is easily taken for: what it is made of or makes, the same of a neighbour, or of a step."""
        formulas = self.sheet.formulas
        own = set(symbols(formulas[name]))
        made = {other for other, tree in formulas.items() if name in symbols(tree)}
        parsed = Name.parse(name)
        kind = _kind(parsed.base)
        alike = {
            other
            for other in formulas
            if _kind(Name.parse(other).base) == kind or Name.parse(other).base == parsed.base
        }
        return own | made | alike

    def pen(self, name: str, value: float, digits: int) -> list[Candidate]:
        """What slips of the pen make of a right value that is written with so many digits."""
        return [Candidate(found, rule, name) for rule, found in pen_slips(value, digits)]

    def pairs(self, name: str) -> list[Candidate]:
        """Every value of a quantity that two of the likeliest slips give together."""
        if name not in self._pairs:
            self._pairs[name] = [
                Candidate(value, "two-slips", name, slips)
                for slips in self.sheet.pairs(name)
                if math.isfinite(value := float(self.sheet.under(*slips)(name)))
            ]
        return self._pairs[name]

    # one answer for whatever it may be

    def _open(self, asked: Asked) -> Verdict:
        answer = _Written.of(asked.answer)
        radius = abs(answer.value) / 4
        for name in self.sheet.formulas:
            if self._exact(name) == asked.answer.value:
                return Verdict(name, "right")
        values = {name: float(self.sheet.value(name)) for name in self.sheet.catalogue.asked}
        right = [Candidate(value, "other-quantity", name) for name, value in values.items()]
        found = _named(answer, right, radius)
        if found is not None:
            return Verdict(found[0].quantity, "right")
        if not answer.digits:
            found = None  # very much comes to 0
        elif answer.digits < FEWEST:  # exactly what one plausible slip or another gives, of one and the same quantity
            exactly = [each for each in self._direct if each.rank <= PLAUSIBLE and answer.fits(each.value)]
            one = len({each.quantity for each in exactly}) == 1
            found = sorted(exactly, key=lambda each: each.rank) if one else None
        else:
            found = _named(answer, self._direct, radius)
        if found is None:
            unknown = Verdict(None, "unknown", write=_digits_to_tell(answer, [*right, *self._direct], radius))
            return _with_more(unknown, FEWEST, 0 < answer.digits < FEWEST)
        return _verdict(found[0].quantity, found)

    @cached_property
    def _direct(self) -> list[Candidate]:
        """What each slip makes of the formulas in which it is."""
        found = []
        for slip in self.sheet.catalogue.slips:
            for name in slip.trees:
                value = float(self.sheet.with_slip(slip, name))
                if math.isfinite(value) and not _alike(value, float(self.sheet.value(name))):
                    found.append(Candidate(value, slip.rule, name, (slip,)))
        return found

    # several answers together

    def _carried(self, asked: Asked, name: str, own: Mapping[str, tuple[Fraction, str]]) -> bool:
        """Whether an answer follows rightly from the answers before it, of which one at least is wrong.

        They may be used as the worksheet's formulas use them, or as one computes by hand: δ times what arrives.
        """
        digits = min(asked.digits or asked.answer.digits, MOST)
        if asked.answer.digits < digits or digits < FEWEST:
            return False
        ways = (self._formulas(), self._by_hand)
        return any(self._follows(asked, name, own, formulas, digits) for formulas in ways)

    def _follows(
        self,
        asked: Asked,
        name: str,
        own: Mapping[str, tuple[Fraction, str]],
        formulas: Mapping[str, Expression],
        digits: int,
    ) -> bool:
        before = {other: own[other] for other in with_ancestors([name], formulas.__getitem__) - {name} if other in own}
        if all(verdict in ("right", "short") for _, verdict in before.values()):
            return False
        given = {other: Constant(value) for other, (value, _) in before.items()}
        low, high = RightIntervals({**formulas, **given}, digits).of(name)
        return math.isfinite(low) and math.isfinite(high) and low <= asked.answer.value <= high

    @cached_property
    def _by_hand(self) -> Mapping[str, Expression]:
        by_hand = steps(self.sheet.network, self.sheet.worksheet)
        return {**self._formulas(), **{name: tree for name, tree in by_hand.items() if name in self.sheet.formulas}}

    def _together(self, asked: Sequence[Asked], verdicts: Sequence[Verdict]) -> list[Slip]:
        """The slips that explain all wrong answers at once, if there are two at least, and chance would not.

        What may be right so far counts where a slip gives it exactly.
        """
        if len(asked) < 2:
            return []
        judged = [(each, verdict.verdict) for each, verdict in zip(asked, verdicts, strict=True)]
        wrong = [each for each, verdict in judged if verdict in _WRONG]
        short = [each for each, verdict in judged if verdict == "short"]
        if not wrong:
            return []
        for rank in range(1, LOWEST + 1):
            slips = [slip for slip in self.sheet.catalogue.slips if slip.rank <= rank]
            fits = [slip for slip in slips if all(self._fitting(slip, each) is not None for each in wrong)]
            for slip in fits:
                told = [*wrong, *(each for each in short if self._fitting(slip, each) is not None)]
                luck = math.prod(self._luck(slip, each) for each in told)
                if len(told) > 1 and self._rivals(slip, slips, told) * luck <= CHANCE:
                    return [slip, *(other for other in fits if other is not slip and self._same(slip, other, told))][
                        :NAMED
                    ]
        return []

    def _rivals(self, slip: Slip, slips: Sequence[Slip], told: Sequence[Asked]) -> int:
        """How many slips might explain answers as well as one does: where that gives them exactly, those that can."""

        def ends(other: Slip) -> bool:
            return all(
                any(written.ends(float(self.sheet.with_slip(other, name))) for name in self._places(other, each))
                for each, written in answers
            )

        answers = [(each, _Written.of(each.answer)) for each in told]

        return sum(1 for other in slips if ends(other)) if ends(slip) else len(slips)

    def _places(self, slip: Slip, asked: Asked) -> list[str]:
        """Where a slip may show: in the quantity of an answer, or in the formulas in which it is."""
        if asked.quantity is None:
            return [*slip.trees]
        return [asked.quantity] if self.sheet.reaches(slip, asked.quantity) else []

    def _same(self, slip: Slip, other: Slip, told: Sequence[Asked]) -> bool:
        return all(self._fitting(other, each) is not None for each in told)

    def _fitting(self, slip: Slip, asked: Asked) -> Candidate | None:
        """What a slip makes of the quantity of an answer, or of a formula in which it is, if that is the answer."""
        written = _Written.of(asked.answer)
        for name in self._places(slip, asked):
            value = float(self.sheet.with_slip(slip, name))
            if written.fits(value) and not _alike(value, float(self.sheet.value(name))):
                return Candidate(value, slip.rule, name, (slip,))
        return None

    def _luck(self, slip: Slip, asked: Asked) -> float:
        """How often a number would be hit by chance, roughly: the room of its last digit beside its size."""
        places = 1 if asked.quantity else len(slip.trees)
        size = abs(float(asked.answer.value)) or 1.0
        return min(1.0, places * max(float(asked.answer.unit) / size, _SAME))


_WRONG: Final = ("slip", "other-quantity", "unknown")
_OPEN: Final = (*_WRONG, "short")


def _kind(base: str) -> str:
    """A name without its numbers: ``net_h1`` and ``net_h2`` are of one kind."""
    return re.sub(r"(?<=[how])\d+(_\d+)?", "", base)


def _named(answer: _Written, candidates: Sequence[Candidate], radius: float) -> list[Candidate] | None:
    """The candidates that fit, likeliest first, if there are so few about that chance would seldom fit one."""
    for fit, room in ((answer.fits, answer.unit), (answer.fits_cut, 2 * answer.unit)):  # rounded, or else cut
        fits = sorted(
            (each for each in candidates if fit(each.value)), key=lambda each: (each.rank, not answer.ends(each.value))
        )
        for exact, rank in _TIERS if fits else ():
            tier = [each for each in candidates if each.tier <= rank and (not exact or answer.ends(each.value))]
            there = any(fit(each.value) for each in tier)
            if there and _chance(answer.value, [each.value for each in tier], room, radius) <= CHANCE:
                return fits
        if fits:
            return None
    return None


_TIERS: Final = (
    *((True, rank) for rank in range(PLAUSIBLE + 1)),
    *((False, rank) for rank in range(LOWEST + 1)),
)
"""Which candidates count: first those that end at the digits written, as exact values do; the likeliest first."""


def _chance(x: float, values: Sequence[float], unit: float, radius: float) -> float:
    """How often a number about x would lie beside a candidate: as many as there are, each with the room of a unit.

    They are counted as far as ``radius``; and where they crowd about x, as slips that change little do about the right
    value, by how near the k-th of the others lies: a density of (k - 1) / 2d, from the third on.
    """
    if unit == 0:
        return 0.0
    if radius <= 0:
        return math.inf
    near = sorted(value for value in values if abs(value - x) <= radius)
    distinct = [value for before, value in zip([-math.inf, *near], near, strict=False) if not _alike(before, value)]
    others = sorted(away for value in distinct if (away := abs(value - x)) > unit / 2)
    crowd = max((count * unit / (2 * away) for count, away in enumerate(others) if count >= _CROWD - 1), default=0.0)
    return max(len(distinct) * unit / radius, crowd)


def _digits_to_tell(answer: _Written, candidates: Sequence[Candidate], radius: float) -> int | None:
    """With how many digits what fits now could be told from chance; None where nothing fits, or none would do.

    What has fewer than ``FEWEST`` is not judged, so it wants as many.
    """
    fits = [each for each in candidates if answer.fits(each.value)]
    unit, digits = answer.unit, answer.digits
    if not fits or not digits or unit == 0:
        return FEWEST if 0 < digits < FEWEST and unit else None
    best = min(each.rank for each in fits)
    values = [each.value for each in candidates if each.rank <= best]
    for more in range(1, MOST - digits + 1):
        if digits + more >= FEWEST and _chance(answer.value, values, unit / 10**more, radius) <= CHANCE:
            return digits + more
    return None


def _with_more(verdict: Verdict, digits: int, few: bool) -> Verdict:
    """An unknown answer: more digits than it has are asked for where so few are not judged; never fewer than wanted."""
    if verdict.verdict != "unknown" or not (few or verdict.write):
        return verdict
    return replace(verdict, write=max(verdict.write or 0, digits))


def _verdict(name: str, fits: Sequence[Candidate]) -> Verdict:
    """The likeliest of what fits; what is said in the same words counts once."""
    distinct: dict[tuple[object, ...], Candidate] = {}
    for each in fits:
        key = (each.rule, each.other, *(tuple(sorted(slip.parts.items())) for slip in each.slips))
        distinct.setdefault(key, each)
    found = list(distinct.values())
    other = RULES[found[0].rule].family == "another quantity"
    verdict: VerdictName = "other-quantity" if other else "slip"
    return Verdict(name, verdict, tuple(found[:NAMED]), max(len(found) - NAMED, 0))


@dataclass(frozen=True, slots=True)
class _Written:
    """An answer in doubles: its value, a unit of its last place (0: it is exact), and its significant digits."""

    value: float
    unit: float
    digits: int

    @classmethod
    def of(cls, answer: Answer) -> _Written:
        return cls(float(answer.value), float(answer.unit), answer.digits)

    def fits(self, value: float) -> bool:
        """Whether a value is written so; where there are few digits, whether it is exactly that."""
        if self.digits < FEWEST or self.unit == 0:
            return math.isfinite(value) and _alike(value, self.value)
        return self.rounds(value)

    def rounds(self, value: float) -> bool:
        """Whether a value, rounded to these places, is this (a tie goes either way)."""
        return abs(value - self.value) <= self.unit / 2 + _SAME * abs(value) < math.inf

    def is_cut(self, value: float) -> bool:
        """Whether this is a value with its further digits cut off."""
        off = abs(value) - abs(self.value)
        return (self.value > 0) == (value > 0) and 0 <= off < self.unit - _SAME * abs(value)  # 1 is not cut to 0.9999

    def fits_cut(self, value: float) -> bool:
        """The same, of an answer with so many digits that it tells."""
        return self.digits > FEWEST and self.is_cut(value)

    def ends(self, value: float) -> bool:
        """Whether a value needs no more places than this has."""
        return self.unit == 0 or _alike(round(value / self.unit) * self.unit, value)


def _alike(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=0.0)
