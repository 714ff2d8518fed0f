"""How fast the engine trains, against plain loops, micrograd and PyTorch: ``python bench/engine.py``.

Contenders take turns, each in a process of its own; medians and ranges over the turns go into a table and into
``bench/engine.json``, and what moved since the committed file by more than the ranges is said. The peers are
installed into ``build/bench/engine/`` when first needed.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROOT: Final = Path(__file__).parent.parent
PLACE: Final = ROOT / "build" / "bench" / "engine"
FILE: Final = ROOT / "bench" / "engine.json"
PEERS: Final = ("torch", "micrograd")
ROUNDS: Final = 10_000
TURNS: Final = 5
TITLES: Final = {
    "ours": "this project",
    "loops": "plain Python loops",
    "micrograd": "micrograd",
    "torch": "PyTorch, autograd",
    "torch by hand": "PyTorch, gradients by hand",
    "torch float32": "PyTorch, autograd, float32",
    "torch by hand float32": "PyTorch, gradients by hand, float32",
}


@dataclass
class Entry:
    """One line of the table: ``rounds`` and ``examples`` are measured, the rest is put in proportion."""

    name: str
    threads: int = 1
    rounds: int = ROUNDS
    examples: int = 0
    turns: int = TURNS
    seconds: list[float] = field(default_factory=list)
    loss: float = math.nan
    missing: str = ""

    def scaled(self, case: dict[str, Any]) -> list[float]:
        """Seconds for all rounds on all examples."""
        return [s * ROUNDS / self.rounds * len(case["inputs"]) / self.examples for s in self.seconds]


def default_case() -> dict[str, Any]:
    """The network of the tutorial: 2-2-2, one example, biases left alone."""
    data = tomllib.loads((ROOT / "network.toml").read_text("utf-8"))
    biases = [layer["bias"] for layer in data["layer"]]
    return {
        "inputs": [data["network"]["inputs"]],
        "targets": [data["network"]["targets"]],
        "weights": [layer["weights"] for layer in data["layer"]],
        "biases": [bias if isinstance(bias, list) else [bias] for bias in biases],
        "rate": data["network"]["learning_rate"],
        "train_biases": False,
    }


def large_case() -> dict[str, Any]:
    """2-64-64-2 on 1000 examples: whether a point lies in a circle, and whether above a line."""
    draw = random.Random(1)
    inputs = [[round(draw.uniform(-1, 1), 6) for _ in range(2)] for _ in range(1000)]
    widths = [2, 64, 64, 2]
    pairs = list(pairwise(widths))
    return {
        "inputs": inputs,
        "targets": [[float(x * x + y * y < 0.5), float(y > x)] for x, y in inputs],
        "weights": [[[round(draw.gauss(0, 1), 6) for _ in range(a)] for _ in range(b)] for a, b in pairs],
        "biases": [[0.0] * b for b in widths[1:]],
        "rate": 0.5,
        "train_biases": True,
    }


def entries(large: bool) -> list[Entry]:
    """Who is measured; loops and micrograd would take hours for the large network."""
    if not large:
        return [Entry(name, examples=1) for name in TITLES]
    quick = [name for name in TITLES if name not in ("loops", "micrograd")]
    both = [Entry(name, threads, examples=1000) for threads in (1, 2) for name in quick]
    return [Entry("loops", rounds=2, examples=1000, turns=3), Entry("micrograd", rounds=2, examples=10, turns=3), *both]


def install(console: Console) -> str:
    """Make the peers' environment; returns why there is none, or ""."""
    python = PLACE / "bin" / "python"
    wanted = [*PEERS, f"numpy=={version('numpy')}"]
    if not (PLACE / "installed").exists():
        with console.status("Installing PyTorch and micrograd (once; some gigabytes) …"):
            venv.create(PLACE, with_pip=True, clear=True)
            done = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], capture_output=True, text=True)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        (PLACE / "installed").touch()
    return ""


def measure(entry: Entry, case: dict[str, Any]) -> None:
    """One turn of one contender."""
    ours = entry.name in ("ours", "loops")
    count = str(entry.threads)
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), count)
    done = subprocess.run(
        [
            sys.executable if ours else PLACE / "bin" / "python",
            ROOT / "bench" / "engine_contenders.py",
            *map(str, (entry.name, entry.rounds, entry.examples)),
        ],
        input=json.dumps(case | {"threads": entry.threads}),
        env=os.environ | threads | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        entry.missing = (done.stderr.strip().splitlines() or ["it failed"])[-1]
        return
    found = json.loads(done.stdout)
    entry.seconds.append(found["seconds"])
    entry.loss = found["loss"]


def run(case: dict[str, Any], found: list[Entry], missing: str, title: str, console: Console) -> None:
    """All turns, in alternation."""
    for entry in found:
        entry.missing = missing if entry.name not in ("ours", "loops") else ""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(title, total=sum(entry.turns for entry in found))
        for turn in range(TURNS):
            for entry in found:
                if turn < entry.turns:
                    progress.update(task, description=f"{title}: {TITLES[entry.name]}", advance=1)
                    if not entry.missing:
                        measure(entry, case)


def result(case: dict[str, Any], found: list[Entry]) -> list[dict[str, Any]]:
    """The lines as they are kept: seconds for all rounds on all examples."""
    lines = []
    for entry in found:
        line: dict[str, Any] = {"name": entry.name, "title": TITLES[entry.name], "threads": entry.threads}
        if entry.missing:
            lines.append(line | {"missing": entry.missing})
            continue
        seconds = entry.scaled(case)
        whole = entry.rounds == ROUNDS and entry.examples == len(case["inputs"])
        line |= {"precision": "float32" if "float32" in entry.name else "float64", "turns": len(seconds)}
        line |= {"median": statistics.median(seconds), "least": min(seconds), "most": max(seconds)}
        line |= {"rounds": entry.rounds, "examples": entry.examples, "extrapolated": not whole}
        lines.append(line | {"loss": entry.loss} if whole else line)
    for line in lines:
        mine = next(one for one in lines if one["name"] == "ours" and one["threads"] == line["threads"])
        if "median" in line:
            line["times ours"] = line["median"] / mine["median"]
            if line["median"] < mine["median"]:
                line["why faster"] = why_faster(line, mine)
    return lines


def why_faster(line: dict[str, Any], mine: dict[str, Any]) -> str:
    """In a few words, for the table."""
    if line["most"] >= mine["least"]:
        return "the ranges overlap"
    if line["precision"] == "float32":
        return "half the digits, twice as many numbers at once; the pages promise those of doubles"
    if line["threads"] > 1:
        return "shares all of its work out; NumPy the products of matrices alone"
    return "its operations are fused"


def agree(lines: list[dict[str, Any]]) -> None:
    """All must have trained the same network: the last losses agree."""
    losses = [line["loss"] for line in lines if "loss" in line and line["precision"] == "float64"]
    if max(losses) > min(losses) * (1 + 1e-6):
        raise SystemExit(f"the contenders disagree on the last loss: {losses}")


def table(title: str, lines: list[dict[str, Any]]) -> Table:
    """For reading."""
    shown = Table(title=title)
    for heading in ("", "threads", "seconds", "range", "× ours", ""):
        shown.add_column(heading, justify="left" if not heading else "right")
    for line in lines:
        if "missing" in line:
            shown.add_row(line["title"], str(line["threads"]), "-", "-", "-", f"not measured: {line['missing']}")
            continue
        note = f"from {line['rounds']} rounds, {line['examples']} examples" if line["extrapolated"] else ""
        shown.add_row(
            line["title"],
            str(line["threads"]),
            f"{line['median']:.4g}",
            f"{line['least']:.4g} to {line['most']:.4g}",
            f"{line['times ours']:.3g}",
            line.get("why faster") or note,
        )
    return shown


def moved(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What changed by more than the ranges: where the old one and the new one do not meet."""
    found = []
    for case, lines in now["cases"].items():
        old = {(line["name"], line["threads"]): line for line in before["cases"].get(case, {}).get("lines", [])}
        for line in lines["lines"]:
            was = old.get((line["name"], line["threads"]), {})
            if "median" in was and "median" in line and (line["least"] > was["most"] or line["most"] < was["least"]):
                change = f"{was['median']:.4g} s → {line['median']:.4g} s"
                found.append(f"{case}, {line['title']}, {line['threads']} threads: {change}")
    return found


def committed() -> dict[str, Any]:
    """The last committed result, {"cases": {}} without one."""
    command = ["git", "show", f"HEAD:{FILE.relative_to(ROOT).as_posix()}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else {"cases": {}}


def main() -> None:
    """Measure, print and store."""
    console = Console()
    missing = install(console)
    now: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[2],  # of the quarter of an hour before: with other work, two threads measure that
        "numpy": version("numpy"),
        "rounds": ROUNDS,
        "cases": {},
    }
    for peer in PEERS if not missing else ():
        code = f"from importlib.metadata import version; print(version('{peer}'))"
        done = subprocess.run([PLACE / "bin" / "python", "-c", code], capture_output=True, text=True)
        now[peer] = done.stdout.strip()
    for name, case, large in (("2-2-2", default_case(), False), ("2-64-64-2", large_case(), True)):
        title = f"{name}, examples: {len(case['inputs'])}, updates: {ROUNDS}"
        found = entries(large)
        run(case, found, missing, title, console)
        lines = result(case, found)
        agree(lines)
        now["cases"][name] = {"examples": len(case["inputs"]), "lines": lines}
        console.print(table(title, lines))
    for line in moved(committed(), now):
        console.print(f"moved by more than its noise: {line}")
    FILE.write_text(json.dumps(now, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
