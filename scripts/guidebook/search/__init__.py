"""The search: what is rendered → words, postings and passages that a reader's browser fetches piece by piece.

There is no server and no engine of others: `overrides/assets/search/query.js` reads the files that `index.build` makes.

The work has two parts. What one page has of each word depends on its passages, its title and its vocabulary alone, so it can be worked
out in any process and be kept; `shelves` tells all but the passages before a page is rendered:

    for book, vocabulary in shelves(site):
        name = digest(book.title, vocabulary, <the page>)
        store.get(name) or counted(replace(book, passages=<of the page>), vocabulary)

What needs all pages takes what was counted, a page at a time: `files(site, out, read, count)`, where `count` is handed a book and its
vocabulary and gives what was kept.
"""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from guidebook.glossary import PAGE as GLOSSARY
from guidebook.glossary import plain
from guidebook.model import INDEX, Page, Site, Term
from guidebook.paths import HEADING, OVERVIEW, paths
from guidebook.resolve import resolve
from guidebook.search.counting import Counted, counted
from guidebook.search.index import Count, build
from guidebook.search.passages import Passage, passages
from guidebook.search.shelf import Book, Entry, Library, Vocabulary, shelved
from guidebook.trace import page_path

FOLDER = "search"
MORE = "More"  # the section of the pages that are no guides
_WEIGHTS = {INDEX: 0.5, GLOSSARY: 0.45}  # they name everything and explain little


__all__ = ["Book", "Count", "Counted", "Entry", "Library", "Passage", "Vocabulary", "build", "counted", "passages"]

Read = Callable[[str], list[Passage]]


@dataclass(frozen=True, slots=True)
class Unread:
    """The sections of a rendered page, read whenever they are asked for, so that those of all pages are never in memory at once."""

    file: Path
    read: Read

    def __iter__(self) -> Iterator[Passage]:
        return iter(self.read(self.file.read_text(encoding="utf-8")))


def files(site: Site, out: Path, read: Read = passages, count: Count = counted) -> dict[str, str]:
    """Name → content of each file of the search, for the site that was rendered into `out`.

    Instead of `passages` and `counted`, what remembers their answers serves as well.
    """
    return dict(build(library(site, out, read), count))


def write(out: Path, made: Mapping[str, str]) -> None:
    """Write these files of the search into the site in `out`, in place of older ones."""
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in made.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def shelves(site: Site) -> Iterator[tuple[Book, Vocabulary]]:
    """Every page, rendered or not, as a book without passages, with its vocabulary."""
    return shelved(_library(site, list(unread(site))))


def library(site: Site, out: Path, read: Read = passages) -> Library:
    """All that is searched of the site that was rendered into `out`."""
    return _library(site, list(books(site, out, read)))


def _library(site: Site, found: list[Book]) -> Library:
    called = {**also()} | {address(path): "learning path" for path in generated(site)}
    return Library(found, [entry(site, term) for term in site.terms], said(site), called, synonyms())


def books(site: Site, out: Path, read: Read = passages) -> Iterator[Book]:
    """The pages that were rendered, in the order of `unread`; a page is read when its passages are asked for."""
    for book in unread(site):
        if (file := out / book.address / "index.html").is_file():
            yield replace(book, passages=Unread(file, read))


def unread(site: Site) -> Iterator[Book]:
    """The pages without their passages: the guides in the order of the index, then the others, then the generated ones."""
    sections = {path: guide.section for guide in site.guides if guide.link and (path := f"docs/{guide.name}.md") in site.pages}
    for path in [*sections, *sorted(set(site.pages) - set(sections))]:
        if not hidden(page := site.pages[path]):
            yield Book(address(path), page.title, sections.get(path, MORE), weight=_WEIGHTS.get(path, 1.0))
    for path, title in generated(site).items():
        yield Book(address(path), title, MORE, weight=_WEIGHTS[INDEX])


def generated(site: Site) -> dict[str, str]:
    """The titles of the pages that have no source of their own, by path: the learning paths."""
    found = paths(site)
    return {f"docs/{OVERVIEW}": HEADING, **{f"docs/{one.source}": plain(one.heading) for one in found}} if found else {}


def hidden(page: Page) -> bool:
    """Whether the front matter keeps the page out of the search: `search: { exclude: true }`."""
    wish = page.front_matter.values.get("search")
    return isinstance(wish, dict) and wish.get("exclude") is True


def entry(site: Site, term: Term) -> Entry:
    """The term with the addresses of its entry and of the section that explains it (empty if none does)."""
    target = resolve(site, site.pages[GLOSSARY], term.link.target) if term.link else None
    explained = address(target.path) + (f"#{target.fragment}" if target.fragment else "") if target else ""
    return Entry((term.name, *term.aliases), plain(term.definition), f"{address(GLOSSARY)}#{term.anchor}", explained)


def said(site: Site) -> dict[str, list[str]]:
    """What links to each section say of it, by the section's address: their texts, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for page in site.pages.values():
        if page.path in _WEIGHTS:
            continue  # they repeat headings
        for link in page.links:
            target = resolve(site, page, link.target)
            if link.text and target.kind == "page" and link.text not in found[one := address(target.path) + (f"#{target.fragment}" if target.fragment else "")]:
                found[one].append(link.text)
    return found


@cache  # asked before pages are rendered, and again when the index is made
def also() -> Mapping[str, str]:
    """What readers call the subject of a section, where its own words differ, by the section's address."""
    lists = sorted((Path(__file__).parent / "also").glob("*.toml"))
    return {f"{file.stem}/#{anchor}": text for file in lists for anchor, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def synonyms() -> list[list[str]]:
    """Words that are used for one another."""
    lines = (Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def address(path: str) -> str:
    """The folder of the rendered page: `GitOps/` for `docs/GitOps.md`, nothing for the index."""
    return page_path(path).removesuffix("index.html")
