"""Scripts of ``tests/js`` under Node, which import the browser's modules as they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from networks import ROOT

SCRIPTS = ROOT / "tests" / "js"


def node(script: str, *arguments: Path) -> str:
    """What a script prints; its complaint is the test's."""
    program = shutil.which("node")
    assert program, "CI needs Node.js"
    done = subprocess.run([program, SCRIPTS / script, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    return done.stdout


def stored(folder: Path, data: object) -> Path:
    """Data in a file, as JSON."""
    path = folder / "cases.json"
    path.write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), "utf-8")
    return path
