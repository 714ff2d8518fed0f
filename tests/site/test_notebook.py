"""The notebook: every cell runs and prints what it shows; nothing of our own markup is left in its text."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from backprop_docgen.plain.notebook import PageSource, notebook

IMAGE = re.compile(r'<img alt="[^"<>]+" src="data:image/svg\+xml;base64,([^"]+)">')


def sources(book: dict[str, Any], kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def printed(cell: dict[str, Any]) -> str:
    return "".join("".join(output.get("text", output.get("traceback", []))) for output in cell["outputs"])


def run(book: dict[str, Any]) -> list[str]:
    """What every cell prints, run from the first one on, as a kernel runs them."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for source in sources(book, "code"):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(source, namespace)
        found.append(output.getvalue())
    return found


@pytest.mark.build
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_tutorial_as_a_notebook(site: Path, language: str) -> None:
    import nbformat  # slow to import

    text = (site / "downloads" / language / "tutorial.ipynb").read_text("utf-8")
    book = json.loads(text)
    nbformat.validate(nbformat.reads(text, 4))
    assert nbformat.writes(nbformat.reads(text, 4)) + "\n" == text  # as Jupyter itself would save it
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert len(code) >= 20
    assert run(book) == [printed(cell) for cell in code]

    texts = sources(book, "markdown")
    images = [base64.b64decode(data) for text in texts for data in IMAGE.findall(text)]
    assert len(images) >= 10
    assert {ElementTree.fromstring(image).tag for image in images} == {"{http://www.w3.org/2000/svg}svg"}
    plain = "\n".join(IMAGE.sub("", text) for text in texts)
    assert re.findall(r"bp-[\w-]+|data-\w+|htmlData|class=|[\ue000-\ue01f\U000f0000-\U0010ffff]|¶", plain) == []
    assert set(re.findall(r"<(\w+)", plain)) <= {"a", "details", "summary", "sub", "sup", "br"}
    places = re.findall(r'<a id="([^"]+)">', plain)
    assert len(set(places)) == len(places)
    assert set(re.findall(r"\]\(#([^)]+)\)", plain)) <= set(places)
    assert "$$\n" in plain
    titles = re.findall(r"(?m)^# (.+)", plain)
    assert len(titles) == 14  # its own, and those of the counted pages


PAGE = """
<h1 id="top">One<a class="headerlink" href="#top">¶</a></h1>
<p>Before <bp-math class="bp-math" data-tex="%5ChtmlData%7Bq%3Dw5%7D%7B0.4%7D"></bp-math>, see
<a href="../two/#end">two</a>
and <a href="../three/#x">three</a>, <a href="https://example.org/">elsewhere</a>.</p>
<p>Now <a href="#q:w5=0.9">try it</a>.</p>
<details class="example"><summary>In code</summary>
<div class="cell"><div class="highlight"><pre><span></span><code>x = <span class="mf">1</span>
print(x)
</code></pre></div><div class="output highlight"><pre><code>1
</code></pre></div></div>
<p>After.</p></details>
<details><summary>More</summary><p>Folded.</p></details>
<h2 id="end">End</h2>
"""
OVERFLOWED = """
<h1>Two</h1><h2 id="end">The end</h2>
<div class="cell" data-overflowed="yes"><pre><code>print(2)
import math; math.exp(1e9)
</code></pre><pre class="output"><code>2
OverflowError: math range error
</code></pre></div>
"""


def book_of(*pages: tuple[str, str], elsewhere: str | None = None) -> dict[str, Any]:
    made = notebook(
        [PageSource(*page) for page in pages], "A title", ["Words."], lambda url: elsewhere and elsewhere + url
    )
    found: dict[str, Any] = json.loads(made)
    return found


def test_a_fold_around_a_cell_is_opened_and_links_lead_to_sections() -> None:
    book = book_of(("one/", PAGE), ("two/", OVERFLOWED))
    assert [cell["cell_type"] for cell in book["cells"]] == [*["markdown"] * 2, "code", *["markdown"] * 4, "code"]
    first, before, after, end, *_ = sources(book, "markdown")
    assert first == "# A title\n\nWords."
    assert before.startswith('<a id="page-1"></a>\n\n# One\n\nBefore $')
    assert "$0.4$, see\n[two](#page-2-end)\nand three, [elsewhere](https://example.org/)." in before
    assert "try it" not in before  # no number can be tried there
    assert before.endswith("**In code**")
    assert after.startswith("After.")
    assert "<summary>More</summary>\n\nFolded.\n\n</details>" in after
    assert end == "## End"
    assert sources(book, "code")[0] == "x = 1\nprint(x)"
    assert [cell["id"] for cell in book["cells"]] == [f"cell-{number}" for number in range(1, 9)]


def test_links_to_other_pages_lead_to_where_the_site_is_published() -> None:
    text = "".join(sources(book_of(("one/", PAGE), elsewhere="https://example.org/sub/"), "markdown"))
    assert "[three](https://example.org/sub/three/#x)" in text
    assert "[try it](https://example.org/sub/one/#q:w5=0.9)" in text


def test_a_cell_that_overflows_ends_with_an_error_and_the_rest_goes_on() -> None:
    cell = book_of(("two/", OVERFLOWED))["cells"][-1]
    assert cell["metadata"] == {"tags": ["raises-exception"]}
    stream, error = cell["outputs"]
    assert stream["text"] == ["2\n"]
    assert (error["ename"], error["evalue"]) == ("OverflowError", "math range error")
