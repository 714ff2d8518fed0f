"""What is kept, and on how many cores a site is built, changes no byte of it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import sample
from backprop_docgen.speed import drafts, formulas, markdown, versions
from backprop_docgen.speed.store import FILE, FOLDER, Store
from built import KEPT, ROOT, build, copy_project
from site_fixture import mkdocs_environment
from small_site import small_site

pytestmark = pytest.mark.build
DRAWN = sample.some("whole builds", ["anew", "one core"], 1)


def drawn(name: str) -> pytest.MarkDecorator:
    """Of the tests that build the whole site without anything kept each run takes one."""
    return pytest.mark.skipif(name not in DRAWN, reason="drawn in other runs, and with --all")


@pytest.fixture
def sound(request: pytest.FixtureRequest) -> Path:
    """A project that was built: the excerpt, which takes a third of the time; all of it with --all."""
    found: Path = request.getfixturevalue("shipped" if sample.everything else "excerpted")
    return found


def copied(project: Path, folder: Path) -> Path:
    """Its sources alone."""
    return Path(shutil.copytree(project, folder, ignore=shutil.ignore_patterns("site", *KEPT)))


def contents(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.suffix != ".gz"
    }


def built(project: Path, *arguments: str) -> dict[str, bytes]:
    result = build(project, *arguments)
    assert result.returncode == 0, result.stderr
    return contents(project / "site")


def test_a_site_is_the_same_from_whatever_was_kept(sound: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(sound, tmp_path / "project"))
    first = contents(project / "site")
    kept = Store(project / FOLDER)
    assert all(kept.knows(kind) for kind in (drafts.KIND, markdown.FILLED, formulas.KIND))
    kept.close()
    assert built(project) == first  # everything is known

    network = project / "network.toml"
    network.write_text(network.read_text("utf-8").replace("0.40, 0.45", "0.43, -0.45"), "utf-8")
    changed = built(project)  # the pages are known with other numbers
    shutil.rmtree(project / ".cache")
    shutil.rmtree(project / "__pycache__")
    assert changed != first
    assert built(project) == changed

    with closing(sqlite3.connect(project / FOLDER / FILE)) as file, file:
        file.execute("UPDATE entries SET content = substr(content, 1, length(content) - 1)")
    assert built(project) == changed  # everything is damaged


def test_front_matter_alone_changes_the_search(excerpted: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(excerpted, tmp_path / "project"))
    assert "hand-copied/" in contents(project / "site")["en/search/search_index.json"].decode()
    page = project / "docs" / "en" / "hand-copied.md"
    page.write_text(page.read_text("utf-8").replace("---\n", "---\nsearch:\n  exclude: true\n", 1), "utf-8")
    assert '"hand-copied/' not in built(project)["en/search/search_index.json"].decode()


EVERYTHING = """\
# {{ E_total }}

{% cell shows=[E_total] %}
print({{ E_total.code }})
{% endcell %}

Text of $`x = 0.25`$, of {{ net_h1.shown }} and of
{% choose %}
{% when E_total.after < E_total %} a loss that falls to {{ E_total.after }}.
{% otherwise %} a loss that does not fall.
{% endchoose %}

{{ eq(out_h1) }}

{{ figure("circuit", "A *figure*.") }}

"""
LONG = EVERYTHING + "## A heading\n\nWords, **more** words, [a link](index.md).\n\n" * 600
"""Long enough that a copy of the process is worth while."""
BUILD = """
import os, sys
from backprop_docgen.speed import versions
from mkdocs.__main__ import cli
{change}
cli(["build", "--strict", "--verbose"])
"""


def everything(folder: Path, options: str = "") -> Path:
    """A small site with everything that is kept or made ahead."""
    return with_options(small_site(folder, {"es/all.md": LONG, "en/all.md": LONG}), options)


def with_options(project: Path, options: str) -> Path:
    """The project with more options of the plugin."""
    file = project / "mkdocs.yml"
    file.write_text(file.read_text("utf-8").replace("docgen:\n", f"docgen:\n{options}", 1), "utf-8")
    return project


def built_with(project: Path, change: str, **environment: str) -> str:
    """Build in a process with a change; what a verbose build says."""
    command = [sys.executable, "-c", BUILD.format(change=change)]
    surroundings = mkdocs_environment(**environment)
    done = subprocess.run(command, cwd=project, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "network", sample.some("ordinary", [ROOT / "network.toml", ROOT / "tests" / "networks" / "3-4-1.toml"], 1)
)
def test_without_speed_nothing_is_kept_no_process_is_copied_and_no_byte_is_another(
    tmp_path: Path, network: Path
) -> None:
    option = f"      network: {network}\n"
    fast = built(everything(tmp_path / "fast", option))
    ordinary = everything(tmp_path / "ordinary", f"{option}      speed: false\n")
    before = {path.name for path in ordinary.iterdir()}
    built_with(ordinary, "os.fork = None")
    assert contents(ordinary / "site") == fast
    assert {path.name for path in ordinary.iterdir()} - before == {"site"}
    assert {path.name for path in (tmp_path / "fast").iterdir()} - before == {"site", ".cache", "__pycache__"}


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """What is said of a small site beside the versions that all was written for, and the site."""
    project = everything(tmp_path_factory.mktemp("tested"))
    return built_with(project, ""), contents(project / "site")


@pytest.mark.parametrize("name", versions.TESTED)
def test_beside_another_version_the_ordinary_way_is_taken(
    tmp_path: Path, tested: tuple[str, dict[str, bytes]], name: str
) -> None:
    note = f"{name} is not of version"
    said, site = tested
    assert note not in said
    project = everything(tmp_path)
    assert f"{note} 0.0" in built_with(project, f"versions.TESTED[{name!r}] = '0.0'")
    assert contents(project / "site") == site


@drawn("one core")
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_one_core_builds_the_same_site(shipped: Path, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    both = contents(shipped / "site")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert built(project, "--strict") == both
    finally:
        os.sched_setaffinity(0, before)


@drawn("anew")
def test_two_builds_are_the_same_to_the_byte(shipped: Path, tmp_path: Path) -> None:
    assert built(copy_project(tmp_path / "project"), "--strict") == contents(shipped / "site")


@pytest.mark.parametrize("speed", sample.some("either core", ["true", "false"], 1))
def test_what_is_wrong_on_either_core_is_said_once(tmp_path: Path, speed: str) -> None:
    project = everything(tmp_path, f"      speed: {speed}\n")
    wrong = ("es/index.md", "es/all.md", "en/all.md", "en/step.md")  # in whatever order: some here, some there
    for name in wrong:
        path = project / "docs" / name
        path.write_text(path.read_text("utf-8") + "\n[nowhere](nowhere.md)\n\n$`\\nonsense`$\n", "utf-8")
    result = build(project, "--strict")
    assert result.returncode == 1
    for name in wrong:
        assert result.stderr.count(f"'{name}' contains a link 'nowhere.md'") == 1
        assert result.stderr.count(f"docs/{name}:") == 1
    assert "nonsense" in result.stderr
    assert not (project / "site").exists()


def test_a_hook_sees_every_page_and_has_the_last_word(excerpted: Path, tmp_path: Path) -> None:
    """Pages are finished on the other core only where no other plugin or hook takes part."""
    project = Path(shutil.copytree(excerpted, tmp_path / "project"))
    hook = """
seen = []

def on_page_context(context, page, config, nav):
    seen.append(page.file.src_uri)
    return context

def on_post_page(output, page, config):
    return output.replace("</body>", f"<!-- {len(seen)} --></body>")

def on_post_build(config):
    print("seen", len(seen), len(set(seen)))
"""
    (project / "hook.py").write_text(hook, "utf-8")
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8") + "\nhooks: [hook.py]\n", "utf-8")
    result = build(project)
    assert result.returncode == 0, result.stderr
    pages = sorted((project / "site").rglob("index.html"))
    assert f"seen {len(pages)} {len(pages)}" in result.stdout
    numbers = [re.search(r"<!-- (\d+) --></body>", page.read_text("utf-8")) for page in pages]
    assert sorted(int(number[1]) for number in numbers if number) == list(range(1, len(pages) + 1))


REBUILT = """
import gc, logging
from mkdocs.commands.build import build
from mkdocs.config import load_config
logging.disable()
kept = []
for turn in range(3):
    config = load_config("mkdocs.yml")
    if turn == 0:
        config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    kept.append(gc.get_freeze_count())
config.plugins.on_shutdown()
print(*kept)
"""


def test_a_rebuild_keeps_nothing_of_the_build_before(sound: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REBUILT],
        cwd=copied(sound, tmp_path / "project"),
        env=mkdocs_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    first, *later = map(int, done.stdout.split())
    assert first > 10_000
    assert max(later) <= first
