"""Files that people write: each is read, or refused with its name; nothing is waited for."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.cli import main
from backprop_docgen.disk import read_text, write_text
from backprop_docgen.errors import NetworkError, SiteError
from backprop_docgen.pages.draft import template_names
from built import ROOT
from sample import covering
from site_fixture import mkdocs_environment, snapshot
from small_site import small_site


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))  # a long name is refused


def a_large_file(path: Path) -> None:
    path.touch()
    os.truncate(path, 3_000_000_000)  # of nothing


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "this is a pipe"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "this is a device"),
    "socket": (a_socket, "this is a socket"),
    "folder": (Path.mkdir, "this is a folder"),
    "nowhere": (lambda path: path.symlink_to("nowhere"), "no such file"),
    "circle": (lambda path: path.symlink_to(path), "Too many levels"),
    "windows-1252": (lambda path: path.write_bytes("# uno\n\n«dos»".encode("cp1252")), ":3: is not a text in UTF-8"),
    "utf-16": (lambda path: path.write_text("# uno", "utf-16"), ":1: is not a text in UTF-8"),
    "null": (lambda path: path.write_bytes(b"# one\n\0"), ":2: this is a binary file"),
    "large": (a_large_file, "too big"),
}
FILES = (
    *("network.toml", "networks/source.toml", "worksheets.toml"),
    *("docs/allowances.toml", "docs/en/step.md", "docs/shared/step.md", "locales/es.po"),
)
COMMANDS = ("check", "check site", "render", "claims", "values")


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = REFUSED[kind]
    make(tmp_path / "file")
    with pytest.raises(NetworkError) as raised:
        read_text(tmp_path / "file", "a text", 1_000_000, error=NetworkError)
    (problem,) = raised.value.problems
    assert str(problem).startswith(str(tmp_path / "file"))
    assert words in str(problem)


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("uno\r\n", "utf-8-sig", newline="")
    assert read_text(tmp_path / "file", "a text", 100) == "uno\r\n"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKPROP_NETWORK", raising=False)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_site(tmp_path_factory.mktemp("course"))
    settings = folder / "mkdocs.yml"
    text = settings.read_text("utf-8")
    plugin = "  - backprop-docgen:\n"
    settings.write_text(text.replace(plugin, f"{plugin}      worksheets: worksheets.toml\n"), "utf-8")
    contents = {
        "worksheets.toml": b'[source]\nnetwork = "networks/source.toml"\n',
        "networks/source.toml": (ROOT / "networks/source.toml").read_bytes(),
        "docs/allowances.toml": b"",
        "docs/shared/step.md": b"",
        "docs/en/step.md": b"{% shared %}\n# A step\n",
        "docs/es/step.md": b"{% shared %}\n# Un paso\n",
        "locales/es.po": (ROOT / "backprop_docgen/locales/es.po").read_bytes(),
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    code, said = run(folder, "mkdocs", "build", "--quiet")
    assert code == 0, said
    return folder


def run(folder: Path, *command: str) -> tuple[int, str]:
    """How a command ends that must not take long, and what it says."""
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=mkdocs_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


def command(name: str, out: Path) -> tuple[str, ...]:
    return ("backprop_docgen", *name.split(), *([str(out)] if name == "render" else []))


@pytest.mark.parametrize(("file", "kind"), covering("files that are refused", FILES, REFUSED))
def test_a_file_that_is_refused_is_named_by_every_command(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: str,
    kind: str,
) -> None:
    path, kept = course / file, tmp_path / "kept"
    path.rename(kept)
    try:
        monkeypatch.chdir(course)
        REFUSED[kind][0](path)
        for name in COMMANDS:
            if name == "values" and file != "network.toml":
                continue
            if name == "check site" and ("docs/" in file or "locales" in file):
                continue  # a page that cannot be read is one that has changed
            if kind == "folder" and file.endswith(".md"):
                continue  # a folder may be called so
            with pytest.raises(SystemExit) as ended:
                main([*command(name, tmp_path / "out")[1:]])
            said = capsys.readouterr().err
            assert (ended.value.code, "Traceback" in said) == (2, False), (name, said)
            assert file in said, (name, said)
    finally:
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        kept.rename(path)
    assert not (tmp_path / "out").exists()


@pytest.mark.build
@pytest.mark.parametrize("file", ["docs/other.md", "docs/es/a.png"])
def test_no_build_waits_for_what_it_would_copy(course: Path, file: str) -> None:
    before = snapshot(course / "site")
    os.mkfifo(course / file)
    try:
        code, said = run(course, "mkdocs", "build")
    finally:
        (course / file).unlink()
    assert (code, "Traceback" in said) == (1, False)
    assert f"{file}: cannot be published (this is a pipe)" in said
    assert snapshot(course / "site") == before


def test_a_page_of_a_site_that_is_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.html")
    with pytest.raises(SiteError, match="is no file"):
        SiteCopy(tmp_path).text("page.html")


def test_a_file_is_written_anew_or_not_at_all(tmp_path: Path) -> None:
    path, link = tmp_path / "page.md", tmp_path / "link.md"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    script = """
import resource, sys
from pathlib import Path
from backprop_docgen.disk import write_text
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_text(Path(sys.argv[1]), "new" * 1000)
except OSError as error:
    print(error.strerror)
"""
    ran = subprocess.run([sys.executable, "-c", script, str(link)], capture_output=True, text=True, check=True)
    assert ran.stdout == "File too large\n"
    assert snapshot(tmp_path) == {"page.md": b"old", "link.md": b"old"}
    write_text(link, "new\n")
    assert link.is_symlink()
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_holds_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "es" / "unit").mkdir(parents=True)
    (tmp_path / "es" / "unit" / "other").symlink_to(tmp_path)
    with pytest.raises(SiteError, match="es/unit/other: is a link to a folder that it stands in"):
        template_names(tmp_path / "es")
    (tmp_path / "es" / "unit" / "other").unlink()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.md").touch()
    (tmp_path / "es" / "unit" / "other").symlink_to(tmp_path / "elsewhere")
    assert template_names(tmp_path / "es") == ["unit/other/page.md"]


def test_a_folder_that_cannot_be_read_is_not_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(SiteError, match="cannot be read"):
        template_names(tmp_path)
