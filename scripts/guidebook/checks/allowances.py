"""Is every exception in `.github/links.toml` explained, still needed, and not for ever?"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator

from guidebook.allowances import FILE, fits
from guidebook.checks.links import resolved
from guidebook.model import Diagnostic, Location, Site

RULES = ("external", "link-insecure", "link-malformed", "link-moving", "link-private-host", "asset-unused")
_LONGEST = datetime.timedelta(days=400)


def allowance_broken(site: Site) -> Iterator[Diagnostic]:
    """Each entry names an address, a rule and a reason.

    Bad:  `[[allow]]` with an address alone
    Good: address, rule, reason and expires
    """
    text = site.texts.get(FILE, "")
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        yield Diagnostic(
            Location(FILE, *map(int, place.groups())) if place else Location(FILE),
            f"the list is not TOML: {error}",
            "see scripts/guidebook/allowances.py for an example",
        )
    for entry in site.allowed:
        if not entry.address:
            yield Diagnostic(entry.location, "the entry has no `address`", 'add `address = "https://..."`; `*` stands for anything')
        if entry.rule not in RULES:
            yield Diagnostic(entry.location, f"`{entry.rule}` is not a rule that can let an address pass", f"one of {', '.join(f'`{rule}`' for rule in RULES)}")
        if len(entry.reason.split()) < 3:
            yield Diagnostic(entry.location, f"nothing says why `{entry.address}` may pass", 'add `reason = "..."`, in words that a reviewer can judge')


def allowance_expired(site: Site) -> Iterator[Diagnostic]:
    """An exception ends at a day that is not past.

    Bad:  `expires = 2024-01-01`
    Good: a day within the next year
    """
    today = datetime.date.today()
    for entry in site.allowed:
        day = entry.expires.date() if isinstance(entry.expires, datetime.datetime) else entry.expires
        if not isinstance(day, datetime.date):
            yield Diagnostic(entry.location, f"the exception for `{entry.address}` has no end", f"add `expires = {today + datetime.timedelta(days=180)}`")
        elif day < today:
            yield Diagnostic(
                entry.location, f"the exception for `{entry.address}` ended on {day}", "look at the link again: repair it, or give a new reason and date"
            )
        elif day > today + _LONGEST:
            yield Diagnostic(entry.location, f"the exception for `{entry.address}` ends only on {day}", "choose a day within a year")


def allowance_unused(site: Site) -> Iterator[Diagnostic]:
    """An exception is for a link that is there.

    Bad:  an entry for an address that no page has any more
    Good: no such entry
    """
    addresses = {link.target for _, link, _ in resolved(site)} | site.files
    for entry in site.allowed:
        if entry.address and not any(fits(entry, address) for address in addresses):
            yield Diagnostic(entry.location, f"no link leads to `{entry.address}`", "remove the entry")
