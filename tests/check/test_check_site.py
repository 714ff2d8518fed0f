"""``check`` on a built site: nothing on the untouched one, every mutation at its place, damage told and survived."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

import sample
from backprop_docgen.check.site import Against, check_site, shared
from backprop_docgen.cli import main
from backprop_docgen.finding import Finding
from backprop_docgen.network.file import parse_network, read_network
from backprop_docgen.worksheet.course import train_network
from built import ROOT, build
from mutation import KINDS, Mutation, applied, lonely, mutations, packed

pytestmark = pytest.mark.build
EACH, LEAST = 34, 2_000  # mutations of a kind, and of all kinds, with --all
FEW, FEWEST = 5, 300  # and without
NEAR = 6
"""A finding is at its place when it is so few lines away (a paragraph's numbers are listed from where it begins)."""

train = shared(train_network)


@pytest.fixture(scope="module")
def sound(request: pytest.FixtureRequest) -> Path:
    """The site that is damaged in copies: the excerpt, in which a check takes a quarter of the time; all with --all."""
    if sample.everything:
        whole: Path = request.getfixturevalue("site")
        return whole
    folder: Path = request.getfixturevalue("excerpted")
    return folder / "site"


@pytest.fixture(scope="module")
def older(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the same templates with one weight changed."""
    folder = Path(shutil.copytree(sound.parent, tmp_path_factory.mktemp("older") / "project"))
    text = (folder / "network.toml").read_text("utf-8")
    (folder / "network.toml").write_text(text.replace("[[0.40, 0.45]", "[[0.41, 0.45]"), "utf-8")
    result = build(folder)
    assert result.returncode == 0, result.stderr
    return folder / "site"


def copied(site: Path, folder: Path) -> Path:
    return Path(shutil.copytree(site, folder))


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return copied(sound, tmp_path / "copy")


def found(folder: Path, **more: object) -> list[Finding]:
    return check_site(folder, run=train, **more)  # type: ignore[arg-type]


def replaced(folder: Path, name: str, old: str, new: str, count: int = 1) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), "utf-8")


def test_nothing_is_found_on_the_untouched_site(site: Path, sound: Path) -> None:
    assert found(site) == []
    assert found(sound) == []


def offsets(text: str, findings: list[Finding]) -> list[int]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    return [starts[finding.line - 1] + finding.column - 1 for finding in findings]


def near(text: str, start: int, end: int, offset: int) -> bool:
    """Whether a finding is where something was changed: nearby, or the JSON text or condition that holds it."""
    if text[offset : offset + 1] in ('"', "[") and offset < start:
        with suppress(json.JSONDecodeError):  # in a page these signs may be any
            if start < json.JSONDecoder().raw_decode(text, offset)[1]:
                return True
    if text.count("\n") < 14:  # one long line
        return start - 400 <= offset <= end + 400
    return abs(text.count("\n", min(start, offset), max(start, offset))) <= NEAR


def test_every_mutation_is_found_at_its_place(sound: Path, tmp_path: Path) -> None:
    folder = copied(sound, tmp_path / "site")
    each, least = (EACH, LEAST) if sample.everything else (FEW, FEWEST)
    made = mutations(sound, sample.seed, each)
    texts = {name: (sound / name).read_text("utf-8") for name in {mutation.file for mutation in made}}
    assert len(made) >= least
    missed: list[Mutation] = []
    for batch in packed(made, texts):
        by_file: dict[str, list[Mutation]] = defaultdict(list)
        for mutation in batch:
            by_file[mutation.file].append(mutation)
        mutated = {name: applied(texts[name], own) for name, own in by_file.items()}
        for name, (text, _) in mutated.items():
            (folder / name).write_text(text, "utf-8", newline="")
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in found(folder):
            findings[str(Path(finding.file).relative_to(folder))].append(finding)
        for name, (text, spots) in mutated.items():
            places = offsets(text, findings[name])
            missed += [
                mutation for mutation, start, end in spots if not any(near(text, start, end, at) for at in places)
            ]
        for name in by_file:
            (folder / name).write_text(texts[name], "utf-8", newline="")
    assert [mutation.shown(texts[mutation.file]) for mutation in missed] == []
    assert min((Counter(mutation.kind for mutation in made)[kind], kind) for kind in KINDS) >= (2, "")


def test_every_mutation_of_what_all_else_follows_from_is_found(sound: Path, copy: Path) -> None:
    text = (sound / "worksheet.json").read_text("utf-8")
    for mutation in lonely(sound, sample.seed, 4 if sample.everything else 1):
        (copy / "worksheet.json").write_text(applied(text, [mutation])[0], "utf-8")
        result = CliRunner().invoke(main, ["check", str(copy)])
        assert result.exit_code in (1, 2), mutation.shown(text)
        assert "worksheet.json" in result.output


def test_a_page_of_an_older_network_is_found(copy: Path, older: Path) -> None:
    for name in ("error/index.html", "en/error/index.html"):
        kept = (copy / name).read_bytes()
        shutil.copy(older / name, copy / name)
        findings = found(copy)
        assert {"wrong", "value"} <= {finding.code for finding in findings}
        assert any(Path(finding.file) == copy / name for finding in findings)
        (copy / name).write_bytes(kept)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("error/index.html", "en/error/index.html"),
        ("error/index.html", "hand-copied/index.html"),
        ("assets/choices/es/error.json", "assets/choices/en/error.json"),
        ("search/search_index.json", "en/search/search_index.json"),
    ],
)
def test_one_file_in_the_place_of_another_is_found(sound: Path, copy: Path, name: str, other: str) -> None:
    shutil.copy(sound / other, copy / name)
    assert any(Path(finding.file) == copy / name for finding in found(copy))


@pytest.mark.parametrize("name", ["error/index.html", "downloads/values.csv", "assets/choices/en/error.json"])
def test_a_missing_file_is_found(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert any(finding.code == "missing" and Path(finding.file) == copy / name for finding in found(copy))


def test_a_page_that_nobody_listed_is_found(copy: Path) -> None:
    (copy / "more").mkdir()
    shutil.copy(copy / "error/index.html", copy / "more/index.html")
    assert any(Path(finding.file) == copy / "more/index.html" for finding in found(copy))


def test_an_invitation_says_and_sets_what_its_formula_gives(copy: Path) -> None:
    page = copy / "en/index.html"
    text = page.read_text("utf-8")
    for old, new in {
        'href="#q:w5=0.9"': 'href="#q:w5=0.8"',
        ">w5 = 0.9<": ">w5 = 0.8<",
        'data-try="w5"': 'data-try="out_o1"',
        "&quot;w5&quot;],0.5": "&quot;w5&quot;],0.6",
    }.items():
        assert old in text, old
        page.write_text(text.replace(old, new, 1), "utf-8")
        assert any("invitation" in finding.message and Path(finding.file) == page for finding in found(copy)), new
    page.write_text(text, "utf-8")


def test_the_place_of_a_page_and_the_numbers_in_links_are_recounted(copy: Path) -> None:
    page = copy / "en/error/index.html"
    text = page.read_text("utf-8")
    for old, new in {"Tutorial · 1 of 2": "Tutorial · 2 of 2", '"bp-number">2<': '"bp-number">1<'}.items():
        assert old in text, old
        page.write_text(text.replace(old, new, 1), "utf-8")
        said = [finding.message for finding in found(copy)]
        assert any("no place of a page" in message or "no number of the page" in message for message in said), new
    page.write_text(text, "utf-8")


def test_an_equation_is_read_from_the_page_alone(copy: Path) -> None:
    page = copy / "en/error/index.html"
    text = page.read_text("utf-8")
    wrong = "\\htmlData{q=error_o1}{0.741365090}"
    assert wrong.replace("90}", "70}") in text
    page.write_text(text.replace(wrong.replace("90}", "70}"), wrong), "utf-8")
    assert any("does not hold" in finding.message for finding in found(copy))


def test_mathml_that_says_something_else_than_its_tex_is_found(copy: Path) -> None:
    page = copy / "en/error/index.html"
    text = page.read_text("utf-8")
    for right, wrong in [("<mn>0.741365070</mn>", "<mn>0.741365090</mn>"), ("<mo>≈</mo>", "<mo>=</mo>")]:
        assert right in text
        page.write_text(text.replace(right, wrong, 1), "utf-8")
        assert any(finding.code == "copies" and "MathML says" in finding.message for finding in found(copy))


def test_a_sentence_must_be_the_one_its_condition_chooses(copy: Path) -> None:
    replaced(copy, "assets/choices/en/error.json", '"chosen":0', '"chosen":1')
    codes = {(finding.code, Path(finding.file).name) for finding in found(copy)}
    assert ("choice", "error.json") in codes
    assert ("choice", "index.html") in codes


def test_another_network_makes_the_site_stale(site: Path, tmp_path: Path) -> None:
    text = (ROOT / "network.toml").read_text("utf-8").replace("[[0.40, 0.45]", "[[0.41, 0.45]")
    network = parse_network(text, "other.toml")
    findings = found(site, network=network, against=Against(network, "other.toml"))
    stale = [finding for finding in findings if finding.code == "stale"]
    assert [finding.text for finding in stale] == ["layer[2].weights[1][1]: 0.4"]
    assert "0.41 in other.toml" in stale[0].message
    assert sum(finding.code == "wrong" for finding in findings) > 50


def test_what_the_site_was_built_from_is_told_apart(project: Path) -> None:
    run = run_check(project, "site")
    assert (run.returncode, run.stdout) == (0, "No findings.\n")
    kept = {name: (project / name).read_text("utf-8") for name in ("docs/en/nudge.md", "network.toml")}
    (project / "docs/en/nudge.md").write_text(kept["docs/en/nudge.md"] + "\n", "utf-8")
    (project / "network.toml").write_text(kept["network.toml"].replace("rate = 0.5", "rate = 0.25"), "utf-8")
    run = run_check(project, "site", "--format", "json")
    for name, text in kept.items():
        (project / name).write_text(text, "utf-8")
    assert run.returncode == 1
    messages = [finding["message"] for finding in json.loads(run.stdout)]
    assert messages == [
        "the site is stale: network.learning_rate is 0.5 in the site, 0.25 in network.toml",
        "the site is stale: docs/en/nudge.md has changed since",
    ]


def test_what_a_link_is_called_has_the_number_of_its_page(copy: Path) -> None:
    replaced(copy, "en/error/index.html", 'aria-label="Next: 2 ', 'aria-label="Next: 1 ')
    assert "wrong" in {finding.code for finding in found(copy) if finding.text == "1"}


def test_another_version_makes_the_site_stale(copy: Path) -> None:
    replaced(copy, "worksheet.json", '"version":"', '"version":"9')
    assert [finding.code for finding in found(copy)] == ["stale"]


def run_check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backprop_docgen", "check", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _cut(folder: Path) -> None:
    page = folder / "error/index.html"
    text = page.read_text("utf-8")
    page.write_text(text[: len(text) // 2], "utf-8")


def _latin(folder: Path) -> None:
    page = folder / "error/index.html"
    page.write_bytes(page.read_text("utf-8").encode("utf-8").replace("é".encode(), b"\xe9"))


def _huge(folder: Path) -> None:
    page = folder / "error/index.html"
    page.write_bytes(page.read_bytes().replace(b"</article>", b"0" * 50_000_000 + b"</article>"))


def _loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder, target_is_directory=True)


def _self_link(folder: Path) -> None:
    page = folder / "error/index.html"
    page.unlink()
    page.symlink_to(page)


def _worksheet(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: replaced(folder, "worksheet.json", old, new)


def _tree(tree: str) -> Callable[[Path], None]:
    return _worksheet('"w7@1":{"symbol"', f'"w7@1":{{"tree":{tree}}},"w8@1":{{"symbol"')


DAMAGE: dict[str, Callable[[Path], None]] = {
    "truncated HTML": _cut,
    "not UTF-8": _latin,
    "a page of 50 MB": _huge,
    "a loop of folders": _loop,
    "a link to itself": _self_link,
    "null characters": lambda folder: replaced(folder, "error/index.html", "<article", "\0<article"),
    "no worksheet": lambda folder: (folder / "worksheet.json").unlink(),
    "an empty worksheet": lambda folder: (folder / "worksheet.json").write_text(""),
    "a worksheet of a list": lambda folder: (folder / "worksheet.json").write_text("[]"),
    "a deep worksheet": lambda folder: (folder / "worksheet.json").write_text("[" * 100_000),
    "a giant number": _worksheet('"inputs":[0.05', f'"inputs":[{"9" * 10_000}'),
    "nan": _worksheet('"inputs":[0.05', '"inputs":[NaN'),
    "nan as a text": _worksheet('"inputs":[0.05', '"inputs":["nan"'),
    "an infinite weight": _worksheet('"weights":[[0.15', '"weights":[[1e999'),
    "no network": _worksheet('"network":{"network"', '"network":{"x"'),
    "a base that is not there": _worksheet('"base":"source"', '"base":"nowhere"'),
    "a base that comes later": _worksheet('"base":"source"', '"base":"rounded"'),
    "examples that are none": _worksheet('"varied"', '"examples":[1],"varied"'),
    "too many examples": _worksheet('"varied"', '"examples":{"count":1000000,"worked":1,"names":[]},"varied"'),
    "examples of nothing": _worksheet('"varied"', '"examples":{"count":2,"worked":1,"names":["x"]},"varied"'),
    "another schema": _worksheet('"schema":4', '"schema":99'),
    "pages that are no list": _worksheet('"pages":{', '"pages":[],"x":{'),
    "an address outside the site": _worksheet('"pages":{\n"./"', '"pages":{\n"../../etc/"'),
    "a deep tree": _tree("[" * 200 + "1" + "]" * 200),
    "an unknown function": _tree('["__import__",["q","w7"]]'),
    "a tree of texts": _tree('"import os"'),
    "an exponent of millions": _tree('["^",["q","w7"],9999999]'),
    "an enormous tree": _tree("[" + '"+",' + ",".join(["1"] * 300_000) + "]"),
    "a slip over a name of nobody": _worksheet('["q","w3"],["q","i2"]', '["q","nobody"],["q","i2"]'),
    "years of training": _worksheet('"iterations":10000,', '"iterations":100000000000,'),
    "a language outside": _worksheet('"languages":{"es"', '"languages":{"../../es"'),
    "strings that are programs": _worksheet(
        '"es":{"prefix":""', '"es":{"prefix":"","strings":{"Figure":"{word.__class__}"}'
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_with_exit_code_2_and_no_traceback(copy: Path, damage: str) -> None:
    DAMAGE[damage](copy)
    result = CliRunner().invoke(main, ["check", str(copy)])
    assert result.exit_code == 2, result.output
    assert "error: " in result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    assert len(result.output) < 3000


@pytest.mark.parametrize("tree", ["[" + '["+",1,' * 40 + "1" + "]" * 41, '["*",' + ",".join(["1.5"] * 50_000) + "]"])
def test_an_enormous_formula_in_a_page_is_a_finding(copy: Path, tree: str) -> None:
    page = copy / "error/index.html"
    quoted = tree.replace('"', "&quot;")
    text = re.sub(r'data-expr="[^"]*"', f'data-expr="{quoted}"', page.read_text("utf-8"), count=1)
    page.write_text(text, "utf-8")
    assert any(finding.code == "unknown" for finding in found(copy))


@pytest.mark.parametrize(
    "mark",
    sample.some(
        "hostile marks",
        [
        '<data class="q" value="1" data-q="w5@999999">1</data>',
        '<data class="q" value="1" data-q="nobody">1</data>',
        '<data class="q" value="1" data-q="w5" data-format="exec:1">1</data>',
        '<data class="q" value="1" data-expr="__import__(&quot;os&quot;)" data-format="rule:0">1</data>',
        '<data class="q" value="1" data-expr="[&quot;exp&quot;,1e5]" data-format="word:m">1</data>',
        '<span class="meaning" data-of="w5@@">weight 5</span>',
        "<script>document.write(0.75)</script><bp-math>",
        "<bp-math>" * 5_000,
        "<svg class='bp-figure bp-circuit'>" * 200,
        "<!--" * 5_000,
        "<p>\x1b[31mred</p> 5",
        "<b>" * 150 + "5",
        ],
        8,
    ),
)
def test_hostile_marks_are_findings(copy: Path, mark: str) -> None:
    replaced(copy, "en/error/index.html", "</h1>", f"</h1>{mark}")
    started = time.process_time()
    result = CliRunner().invoke(main, ["check", str(copy)])
    assert result.exit_code == 1, result.output
    assert "\x1b" not in result.output
    assert isinstance(result.exception, SystemExit)
    assert time.process_time() - started < 40


def formats(copy: Path) -> Iterator[tuple[str, str]]:
    replaced(copy, "en/error/index.html", ">0.298371109</data>", ">0.298371108</data>")
    for style in ("text", "json", "github", "sarif", "junit"):
        result = CliRunner().invoke(main, ["check", str(copy), "--format", style])
        assert result.exit_code == 1
        yield style, result.output


def test_findings_in_every_format(copy: Path) -> None:
    shown = dict(formats(copy))
    file = str(copy / "en/error/index.html")
    data = json.loads(shown["json"])
    first = next(each for each in data if each["code"] == "wrong" and each["file"] == file)
    assert (first["text"], first["expected"]) == ("0.298371108", "0.298371109")
    assert shown["text"].startswith(str(copy))
    told = shown["text"].splitlines()
    at = told.index(f"  {first['line']}:{first['column']}  wrong: {first['message']}")
    excerpt, caret = told[at + 1 : at + 3]
    assert excerpt[caret.index("^") :].startswith("0.298371108")
    assert caret.strip() == "^" * len("0.298371108")
    assert f"::error file={file},line={first['line']},col={first['column']}," in shown["github"]
    sarif = json.loads(shown["sarif"])
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == len(data)
    assert '<testsuite name="backprop-docgen check"' in shown["junit"]


def test_a_folder_without_a_site_is_told(tmp_path: Path) -> None:
    for name in ("nothing", "."):
        result = CliRunner().invoke(main, ["check", str(tmp_path / name)])
        assert result.exit_code == 2
        assert "error: " in result.output


def test_the_networks_are_read_as_they_were_written(site: Path) -> None:
    stored = json.loads((site / "worksheet.json").read_text("utf-8"))
    assert stored["worksheets"][""]["network"]["layer"][1]["weights"] == [[0.4, 0.45], [0.5, 0.55]]
    assert read_network(ROOT / "network.toml").layers[1].neurons == 2
