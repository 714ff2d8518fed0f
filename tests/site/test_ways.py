"""Whichever way a site is built, the same files are published, but for the addresses in them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from built import ROOT
from processes import INTERRUPTIBLE, running
from sample import some
from site_fixture import mkdocs_environment, snapshot
from small_site import small_site

BESIDE = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "mike"
pytestmark = pytest.mark.build
ADDRESS = re.compile(
    rb'<link (?:rel="canonical"|rel="alternate ?" [^>]*hreflang)[^>]*>|<meta property="og:(?:url|image)"[^>]*>'
)
API = "from mkdocs.commands.build import build; from mkdocs.config import load_config; build(load_config('mkdocs.yml'))"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under version control, with a place to publish to; built in the ordinary way."""
    folder = small_site(tmp_path_factory.mktemp("ways") / "project")
    (folder / ".gitignore").write_text(".cache/\nsite/\n__pycache__/\n", "utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "A course")
    git(folder, "init", "--quiet", "--bare", "../published")
    git(folder, "remote", "add", "origin", "../published")
    program(folder, "-m", "mkdocs", "build", "--strict")
    shutil.copytree(folder / "site", folder.parent / "ordinary")
    return folder


def environment(**more: str) -> dict[str, str]:
    """Where mike can be found, with nothing of the user's settings."""
    own = mkdocs_environment(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", **more)
    names = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    paths = {
        "PYTHONPATH": os.pathsep.join((own["PYTHONPATH"], str(BESIDE))),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), own.get("PATH", ""))),
    }
    return own | names | paths


def git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, env=environment(), capture_output=True, check=True).stdout


def program(folder: Path, *arguments: str) -> None:
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def committed(folder: Path, branch: str, below: str = "") -> dict[str, bytes]:
    """The files of a branch."""
    names = git(folder, "ls-tree", "-r", "-z", "--name-only", branch, *([below] if below else [])).decode().split("\0")
    return {name.removeprefix(below): git(folder, "show", f"{branch}:{name}") for name in names if name}


def same(files: Mapping[str, bytes], expected: Mapping[str, bytes], mount: bytes = b"/sub/") -> None:
    """Whether these are the files of the ordinary build, but for addresses."""
    assert files.keys() == expected.keys()
    changed = {name for name in files if plain(name, files[name], mount) != plain(name, expected[name], b"/sub/")}
    assert changed == set()
    assert len(files) > 80


def plain(name: str, content: bytes, mount: bytes) -> bytes:
    """A file without the addresses of the site: the page of what is not found has those of all that it needs."""
    if "sitemap.xml" in name or name.endswith(".ipynb") or name in ("offline.json", "service-worker.js"):
        return b""  # a notebook leads to where the site is published; the last two have digests of pages
    if name.startswith("worksheet."):  # it has the address, and the digests of pages with addresses
        content = re.sub(rb'"(?:(?:address|digest)": ?"[^"]*"|files": ?\{[^}]*\}|active": ?\[[^]]*\])', b"", content)
    content = re.sub(rb'(bundle\.\w+\.min\.js") defer', rb"\1", content)  # beside mike's plugin it is not deferred
    found = ADDRESS.sub(b"", content)
    return found.replace(b'"' + mount, b'"/') if name.endswith("404.html") else found


def by_a_program(project: Path, temporary: Path) -> dict[str, bytes]:
    shutil.rmtree(project / "site")
    program(project, "-c", API)
    return snapshot(project / "site")


def by_gh_deploy(project: Path, temporary: Path) -> dict[str, bytes]:
    program(project, "-m", "mkdocs", "gh-deploy", "--no-history", "--ignore-version")
    files = committed(project.parent / "published", "gh-pages")
    assert files.pop(".nojekyll") == b""
    return files


def by_mike(project: Path, temporary: Path) -> dict[str, bytes]:
    program(project, "-c", "from mike.driver import main; main()", "deploy", "1.0", "--branch", "versions")
    return committed(project, "versions", "1.0/")


def by_serve(project: Path, temporary: Path) -> dict[str, bytes]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = project.parent / "log"
    command = [*INTERRUPTIBLE, "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with (
        log.open("w") as output,
        running(command, cwd=project, env=environment(TMPDIR=str(temporary)), stderr=output) as server,
    ):
        for _ in range(600):
            if "Serving on" in log.read_text("utf-8"):
                break
            time.sleep(0.1)
        (folder,) = temporary.glob("mkdocs_*")
        files = snapshot(folder)
        server.send_signal(signal.SIGINT)
        server.wait(30)
    return files


def not_installable(project: Path) -> dict[str, bytes]:
    """The files of the ordinary build of a site that nobody can keep, as none is while it is written."""
    settings = project / "mkdocs.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("backprop-docgen:\n", "backprop-docgen:\n      installable: false\n"), "utf-8")
    try:
        return by_a_program(project, project)
    finally:
        settings.write_text(text, "utf-8")


WAYS: dict[str, Callable[[Path, Path], dict[str, bytes]]] = {
    "a program": by_a_program,
    "gh-deploy": by_gh_deploy,
    "mike": by_mike,
    "serve": by_serve,
}


@pytest.mark.parametrize("way", some("ways to build", list(WAYS), 1))
def test_the_same_is_published(project: Path, tmp_path: Path, way: str) -> None:
    if way == "mike" and not BESIDE.exists() and "CI" not in os.environ:
        pytest.skip(f"mike is not in {BESIDE}")
    files = WAYS[way](project, tmp_path)
    expected = not_installable(project) if way == "serve" else snapshot(project.parent / "ordinary")
    same(files, expected, b"/sub/1.0/" if way == "mike" else b"/sub/")
    assert list(tmp_path.iterdir()) == []
