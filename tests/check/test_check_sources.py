"""``check`` on the sources: typed numbers found, allowed ones let be, what one quantity explains mended."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import sample
from backprop_docgen.check.sources import written
from backprop_docgen.check.template_text import read_template
from backprop_docgen.cli import main
from backprop_docgen.commands.check import run_sources
from backprop_docgen.errors import SiteError
from backprop_docgen.finding import Finding
from backprop_docgen.numbers.numerals import number_of, spoken_numbers, tokens
from backprop_docgen.settings.allowances import for_site, from_site, read_allowances
from built import ROOT, copy_project
from small_site import excerpt, small_site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Where the tutorial's own texts are no matter, a small site will do, in a hundredth of the time."""
    return small_site(tmp_path)


def found(project: Path, code: str) -> list[Finding]:
    """What is found of a kind."""
    return [finding for finding in run_sources(project / "mkdocs.yml", None, fix=False)[0] if finding.code == code]


def typed(project: Path, text: str, language: str = "en") -> list[tuple[str, str, str]]:
    """What is found of a text added to a page: what stands there, where, and what it looks like."""
    page = project / "docs" / language / "step.md"
    before = page.read_text("utf-8")
    page.write_text(f"{before}\n{text}\n", "utf-8")
    findings = found(project, "typed")
    lines = page.read_text("utf-8").split("\n")
    for finding in findings:
        assert finding.file == f"docs/{language}/step.md"
        assert lines[finding.line - 1][finding.column - 1 :].startswith(finding.text.split("\n")[0])
    page.write_text(before, "utf-8")
    return [(finding.text, finding.source.strip(), finding.advice or "") for finding in findings]


NETWORKS = sorted((ROOT / "tests" / "networks").glob("*.toml"))


def test_no_false_alarm_on_the_project_itself_and_nothing_to_mend(tmp_path: Path) -> None:
    docs = copy_project(tmp_path) / "docs"
    before = {path: path.read_bytes() for path in docs.rglob("*.md")}
    assert run_sources(tmp_path / "mkdocs.yml", None, fix=True)[0] == []
    assert {path: path.read_bytes() for path in docs.rglob("*.md")} == before


@pytest.mark.parametrize("network", sample.some("sources", NETWORKS, 1), ids=lambda path: path.stem)
def test_no_false_alarm_whatever_the_network(network: Path) -> None:
    assert run_sources(ROOT / "mkdocs.yml", network, fix=False)[0] == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It answers 0.751365 here.", ["0.751365"]),
        ("es", "Responde 0,75 aquí.", ["0,75"]),
        ("es", "La red tiene dos neuronas.", ["dos"]),
        ("en", "After ten thousand updates.", ["ten thousand"]),
        ("es", "Son treinta y dos pesos y doscientas cuatro redes.", ["treinta y dos", "doscientas cuatro"]),
        ("en", "One neuron, one weight, a bias.", []),
        ("es", "Una neurona, un peso y uno más.", []),
        ("en", "The neuron h1, the weight w5, `out_o1`, W_2 and E_total@1.", []),
        ("en", "10,000 times, −0.25 and +7 %", ["10,000", "−0.25", "+7"]),
        ("en", "1.5e-3 or 4.386 × 10⁻¹⁰", ["1.5e-3", "4.386 × 10⁻¹⁰"]),
        ("en", "{% set x = 0.751365 %}{{ x }}", ["0.751365"]),
        ("en", "| a | 0.35 |\n|---|---|\n| b | 12 |", ["0.35", "12"]),
        ("en", "## Version 3 of it", ["3"]),
        ("en", "So $`w_{5} = 0.4`$ and $`x_{12}`$.", ["0.4"]),
        ("en", "```math\nw_{5} = 0{,}45\n```", ["0", "45"]),
        ("en", '{% equation "mine" %}\nE = 0.298\n{% endequation %}', ["0.298"]),
        ("en", "![a curve that falls to 0.29](curve.png)", ["0.29"]),
        ("en", '<img src="a7.png" alt="falls by 33"> <span title="44">x</span>', ["33", "44"]),
        ("en", '[a link](https://example.org/2023/07) and [one more](page-2.md "title 5")', ["5"]),
        ("en", "{% cell %}\nweight = 0.4567\nprint(weight)  # 99\n{% endcell %}", ["0.4567", "99"]),
        ("en", "```python\nlimit = 250\n```", ["250"]),
        ("en", '{{ figure("circuit", "The circuit, with 6 boxes.") }}', ["6"]),
        ("en", "{{ 0.751365 }} and {{ E_total.fixed(3) }} and {{ out_o1 * 2 }}", ["0.751365"]),
        ("en", '{% if network.several %}{{ "33 examples" }}{% endif %}', ["33"]),
        ("en", "0.298371109 {## allow: 0.298371109, a quotation ##}", []),
        ("en", "A post of 1066. {## allow: 1066, a battle ##}\n\nAnother of 1066.", ["1066"]),
        ("en", "１２ and ٣٤", ["１２", "٣٤"]),
        ("en", "{## 55 in a comment ##} <!-- 66 -->", []),
        ("en", "7. an item\n8. another", []),
    ],
)
def test_typed_numbers_are_found(project: Path, language: str, text: str, expected: list[str]) -> None:
    assert [each[0] for each in typed(project, text, language)] == expected


def test_front_matter_is_read(project: Path) -> None:
    page = project / "docs/en/step.md"
    page.write_text(page.read_text("utf-8").replace("# A step", "---\ndescription: 31 ways\n---\n# A step"), "utf-8")
    assert [(finding.text, finding.line) for finding in found(project, "typed")] == [("31", 2)]


@pytest.mark.parametrize(
    ("text", "name", "how"),
    [
        ("0.751365", "out_o1", "write {{ out_o1 }}."),
        ("0.751365070", "out_o1", "write {{ out_o1 }}."),
        ("0.082167", "dE_total/dw5", 'write {{ q("dE_total/dw5") }}.'),
        ("−0.217071535", "error_o2", "write {{ error_o2 }}."),
        ("10,000", "count:iterations", 'write {{ count(q("count:iterations")) }}.'),
        ("ten thousand", "count:iterations", 'write {{ count(q("count:iterations")) }}.'),
    ],
)
def test_a_number_is_told_whose_it_looks(project: Path, text: str, name: str, how: str) -> None:
    ((shown, source, advice),) = typed(project, f"It is {text}.")
    assert shown == text
    assert text in source
    assert advice.startswith("Looks like ")
    assert name in advice
    assert how in advice


def test_what_no_quantity_is_gets_advice_too(project: Path) -> None:
    assert "allow" in typed(project, "It is 0.987654.")[0][2]


def test_an_allowance_that_matches_nothing_is_found(project: Path) -> None:
    page = project / "docs/en/step.md"
    page.write_text(page.read_text("utf-8") + "\nNothing. {## allow: 1066, a battle ##}\n{## allow: 12 ##}\n", "utf-8")
    listed = project / "docs/allowances.toml"
    listed.write_text('[[allow]]\ntext = "314 spam"\nreason = "none"\n', "utf-8")
    findings = found(project, "unused")
    assert len(findings) == 3
    assert {Path(finding.file).name for finding in findings} == {"allowances.toml", "step.md"}
    assert "1066" in " ".join(finding.message for finding in findings)


def test_an_allowance_without_much_of_a_reason_is_found(project: Path) -> None:
    page = project / "docs/en/step.md"
    page.write_text(page.read_text("utf-8") + "\nBattles, 1066. {## allow: 1066, x ##}\n", "utf-8")
    findings = run_sources(project / "mkdocs.yml", None, fix=False)[0]
    said = [finding.message for finding in findings]
    assert any('the text "x" is no reason; expected a text of 3 to 400 characters' in message for message in said)


def test_a_site_carries_every_allowance_of_its_list(tmp_path: Path) -> None:
    names = [f"page{number}.md" for number in range(600)]
    phrases = [f"phrase {number}" for number in range(500)]
    many = f"[[allow]]\ntext = {json.dumps(phrases)}\nreason = 'many'\npages = {json.dumps(names)}\n"
    (tmp_path / "allowances.toml").write_text(f"{many}{many}[[allow]]\ntext = '7'\nreason = 'seven'\n", "utf-8")
    _, listed = read_allowances(tmp_path / "allowances.toml")
    urls = {name: {code: f"{code}/{name}/" for code in ("es", "en")} for name in names}
    carried = json.loads(json.dumps(list(for_site(listed, urls))))
    assert len(from_site(carried)) == 501
    assert len(from_site(carried)[0].pages or ()) == 1200
    with pytest.raises(SiteError, match="allowances"):
        from_site({"text": "7"})


@pytest.mark.parametrize("text", ["allow = " + "[" * 5000, "allow = 1" + "0" * 5000])
def test_a_hostile_list_of_allowances_is_told(project: Path, text: str) -> None:
    (project / "docs/allowances.toml").write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(project / "mkdocs.yml")])
    assert result.exit_code == 2
    assert "cannot be read as TOML" in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("network.toml", 'the text "network.toml" is not a table; expected the options of the plugin'),
        ("{ netwrok: other.toml, languages: [{ code: es, name: Español }] }", "Did you mean network?"),
        ("{ network: 3, worksheets: [], languages: [{ code: es, name: Español }] }", "network: 3 is no text"),
        ("{ network: 3, worksheets: [], languages: [{ code: es, name: Español }] }", "worksheets: a list is no text"),
    ],
)
def test_options_that_cannot_be_read_are_told(project: Path, options: str, said: str) -> None:
    config = project / "mkdocs.yml"
    config.write_text(f"site_name: x\nplugins:\n  - backprop-docgen: {options}\n", "utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[allow]]\n", "text"),
        ('[[allow]]\ntext = "*"\nreason = "all of them"\n', "needs pages and within"),
        ("[[allow\n", "TOML"),
        ('[[allow]]\ntext = "1"\nreason = "one"\npage = "x"\n', "Did you mean pages?"),
        ('[[allow]]\ntext = " "\nreason = "no"\n', "expected a text of 3 to 400 characters"),
        ('[[allow]]\ntext = ["1", ""]\nreason = "one"\n', "allow.0.text.1"),
        ('[[allow]]\ntext = "1"\nreason = "one"\nwithin = "formula"\n', '"prose", "code", "math"'),
        ("allow = 3\n", "3 is not a list"),
    ],
)
def test_a_list_of_allowances_that_cannot_be_read_is_told(project: Path, text: str, said: str) -> None:
    (project / "docs/allowances.toml").write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(project / "mkdocs.yml")])
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_fix_mends_what_one_quantity_alone_explains(project: Path) -> None:
    page = project / "docs/en/step.md"
    before = page.read_text("utf-8")
    page.write_text(f"{before}\nHere 0.751365070, $`x = 0.772928465`$, 0.08, 0.593269992 and 0.123456.\n", "utf-8")
    arguments = ["check", "--fix", "--config", str(project / "mkdocs.yml"), "--format", "json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    text = page.read_text("utf-8")
    assert text.startswith(before)
    # 0.593269992 is out_h1, and a local derivative too; 0.08 is too short to be told
    assert text.endswith("\nHere {{ out_o1 }}, $`x = {{ out_o2.num }}`$, 0.08, 0.593269992 and 0.123456.\n")
    left = [each for each in json.loads(result.stdout) if each["code"] == "typed"]
    assert [each["text"] for each in left] == ["0.08", "0.593269992", "0.123456"]


def test_the_languages_must_have_the_same_pages_sections_and_calls(tmp_path: Path) -> None:
    project = excerpt(tmp_path)
    (project / "docs/es/hand-copied.md").unlink()
    page = project / "docs/es/error.md"
    text = page.read_text("utf-8")
    text = text.replace("{{ eq(E_total, result=true) }}", "", 1).replace("\n## ", "\n### ", 1)
    page.write_text(text, "utf-8")
    findings = run_sources(project / "mkdocs.yml", None, fix=False)[0]
    told = " ".join(finding.message for finding in findings if finding.code == "parity")
    assert {finding.code for finding in findings} == {"parity", "unused", "template"}  # what refers to the equation
    assert "no version in 'es'" in told
    assert "sections" in told
    assert "eq(E_total, result=true)" in told


def test_what_stops_the_build_is_told_beside_what_differs_and_where_its_word_stands(project: Path) -> None:
    page = project / "docs/en/step.md"
    text = page.read_text("utf-8") + 'Words {{ figrue("circuit", "c") }}, {{ ask("out_o9") }}.\n'
    page.write_text(text, "utf-8")
    told = {each.message: each for each in run_sources(project / "mkdocs.yml", None, fix=False)[0]}
    line = text.count("\n")
    assert told['ask("out_o9") stands once here, not at all in docs/es/step.md'].line == line
    unknown, missing = told["'figrue' is undefined"], told["out_o9: no quantity has this name"]
    assert (unknown.line, unknown.column) == (line, 10)
    assert missing.text == "out_o9"
    assert missing.source[missing.caret :].startswith("out_o9")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "docs/en/step.md").write_bytes(b"# \xff"), "not a text in UTF-8"),
        (lambda folder: shutil.rmtree(folder / "docs/en"), "no folder of templates"),
        (lambda folder: (folder / "network.toml").write_text("x = ["), "network.toml"),
        (lambda folder: (folder / "mkdocs.yml").write_text("- a\n- b\n"), "settings"),
        (lambda folder: (folder / "mkdocs.yml").unlink(), "No such file"),
    ],
)
def test_sources_that_cannot_be_read_are_told_with_exit_code_2(
    project: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(project)
    result = CliRunner().invoke(main, ["check", "--config", str(project / "mkdocs.yml")])
    assert result.exit_code == 2
    assert said in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("0.75", "en", 0.75),
        ("0,75", "es", 0.75),
        ("10,000", "en", 10_000),
        ("10\u202f000", "es", 10_000),
        ("−0.5", "en", -0.5),
        ("1.5e-3", "en", 0.0015),
        ("4.386 × 10⁻¹⁰", "en", 4.386e-10),
        ("ten thousand", "en", 10_000),
        ("veintiuna", "es", 21),
        ("treinta y dos", "es", 32),
        ("diez mil", "es", 10_000),
        ("twenty-one", "en", 21),
    ],
)
def test_numbers_are_read_in_their_language(text: str, language: str, value: float) -> None:
    found = number_of(text, language)
    assert found is not None
    assert float(found[0]) == value


def test_number_words_that_belong_together_are_one() -> None:
    text = "ten thousand, two hundred and five; a ten-thousandth; one"
    spoken = [token.text for token in spoken_numbers(text, tokens(text, "en"))]
    assert spoken == ["ten thousand", "two hundred and five"]


def test_views_of_a_template_keep_every_place() -> None:
    source = "# T\n\n{{ x }} $`a_1`$ `b` {% cell %}\nc = 1\n{% endcell %}\n"
    found = read_template(source)
    for _, view in found.views():
        assert len(view) == len(source)
        assert view.count("\n") == source.count("\n")
    assert found.code.strip() == "c = 1"
    assert found.math.strip() == "a_1"


def test_quantities_are_written_as_their_place_wants_it() -> None:
    assert written("out_o1") == "{{ out_o1 }}"
    assert written("dE_total/dw5", "math") == '{{ q("dE_total/dw5").num }}'
    assert written("w5@1", "code") == '{{ q("w5@1").code }}'


def test_pages_that_are_deleted_leave_a_line_or_two_about_the_list(tmp_path: Path) -> None:
    project = excerpt(tmp_path)
    unused = found(project, "unused")
    assert [finding.file.endswith("allowances.toml") for finding in unused] == [True, True]
    together, gone = sorted((finding.message for finding in unused), key=lambda message: "pages" in message)
    assert re.match(r"\d+ allowances match nothing: delete them in \S*allowances\.toml, lines \d+, ", together)
    assert re.match(r"\d+ allowances are for pages that are not there \(.*check\.md.*\): delete them in \S+, l", gone)


def test_one_page_that_is_deleted_leaves_its_own_allowances_in_one_line(project: Path) -> None:
    listed = project / "docs/allowances.toml"
    entry = '\n[[allow]]\ntext = ["1066", "1492"]\nreason = "dates"\npages = ["gone.md"]\n'
    listed.write_text(entry, "utf-8")
    (finding,) = found(project, "unused")
    assert finding.message.startswith("2 allowances are for pages that are not there (gone.md): delete them in ")


def test_a_loss_typed_by_hand_is_the_loss_and_not_its_mean(project: Path) -> None:
    ((_, _, advice),) = typed(project, "The loss is 0.298371 here.")
    assert advice == "Looks like E_total, write {{ E_total }}."
    page = project / "docs/en/step.md"
    page.write_text(f"{page.read_text('utf-8')}\nThe loss is 0.298371 here.\n", "utf-8")
    assert CliRunner().invoke(main, ["check", "--fix", "--config", str(project / "mkdocs.yml")]).exit_code != 2
    assert "The loss is {{ E_total }} here." in page.read_text("utf-8")
