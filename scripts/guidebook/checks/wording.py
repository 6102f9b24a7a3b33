"""Does the text of a link say where it leads, also to somebody who hears the page or its list of links?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidebook.checks.links import sources
from guidebook.model import Diagnostic, Link, Page, Site
from guidebook.resolve import resolve

_VAGUE = {
    "here", "click here", "click", "this", "this link", "link", "the link", "this page", "page", "this one", "that", "there", "more", "read more",
    "learn more", "see more", "find out more", "more info", "more information", "details", "more details", "info", "read", "see", "see here", "see this", "read this", "go", "open",
    "continue", "continue reading", "website", "site", "url", "this article", "article", "this post", "this document", "check this", "check it out", "it", "source link",
}  # fmt: skip
_URL = re.compile(r"(?:https?://|ftp://|www\.)\S+", re.IGNORECASE)


def _spoken(page: Page) -> Iterator[Link]:
    """The links of a page that have a text: not definitions, not the addresses in front matter and configuration."""
    for link in page.links:
        if link.tag == "a" and (link.kind in ("inline", "reference", "autolink") or (link.kind == "html" and link.attribute == "href")):
            yield link


def _pages(site: Site) -> Iterator[Page]:
    yield from (page for page in sources(site) if page.path.endswith(".md"))


def image_no_alt(site: Site) -> Iterator[Diagnostic]:
    """An image has a text alternative; one in HTML that is decoration says so with `alt=""`.

    Bad:  `![](images/saga.svg)`
    Good: `![A saga: three steps, and the compensation of each](images/saga.svg)`
    """
    for page in sources(site):
        for link in page.links:
            picture = link.tag == "img" and (link.kind != "html" or link.attribute == "src")
            area = link.tag == "area" and link.attribute == "href"
            if (picture or area) and not page.path.endswith(".svg") and (not link.text if link.kind == "html" else not link.text.strip()):
                yield Diagnostic(
                    link.location, "the image has no text alternative", "say what it shows between the brackets" if link.kind != "html" else 'add `alt="..."`'
                )


def link_no_text(site: Site) -> Iterator[Diagnostic]:
    """A link has a text, or a picture with a text alternative.

    Bad:  `[](DistributedSystems.md)`
    Good: `[leases](DistributedSystems.md#leases-and-fencing-tokens)`
    """
    for page in _pages(site):
        for link in _spoken(page):
            if link.kind != "autolink" and not _said(link) and link.target:
                yield Diagnostic(link.location, f"the link to `{link.target}` has no text", "say where it leads between the brackets")


def _said(link: Link) -> str:
    return " ".join(link.text.replace("\u200b", "").split())


def link_text_vague(site: Site) -> Iterator[Diagnostic]:
    """The text of a link says where it leads.

    Bad:  `see [here](DistributedSystems.md)`
    Good: `see [Distributed Systems](DistributedSystems.md)`
    """
    for page in _pages(site):
        for link in _spoken(page):
            words = _said(link).casefold().strip(" .,:;!?()[]{}→»›>…*_`\"'“”")
            if words in _VAGUE or (_said(link) and not words):
                yield Diagnostic(link.location, f"the link text `{_said(link)}` does not say where it leads", "name what is there")


def link_text_is_address(site: Site) -> Iterator[Diagnostic]:
    """The text of a link is words: an address is read out letter by letter.

    Bad:  `<https://raft.github.io/raft.pdf>`, `[https://raft.github.io](https://raft.github.io)`
    Good: `[In Search of an Understandable Consensus Algorithm](https://raft.github.io/raft.pdf)`
    """
    for page in _pages(site):
        for link in _spoken(page):
            bare = _said(link)
            if _URL.fullmatch(bare) or (len(bare) > 3 and "/" in bare and _without_scheme(link.target) == bare.rstrip("/") and "//" in link.target):
                yield Diagnostic(link.location, f"the link text `{bare}` is an address", "name what is there: `[name](address)`")


def _without_scheme(address: str) -> str:
    return address.partition("//")[2].removeprefix("www.").rstrip("/")


def link_text_ambiguous(site: Site) -> Iterator[Diagnostic]:
    """Within a section, links with the same text lead to the same place.

    Bad:  `[the paper](raft.pdf) ... [the paper](paxos.pdf)`
    Good: `[the Raft paper](raft.pdf) ... [the Paxos paper](paxos.pdf)`
    """
    for page in _pages(site):
        first: dict[tuple[str, str], Link] = {}
        for link in _spoken(page):
            text = _said(link).casefold()
            if not text or link.kind == "autolink" or not link.target:
                continue
            before = first.setdefault((link.section, text), link)
            if before.target != link.target and _leads(site, page, before) != _leads(site, page, link):
                yield Diagnostic(
                    link.location, f"`{_said(link)}` leads elsewhere than at {before.location.line}:{before.location.column}", "give the two different texts"
                )


def _leads(site: Site, page: Page, link: Link) -> str:
    target = resolve(site, page, link.target)
    if target.kind == "external":
        return link.target.rstrip("/")
    return f"{target.path}?{target.query}#{target.fragment}"
