"""Is a link written in the one form that works on the site, on GitHub and in a copy of both?"""

from __future__ import annotations

from collections.abc import Iterator

from guidebook.checks.links import built, relative_to, replaced, resolved, rewritten
from guidebook.model import Diagnostic, Site
from guidebook.resolve import page_at, relative


def link_outside_docs(site: Site) -> Iterator[Diagnostic]:
    """A link does not leave docs/, of which the site is made; one in the README does not leave the repository.

    Bad:  `[the build script](../scripts/build.py)`
    Good: a link to the file's address in the repository
    """
    for page, link, target in resolved(site):
        if target.kind == "outside" and not built(site, page, link, target):
            inside = page.path.startswith("docs/")
            what = "docs/, which the site does not publish" if inside else "the repository"
            address = str(site.config.get("repo_url", "")).rstrip("/")
            there = inside and address and target.path in site.repository
            yield Diagnostic(link.location, f"`{link.target}` leads out of {what}", f"write `{address}/blob/HEAD/{target.path}`" if there else "")


def link_absolute(site: Site) -> Iterator[Diagnostic]:
    """A link is relative to its page, so that it works under any address and from the disk.

    Bad:  `[GitOps](/GitOps.md)`
    Good: `[GitOps](GitOps.md)`
    """
    for page, link, target in resolved(site):
        if target.kind == "absolute":
            there = target.path if target.path in site.files else page_at(site, target.path)
            written = relative(page, there or target.path) + (f"#{target.fragment}" if target.fragment else "")
            help_text = f"write `{written}`" if there else "write the path relative to this page"
            yield Diagnostic(
                link.location, f"`{link.target}` is absolute, so it breaks when the site moves", help_text, replaced(page, link, written) if there else None
            )


def link_to_directory(site: Site) -> Iterator[Diagnostic]:
    """A link on a page names a file, since a directory has no page of its own.

    Bad:  `[the labs](labs/gitops/)`
    Good: `[the reconciler](labs/gitops/reconcile.py)`
    """
    for page, link, target in resolved(site):
        if target.kind == "directory" and page.path in site.pages and link.kind != "config":
            index = next((path for path in (f"{target.path}/README.md", f"{target.path}/index.md") if path in site.pages), "")
            help_text = f"write `{relative(page, index)}`" if index else "link to a file in it"
            yield Diagnostic(link.location, f"`{link.target}` is a directory", help_text, rewritten(page, link, index) if index else None)


def link_to_built(site: Site) -> Iterator[Diagnostic]:
    """A link names the page's file, not the address that the site gives it, which GitHub and the checks do not know.

    Bad:  `[GitOps](../GitOps/)`, `[GitOps](GitOps.html)`, `[GitOps](GitOps)`
    Good: `[GitOps](GitOps.md)`
    """
    for page, link, target in resolved(site):
        if there := built(site, page, link, target):
            yield Diagnostic(
                link.location, f"`{link.target}` is an address on the built site", f"write `{relative_to(page, there)}`", rewritten(page, link, there)
            )


def link_empty(site: Site) -> Iterator[Diagnostic]:
    """A link has an address.

    Bad:  `[leases]()`
    Good: `[leases](DistributedSystems.md#leases-and-fencing-tokens)`
    """
    for _, link, target in resolved(site):
        if target.kind == "empty":
            what = "picture" if link.tag == "img" or link.kind == "image" else "link"
            name = f" `{link.text.strip()}`" if link.text.strip() else ""
            yield Diagnostic(link.location, f"the {what}{name} has no address", "give it one, or remove the markup")
