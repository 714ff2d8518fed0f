"""Compiled templates on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from backprop_docgen.speed.template_bytecode import TemplateBytecode


def rendered(folder: Path, source: str, program: str = "p") -> str:
    environment = Environment(loader=DictLoader({"page": source}), bytecode_cache=TemplateBytecode(folder, program))
    return environment.get_template("page").render(x=3)


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(tmp_path, "{{ x }}") == "3"
    monkeypatch.setattr(Environment, "compile", lambda *_: pytest.fail("compiled again"))
    assert rendered(tmp_path, "{{ x }}") == "3"


def test_a_changed_template_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    rendered(tmp_path, "{{ x }}")
    assert rendered(tmp_path, "{{ x + 1 }}") == "4"
    assert len(list(tmp_path.iterdir())) == 1


def test_another_program_compiles_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered(tmp_path, "{{ x }}", "old")
    compiled = []
    compile_template = Environment.compile
    monkeypatch.setattr(Environment, "compile", lambda *a, **k: compiled.append(a) or compile_template(*a, **k))
    assert rendered(tmp_path, "{{ x }}", "new") == "3"
    assert compiled


@pytest.mark.parametrize("at", [0, 40, 100, -1])
def test_damaged_bytecode_is_never_run(tmp_path: Path, at: int) -> None:
    rendered(tmp_path, "{{ x }}")
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[at] ^= 255
    path.write_bytes(content)
    assert rendered(tmp_path, "{{ x }}") == "3"


def test_a_folder_that_cannot_be_made_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    assert rendered(tmp_path / "file", "{{ x }}") == "3"
