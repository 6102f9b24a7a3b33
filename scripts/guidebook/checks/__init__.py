"""Every rule of the house, written out. A rule is a generator function; its name is its id.

To add one: a function in a module of this package, a line in `ALL`, two folders under `tests/rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from guidebook.model import Diagnostic, Site

Check = Callable[[Site], Iterable[Diagnostic]]

ALL: tuple[Check, ...] = ()


def rule_id(check: Check) -> str:
    """`link_missing_page` is the rule `link-missing-page`."""
    return check.__name__.replace("_", "-")


def run(site: Site, checks: Iterable[Check] = ALL) -> list[Diagnostic]:
    """Every finding of the given checks, in the order of files, lines and columns."""
    found = (replace(finding, rule=rule_id(check)) for check in checks for finding in check(site))
    return sorted(set(found), key=lambda finding: (finding.location, finding.rule, finding.message))
