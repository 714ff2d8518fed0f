"""A site checked against another network: one of another shape is told as such, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import sample
from backprop_docgen.cli import main
from built import ROOT, build
from small_site import small_site

pytestmark = pytest.mark.build
NETWORKS = ROOT / "tests" / "networks"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_site(tmp_path_factory.mktemp("site"))
    assert build(folder).returncode == 0
    return folder / "site"


SHAPES = [
    ("10-20-10", "10-20-10 with 1 example"),
    ("2-3-3-2-tanh", "2-3-3-2 with 1 example"),
    ("xor", "2-2-1 with 4 examples, a bias for each neuron of layer 1"),
    ("softmax", "2-2-3 with 1 example, a bias for each neuron of layer 2, softmax"),
    ("own-biases", "2-2-2 with 1 example, a bias for each neuron of layer 1, 2"),
]


@pytest.mark.parametrize(("network", "shape"), sample.some("other shapes", SHAPES, 2))
def test_a_network_of_another_shape_is_told_as_such(site: Path, network: str, shape: str) -> None:
    result = CliRunner().invoke(main, ["check", str(site), "--network", str(NETWORKS / f"{network}.toml")])
    assert result.exit_code == 2
    said = f"the network given is {shape}; expected one like the site's own, which is 2-2-2 with 1 example"
    assert said in result.output
    assert "no quantity" not in result.output


def test_a_network_of_the_same_shape_is_compared(site: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(site), "--network", str(NETWORKS / "comma.toml")])
    assert result.exit_code == 1
    assert "wrong:" in result.output
