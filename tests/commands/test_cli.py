"""The command ``values``: formats, names, errors and exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_docgen import __version__
from backprop_docgen.cli import main
from networks import ROOT

NETWORK = ROOT / "network.toml"


def values(*arguments: str, network: Path = NETWORK) -> Result:
    return CliRunner().invoke(main, ["values", "--network", str(network), *arguments])


def test_json_holds_the_network_and_full_doubles() -> None:
    result = values("net_h1", "out_o1", "E_total@1", "--format", "json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert list(data["quantities"]) == ["net_h1", "out_o1", "E_total@1"]
    assert data["quantities"]["net_h1"]["value"] == 0.3775
    assert data["quantities"]["out_o1"]["value"] == 0.7513650695523157
    assert data["quantities"]["net_h1"]["symbol"] == r"\text{net}_{h1}"
    assert data["quantities"]["net_h1"]["substituted"] == r"0.15 \cdot 0.05 + 0.2 \cdot 0.1 + 0.35"
    assert data["network"]["network"]["inputs"] == [0.05, 0.1]
    assert data["network"]["layer"][1]["weights"] == [[0.4, 0.45], [0.5, 0.55]]


def test_without_names_every_quantity_is_printed() -> None:
    data = json.loads(values("--format", "json").stdout)
    assert len(data["quantities"]) > 150
    assert {"i1", "w5", "dE_total/dw1", "w1@1", "E_total@1"} <= data["quantities"].keys()


def test_csv_is_read_by_any_program() -> None:
    rows = list(csv.DictReader(io.StringIO(values("w5", "E_total", "--format", "csv").stdout)))
    assert [row["name"] for row in rows] == ["w5", "E_total"]
    assert float(rows[1]["value"]) == 0.29837110876000267
    assert [row["exact"] for row in rows] == ["true", "false"]


def test_the_table_is_made_for_people() -> None:
    lines = values("net_h1", "E_total").stdout.splitlines()
    assert lines[0].split() == ["name", "meaning", "value", "formula"]
    assert "net input of h1" in lines[1]
    assert "= 0.3775" in lines[1]
    assert "≈ 0.298371109" in lines[2]


def test_later_updates_and_other_worksheets_have_values_too() -> None:
    data = json.loads(values("E_total@10000", "nudge:w5", "--format", "json").stdout)["quantities"]
    assert data["E_total@10000"]["value"] == pytest.approx(3.510187782978859e-05, rel=1e-13)
    assert data["E_total@10000"]["formula"] is None
    assert data["nudge:w5"]["printed"] == "0.41"


def test_every_unknown_name_is_reported_with_the_nearest() -> None:
    result = values("net_h1", "net_h7", "otu_o1", "w5@", "nudgee:w5")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("error: ") == 4
    assert "net_h1" in result.stderr
    assert "out_o1" in result.stderr
    assert "Did you mean nudge" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "text",
    ["", "[network", "\0", "[network]\ninputs = [nan]\n",
     "[network]\ninputs = 'x'\ntargets = [1]\n[[layer]]\nneurons = 0\n"],
)
def test_a_bad_file_is_exit_code_two_without_traceback(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    result = values(network=path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "bad.toml" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_a_missing_file_is_exit_code_two(tmp_path: Path) -> None:
    result = values(network=tmp_path / "none.toml")
    assert result.exit_code == 2
    assert "none.toml" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_what_no_double_holds_is_null_in_json_and_said_in_a_table(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_text(
        '[network]\ninputs = [10]\ntargets = [0]\n[[layer]]\nactivation = "identity"\nweights = [[1e308]]\n', "utf-8"
    )
    result = values("net_o1", "--format", "json", network=path)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["quantities"]["net_o1"]["value"] is None
    assert "≈ 1.000\xa0×\xa010³⁰⁹" in values("net_o1", network=path).stdout


def test_an_unknown_format_is_exit_code_two() -> None:
    assert values("--format", "xml").exit_code == 2


def test_it_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "backprop_docgen"]
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.strip() == f"backprop-docgen, version {__version__}"
    shown = subprocess.run([*command, "values", "out_o1"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "0.751365070" in shown.stdout
    wrong = subprocess.run([*command, "values", "nothing"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (wrong.returncode, wrong.stdout) == (2, "")
