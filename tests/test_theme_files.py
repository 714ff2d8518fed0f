"""The theme's files, listed without its icons."""

from __future__ import annotations

import copy
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.structure.files import Files

from backprop_docgen.theme_files import list_visible
from built import ROOT


def test_mkdocs_takes_the_same_files_from_the_theme() -> None:
    config = load_config(str(ROOT / "mkdocs.yml"))
    every = Files([])
    every.add_files_from_theme(config.theme.get_env(), config)
    list_visible(config.theme)
    env, listed = config.theme.get_env(), Files([])
    listed.add_files_from_theme(env, config)
    assert [file.src_uri for file in listed] == [file.src_uri for file in every] != []
    assert not any(name.startswith(".") for name in env.list_templates())
    assert env.get_template(".icons/material/home.svg").render().startswith("<svg")


def test_a_copied_theme_has_folders_of_its_own(tmp_path: Path) -> None:
    theme = load_config(str(ROOT / "mkdocs.yml")).theme
    list_visible(theme)
    copied = copy.deepcopy(theme)
    (tmp_path / "mine.html").write_text("mine", "utf-8")
    copied.dirs.insert(0, str(tmp_path))
    assert "mine.html" in copied.get_env().list_templates()
    assert "mine.html" not in theme.get_env().list_templates()
