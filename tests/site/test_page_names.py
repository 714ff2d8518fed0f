"""Pages may be called whatever a file may be called: accents, spaces, signs."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from backprop_docgen.check.site import check_site
from backprop_docgen.commands.render import render_to
from backprop_docgen.errors import SiteError
from backprop_docgen.pages.draft import template_names
from browser import served
from sample import some
from site_fixture import mkdocs
from small_site import small_site

NAMES = (
    *("mi página", "a+b", "50%", "l'eau", "ñ/ó ü", "a#b", "q?x", "a&b", "per%20cent", "tilde~", "semi;colon", "com,ma"),
    *("(par)", "[brack]", "<lt>", 'quo"te', "back\\slash", "{y}", "$x", "@z", "=w", "^v", "`t", "|pipe", "*star"),
    *("-dash", "dot.dot", "a..b", "colon:x", "emoji😀", "日本", "e\u0301", "trailing ", "UPPER", "new\nline"),
    "a b/index",
)
PAGE = """\
# Page

The loss is {{ E_total }}, $`E = {{ E_total }}`$.

{% choose %}{% when E_total > 0.3 %}Much: {{ E_total }}.{% otherwise %}Little.{% endchoose %}
"""


@pytest.fixture(scope="module")
def names() -> list[str]:
    return some("names of pages", NAMES, 12)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> Path:
    pages = {f"{language}/{name}.md": PAGE for language in ("es", "en") for name in names}
    return small_site(tmp_path_factory.mktemp("names") / "a project, 100%", pages)


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    ran = mkdocs(project, "build", "--strict")
    assert ran.returncode == 0, ran.stderr
    return project / "site"


@pytest.mark.build
def test_pages_of_any_name_are_built_and_checked(site: Path, names: list[str]) -> None:
    for name in names:
        text = (site / "en" / name.removesuffix("/index") / "index.html").read_text("utf-8")
        assert text.count('data-q="E_total"') == 2
    assert check_site(site) == []


def test_pages_of_any_name_are_rendered(project: Path, tmp_path: Path, names: list[str]) -> None:
    render_to(tmp_path / "out", project / "mkdocs.yml")
    assert all((tmp_path / "out" / "es" / f"{name}.md").is_file() for name in names)


@pytest.mark.browser
def test_pages_of_any_name_are_live(site: Path, names: list[str], chromium: Browser) -> None:
    with served(site) as root, chromium.new_context() as context:
        page = context.new_page()
        missing: list[str] = []
        page.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
        for name in names[:3]:
            address = quote(name.removesuffix("index").rstrip("/"))
            page.goto(f"{root.rstrip('/')}/en/{address}/#q:w5=0.9")
            page.get_by_text("Much: 0.337656937").wait_for()
        assert missing == []


def test_a_name_of_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/es/caf\xe9.md")).touch()
    except OSError:
        pytest.skip("no such name is possible here")
    with pytest.raises(SiteError, match=r"es/caf\?\.md: the name of this file is not in UTF-8"):
        template_names(tmp_path / "es")
