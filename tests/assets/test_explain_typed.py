"""What is typed on the page that explains numbers, under Node."""

from __future__ import annotations

import os
import shutil

import pytest

from node import node_tests


@pytest.mark.skipif(shutil.which("node") is None and "CI" not in os.environ, reason="needs Node.js")
def test_what_is_typed() -> None:
    node_tests("explain.test.mjs")
