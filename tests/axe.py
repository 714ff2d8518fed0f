"""What axe holds against a page in the browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "js" / "node_modules" / "axe-core" / "axe.min.js"
# Beside what axe asks by itself: who says what is written on a button, by voice, means that button.
MORE = ["label-content-name-mismatch"]
# Thousands of aria-hidden letters give way to boxes of their formula's size: half of what axe takes on a long page.
BOXES = """() => {
  const all = [...document.querySelectorAll(".katex-html")];
  const sizes = all.map((each) => each.getBoundingClientRect());
  all.forEach((each, at) => {
    each.replaceChildren();
    each.style.cssText = `display: inline-block; width: ${sizes[at].width}px; height: ${sizes[at].height}px`;
  });
}"""


def there(path: Path) -> None:
    """Skip a test whose tool npm did not install; in CI that is a failure."""
    if not path.exists():
        assert "CI" not in os.environ, f"{path.name} is missing"
        pytest.skip(f"no {path.name} here: npm installs it with the tests' needs")


def violations(page: Page, part: str = "html", rules: tuple[str, ...] = ()) -> list[str]:
    """Everything axe finds in a part of the page: all its rules (and ``MORE``), or these."""
    there(AXE)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    only = {"runOnly": list(rules)} if rules else {"rules": {rule: {"enabled": True} for rule in MORE}}
    found = page.evaluate("([part, only]) => axe.run(part, { ...only, resultTypes: ['violations'] })", [part, only])
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
