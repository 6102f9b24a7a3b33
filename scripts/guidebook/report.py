"""Diagnostics → text that people, editors and GitHub read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from guidebook.model import Diagnostic, Edit


def as_text(findings: Sequence[Diagnostic], kind: str = "error") -> str:
    """One finding a line as compilers print them, its help indented below."""
    return "\n".join(line for finding in findings for line in _lines(finding, kind))


def _lines(finding: Diagnostic, kind: str) -> list[str]:
    lines = [f"{finding.location}: {kind}[{finding.rule}]: {finding.message}"]
    return [*lines, f"  help: {finding.help}"] if finding.help else lines


def as_github(findings: Sequence[Diagnostic]) -> str:
    """Workflow commands that GitHub shows on the changed lines.

    Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(
        f"::error file={_property(finding.location.path)},line={finding.location.line},col={finding.location.column},"
        f"title={_property(finding.rule)}::{_data(finding.message + (chr(10) + 'help: ' + finding.help if finding.help else ''))}"
        for finding in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_json(findings: Sequence[Diagnostic]) -> str:
    """A list of objects with path, line, column, rule, message, help and, where one repair is right, fix: replace `start` to `end` by `text`."""
    return json.dumps([_record(finding) for finding in findings], indent=2, ensure_ascii=False)


def _record(finding: Diagnostic) -> dict[str, object]:
    place, fix = finding.location, finding.fix
    record: dict[str, object] = {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "rule": finding.rule,
        "message": finding.message,
        "help": finding.help,
    }
    return {**record, "fix": {"start": fix.start, "end": fix.end, "text": fix.text}} if fix else record


def as_sarif(findings: Sequence[Diagnostic]) -> str:
    """SARIF 2.1.0, for code scanning. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""
    rules = sorted({finding.rule for finding in findings})
    run = {
        "tool": {"driver": {"name": "guidebook", "rules": [{"id": rule} for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(finding: Diagnostic) -> dict[str, object]:
    place = finding.location
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": "error",
        "message": {"text": finding.message + (f" ({finding.help})" if finding.help else "")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.path)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
    }
    return {**result, "fixes": [_sarif_fix(finding.fix, finding.help)]} if finding.fix else result


def _sarif_fix(fix: Edit, text: str) -> dict[str, object]:
    replacement = {"deletedRegion": {"charOffset": fix.start, "charLength": fix.end - fix.start}, "insertedContent": {"text": fix.text}}
    change = {"artifactLocation": {"uri": quote(fix.path)}, "replacements": [replacement]}
    return {"description": {"text": text}, "artifactChanges": [change]}


def as_markdown(findings: Sequence[Diagnostic]) -> str:
    """A table for an issue or a job's summary."""
    rows = [f"| `{finding.location}` | {_cell(finding.message)} | {_cell(finding.help)} |" for finding in findings]
    return "\n".join(["| where | what | what to do |", "| --- | --- | --- |", *rows]) if rows else ""


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


FORMATS = {"markdown": as_markdown, "text": as_text, "github": as_github, "json": as_json, "sarif": as_sarif}


def summary(findings: Sequence[Diagnostic], pages: int) -> str:
    """`2 errors in 15 pages`, the last line on the terminal."""
    count = f"{len(findings)} error{'s' * (len(findings) != 1)}" if findings else "no findings"
    return f"{count} in {pages} page{'s' * (pages != 1)}"
