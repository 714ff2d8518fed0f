"""Networks of wide variety: their whole tutorial builds strictly, and a check finds nothing in it."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

import sample
from backprop_docgen.check.site import check_site
from backprop_docgen.network.file import parse_network, to_toml
from built import build, copy_project
from wild import wild_network

FIRST = sample.drawing("wild sites").randrange(10**6)


def small(seed: int) -> bool:
    """Whether a tutorial is built and checked in seconds."""
    network = wild_network(seed)
    return sum(layer.neurons * (layer.sources + 1) for layer in network.layers) * len(network.examples) <= 60


SEEDS = range(FIRST, FIRST + 200) if sample.everything else [next(seed for seed in count(FIRST) if small(seed))]


@pytest.mark.build
@pytest.mark.parametrize("seed", SEEDS)
def test_a_wild_network_builds_strictly_and_is_right(shipped: Path, tmp_path: Path, seed: int) -> None:
    text = to_toml(wild_network(seed))
    assert parse_network(text, "network.toml") == wild_network(seed)
    project = copy_project(tmp_path / "project", shipped)
    (project / "network.toml").write_text(text, "utf-8")
    result = build(project, "--strict")
    assert result.returncode == 0, result.stderr[-4000:]
    found = [str(finding) for finding in check_site(project / "site") if finding.wrong]
    assert found == [], text
