"""The command among other programs: any encoding, a reader that goes, a full disk, Ctrl-C."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backprop_docgen.cli import main
from backprop_docgen.commands.terminal import fitting
from built import ROOT
from processes import running
from sample import covering
from site_fixture import mkdocs_environment
from small_site import small_site

INTERRUPTIBLE = """
import runpy, signal, time
from backprop_docgen.network import file

def wait(path):
    print("waiting", flush=True)
    time.sleep(60)

file.read_network = wait
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("backprop_docgen", run_name="__main__")
"""
NETWORK = """\
[network]
inputs = [0.05, 0.1]
targets = [0.000001, 0.99]
[[layer]]
weights = [[0.15, -0.2], [0.25, 0.3]]
[[layer]]
weights = [[0.4, 0.45], [0.5, 9e-7]]
[display]
decimals = 5
"""
ENCODINGS = ("cp1252", "latin-1", "ascii", "cp437", "shift_jis", "koi8-r", "utf-8")
FORMATS = {
    "values": ("values", "--network", "small.toml"),
    "json": ("values", "--network", "small.toml", "--format", "json"),
    "csv": ("values", "--network", "small.toml", "--format", "csv"),
    "findings": ("check",),
    "findings as json": ("check", "--format", "json"),
    "sarif": ("check", "--format", "sarif"),
    "junit": ("check", "--format", "junit"),
    "github": ("check", "--format", "github"),
    "claims": ("claims",),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with typed numbers, in words that not every encoding has."""
    folder = small_site(tmp_path_factory.mktemp("course"))
    (folder / "small.toml").write_text(NETWORK, "utf-8")
    page = "\nSube: «−0.35» × 10⁻⁷ y 3.5 → ∂E; ñandú, 10²⁰ ≈ {{ E_total }}. {% choose %}{% when E_total > 0 %}∂ ≠ 0"
    for language in ("es", "en"):
        with (folder / "docs" / language / "step.md").open("a", encoding="utf-8") as stream:
            stream.write(f"{page}{{% endchoose %}}\n")
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "backprop_docgen", *arguments],
        cwd=folder,
        env=mkdocs_environment(**environment),
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def ran(course: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[object, bytes, bytes]]:
    """A command in this process: its exit code, and what it writes in an encoding."""
    monkeypatch.chdir(course)
    monkeypatch.delenv("BACKPROP_NETWORK", raising=False)

    def run(*arguments: str, encoding: str = "utf-8") -> tuple[object, bytes, bytes]:
        written = {name: io.TextIOWrapper(io.BytesIO(), encoding) for name in ("stdout", "stderr")}
        with monkeypatch.context() as patch:
            for name, stream in written.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments), "backprop-docgen")
        content = {name: stream.detach() for name, stream in written.items()}
        return ended.value.code, content["stdout"].getvalue(), content["stderr"].getvalue()

    return run


@pytest.mark.parametrize(("style", "encoding"), covering("formats in encodings", FORMATS, ENCODINGS))
def test_every_output_can_be_encoded(ran: Callable[..., Any], style: str, encoding: str) -> None:
    plain = ran(*FORMATS[style])[1].decode()
    code, written, errors = ran(*FORMATS[style], encoding=encoding)
    assert (code, errors) == (int("check" in FORMATS[style]), b"")
    if "json" in style or style == "sarif":
        assert json.loads(written) == json.loads(plain)  # UTF-8, as JSON is
    elif style == "junit":
        assert ElementTree.canonicalize(written.decode()) == ElementTree.canonicalize(plain)
    else:
        text = written.decode(encoding)
        assert "?" not in text  # there are stand-ins for all
        assert len(text.splitlines()) == len(plain.splitlines())
        if style == "csv":
            rows = [list(csv.reader(each.splitlines())) for each in (text, plain)]
            assert [row[:4] for row in rows[0]] == [row[:4] for row in rows[1]]


BARE = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, BARE])
def test_a_locale_without_accents_is_no_obstacle(course: Path, locale: dict[str, str]) -> None:
    ran = run(course, *FORMATS["findings"], **locale)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("≈ 3.826 × 10⁻⁷", "utf-8", "≈ 3.826 × 10⁻⁷"),
        ("≈ 3.826 × 10⁻⁷", "cp1252", "~ 3.826 × 10^-7"),
        ("≈ −3.826 × 10⁻⁷", "ascii", "~ -3.826 x 10^-7"),
        ("10²", "latin-1", "10²"),
        ("10²⁰, 10⁻³", "latin-1", "10^20, 10^-3"),  # 10²^0 would be another number
        ("w₁₂ de «ñandú» – 0,5 m", "ascii", 'w12 de "nandu" - 0,5 m'),
        ("x\udce9y 中", "utf-8", "x?y 中"),
        ("中", "ascii", "?"),
    ],
)
def test_signs_that_an_encoding_lacks_have_stand_ins(text: str, encoding: str, expected: str) -> None:
    assert fitting(text, encoding) == expected


@pytest.mark.parametrize("arguments", [("values",), ("check",)])
def test_a_reader_may_go(course: Path, arguments: tuple[str, ...]) -> None:
    with running(
        [sys.executable, "-m", "backprop_docgen", *arguments],
        cwd=course,
        env=mkdocs_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        said = program.stderr.read()
        assert (program.wait(timeout=60), said) == (141, b"")


@pytest.mark.parametrize("arguments", [("values",), ("values", "--help")])
def test_a_full_disk_is_said(course: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "backprop_docgen", *arguments]
        ran = subprocess.run(
            command, cwd=course, env=mkdocs_environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: the output: there is no room left to write")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("arguments", [("values",), ("render", "out")])
def test_ctrl_c_ends_a_command_with_130(arguments: tuple[str, ...], tmp_path: Path) -> None:
    given = [str(tmp_path / each) if each == "out" else each for each in arguments]
    with running(
        [sys.executable, "-c", INTERRUPTIBLE, *given],
        cwd=ROOT,
        env=mkdocs_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        os.kill(program.pid, signal.SIGINT)
        _, said = program.communicate(timeout=60)
        assert (program.returncode, said) == (130, b"Aborted!\n")
    assert list(tmp_path.iterdir()) == []


# --- places for what is written


@pytest.mark.parametrize("command", ["render", "new"])
def test_a_place_that_cannot_be_written_is_named(ran: Callable[..., Any], tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "file", tmp_path / "pipe", tmp_path / "file/below", Path("/proc/nothing")):
        code, _, said = ran(command, str(place))
        assert code == 2
        assert str(place).encode() in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "pipe"]
    assert (tmp_path / "file").read_text() == "mine"


def test_what_is_rendered_stands_beside_what_was_there(ran: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out" / "es").mkdir(parents=True)
    (tmp_path / "out" / "es" / "mine.md").write_text("mine")
    (tmp_path / "out" / ".git").write_text("mine")
    assert ran("render", str(tmp_path / "out"))[0] == 0
    assert (tmp_path / "out/es/mine.md").read_text() == (tmp_path / "out/.git").read_text() == "mine"
    assert (tmp_path / "out/es/index.md").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_new_course_needs_an_empty_place(ran: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    assert ran("new", str(tmp_path / "full"))[0] == 2
    (tmp_path / ".course-build-killed" / "new").mkdir(parents=True)  # what a command that was killed has left
    assert ran("new", str(tmp_path / "course"))[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "full"]
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
