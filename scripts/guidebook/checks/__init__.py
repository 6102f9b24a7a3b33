"""Every rule of the house, written out. A rule is a generator function; its name is its id.

To add one: a function in a module of this package, a line in `ALL`, two folders under `tests/rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from guidebook.checks import (
    active,
    addresses,
    allowances,
    diagrams,
    fences,
    forms,
    glossary,
    labs,
    links,
    numbers,
    outline,
    prose,
    quizzes,
    reach,
    references,
    statistics,
    summary,
    wording,
)
from guidebook.model import Diagnostic, Site

Check = Callable[[Site], Iterable[Diagnostic]]

ALL: tuple[Check, ...] = (
    active.html_active,
    addresses.link_insecure,
    addresses.link_malformed,
    addresses.link_moving,
    addresses.link_no_scheme,
    addresses.link_own_site,
    addresses.link_private_host,
    addresses.link_script,
    addresses.link_unknown_scheme,
    addresses.mail_malformed,
    allowances.allowance_broken,
    allowances.allowance_expired,
    allowances.allowance_unused,
    links.link_missing_anchor,
    links.link_missing_directory,
    links.link_missing_file,
    links.link_missing_page,
    links.link_wrong_case,
    reach.asset_unused,
    reach.id_duplicate,
    reach.link_to_draft,
    reach.link_to_excluded,
    reach.link_to_redirect,
    reach.link_to_unlisted,
    reach.page_orphan,
    reach.template_address,
    references.link_undefined_reference,
    references.reference_duplicate,
    references.reference_unused,
    wording.image_no_alt,
    wording.link_no_text,
    wording.link_text_ambiguous,
    wording.link_text_is_address,
    wording.link_text_vague,
    diagrams.diagram_broken,
    diagrams.diagram_comment_sign,
    diagrams.diagram_family,
    diagrams.diagram_no_caption,
    diagrams.diagram_no_description,
    diagrams.diagram_own_colours,
    diagrams.diagram_too_wide,
    fences.fence_does_not_parse,
    fences.fence_elision,
    fences.fence_language_alias,
    fences.fence_no_language,
    fences.fence_not_run_no_reason,
    fences.fence_sql_no_dialect,
    fences.fence_unclosed,
    fences.fence_unknown_language_unmarked,
    fences.output_orphan,
    forms.link_absolute,
    forms.link_empty,
    forms.link_outside_docs,
    forms.link_to_built,
    forms.link_to_directory,
    glossary.glossary_dangling,
    glossary.glossary_duplicate,
    glossary.glossary_order,
    glossary.glossary_unused,
    labs.lab_drift,
    labs.lab_missing,
    labs.lab_no_header,
    labs.lab_region_broken,
    labs.lab_unused,
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
    prose.guide_to_write,
    prose.prose_american,
    prose.prose_filler,
    prose.prose_misspelt,
    prose.prose_unsourced,
    quizzes.quiz_malformed,
    statistics.statistics_stale,
)

# What these say of a page follows from that page, and whether the index lists it, alone. They take nearly all of the time.
ALONE: frozenset[Check] = frozenset(
    {
        active.html_active,
        diagrams.diagram_broken,
        diagrams.diagram_no_caption,
        diagrams.diagram_no_description,
        diagrams.diagram_too_wide,
        fences.fence_does_not_parse,
        fences.fence_elision,
        numbers.number_bad_formula,
        prose.prose_american,
        prose.prose_filler,
        prose.prose_misspelt,
        prose.prose_unsourced,
        quizzes.quiz_malformed,
    }
)

# Asked by name alone (`check --only prose-unexplained`) and counted by `freshness`: where an editor looks, no reason to turn a page away.
SUMMARY: tuple[Check, ...] = (
    summary.prose_long_paragraph,
    summary.prose_long_sentence,
    summary.prose_unexplained,
)


def rule_id(check: Check) -> str:
    """`link_missing_page` is the rule `link-missing-page`."""
    return check.__name__.replace("_", "-")


def run(site: Site, checks: Iterable[Check] = ALL) -> list[Diagnostic]:
    """Every finding of the given checks, in the order of files, lines and columns."""
    found = {replace(finding, rule=rule_id(check)) for check, part in _asked(site, list(checks)) for finding in check(part)}
    return in_order(found)


def _asked(site: Site, checks: Sequence[Check]) -> Iterator[tuple[Check, Site]]:
    """Each check with what it is asked of: page by page where it can be, so that what rules share of a page's text is not kept for all pages."""
    yield from ((check, site) for check in checks if check not in ALONE)
    for path, page in site.pages.items():
        part = replace(site, pages={path: page}, around={})
        yield from ((check, part) for check in checks if check in ALONE)


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings as they are printed."""
    return sorted(found, key=lambda finding: (finding.location, finding.rule, finding.message))
