"""From a place on the rendered site back to the line that an author, or the maker of the theme, has to edit."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from guidebook.model import Link, Location, Page, Site
from guidebook.resolve import resolve


def page_path(path: str) -> str:
    """`docs/GitOps.md` is rendered as `GitOps/index.html`, `docs/README.md` as `index.html`."""
    folder, name = posixpath.split(path.removeprefix("docs/").removesuffix(".md"))
    return posixpath.join(folder, "index.html" if name in ("README", "index") else f"{name}/index.html")


@lru_cache(maxsize=4)
def _sources(site: Site) -> dict[str, Page]:
    return {page_path(page.path): page for page in site.pages.values()} | {
        path.removeprefix("docs/"): page for path, page in site.around.items() if path.startswith("docs/")
    }


def place_of(site: Site, rendered: str, address: str) -> Location:
    """The link in the source of a rendered page that became `address`; else the template or setting that holds it; else the page."""
    source = _sources(site).get(rendered)
    for link in source.links if source else ():
        if address in _becomes(site, source, link):
            return link.location
    return _elsewhere(site, address) or (Location(source.path) if source else Location("mkdocs.yml"))


def place_of_id(site: Site, rendered: str, name: str) -> Location:
    """The second place in the source that gives an id, since that one has to change; else the first, else the page."""
    source = _sources(site).get(rendered)
    if source is None:
        return Location("mkdocs.yml")
    places = sorted(
        [heading.location for heading in source.headings if heading.anchor == name] + [anchor.location for anchor in source.anchors if anchor.id == name]
    )
    return places[min(1, len(places) - 1)] if places else Location(source.path)


def _becomes(site: Site, source: Page, link: Link) -> Iterator[str]:
    """Every way in which the link may stand on the rendered page."""
    yield link.target
    yield unquote(link.target)
    target = resolve(site, source, link.target)
    if target.kind not in ("page", "file", "missing", "directory"):
        return
    folder = posixpath.dirname(page_path(source.path)) or "."
    there = page_path(target.path) if target.path.endswith(".md") else target.path.removeprefix("docs/")
    tail = link.target[len(link.target.partition("#")[0].partition("?")[0]) :]
    written = posixpath.relpath(there, folder)
    for form in (written, written.removesuffix("index.html")):
        yield from (form + tail, form.rstrip("/") + tail, f"./{form}{tail}")


def _elsewhere(site: Site, address: str) -> Location | None:
    """The first line of a template, of mkdocs.yml or of a style sheet that holds the address or the end of it."""
    wanted = address.partition("#")[0].partition("?")[0].rstrip("/").lstrip("./") or address
    for path, page in sorted(site.around.items()):
        if path.startswith("overrides/") or path == "mkdocs.yml":
            at = page.text.find(wanted) if wanted else -1
            if at >= 0:
                return Location(path, page.text.count("\n", 0, at) + 1, at - page.text.rfind("\n", 0, at))
    return None
