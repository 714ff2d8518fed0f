"""Builds that are killed, interrupted, or meet a machine's faults: the last good site or the new one is there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from processes import INTERRUPTIBLE, running
from sample import drawing, some
from site_fixture import mkdocs, mkdocs_environment, snapshot
from small_site import small_site, write

pytestmark = pytest.mark.build
WORDS = {"a": "# Home\n\nThe loss is {{ E_total }}.\n", "b": "# Home\n\nThe error is {{ E_total }}.\n"}
HIDDEN = {".git/HEAD": b"main", ".nojekyll": b""}
KEPT = {".cache", "__pycache__", "docs", "mkdocs.yml", "network.toml", "site"}
STRIKES = """
import atexit, os, signal, sys
seen, last = [0], int(sys.argv.pop(1))
WRITES = os.O_WRONLY | os.O_RDWR
def strike(event, arguments):
    if event in ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.fork") or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    ):
        seen[0] += 1
        if seen[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(strike)
atexit.register(lambda: print(seen[0]))
from mkdocs.__main__ import cli
cli()
"""
"""MkDocs, killed before it changes the disk for a certain time; if it lives, it tells how often it did."""


class Project:
    """A small site that says one thing or another, built both ways."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = small_site(folder), folder / "site"
        self.whole = {name: self._built(name) for name in WORDS}
        self.changes = self._changes()
        for name, content in HIDDEN.items():
            (self.site / name).parent.mkdir(exist_ok=True)
            (self.site / name).write_bytes(content)
        for each in self.whole.values():
            each |= HIDDEN

    def _built(self, name: str) -> dict[str, bytes]:
        self.say(name)
        ran = mkdocs(self.folder, "build", "--quiet")
        assert ran.returncode == 0, ran.stderr
        return snapshot(self.site)

    def _changes(self) -> int:
        """How often a build changes the disk."""
        self.say("a")
        command = [sys.executable, "-c", STRIKES, "0", "build", "--quiet"]
        ran = subprocess.run(
            command, cwd=self.folder, env=mkdocs_environment(), capture_output=True, text=True, check=True
        )
        return int(ran.stdout)

    def say(self, name: str) -> None:
        write(self.folder, "en/index.md", WORDS[name])

    def left(self) -> list[str]:
        """What is not of a project at rest: folders of builds, halves of files."""
        found = [path.name for path in self.folder.iterdir() if path.name not in KEPT]
        found += [path.name for path in self.site.iterdir() if path.name.startswith(".site-build")]
        return found + [path.name for path in (self.folder / "__pycache__").glob("*.part")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project") / "project")


MOMENTS = [(f"{kind} {number}", kind) for kind, count in (("change", 30), ("time", 20)) for number in range(count)]


@pytest.mark.parametrize(("moment", "kind"), some("kills of builds", MOMENTS, 2))
def test_a_killed_build_loses_nothing(project: Project, moment: str, kind: str) -> None:
    chance = drawing(moment)
    before, other = chance.sample(sorted(WORDS), 2)
    project.say(before)
    assert mkdocs(project.folder, "build", "--quiet").returncode == 0
    project.say(other)
    _kill(project, kind, chance.random())
    if chance.random() < 0.5:  # the next build fails
        write(project.folder, "en/index.md", "{{ nothing }}\n")
        assert mkdocs(project.folder, "build", "--quiet").returncode == 1
        assert snapshot(project.site) in (project.whole[before], project.whole[other])
        assert project.left() == []
    project.say(other)
    assert mkdocs(project.folder, "build", "--quiet").returncode == 0
    assert snapshot(project.site) == project.whole[other]
    assert project.left() == []


def _kill(project: Project, kind: str, chance: float) -> None:
    """Let a build begin, and kill it (and its copies, or not) at some moment."""
    if kind == "change":
        command = [sys.executable, "-c", STRIKES, str(1 + int(chance * project.changes)), "build", "--quiet"]
    else:
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    with running(command, cwd=project.folder, env=mkdocs_environment(), stderr=subprocess.DEVNULL) as build:
        if kind == "time":
            time.sleep(chance * 2.5)
            build.kill()
        build.wait(60)


def ctrl_c_leaves_nothing(project: Project, tmp_path: Path, number: int) -> None:
    chance = drawing(f"interrupted {number}")
    project.say("a")
    assert mkdocs(project.folder, "build", "--quiet").returncode == 0
    project.say("b")
    command = [*INTERRUPTIBLE, "build", "--verbose"]
    with running(command, cwd=project.folder, env=mkdocs_environment(), stderr=subprocess.PIPE, text=True) as build:
        assert build.stderr is not None
        for _ in range(chance.randrange(1, 60)):  # so many lines into the build
            build.stderr.readline()
        os.killpg(build.pid, signal.SIGINT)  # as a terminal does, its copies too
        said = build.stderr.read()
        assert build.wait(60) in (0, 1)
    assert "Traceback" not in said
    assert snapshot(project.site) in project.whole.values()
    assert project.left() == []


def a_disk_that_fills_up_is_said(project: Project, tmp_path: Path, number: int) -> None:
    project.say("a")
    assert mkdocs(project.folder, "build", "--quiet").returncode == 0
    project.say("b")
    ran = subprocess.run(
        ["sh", "-c", f"ulimit -f {4**number}; exec {sys.executable} -m mkdocs build --quiet"],
        cwd=project.folder,
        env=mkdocs_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "there is no room left to write" in ran.stderr
    assert "Make room" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert snapshot(project.site) == project.whole["a"]
    assert project.left() == []


def sources_that_are_only_read_build_into_a_mount(project: Project, tmp_path: Path, number: int) -> None:
    project.say("a")
    for name in ("docs", "mkdocs.yml", "network.toml"):
        source = project.folder / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    (tmp_path / "site").mkdir()
    script = f"""
        mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path} &&
        mount -t tmpfs -o size=16m none {tmp_path}/site && mkdir {tmp_path}/site/.git || exit 42
        cd {tmp_path} && {sys.executable} -m mkdocs build --quiet || exit 43
        cat site/index.html | wc -c; ls -A site
        head -c 20000000 /dev/zero > site/.rest
        {sys.executable} -m mkdocs build --quiet && exit 44
        cat site/index.html | wc -c; ls -A site
    """
    ran = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
        env=mkdocs_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if ran.returncode in (1, 42, 127):
        pytest.skip(f"nothing can be mounted here: {ran.stderr}")
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "there is no room left to write" in ran.stderr
    first, second = ran.stdout.split("404.html", 1)[0], ran.stdout.rsplit("404.html", 1)[0].splitlines()[-3:]
    assert first.splitlines() == [second[0], ".git"]  # the same page, beside what was hidden
    assert ".site-build" not in ran.stdout


FAULTS: list[tuple[Callable[[Project, Path, int], None], int]] = [
    *((ctrl_c_leaves_nothing, number) for number in range(10)),
    *((a_disk_that_fills_up_is_said, number) for number in range(5)),
    (sources_that_are_only_read_build_into_a_mount, 0),
]


@pytest.mark.parametrize(("fault", "number"), some("faults of builds", FAULTS, 2))
def test_a_fault_leaves_the_last_good_site(
    project: Project, tmp_path: Path, fault: Callable[[Project, Path, int], None], number: int
) -> None:
    fault(project, tmp_path, number)
