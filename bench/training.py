"""The engine's measurements, ``engine.json`` (written by ``bench/engine.py``), as tables of the benchmark's page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field

from backprop_docgen.numbers.language import Language, load_language

FILE: Final = Path(__file__).with_name("engine.json")
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "head": "contender | threads | seconds | ÷ this project | note",
        "partly": "≈: from {rounds} rounds and {examples} examples",
        "missing": "not measured: `{}`",
    },
    "es": {
        "head": "quién | hilos | segundos | ÷ este proyecto | nota",
        "partly": "≈: a partir de {rounds} rondas y {examples} ejemplos",
        "missing": "sin medir: `{}`",
        "this project": "este proyecto",
        "plain Python loops": "bucles de Python",
        "PyTorch, autograd": "PyTorch, autograd",
        "PyTorch, gradients by hand": "PyTorch, gradientes a mano",
        "PyTorch, autograd, float32": "PyTorch, autograd, float32",
        "PyTorch, gradients by hand, float32": "PyTorch, gradientes a mano, float32",
        "the ranges overlap": "los intervalos se solapan",
        "half the digits, twice as many numbers at once; the pages promise those of doubles": (
            "la mitad de cifras, el doble de números a la vez; las páginas prometen las de doble precisión"
        ),
        "shares all of its work out; NumPy the products of matrices alone": (
            "reparte todo su trabajo; NumPy, solo los productos de matrices"
        ),
        "its operations are fused": "funde sus operaciones",
    },
}


class Line(BaseModel):
    """One contender on one network: seconds for all rounds; those of ``extrapolated`` are put in proportion."""

    title: str
    threads: int
    median: float | None = None
    least: float = 0.0
    most: float = 0.0
    rounds: int = 0
    examples: int = 0
    extrapolated: bool = False
    times_ours: float = Field(0.0, alias="times ours")
    why_faster: str = Field("", alias="why faster")
    missing: str = ""


class Case(BaseModel):
    """A network, by its layers, and how many examples a round has."""

    examples: int
    lines: list[Line]


class Training(BaseModel):
    """All that was measured."""

    date: datetime.date
    rounds: int
    cores: int
    python: str
    numpy: str
    torch: str = "–"
    micrograd: str = "–"
    cases: dict[str, Case]

    @classmethod
    def read(cls, path: Path = FILE) -> Training | None:
        """What was measured last; None when nothing was. Raises ValidationError."""
        return cls.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def training_table(case: Case, language: str) -> str:
    """The lines of a case as a Markdown table."""
    words, numbers = _WORDS[language], load_language(language)
    head = [words["head"], "--- | ---: | ---: | ---: | ---"]
    lines = sorted(case.lines, key=lambda line: (line.threads, line.median is None, line.median))
    return "\n".join(f"| {row} |" for row in (*head, *(" | ".join(_row(line, words, numbers)) for line in lines)))


def _row(line: Line, words: dict[str, str], numbers: Language) -> Iterator[str]:
    title = words.get(line.title, line.title)
    yield f"**{title}**" if line.title == "this project" else title
    yield str(line.threads)
    if line.median is None:
        yield from ("–", "–", words["missing"].format(re.sub(r"[`|{}<>$]", " ", line.missing)))
        return
    about = "≈\u00a0" if line.extrapolated else ""
    seconds, least, most, times = (
        _short(each, numbers) for each in (line.median, line.least, line.most, line.times_ours)
    )
    yield f"{about}{seconds} ({least}\u2060–\u2060{most})"
    yield f"{about}{times}"
    counts = {"rounds": numbers.integer(line.rounds), "examples": numbers.integer(line.examples)}
    partly = words["partly"].format(**counts) if line.extrapolated else ""
    yield words.get(line.why_faster, line.why_faster) or partly


def _short(number: float, numbers: Language) -> str:
    """Three significant digits, without an exponent."""
    return numbers.integer(round(number)) if number >= 100 else f"{number:.3g}"
