"""What the explanations of wrong numbers know: ``make evidence``.

On random networks of the tutorial's shape it plants slips, writes their numbers with so many digits, and sees what is
named; it gives numbers that mean nothing; it leaves a family of rules out and offers its slips; it rounds every step
rightly; and it judges the wrong numbers that were printed in public (``tests/slips/posts``). All random numbers follow
from the seeds printed. Counts go to ``slips.json``, and from there to the pages ``docs/*/wrong-numbers.md``.
"""

from __future__ import annotations

import argparse
import datetime
import math
import os
import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Example, Network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.slips.answer import Answer, read_answer
from backprop_docgen.slips.catalogue import Catalogue, catalogue
from backprop_docgen.slips.doubles import FUNCTIONS, Doubles
from backprop_docgen.slips.judge import Asked, Candidate, Judge, Verdict
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.table import PLAUSIBLE, RULES
from backprop_docgen.slips.words import sentence
from backprop_docgen.worksheet.course import network_sheet
from backprop_docgen.worksheet.worksheet import Worksheet
from slips_report import LANGUAGES, Post, Results, show, write_pages

ROOT: Final = Path(__file__).parent.parent
POSTS: Final = ROOT / "tests" / "slips" / "posts"
NETWORKS: Final = 200
BATCH: Final = 25
"""Networks that are computed at once."""
DIGITS: Final = (3, 4, 6)
EACH: Final = 4
"""Slips planted, and numbers that mean nothing, for each kind of quantity of a network and number of digits."""
OFFERED: Final = 4
"""Slips offered of each family that is left out, for each network and number of digits."""
FAMILIES: Final = tuple(dict.fromkeys(rule.family for rule in RULES.values() if rule.family != "two"))
ROUNDING: Final = ("rounded too early", "cut instead of rounded")

Counts = Counter[tuple[str, ...]]
"""How often: what was measured, of what, the digits, and what came out."""


# what is drawn


def drawn(seed: int) -> Network:
    """A network of the tutorial's shape: its numbers have one or two decimals, none is 0.

    Inputs, weights and biases lie between −1 and 1, targets between 0 and 1, as does the learning rate.
    """
    draw, shape = random.Random(seed), _shape()

    def number(low: int) -> Decimal:
        places = draw.choice((1, 2))
        found = 0
        while found == 0:
            found = draw.randint(low * 10**places, 10**places)
        return Decimal(found).scaleb(-places)

    def several(like: Iterable[object], low: int = -1) -> tuple[Decimal, ...]:
        return tuple(number(low) for _ in like)

    (example,) = shape.examples
    layers = tuple(
        replace(layer, weights=tuple(several(row) for row in layer.weights), biases=several(layer.biases))
        for layer in shape.layers
    )
    examples = (Example(several(example.inputs), several(example.targets, 0)),)
    return replace(shape, examples=examples, layers=layers, learning_rate=number(0))


@cache
def _shape() -> Network:
    return read_network(ROOT / "network.toml")


@cache
def _slips() -> Catalogue:
    """The slips of the shape: they are trees of names, so they are those of every network drawn."""
    return catalogue(_shape(), _worksheet(_shape()))


def _worksheet(network: Network) -> Worksheet:
    return network_sheet(network, "", "drawn").worksheet


def kind(name: str) -> str:
    """Quantities of the tutorial that are computed in the same way; "later": those of the second iteration."""
    base, at, _ = name.partition("@")
    if at and not re.fullmatch(r"[wb]\d+", base):
        return "later: back" if base.startswith(("d", "error")) else "later: forward"
    if re.fullmatch(r"d[^/]+/d.+", base):
        top, bottom = re.fullmatch(r"d([^/]+)/d(.+)", base).groups()  # type: ignore[union-attr]
        if top.startswith("E_") and bottom.startswith("w"):
            return "dE/dw_o" if bottom in ("w5", "w6", "w7", "w8") else "dE/dw_h"
        return f"d{_bare(top)[:1] if top.startswith('E_') else _bare(top)}/d{_bare(bottom)}"
    delta = re.fullmatch(r"delta_([ho])\d+", base)
    return f"dE/dnet_{delta[1]}" if delta else _bare(base) + ("+" if at else "")


def _bare(name: str) -> str:
    return re.sub(r"\d+$", "", name)


# many networks at once


class Many:
    """Networks of one shape: every candidate of each quantity, computed for all of them together."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self.networks = networks
        worksheets = [_worksheet(network) for network in networks]
        self.sheets = [
            Sheet(network, worksheet, slips=_slips()) for network, worksheet in zip(networks, worksheets, strict=True)
        ]
        trees = self.sheets[0].formulas
        given = {
            name: np.array([float(sheet.value(name)) for sheet in self.sheets])
            for name, tree in trees.items()
            if isinstance(tree, Constant)
        }
        self.together = Judge(Sheet(networks[0], worksheets[0], given, _slips()))
        self._single: dict[str, Columns] = {}
        self._pairs: dict[str, Columns] = {}

    def single(self, name: str, index: int) -> list[Candidate]:
        """What one slip, or another quantity, gives for a quantity of one of them."""
        if name not in self._single:
            sheet, others = self.together.sheet, self.together.taken_for(name)
            slips = [slip for slip in sheet.catalogue.slips if sheet.reaches(slip, name)]
            what = [Candidate(math.nan, slip.rule, name, (slip,)) for slip in slips]
            what += [Candidate(math.nan, rule, name, other=other) for other, rule in others.items()]
            values = [*(sheet.with_slip(slip, name) for slip in slips), *(sheet.value(other) for other in others)]
            self._single[name] = Columns(what, self._columns(values))
        return self._single[name].of(index)

    def pairs(self, name: str, index: int) -> list[Candidate]:
        """What two slips at once give."""
        if name not in self._pairs:
            sheet = self.together.sheet
            pairs = sheet.pairs(name)
            what = [Candidate(math.nan, "two-slips", name, slips) for slips in pairs]
            self._pairs[name] = Columns(what, self._columns([sheet.under(*slips)(name) for slips in pairs]))
        return self._pairs[name].of(index)

    def _columns(self, values: Sequence[Doubles]) -> list[list[float]]:
        """The values of each network."""
        count = len(self.networks)
        found: list[list[float]] = np.array([np.broadcast_to(value, count) for value in values]).T.tolist()
        return found or [[]] * count


@dataclass(frozen=True)
class Columns:
    """Candidates, and what their values are for each network."""

    what: Sequence[Candidate]
    values: Sequence[Sequence[float]]

    def of(self, index: int) -> list[Candidate]:
        """Those of one network that are finite."""
        return [
            Candidate(value, each.rule, each.quantity, each.slips, each.other)
            for each, value in zip(self.what, self.values[index], strict=True)
            if math.isfinite(value)
        ]


class OneOf(Judge):
    """The judge of one of many networks; the rules of one family may be left out."""

    def __init__(self, many: Many, index: int, family: str = "", like: OneOf | None = None) -> None:
        super().__init__(many.sheets[index])
        self.many, self.index, self.family = many, index, family
        self._two: dict[str, list[Candidate]] = {}
        if like is not None:
            self._intervals, self._candidates, self._two = like._intervals, like._candidates, like._two

    def _kept(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        if not self.family:
            return list(candidates)
        return [each for each in candidates if self.family not in families(each)]

    def candidates(self, name: str) -> list[Candidate]:
        """Those of the networks together, for this one."""
        if name not in self._candidates:
            self._candidates[name] = self.many.single(name, self.index)
        return self._kept(self._candidates[name])

    def pairs(self, name: str) -> list[Candidate]:
        """Likewise."""
        if name not in self._two:
            self._two[name] = self.many.pairs(name, self.index)
        return self._kept(self._two[name])

    def pen(self, name: str, value: float, digits: int) -> list[Candidate]:
        """None where that family is left out."""
        return self._kept(super().pen(name, value, digits))


def families(candidate: Candidate) -> set[str]:
    """The families of the rules that give a candidate."""
    rules = [slip.rule for slip in candidate.slips] or [candidate.rule]
    return {RULES[rule].family for rule in rules}


# what is measured of one network


def written(value: float, digits: int) -> Answer:
    """A number rounded to so many significant digits, as a person would type it."""
    found = read_answer(f"{value:.{digits - 1}e}")
    assert isinstance(found, Answer), value
    return found


def measured(judge: OneOf, draw: random.Random, counts: Counts) -> None:
    """Plant slips in quantities of every kind, and give numbers that mean nothing for them."""
    kinds: dict[str, list[str]] = {}
    for name in judge.sheet.catalogue.asked:
        if judge.sheet.value(name) != 0:
            kinds.setdefault(kind(name), []).append(name)
    for row, names in kinds.items():
        for digits in DIGITS:
            for _ in range(EACH):
                name = draw.choice(names)
                right = float(judge.sheet.value(name))
                if wrong := offered(judge, name, digits):
                    planted = draw.choice(wrong)
                    verdict = _verdict(judge, written(planted.value, digits), name)
                    counts["planted", row, str(digits), outcome(planted, verdict)] += 1
                verdict = _verdict(judge, written(right * draw.uniform(0.5, 1.5), digits), name)
                counts["random", row, str(digits), "named" if verdict.explanations else verdict.verdict] += 1


def offered(judge: Judge, name: str, digits: int) -> list[Candidate]:
    """The plausible slips that change a quantity, and the plausible others that are taken for it."""
    right = float(judge.sheet.value(name))
    return [
        each
        for each in [*judge.candidates(name), *judge.pen(name, right, digits)]
        if each.rank <= PLAUSIBLE and each.value != 0 and not _alike(each.value, right)
    ]


def _verdict(judge: Judge, answer: Answer, name: str) -> Verdict:
    (verdict,) = judge.judge([Asked(answer, name)]).verdicts
    return verdict


def _alike(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12)


def outcome(planted: Candidate, verdict: Verdict) -> str:
    """What became of a planted slip; "other": something else was named, and it was not."""
    if verdict.explanations:
        words = [_words(each) for each in verdict.explanations]
        if _words(planted) in words:
            return "first" if words[0] == _words(planted) else "listed"
        return "tie" if verdict.more else "other"
    if verdict.verdict == "unknown":
        return "few" if verdict.write else "unknown"
    return verdict.verdict


def _words(candidate: Candidate) -> tuple[object, ...]:
    """What a sentence about a candidate is made of: slips that are said in the same words are the same."""
    return candidate.rule, candidate.other, *(tuple(sorted(slip.parts.items())) for slip in candidate.slips)


def left_out(judge: OneOf, draw: random.Random, counts: Counts) -> None:
    """Leave each family of rules out, and offer what its slips give."""
    for family in FAMILIES:
        without = OneOf(judge.many, judge.index, family, judge)
        names = list(judge.sheet.catalogue.asked)
        for digits in DIGITS:
            todo = OFFERED
            for name in draw.sample(names, len(names)):
                found = [each for each in offered(judge, name, digits) if families(each) == {family}]
                if not found:
                    continue
                one = draw.choice(found)
                verdict = _verdict(without, written(one.value, digits), name)
                counts["left out", family, str(digits), _mistaken(one, verdict)] += 1
                todo -= 1
                if not todo:
                    break


def _mistaken(offered: Candidate, verdict: Verdict) -> str:
    """Whether another rule was named: "same" where it gives the very same value, so that nobody could tell."""
    if not verdict.explanations:
        return verdict.verdict
    return "same" if any(_alike(each.value, offered.value) for each in verdict.explanations) else "named"


def stepwise(judge: Judge, draw: random.Random, counts: Counts) -> None:
    """Compute every quantity from operands that were rounded, as a person does; all of them are right."""
    for digits in DIGITS:
        inside = draw.random() < 0.5  # also what is computed on the way inside a formula
        found: dict[str, float] = {}
        for name, tree in judge.sheet.formulas.items():
            value = _rounded_steps(tree, found.__getitem__, digits, inside)
            found[name] = value if isinstance(tree, Constant) else _round(value, digits)
        for name in judge.sheet.catalogue.asked:
            if found[name]:
                verdict = _verdict(judge, written(found[name], digits), name)
                counts["stepwise", kind(name), str(digits), verdict.verdict] += 1


def _round(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _rounded_steps(tree: Expression, lookup: Callable[[str], float], digits: int, inside: bool) -> float:
    """A tree's value; ``inside``: every operation's result is rounded, partial sums and products, too."""

    def step(value: float) -> float:
        return _round(value, digits) if inside else value

    def of(node: Expression) -> float:
        return _rounded_steps(node, lookup, digits, inside)

    match tree:
        case Symbol(name):
            return lookup(name)
        case Constant(value):
            return float(value)
        case Sum((first, *rest)):
            total = of(first)
            for term in rest:
                total = step(total + of(term))
            return total
        case Product((first, *rest)):
            total = of(first)
            for factor in rest:
                total = step(total * of(factor))
            return total
        case Power(base, exponent):
            return step(of(base) ** exponent)
        case Quotient(top, bottom):
            return step(of(top) / of(bottom))
        case Function(name, argument):
            return step(float(FUNCTIONS[name](of(argument))))
    raise AssertionError("a tree has no other nodes")


# all of them


def batch(seeds: Sequence[int]) -> Counts:
    """What is counted of the networks of some seeds; the same whichever process does it."""
    counts: Counts = Counter()
    many = Many([drawn(seed) for seed in seeds])
    for index, seed in enumerate(seeds):
        draw = random.Random(f"slips {seed}")
        judge = OneOf(many, index)
        measured(judge, draw, counts)
        left_out(judge, draw, counts)
        stepwise(judge, draw, counts)
    return counts


def posts() -> list[Post]:
    """The public numbers that follow from no earlier one, each judged with those that belong to it."""
    data = tomllib.loads((POSTS / "posts.toml").read_text("utf-8"))
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for index, post in enumerate(data["post"]):
        group = post.get("together", str(index))
        groups.setdefault((post["network"], group), []).append(post)
    found = []
    for (network, _), group in groups.items():
        sheet = network_sheet(read_network(POSTS / network), "", network)
        asked = [post for post in group if post["quantity"] in sheet.worksheet]
        answers = [Asked(_read(post["number"]), post["quantity"]) for post in asked]
        judgement = Judge(Sheet(sheet.network, sheet.worksheet)).judge(answers)
        verdicts = {id(post): verdict for post, verdict in zip(asked, judgement.verdicts, strict=True)}
        found += [_post(post, verdicts.get(id(post)), data["accepted"]) for post in group]
    return found


def _read(number: str) -> Answer:
    answer = read_answer(number)
    assert isinstance(answer, Answer), number
    return answer


def _post(post: Mapping[str, Any], verdict: Verdict | None, accepted: Mapping[str, list[str]]) -> Post:
    label = post["label"]
    agreeing = {*accepted.get(label, []), *(["carried"] if post.get("follows") else [])}
    if verdict is None:
        became, rules = "not asked", []
    else:
        became, rules = verdict.verdict, [each.rule for each in verdict.explanations]
        if became == "carried":
            rules = ["carried"]
        if agreeing & set(rules):
            became = "explained"
        elif verdict.explanations:
            became = "otherwise"
    rounding = label.startswith(ROUNDING)
    named = verdict.explanations if verdict is not None else ()
    shown = next((each for each in named if each.rule in agreeing), named[0] if named else None)
    return Post(
        network=post["network"].removesuffix(".toml"),
        quantity=post["quantity"],
        number=post["number"],
        label=label,
        what="follows" if post.get("follows") else "rounding" if rounding else "slip" if agreeing else "none",
        became=became,
        rules=rules,
        said={} if shown is None else {code: sentence(shown, load_language(code)) for code in LANGUAGES},
    )


def main() -> None:
    """Measure, print, and write ``slips.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=NETWORKS, help="so many networks are drawn")
    parser.add_argument("--seed", type=int, default=1, help="of the first network; the others follow")
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    parser.add_argument("--write", action="store_true", help="measure nothing, and make the pages anew")
    options = parser.parse_args()
    if options.write:
        write_pages()
        return
    console = Console()
    seeds = list(range(options.seed, options.seed + options.networks))
    console.print(f"seeds {seeds[0]} to {seeds[-1]}")
    counts: Counts = Counter()
    columns = (TextColumn("networks"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        task = progress.add_task("", total=len(seeds))
        parts = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
        for done in as_completed({pool.submit(batch, part): part for part in parts}):
            counts += done.result()
            progress.advance(task, BATCH)
    results = Results.of(counts, posts(), seeds, datetime.datetime.now(datetime.UTC).date())
    show(console, results)
    if not options.dry:
        results.write()
        write_pages()


if __name__ == "__main__":
    main()
