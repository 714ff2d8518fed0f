"""Search entries that are made ahead are those that Material's search makes of the whole page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from material.plugins.search.plugin import SearchIndex
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from backprop_docgen.search_ahead import entries

CODE = highlight("for k in range(3):\n\n    print(f'{k:6}  {1 / 2}')  # a < b\n", PythonLexer(), HtmlFormatter())
NUMBERED = highlight("a = 1\n\n\nb = 2\n", PythonLexer(), HtmlFormatter(linenos="table", anchorlinenos=True))


def page(content: str) -> Any:
    return SimpleNamespace(content=content, meta={}, toc=[], url="page/", title="A page")


def own(content: str) -> list[dict[str, Any]]:
    """What Material's index makes of it."""
    index = SearchIndex(lang=["en"], separator=" ", pipeline=[], fields={})
    index.add_entry_from_context(page(content))
    found: list[dict[str, Any]] = index.entries
    return found


@pytest.mark.parametrize(
    "content",
    [
        f'<h1 id="a">A</h1><p>before</p>{CODE}<h2 id="b">B</h2>{CODE}<p>after</p>',
        f'<h1 id="a">A</h1>{NUMBERED}',
        '<h1 id="a">A</h1><pre><code><span data-search-exclude>no</span> <span class="w"> </span>yes</code></pre>',
        '<h1 id="a">A</h1><pre><span title="a > b">x</span> <span></span>\n<span class="k">y</span></pre> <i>z</i>',
        '<h1 id="a">A</h1><pre></pre><pre> <span> </span> </pre><p>end</p>',
        "<p>no heading, no code</p>",
    ],
)
def test_the_entries_are_those_of_the_whole_page(content: str) -> None:
    index = SearchIndex(lang=["en"], separator=" ", pipeline=[], fields={})
    finished = page(content)
    assert entries(index, finished) == own(content)
    assert finished.content == content
    assert index.entries == []
