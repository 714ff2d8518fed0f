"""Courses of one's own, as `backprop-docgen new` makes them, by a package that comes from an index."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from unittest.mock import patch

import yaml
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner, Result

from backprop_docgen.cli import main
from backprop_docgen.site.untranslated import SETTING, UNTRANSLATED
from backprop_docgen.starter.origin import Origin
from backprop_docgen.starter.record import Beginning, read_beginning

INDEX: Final = Origin("from a package index", "backprop-docgen==0.1.0")
PAGE: Final = """\
---
title: Um peso, um passo
description: Uma pequena rede neural, o gradiente de um dos seus pesos e um passo da descida do gradiente.
---
{% shared %}
# Um peso, um passo

**Objetivo.** Ver para onde tem de ir um peso, {{ w.sym }}, para que a rede erre menos, e dar esse passo.

{{ figure("circuit", "A rede como circuito: das entradas à perda.", at="loss") }}

Com {{ w.shown }}, {% choose examples %}
{% when one %} a perda é {{ E }}.
{% when several %} a perda média dos {{ count(network.examples) }} exemplos é {{ E }}.
{% endchoose %}

## O seu gradiente

{{ ask(slope, "sign") }}

{{ eq(slope) }}

{% choose way %}
{% when down %} Maior que 0: a perda desce se {{ w.sym }} descer.
{% when up %} Menor que 0: a perda desce se {{ w.sym }} subir.
{% when neither %} Em {{ w }} a perda não muda.
{% when overflows %} Não há como saber: os números transbordam.
{% endchoose %}

## Um passo

{{ eq(w.after, result=true) }}

{% choose update %}
{% when same %} Depois desse passo a perda continua em {{ E.after }}.
{% when falls %} Esse passo baixa a perda de {{ E }} para {{ E.after }}.
{% when rises %} Esse passo é longo demais: sobe a perda de {{ E }} para {{ E.after }}.
{% when overflows %} Esse passo é tão longo que os números transbordam.
{% endchoose %}
"""
"""The page of a minimal course in a third language."""


def new(*arguments: str | Path, origin: Origin = INDEX) -> Result:
    """Run `backprop-docgen new`."""
    with patch("backprop_docgen.commands.new.find_origin", return_value=origin):
        return CliRunner().invoke(main, ["new", *map(str, arguments)])


def made(folder: Path, *options: str) -> Path:
    """A new course."""
    result = new(folder, *options)
    assert result.exit_code == 0, result.output
    return folder


def translate(course: Path) -> None:
    """Say all that the Portuguese of a minimal course lacks; its short texts in a made-up way."""
    edit(course / "mkdocs.yml", "One weight, one step", "Um peso, um passo", last=True)
    edit(course / "mkdocs.yml", "One step of backpropagation in which", "Um passo em que", last=True)
    edit(course / "mkdocs.yml", f"  {SETTING}", "")
    (course / "docs/pt/index.md").write_text(PAGE, "utf-8")
    catalogue = course / "locales/pt.po"
    with catalogue.open("rb") as stream:
        found = read_po(stream)
    for message in found:
        if message.id:
            message.string = f"{message.id}~"
    with catalogue.open("wb") as stream:
        write_po(stream, found)


def edit(path: Path, old: str, instead: str, last: bool = False) -> None:
    """Put other words into a file, everywhere or in their last place."""
    text = path.read_text("utf-8")
    assert old in text
    new = instead.join(text.rsplit(old, 1)) if last else text.replace(old, instead)
    path.write_text(new, "utf-8")


def older(course: Path, files: Mapping[str, str | None]) -> None:
    """Let a course have been made by an earlier version, which had these files otherwise, or (None) not at all."""
    before = read_beginning(course)
    texts = dict(before.files)
    for name, text in files.items():
        path = course / name
        if text is None:
            texts.pop(name, None)
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            texts[name] = text
    kept: Beginning = replace(before, files=texts, version="0.0.9")
    for name, content in kept.written().items():
        (course / name).write_bytes(content)


def marks(page: Path) -> list[int]:
    """The lines of a page that mark what is not translated."""
    return [at for at, line in enumerate(page.read_text("utf-8").splitlines(), 1) if line == UNTRANSLATED]


def steps_of(workflow: str) -> list[str]:
    """The commands that a workflow's job `build` runs, in order."""
    return [step["run"] for step in yaml.safe_load(workflow)["jobs"]["build"]["steps"] if "run" in step]


def environment(tools: Path) -> dict[str, str]:
    """That of a person whose programs are in a folder, and who is offline."""
    kept = {name: value for name, value in os.environ.items() if not re.match("PYTHON|PIP|BACKPROP|VIRTUAL", name)}
    more = {"PIP_NO_INDEX": "1", "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://example.org/course/"}
    return kept | more | {"PATH": f"{tools}:/usr/bin:/bin"}
