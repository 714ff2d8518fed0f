"""The slips of a network as they are published, and back."""

from __future__ import annotations

import gzip
import json

import pytest

import sample
from backprop_docgen.errors import QuantityError
from backprop_docgen.network.file import read_network
from backprop_docgen.slips.catalogue import MOST_EXAMPLES, Catalogue, catalogue
from backprop_docgen.slips.compact import Compact
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.names import without_example
from backprop_docgen.worksheet.worksheet import Worksheet
from many_examples import with_examples
from networks import ROOT

FILES = {path.stem: path for path in sorted((ROOT / "tests" / "networks").glob("*.toml"))}


def compact(worksheet: Worksheet, known: Catalogue) -> Compact:
    return Compact({name: worksheet.marked(*worksheet.formula(*without_example(name))) for name in known.names})


@pytest.mark.parametrize("name", sample.some("published slips", list(FILES), 6))
def test_what_is_published_is_the_catalogue(name: str) -> None:
    network = read_network(FILES[name])
    worksheet = build_worksheet(network)
    known = catalogue(network, worksheet)
    form = compact(worksheet, known)
    published = json.dumps(form.write(known.slips))
    assert form.read(json.loads(published)) == list(known.slips)


def test_the_slips_of_the_default_network_are_small() -> None:
    network = read_network(ROOT / "network.toml")
    worksheet = build_worksheet(network)
    known = catalogue(network, worksheet)
    text = json.dumps(compact(worksheet, known).write(known.slips), ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(text.encode(), mtime=0)) < 5000


def test_of_many_examples_the_worked_one_is_known() -> None:
    network = with_examples(read_network(FILES["xor"]), MOST_EXAMPLES + 1)
    known = catalogue(network, build_worksheet(network))
    assert "net_h1" in known.names
    assert not any("[" in name or "mean" in name for name in known.names)
    assert {*known.asked} < {*known.names}
    assert all(name in known.names for slip in known.slips for name in slip.trees)


WRONG = [-1, 1, "x", [0], [0, 0, 0], [0, 999, 0], [999, 0, [[1]]], [0, 2, "9"], [0, 2, [True]]]


@pytest.mark.parametrize("entry", WRONG)
def test_what_is_no_slip_is_refused(entry: object) -> None:
    network = read_network(ROOT / "network.toml")
    worksheet = build_worksheet(network)
    with pytest.raises(QuantityError, match="not a list of slips"):
        compact(worksheet, catalogue(network, worksheet)).read([entry])
