"""A published copy beside its own list and its project: what is right is accepted, whoever wrote it how."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import sample
from alteration import digests_made_anew
from backprop_docgen.check.site import check_site, shared
from backprop_docgen.cli import main
from backprop_docgen.commands.check import run_site, run_sources
from backprop_docgen.finding import Finding
from backprop_docgen.numbers.numerals import tokens
from backprop_docgen.published.same import content_mark, same_html
from backprop_docgen.settings.ignored import Ignored
from backprop_docgen.worksheet.course import train_network
from built import build
from small_site import small_site, write

pytestmark = pytest.mark.build
HOME = "en/index.html"
WORDS = """

The first half falls to {{ E_total.after }}, and both fall. <span title="It is {{ E_total }}">x</span>

So $`d = {{ (E_total - E_total.after).percent(1) }}`$.

```json
[{{ w5 }}, {{ error_o2 }}]
```
"""
LATE = """\
import math, pathlib
from mkdocs.plugins import event_priority

@event_priority(-math.inf)
def on_post_build(config):
    (pathlib.Path(config.site_dir) / "late.txt").write_text("x")

def on_page_context(context, page, config, nav):
    page.content += '<p class="dates">On 3 May</p>'
"""
IGNORING = "      check:\n        ignore:\n          - {select: .dates, reason: dates of another plugin}\n"
NETWORK = """\
[network]
inputs = [1078.5375, 0.20123456789012345678]
targets = [12345.6]
learning_rate = 0.001
[[layer]]
activation = "identity"
weights = [[1.0, 0.0]]
[[layer]]
activation = "identity"
weights = [[1.0]]
[training]
iterations = 1
"""
train = shared(train_network)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course with a hook that writes late, dates that are passed over, and a network of long literals."""
    pages = {
        f"{code}/index.md": f"# {title}\n{WORDS if code == 'en' else WORDS.replace('The first half falls', 'Baja')}"
        for code, title in (("es", "Inicio"), ("en", "Home"))
    }
    folder = small_site(tmp_path_factory.mktemp("course"), pages)
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    settings = settings.replace("      languages:", IGNORING + "      languages:") + "hooks: [late.py]\n"
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    (folder / "late.py").write_text(LATE, "utf-8")
    (folder / "network.toml").write_text(NETWORK, "utf-8")
    write(folder, "es/step.md", "# Un paso\n\n{{ eq(E_o1) }}\n")
    write(folder, "en/step.md", "# A step\n\n{{ eq(E_o1) }}\n")
    for code in ("es", "en"):
        page = folder / "docs" / code / "index.md"
        page.write_text(page.read_text("utf-8").replace("error_o2", "error_o1").replace("w5", "w3"), "utf-8")
    result = build(folder)
    assert result.returncode == 0, result.stderr
    assert "runs after backprop-docgen's last hook" in result.stderr, result.stderr
    assert "late" in result.stderr
    return folder


@pytest.fixture
def copy(course: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(course / "site", tmp_path / "copy"))
    (folder / "late.txt").unlink()
    return folder


def found(folder: Path) -> list[Finding]:
    return check_site(folder, run=train)


def wrong(folder: Path) -> list[Finding]:
    return [finding for finding in found(folder) if finding.wrong]


def test_what_is_right_is_accepted_and_what_is_passed_over_is_told(copy: Path) -> None:
    assert [(finding.code, finding.text) for finding in found(copy)] == [("note", ".dates")]
    assert "passed over" in found(copy)[0].message
    assert "dates of another plugin" in found(copy)[0].message


def test_long_literals_and_long_equations_that_are_exactly_true_are_in_it(copy: Path) -> None:
    assert '"inputs":[1078.5375,"0.20123456789012345678"]' in (copy / "worksheet.json").read_text("utf-8")
    assert "63473348.689453125" in (copy / "en/step/index.html").read_text("utf-8")


def test_links_to_it_are_shown_with_a_picture_of_its_network(copy: Path) -> None:
    page, picture = copy / "en/step/index.html", copy / "assets/previews/en.png"
    head = page.read_text("utf-8")
    assert '<meta property="og:image" content="https://example.org/sub/assets/previews/en.png">' in head
    assert '<meta property="og:title" content="A step">' in head
    page.write_text(head.replace("previews/en.png", "previews/es.png"), "utf-8")
    assert ("figure", "names another picture than its own for previews") in {
        (each.code, each.message) for each in wrong(copy)
    }
    page.write_text(head, "utf-8")
    picture.write_bytes(picture.read_bytes() + b"more")
    assert "this picture is not that of the site's network" in {each.message for each in wrong(copy)}
    picture.unlink()
    assert "the site has lost this picture" in {each.message for each in wrong(copy)}


def test_a_file_written_later_is_named(course: Path) -> None:
    assert [(Path(finding.file).name, finding.code) for finding in wrong(course / "site")] == [("late.txt", "extra")]


def test_hosts_may_put_their_own_files_beside_it(copy: Path) -> None:
    for name in ("CNAME", "versions.json", ".nojekyll"):
        (copy / name).write_text("{}")
    assert wrong(copy) == []
    (copy / "more.txt").write_text("x")
    assert [finding.code for finding in wrong(copy)] == ["extra"]


def rewritten(text: str) -> str:
    """The same page as another plugin writes it: without quotes, comments and the white space between blocks."""
    text = re.sub(r"(?<=<p)( class)=\"(\w+)\"", r"\1=\2", text)
    text = re.sub(r">\n+\s*(?=<(?:div|p|h\d|ul|li|nav|main)\b)", ">", text)
    return text.replace("</p>", "</p><!-- x -->").replace("−", "&minus;")


def test_other_bytes_of_the_same_content_are_a_note(copy: Path) -> None:
    for name in (HOME, "en/step/index.html"):
        text = (copy / name).read_text("utf-8")
        assert rewritten(text) != text
        (copy / name).write_text(rewritten(text), "utf-8")
    sheet = (copy / "assets/live.js").read_text("utf-8")
    (copy / "assets/live.js").write_bytes(sheet.replace("\n", "\r\n").encode())
    notes = [finding for finding in found(copy) if "other bytes, same content" in finding.message]
    assert wrong(copy) == []
    assert len(notes) == 3
    result = CliRunner().invoke(main, ["check", str(copy)])
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "No findings. 4 notes.")


def test_a_word_changed_is_told_by_the_digests_and_by_a_site_built_anew(course: Path, copy: Path) -> None:
    page = copy / HOME
    page.write_text(page.read_text("utf-8").replace("both fall", "both rise"), "utf-8")
    (copy / "en/search/search_index.json").unlink()
    assert any(Path(finding.file) == page and finding.code == "changed" for finding in wrong(copy))
    digests_made_anew(copy)
    assert all(Path(finding.file) != page for finding in wrong(copy))
    anew = [finding for finding in run_site(copy, None, course / "mkdocs.yml") if Path(finding.file) == page]
    assert [(finding.text, finding.expected) for finding in anew] == [("rise", "fall")]


@pytest.mark.parametrize(
    ("old", "new"),
    sample.some(
        "unmarked numbers",
        [
            ("first half", "second half"),
            ("first half", "first third"),
            ("and both", "and once"),
            ('title="It is ', 'title="It is 1'),
            ("data-said=", "data-x="),
            ('<span class="mi"><data', '<span class="mi">1<data'),
        ],
        3,
    ),
)
def test_numbers_without_a_mark_of_their_own_are_recomputed(copy: Path, old: str, new: str) -> None:
    page = copy / HOME
    assert old in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8").replace(old, new, 1), "utf-8")
    digests_made_anew(copy)
    assert any(Path(finding.file) == page for finding in wrong(copy))


def deep(tex: str) -> str:
    return f'<bp-math><annotation encoding="application/x-tex">{tex}</annotation></bp-math>'


HOSTILE = {
    "nested formula": deep("\\frac{" * 3000 + "1" + "}{2}" * 3000),
    "nested without braces": deep("\\frac" * 5000),
    "numbers": '<data class="q" value="1" data-q="w5">1</data>' * 100_000,
    "numerals": "<p>" + "1 " * 100_000,
    "paragraphs": "<p>x" * 100_000,
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">",
    "nested tags": "<span>" * 20_000,
}


@pytest.mark.parametrize("kind", sample.some("hostile pages", HOSTILE, 3))
def test_what_is_too_much_is_refused_in_a_sentence(copy: Path, kind: str) -> None:
    page = copy / HOME
    page.write_text(page.read_text("utf-8").replace("</h1>", f"</h1>{HOSTILE[kind]}"), "utf-8")
    result = CliRunner().invoke(main, ["check", str(copy)])
    assert result.exit_code == 2, result.output[:500]
    assert result.output.count("\n") == 1
    assert result.output.startswith(f"error: {page}")


@pytest.mark.parametrize("text", ["two hundred and " * 5_000, "1" + ",000" * 20_000, "1,000 " * 3_000, "<!--" * 50_000])
def test_time_does_not_grow_faster_than_the_page(copy: Path, text: str) -> None:
    page = copy / HOME
    page.write_text(page.read_text("utf-8").replace("</h1>", f"</h1><p>{text}</p>"), "utf-8")
    started = time.process_time()
    assert wrong(copy)
    assert time.process_time() - started < 30  # it was minutes


def test_a_pipe_is_no_file(copy: Path) -> None:
    (copy / HOME).unlink()
    os.mkfifo(copy / HOME)
    assert {finding.code for finding in wrong(copy) if Path(finding.file) == copy / HOME} == {"missing"}


def test_a_false_equation_is_found_in_the_sources(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    page = folder / "docs/en/step.md"
    page.write_text(page.read_text("utf-8") + "\n$`{{ E_total.tex }} = {{ w3.num }}`$\n", "utf-8")
    findings = run_sources(folder / "mkdocs.yml", None, fix=False)[0]
    assert [(finding.code, finding.line) for finding in findings] == [("equation", 5)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('<p class="a b" id=x>1</p>', "<p id='x' class='a  b'>\n1</p>", True),
        ("<p>−1</p>", "<p>&minus;1<!-- 2 --></p>", True),
        ("<ul><li>1</li><li>2</li></ul>", "<ul><li>1<li>2</ul>", True),
        ('<svg><path d="M0"/></svg>', '<svg><path d="M0"></path></svg>', True),
        ("<input disabled>", '<input disabled="disabled">', True),
        ("<p>1 2</p>", "<p>12</p>", False),
        ("<b>1</b> <b>2</b>", "<b>1</b><b>2</b>", False),
        ("<p>1</p>", "<p hidden>1</p>", False),
        ("<pre>a\n b</pre>", "<pre>a b</pre>", False),
        ('<p title="1">x</p>', '<p title="2">x</p>', False),
    ],
)
def test_html_is_compared_as_a_tree(one: str, other: str, same: bool) -> None:
    assert same_html(one, other) is same


def test_what_a_file_says_hangs_on_its_kind() -> None:
    assert content_mark("a.json", b'{"a": 1, "b": 2}') == content_mark("a.json", b'{"b":2,"a":1}') != ""
    assert content_mark("a.mjs", b"x;\r\n") == content_mark("a.mjs", b"x;\n") != content_mark("a.mjs", b"y;\n")
    assert content_mark("a.png", b"x") == ""
    dated = '<p>x</p><i class="d">%d</i>'
    ignored = [Ignored(".d", "dates")]
    marks = {content_mark("a.html", (dated % day).encode(), ignored) for day in (1, 2)}
    assert len(marks) == 1


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "First half, twice; both thirds, once.", ["First", "half", "twice", "both", "thirds", "once"]),
        ("es", "La primera mitad, ambos, el doble y un tercio.", ["primera", "mitad", "ambos", "doble", "tercio"]),
        ("fr", "le premier et le deuxième", ["premier", "deuxième"]),
    ],
)  # fmt: skip
def test_words_for_places_and_shares(language: str, text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(text, language, order=True)] == expected
