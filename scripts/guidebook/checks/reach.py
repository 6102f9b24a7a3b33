"""Can a reader get everywhere: to every page, from links that lead to something that is published?"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from guidebook import html
from guidebook.allowances import fits
from guidebook.checks.links import redirect_maps, relative_to, replaced, resolved
from guidebook.labs import is_mirror, source
from guidebook.model import Diagnostic, Location, Page, Site
from guidebook.navigation import left_out, listed

_INDEXES = ("README.md", "index.md")
_MOVED = re.compile(r"\b(?:moved|redirect(?:s|ed|ing)?|has a new home|is now at|lives at|see instead)\b", re.IGNORECASE)
_ALWAYS_USED = re.compile(r"(?:.*/)?(?:\.[^/]*|CNAME|robots\.txt|favicon\.\w+|_headers|_redirects|humans\.txt|security\.txt|404\.\w+)$")
_ASSETS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".pdf", ".mp4", ".webm", ".mp3", ".ogg", ".wav", ".zip", ".gz", ".csv", ".json",
           ".drawio", ".woff", ".woff2", ".html", ".htm", ".css", ".js", ".mjs")  # fmt: skip


@lru_cache(maxsize=2)
def _excluded(site: Site) -> frozenset[str]:
    """Files of docs/ that MkDocs does not publish. Source: https://www.mkdocs.org/user-guide/configuration/#exclude_docs"""
    patterns = [".*", "/templates/", *str(site.config.get("exclude_docs") or "").split("\n")]
    return _matching(site, [pattern for pattern in patterns if pattern.strip()]) - {path for path in site.files if path.endswith("/.pages")}


@lru_cache(maxsize=2)
def _drafts(site: Site) -> frozenset[str]:
    patterns = str(site.config.get("draft_docs") or "").split("\n")
    marked = {page.path for page in site.pages.values() if page.front_matter.values.get("draft") is True}
    return marked | _matching(site, [pattern for pattern in patterns if pattern.strip()])


def _matching(site: Site, patterns: list[str]) -> frozenset[str]:
    if not patterns:
        return frozenset()
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(patterns)
    except ValueError:  # MkDocs says so
        return frozenset()
    return frozenset(path for path in site.files if spec.match_file(path.removeprefix("docs/")))


def link_to_draft(site: Site) -> Iterator[Diagnostic]:
    """A link does not lead to a draft, which the site does not publish.

    Bad:  `[leases](Leases.md)`, whose front matter says `draft: true`
    Good: the link is written when the page is ready
    """
    drafts = _drafts(site)
    for page, link, target in resolved(site):
        if target.path in drafts and target.kind in ("page", "file") and page.path not in drafts:
            yield Diagnostic(link.location, f"`{target.path}` is a draft, which is not published", "remove the link, or the mark `draft`")


def link_to_excluded(site: Site) -> Iterator[Diagnostic]:
    """A link does not lead to a file that mkdocs.yml leaves out of the site.

    Bad:  `[notes](templates/notes.md)`: what lies in docs/templates/ is not published
    Good: a link to a file that is
    """
    excluded = _excluded(site)
    for page, link, target in resolved(site):
        if target.path in excluded and target.kind in ("page", "file") and page.path not in excluded and page.path in site.pages:
            yield Diagnostic(link.location, f"`{target.path}` is left out of the site", "remove the link, or publish the file (`exclude_docs` in mkdocs.yml)")


def link_to_unlisted(site: Site) -> Iterator[Diagnostic]:
    """A link leads to a page that is in the navigation, if the navigation is written out.

    Bad:  `[leases](Leases.md)` and no `Leases.md` in docs/.pages
    Good: both
    """
    out = left_out(site)
    for page, link, target in resolved(site):
        if target.kind == "page" and target.path in out and page.path in site.pages and page.path != target.path and link.kind != "config":
            yield Diagnostic(link.location, f"`{target.path}` is not in the navigation", "add it to docs/.pages")


def link_to_redirect(site: Site) -> Iterator[Diagnostic]:
    """A link leads to the page itself, not to one that only sends readers on.

    Bad:  `[leases](Locks.md)`, which says only that it has moved to Leases.md
    Good: `[leases](Leases.md)`
    """
    moved = redirect_maps(site)
    for page, link, target in resolved(site):
        there = site.pages.get(target.path)
        new = moved.get(target.path, "") or (_sends_to(there) if there and target.kind == "page" and there is not page else "")
        if not new or link.kind == "config":
            continue
        path, _, fragment = new.partition("#")
        external = "//" in new
        written = new if external else relative_to(page, path if path.startswith("docs/") else f"docs/{path}")
        fragment = fragment or target.fragment
        full = written + (f"#{fragment}" if fragment and not external else "")
        yield Diagnostic(link.location, f"`{target.path}` only sends readers on", f"write `{full}`", replaced(page, link, full))


@lru_cache(maxsize=4096)
def _sends_to(page: Page) -> str:
    """Where a page that has nothing else to say sends its readers, from the root; or nothing."""
    values = page.front_matter.values
    given = next((str(values[key]) for key in ("redirect", "redirect_to", "redirect_url") if isinstance(values.get(key), str)), "")
    if not given:
        given = next((link.target for link in page.links if link.tag == "meta"), "")
    if not given and len(page.text) < 1000:
        given = _says_moved(page)
    if not given or "//" in given:
        return given
    path, mark, fragment = given.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) + mark + fragment


def _says_moved(page: Page) -> str:
    """The one link of a page whose one sentence says that it has moved."""
    links = [link for link in page.links if link.kind in ("inline", "reference")]
    prose = [line for line in page.text.split("\n")[page.front_matter.last_line :] if line.strip() and not line.startswith("#")]
    short = len(prose) <= 2 and len(" ".join(prose).split()) <= 25 and len(page.headings) <= 1
    return links[0].target if len(links) == 1 and short and _MOVED.search(" ".join(prose)) else ""


def page_orphan(site: Site) -> Iterator[Diagnostic]:
    """Every page can be reached from the index or the navigation.

    Bad:  docs/Leases.md, to which no page links and which docs/.pages does not list
    Good: `[leases](Leases.md)` on a page that can be reached
    """
    roots = {path for path in site.pages if path in ("docs/README.md", "docs/index.md")} | listed(site)
    if not roots:
        return
    forward: dict[str, set[str]] = defaultdict(set)
    for page, link, target in resolved(site):
        if target.kind in ("page", "file") and link.kind != "front-matter":
            forward[page.path].add(target.path)
    reached, front = set(roots), list(roots)
    while front:
        for path in forward[front.pop()] - reached:
            reached.add(path)
            front.append(path)
    for path in sorted(site.pages.keys() - reached - _excluded(site) - _drafts(site)):
        if not path.startswith("docs/labs/"):
            yield Diagnostic(Location(path), "no page that can be reached links to this one", "link to it, or list it in docs/.pages")


def asset_unused(site: Site) -> Iterator[Diagnostic]:
    """Every picture and download in docs/ is used by a page.

    Bad:  docs/images/old-saga.svg, which no page shows
    Good: `![the saga](images/saga.svg)`
    """
    used = {target.path for _, _, target in resolved(site)} | {source(fence)[0] for page in site.pages.values() for fence in page.fences if is_mirror(fence)}
    used |= {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
        for path, text in site.texts.items()
        if path.endswith(".css")
        for address in html.css_addresses(text)
    }
    text = "\n".join(text for path, text in site.texts.items() if not path.endswith(".svg"))
    for path in sorted(site.files - site.pages.keys() - used - _excluded(site)):
        # A program may read a file beside it: its name in any text of docs/ counts as use.
        if path.endswith(_ASSETS) and not _ALWAYS_USED.fullmatch(path) and posixpath.basename(path) not in text and not _let_pass(site, path):
            yield Diagnostic(Location(path), "no page uses this file", "show it, link to it, or remove it")


def _let_pass(site: Site, path: str) -> bool:
    return any(entry.rule == "asset-unused" and fits(entry, path) for entry in site.allowed)


def id_duplicate(site: Site) -> Iterator[Diagnostic]:
    """An id stands once on a page: of two elements with the same id a link finds only the first.

    Bad:  `## Leases {#leases}` and, further down, `<a id="leases"></a>`
    Good: two ids
    """
    for page in (*site.pages.values(), *(page for path, page in site.around.items() if path.endswith(".svg"))):
        places = sorted([(heading.location, heading.anchor) for heading in page.headings] + [(anchor.location, anchor.id) for anchor in page.anchors])
        seen: Counter[str] = Counter()
        first: dict[str, Location] = {}
        for place, name in places:
            seen[name] += 1
            if first.setdefault(name, place) != place:
                yield Diagnostic(place, f"the id `{name}` stands at {first[name].line}:{first[name].column} already", "choose another id")


def template_address(site: Site) -> Iterator[Diagnostic]:
    """A template hands an address to the filter `url`, since pages stand in directories of different depths.

    Bad:  `<script src="assets/quiz.js">`
    Good: `<script src="{{ 'assets/quiz.js' | url }}">`
    """
    for path, page in site.around.items():
        if not path.startswith("overrides/") or not path.endswith(".html"):
            continue
        for link in page.links:
            if link.kind == "html" and not re.match(r"[a-z][a-z0-9+.-]*:|//|#|$", link.target, re.IGNORECASE):
                yield Diagnostic(link.location, f"`{link.target}` means something else on every page", f"write `{{{{ '{link.target.lstrip('/')}' | url }}}}`")
