"""The pages as Markdown beside their HTML, and `llms.txt`, which lists them: for readers that are programs, and for copying."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Container, Iterable, Iterator

from guidebook.comments import without_comments
from guidebook.model import INDEX, Page, Site
from guidebook.resolve import resolve
from guidebook.trace import page_path

Change = tuple[int, int, str]  # from and to where, and what stands there instead
_NOT_IN_TEXT = {"front-matter", "config"}


def source_path(path: str) -> str:
    """`docs/GitOps.md` is published as `GitOps/index.md`, beside `GitOps/index.html`."""
    return page_path(path).removesuffix(".html") + ".md"


def source(site: Site, page: Page) -> str:
    """The page's text without comments, its relative links as they are right where it is published."""
    return rewritten(page.text, repointed(site, page))


def rewritten(text: str, changes: Iterable[Change]) -> str:
    """The text without comments, with other words in some places, of which the last comes first."""
    for start, end, words in changes:
        text = text[:start] + words + text[end:]
    return without_comments(text)


def repointed(site: Site, page: Page) -> Iterator[Change]:
    """What each relative link becomes, from the last to the first."""
    folder = posixpath.dirname(source_path(page.path)) or "."
    for link in sorted((link for link in page.links if link.span and link.kind not in _NOT_IN_TEXT), key=lambda link: link.span, reverse=True):
        target = resolve(site, page, link.target)
        if target.kind in ("page", "file") and target.path.startswith("docs/") and not link.target.startswith(("#", "?")):
            there = source_path(target.path) if target.kind == "page" else target.path.removeprefix("docs/")
            start, end = link.span
            yield start, end, posixpath.relpath(there, folder) + (f"#{target.fragment}" if target.fragment else "")


def listing(site: Site, address: Callable[[str], str]) -> str:
    """`llms.txt` (https://llmstxt.org): every page in the order of the index. `address` makes a link of a path on the site."""
    index = site.pages[INDEX]
    lines = [f"# {index.title}", "", f"> {index.front_matter.values.get('description', '')}"]
    section = ""
    for guide in site.guides:
        page = site.page(guide.name)
        if page is None:
            continue
        if guide.section != section:
            section = guide.section
            lines += ["", f"## {section}", ""]
        lines.append(_entry(page, address))
    listed = {f"docs/{guide.name}.md" for guide in site.guides} | {INDEX}
    lines += ["", "## Beside the guides", "", *(_entry(page, address) for path, page in sorted(site.pages.items()) if path not in listed)]
    return "\n".join([*lines, ""])


def _entry(page: Page, address: Callable[[str], str]) -> str:
    description = page.front_matter.values.get("description", "")
    return f"- [{page.title}]({address(source_path(page.path))})" + (f": {description}" if description else "")


def files(site: Site, base: str, places: Container[str], copy: Callable[[Site, Page], str] = source) -> Iterator[tuple[str, str]]:
    """(place, text) of each copy and of the list, for a site that is published at `base` (empty: links are relative).

    places: of the pages that were rendered. copy: `source`, or what remembers it.
    """
    yield from ((source_path(page.path), copy(site, page)) for page in site.pages.values() if page_path(page.path) in places)
    if INDEX in site.pages:
        yield "llms.txt", listing(site, lambda path: base + path)
