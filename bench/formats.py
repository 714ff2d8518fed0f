"""The tutorials of the build benchmark, written in each contender's format.

The settings of all MkDocs sites come from this project's ``mkdocs.yml``, so that they differ in nothing but
what is compared: its own plugin and extension are taken out, and a contender's put in.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from mkdocs.utils.yaml import yaml_load

from tutorial import LANGUAGES, PHRASES, ROOT, Page, Section, cell_body

_OWN_PLUGIN, _OWN_EXTENSION = "backprop-docgen", "backprop_docgen.katex"
_INLINE = re.compile(r"\$(`+)(.+?)\1\$", re.DOTALL)
_DISPLAY = re.compile(r"(?m)^([ \t>]*)```math\n(.*?)^[ \t>]*```$", re.DOTALL)
_FENCE_OF_EXEC = {
    "name": "python",
    "class": "python",
    "validator": "NAME:markdown_exec.validator",
    "format": "NAME:markdown_exec.formatter",
}
_ARITHMATEX = {"pymdownx.arithmatex": {"generic": True}}

Style = tuple[Callable[[str], str], Callable[[str], str], Callable[[Section, str], str]]
"""How a formula in the text, a displayed formula, and a cell (with the word for its output) are written."""


def _dollar(tex: str) -> str:
    return f"${tex}$"


def _dollars(tex: str) -> str:
    return f"$$\n{tex}\n$$"


def _ticks(tex: str) -> str:
    return f"$`{tex}`$"


def _fence(tex: str) -> str:
    return f"```math\n{tex}\n```"


def _still(section: Section, output: str) -> str:
    return f"```python\n{section.cell}\n```\n\n{output}:\n\n```text\n{section.printed}\n```"


def _run(section: Section, output: str) -> str:
    return f'```python exec="1" source="above" result="text"\n{section.cell}\n```'


def _myst(section: Section, output: str) -> str:
    return f"```{{code-cell}} ipython3\n{section.cell}\n```"


def _own(section: Section, output: str) -> str:
    return f"""\
{{% set net = (w1 * i1 + w2 * i2) * {section.scale} %}}
{{% set error = {section.target} - net %}}
{{% cell shows=[net, error, error * error / 2] %}}
x = [{{{{ i1.code }}}}, {{{{ i2.code }}}}]
w = [{{{{ w1.code }}}}, {{{{ w2.code }}}}]
{cell_body(section.scale, section.target)}
{{% endcell %}}"""


def _markdown(page: Page, style: Style) -> str:
    inline, display, cell = style
    say = PHRASES[page.language]
    parts = [f"# {page.title}"]
    for section in page.sections:
        first, second, third = section.words
        one, two = map(inline, section.inline)
        parts += [
            f"## {section.title}",
            f"{first}, {say['where']} {one} {say['and']} {two}, {second}.",
            display(section.display[0]),
            f"{say['then']} {third}.",
            cell(section, say["output"]),
            say["update"],
            display(section.display[1]),
        ]
    return "\n\n".join(parts) + "\n"


def _notebook(page: Page) -> str:
    cells: list[dict[str, Any]] = []
    texts = _markdown(page, (_dollar, _dollars, lambda section, _: f"\0{section.cell}\0")).split("\0")
    for number, text in enumerate(texts):
        cells.append({"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": text.strip()})
        if number % 2:
            cells[-1] |= {"cell_type": "code", "execution_count": None, "outputs": []}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": cells,
    }
    return json.dumps(data, ensure_ascii=False)


def put(folder: Path, name: str, text: str) -> None:
    """Write a text into a folder, with the folders on the way."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def settings(project: Path = ROOT) -> dict[str, Any]:
    """The settings of a project (this one's), environment variables at their defaults."""
    with (project / "mkdocs.yml").open("rb") as stream:
        data = yaml_load(stream)
    assert isinstance(data, dict)
    return data


def _plain_settings(nav: list[Any], plugins: Iterable[Any] = (), extensions: Iterable[Any] = ()) -> dict[str, Any]:
    """The same without what is this project's own, and with others' plugins and extensions."""
    data = settings()
    data["plugins"] = [*(each for each in data["plugins"] if _name(each) != _OWN_PLUGIN), *plugins]
    kept = [each for each in data["markdown_extensions"] if _name(each) != _OWN_EXTENSION]
    return data | {"nav": nav, "markdown_extensions": [*kept, *extensions]}


def _name(entry: Any) -> str:
    return str(next(iter(entry))) if isinstance(entry, dict) else str(entry)


def _write_settings(folder: Path, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    put(folder, "mkdocs.yml", re.sub(r"NAME:([\w.]+)", r"!!python/name:\1", text))


def _nav(files: Iterable[str]) -> list[Any]:
    """A navigation with a section for each language, in which each has these files."""
    return [{name: [f"{code}/{file}" for file in files]} for code, name in LANGUAGES.items()]


def _home(language: str, pages: Sequence[Page], ending: str) -> str:
    links = [f"- [{page.title}]({page.name}{ending})" for page in pages if page.language == language]
    return "\n".join([f"# {PHRASES[language]['page'].partition(',')[0]}", "", *links, ""])


def write_own(folder: Path, pages: Sequence[Page]) -> None:
    """A project of this one's kind: its network, its settings, templates with cells."""
    for name in ("network.toml", "worksheets.toml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "networks", folder / "networks")
    _write_settings(folder, settings() | {"nav": _files(pages, ".md")})
    for language in LANGUAGES:
        put(folder, f"docs/{language}/index.md", _home(language, pages, ".md"))
    for page in pages:
        put(folder, f"docs/{page.language}/{page.name}.md", _markdown(page, (_ticks, _fence, _own)))


def copy_own(folder: Path) -> None:
    """This project's own tutorial, sources alone."""
    for name in ("network.toml", "worksheets.toml", "mkdocs.yml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("networks", "docs"):
        shutil.copytree(ROOT / name, folder / name)


def write_finished(folder: Path, finished: Path, order: Sequence[str], mathematics: str) -> None:
    """Finished pages (``backprop-docgen render``) of every language, as one plain MkDocs site.

    ``order`` lists the pages of the navigation; ``mathematics`` is "code", formulas as plain code, or
    "browser", formulas for arithmatex.
    """
    inline, display, extensions = (
        (r"\1\2\1", r"\1```\n\2\1```", []) if mathematics == "code" else (r"$\2$", r"\1$$\n\2\1$$", [_ARITHMATEX])
    )
    for code, name in product(LANGUAGES, order):
        text = (finished / code / f"{name}.md").read_text("utf-8")
        put(folder, f"docs/{code}/{name}.md", _INLINE.sub(inline, _DISPLAY.sub(display, text)))
    _write_settings(folder, _plain_settings(_nav([f"{name}.md" for name in order]), extensions=extensions))


_MKDOCS: dict[str, tuple[Style, list[Any], list[Any]]] = {
    "markdown-katex": ((_ticks, _fence, _still), [], [{"markdown_katex": {"insert_fonts_css": True}}]),
    "exec-rs": ((_ticks, _fence, _run), ["markdown-exec"], [{"markdown_katex_rs": {"insert_fonts_css": True}}]),
    "zensical": ((_ticks, _fence, _run), [], [{"markdown_katex_rs": {"insert_fonts_css": True}}]),
}


def write_mkdocs(folder: Path, pages: Sequence[Page], kind: str) -> None:
    """A site for MkDocs, or for Zensical, which reads the same settings but runs no plugins."""
    style, plugins, extensions = _MKDOCS[kind]
    data = _plain_settings(_nav(_files(pages, ".md")), plugins, extensions)
    if kind == "zensical":  # markdown-exec as a fence
        fences = {"pymdownx.superfences": {"custom_fences": [_FENCE_OF_EXEC]}}
        data["markdown_extensions"] = [
            fences if _name(each) == "pymdownx.superfences" else each for each in data["markdown_extensions"]
        ]
    _write_settings(folder, data)
    _write_pages(folder / "docs", pages, lambda page: _markdown(page, style), ".md")


def write_notebooks(folder: Path, pages: Sequence[Page]) -> None:
    """A MkDocs site of notebooks, executed by mkdocs-jupyter."""
    plugin = {"mkdocs-jupyter": {"execute": True, "allow_errors": False}}
    _write_settings(folder, _plain_settings(_nav(_files(pages, ".ipynb")), [plugin]))
    _write_pages(folder / "docs", pages, _notebook, ".ipynb")


def write_sphinx(folder: Path, pages: Sequence[Page]) -> None:
    """A Sphinx project: MyST notebooks, executed once and cached, KaTeX at build time."""
    front = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"
    _write_pages(folder, pages, lambda page: front + _markdown(page, (_dollar, _dollars, _myst)), ".md")
    trees = (
        f"```{{toctree}}\n:caption: {name}\n" + "".join(f"{code}/{file}\n" for file in _files(pages, "")) + "```\n"
        for code, name in LANGUAGES.items()
    )
    put(folder, "index.md", "# Backpropagation\n\n" + "\n".join(trees))
    put(
        folder,
        "conf.py",
        """\
project = "Backpropagation"
extensions = ["myst_nb", "sphinxcontrib.katex"]
myst_enable_extensions = ["dollarmath", "amsmath"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
katex_prerender = True
html_theme = "furo"
exclude_patterns = ["_build"]
""",
    )


def write_myst(folder: Path, pages: Sequence[Page]) -> None:
    """A MyST project. Its theme comes from the network, so here it has an empty one, and writes data, not pages."""
    front = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n"
    _write_pages(folder, pages, lambda page: front + _markdown(page, (_dollar, _dollars, _myst)), ".md")
    put(folder, "index.md", "# Backpropagation\n")
    toc: list[dict[str, Any]] = [{"file": "index.md"}]
    toc += [
        {"title": name, "children": [{"file": f"{code}/{file}"} for file in _files(pages, ".md")]}
        for code, name in LANGUAGES.items()
    ]
    site = {"template": "theme", "options": {}}
    data = {"version": 1, "project": {"title": "Backpropagation", "toc": toc}, "site": site}
    put(folder, "myst.yml", yaml.safe_dump(data, sort_keys=False))
    theme = {"jtex": "v1", "version": "1.0.0", "title": "None", "build": {"install": "true", "start": "true"}}
    put(folder, "theme/template.yml", yaml.safe_dump(theme | {"parts": [], "doc": [], "options": []}))


def _write_pages(folder: Path, pages: Sequence[Page], write: Callable[[Page], str], ending: str) -> None:
    for page in pages:
        put(folder, f"{page.language}/{page.name}{ending}", write(page))
    for code in LANGUAGES:
        put(folder, f"{code}/index.md", _home(code, pages, ending))


def _files(pages: Sequence[Page], ending: str) -> list[str]:
    """The files of one language, its home first, which is Markdown everywhere."""
    names = dict.fromkeys(page.name for page in pages)
    return ["index.md" if ending else "index", *(f"{name}{ending}" for name in names)]
