"""Is every address of another server well formed, safe to follow, and meant to stay?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from guidebook import hosts
from guidebook.allowances import passing
from guidebook.checks.links import resolved
from guidebook.model import Diagnostic, Edit, Link, Page, Site
from guidebook.resolve import nearest, page_at

_WEB = ("http", "https")
_SCHEMES = ("http", "https", "mailto")
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_HOST = re.compile(r"(?!-)[^\s/?#@:\[\]<>\"'`{}|\\^%!$&()*+,;=~]{1,63}(?<!-)")
_MAIL = re.compile(r"[^\s@,;<>()\[\]\\\"]+@(?:[^\s@.,;<>()\[\]\\\"]+\.)+[^\s@.,;<>()\[\]\\\"\d]{2,}")
_BRANCHES = r"(?:main|master|trunk|develop|dev|HEAD|head|next|refs/heads/[^/]+)"
_MOVING = (
    re.compile(rf"https?://(?:www\.)?github\.com/(?P<repo>[^/]+/[^/]+)/(?:blob|raw|blame|tree)/(?P<branch>{_BRANCHES})/.+"),
    re.compile(rf"https?://raw\.githubusercontent\.com/(?P<repo>[^/]+/[^/]+)/(?P<branch>{_BRANCHES})/.+"),
    re.compile(rf"https?://[^/]*gitlab[^/]*/(?P<repo>.+?)/-/(?:blob|raw|blame|tree)/(?P<branch>{_BRANCHES})/.+"),
    re.compile(rf"https?://bitbucket\.org/(?P<repo>[^/]+/[^/]+)/(?:src|raw)/(?P<branch>{_BRANCHES})/.+"),
    re.compile(r"https?://codeberg\.org/(?P<repo>[^/]+/[^/]+)/(?:src|raw)/(?P<branch>branch/[^/]+)/.+"),
    re.compile(r"https?://(?:www\.)?github\.com/(?P<repo>[^/]+/[^/]+)/releases/(?P<branch>latest)/download/.+"),
    re.compile(rf"https?://cdn\.jsdelivr\.net/gh/(?P<repo>[^/@]+/[^/@]+)@(?P<branch>latest|{_BRANCHES})/.+"),
)


@lru_cache(maxsize=2)
def outward(site: Site) -> tuple[tuple[Page, Link, SplitResult], ...]:
    """Every link with a scheme or a host, taken apart."""
    return tuple((page, link, urlsplit(link.target)) for page, link, target in resolved(site) if target.kind == "external" and link.target == target.path)


def _let_pass(site: Site, rule: str, link: Link) -> bool:
    return next(passing(site, rule, link.target), None) is not None


def _edit(page: Page, link: Link, old: str, new: str) -> Edit | None:
    return Edit(page.path, *link.span, new + link.target.removeprefix(old)) if link.span else None


def link_malformed(site: Site) -> Iterator[Diagnostic]:
    """An address has the form of one.

    Bad:  `[Raft](https:/raft.github.io)`, `[Raft](https://raft..io)`, `[port](https://example.org:8o80)`
    Good: `[Raft](https://raft.github.io)`
    """
    for _, link, target in resolved(site):
        problem = "check its brackets and port" if target.kind == "malformed" else ""
        if target.kind == "external" and link.target == target.path:
            problem = _form(link.target)
        elif target.kind == "missing" and re.match(r"(?:https?|mailto)(?://|/|;|\.)", link.target, re.IGNORECASE):
            problem = "write `https://`"
        if problem and not _let_pass(site, "link-malformed", link):
            yield Diagnostic(link.location, f"`{link.target}` is not an address", problem)


def _form(address: str) -> str:
    """What is wrong with the form of a web address, or nothing."""
    parts = urlsplit(address)
    if parts.scheme not in _WEB and parts.scheme:
        return ""
    if not parts.netloc:
        return f"write two slashes and a host: `{parts.scheme}://...`"
    if re.search(r"\s", address):
        return "write `%20` for a space"
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the port is a number up to 65535"
    if port == 0:
        return "the port is a number from 1"
    if host in _WEB or "://" in address.partition("?")[0].partition("://")[2].partition("/")[0]:
        return "the scheme stands there twice"
    if "\\" in address:
        return "write `/`, not `\\`"
    if "[" not in parts.netloc and not all(_HOST.fullmatch(label) for label in host.rstrip(".").split(".")):
        return "check the host's name"
    return "write `%25` for a percent sign" if _BAD_PERCENT.search(address) else ""


def mail_malformed(site: Site) -> Iterator[Diagnostic]:
    """A mail address has the form of one.

    Bad:  `[write](mailto:team@example)`
    Good: `[write](mailto:team@example.org?subject=Guides)`
    """
    for page in site.pages.values():
        for link in page.links:
            if link.kind == "email" and not _MAIL.fullmatch(link.target.removeprefix("mailto:")):
                yield Diagnostic(link.location, f"`{link.target}` is not a mail address", "write name@host")
    for _, link, parts in outward(site):
        if parts.scheme == "mailto":
            query = parts.query.lower()
            wrong = [address for address in re.split(r",|%2C", parts.path) if not _MAIL.fullmatch(address.strip().replace("%20", " ").strip())]
            # `mailto:?subject=...` lets the reader choose to whom.
            if wrong and not (not parts.path and query):
                yield Diagnostic(link.location, f"`{wrong[0]}` is not a mail address", "write name@host")


def link_insecure(site: Site) -> Iterator[Diagnostic]:
    """A link uses TLS. Where a server has none, `.github/links.toml` says why the link is there.

    Bad:  `[RFC 9110](http://www.rfc-editor.org/rfc/rfc9110)`
    Good: `[RFC 9110](https://www.rfc-editor.org/rfc/rfc9110)`
    """
    for _, link, parts in outward(site):
        if (
            parts.scheme in ("http", "ftp", "ws")
            and not hosts.is_private(_host(parts))
            and not _form(link.target)
            and not _let_pass(site, "link-insecure", link)
        ):
            yield Diagnostic(link.location, f"`{link.target}` can be read and changed on its way", "write `https:`, or find a source that has it")


def link_private_host(site: Site) -> Iterator[Diagnostic]:
    """A link leads to a server that readers can reach; what runs on their own machine stands in code.

    Bad:  `[the dashboard](http://localhost:3000)`
    Good: the dashboard, `http://localhost:3000`
    """
    for _, link, parts in outward(site):
        if (
            parts.scheme in (*_WEB, "ftp", "ws", "wss", "")
            and hosts.is_private(_host(parts))
            and not _form(link.target)
            and not _let_pass(site, "link-private-host", link)
        ):
            yield Diagnostic(link.location, f"`{_host(parts)}` is not a server that readers can reach", f"write it as code: `` `{link.target}` ``")


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


def link_script(site: Site) -> Iterator[Diagnostic]:
    """A link leads to a page, and runs nothing and holds nothing.

    Bad:  `[print](javascript:print())`, `![dot](data:image/gif;base64,R0lGODlhAQABAAAAACw=)`
    Good: a link to a file
    """
    for page, link, parts in outward(site):
        if parts.scheme in ("javascript", "vbscript") or (parts.scheme == "data" and page.path in site.pages):
            what = "holds a file" if parts.scheme == "data" else "runs a script"
            yield Diagnostic(link.location, f"the address `{parts.scheme}:` {what}", "link to a file")


def link_no_scheme(site: Site) -> Iterator[Diagnostic]:
    """A link to another server names its scheme: without one it fails for a page that is opened from the disk.

    Bad:  `[Raft](//raft.github.io)`
    Good: `[Raft](https://raft.github.io)`
    """
    for page, link, _ in outward(site):
        if link.target.startswith("//"):
            yield Diagnostic(link.location, f"`{link.target}` has no scheme", f"write `https:{link.target}`", _edit(page, link, "", "https:"))


def link_unknown_scheme(site: Site) -> Iterator[Diagnostic]:
    """The scheme of an address is one that a reader's browser follows.

    Bad:  `[Raft](htps://raft.github.io)`, `[notes](file:///home/me/notes.md)`
    Good: `[Raft](https://raft.github.io)`
    """
    for page, link, parts in outward(site):
        if parts.scheme == "file":
            yield Diagnostic(link.location, f"`{link.target}` is a file on the author's machine", "put the file into docs/ and link to it")
        elif parts.scheme and parts.scheme not in (*_SCHEMES, "ftp", "tel") and (guess := nearest(parts.scheme, _SCHEMES)) and len(parts.scheme) > 3:
            edit = _edit(page, link, link.target[: len(parts.scheme)], guess)
            yield Diagnostic(link.location, f"`{parts.scheme}:` is no scheme", f"did you mean `{guess}:`?", edit)


def link_moving(site: Site) -> Iterator[Diagnostic]:
    """A link to a file in a repository names a tag or a commit, so that readers see what the author saw.

    Only files on hosts of repositories, which keep every version under an address of its own;
    documentation that is kept current (`/latest/`, `/stable/`) is meant to move.

    Bad:  `[raft.go](https://github.com/etcd-io/raft/blob/main/raft.go)`
    Good: `[raft.go](https://github.com/etcd-io/raft/blob/v3.6.0/raft.go)`
    """
    own = str(site.config.get("repo_url", "")).rstrip("/").lower()
    for _, link, parts in outward(site):
        match = next(filter(None, (pattern.fullmatch(link.target) for pattern in _MOVING)), None) if parts.scheme in _WEB else None
        if match and not (own and link.target.lower().startswith(own + "/")) and not _let_pass(site, "link-moving", link):
            yield Diagnostic(
                link.location,
                f"`{match['branch']}` of {match['repo']} changes under this link",
                "name a tag or a commit (on GitHub, press `y`)",
            )


def link_own_site(site: Site) -> Iterator[Diagnostic]:
    """A page of this site is linked as a file, so that the link is checked and works in a copy of the site.

    Bad:  `[GitOps](https://guides.example.org/GitOps/)` where that is the `site_url` of mkdocs.yml
    Good: `[GitOps](GitOps.md)`
    """
    own = str(site.config.get("site_url") or "").rstrip("/")
    for page, link, _ in outward(site):
        if own and page.path in site.pages and (link.target + "/").startswith(own + "/"):
            rest = link.target[len(own) :].partition("#")[0].strip("/")
            there = page_at(site, f"docs/{rest}" if rest else "docs")
            yield Diagnostic(link.location, f"`{link.target}` is on this site", f"write `{there.removeprefix('docs/')}`" if there else "link to the file")
