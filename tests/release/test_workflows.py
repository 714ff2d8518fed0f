"""The files that GitHub reads: valid, no right that is not needed, nobody else's code that can change unseen."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from networks import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COURSE = ROOT / "backprop_docgen" / "starter" / "course" / ".github" / "workflows" / "site.yml"
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
RIGHTS = {
    ("site.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("release.yml", "publish"): {"id-token": "write"},
    ("release.yml", "page"): {"contents": "write"},
    ("constraints.yml", "propose"): {"contents": "write", "pull-requests": "write"},
}
"""The jobs that may do more than read this project, and what. None of them runs anything of the project's."""
PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # v\d+\.\d+\.\d+")


def read(path: Path) -> dict[str, Any]:
    """A workflow, whose key ``on`` YAML takes for true."""
    loaded = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def jobs() -> list[tuple[str, str, dict[str, Any], dict[str, str]]]:
    """Every job of every workflow: file, name, job, and the rights that it ends up with."""
    return [
        (path.name, name, job, job.get("permissions", read(path)["permissions"]))
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
    ]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", [*WORKFLOWS, COURSE]),
        ("dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_each_file_is_valid(schema: str, paths: list[Path]) -> None:
    assert paths
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schemas_would_tell(tmp_path: Path) -> None:
    wrong = tmp_path / "CITATION.cff"
    wrong.write_text((ROOT / "CITATION.cff").read_text("utf-8").replace("title:", "titel:", 1), "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(wrong)]
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_a_job_has_no_right_that_it_does_not_need() -> None:
    more = {(file, name): rights for file, name, _, rights in jobs() if rights != {"contents": "read"}}
    assert more == RIGHTS


def test_no_workflow_gives_rights_to_what_others_send() -> None:
    for path in [*WORKFLOWS, COURSE]:
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(read(path)["on"])
        assert "secrets." not in path.read_text("utf-8")
        for line in path.read_text(
            "utf-8"
        ).splitlines():  # what others name goes through the environment, never a script
            assert "${{" not in line or not re.match(r" +(- )?run:", line), line


def test_only_the_job_that_pushes_keeps_what_it_may_push_with() -> None:
    kept = {
        (file, name)
        for file, name, job, _ in jobs()
        for step in job.get("steps", [])
        if step.get("uses", "").startswith("actions/checkout@") and step["with"]["persist-credentials"]
    }
    assert kept == {("constraints.yml", "propose")}


def test_jobs_that_may_write_run_nothing_that_was_installed() -> None:
    for file, name, job, rights in jobs():
        if "write" in rights.values():
            script = "\n".join(step.get("run", "") for step in job["steps"])
            assert not re.search(r"\b(make|pip|python|npm|backprop-docgen|mkdocs)\b", script), (file, name)


def test_actions_are_pinned_by_commit() -> None:
    """A tag can be moved, by whoever gets hold of an action; a commit cannot. Dependabot renews commit and comment."""
    commits: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for line in path.read_text("utf-8").splitlines():
            if "uses:" in line and "uses: ./" not in line:
                found = PINNED.search(line)
                assert found, f"{path.name}: {line.strip()}"
                commits.setdefault(found["action"], set()).add(found["commit"])
    assert {action for action, found in commits.items() if len(found) > 1} == set()


def test_a_course_has_our_actions_by_major_version() -> None:
    """Nobody renews a course's workflow: a major version brings corrections by itself, and all are GitHub's own."""
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    ours = dict(re.findall(r"uses: ([\w/-]+)@[0-9a-f]{40} # (v\d+)", text))
    theirs = re.findall(r"uses: ([\w/-]+)@(.*)", COURSE.read_text("utf-8"))
    assert theirs
    for action, version in theirs:
        assert action.startswith("actions/")
        assert version == ours[action]


def test_the_course_is_published_as_this_site_is() -> None:
    ours = (ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8")
    ours = re.sub(r"@[0-9a-f]{40} # (v\d+)\S*", r"@\1", ours)
    assert COURSE.read_text("utf-8") == ours.replace("-c constraints.txt -e .", "-r requirements.txt")


def test_a_release_is_checked_tested_and_tried_before_it_is_published() -> None:
    release = read(ROOT / ".github" / "workflows" / "release.yml")
    assert release["on"] == {"push": {"tags": ["v*"]}}
    order = {name: job.get("needs") for name, job in release["jobs"].items()}
    assert order == {"agree": None, "tests": "agree", "build": "tests", "publish": "build", "page": "publish"}
    agree, build = (
        [step.get("run", "") for step in release["jobs"][name]["steps"] if "run" in step] for name in ("agree", "build")
    )
    assert agree == ['python release/check_release.py "$GITHUB_REF_NAME"']
    assert build[1].startswith('python release/check_release.py "$GITHUB_REF_NAME" --dist dist')
    assert "pip install -c constraints.txt dist/*.whl" in build[2]
    assert "backprop-docgen check site" in build[2]
    publish = release["jobs"]["publish"]
    assert publish["environment"] == "release"
    assert [step.get("with", {}) for step in publish["steps"]] == [{"name": "dist", "path": "dist"}, {}]


def test_a_tag_is_tested_in_its_release_alone() -> None:
    """Two runs of the tests for one reference would cancel each other."""
    tests = read(ROOT / ".github" / "workflows" / "tests.yml")
    assert tests["on"]["push"] == {"branches": ["**"]}
    assert "workflow_call" in tests["on"]
    assert "${{ github.ref }}" in tests["concurrency"]["group"]


def test_every_python_that_the_project_names_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if re.search(r":: 3\.\d+$", each)]
    tests = read(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]
    assert tests["linux"]["strategy"]["matrix"]["python"] == named
    assert set(tests["elsewhere"]["strategy"]["matrix"]["python"]) == {named[0], named[-1]}
    assert project["requires-python"] == f">={named[0]}"
    renew = read(ROOT / ".github" / "workflows" / "constraints.yml")["jobs"]["renew"]
    assert renew["container"] == f"python:{named[0]}-bookworm"


def test_dependabot_looks_where_there_is_something() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    manifests = {"github-actions": ".github/workflows/*.yml", "npm": "package.json", "pip": "*.txt"}
    for each in updates:
        folder = ROOT / each["directory"].strip("/")
        assert list(folder.glob(manifests[each["package-ecosystem"]])), each
        assert [group["patterns"] for group in each["groups"].values()] == [["*"]], "one pull request for all"
        assert folder != ROOT or each["package-ecosystem"] != "pip", "constraints.txt is renewed as a whole"


def test_make_targets_that_workflows_and_the_dev_container_name_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8")))
    texts = [path.read_text("utf-8") for path in [*WORKFLOWS, ROOT / ".devcontainer" / "devcontainer.json"]]
    named = re.findall(r"(?:run:|&&) make ([a-z][a-z -]*)", "\n".join(texts))
    assert len(named) >= 5
    for each in named:
        assert set(each.split()) <= targets
