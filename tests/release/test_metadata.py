"""What the package, the citation and the development container say of the project."""

from __future__ import annotations

import json
import re
import tomllib
from email.message import Message
from email.parser import Parser

import pytest
import yaml
from trove_classifiers import classifiers

import backprop_docgen
from backprop_docgen.cli import main
from networks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


@pytest.fixture(scope="module")
def metadata() -> Message:
    """What the wheel's METADATA will say."""
    from hatchling.metadata.core import ProjectMetadata
    from hatchling.metadata.spec import DEFAULT_METADATA_VERSION, get_core_metadata_constructors
    from hatchling.plugin.manager import PluginManager

    found = ProjectMetadata(str(ROOT), PluginManager())
    return Parser().parsestr(get_core_metadata_constructors()[DEFAULT_METADATA_VERSION](found))


def test_the_wheel_has_the_version_of_the_module(metadata: Message) -> None:
    assert metadata["Version"] == backprop_docgen.__version__


def test_classifiers_are_known_and_in_order() -> None:
    assert set(PROJECT["classifiers"]) <= classifiers
    assert PROJECT["classifiers"] == sorted(PROJECT["classifiers"])
    assert not any(each.startswith("License ::") for each in PROJECT["classifiers"]), "the expression says it"


def test_the_licences_are_those_of_the_files(metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0"
    assert metadata.get_all("License-File") == ["LICENSE", "LICENSE-docs"]
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert "CC BY 4.0" in (ROOT / "LICENSE-docs").read_text("utf-8")


def test_keywords_are_in_order_and_once() -> None:
    assert PROJECT["keywords"] == sorted(set(PROJECT["keywords"]))
    assert set(CITATION["keywords"]) <= set(PROJECT["keywords"])


def test_one_name_for_the_authors() -> None:
    (name,) = (each["name"] for each in PROJECT["authors"])
    assert [each["name"] for each in CITATION["authors"]] == [name]
    assert name in (ROOT / "LICENSE").read_text("utf-8")
    assert name in (ROOT / "LICENSE-docs").read_text("utf-8")


def test_the_citation_leaves_the_version_to_the_command() -> None:
    assert not {"version", "date-released", "commit"} & set(CITATION)


def test_the_development_container_makes_what_the_editor_is_told_of() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    version = re.fullmatch(r"python:(3\.\d+)-[a-z]+", container["image"])
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in PROJECT["classifiers"]
    venv = container["containerEnv"]["VENV"]
    assert re.search(r"(?m)^VENV +\?= ", (ROOT / "Makefile").read_text("utf-8")), "the environment may be named"
    settings = container["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"] == f"{venv}/bin/python"


def test_the_readme_begins_with_the_wheel_and_names_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"(?s)```sh\n(.*?)```", readme)
    lines = [line.partition("#")[0].strip() for line in blocks[0].splitlines()]
    assert lines[1:4] == ["pip install backprop_docgen-*.whl", "backprop-docgen new course", "cd course"]
    named = re.findall(r"(?m)^backprop-docgen ([a-z-]+)", "".join(blocks))
    assert set(named) <= set(main.commands)
    targets = set(re.findall(r"(?m)^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8")))
    asked = re.findall(r"(?m)(?:^|`)make ([a-z-]+)", readme + (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert {"site", "test", "dist", "release", "constraints"} <= set(asked) <= targets
