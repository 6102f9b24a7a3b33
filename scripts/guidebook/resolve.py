"""Link + Site → what it points to, or the nearest guesses; and the way back: who links here."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from guidebook.around import ROOT_FILES
from guidebook.guess import nearest, nearest_file
from guidebook.model import Link, Page, Site

__all__ = ["Target", "nearest", "nearest_file", "relative", "resolve", "target_of"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_NO_NAME = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)  # `C:\\docs` is no scheme
# Pages that GitHub has beside a file: from README.md, `../../issues` is one.
_BESIDE_FILES = {"actions", "blob", "commits", "compare", "contributors", "discussions", "fork", "graphs", "issues", "labels", "milestones", "network",
                 "packages", "projects", "pull", "pulls", "raw", "releases", "security", "settings", "stargazers", "tags", "tree", "watchers", "wiki"}  # fmt: skip


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


def target_of(site: Site, page: Page, link: Link) -> Target:
    """What a link, written on `page`, points to. Never raises."""
    if link.kind != "config" or _ADDRESS.match(link.target) or page.path.endswith("/.pages") or "<" in link.target:
        return resolve(site, page, link.target)
    plain = posixpath.normpath(unquote(link.target.partition("#")[0].partition("?")[0]).lstrip("/") or ".")
    if link.attribute in ROOT_FILES:
        return Target(_kind_outside(site, plain), plain)
    places = [f"docs/{plain}", f"overrides/{plain}"] if link.attribute != "nav" else [f"docs/{plain}"]
    if link.attribute == "url":
        return _published(site, plain, places)
    there = next((place for place in places if place in site.repository), places[0])
    return Target(_kind_outside(site, there), there)


def _published(site: Site, plain: str, places: list[str]) -> Target:
    """What a template hands to `url`: a file, the address of a page, or something of the theme's own, which cannot be known here."""
    known = [place for place in places if place in site.repository]
    if known or plain == "." or plain.startswith("assets/") or page_at(site, f"docs/{plain}"):
        return Target("file", (known or places)[0])
    return Target("missing", places[0])


def page_at(site: Site, path: str) -> str:
    """The page whose address on the site is `path` (`docs/GitOps/`, `docs/GitOps.html`, `docs/GitOps/index.html`, `docs/GitOps`), or nothing."""
    name = path.rstrip("/").removesuffix("/index.html").removesuffix(".html")
    candidates = (f"{name}.md", f"{name}/README.md", f"{name}/index.md")
    return next((candidate for candidate in candidates if candidate in site.pages), "")


def resolve(site: Site, page: Page, target: str) -> Target:
    """What `target`, written on `page`, points to. Never raises."""
    if _ADDRESS.match(target) and not _NO_NAME.match(target):
        try:
            return Target("external", target, unquote(urlsplit(target).fragment))
        except ValueError:
            return Target("malformed")
    path, mark, fragment = target.partition("#")
    path, _, query = path.partition("?")
    fragment = unquote(fragment)
    if not path:
        kind = "page" if target.strip() and (mark or query) else "empty"
        return Target(kind, page.path, fragment, query)
    inside = page.path.startswith("docs/")
    path = unquote(path)
    if path.startswith("/") and inside:
        return Target("absolute", "docs" + posixpath.normpath(path), fragment, query)
    folder = page.path.rpartition("/")[0]
    if "/" not in path and path not in (".", "..") and folder:
        joined = f"{folder}/{path}"  # nearly every link, and nothing to normalise
    else:
        joined = posixpath.normpath(f"{folder}/{path}" if folder and not path.startswith("/") else path.lstrip("/") or ".")
    kind = _kind(site, joined) if inside else _kind_outside(site, joined)
    if kind == "outside" and not inside and _beside(page, path):
        kind = "external"
    return Target(kind, joined, fragment, query)


def _beside(page: Page, path: str) -> bool:
    up = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)).split("/")
    return up[:2] == ["..", ".."] and up[2:3] != [] and up[2] in _BESIDE_FILES


def _kind(site: Site, path: str) -> str:
    if not (path + "/").startswith("docs/"):
        return "outside"
    if path in site.pages:
        return "page"
    if path in site.files:
        return "file"
    return "directory" if path in directories(site) else "missing"


def _kind_outside(site: Site, path: str) -> str:
    """Outside docs/ a link means the repository, as GitHub shows it."""
    if path == ".." or path.startswith("../"):
        return "outside"
    if path in site.pages or (path in site.around and path.endswith(".md")):
        return "page"
    if path in site.repository:
        return "file"
    return "directory" if path == "." or path in all_directories(site) else "missing"


@lru_cache(maxsize=8)
def all_directories(site: Site) -> frozenset[str]:
    """Every directory of the repository that holds a file, the root as the empty path."""
    found = {posixpath.dirname(file) for file in site.repository}
    for folder in list(found):
        while folder := posixpath.dirname(folder):
            found.add(folder)
    return frozenset(found) | directories(site)


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
    """Path without regard to case and composition of its letters → the path as it is written on disk."""
    return {alike(path): path for path in sorted(site.repository | site.files, reverse=True)}


def alike(path: str) -> str:
    """What all spellings of a path have in common on a disk that does not tell case apart."""
    return unicodedata.normalize("NFC", path).casefold()


@lru_cache(maxsize=4096)
def ids(page: Page) -> frozenset[str]:
    """`page.ids`, remembered."""
    return page.ids


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


def relative(page: Page, path: str) -> str:
    """How `page` writes a link to `path`."""
    return posixpath.relpath(path, posixpath.dirname(page.path) or ".")
