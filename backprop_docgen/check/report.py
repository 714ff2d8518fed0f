"""Findings as text: for people, and in the formats that other programs read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from backprop_docgen import __version__
from backprop_docgen.finding import CODES, Finding

_SPACES: Final = "\u00a0\u202f\u2009\u200b"
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: Sequence[Finding]) -> str:
    """Grouped by file, each with its line and a caret under what is meant."""
    parts = []
    for file, own in groupby(findings, key=lambda finding: finding.file):
        parts.append(file)
        for finding in own:
            parts.append(f"  {finding.line}:{finding.column}  {finding.code}: {finding.message}")
            source = finding.source.replace("\t", " ")
            if source.strip():
                caret = max(1, min(len(finding.text), len(source) - finding.caret, 40))
                parts += [f"      {source}", f"      {' ' * finding.caret}{'^' * caret}"]
            if finding.advice:
                parts.append(f"      {finding.advice}")
        parts.append("")
    wrong = [finding for finding in findings if finding.wrong]
    count, files = len(wrong), len({finding.file for finding in wrong})
    summary = f"{count} finding{'s' * (count != 1)} in {files} file{'s' * (files != 1)}." if count else "No findings."
    if notes := len(findings) - count:
        summary += f" {notes} note{'s' * (notes != 1)}."
    return _printable("\n".join([*parts, summary]))


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects with the fields of :class:`Finding` (without the excerpt)."""
    return json.dumps([_data(finding) for finding in findings], ensure_ascii=False, indent=1)


def _data(finding: Finding) -> dict[str, object]:
    return {key: value for key, value in asdict(finding).items() if key not in ("source", "caret")}


def as_github(findings: Sequence[Finding]) -> str:
    """Workflow commands: GitHub shows them as annotations of a pull request."""
    return "\n".join(
        f"::{'error' if f.wrong else 'notice'} "
        f"file={_property(f.file)},line={f.line},col={f.column},title={_property(f'backprop-docgen: {f.code}')}"
        f"::{_command(f.message + (f' ({f.advice})' if f.advice else ''))}"
        for f in findings
    )


def _command(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _command(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, for code scanning."""
    rules = [{"id": code, "shortDescription": {"text": text}} for code, text in CODES.items()]
    driver = {"name": "backprop-docgen", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _result(finding: Finding) -> dict[str, Any]:
    message = finding.message + (f"\n{finding.advice}" if finding.advice else "")
    region = {"startLine": finding.line, "startColumn": finding.column}
    if finding.text and "\n" not in finding.text:
        region["endColumn"] = finding.column + len(finding.text)
    return {
        "ruleId": finding.code,
        "level": "error" if finding.wrong else "note",
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.file.replace("\\", "/").replace(" ", "%20")},
                    "region": region,
                }
            }
        ],
    }


def as_junit(findings: Sequence[Finding]) -> str:
    """JUnit's XML: a test case for each file with findings, or one that passed."""
    wrong = [finding for finding in findings if finding.wrong]
    by_file = {file: list(own) for file, own in groupby(wrong, key=lambda finding: finding.file)}
    cases = []
    for file, own in by_file.items():
        lines = "\n".join(str(finding) for finding in own)
        failure = f"<failure message={quoteattr(f'{len(own)} findings')}>{escape(_printable(lines))}</failure>"
        cases.append(f'  <testcase classname="backprop-docgen" name={quoteattr(_printable(file))}>{failure}</testcase>')
    if not cases:
        cases.append('  <testcase classname="backprop-docgen" name="check"/>')
    head = f'<testsuite name="backprop-docgen check" tests="{len(cases)}" failures="{len(by_file)}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"])


def _printable(text: str) -> str:
    """Without control characters: a site is not to talk to a terminal."""
    return "".join(sign if sign == "\n" or sign.isprintable() or sign in _SPACES else "�" for sign in text)


FORMATS: Final[Mapping[str, Callable[[Sequence[Finding]], str]]] = MappingProxyType(
    {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif, "junit": as_junit}
)
"""How findings are put into text, by the name of the format."""
