"""The checks, without asking again what was asked of the same text before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from guidebook import checks
from guidebook.checks import active, diagrams, fences, numbers, prose, quizzes
from guidebook.model import Diagnostic, Page, Site
from guidebook.rendering import stamp
from guidebook.rendering.store import Store, digest

# What these say of a page follows from that page alone, and they take nearly all of the time.
ALONE: tuple[checks.Check, ...] = (
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
    quizzes.quiz_malformed,
)


def run(site: Site, store: Store, rules: Sequence[checks.Check] = checks.ALL) -> list[Diagnostic]:
    """What `checks.run` finds. Pages that were found clean by the same rules are not read again; others are."""
    alone = [rule for rule in rules if rule in ALONE]
    base = digest(stamp.checks(), [checks.rule_id(rule) for rule in alone])
    names = {path: digest(base, path, page.text) for path, page in _all(site).items()}
    known = digest("clean", base)
    clean = frozenset(store.get(known) or ())
    few = replace(site, pages=_without(site.pages, names, clean), around=_without(site.around, names, clean))
    found = checks.run(few, alone)
    wrong = {finding.location.path for finding in found}
    now = {name for path, name in names.items() if path not in wrong}
    if not now <= clean:
        store.put(known, sorted(now))
    rest = checks.run(site, [rule for rule in rules if rule not in ALONE])
    return sorted({*found, *rest}, key=lambda finding: (finding.location, finding.rule, finding.message))


def _all(site: Site) -> dict[str, Page]:
    return {**site.around, **site.pages}


def _without(pages: Mapping[str, Page], names: Mapping[str, str], clean: frozenset[str]) -> dict[str, Page]:
    return {path: page for path, page in pages.items() if names[path] not in clean}
