"""Link + Site → what it points to, or the nearest guesses; and the way back: who links here."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from guidebook.model import Link, Page, Site


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads.

    kind: external (another scheme or host), page, file, directory, missing, outside (above docs/), absolute, empty, malformed.
    path: the file from the root, whether it is there or not. fragment: decoded, without `#`.
    """

    kind: str
    path: str = ""
    fragment: str = ""
    query: str = ""


def resolve(site: Site, page: Page, target: str) -> Target:
    """What `target`, written on `page`, points to. Never raises."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return Target("malformed")
    if parts.scheme or parts.netloc or target.startswith("//"):
        return Target("external", target, unquote(parts.fragment))
    fragment = unquote(parts.fragment)
    if not parts.path:
        kind = "page" if target.strip() and (parts.fragment or parts.query or target == "#") else "empty"
        return Target(kind, page.path, fragment, parts.query)
    if parts.path.startswith("/"):
        return Target("absolute", "docs" + unquote(parts.path), fragment, parts.query)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(parts.path)))
    return Target(_kind(site, page, path), path, fragment, parts.query)


def _kind(site: Site, page: Page, path: str) -> str:
    if page.path.startswith("docs/") and not (path + "/").startswith("docs/"):
        return "outside"
    if path in site.pages:
        return "page"
    if path in site.files:
        return "file"
    return "directory" if path in directories(site) else "missing"


@lru_cache(maxsize=8)
def directories(site: Site) -> frozenset[str]:
    """Every directory that holds a file of the site."""
    found = {"docs"}
    for file in site.files:
        while (file := posixpath.dirname(file)) and file not in found:
            found.add(file)
    return frozenset(found)


@lru_cache(maxsize=8)
def by_lower_case(site: Site) -> dict[str, str]:
    """Path in lower case → the path as it is written on disk."""
    return {path.lower(): path for path in sorted(site.files)}


@lru_cache(maxsize=8)
def headings_by_anchor(site: Site) -> dict[str, tuple[str, ...]]:
    """Anchor → the pages that have it."""
    pages: dict[str, list[str]] = defaultdict(list)
    for page in site.pages.values():
        for anchor in page.ids:
            pages[anchor].append(page.path)
    return {anchor: tuple(sorted(paths)) for anchor, paths in pages.items()}


@lru_cache(maxsize=8)
def links_to(site: Site) -> dict[str, tuple[tuple[str, Link], ...]]:
    """Page → the (page, link) pairs that point to it from other pages, in reading order."""
    back: dict[str, list[tuple[str, Link]]] = defaultdict(list)
    for page in site.pages.values():
        for link in page.links:
            target = resolve(site, page, link.target)
            if target.kind == "page" and target.path != page.path:
                back[target.path].append((page.path, link))
    return {path: tuple(links) for path, links in back.items()}


def nearest(wanted: str, known: list[str] | tuple[str, ...] | frozenset[str]) -> str:
    """The known name most like the wanted one, or nothing if none is close."""
    lower = {name.lower(): name for name in sorted(known)}
    found = get_close_matches(wanted.lower(), lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else ""


def nearest_file(wanted: str, known: frozenset[str]) -> str:
    """The known path most like the wanted one: the same file name elsewhere before a similar name."""
    name = posixpath.basename(wanted).lower()
    same = [path for path in known if posixpath.basename(path).lower() == name]
    if same:
        return max(sorted(same), key=lambda path: SequenceMatcher(None, wanted, path).ratio())
    suffix = posixpath.splitext(wanted)[1].lower()
    return nearest(wanted, frozenset(path for path in known if not suffix or path.lower().endswith(suffix)))


def relative(page: Page, path: str) -> str:
    """How `page` writes a link to `path`."""
    return posixpath.relpath(path, posixpath.dirname(page.path) or ".")
