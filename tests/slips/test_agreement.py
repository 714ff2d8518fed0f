"""The command line and the page judge alike: the same verdict, in the same words."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import sample
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.site.practice_data import practice_json
from backprop_docgen.slips.answer import Answer, read_answer
from backprop_docgen.slips.judge import Asked, Judge
from backprop_docgen.slips.pen import pen_slips
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.slips.words import sentence, together
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import ROOT
from node import node, stored

LANGUAGES = {"en": load_language("en"), "es": load_language("es", ",")}
FILES = {
    path.stem: path
    for path in [ROOT / "network.toml", *sorted((ROOT / "tests" / "networks").glob("*.toml"))]
    if path.stem not in ("10-20-10", "wide")  # the same, for long
}
GROUPS, FEW_GROUPS, NETWORKS = 700, 120, 5  # of one to four answers; with --all, and without

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="needs Node.js: the browser's modules are not tried"
)


@dataclass
class Drawn:
    """Answers to one network, of every kind."""

    judge: Judge
    chance: random.Random

    @property
    def sheet(self) -> Sheet:
        return self.judge.sheet

    def text(self, value: float, digits: int) -> str:
        written = f"{value:#.{digits}g}".removesuffix(".")
        return written.replace(".", self.chance.choice(".,"))

    def wrong(self, name: str) -> float:
        """What a slip makes of a quantity, or of the pen, or another quantity."""
        value = float(self.sheet.value(name))
        slips = [slip for slip in self.sheet.catalogue.slips if self.sheet.reaches(slip, name)]
        kind = self.chance.random()
        if kind < 0.6 and slips:
            return float(self.sheet.with_slip(self.chance.choice(slips[: self.chance.choice((10, 40, 3000))]), name))
        if kind < 0.7:
            return self.chance.choice([value, *(found for _, found in pen_slips(value, 5))])
        if kind < 0.8:
            return float(self.sheet.value(self.chance.choice(self.sheet.catalogue.asked)))
        if kind < 0.9 and (pairs := self.sheet.pairs(name)):
            return float(self.sheet.under(*self.chance.choice(pairs))(name))
        return value * (1 + self.chance.uniform(-0.4, 0.4))

    def answer(self, name: str, value: float) -> dict[str, object]:
        digits = self.chance.choice((2, 3, 4, 4, 5, 6, 8, 10, 12))
        wanted = self.chance.choice((None, None, digits, digits + 1, 4))
        name_or_none = None if self.chance.random() < 0.2 else name
        return {"quantity": name_or_none, "text": self.text(value, digits), "digits": wanted}

    def group(self) -> list[dict[str, object]]:
        """One answer, or several: unlike ones, one slip throughout, or some that follow from a wrong one."""
        asked, kind = self.sheet.catalogue.asked, self.chance.random()
        first = self.chance.choice(asked)
        if kind < 0.4:
            value = float(self.sheet.value(first)) if self.chance.random() < 0.3 else self.wrong(first)
            return self.finite([(first, value)])
        if kind < 0.6:
            names = self.chance.sample(asked, min(3, len(asked)))
            return self.finite([(name, self.wrong(name)) for name in names])
        if kind < 0.8:
            slip = self.chance.choice(self.sheet.catalogue.slips)
            names = [name for name in asked if self.sheet.reaches(slip, name)] or list(slip.trees)
            names = self.chance.sample(names, min(3, len(names)))
            return self.finite([(name, float(self.sheet.with_slip(slip, name))) for name in names])
        wrong = self.wrong(first)
        if not math.isfinite(wrong):
            return self.group()
        followed = Sheet(self.sheet.network, self.sheet.worksheet, slips=self.sheet.catalogue)
        followed._values[first] = wrong
        later = [name for name in asked if first in self.sheet.ancestors[name]]
        names = self.chance.sample(later, min(3, len(later)))
        digits = self.chance.choice((4, 6, 8))
        chain = [(first, wrong), *((name, float(followed.value(name))) for name in names)]
        return [
            {"quantity": name, "text": self.text(value, digits), "digits": digits}
            for name, value in chain
            if math.isfinite(value)
        ]

    def finite(self, values: list[tuple[str, float]]) -> list[dict[str, object]]:
        return [self.answer(name, value) for name, value in values if math.isfinite(value)]


def judged(judge: Judge, asked: list[dict[str, object]], code: str) -> dict[str, object]:
    language, read = LANGUAGES[code], []
    for each in asked:
        answer = read_answer(str(each["text"]))
        assert isinstance(answer, Answer), each
        read.append(Asked(answer, each["quantity"], each["digits"]))
    found = judge.judge(read)
    verdicts = [
        {
            "quantity": verdict.quantity,
            "verdict": verdict.verdict,
            "explanations": [[each.rule, each.formula, sentence(each, language)] for each in verdict.explanations],
            "more": verdict.more,
            "remark": verdict.remark,
            "write": verdict.write,
        }
        for verdict in found.verdicts
    ]
    several = [[slip.rule, together(slip, found.told, len(read), language)] for slip in found.together]
    return {"verdicts": verdicts, "together": several}


def test_python_and_browser_judge_alike(tmp_path: Path) -> None:
    chance = sample.drawing("answers")
    names = ["network", *sample.some("judged networks", sorted({*FILES} - {"network"}), NETWORKS - 1)]
    shapes, drawn = {}, {}
    for name in names:
        network = read_network(FILES[name])
        worksheet = build_worksheet(network)
        shapes[name] = json.loads(practice_json(name, network, worksheet))
        drawn[name] = Drawn(Judge(Sheet(network, worksheet)), chance)
    groups = []
    for index in range(GROUPS if sample.everything else FEW_GROUPS):
        name = names[index % len(names)]
        if asked := drawn[name].group():
            code = chance.choice(list(LANGUAGES))
            groups.append(
                {"shape": name, "code": code, "asked": asked, "expected": judged(drawn[name].judge, asked, code)}
            )
    kinds = {verdict["verdict"] for group in groups for verdict in group["expected"]["verdicts"]}
    assert kinds == {"right", "short", "carried", "slip", "other-quantity", "unknown"}
    languages = {code: language.to_json() for code, language in LANGUAGES.items()}
    cases = stored(tmp_path, {"shapes": shapes, "languages": languages, "groups": groups})
    assert int(node("judge.mjs", cases)) == sum(len(group["asked"]) for group in groups)
