"""Judge the rendered site as a reader receives it: every address resolves, nothing comes from elsewhere."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guidebook import built_search, html
from guidebook.model import Diagnostic, Link, Location, Page, Site
from guidebook.resolve import nearest, resolve

_FETCHED = {("script", "src"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("source", "srcset"), ("source", "src"), ("video", "src"), ("audio", "src"), ("embed", "src"), ("object", "data"), ("video", "poster")}
_FETCHING_RELATIONS = {"stylesheet", "preconnect", "preload", "prefetch", "dns-prefetch", "modulepreload", "icon", "manifest"}


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """One HTML file: its path below the site, its tags and the ids in it."""

    path: str
    tags: tuple[html.Tag, ...]
    ids: tuple[str, ...]


def judge(site: Site, out: Path) -> list[Diagnostic]:
    """Every finding in the site that was rendered into `out`."""
    files = frozenset(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file())
    pages = {path: _read(out, path) for path in sorted(files) if path.endswith(".html")}
    sources = {page_path(page.path): page for page in site.pages.values()}
    findings = [finding for page in pages.values() for finding in _page(page, pages, files, site, sources.get(page.path))]
    return sorted([*findings, *built_search.judge(site, out)])


def page_path(path: str) -> str:
    """`docs/GitOps.md` is rendered as `GitOps/index.html`, `docs/README.md` as `index.html`."""
    folder, name = posixpath.split(path.removeprefix("docs/").removesuffix(".md"))
    return posixpath.join(folder, "index.html" if name in ("README", "index") else f"{name}/index.html")


def _read(out: Path, path: str) -> Rendered:
    tags = tuple(html.tags((out / path).read_text(encoding="utf-8")))
    return Rendered(path, tags, tuple(name for tag in tags for name in _ids(tag)))


def _ids(tag: html.Tag) -> Iterator[str]:
    yield from dict.fromkeys(tag.ids())


def _page(page: Rendered, pages: dict[str, Rendered], files: frozenset[str], site: Site, source: Page | None) -> Iterator[Diagnostic]:
    for name, count in Counter(page.ids).items():
        if count > 1:
            yield Diagnostic(_place(page, source), f"the id `{name}` stands {count} times on the rendered page", rule="built-duplicate-id")
    for tag in page.tags:
        for attribute, address in tag.addresses():
            yield from _address(page, tag, attribute, address, pages, files, site, source)


def _address(page: Rendered, tag: html.Tag, attribute: str, address: str, pages: dict[str, Rendered], files: frozenset[str], site: Site, source: Page | None) -> Iterator[Diagnostic]:
    parts = urlsplit(address)
    if parts.scheme in ("data", "mailto", "javascript"):
        return
    if parts.scheme or parts.netloc:
        if _fetched(tag, attribute):
            yield Diagnostic(_place(page, source, site, address), f"the page fetches `{address}` from another host", "ship the file with the site", rule="built-third-party")
        return
    path = _target(page.path, unquote(parts.path), files)
    fragment = unquote(parts.fragment)
    if path not in files:
        guess = nearest(path, files)
        yield Diagnostic(_place(page, source, site, address), f"`{address}` on the rendered page leads to no file", f"is it `{guess}`?" if guess else "", rule="built-missing-target")
    elif fragment and path in pages and fragment not in pages[path].ids and not _script_made(fragment):
        yield Diagnostic(_place(page, source, site, address), f"`{address}` on the rendered page leads to no id", rule="built-missing-fragment")


def _script_made(fragment: str) -> bool:
    """`#__search` and its like are Material's own toggles; `:~:text=` is the browser's."""
    return fragment.startswith(("__", ":~:"))


def _fetched(tag: html.Tag, attribute: str) -> bool:
    if tag.name == "link":
        return bool(_FETCHING_RELATIONS & set(tag.attributes.get("rel", "").lower().split()))
    return (tag.name, attribute) in _FETCHED


def _target(page: str, path: str, files: frozenset[str]) -> str:
    if not path:
        return page
    base = "" if path.startswith("/") else posixpath.dirname(page)
    target = posixpath.normpath(posixpath.join(base, path.lstrip("/") or "."))
    target = "" if target == "." else target
    if target in files and not path.endswith("/"):
        return target
    return posixpath.join(target, "index.html")


def _place(page: Rendered, source: Page | None, site: Site | None = None, address: str = "") -> Location:
    """The source line of the link if the page has one, else the source page, else the rendered file."""
    if source is None:
        return Location(f"site/{page.path}")
    if site and address:
        wanted = urlsplit(address)
        for link in source.links:
            if _same(site, source, link, wanted.path, unquote(wanted.fragment)):
                return link.location
    return Location(source.path)


def _same(site: Site, source: Page, link: Link, path: str, fragment: str) -> bool:
    if link.target == path + (f"#{fragment}" if fragment else ""):
        return True
    target = resolve(site, source, link.target)
    return target.fragment == fragment and target.kind == "page" and page_path(target.path).removesuffix("index.html").rstrip("/").endswith(path.strip("./"))
