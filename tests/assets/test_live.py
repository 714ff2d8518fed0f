"""What the live page shows is what building with those numbers publishes, to the last character.

Two changes of the default network are tried, on other pages each; ``--all`` tries each of twelve on every page, and
``--live 50`` as many as you like.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

import sample
from backprop_docgen.network.file import read_network, to_toml
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from browser import CHROMIUM, served
from built import ROOT, build, copy_project
from networks import LIVELY, drawn_gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]

CHANGES = range(12)  # seeds


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
    """What an article says, by where it says it: both halves of formulas, figures, numbers, all other words.

    An invitation names the number that was published, and follows nothing.
    """
    root = html.fromstring(article)
    for added in root.xpath("//button | //a[@data-try] | //*[contains(concat(' ', @class, ' '), ' output ')]"):
        added.drop_tree()
    for tool in root.find_class("bp-explain") + root.find_class("bp-practise"):  # a script puts its own in its place
        tool.drop_tree()

    def texts(path: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in root.xpath(path)]

    found = {
        "MathML": texts("//span[@class='katex-mathml']"),
        "HTML": texts("//span[@class='katex-html']"),
        "figures": texts("//div[@class='drawing']"),
        "numbers": [f"{e.text_content()} = {e.get('value')}" for e in root.xpath("//data[@value]")],
    }
    for half in root.xpath("//span[@class='katex'] | //div[@class='drawing']"):
        half.drop_tree()
    found["words"] = texts("//p | //li | //td | //th | //summary | //h1 | //h2 | //h3 | //h4 | //code")
    return found


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
            assert mine == other, (where, kind, changes)


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Iterator[Page]:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 800})) as context:
        yield context.new_page()


def pages_of(site: Path) -> list[str]:
    return sorted(f"{path.parent.relative_to(site)}/".removeprefix("./") for path in site.rglob("index.html"))


def try_changes(
    browser: Page, tmp_path: Path, published: Path, file: Path, changes: dict[str, str], where: Sequence[str]
) -> None:
    """Change numbers on pages of a built project, and build it with them."""
    project = copy_project(tmp_path, published)
    (project / "network.toml").write_text(to_toml(changed(read_network(file), changes)), "utf-8")
    result = build(project)
    assert result.returncode == 0, result.stderr
    problems: list[str] = []
    browser.on("pageerror", lambda error: problems.append(str(error)))
    with served(published / "site") as address:
        for each in where:
            compare(browser, address, project / "site", each, changes)
    assert not problems


def share(name: str, published: Path, each: int = 1) -> list[list[str]]:
    """Every page in one of its languages, dealt out to so many changes; with ``--all`` each has all, in both."""
    everywhere = pages_of(published / "site")
    if sample.everything:
        return [everywhere] * each
    names = sorted({where.removeprefix("en/") for where in everywhere})
    drawn = [prefix + page for page, prefix in sample.covering(name, names, ["", "en/"])]
    sample.drawing(f"{name}, dealt").shuffle(drawn)
    return [drawn[at::each] for at in range(each)]


def test_the_default_network(browser: Page, tmp_path: Path, shipped: Path, request: pytest.FixtureRequest) -> None:
    wanted, file = request.config.getoption("--live"), ROOT / "network.toml"
    seeds = range(wanted) if wanted else sample.some("live", CHANGES, 2)
    for seed, where in zip(seeds, share("live pages", shipped, len(seeds)), strict=True):
        try_changes(browser, tmp_path / str(seed), shipped, file, changes_of(read_network(file), seed), where)


EXTREME = {
    "softmax": {"w5": "10000"},
    "xor": {"w5": "90", "b3": "-40"},
    "comma": {"w1": "0.5", "w5": "36.5", "eta": "1e-9"},
    "dead-relu": {"w1": "0", "w2": "0"},
}


@pytest.mark.parametrize(
    ("name", "extreme"),
    sample.some("live gallery, changes", [(n, e) for n in drawn_gallery() if n in LIVELY for e in (False, True)], 1),
)
def test_networks_of_the_gallery(
    browser: Page, tmp_path: Path, gallery: Callable[[str], Path], name: str, extreme: bool
) -> None:
    project, file = gallery(name), ROOT / "tests" / "networks" / f"{name}.toml"
    changes = EXTREME[name] if extreme else changes_of(read_network(file), 0)
    parts = 1 if sample.everything else 2
    try_changes(browser, tmp_path, project, file, changes, share(f"live {name} pages", project, parts)[0])


TURNING = [{"eta": "0.0000000001"}, {"eta": "500"}, {"target_o1": "-0.4"}]
TURNED = ("delta/", "second-iteration/", "training/", "gradient-check/")


@pytest.mark.parametrize("changes", sample.some("turning", TURNING, 1), ids=str)
def test_sentences_that_a_number_turns(
    browser: Page, tmp_path: Path, shipped: Path, changes: dict[str, str]
) -> None:
    pairs = sample.covering("live sentences", TURNED, ["", "en/"], range(len(TURNING)))
    where = [prefix + page for page, prefix, at in pairs if TURNING[at] == changes]
    try_changes(browser, tmp_path, shipped, ROOT / "network.toml", changes, where)
