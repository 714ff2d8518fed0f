"""ProperDocs goes on where MkDocs 1.x ends: it answers to MkDocs's name, and logs under its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sample
from built import ROOT
from built import build as mkdocs_build
from site_fixture import snapshot
from small_site import PAGES, small_site, write

BESIDE = Path(os.environ.get("BACKPROP_BESIDE", ROOT / ".venv" / "beside")) / "properdocs"
pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(not BESIDE.exists() and "CI" not in os.environ, reason=f"ProperDocs is not in {BESIDE}"),
]
rarely = pytest.mark.skipif(not sample.everything, reason="several builds: with --all")
BROKEN = PAGES["en/index.md"].replace("(step.md)", "(stop.md)")


def build(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``properdocs build`` in a project."""
    path = os.pathsep.join(filter(None, (str(BESIDE), os.environ.get("PYTHONPATH", ""))))
    return subprocess.run(
        [sys.executable, "-c", "from properdocs.__main__ import cli; cli()", "build", "-f", "mkdocs.yml", *arguments],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_strict_build_with_a_warning_leaves_the_last_good_site(tmp_path: Path) -> None:
    folder = small_site(tmp_path)
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    good = snapshot(folder / "site")
    assert ".site-build" not in result.stderr  # people know the site's folder, not the one beside it
    write(folder, "en/index.md", BROKEN)
    for _ in ("", "kept"):
        result = build(folder, "--strict")
        assert (result.returncode, "stop.md" in result.stderr, "Traceback" in result.stderr) == (1, True, False)
        assert snapshot(folder / "site") == good


@rarely
def test_a_quiet_build_disarms_no_strict_one(tmp_path: Path) -> None:
    folder = small_site(tmp_path, {"en/index.md": BROKEN})
    assert build(folder, "--quiet").returncode == 0
    assert build(folder, "--strict").returncode == 1
    assert build(folder, "--strict", "--quiet").returncode == 1


@rarely
@pytest.mark.parametrize("other", [build, mkdocs_build])
def test_what_one_generator_kept_disarms_no_other(tmp_path: Path, other: object) -> None:
    first, second = (build, mkdocs_build) if other is build else (mkdocs_build, build)
    folder = small_site(tmp_path, {"en/index.md": BROKEN})
    assert first(folder, "--quiet").returncode == 0
    result = second(folder, "--strict")
    assert (result.returncode, "stop.md" in result.stderr) == (1, True)


def test_a_mistake_is_told_in_words(tmp_path: Path) -> None:
    folder = small_site(tmp_path, {"en/index.md": "# Home\n\n{{ E_totl }}\n"})
    result = build(folder)
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "docs/en/index.md:3: 'E_totl' is undefined" in result.stderr
