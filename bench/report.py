"""The pages of the benchmark, ``docs/*/benchmark.md``, made from its results and the words of ``page.*.md``.

Numbers are written as the site's own are, with a decimal point in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backprop_docgen.numbers.language import load_language
from plot import Bar, bars
from results import OWN_TUTORIAL, Failure, Machine, Results, Row, Timing, Tutorial, Verdict
from training import Training, training_table
from tutorial import LANGUAGES, ROOT, SECTIONS
from visits import Visits

NAMES: Final = {
    "arithmatex": "MkDocs, arithmatex",
    "markdown-katex": "MkDocs, markdown-katex",
    "exec-rs": "MkDocs, markdown-exec, markdown-katex-rs",
    "zensical": "Zensical, markdown-exec, markdown-katex-rs",
    "mkdocs-jupyter": "MkDocs, mkdocs-jupyter",
    "sphinx": "Sphinx, MyST-NB, sphinxcontrib-katex",
    "mystmd": "MyST (mystmd)",
}
_TO: Final = "\u2060–\u2060"  # a range stays on one line
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "floor": "the floor",
        "own": "this project",
        "head": "row | cold, s | ÷ floor | warm, s | ÷ floor | memory, MB | ÷ floor | output",
        "rebuild": "tutorial | floor, seen, s | here, seen, s | floor, built, s | here, built, s | ÷ floor",
        "pages": "{} pages",
        "this": "this one",
        "right": "right",
        "missing": "missing: {}",
        "kinds": "pages, formulas, outputs",
        "install": "cannot be installed",
        "crash": "fails",
        "slow": "stopped: it took too long",
        "crashed": "failed and was repeated: {} ×",
        "sampled": "≈: one process for each formula, so it was measured on {} page in each language only, and what it"
        " adds to the floor there was multiplied by the number of pages.",
        "measured": "Measured on {date}: {machine}. Rounds: {rounds}.",
        "cores": "{} cores",
        "title": "Cold builds as multiples of the floor, {} pages in each language",
        "desc": "Bars on a logarithmic scale, from the floor at 1: {}.",
        "caption": "How many times the floor a cold build takes (logarithmic scale).",
    },
    "es": {
        "floor": "el mínimo",
        "own": "este proyecto",
        "head": "fila | en frío, s | ÷ mínimo | en caliente, s | ÷ mínimo | memoria, MB | ÷ mínimo | salida",
        "rebuild": "tutorial | mínimo, visto, s | aquí, visto, s | mínimo, construido, s | aquí, construido, s"
        " | ÷ mínimo",
        "pages": "{} páginas",
        "this": "este",
        "right": "correcta",
        "missing": "faltan: {}",
        "kinds": "páginas, fórmulas, salidas",
        "install": "no se puede instalar",
        "crash": "falla",
        "slow": "detenida: tardaba demasiado",
        "crashed": "falló y se repitió: {} ×",
        "sampled": "≈: un proceso por fórmula; por eso se midió solo con {} página en cada idioma, y lo que allí añade"
        " al mínimo se multiplicó por el número de páginas.",
        "measured": "Medido el {date}: {machine}. Rondas: {rounds}.",
        "cores": "{} núcleos",
        "title": "Construcciones en frío como múltiplos del mínimo, {} páginas en cada idioma",
        "desc": "Barras en escala logarítmica, desde el mínimo en 1: {}.",
        "caption": "Cuántas veces el mínimo tarda una construcción en frío (escala logarítmica).",
    },
}


def pages() -> dict[Path, str]:
    """The page of each language, by its path, from what was measured last."""
    results, training, visits = Results.read(), Training.read(), Visits.read()
    return {ROOT / "docs" / code / "benchmark.md": page(results, code, training, visits) for code in LANGUAGES}


def write() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, "utf-8", newline="\n")


def page(results: Results, language: str, training: Training | None = None, visits: Visits | None = None) -> str:
    """The page in one language, as Markdown; ``training`` and ``visits``: what benchmarks of their own measured."""
    words = _WORDS[language]
    generated = [each for each in results.tutorials if each.name != OWN_TUTORIAL]

    def name(contender: str) -> str:
        return NAMES.get(contender) or words[contender]

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    context: dict[str, object] = {
        "own": results.tutorial(OWN_TUTORIAL),
        "generated": generated,
        "largest": _largest(generated),
        "sections": SECTIONS,
        "whole": load_language(language).integer,
        "training": training,
        "visits": visits,
        "visits_table": "" if visits is None else visits.table(language),
        "training_table": lambda case: training_table(case, language),
        "rebuilds": any(each.rebuilds for each in results.tutorials),
        "name": name,
        "table": lambda tutorial: _table(tutorial, name, words),
        "measured": lambda tutorial: _measured(tutorial, words),
        "plot": lambda tutorial: _plot(tutorial, name, words),
        "rebuild_table": lambda: _rebuilds(results.tutorials, words),
        "versions": lambda contender: _versions(results, contender),
    }
    return environment.get_template(f"page.{language}.md").render(context)


def _largest(generated: Iterable[Tutorial]) -> Tutorial | None:
    """The one to draw: as many rows as any other has, and the most pages."""
    return max(generated, key=lambda each: (len(each.rows), each.pages), default=None)


def _lines(head: str, rows: Iterable[list[str]], last: str = "---") -> str:
    """A table whose first column is text; the last is, too, or as ``last`` says; every other is numbers."""
    count = head.count("|") + 1
    ruler = ["---", *["---:"] * (count - 2), last]
    return "\n".join(f"| {line} |" for line in (head, " | ".join(ruler), *(" | ".join(row) for row in rows)))


def _table(tutorial: Tutorial, name: Callable[[str], str], words: dict[str, str]) -> str:
    titles = {row.contender: name(row.contender) for row in tutorial.rows}
    titles |= {"own": f"**{name('own')}**"}
    lines = _lines(words["head"], ([titles[row.contender], *_cells(row, words)] for row in tutorial.rows))
    sampled = [row.sampled for row in tutorial.rows if row.sampled]
    return "\n\n".join([lines, *(words["sampled"].format(pages) for pages in sampled)])


def _cells(row: Row, words: dict[str, str]) -> list[str]:
    if row.failure:
        return ["–"] * 6 + [_failure(row.failure, words)]
    about = "≈\u00a0" if row.sampled else ""
    cells = [cell for timing in (row.cold, row.warm) for cell in _timing(timing, about)]
    cells += [f"{row.memory:.0f}" if row.memory else "–", f"{row.memory_ratio:.2f}" if row.memory_ratio else "–"]
    crashed = f"; {words['crashed'].format(row.crashed)}" if row.crashed else ""
    return [*cells, (_verdict(row.verdict, words) if row.verdict else "–") + crashed]


def _timing(timing: Timing | None, about: str) -> list[str]:
    if timing is None:
        return ["–", "–"]
    ratio = timing.ratio
    chance = f" ({ratio.low:.2f}{_TO}{ratio.high:.2f})" if ratio.number > 1 else ""
    return [f"{about}{_digits(timing.seconds.median)}", f"{about}{_digits(ratio.median)}{chance}"]


def _digits(number: float) -> str:
    """Two decimals, or none where they would say nothing."""
    return f"{number:.2f}" if number < 100 else f"{number:.0f}"


def _verdict(verdict: Verdict, words: dict[str, str]) -> str:
    if verdict.right:
        return words["right"]
    counts = (
        (verdict.pages, verdict.pages_wanted),
        (verdict.formulas, verdict.formulas_wanted),
        (verdict.outputs, verdict.outputs_wanted),
    )
    found = [
        f"{kind} {wanted - there}"
        for kind, (there, wanted) in zip(words["kinds"].split(", "), counts, strict=True)
        if there < wanted
    ]
    return words["missing"].format(", ".join(found))


def _failure(failure: Failure, words: dict[str, str]) -> str:
    """The reason in words, and the tool's own, which must be neither Jinja nor Markdown."""
    said = re.sub(r"[`|{}<>$]", " ", failure.words).strip()
    return words[failure.kind] + (f": `{said}`" if said else "")


def _measured(tutorial: Tutorial, words: dict[str, str]) -> str:
    rounds = sorted({row.cold.seconds.number for row in tutorial.rows if row.cold}, reverse=True)
    return words["measured"].format(
        date=tutorial.date.isoformat(),
        machine=_machine(tutorial.machine, words),
        rounds=", ".join(map(str, rounds)),
    )


def _machine(machine: Machine, words: dict[str, str]) -> str:
    parts = [machine.system, machine.processor, words["cores"].format(machine.cores), f"{machine.memory} GB"]
    parts += [f"Python {machine.python}", f"Node.js {machine.node}" if machine.node else ""]
    return ", ".join(filter(None, parts))


def _rebuilds(tutorials: Iterable[Tutorial], words: dict[str, str]) -> str:
    rows = []
    for tutorial in tutorials:
        found = {each.contender: each for each in tutorial.rebuilds}
        if {"floor", "own"} <= found.keys():
            floor, own = found["floor"], found["own"]
            title = words["this"] if tutorial.name == OWN_TUTORIAL else words["pages"].format(tutorial.pages)
            times = [floor.served, own.served, floor.built, own.built]
            ratio = own.built.median / floor.built.median
            rows.append([title, *(f"{each.median:.2f}" for each in times), f"{ratio:.2f}"])
    return _lines(words["rebuild"], rows, "---:")


def _versions(results: Results, contender: str) -> str:
    """The versions last measured with."""
    found = [each.versions[contender] for each in results.tutorials if each.versions.get(contender)]
    return ", ".join(f"{package} {version}" for package, version in found[-1].items()) if found else "–"


def _plot(tutorial: Tutorial, name: Callable[[str], str], words: dict[str, str]) -> str:
    shown = [
        Bar(name(row.contender), row.cold.ratio.median, row.contender == "own", bool(row.sampled))
        for row in tutorial.rows
        if row.cold and row.contender != "floor"
    ]
    told = "; ".join(f"{bar.name} {bar.text}" for bar in shown)
    svg = bars(shown, words["floor"], words["title"].format(tutorial.pages), words["desc"].format(told))
    return f"<figure>\n{svg}\n<figcaption>{words['caption']}</figcaption>\n</figure>"
