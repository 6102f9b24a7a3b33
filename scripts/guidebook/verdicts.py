"""The checks, without asking again what was asked of the same text before."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from guidebook import checks
from guidebook.checks import glossary
from guidebook.model import Diagnostic, Site
from guidebook.rendering import stamp
from guidebook.rendering.store import Store, digest

_OTHERS = [rule for rule in checks.ALL if rule not in checks.ALONE and rule is not glossary.glossary_unused]


def run(site: Site, store: Store) -> list[Diagnostic]:
    """What `checks.run` finds. A site that was found clean is not read again; nor, by the rules that take time, is a page that was."""
    entry, names = digest("verdicts", stamp.checks()), _names(site)
    known, whole = store.get(entry) or {}, _whole(site, names)
    if known.get("whole") == whole:
        return []
    alone = checks.run(_without(site, names, known.get("clean", ())), checks.ALONE)
    wrong = {finding.location.path for finding in alone}
    unused, credit = _unused(site, names, known.get("credit", {}))
    found = [*alone, *unused, *checks.run(site, _OTHERS)]
    clean = sorted(names[path] for path in site.pages.keys() - wrong)
    store.put(entry, {"whole": "" if found else whole, "clean": clean, "credit": credit})
    return checks.in_order(found)


def _unused(site: Site, names: Mapping[str, str], known: Mapping[str, Any]) -> tuple[list[Diagnostic], dict[str, Any]]:
    """What `glossary_unused` finds; and which guide answers for which terms, as long as neither it nor any spelling changes."""
    spelt = digest([[term.anchor, term.name, *term.aliases] for term in site.terms])
    same = {path: anchors for path, (name, anchors) in known.get(spelt, {}).items() if names.get(path) == name}
    credit = glossary.credit(site, same)
    found = [replace(finding, rule=checks.rule_id(glossary.glossary_unused)) for finding in glossary.unused(site, credit)]
    return found, {spelt: {path: [names[path], anchors] for path, anchors in credit.items()}}


def _names(site: Site) -> dict[str, str]:
    """A name for all that a rule of `ALONE` can see of each page, and for what stands around pages."""
    listed = {f"docs/{guide.name}.md" for guide in site.guides}
    return {path: digest(path, page.text, [page.unreadable, path in listed]) for path, page in {**site.around, **site.pages}.items()}


def _whole(site: Site, names: Mapping[str, str]) -> str:
    """A name for all that any rule can see: every text, what files there are, and the day."""
    texts = [part for pair in sorted(site.texts.items()) for part in pair]
    return digest(datetime.date.today().isoformat(), sorted(names.items()), sorted(site.files), sorted(site.repository), *texts)


def _without(site: Site, names: Mapping[str, str], clean: Collection[str]) -> Site:
    known = frozenset(clean)
    return replace(site, pages={path: page for path, page in site.pages.items() if names[path] not in known})
