"""Every rule of the house, written out. A rule is a generator function; its name is its id.

To add one: a function in a module of this package, a line in `ALL`, two folders under `tests/rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from guidebook.checks import fences, labs, links, numbers, outline, statistics
from guidebook.model import Diagnostic, Site

Check = Callable[[Site], Iterable[Diagnostic]]

ALL: tuple[Check, ...] = (
    fences.fence_does_not_parse,
    fences.fence_elision,
    fences.fence_language_alias,
    fences.fence_no_language,
    fences.fence_not_run_no_reason,
    fences.fence_sql_no_dialect,
    fences.fence_unclosed,
    fences.fence_unknown_language_unmarked,
    fences.output_orphan,
    labs.lab_drift,
    labs.lab_missing,
    labs.lab_no_header,
    labs.lab_region_broken,
    labs.lab_unused,
    links.link_absolute,
    links.link_empty,
    links.link_missing_anchor,
    links.link_missing_page,
    links.link_outside_docs,
    links.link_to_directory,
    links.link_undefined_reference,
    links.link_wrong_case,
    numbers.number_bad_formula,
    numbers.number_no_digits,
    outline.front_matter_broken,
    outline.front_matter_in_future,
    outline.front_matter_incomplete,
    outline.guide_missing_section,
    outline.heading_not_one_title,
    outline.heading_skips_level,
    outline.index_duplicate_guide,
    outline.index_missing_guide,
    outline.index_stale_preparation,
    outline.index_title_differs,
    outline.navigation_order,
    outline.page_unreadable,
    outline.prerequisite_cycle,
    outline.prerequisite_unknown,
    statistics.statistics_stale,
)


def rule_id(check: Check) -> str:
    """`link_missing_page` is the rule `link-missing-page`."""
    return check.__name__.replace("_", "-")


def run(site: Site, checks: Iterable[Check] = ALL) -> list[Diagnostic]:
    """Every finding of the given checks, in the order of files, lines and columns."""
    found = (replace(finding, rule=rule_id(check)) for check in checks for finding in check(site))
    return sorted(set(found), key=lambda finding: (finding.location, finding.rule, finding.message))
