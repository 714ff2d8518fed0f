"""A course of an author's own: figures wherever they are wanted, files taken in, settings, and where a text is made."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from backprop_docgen.cli import main
from backprop_docgen.commands.check import run_site, run_sources
from browser import served
from built import build
from small_site import small_site, write

PAGE = """\
---
title: {title}
teacher: Ana Ruiz
year: 2015 {{## allow: 2015, the year of the course ##}}
---
{{% from "macros.md" import both %}}
# {title}

{{{{ config.extra.course }}}}: {{{{ page.meta.teacher }}}}, {{{{ page.meta.year }}}}, {{{{ config.extra.years.is }}}}. \
{{{{ both(w5) }}}}

{{% choose %}}
{{% when E_total < 1 %}} A small loss.
{{% otherwise %}} A great loss.
{{% endchoose %}}

???+ note "{title}"

    {{% include "note.md" %}}

{{{{ figref("output-path") }}}}, {{{{ figref("output-path/w7") }}}}, {{{{ figref("mine") }}}}.

{{{{ figure("output-path", "One.") }}}}

{{{{ figure("output-path", "Another.", weight="w7") }}}}

{{{{ figure("output-path", "The same.", weight=w7, number=false) }}}}

{{{{ figure("hidden-paths", "A third.", weight=w3, label="mine") }}}}

{{{{ figure("circuit", "There.", at="forward") }}}}

{{{{ figure("circuit", figref("mine") ~ " and back.", at="delta") }}}}

{{{{ figure("loss-curve", "The loss.", number=false) }}}}

![A dot](figures/dot.png) stands there. Write `$x$`, `<b>` or `[a](b.md)`:

> ```text
> $x$ <b> ![a](figures/b.svg)
> ```
"""
SETTINGS = """\
  - pymdownx.details
extra:
  course: Networks
  years: {2015: first, 2016-02-01: second, is: third}
"""


DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture, as PNG."""
pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages = {f"{code}/step.md": PAGE.format(title=title) for code, title in (("en", "A step"), ("es", "Un paso"))}
    folder = small_site(tmp_path_factory.mktemp("course"), pages, SETTINGS)
    write(folder, "shared/macros.md", "{% macro both(x) %}\n{{ x.shown }} and then {{ x.after }}\n{% endmacro %}\n")
    write(folder, "shared/en/note.md", "The first line.\n\nThe loss is {{ E_total }}.\n")
    write(folder, "shared/note.md", "La primera.\n\nLa pérdida es {{ E_total }}.\n")
    for code in ("en", "es"):
        (folder / "docs" / code / "figures").mkdir()
        (folder / "docs" / code / "figures" / "dot.png").write_bytes(DOT)
    text = (folder / "mkdocs.yml").read_text("utf-8")
    changed = text.replace("prefix: en/}", "prefix: en/, extra: {course: Nets}}")
    assert changed != text
    (folder / "mkdocs.yml").write_text(changed, "utf-8")
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    return folder


def page(folder: Path, name: str = "en/step") -> str:
    return (folder / "site" / name / "index.html").read_text("utf-8")


def test_it_is_built_as_it_is_written(course: Path) -> None:
    html = page(course)
    assert "Nets: Ana Ruiz, 2015, third." in html
    assert "Networks: Ana Ruiz, 2015, third." in page(course, "step")
    assert re.search(r"<p>The first line.</p>\n<p>The loss is <data[^>]*>0.298371109</data>.</p>\n</details>", html)
    numbers = re.findall(r'<figcaption>(?:<a href="#([^"]*)" data-number="[^"]*">(Figure \d)</a>)?', html)
    assert numbers == [
        *(("fig-output-path", "Figure 1"), ("fig-output-path-w7", "Figure 2"), ("", "")),
        *(("fig-mine", "Figure 3"), ("fig-circuit-forward", "Figure 4"), ("fig-circuit-delta", "Figure 5"), ("", "")),
    ]
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    assert [each for each, count in ids.items() if count > 1] == []


def test_a_check_finds_nothing_and_holds_each_figure_to_its_weight(course: Path, tmp_path: Path) -> None:
    assert run_sources(course / "mkdocs.yml", None, fix=False)[0] == []
    assert run_site(course / "site", None, None) == []
    site = Path(shutil.copytree(course / "site", tmp_path / "site"))
    html = page(course)
    (site / "en/step/index.html").write_text(html.replace('data-weight="w7"', 'data-weight="w8"', 1), "utf-8")
    found = run_site(site, None, None)
    assert any("the figure output-path/w8 has" in each.message for each in found)


def test_a_number_of_the_settings_or_of_front_matter_is_typed_by_hand(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("site", ".cache")))
    edits = (("mkdocs.yml", "course: Nets", "course: Nets 77"), ("docs/en/step.md", " {## allow", " {## x"))
    for path, old, new in edits:
        text = (folder / path).read_text("utf-8")
        (folder / path).write_text(text.replace(old, new), "utf-8")
    write(folder, "shared/en/note.md", "After 34 steps.\n")
    found = run_sources(folder / "mkdocs.yml", None, fix=False)[0]
    assert [(each.file, each.line, each.text) for each in found if each.code == "typed"] == [
        *(("docs/en/step.md", 4, "2015"), ("docs/en/step.md", 9, "77"), ("docs/shared/en/note.md", 1, "34")),
    ]


def test_a_rebuild_knows_what_was_taken_in_and_what_was_set(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    write(folder, "shared/en/note.md", "Another line.\n")
    text = (folder / "mkdocs.yml").read_text("utf-8")
    (folder / "mkdocs.yml").write_text(text.replace("course: Networks", "course: Redes"), "utf-8")
    assert build(folder, "--strict").returncode == 0
    assert "<p>Another line.</p>" in page(folder)
    assert "Redes: Ana Ruiz" in page(folder, "step")


def test_mistakes_are_told_in_the_file_that_was_taken_in(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("site", ".cache")))
    write(folder, "shared/en/note.md", "Fine.\n\n{{ E_totl }}\n")
    write(folder, "shared/macros.md", "{% macro both(x) %}\n{{ x.shwn }}\n{% endmacro %}\n")
    found = CliRunner().invoke(main, ["claims", "--config", str(folder / "mkdocs.yml")])
    assert found.exit_code == 2
    assert "docs/shared/en/note.md:3: 'E_totl' is undefined\n    Did you mean E_total" in found.output
    assert "docs/shared/macros.md:2: w5 has no shwn\n    Did you mean shown?" in found.output
    long = f"{'n' * 300}.md"
    write(folder, "shared/macros.md", f'{{% macro both(x) %}}\n{{% include "{long}" %}}\n{{% endmacro %}}\n')
    found = CliRunner().invoke(main, ["claims", "--config", str(folder / "mkdocs.yml")])
    assert f"docs/shared/macros.md:2: there is no file docs/shared/{long}" in found.output
    write(folder, "shared/macros.md", "{% macro both(x) %}\n{{ x.shown }\n{% endmacro %}\n")
    found = CliRunner().invoke(main, ["claims", "--config", str(folder / "mkdocs.yml")])
    assert "docs/shared/macros.md:2: " in found.output


def where(course: Path, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["where", "--config", str(course / "mkdocs.yml"), *arguments])
    return found.exit_code, found.output


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The first  LINE", ["docs/shared/en/note.md:1  [en/step]"]),
        ("and then 0.358916480", ["docs/shared/macros.md:2  [en/step]", "docs/shared/macros.md:2  [es/step]"]),
        ("w5 = 0.4 and then", ["docs/shared/macros.md:2  [en/step]", "docs/shared/macros.md:2  [es/step]"]),
        ("La pérdida es 0.298371109", ["docs/shared/note.md:3  [es/step]", "docs/es/index.md:3  [es/index]"]),
        ("Nets: Ana Ruiz", ["docs/en/step.md:9  [en/step]"]),
        ("Another.", ["docs/en/step.md:24  [en/step]", "docs/es/step.md:24  [es/step]"]),
        ("The first … is 0.298", ["docs/shared/en/note.md:1  [en/step]", "docs/shared/en/note.md:3  [en/step]"]),
    ],
)
def test_where_a_text_is_written(course: Path, text: str, lines: list[str]) -> None:
    code, said = where(course, text)
    assert code == 0
    assert sorted(line for line in said.split("\n") if line and line[0] != " ") == sorted(lines)


def test_where_a_sentence_is_chosen_and_where_another_one_would_be(course: Path) -> None:
    _, told = where(course, "A small loss", "--language", "en")
    assert told.startswith("docs/en/step.md:12  [en/step]\n    {% when E_total < 1 %} A small loss.")
    _, untold = where(course, "A great loss", "--language", "en", "--page", "step")
    assert untold.startswith("docs/en/step.md:13  [en/step]  (not told by this network)\n    {% otherwise %}")


def test_where_a_small_string_and_a_setting_are_written(course: Path) -> None:
    _, said = where(course, "Todos los caminos de w3 a la pérdida")
    assert re.search(r"locales/es\.po:\d+\n    Every path from \{weight\} to the loss → ", said)
    assert re.search(r"assets/figures/paths\.mjs:\d+\n", said)
    assert re.search(r"mkdocs\.yml:\d+\n    - \{code: es", where(course, "code: es")[1])


def test_where_a_button_or_a_title_says_what_a_page_says_too(tmp_path: Path) -> None:
    pages = {f"{code}/step.md": "# A step\n\nPress Change the numbers.\n\nThis is a site.\n" for code in ("en", "es")}
    folder = small_site(tmp_path, pages)
    _, said = where(folder, "Change the numbers", "--language", "en")
    assert said.startswith("docs/en/step.md:3  [en/step]\n")
    assert "assets/panel/panel.mjs:" in said
    assert "assets/" not in where(folder, "Press Change the numbers", "--language", "en")[1]
    (folder / "mkdocs.yml").write_text((folder / "mkdocs.yml").read_text("utf-8") + "copyright: A site\n", "utf-8")
    _, said = where(folder, "A site", "--page", "step", "--language", "en")
    assert said.startswith("docs/en/step.md:5  [en/step]\n")
    assert "mkdocs.yml:" in said


def test_where_an_example_of_the_reference_is_written(tmp_path: Path) -> None:
    text = '# Names\n\n{{ reference("values") }}\n'
    folder = small_site(tmp_path, {f"{code}/names.md": text for code in ("en", "es")})
    _, said = where(folder, "The page itself: its title, its front matter, its file.", "--language", "en")
    assert said == 'docs/en/names.md:3  [en/names]\n    {{ reference("values") }}\n'


def test_where_answers_programs_and_tells_the_nearest(course: Path) -> None:
    code, said = where(course, "The first line", "--format", "json")
    [found] = json.loads(said)["found"]
    assert (found["file"], found["line"], found["page"]) == ("docs/shared/en/note.md", 1, "en/step")
    assert found["told"]
    code, said = where(course, "The first lion")
    assert code == 1
    assert said.startswith("No page says this. The nearest:\ndocs/shared/en/note.md:1  [en/step]\n")
    assert where(course, "zebra crossing")[0] == 1
    for arguments, expected in (
        (("x", "--page", "stp"), "stp: there is no page of this name\n    Did you mean step?"),
        (("x", "--language", "fr"), "fr: the site has no such language\n    There are es, en."),
        (("?!",), "expected a text of letters or digits"),
    ):
        code, said = where(course, *arguments)
        assert code == 2
        assert expected in said


@pytest.fixture
def visited(course: Path, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    with served(course / "site") as root:
        visited = context.new_page()
        visited.goto(f"{root}en/step/")
        yield visited
    context.close()


@pytest.mark.browser
def test_the_button_of_a_figure_without_a_number_has_a_whole_name(visited: Page) -> None:
    names = visited.evaluate("[...document.querySelectorAll('figure .bp-ask')].map((each) => each.ariaLabel)")
    assert {"The numbers of figure 1", "The numbers of this figure"} <= {*names}
    assert not [name for name in names if name != name.strip()]


@pytest.mark.browser
def test_the_live_page_redraws_each_figure_with_its_own_weight(visited: Page) -> None:
    def texts() -> list[str]:
        return visited.evaluate("[...document.querySelectorAll('figure .bp-tall')].map((each) => each.textContent)")

    def names() -> list[str]:
        return visited.evaluate(
            """[...document.querySelectorAll('figure svg.bp-figure')].map((svg) => svg.getAttribute('aria-labelledby')
              .split(' ').map((id) => document.querySelectorAll('#' + CSS.escape(id)).length).join())"""
        )

    before = texts()
    visited.evaluate(
        "(async () => { const live = await backpropLive(); live.apply(new Map([['w7', '0.9'], ['w3', '-0.4']])); })()"
    )
    visited.wait_for_function("document.querySelectorAll('figure .bp-tall')[1].textContent.includes('0.9')")
    after = texts()
    assert ["From w5 to the loss" in text for text in after[:3]] == [True, False, False]
    assert ["From w7 to the loss" in text for text in after[:3]] == [False, True, True]
    assert "Every path from w3 to the loss" in after[3]
    assert "−0.4" in after[3]
    assert after[1] == after[2].replace("-2-", "-")
    assert all(one != other for one, other in zip(before[:6], after[:6], strict=True))
    assert {*names()} == {"1,1"}
