"""``backprop-docgen render OUT --flavor``: which files come, and where their links lead."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_docgen.cli import main
from backprop_docgen.commands.render import FLAVORS, render_to
from backprop_docgen.errors import SiteError
from small_site import small_site, write

PAGES = {
    "en/index.md": (
        "# Home\n\n[Play](play.md) or [step](step.md)\n\n![Cat](../cat.svg)\n\n"
        '{{ figure("bare-network", "The network.") }}\n'
    ),
    "es/index.md": '# Inicio\n\n[Juega](play.md) o [paso](step.md)\n\n{{ figure("bare-network", "La red.") }}\n',
    "en/play.md": "---\ntitle: Play\nsite_only: true\n---\n# Play\n",
    "es/play.md": "---\nsite_only: true\n---\n# Juega\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_site(tmp_path / "project", PAGES | {"cat.svg": "<svg/>", "allowances.toml": "", ".note": ""})


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_plain_flavor_is_pages_figures_and_downloads(project: Path, tmp_path: Path) -> None:
    out, settings = tmp_path / "out", project / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8") + "\nsite_url: http://127.0.0.1:8000/\n", "utf-8")  # of nobody else
    result = CliRunner().invoke(main, ["render", str(out), "--flavor", "plain", "--config", str(settings)])
    assert (result.exit_code, result.output) == (0, f"{len(files(out))} files written into {out}\n")
    assert files(out) == {
        *("downloads/values.csv", "downloads/values.json", "cat.svg"),
        *(f"downloads/{code}/{name}" for code in ("en", "es") for name in ("values.xlsx", "tutorial.ipynb")),
        *(f"{code}/{name}" for code in ("en", "es") for name in ("index.md", "step.md", "figures/index-1.svg")),
    }
    text = (out / "en/index.md").read_text("utf-8")
    assert text.startswith("# Home\n\nPlay or [step](step.md)\n\n![Cat](../cat.svg)\n\n![")
    assert text.endswith("](figures/index-1.svg)\n\n**Figure 1**. The network.\n")


def test_what_only_the_site_can_do_is_linked_there_if_it_is_published(project: Path, tmp_path: Path) -> None:
    settings = project / "mkdocs.yml"
    text = settings.read_text("utf-8")
    for line, page in (("", "en/play/"), ("use_directory_urls: false\n", "en/play.html")):
        settings.write_text(f"{text}\nsite_url: https://example.org/course/\n{line}", "utf-8")
        render_to(tmp_path / "out", settings, flavor="plain")
        found = (tmp_path / "out/en/index.md").read_text("utf-8")
        assert f"[Play](https://example.org/course/{page}) or [step](step.md)" in found


def test_the_other_flavor_is_what_mkdocs_gets(project: Path, tmp_path: Path) -> None:
    render_to(tmp_path / "out", project / "mkdocs.yml")
    assert {"en/play.md", "worksheet.json", "assets/live.js", "assets/katex/katex.min.css"} <= files(tmp_path / "out")
    assert "<svg" in (tmp_path / "out/en/index.md").read_text("utf-8")


def test_a_flavor_that_is_not_known_is_refused_by_name(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["render", str(tmp_path / "out"), "--flavor", "plane"])
    assert result.exit_code == 2
    assert all(repr(name) in result.output for name in FLAVORS)


def test_an_extension_that_is_not_there_is_told_with_its_name(project: Path, tmp_path: Path) -> None:
    write(project, "../mkdocs.yml", (project / "mkdocs.yml").read_text("utf-8") + "\nmarkdown_extensions: [no_such]\n")
    with pytest.raises(SiteError, match="no_such"):
        render_to(tmp_path / "out", project / "mkdocs.yml", flavor="plain")
    assert not (tmp_path / "out").exists()
