"""Findings in the four formats."""

from __future__ import annotations

import json
from dataclasses import replace

from guidebook import report
from guidebook.model import Diagnostic, Edit, Location

FINDING = Diagnostic(Location("docs/GitOps.md", 42, 17), "no heading `#a,b`", "did you mean `#a`?\n100 % sure", rule="link-missing-anchor")


def test_text_is_what_compilers_print() -> None:
    """Path, line and column from one, the rule, and an indented help line."""
    assert report.as_text([FINDING]).startswith("docs/GitOps.md:42:17: error[link-missing-anchor]: no heading `#a,b`\n  help: did you mean `#a`?")


def test_text_has_no_help_line_without_help() -> None:
    """No empty help."""
    assert "help" not in report.as_text([Diagnostic(Location("a.md"), "wrong", rule="x")])


def test_github_escapes_what_would_end_the_command() -> None:
    """Line breaks and percent signs are encoded."""
    assert report.as_github([FINDING]) == (
        "::error file=docs/GitOps.md,line=42,col=17,title=link-missing-anchor::no heading `#a,b`%0Ahelp: did you mean `#a`?%0A100 %25 sure"
    )


def test_repair_is_in_the_records() -> None:
    """Editors and code scanning can offer it."""
    repair = replace(FINDING, fix=Edit("docs/GitOps.md", 5, 9, "new"))
    [sarif] = json.loads(report.as_sarif([repair]))["runs"][0]["results"]

    assert json.loads(report.as_json([repair]))[0]["fix"] == {"start": 5, "end": 9, "text": "new"}
    assert sarif["fixes"][0]["artifactChanges"][0]["replacements"] == [{"deletedRegion": {"charOffset": 5, "charLength": 4}, "insertedContent": {"text": "new"}}]


def test_markdown_is_a_table() -> None:
    """For an issue; a bar in a text does not end its cell."""
    assert report.as_markdown([replace(FINDING, message="a|b", help="")]).split("\n")[2] == "| `docs/GitOps.md:42:17` | a\\|b |  |"
    assert report.as_markdown([]) == ""


def test_json_has_a_record_for_each_finding() -> None:
    """Path, line, column, rule, message, help."""
    assert json.loads(report.as_json([FINDING]))[0] == {
        "path": "docs/GitOps.md",
        "line": 42,
        "column": 17,
        "rule": "link-missing-anchor",
        "message": "no heading `#a,b`",
        "help": "did you mean `#a`?\n100 % sure",
    }


def test_sarif_names_rule_and_place() -> None:
    """SARIF 2.1.0 with one result and its region."""
    run = json.loads(report.as_sarif([FINDING]))["runs"][0]

    assert run["results"][0]["ruleId"] == "link-missing-anchor"
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 42, "startColumn": 17}


def test_summary_counts() -> None:
    """One error is not `1 errors`."""
    assert report.summary([FINDING], 15) == "1 error in 15 pages"
    assert report.summary([], 1) == "no findings in 1 page"
