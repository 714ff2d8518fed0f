"""Texts that the inline patterns need not search: the page stays the same."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from mkdocs.config import load_config

from backprop_docgen.plain_text import keep_plain_texts
from built import ROOT

CONFIG = load_config(str(ROOT / "mkdocs.yml"))
OURS = "backprop_docgen.katex"  # registers it, too
EXTENSIONS = [name for name in CONFIG.markdown_extensions if name != OURS]
PIECES = (
    "plain", " ", "\n", "  \n", "\n\n", "*", "**", "_", "`", "\\", "[", "](#a)", "![", "<b>", "</b>", "<", "&", "&amp;",
    "a@b.c", "http://x.y", "# ", "- ", "1. ", "| ", "\n| a | b |\n|---|---|\n| ", "> ", "[^1]", "\n[^1]: ", "HTML",
    "\n*[HTML]: Hyper\n", "{ .a }", "=", "~", "^", "::", "\n    ", '!!! note "', "w5", "½", "\x02", "\x03",
    "<div markdown>\n", "\n</div>\n",
)  # fmt: skip


class Spy(Treeprocessor):
    """Right before the inline patterns: the texts kept from them, and those that are not."""

    def run(self, root: Element) -> None:
        texts = [each.text for each in root.iter() if each.text and each.text.strip()]
        self.kept = [text for text in texts if isinstance(text, AtomicString)]
        self.searched = [text for text in texts if not isinstance(text, AtomicString)]


def converted(text: str, *more: str, kept: bool = True) -> tuple[str, Spy]:
    md = Markdown(extensions=[*EXTENSIONS, *more], extension_configs=CONFIG.mdx_configs)
    if kept:
        keep_plain_texts(md)
    spy = Spy(md)
    md.treeprocessors.register(spy, "spy", 20.1)
    return md.convert(text), spy


def test_what_has_no_sign_is_kept_from_the_patterns() -> None:
    table = "| one | `two` |\n|---|---|\n| 3 | *4* |"
    _, spy = converted(f"# Plain title\n\nA plain\ntext\n\n{table}\n\nfive  \nsix &amp; a\\*b")
    assert spy.kept == ["Plain title", "A plain\ntext", "one", "3"]
    assert len(spy.searched) == 3


def test_where_a_pattern_is_not_known_all_texts_are_searched() -> None:
    html, spy = converted("see http://example.org", "pymdownx.magiclink")
    assert spy.kept == []
    assert '<a href="http://example.org"' in html


def test_who_comes_after_the_patterns_finds_a_text() -> None:
    html, spy = converted("plain (c) text", "pymdownx.smartsymbols")
    assert spy.kept == ["plain (c) text"]
    assert html == "<p>plain &copy; text</p>"


def test_an_abbreviation_in_a_plain_text_is_found() -> None:
    html, spy = converted("plain HTML text\n\n*[HTML]: Hyper\n")
    assert "plain HTML text" in spy.kept
    assert '<abbr title="Hyper">HTML</abbr>' in html


@pytest.mark.parametrize("page", sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("??/*.md")))
def test_a_page_stays_the_same(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert converted(text)[0] == converted(text, kept=False)[0]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_stays_the_same(text: str) -> None:
    assert converted(text)[0] == converted(text, kept=False)[0]
