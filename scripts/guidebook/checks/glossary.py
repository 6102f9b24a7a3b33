"""The Glossary: each term once, in order, defined, explained somewhere, used somewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from guidebook.glossary import plain, spellings
from guidebook.model import Diagnostic, Page, Site, Term


def glossary_duplicate(site: Site) -> Iterator[Diagnostic]:
    """A word leads to one entry: no name or alias stands twice.

    Bad:  ### Lease, and another entry with `*Also:* lease`
    Good: one entry, with all its names
    """
    first: dict[str, Term] = {}
    for term in site.terms:
        for spelling in (term.name, *term.aliases):
            other = first.setdefault(_key(spelling), term)
            if other is not term:
                message = f"`{spelling}` stands for `{other.name}` already ({other.location})"
                yield Diagnostic(term.location, message, "merge the two entries, or take the word out of one")
        if len({_key(word) for word in (term.name, *term.aliases)}) <= len(term.aliases):
            yield Diagnostic(term.location, f"`{term.name}` lists a name twice", "a plural `s` and capital letters need no alias")


Credit = Mapping[str, Collection[str]]  # path of a guide → anchors of terms that it is known to use


def credit(site: Site, known: Credit) -> dict[str, Collection[str]]:
    """For each term a guide that uses it, if any does. Only what nothing is known of is looked for, and in other guides first."""
    guides = {page.path: page for guide in site.guides if guide.link and (page := site.page(guide.name))}
    found = {path: anchors for path, anchors in known.items() if path in guides}
    left = {term.anchor for term in site.terms}.difference(*found.values())
    index = spellings(site.terms)
    for path in sorted(guides, key=found.__contains__):
        if not left:
            break  # long before the last of many guides
        used = left.intersection(term.anchor for _, _, term in index.uses(_prose(guides[path])))
        found[path] = [*found.get(path, ()), *sorted(used)]
        left -= used
    return found


def glossary_unused(site: Site) -> Iterator[Diagnostic]:
    """A term is used in a guide, so that readers need it.

    Bad:  ### Flux capacitor
    Good: ### Fencing token
    """
    yield from unused(site, credit(site, {}))


def unused(site: Site, credits: Credit) -> Iterator[Diagnostic]:
    """The terms for which no guide answers."""
    used = set().union(*credits.values())
    for term in site.terms:
        if term.anchor not in used:
            cure = "use it where it helps, add the spelling that guides use to `*Also:*`, or drop the entry"
            yield Diagnostic(term.location, f"no guide uses `{term.name}`", cure)


def glossary_dangling(site: Site) -> Iterator[Diagnostic]:
    """An entry says what its term is and leads to the section that explains it.

    Bad:  ### Lease, and a definition alone
    Good: ### Lease, a definition, then a line that is a link
    """
    for term in site.terms:
        if not plain(term.definition):
            yield Diagnostic(term.location, f"`{term.name}` has no definition", "write one or two exact sentences")
        if not term.link:
            yield Diagnostic(term.location, f"`{term.name}` leads nowhere", "end the entry with a line `[Section](Guide.md#section)`")


def glossary_order(site: Site) -> Iterator[Diagnostic]:
    """Entries stand in alphabetical order.

    Bad:  ### Lease, then ### CRDT
    Good: ### CRDT, then ### Lease
    """
    for before, term in pairwise(site.terms):
        if _order(term.name) < _order(before.name):
            after = next(other.name for other in site.terms if _order(other.name) > _order(term.name))
            yield Diagnostic(term.location, f"`{term.name}` stands after `{before.name}`", f"move it before `{after}`")


def _key(spelling: str) -> str:
    key = " ".join(spelling.casefold().split())
    return key.removesuffix("s")


def _order(name: str) -> str:
    """Letters and digits alone count, as in a dictionary."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _prose(page: Page) -> str:
    """The text without code; quizzes are text."""
    lines = page.text.split("\n")
    for fence in page.fences:
        if fence.language != "quiz":
            lines[fence.location.line - 1 : fence.last_line] = [""] * (fence.last_line - fence.location.line + 1)
    return "\n".join(lines)
