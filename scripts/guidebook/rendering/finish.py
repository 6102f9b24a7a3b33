"""Finished pages → the files of a site, with what needs all pages: headers, copies, feed, sitemap, search."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

from guidebook import copies, feed, policy, search, sitemap
from guidebook.aside import aside
from guidebook.model import Page, Site
from guidebook.rendering import stamp
from guidebook.rendering.derived import finished
from guidebook.rendering.pages import Pages
from guidebook.rendering.store import Store, digest

_HTML = (".html", ".htm")


def rendered(pages: Pages) -> Iterator[tuple[str, bytes]]:
    """(place below the site, content) of every page that says something."""
    yield from ((place, pages.html(place)) for place, entry in pages.finished.items() if entry["shown"])


def beside(pages: Pages) -> Iterator[tuple[str, bytes]]:
    """The same of every other file, but those of the search."""
    site, world, plan = pages.site, pages.world, pages.plan
    shown = {place for place, entry in pages.finished.items() if entry["shown"]}
    scripts = {script for place in shown for script in pages.finished[place]["scripts"]}
    for place, path in plan["static"].items():
        data = (site.root / path).read_bytes()
        if place.endswith(_HTML):
            entry, data = finished(data.decode("utf-8", "replace"))
            scripts.update(entry["scripts"])
            shown.add(place)
        yield place, data
    yield "_headers", policy.headers(scripts).encode()
    for place, text in copies.files(site, plan["address"], shown, partial(_copy, pages.store)):
        yield place, text.encode("utf-8", "surrogatepass")
    if text := feed.text(site, world.facts, plan["address"]):
        yield feed.FILE, text.encode()
    listed = [place for uri, place in plan["pages"].items() if place in shown]
    listing = sitemap.sitemap(site, plan["address"], listed).encode()
    yield sitemap.FILE, listing
    yield f"{sitemap.FILE}.gz", gzip.compress(listing, 9, mtime=0)


def _copy(store: Store, site: Site, page: Page) -> str:
    """`copies.source`, remembered by the text and where its links lead now."""
    changes = list(copies.repointed(site, page))
    name = digest("copy", stamp.tools(), page.text, changes)
    text: str | None = store.get(name)
    if text is None:
        store.put(name, text := copies.rewritten(page.text, changes))
    return text


def write(pages: Pages, out: Path) -> Callable[[], None]:
    """Write the site into the directory `out`, but for the search: its files are there when what is returned has been called."""
    _put(rendered(pages), out)
    searched = cache(aside(partial(_search, pages, out)))  # which is as much work as all the rest
    _put(beside(pages), out)
    return searched


def _put(files: Iterable[tuple[str, bytes]], out: Path) -> None:
    folders: set[Path] = set()
    for place, content in files:
        file = out / place
        if file.parent not in folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            folders.add(file.parent)
        file.write_bytes(content)


def _search(pages: Pages, out: Path) -> None:
    """The files of the search, which say a little of everything: made anew where anything is new."""
    site = pages.site
    texts = [[path, page.text] for path, page in site.pages.items()]
    name = digest("search", pages.base, texts, [[place, entry["digest"]] for place, entry in pages.finished.items()], sorted(site.files))
    made = pages.store.get(name)
    if made is None:
        pages.store.put(name, made := search.files(site, out, pages.readings.passages, partial(_counted, pages, out)))
    search.write(out, made)


def _counted(pages: Pages, out: Path, book: search.Book, vocabulary: search.Vocabulary) -> search.Counted:
    return pages.readings.counted((out / book.address / "index.html").read_text(encoding="utf-8"), book, vocabulary)
