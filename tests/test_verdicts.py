"""Checks that remember: they say what they said without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guidebook import checks, verdicts
from guidebook.load import load_site
from guidebook.model import Site
from guidebook.rendering.store import Store

RULES = Path(__file__).parent / "rules"
FOLDERS = [RULES / checks.rule_id(rule) / "bad" for rule in verdicts.ALONE]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_findings_are_said_again(folder: Path, tmp_path: Path) -> None:
    """The first time, the second time, and after a clean page became one with a finding."""
    good, bad = load_site(folder.parent / "good"), load_site(folder)
    store = Store(tmp_path)
    expected = checks.run(bad)

    assert verdicts.run(good, store) == checks.run(good)
    assert verdicts.run(bad, store) == expected
    assert verdicts.run(bad, Store(tmp_path)) == expected
    assert verdicts.run(good, Store(tmp_path)) == checks.run(good)


def test_rule_that_is_asked_of_one_page_alone_needs_no_other(site: Site) -> None:
    """Every rule of `ALONE` says of each page of the book and of all bad examples what it says with the others beside it."""
    for one in [site, *(load_site(folder) for folder in FOLDERS)]:
        together = checks.run(one, verdicts.ALONE)
        apart = [finding for path, page in one.pages.items() for finding in checks.run(replace(one, pages={path: page}, around={}), verdicts.ALONE)]
        assert [finding for finding in together if finding.location.path in one.pages] == sorted(apart, key=lambda finding: (finding.location, finding.rule, finding.message))
