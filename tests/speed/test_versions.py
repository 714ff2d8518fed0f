"""What leans on private parts of other packages knows with which versions it was tested."""

from __future__ import annotations

import re

import pytest

from backprop_docgen.speed import versions
from backprop_docgen.speed.versions import TESTED, as_tested
from networks import ROOT


def test_the_versions_are_those_of_the_constraints() -> None:
    pinned = dict(re.findall(r"(?m)^([\w-]+)==(\d+\.\d+)", (ROOT / "constraints.txt").read_text("utf-8")))
    pinned |= re.findall(r'"(katex)",\s+"(\d+\.\d+)', (ROOT / "hatch_build.py").read_text("utf-8"))
    assert {name: pinned[name] for name in TESTED} == TESTED


@pytest.mark.parametrize("found", ["1.6.0", "1.6.99", "1.6"])
def test_a_corrected_version_is_as_good(monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    monkeypatch.setattr(versions, "version", lambda _: found)
    assert as_tested("mkdocs")


@pytest.mark.parametrize("found", ["1.60.1", "2.6.0", "16", "nonsense"])
def test_another_version_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, found: str) -> None:
    monkeypatch.setattr(versions, "version", lambda _: found)
    with caplog.at_level("DEBUG"):
        assert not as_tested("mkdocs")
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    assert found in caplog.text


def test_a_package_that_is_missing_is_no_tested_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TESTED, "no-such-package", "1.0")
    assert not as_tested("no-such-package")
