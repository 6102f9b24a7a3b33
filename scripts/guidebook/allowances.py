"""The list of addresses that a rule lets pass: `.github/links.toml`, one `[[allow]]` table each.

```toml
[[allow]]
address = "http://neverssl.example/*"  # `*` stands for anything
rule = "link-insecure"                 # or `external` for the check of other people's servers
reason = "the guide shows a page without TLS"
expires = 2027-03-01
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase

from guidebook.model import Allowance, Location, Site

FILE = ".github/links.toml"
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*allow[ \t]*\]\]", re.MULTILINE)


def parse_allowances(text: str) -> tuple[Allowance, ...]:
    """Every entry with its place; none if the file is not TOML (a check says so). What an entry lacks is empty."""
    try:
        entries = tomllib.loads(text).get("allow", [])
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    lines = [text.count("\n", 0, match.end()) + 1 for match in _TABLE.finditer(text)]
    if not isinstance(entries, list) or len(lines) != len(entries):
        lines = [1] * len(entries)
    return tuple(_allowance(entry, line) for entry, line in zip(entries, lines, strict=False) if isinstance(entry, dict))


def _allowance(entry: dict[str, object], line: int) -> Allowance:
    address, rule, reason = (str(entry.get(key, "")).strip() for key in ("address", "rule", "reason"))
    return Allowance(address, rule, reason, entry.get("expires"), Location(FILE, line))


def passing(site: Site, rule: str, address: str) -> Iterator[Allowance]:
    """The entries that let `address` pass `rule`."""
    return (entry for entry in site.allowed if entry.rule == rule and fits(entry, address))


def fits(entry: Allowance, address: str) -> bool:
    """Whether an entry is about `address`. Only `*` is special, so that `?` and `[` of an address are themselves."""
    return fnmatchcase(address, entry.address.replace("[", "[[]").replace("?", "[?]"))
