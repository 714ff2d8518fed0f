"""How long the live page takes to follow a key press and a slider, in real Chromium: ``make bench``.

For the default network and one of 200 parameters it prints, page by page, the median time from the key
press in a field of the panel until every number of the page is updated (milliseconds). At a quarter of the speed it
prints how long the panel takes to open on the heaviest pages, and the longest task while a slider is dragged there.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import CHROMIUM, FLAGS, served  # noqa: E402 (the tests' helpers are no package)
from built import built_site, copy_project  # noqa: E402 (the same)

TURNS = 25
LIMITS = {"default": 16.0, "200 parameters": 50.0}
LARGE = """\
[network]
inputs = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
targets = [0.1, 0.9, 0.2, 0.8, 0.3, 0.7]
learning_rate = 0.5
seed = 2

[[layer]]
neurons = 13
bias = 0.1

[[layer]]
neurons = 6
bias = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]

[training]
iterations = 1000
"""

HEAVIEST = ("en/delta/", "en/values/")
SLOWLY = {"panel open": 1000.0, "longest task of a drag": 200.0}

OPEN = """async () => {
  const since = performance.now();
  document.querySelector("#bp-numbers").click();
  while (!document.querySelector("#bp-panel")) await new Promise((done) => setTimeout(done, 5));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - since;
}"""
DRAG = """async (moves) => {
  await (await backpropLive()).loadTypeset();
  await new Promise((done) => setTimeout(done, 1000));
  const slider = document.querySelector('#bp-panel input[type="range"]');
  const tasks = [0];
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration)));
  watch.observe({ type: "longtask" });
  for (let move = 0; move < moves; move++) {
    slider.value = String(0.4 + move / 40);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 60));
  }
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 2000));
  return Math.max(...tasks);
}"""

MEASURE = """async (turns) => {
  document.querySelector("#bp-numbers").click();
  const live = await backpropLive();
  await live.loadTypeset();
  for (let wait = 0; wait < 200 && !document.querySelector('[data-live="w1"]'); wait++) {
    for (const fold of document.querySelectorAll("details")) fold.open ||= !fold.closest("article");
    await new Promise((done) => setTimeout(done, 50));
  }
  const field = document.querySelector('[data-live="w1"]');
  const times = [];
  for (let turn = 0; turn < turns; turn++) {
    field.value = (0.1 + turn / 7).toFixed(3);
    const since = performance.now();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(performance.now() - since);
    if (live.course.value("w1").double !== Number(field.value)) throw new Error("the page did not follow");
    await new Promise((done) => setTimeout(done, 60));
  }
  return times;
}"""


def measured(network: str | None, folder: Path) -> dict[str, float]:
    """The median of each English page that follows numbers, by its address."""
    project = copy_project(folder)
    if network:
        (project / "network.toml").write_text(network, "utf-8")
    site, found = built_site(project), {}
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for path in sorted((site / "en").rglob("index.html")):
            where = f"{path.parent.relative_to(site)}/"
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address + where)
            found[where] = statistics.median(page.evaluate(MEASURE, TURNS))
            page.context.close()
        browser.close()
    return found


def slowly(folder: Path) -> dict[str, tuple[float, float]]:
    """At a quarter of the speed: opening the panel, and the longest task of a drag, of the heaviest pages."""
    site, found = built_site(copy_project(folder)), {}
    with served(site, packed=True) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for where in HEAVIEST:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address + where, wait_until="networkidle")
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
            found[where] = (page.evaluate(OPEN), page.evaluate(DRAG, TURNS))
            page.context.close()
        browser.close()
    return found


def main() -> None:
    """Measure and print."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder, console.status("at a quarter of the speed …"):
        slow = slowly(Path(folder))
    table = Table(title="At a quarter of the speed, ms")
    table.add_column("page")
    for name, limit in SLOWLY.items():
        table.add_column(f"{name} (limit {limit:.0f})", justify="right")
    for where, both in slow.items():
        table.add_row(where, *(f"{each:.0f}" for each in both))
    console.print(table)
    for title, network in (("default", None), ("200 parameters", LARGE)):
        with tempfile.TemporaryDirectory() as folder, console.status(f"{title} …"):
            found = measured(network, Path(folder))
        table = Table(title=f"From key press to all numbers updated: {title} (limit {LIMITS[title]:.0f} ms)")
        table.add_column("page")
        table.add_column("median, ms", justify="right")
        for where, milliseconds in found.items():
            table.add_row(where, f"{milliseconds:.1f}")
        table.add_section()
        table.add_row("median of the pages", f"{statistics.median(found.values()):.1f}")
        console.print(table)


if __name__ == "__main__":
    main()
