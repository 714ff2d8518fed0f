"""The command ``claims``: every condition, its truth for a network, and the text it chose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_docgen.cli import main
from networks import ROOT

PAGE = """\
# A page

The loss {% choose %}{% when falls(E_total) %}falls to {{ E_total.after }}{% otherwise %}does not fall{% endchoose %}.
{% choose %}
{% when all_of(d("E_total", "w5") > 0, negate(out_o1 * 2 <= 0.5)) %}up
{% when any_of(w5 < 0) %}down
{% otherwise %}flat
{% endchoose %}
"""
CONFIG = "plugins:\n  - backprop-docgen:\n      languages: [{ code: en, name: English }]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "en").mkdir(parents=True)
    (tmp_path / "docs" / "en" / "index.md").write_text(PAGE, "utf-8")
    (tmp_path / "mkdocs.yml").write_text(CONFIG, "utf-8")
    (tmp_path / "network.toml").write_text((ROOT / "network.toml").read_text("utf-8"), "utf-8")
    return tmp_path


def claims(project: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["claims", "--config", str(project / "mkdocs.yml"), *options])


def test_json_lists_every_branch(project: Path) -> None:
    result = claims(project, "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [(each["line"], each["condition"], each["holds"], each["chosen"]) for each in found] == [
        (3, "E_total@1 < E_total", True, True),
        (3, None, None, False),
        (4, "(dE_total/dw5 > 0) and (not (out_o1 · 2 ≤ 1/2))", True, True),
        (4, "w5 < 0", False, False),
        (4, None, None, False),
    ]
    assert {each["page"] for each in found} == {"en/index.md"}
    assert found[0]["text"] == "falls to 0.291027774"
    assert found[2]["text"] == "up"


def test_another_network_chooses_otherwise(project: Path) -> None:
    text = (project / "network.toml").read_text("utf-8").replace("targets = [0.01, 0.99]", "targets = [0.99, 0.99]")
    other = project / "other.toml"
    other.write_text(text.replace("[[0.40, 0.45]", "[[-0.40, 0.45]"), "utf-8")
    found = json.loads(claims(project, "--network", str(other), "--format", "json").stdout)
    assert [each["text"] for each in found if each["chosen"]][1] == "down"


def test_the_table_is_one_line_a_branch(project: Path) -> None:
    lines = claims(project).stdout.splitlines()
    assert lines[0] == "en/index.md:3  true   E_total@1 < E_total  → falls to 0.291027774"
    assert lines[1] == "en/index.md:3  -      otherwise"
    assert len(lines) == 5


def test_a_mistake_is_answered(project: Path) -> None:
    result = claims(project, "--network", str(project / "none.toml"))
    assert result.exit_code == 2
    assert "none.toml" in result.stderr
