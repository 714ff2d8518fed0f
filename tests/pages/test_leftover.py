"""Whatever of a template is left in finished text stops the build, with file and line; code may show it."""

from __future__ import annotations

import json
from pathlib import Path

import markdown
import pytest

from backprop_docgen.check.site import check_site
from backprop_docgen.commands.check import run_sources
from backprop_docgen.commands.render import render_to
from backprop_docgen.errors import SiteError, TemplateError
from backprop_docgen.pages.leftover import (
    left_in_html,
    left_in_markdown,
    left_in_template,
    maths_in_html,
    maths_in_markdown,
)
from backprop_docgen.pages.pieces import token
from built import build
from small_site import PAGES, small_site, write

RAW = [
    *("{{ E_total }}", "{{E_total}}", "{{ lost", "a }}", "{% if x %}", "{ % endif %}", "{%- for", "endif %}"),
    *("{# a note #}", "{#note#}", "{## never closed"),
]
FINE = [
    *("{#id}", "{: .class }", "{1, 2}", "{10 %, 20 %}", "C# and 5 %", "&#123;&#123; x }", "$`{{a}}^{{b}}`$"),
    *("`{{ x }}`", "``{% if %}``", "```jinja\n{{ x }} {# y #}\n```", "A list:\n\n    {{ indented }}\n"),
    "<!-- {{ x }} -->",
]

FOREIGN = [
    *("$x$", "$x^2$", "$E = mc^2$", r"$\frac{1}{2}$", "$w_5$", "($x$)", "$0.5$", "$net = w x$", r"$\eta$s", "**$x$**"),
    *("$f(x)$", "$-1$", "$x,y$", "$a<b$", "$αx$", "$|x|$", "$$x = 1$$", "$$\nx = 1\n$$", "$$ loss $$"),
    *("$n$-th", "$a * b$"),
    *(r"\(x\)", r"\(a + b\)", r"\[x = y\]", "\\[\nx\n\\]", r"\[ \frac{a}{b} \]", r"$x \to y$", "- $x$", "$10%$"),
]  # fmt: skip
NO_MATHS = [
    *("$5 and $10", "costs $5, or $6.", "US$5 and US$10", "5$ y 10$", "$5-$10", "$5/$6", "R$5 e R$6"),
    *("from $5 (or 5$)", "$$$", "$5…$10", "$5\n\n$6"),
    *("$HOME and $PATH", "$HOME/$USER", "$ x $", "`$x$`", "$`x`$ and $`y`$", "$`x`$x$`y`$", "$$ to $$$"),
    *("```\n$x$\n```", "${A} and ${B}", "${A}/${B}", "<pre>$x$</pre>", "<!-- $x$ -->"),
    *(r"\[…\] quoted", r"\[sic\]", r"\[1\]", r"\(see below\)", r"a\[0\] and b\[1\]"),
    *("a $5 bill, $10 note", "between $5k and $6k", "$5.00 = 4.50€ and 1€ = 1.1$", "The price ($5) is half ($10)."),
    *("Cuesta $5; antes, $10.", "$1,000 to $2,000", "$5 million (about $6)"),
]  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_mathematics_in_the_ways_of_other_tools_is_seen(text: str) -> None:
    around = f"# Title\n\nText:\n{text}\nmore.\n"
    (found,) = maths_in_markdown(around)
    assert around.startswith(found.text, found.offset)
    assert len(maths_in_html(converted(around))) == 1
    assert [each.text for each in left_in_template(around)] == [found.text]


@pytest.mark.parametrize("text", NO_MATHS)
def test_prices_brackets_code_and_our_own_way_are_no_foreign_mathematics(text: str) -> None:
    around = f"# Title\n\nText:\n{text}\nmore.\n"
    assert maths_in_markdown(around) == []
    assert maths_in_html(converted(around)) == []


def converted(text: str) -> str:
    extensions = ["attr_list", "md_in_html", "toc", "tables", "pymdownx.superfences", "backprop_docgen.katex"]
    return markdown.markdown(
        text, extensions=extensions, extension_configs={"backprop_docgen.katex": {"deferred": True, "foreign": True}}
    )


@pytest.mark.build
def test_foreign_mathematics_stops_a_build_with_file_and_line(tmp_path: Path) -> None:
    price = "Prices: $5 and $10, \\$x\\$. {{ E_total }}\n"
    folder = small_site(tmp_path, {"en/index.md": f"# Home\n\n{price}"}, settings="  - pymdownx.snippets\n")
    write(folder, "es/index.md", f"# Inicio\n\n{price}")
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    page = "---\ntitle: P $x^2$\n---\n# P\n\n$E = {{ E_total }}$\n\n\\(a = b\\)\n\n![$y_1$](a.png)\n"
    write(folder, "es/deep/page.md", page)
    said = build(folder).stderr
    for line, text in ((2, "$x^2$"), (6, "$E = □$"), (8, r"\(a = b\)"), (10, "$y_1$")):
        assert f"docs/es/deep/page.md:{line}: {text} would stand in the finished page" in said
    findings = run_sources(folder / "mkdocs.yml", None, fix=False)[0]
    assert {(each.line, each.text) for each in findings if each.code == "raw"} >= {
        (2, "$x^2$"), (6, "$E = {{ E_total }}$"), (8, r"\(a = b\)"),
    }  # fmt: skip
    write(folder, "es/deep/page.md", "# P\n")
    (folder / "snippet.md").write_text("Here $k^2$ and \\(r = 1\\).\n", "utf-8")
    write(folder, "en/step.md", f'{PAGES["en/step.md"]}\n--8<-- "snippet.md"\n')
    write(folder, "outside/page.md", "# Outside\n\nHere \\(q\\) and $x_1$.\n")
    said = build(folder).stderr
    assert all(f"docs/en/step.md:7: {text}" in said for text in ("$k^2$", r"\(r = 1\)"))
    assert all(f"docs/outside/page.md:3: {text}" in said for text in (r"\(q\)", "$x_1$"))
    assert "$x$" not in said


@pytest.mark.parametrize("text", RAW)
def test_what_a_template_leaves_is_seen(text: str) -> None:
    around = f"# Title\n\nText {text} and\n{text}\n"
    found = left_in_markdown(around)
    assert len(found) >= 2
    assert all(around.startswith(each.text, each.offset) for each in found)
    assert left_in_html(f"<p>Text {text}</p><pre><code>{text}</code></pre>")
    assert left_in_html(f'<p><img alt="{text}" src="x.png"></p>')


@pytest.mark.parametrize("text", FINE)
def test_what_is_code_mathematics_or_plain_text_is_left_alone(text: str) -> None:
    assert left_in_markdown(f"# Title\n\nText:\n\n{text}\n\nMore.\n") == []


def test_html_that_nobody_reads_is_left_alone() -> None:
    hidden = '<!-- {{ x }} --><script>f({a: {}}, "{{ y }}")</script><style>a{#b{c:d}}</style><pre>{% if %}</pre>'
    shown = '<p data-tree=\'[{"a":{"b":1}}]\'>x</p><bp-math data-tex="a">{{a}}</bp-math>'
    assert left_in_html(hidden + shown) == []


def test_what_stands_for_something_else_is_seen_in_html_alone() -> None:
    tokens = f"<p>{token(3)} \x02wzxhzdk:0\x03</p>"
    assert [each.shown for each in left_in_html(tokens)] == ["□", "□", "□"]
    assert left_in_markdown(token(3)) == []


def test_a_source_tells_what_rendering_will_leave() -> None:
    source = "{% if x %}{{ y }}{## {# fine #} ##}{% endif %} {% raw %}{{ z }} `{{ code }}`{% endraw %} {# no #}\n"
    assert [(each.text, source.find(each.text)) for each in left_in_template(source)] == [
        (each.text, each.offset) for each in left_in_template(source)
    ]
    assert [each.text for each in left_in_template(source)] == ["{{ z }}", "{# no #}"]


@pytest.mark.build
def test_pages_at_any_depth_are_templates(tmp_path: Path) -> None:
    deep = "# WORD\n\n{{ out_o1 }} {{ eqref(net_h1) }}\n\n"
    deep += "{% choose %}{% when falls(E_total) %}yes{% otherwise %}no{% endchoose %}\n"
    names = ("unit/page.md", "unit/deeper/page.markdown", "unit/index.md", "other/README.md")
    pages = {f"{code}/{name}": deep.replace("WORD", code) for code in ("es", "en") for name in names}
    folder = small_site(tmp_path, pages)
    result = build(folder, "--strict")
    assert (result.returncode, "Traceback" in result.stderr) == (0, False), result.stderr
    addresses = ("unit/page/", "unit/deeper/page/", "unit/", "other/")
    for place in (f"{prefix}{address}" for prefix in ("", "en/") for address in addresses):
        html = (folder / "site" / place / "index.html").read_text("utf-8")
        up = "../" * (place.count("/") - place.startswith("en/"))
        assert ">0.751365070</data>" in html
        assert f'href="{up}step/#eq-net_h1"' in html
    listed = json.loads((folder / "site" / "worksheet.json").read_text("utf-8"))
    assert listed["pages"]["en/unit/deeper/page/"] == ["out_o1"]
    assert {f"docs/{name}" for name in pages} <= listed["sources"].keys()
    assert run_sources(folder / "mkdocs.yml", None, fix=False)[0] == []
    assert check_site(folder / "site") == []
    for address in addresses:
        page = folder / "site" / address / "index.html"
        page.write_text(page.read_text("utf-8").replace(">yes<", ">no<"), "utf-8")
    wrong = {finding.file for finding in check_site(folder / "site") if finding.code == "choice"}
    assert wrong == {str(folder / "site" / address / "index.html") for address in addresses}


@pytest.mark.build
def test_a_build_stops_at_everything_that_is_left(tmp_path: Path) -> None:
    raw = "{% raw %}{{ raw }}{% endraw %}"
    folder = small_site(tmp_path, settings="  - pymdownx.snippets\nexclude_docs: |\n  es/kept-out/\n")
    assert build(folder, "--strict").returncode == 0
    good = (folder / "site" / "index.html").read_bytes()
    (folder / "snippet.md").write_text("{{ snippet }}\n", "utf-8")
    write(folder, "es/deep/in/page.md", f"# Página\n\n{{# nota #}}\n\n`{{# bien #}}` {raw}\n")
    write(folder, "es/kept-out/page.md", "{{ nobody_reads_this }}\n")
    result = build(folder)
    assert result.returncode == 1
    assert "docs/es/deep/in/page.md:3: {# nota #}" in result.stderr
    assert "docs/es/deep/in/page.md:5: {{ raw }}" in result.stderr
    assert "bien" not in result.stderr
    write(folder, "es/deep/in/page.md", "# Página\n")
    write(folder, "outside/page.md", "---\ndescription: '{{ described }}'\n---\n# Outside\n\n{{ outside }}\n")
    write(folder, "en/step.md", f'{PAGES["en/step.md"]}\n--8<-- "snippet.md"\n')
    result = build(folder)
    assert result.returncode == 1
    assert "docs/outside/page.md:6: {{ outside }}" in result.stderr
    assert "docs/outside/page.md:2: {{ described }}" in result.stderr
    assert "docs/en/step.md:7: {{ snippet }}" in result.stderr
    assert "Traceback" not in result.stderr
    assert (folder / "site" / "index.html").read_bytes() == good


def test_check_and_render_see_it_too(tmp_path: Path) -> None:
    folder = small_site(tmp_path, {"es/deep/page.md": "# P\n\n{# nota #}\n", "outside.md": "# O\n\n{{ outside }}\n"})
    findings = run_sources(folder / "mkdocs.yml", None, fix=False)[0]
    assert [(each.file, each.line, each.text) for each in findings if each.code == "raw"] == [
        ("docs/es/deep/page.md", 3, "{# nota #}"),
        ("docs/outside.md", 3, "{{ outside }}"),
    ]
    with pytest.raises(TemplateError, match=r"docs/es/deep/page\.md:3: \{# nota #\}"):
        render_to(tmp_path / "out", folder / "mkdocs.yml")
    assert not (tmp_path / "out").exists()


@pytest.mark.build
def test_a_published_site_with_a_template_in_it_is_found(tmp_path: Path) -> None:
    folder = small_site(tmp_path)
    assert build(folder).returncode == 0
    page = folder / "site" / "en" / "index.html"
    page.write_text(page.read_text("utf-8").replace("The loss is", "The {{ loss }} is"), "utf-8")
    found = [each for each in check_site(folder / "site") if each.code == "raw"]
    assert [(each.text, each.source[each.caret :].startswith("{{ loss }}")) for each in found] == [("{{ loss }}", True)]


def test_every_page_that_is_no_text_is_named(tmp_path: Path) -> None:
    folder = small_site(tmp_path)
    for name in ("es/index.md", "en/step.md"):
        (folder / "docs" / name).write_bytes(b"# One\n\nl\xednea\n")
    with pytest.raises(SiteError, match=r"(?s)docs/es/index\.md:3: is not a text.*docs/en/step\.md:3: is not a text"):
        render_to(tmp_path / "out", folder / "mkdocs.yml")
