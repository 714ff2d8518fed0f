from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import CountHandler

from backprop_docgen.site.swap import begin, strict_warnings
from processes import INTERRUPTIBLE, running, wait_for
from site_fixture import mkdocs, mkdocs_environment, snapshot, write_project


def config(site: Path, strict: bool = False) -> MkDocsConfig:
    made = MkDocsConfig()
    made.site_dir = str(site)
    made.strict = strict
    return made


# --- the functions


def test_commit_replaces_the_site_and_leaves_nothing_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir(mode=0o750)
    (site / "old.html").write_text("old")
    (site / ".nojekyll").write_text("")
    settings = config(site)
    aside = begin(settings)
    assert settings.site_dir != str(site)
    Path(settings.site_dir, "new.html").write_text("new")
    assert snapshot(site) == {"old.html": b"old", ".nojekyll": b""}
    assert aside.commit()
    assert snapshot(tmp_path) == {"site/new.html": b"new", "site/.nojekyll": b""}
    assert settings.site_dir == str(site)
    assert site.stat().st_mode & 0o777 == 0o750


def test_abandon_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "old.html").write_text("old")
    settings = config(site)
    aside = begin(settings)
    Path(settings.site_dir, "new.html").write_text("new")
    aside.abandon()
    aside.abandon()
    assert snapshot(tmp_path) == {"site/old.html": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert settings.site_dir == str(site)


def test_the_first_site_is_readable_like_any_other_folder(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    begin(config(tmp_path / "deep" / "site")).commit()
    assert (tmp_path / "deep" / "site").stat().st_mode == other.stat().st_mode


def test_a_link_to_the_site_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to("real")
    settings = config(tmp_path / "site")
    aside = begin(settings)
    Path(settings.site_dir, "new.html").write_text("new")
    aside.commit()
    assert (tmp_path / "site").is_symlink()
    assert snapshot(tmp_path / "real") == {"new.html": b"new"}


@pytest.fixture
def counter() -> Iterator[CountHandler]:
    handler = CountHandler()
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    yield handler
    logging.getLogger("mkdocs").removeHandler(handler)


def test_a_strict_build_with_a_warning_is_not_published(tmp_path: Path, counter: CountHandler) -> None:
    strict, easy = config(tmp_path / "strict", strict=True), config(tmp_path / "easy")
    assert not strict_warnings(strict)
    aside, other = begin(strict), begin(easy)
    logging.getLogger("mkdocs.plugins.any").warning("something is missing")
    assert strict_warnings(strict)
    assert not strict_warnings(easy)
    assert not aside.commit()
    assert other.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["easy"]


# --- with MkDocs


@pytest.mark.build
def test_two_builds_are_byte_identical(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    assert mkdocs(project, "build", "--strict", PYTHONHASHSEED="1").returncode == 0
    first = snapshot(project / "site")
    run = mkdocs(project, "build", "--strict", "--site-dir", "other", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert run.returncode == 0
    assert snapshot(project / "other") == first
    year = time.strftime("%Y-").encode()
    ours = {name: text for name, text in first.items() if not name.startswith("assets/") and not name.endswith(".gz")}
    assert [name for name, text in ours.items() if year in text] == []
    assert mkdocs(project, "build", SOURCE_DATE_EPOCH="86400").returncode == 0
    changed = {name for name, text in snapshot(project / "site").items() if first[name] != text}
    assert changed == {f"{folder}sitemap.xml{end}" for folder in ("", "en/") for end in ("", ".gz")}
    assert "<lastmod>1970-01-02</lastmod>" in (project / "site/en/sitemap.xml").read_text("utf-8")


@pytest.mark.build
def test_a_failed_build_leaves_the_last_good_site(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    good = mkdocs(project, "build", "--strict")
    assert f"Building documentation to directory: {project / 'site'}\n" in good.stderr
    before, folders = snapshot(project / "site"), sorted(path.name for path in project.iterdir())
    (project / "docs/en/forward-pass.md").rename(tmp_path / "kept")
    strict = mkdocs(project, "build", "--strict")
    assert strict.returncode == 1
    assert "Aborted with 2 warnings in strict mode!" in strict.stdout + strict.stderr
    (tmp_path / "kept").rename(project / "docs/en/forward-pass.md")
    page = project / "docs/es/forward-pass.md"
    page.write_text(page.read_text("utf-8") + "\nSTOP\n", "utf-8")
    assert mkdocs(project, "build").returncode == 1
    assert snapshot(project / "site") == before
    assert sorted(path.name for path in project.iterdir()) == folders


@pytest.mark.build
def test_two_builds_at_once_publish_one_whole_site(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    assert mkdocs(project, "build").returncode == 0
    before = snapshot(project / "site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    with ExitStack() as stack:
        runs = [
            stack.enter_context(
                running(command, cwd=project, env=mkdocs_environment(), stderr=subprocess.PIPE, text=True)
            )
            for _ in range(3)
        ]
        for run in runs:
            _, errors = run.communicate(timeout=120)
            assert (run.returncode, errors) == (0, "")
    assert snapshot(project / "site") == before
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []


@pytest.mark.build
def test_serve_shows_the_last_good_pages_and_recovers(tmp_path: Path) -> None:
    project = write_project(tmp_path, "https://example.org/sub/")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    serve = [*INTERRUPTIBLE, "serve", "--dev-addr", f"127.0.0.1:{port}"]
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *serve]  # as a shell starts a job in the background
    with (
        log.open("w") as output,
        running(command, cwd=project, env=mkdocs_environment(TMPDIR=str(temporary)), stderr=output) as server,
    ):
        wait_for(log, "Serving on")
        root = f"http://127.0.0.1:{port}/sub/"
        assert "paso a paso" in _get(root)
        page = project / "docs/es/index.md"
        good = page.read_text("utf-8")
        page.write_text("# Nuevo\n\nSTOP\n", "utf-8")
        wait_for(log, "the last good pages are still being served")
        assert "paso a paso" in _get(root)
        assert "step by step" in _get(f"{root}en/")
        page.write_text(good.replace("paso a paso", "con calma"), "utf-8")
        wait_for(log, "Reloading browsers")
        assert "con calma" in _get(root)
        assert "step by step" in _get(f"{root}en/")
        server.send_signal(signal.SIGINT)
        server.wait(30)
    assert list(temporary.glob("*mkdocs_*")) == []


def test_a_test_that_fails_leaves_no_process_behind() -> None:
    left: list[int] = []

    def fail() -> None:
        child = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
        with running([sys.executable, "-c", child], stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            left.extend((parent.pid, int(parent.stdout.readline())))
            raise AssertionError("as when a test fails")

    with pytest.raises(AssertionError):
        fail()
    assert len(left) == 2
    until = time.monotonic() + 20
    while any(map(_alive, left)) and time.monotonic() < until:
        time.sleep(0.05)  # what was killed ends when it next has a turn
    assert [pid for pid in left if _alive(pid)] == []


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())
