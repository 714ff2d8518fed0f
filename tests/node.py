"""Scripts of ``tests/js`` under Node, which import the browser's modules as they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from networks import ROOT

SCRIPTS = ROOT / "tests" / "js"


def node(script: str, *arguments: Path) -> str:
    """What a script (or Node with an option) prints; its complaint is the test's."""
    program = shutil.which("node")
    assert program, "CI needs Node.js"
    first = script if script.startswith("-") else SCRIPTS / script
    done = subprocess.run([program, first, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-4000:]
    return done.stdout


def stored(folder: Path, data: object) -> Path:
    """Data in a file, as JSON."""
    path = folder / "cases.json"
    path.write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), "utf-8")
    return path


def node_tests(script: str) -> None:
    """The tests that a script holds for Node's own runner."""
    node("--test", SCRIPTS / script)
