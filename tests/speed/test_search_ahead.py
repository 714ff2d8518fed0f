"""Search entries that are made ahead are those that Material's search makes of the whole page."""

from __future__ import annotations

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from material.plugins.search.plugin import SearchIndex
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from backprop_docgen.speed.search_ahead import entries

CODE = highlight("for k in range(3):\n\n    print(f'{k:6}  {1 / 2}')  # a < b\n", PythonLexer(), HtmlFormatter())
NUMBERED = highlight("a = 1\n\n\nb = 2\n", PythonLexer(), HtmlFormatter(linenos="table", anchorlinenos=True))

FIGURE = (
    '<h1 id="a">A</h1><svg viewBox="0 0 1 1" aria-hidden><title id="t">A &lt; b</title><path d="M0 0"/>'
    '<text data-x="[&quot;q&quot;]">a</text></svg><h2 id="z">Z</h2><p>one<br>two</p><hr />tail'
)


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
        '<h1 id="a&amp;b">A &lt; B<a class="headerlink" href="#a">¶</a></h1><p>a&nbsp;b &amp;amp; <br/>c<br>d</p>&copy',
        "<h1 id='a'>single</h1><p>x <!-- <b>no</b> --> y</p><h2 ID=b>unquoted</h2><P>z</P>",
        '<h2 id>empty</h2><div><h3 id="c" data-search-exclude>left out</h3><p>x</p></div><p>after</p>',
        '<p>1 < 2 & 3 > 2</p><script>document.write("<h2 id=x>no</h2>")</script><style>p > a { }</style><p>end',
        '<textarea><h2 id="a">no</h2></textarea><title><b>t</b></title><p title="a > b" data-x="<p>">q</p>',
        '<div class="linenodiv">1</div><p></p><ul>\n<li> </li>\n<li>one</li></ul></b></p>',
        FIGURE,
    ],
)
def test_the_entries_are_those_of_the_whole_page(content: str) -> None:
    same(content)


def test_tidy_html_needs_no_other_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take twice the time, and nothing else would show it."""
    expected = own(FIGURE)
    monkeypatch.setattr(HTMLParser, "feed", None)
    assert entries(SearchIndex(lang=["en"], separator=" ", pipeline=[], fields={}), page(FIGURE)) == expected


def test_markup_inside_raw_text_is_left_to_the_other_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer versions of Python take it for text."""
    monkeypatch.setattr(HTMLParser, "feed", None)
    for raw in ('<textarea x="<p>"><h2 id="i">no</h2></textarea>', "<title><b>no</b></title>", "<xmp>no</xmp>"):
        with pytest.raises(TypeError):
            entries(SearchIndex(lang=["en"], separator=" ", pipeline=[], fields={}), page(raw))


TAGS = ("p", "b", "td", "li", "pre", "code", "h1", "h2", "br", "data", "svg", "a", "div", "script", "textarea")
ATTRIBUTES = (
    "", ' id="i"', ' class="headerlink"', ' class="linenodiv"', " data-search-exclude", ' x="<p>"', " y=1", " z='&amp;'"
)  # fmt: skip
OTHER = ("text", " ", "\n\n ", "a &lt; b", "&amp", "1 < 2", "<!-- c -->", "<?x?>", "<!x>", "é\t", "</", "<")
PIECES = st.one_of(
    st.tuples(st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.sampled_from((">", "/>", " >"))).map(
        lambda tag: f"<{''.join(tag)}"
    ),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(OTHER),
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_html_gives_the_entries_of_the_whole_page(content: str) -> None:
    try:
        own(content)
    except ValueError:
        return  # Material's own parser fails, too: a page that it skips closes what it never opened
    same(content)


def same(content: str) -> None:
    index = SearchIndex(lang=["en"], separator=" ", pipeline=[], fields={})
    finished = page(content)
    assert entries(index, finished) == own(content)
    assert finished.content == content
    assert index.entries == []
