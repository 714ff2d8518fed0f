"""What the live page shows is what building with those numbers publishes, to the last character.

A share of the changes runs here; ``python -m pytest tests/assets/test_live.py --live 50`` tries as many as you like.
"""

from __future__ import annotations

import math
import os
import random
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from backprop_docgen.network.file import read_network, to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from browser import CHROMIUM, served
from built import ROOT, build, copy_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

CLOSE = 1e-14


def changes_of(network: Network, seed: int) -> dict[str, str]:
    """One to three numbers, changed at random: of either sign, with few decimals or many."""
    draw, names = random.Random(seed), topology(network)
    able = [*names.all_weights(), *names.all_biases(), "eta", *names.inputs]
    if network.loss.endswith("squared_error"):
        able += [f"target_{neuron}" for neuron in names.outputs]
    found = {}
    for name in draw.sample(able, draw.randint(1, 3)):
        value = draw.uniform(0.01, 2) if name == "eta" else draw.uniform(-1.5, 1.5)
        found[name] = str(round(value, 2 if name == "eta" else draw.choice([1, 2, 7])))
    return found


def changed(network: Network, changes: dict[str, str]) -> Network:
    """The network with those numbers in its file."""
    names = topology(network)

    def now(name: str, before: Decimal) -> Decimal:
        return Decimal(changes.get(name, str(before)))

    layers = []
    for layer, weights, biases in zip(network.layers, names.weights, names.biases, strict=True):
        rows = tuple(
            tuple(now(name, value) for name, value in zip(row, values, strict=True))
            for row, values in zip(weights, layer.weights, strict=True)
        )
        own = tuple(now(name, value) for name, value in zip(dict.fromkeys(biases), layer.biases, strict=True))
        layers.append(replace(layer, weights=rows, biases=own, random=False))
    examples, worked = list(network.examples), network.display.example - 1
    one = examples[worked]
    examples[worked] = replace(
        one,
        inputs=tuple(now(name, value) for name, value in zip(names.inputs, one.inputs, strict=True)),
        targets=tuple(now(f"target_{o}", value) for o, value in zip(names.outputs, one.targets, strict=True)),
    )
    rate = now("eta", network.learning_rate)
    return replace(network, layers=tuple(layers), examples=tuple(examples), learning_rate=rate)


def shown(article: str) -> dict[str, list[str]]:
    """What an article says, by where it says it: both halves of formulas, figures, numbers, all other words."""
    root = html.fromstring(article)
    for added in root.xpath("//button | //*[contains(concat(' ', @class, ' '), ' output ')]"):
        added.drop_tree()

    def texts(path: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in root.xpath(path)]

    found = {
        "MathML": texts("//span[@class='katex-mathml']"),
        "HTML": texts("//span[@class='katex-html']"),
        "figures": texts("//div[@class='drawing']"),
        "numbers": [f"{e.text_content()} = {e.get('value')}{trained(e)}" for e in root.xpath("//data[@value]")],
    }
    for half in root.xpath("//span[@class='katex'] | //div[@class='drawing']"):
        half.drop_tree()
    found["words"] = texts("//p | //li | //td | //th | //summary | //h1 | //h2 | //h3 | //h4 | //code")
    return found


def trained(element: html.HtmlElement) -> str:
    """A mark at the number of something that comes after more than one update."""
    names = element.get("data-q") or element.get("data-expr") or ""
    return " = trained" if any(int(step) > 1 for step in re.findall(r"@(\d+)", names)) else ""


def same_number(ours: str, theirs: str) -> bool:
    """Equal texts; the full value may differ in its last bits, and after thousands of updates in more."""
    (mine, value, *later), (published, wanted, *_) = ours.split(" = "), theirs.split(" = ")
    close = math.isclose(float(value), float(wanted), rel_tol=CLOSE) or value == wanted == "nan"
    return mine == published and (close or bool(later))


def compare(page: Page, address: str, folder: Path, where: str, changes: dict[str, str]) -> None:
    page.goto(address + where)
    page.evaluate(
        """async (changes) => {
          const live = await backpropLive();
          await live.loadTypeset();
          live.apply(new Map(Object.entries(changes)));
          for (let turn = 0; turn < 200 && live.laterSteps().size && !live.losses; turn++) {
            await new Promise((done) => setTimeout(done, 50));
          }
        }""",
        changes,
    )
    ours = shown(page.evaluate("document.querySelector('article').outerHTML"))
    text = (folder / where / "index.html").read_text("utf-8")
    theirs = shown(re.search(r"<article.*</article>", text, re.DOTALL)[0])  # type: ignore[index]
    for kind, published in theirs.items():
        assert len(ours[kind]) == len(published), (where, kind, changes)
        for mine, other in zip(ours[kind], published, strict=True):
            if kind == "numbers":
                assert same_number(mine, other), (where, mine, other, changes)
            else:
                assert mine == other, (where, kind, changes)


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
        yield context.new_page()


def pages_of(site: Path) -> list[str]:
    return sorted(f"{path.parent.relative_to(site)}/".removeprefix("./") for path in site.rglob("index.html"))


def try_network(browser: Page, tmp_path: Path, file: Path, seeds: range, every: int) -> None:
    """Each change on every page, or on one in so many (others each time)."""
    project, network = copy_project(tmp_path), read_network(file)
    assert build(project, BACKPROP_NETWORK=str(file)).returncode == 0
    published = project / "published"
    (project / "site").rename(published)
    problems: list[str] = []
    browser.on("pageerror", lambda error: problems.append(str(error)))
    with served(published) as address:
        for seed in seeds:
            changes = changes_of(network, seed)
            (project / "network.toml").write_text(to_toml(changed(network, changes)), "utf-8")
            result = build(project)
            assert result.returncode == 0, result.stderr
            for where in pages_of(published)[seed % every :: every]:
                compare(browser, address, project / "site", where, changes)
    assert not problems


def test_the_default_network(browser: Page, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted = request.config.getoption("--live")
    try_network(browser, tmp_path, ROOT / "network.toml", range(wanted), 1 if wanted > 6 else 2)


@pytest.mark.parametrize("name", ["softmax", "xor", "comma"])
def test_networks_of_the_gallery(browser: Page, tmp_path: Path, name: str) -> None:
    try_network(browser, tmp_path, ROOT / "tests" / "networks" / f"{name}.toml", range(1), 2)


@pytest.mark.parametrize("changes", [{"eta": "0.0000000001"}, {"eta": "500"}, {"target_o1": "-0.4"}], ids=str)
def test_sentences_that_a_number_turns(browser: Page, tmp_path: Path, changes: dict[str, str]) -> None:
    project, network = copy_project(tmp_path), read_network(ROOT / "network.toml")
    assert build(project).returncode == 0
    published = project / "published"
    (project / "site").rename(published)
    (project / "network.toml").write_text(to_toml(changed(network, changes)), "utf-8")
    result = build(project)
    assert result.returncode == 0, result.stderr
    with served(published) as address:
        for page in ("output-layer", "second-iteration", "training", "gradient-check"):
            where = next(each for each in pages_of(published) if each.endswith(f"{page}/"))
            compare(browser, address, project / "site", where, changes)
