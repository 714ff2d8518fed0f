"""The tutorial of other networks: each builds strictly, in both languages, and says what is true."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

import sample
from backprop_docgen.network.file import read_network
from backprop_docgen.worksheet.backpropagation import build_worksheet
from backprop_docgen.worksheet.worksheet_json import from_json
from built import PREFIX, ROOT, article, check_marked, marked, pages
from networks import drawn_gallery

LARGEST_PAGE = 1_500_000


@pytest.mark.build
@pytest.mark.parametrize("name", drawn_gallery())
def test_each_builds_strictly_in_both_languages(gallery: Callable[[str], Path], name: str) -> None:
    site, network = gallery(name) / "site", ROOT / "tests" / "networks" / f"{name}.toml"
    assert max(path.stat().st_size for path in site.rglob("*.html")) <= LARGEST_PAGE
    sheet = json.loads((site / "worksheet.json").read_text("utf-8"))["worksheets"][""]
    worksheet = build_worksheet(read_network(network))
    given = {name: entry["value"] for name, entry in sheet["quantities"].items()}
    assert all(given.get(q.name, q.value) == q.value for q in worksheet if math.isfinite(q.value))
    stored = {q.name: {"value": q.value} for q in from_json(sheet)}
    assert stored.keys() == set(worksheet.names())
    mark = read_network(network).display.decimal_mark
    for page, language in sample.covering(f"gallery, {name}", pages(), PREFIX):
        if not (site / PREFIX[language] / page).is_dir():
            continue  # the page of the hidden layer, where there is none
        for number in marked(article(site, language, page)):
            if number.name in stored and mark[language] == ".":
                check_marked(number, stored)
