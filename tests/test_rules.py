"""Every rule has a miniature site that breaks it and one that keeps it: `tests/rules/<rule-id>/{bad,good}`.

`bad/expect.txt` holds the findings as they are printed. `--record` rewrites it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import checks, report
from guidebook.load import load_site

RULES = Path(__file__).parent / "rules"
BY_ID = {checks.rule_id(check): check for check in (*checks.ALL, *checks.SUMMARY)}


def findings(folder: Path, rule: str) -> str:
    return report.as_text(checks.run(load_site(folder), [BY_ID[rule]])) + "\n"


@pytest.mark.parametrize("rule", sorted(BY_ID))
def test_rule_finds_what_its_bad_site_does(rule: str, record: bool) -> None:
    """A rule reports the expected lines of its bad site: no more, no fewer, no others."""
    expected = RULES / rule / "bad" / "expect.txt"
    found = findings(RULES / rule / "bad", rule)
    if record:
        expected.write_text(found, encoding="utf-8", newline="\n")

    assert expected.read_text(encoding="utf-8") == found
    assert found.strip(), "a bad site that breaks nothing shows nothing"


@pytest.mark.parametrize("rule", sorted(BY_ID))
def test_rule_is_silent_on_its_good_site(rule: str) -> None:
    """A rule has nothing to say about its good site."""
    assert findings(RULES / rule / "good", rule).strip() == ""


@pytest.mark.parametrize("rule", sorted(BY_ID))
def test_rule_shows_bad_and_good(rule: str) -> None:
    """The docstring of a rule shows the mistake and its cure."""
    text = BY_ID[rule].__doc__ or ""

    assert "Bad:" in text and "Good:" in text


def test_rules_have_no_folder_left_over() -> None:
    """A folder under tests/rules belongs to a rule."""
    assert {folder.name for folder in RULES.iterdir()} == set(BY_ID)
