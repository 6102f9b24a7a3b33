"""Does every link lead somewhere? What the rendered page decides is judged again in built.py."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from guidebook.model import Diagnostic, Edit, Link, Page, Site
from guidebook.resolve import (
    Target,
    by_lower_case,
    headings_by_anchor,
    nearest,
    nearest_file,
    relative,
    resolve,
)


@lru_cache(maxsize=2)
def resolved(site: Site) -> tuple[tuple[Page, Link, Target], ...]:
    """Every link of every page with what it points to; a reference is resolved once, at its definition."""
    return tuple(
        (page, link, resolve(site, page, link.target))
        for page in site.pages.values()
        for link in page.links
        if link.kind not in ("reference", "undefined", "email") and link.text != "again"
    )


def link_missing_page(site: Site) -> Iterator[Diagnostic]:
    """A relative link or image points to a file that is there.

    Bad:  `[leases](DistributedSystem.md)`
    Good: `[leases](DistributedSystems.md)`
    """
    for page, link, target in resolved(site):
        if target.kind == "missing" and target.path.lower() not in by_lower_case(site):
            yield Diagnostic(link.location, f"there is no file `{target.path}`", *_nearest(site, page, link, target))


def _nearest(site: Site, page: Page, link: Link, target: Target) -> tuple[str, Edit | None]:
    name = target.path.rsplit("/", 1)[-1].removesuffix(".md")
    if any(guide.name == name and not guide.link for guide in site.guides):
        return f"the guide {name} is in preparation: write its name without a link until it lands", None
    if target.path + ".md" in site.files:
        return f"did you mean `{relative(page, target.path + '.md')}`?", None
    guess = nearest_file(target.path, site.files)
    return (f"did you mean `{relative(page, guess)}`?", None) if guess else ("", None)


def link_wrong_case(site: Site) -> Iterator[Diagnostic]:
    """A link writes the file's name with the letters that it has on disk, since servers tell case apart.

    Bad:  `[leases](distributedSystems.md)`
    Good: `[leases](DistributedSystems.md)`
    """
    for page, link, target in resolved(site):
        right = by_lower_case(site).get(target.path.lower())
        if target.kind != "missing" or not right:
            continue
        written = relative(page, right)
        yield Diagnostic(link.location, f"`{link.target}` differs in case from `{right}`", f"write `{written}`", _rewrite(page, link, written))


def _rewrite(page: Page, link: Link, path: str) -> Edit | None:
    """Replace the path of the link's address, keeping query and fragment."""
    if not link.span:
        return None
    tail = link.target[min((link.target.find(mark) for mark in "?#" if mark in link.target), default=len(link.target)) :]
    prefix = "./" if link.target.startswith("./") else ""
    return Edit(page.path, *link.span, prefix + path + tail)


def link_missing_anchor(site: Site) -> Iterator[Diagnostic]:
    """The fragment of a link is the id of a heading, or of an element, on the page that it points to.

    Bad:  `[compaction](StreamProcessing.md#log-compacton)`
    Good: `[compaction](StreamProcessing.md#log-compaction)`
    """
    for page, link, target in resolved(site):
        there = site.pages.get(target.path)
        if target.kind != "page" or not target.fragment or there is None or target.fragment in there.ids:
            continue
        where = "this page" if there is page else f"`{relative(page, there.path)}`"
        help_text, edit = _nearest_anchor(site, page, there, link, target)
        yield Diagnostic(link.location, f"{where} has no heading `#{target.fragment}`", help_text, edit)


def _nearest_anchor(site: Site, page: Page, there: Page, link: Link, target: Target) -> tuple[str, Edit | None]:
    elsewhere = headings_by_anchor(site).get(target.fragment, ())
    if len(elsewhere) == 1:
        moved = site.pages[elsewhere[0]]
        path = "" if moved is page else relative(page, moved.path)
        edit = Edit(page.path, *link.span, f"{path}#{target.fragment}") if link.span else None
        return f"that heading is now in `{relative(page, moved.path)}#{target.fragment}`", edit
    guess = nearest(target.fragment, there.ids)
    line = next((f" ({there.path}:{heading.location.line})" for heading in there.headings if heading.anchor == guess), "")
    return (f"did you mean `#{guess}`{line}?", None) if guess else ("", None)


def link_outside_docs(site: Site) -> Iterator[Diagnostic]:
    """A link does not leave docs/, of which the site is made.

    Bad:  `[the build script](../scripts/build.py)`
    Good: a link to the file's address in the repository
    """
    for _, link, target in resolved(site):
        if target.kind == "outside":
            yield Diagnostic(link.location, f"`{link.target}` leads out of docs/, which the site does not publish")


def link_absolute(site: Site) -> Iterator[Diagnostic]:
    """A link is relative to its page, so that it works under any address and from the disk.

    Bad:  `[GitOps](/GitOps.md)`
    Good: `[GitOps](GitOps.md)`
    """
    for page, link, target in resolved(site):
        if target.kind == "absolute":
            there = target.path in site.files
            written = relative(page, target.path) + (f"#{target.fragment}" if target.fragment else "")
            edit = Edit(page.path, *link.span, written) if there and link.span else None
            help_text = f"write `{written}`" if there else "write the path relative to this page"
            yield Diagnostic(link.location, f"`{link.target}` is absolute, so it breaks when the site moves", help_text, edit)


def link_to_directory(site: Site) -> Iterator[Diagnostic]:
    """A link names a file, since a directory has no page of its own.

    Bad:  `[the labs](labs/gitops/)`
    Good: `[the reconciler](labs/gitops/reconcile.py)`
    """
    for _, link, target in resolved(site):
        if target.kind == "directory":
            yield Diagnostic(link.location, f"`{link.target}` is a directory", "link to a file in it")


def link_empty(site: Site) -> Iterator[Diagnostic]:
    """A link has an address.

    Bad:  `[leases]()`
    Good: `[leases](DistributedSystems.md#leases-and-fencing-tokens)`
    """
    for _, link, target in resolved(site):
        if target.kind == "empty":
            yield Diagnostic(link.location, f"the link `{link.text}` has no address", "give it one, or remove the brackets")
        elif target.kind == "malformed":
            yield Diagnostic(link.location, f"`{link.target}` is not an address", "check its brackets and port")


def link_undefined_reference(site: Site) -> Iterator[Diagnostic]:
    """A reference has a definition on the same page.

    Bad:  `[the paper][raft]` with no `[raft]: https://...`
    Good: `[the paper](https://raft.github.io/raft.pdf)`
    """
    for page in site.pages.values():
        known = [link.label for link in page.links if link.kind == "definition"]
        for link in page.links:
            if link.kind == "undefined":
                guess = nearest(link.label, known)
                yield Diagnostic(link.location, f"`[{link.label}]` is not defined on this page", f"did you mean `[{guess}]`?" if guess else f"add `[{link.label}]: address`")


